"""Signing out on an app's word (OpenID Connect RP-Initiated Logout 1.0): the app proves whose session it means."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from harness.demo import idp_signin
from harness.demo.compact import holds, read
from harness.demo.hosts import ISSUER
from harness.demo.idp_answers import shown
from harness.demo.idp_clients import Client
from harness.demo.idp_messages import OAuthError, Params, form, query
from harness.demo.messages import Request, Response
from harness.demo.replies import page, redirect

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App

_ASK = """<h1>ออกจากระบบ</h1>
<p>ท่านต้องการออกจากระบบหรือไม่</p>
<form method="post" action="/logout">
<input type="hidden" name="confirm_token" value="{token}">
<p><button>ออกจากระบบ</button></p>
</form>"""
_DONE = "<h1>ออกจากระบบแล้ว</h1>\n<p>ท่านปิดหน้านี้ได้</p>"
_HEAD = '<link rel="stylesheet" href="/static/site.css">\n'


class Hint(Struct, frozen=True):
    """Whose session at which client an ID token tells of."""

    client: Client
    subject: str


def logout(request: Request, app: "App") -> Response:
    """End the session an app means, or ask the person; a place that is not registered is never gone to."""
    idp = app.idp
    try:
        params = form(request) if request.method == "POST" else query(request)
        if "confirm_token" in params:
            return _confirmed(idp, request, params)
        hint = _hinted(idp, request, params)
        place = _place(idp, hint, params)
    except OAuthError as error:
        return shown(error)
    if hint is None and idp.rules.logout_guarded:
        return _ask(idp, request)
    headers = idp_signin.ended(idp, request)
    return (
        redirect(place, headers=headers)
        if place
        else page("ออกจากระบบแล้ว · Signed out", _DONE, head=_HEAD, headers=headers)
    )


def _hinted(idp: "IdentityProvider", request: Request, params: Params) -> Hint | None:
    """What the hint says, None without one. Raises OAuthError for a hint that is not our word about this session.

    It may have expired (RP-Initiated Logout 1.0 §4): the session may be older than the token.
    """
    raw = params.get("id_token_hint")
    if raw is None or not idp.rules.logout_guarded:
        return None
    try:
        token = read(raw)
    except ValueError:
        raise OAuthError("invalid_request") from None
    key = idp.keys.find(token.header.get("kid"))
    client = idp.clients.find(str(token.claims.get("aud")))
    good = key is not None and holds(token, key) and token.header.get("typ") == "JWT"
    if not good or client is None or token.claims.get("iss") != ISSUER:
        raise OAuthError("invalid_request")
    session, subject = idp_signin.session(idp, request), str(token.claims.get("sub"))
    stranger = session is not None and idp.subjects[session.person.name] != subject
    if stranger or params.get("client_id", client.id) != client.id:
        raise OAuthError("invalid_request")
    return Hint(client, subject)


def _place(idp: "IdentityProvider", hint: Hint | None, params: Params) -> str:
    """Where to go afterwards, "" for nowhere; only where the hint's client is registered for. Raises OAuthError."""
    place = params.get("post_logout_redirect_uri", "")
    if not place:
        return ""
    if idp.rules.logout_guarded and (hint is None or place not in hint.client.goodbye_uris):
        raise OAuthError("invalid_request")
    state = {"state": params["state"]} if "state" in params else {}
    joint = "&" if urlsplit(place).query else "?"
    return place + (joint + urlencode(state, errors="surrogateescape") if state else "")


def _ask(idp: "IdentityProvider", request: Request) -> Response:
    """Nobody proved anything, so the person decides: a link on a foreign page signs nobody out."""
    token = idp.goodbyes.new(idp_signin.cookie(request), 600)
    return page("ออกจากระบบ · Sign out", _ASK.format(token=token), head=_HEAD, kind="form")


def _confirmed(idp: "IdentityProvider", request: Request, params: Params) -> Response:
    if idp.goodbyes.pop(params["confirm_token"]) != idp_signin.cookie(request):
        raise OAuthError("invalid_request")
    return page("ออกจากระบบแล้ว · Signed out", _DONE, head=_HEAD, headers=idp_signin.ended(idp, request))
