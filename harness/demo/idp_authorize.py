"""The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core 1.0 §3.1.2)."""

import time
from typing import TYPE_CHECKING

from harness.demo import idp_signin
from harness.demo.idp_answers import answer, sent, shown
from harness.demo.idp_messages import OAuthError, form, query
from harness.demo.idp_pushed import taken
from harness.demo.idp_requests import Ask, addressed, examine
from harness.demo.idp_store import Session
from harness.demo.messages import Request, Response

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App


def authorize(request: Request, app: "App") -> Response:
    """Answer with a code, an error or the sign-in page. Until client and address are known, errors are only shown."""
    idp = app.idp
    try:
        params = taken(idp, form(request) if request.method == "POST" else query(request))
    except OAuthError as error:
        return shown(error)
    try:
        ask = addressed(idp, params)
    except OAuthError as error:
        if error.code == "invalid_client" and not idp.rules.unknown_client_shown:
            return sent(idp, params.get("redirect_uri", "/"), params, error.params)
        return shown(error)
    try:
        examine(idp, ask)
        return _decided(idp, request, ask)
    except OAuthError as error:
        return sent(idp, ask.redirect_uri, ask.params, error.params)


def _decided(idp: "IdentityProvider", request: Request, ask: Ask) -> Response:
    session = idp_signin.session(idp, request)
    if (
        session is not None
        and not ask.prompts & {"login", "select_account"}
        and not _stale(idp, ask, session)
    ):
        return answer(idp, ask, session)
    if "none" in ask.prompts and idp.rules.silent(request):
        raise OAuthError("login_required")
    return idp_signin.asked(idp, request, ask)


def _stale(idp: "IdentityProvider", ask: Ask, session: Session) -> bool:
    """Whether the person signed in longer ago than the client puts up with; 0 always asks."""
    most = ask.params.get("max_age")
    if most is None or not idp.rules.max_age:
        return False
    return int(most) == 0 or time.time() - session.since > int(most)
