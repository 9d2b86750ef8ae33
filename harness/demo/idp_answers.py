"""How authorization requests are answered: a code, an error, or a page when it is not known whom to answer."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from harness.demo.idp_messages import OAuthError, Params
from harness.demo.idp_requests import Ask
from harness.demo.idp_store import Code, Grant, Session
from harness.demo.messages import Response
from harness.demo.replies import page, redirect

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider


def answer(idp: "IdentityProvider", ask: Ask, session: Session, *, status: int = 303) -> Response:
    """Send the browser back with what it was sent for."""
    other = idp.rules.response_types.get(ask.params["response_type"])
    if other is not None:
        return redirect(other(idp, ask, session), status=status)
    params = ask.params
    code = Code(
        granted(ask, session),
        ask.redirect_uri,
        params["code_challenge"],
        params.get("code_challenge_method", "plain"),
        params.get("nonce", ""),
        params.get("dpop_jkt", ""),
    )
    given = {"code": idp.store.codes.new(code, idp.rules.code_seconds)}
    return sent(idp, ask.redirect_uri, params, given, status=status)


def granted(ask: Ask, session: Session) -> Grant:
    """What the person let the client do by signing in; an app of the platform itself needs no further consent."""
    return Grant(ask.client.id, session.person, ask.scope, ask.audience, auth_time=int(session.since))


def sent(
    idp: "IdentityProvider", place: str, params: Params, given: Params, *, status: int = 303
) -> Response:
    """An answer to the client: state as it came, and who answers (RFC 9207)."""
    said = dict(given)
    if "state" in params:
        said["state"] = idp.rules.state(params["state"])
    said["iss"] = idp.rules.response_issuer
    joint = "&" if urlsplit(place).query else "?"
    return redirect(place + joint + urlencode(said, errors="surrogateescape"), status=status)


def shown(error: OAuthError) -> Response:
    """An error for the person at the browser; no link, no redirect (RFC 6749 §4.1.2.1)."""
    body = (
        "<h1>ไม่สามารถดำเนินการได้</h1>\n<p>คำขอไม่ถูกต้องหรือหมดเวลาแล้ว โปรดเริ่มใหม่จากแอปที่ใช้งาน หากยังไม่สำเร็จให้แจ้งผู้ดูแลแอป</p>\n"
        f'<p lang="en">{error.code}</p>'
    )
    return page(
        "ไม่สามารถดำเนินการได้ · The request cannot be answered",
        body,
        status=error.status,
        kind="error",
        headers=error.headers,
    )
