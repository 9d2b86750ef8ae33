"""The portal's sign-in through ThaID: what it asks, what it believes, and what it revokes."""

import contextlib
import time
from typing import TYPE_CHECKING

from harness.demo import compact
from harness.demo.messages import Request
from harness.demo.relying_client import (
    Refused,
    basic,
    call,
    citizen_id,
    current,
    form,
    half_hash,
    key_of,
    members,
    verified,
)
from harness.demo.relying_desk import Pending, Standing
from harness.demo.relying_ways import Members

if TYPE_CHECKING:
    from harness.demo.web import App

_BASE = "/api/v2/oauth2"


def asked(app: "App", pending: Pending) -> tuple[str, Members]:
    """Where ThaID is asked, and with which parameters."""
    desk = app.relying
    params = {
        "response_type": "code",
        "client_id": desk.client_id,
        "redirect_uri": pending.redirect_uri,
        "scope": desk.ways.scope,
        "state": pending.state,
        "nonce": pending.nonce,
    }
    return f"http://127.0.0.1:{desk.port('thaid')}{_BASE}/auth/", desk.ways.asked(params)


def enter(app: "App", pending: Pending, code: str) -> Standing:
    """Redeem the code and believe what is signed. Raises Refused."""
    said = _redeemed(app, pending, code)
    access, until = str(said.get("access_token", "")), said.get("expire_in")
    if (
        not isinstance(until, int | float)
        or (ends := app.relying.ways.ends(until, time.time())) <= time.time()
    ):
        raise Refused(502)
    claims = _claims(app, pending, str(said.get("id_token", "")), access)
    pid = claims.get("pid")
    if not citizen_id(pid) and not app.relying.ways.matches_name:
        raise Refused(403)
    person = app.relying.patient(str(pid), str(claims.get("name", "")))
    return Standing("thaid", person, claims.get("ial"), ends=ends, token=access)


def _redeemed(app: "App", pending: Pending, code: str) -> Members:
    desk = app.relying
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": pending.redirect_uri}
    if desk.ways.secret_in_body:
        mine = {"client_id": desk.client_id, "client_secret": desk.secrets["thaid"]}
        return form(desk.port("thaid"), f"{_BASE}/token/", fields | mine)
    return form(desk.port("thaid"), f"{_BASE}/token/", fields, _basic(app))


def _claims(app: "App", pending: Pending, token: str, access: str) -> Members:
    """The claims of an id_token of ThaID's, for us, of now, of this sign-in and this access token. Raises Refused."""
    desk = app.relying
    port = desk.port("thaid")
    try:
        kid = compact.read(token).header.get("kid")
    except ValueError:
        raise Refused(502) from None
    claims = current(verified(token, key_of(members(call(port, "GET", "/jwks/")), kid)), desk.client_id)
    good = claims.get("iss") == f"http://127.0.0.1:{port}" and claims.get("nonce") == pending.nonce
    if not good or (desk.ways.checks_at_hash and claims.get("at_hash") != half_hash(access)):
        raise Refused(502)
    return claims


def goes_on(app: "App", standing: Standing) -> bool:
    """Whether a session may outlive its token; it may not, and there is no refresh token to ask with."""
    if app.relying.ways.pretends_refresh:
        with contextlib.suppress(Refused):
            fields = {"grant_type": "refresh_token", "refresh_token": standing.token}
            form(app.relying.port("thaid"), f"{_BASE}/token/", fields, _basic(app))
        return True
    return False


def left(request: Request, app: "App") -> None:
    """Somebody signs out: have ThaID revoke the token; signing out does not fail when that does."""
    gone = app.relying.forget(request.cookies.get(app.behaviour.signed.name, ""))
    if gone is not None and gone.provider == "thaid" and app.relying.ways.revokes:
        with contextlib.suppress(Refused):
            sent = {"token": f"Bearer {gone.token}"}
            form(app.relying.port("thaid"), f"{_BASE}/revoke/", sent, _basic(app))


def _basic(app: "App") -> dict[str, str]:
    return basic(app.relying.client_id, app.relying.secrets["thaid"])
