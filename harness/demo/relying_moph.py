"""The portal's sign-in through Health ID, and on from there to Provider ID."""

import hashlib
import json
import time
from typing import TYPE_CHECKING

from harness.demo import compact
from harness.demo.relying_client import Refused, call, current, form, hmac_holds, members, pem_key, verified
from harness.demo.relying_desk import TEST_NUMBER, Pending, Standing
from harness.demo.relying_ways import Members

if TYPE_CHECKING:
    from harness.demo.web import App


def asked(app: "App", provider: str, pending: Pending) -> tuple[str, Members]:
    """Where Health ID is asked, and with which parameters."""
    desk = app.relying
    params = {
        "client_id": desk.client_id,
        "redirect_uri": pending.redirect_uri,
        "response_type": "code",
        "state": pending.state,
    }
    return f"http://127.0.0.1:{desk.port(provider)}/oauth/redirect", params


def enter(app: "App", provider: str, pending: Pending, code: str) -> tuple[Standing, str, int]:
    """Who came through Health ID (and, for staff, Provider ID); the hash of their number; the token's life."""
    desk = app.relying
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": pending.redirect_uri,
        "client_id": desk.client_id,
        "client_secret": desk.secrets[provider],
    }
    said = _data(form(desk.port(provider), "/api/v1/token", fields))
    token = str(said.get("access_token", ""))
    _believe(app, provider, token)
    person = _data(members(_get(app, provider, "/go-api/v1/profile", token)))
    hashed = desk.ways.hashed(str(person.get("hash_id_card_num", "")))
    if person.get("account_category") != "Thai" and not desk.ways.takes_foreigners:
        raise Refused(403)
    ial = person.get("ial")
    level = ial if isinstance(ial, dict) else {}
    known = hashed == hashlib.sha256(TEST_NUMBER.encode()).hexdigest()
    patient = desk.people.patients[0] if known else None
    standing = Standing(provider, patient, level.get("level"), level.get("verified_at"), upstream=token)
    if provider == "provider-id":
        _licensed(app, standing)
    return standing, hashed, int(said.get("expires_in", 0))


def _believe(app: "App", provider: str, token: str) -> None:
    """Refuse a token that Health ID has not signed, or that is not for us. Raises Refused."""
    desk = app.relying
    headers = {"client-id": desk.client_id, "secret-key": desk.secrets[provider]}
    pem = call(desk.port(provider), "GET", "/api/v1/oauth/public-key", headers=headers)
    if desk.ways.takes_hs256 and hmac_holds(token, pem):
        current(compact.read(token).claims, desk.client_id)
    else:
        current(verified(token, pem_key(pem)), desk.client_id)


def _licensed(app: "App", standing: Standing) -> None:
    """Ask Provider ID who this is to it; nobody there is no clinician. Raises Refused for other troubles."""
    try:
        profile = _profile(app, standing)
    except Refused as refused:
        if refused.status == 401 and app.relying.ways.minds_401:
            raise
        standing.assumed = refused.status in (400, 404) and not app.relying.ways.needs_provider_id
        return
    units = profile.get("organization")
    standing.units = [unit for unit in units if isinstance(unit, dict)] if isinstance(units, list) else []
    if len(standing.units) == 1:
        standing.unit = str(standing.units[0].get("hcode", ""))


def _profile(app: "App", standing: Standing) -> Members:
    desk, provider = app.relying, standing.provider
    asked = {
        "client_id": desk.client_id,
        "secret_key": desk.secrets[provider],
        "token_by": "Health ID",
        "token": standing.upstream,
    }
    kind = {"Content-Type": "application/json"}
    path = "/api/v1/services/token"
    said = _data(members(call(desk.port(provider), "POST", path, body=json.dumps(asked), headers=kind)))
    standing.ends = time.time() + min(int(said.get("expires_in", 0)), 86_400)
    place = "/api/v1/services/profile?moph_idp_permission=1&position_type=1"
    return _data(members(_get(app, provider, place, str(said.get("access_token", "")))))


def renewed(app: "App", standing: Standing) -> bool:
    """Ask Provider ID again once its token has ended; whoever it does not know any more has lost the role."""
    if not app.relying.ways.renews:
        return True
    chosen = standing.unit
    standing.units, standing.unit = [], ""
    try:
        _licensed(app, standing)
    except Refused:
        return False
    if any(unit.get("hcode") == chosen for unit in standing.units):
        standing.unit = chosen
    return bool(standing.units)


def prescribes(app: "App", standing: Standing) -> bool:
    """Whether somebody has a verified, running licence in the unit they chose."""
    ways = app.relying.ways
    units = [u for u in standing.units if ways.rights_of_any_unit or u.get("hcode") == standing.unit]
    licensed = any(u.get("license_id_verify") is True and ways.licence_runs(u) for u in units)
    directs = ways.director_prescribes and any(u.get("is_director") is True for u in units)
    return licensed or directs or standing.assumed


def _get(app: "App", provider: str, path: str, token: str) -> str:
    desk = app.relying
    headers = {
        "Authorization": f"Bearer {token}",
        "client-id": desk.client_id,
        "secret-key": desk.secrets[provider],
    }
    return call(desk.port(provider), "GET", path, headers=headers)


def _data(answer: Members) -> Members:
    found = answer.get("data")
    if not isinstance(found, dict):
        raise Refused(502)
    return found
