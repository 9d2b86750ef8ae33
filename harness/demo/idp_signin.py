"""The sign-in page and the session behind it: a form that works once, in the browser that asked for it."""

import re
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from harness.demo.accounts import Locked
from harness.demo.idp_answers import answer, shown
from harness.demo.idp_messages import OAuthError, form
from harness.demo.idp_requests import Ask
from harness.demo.idp_rules import SESSION_SECONDS, SIGN_IN_SECONDS
from harness.demo.idp_store import Session
from harness.demo.messages import Headers, Request, Response
from harness.demo.replies import page

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App

#: `__Host-` cookies cannot be set by another host of the domain (ASVS 5.0.0-3.3.1).
_SESSION, _BROWSER = "__Host-id-session", "__Host-id-browser"
_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"
#: What we put into the cookie; anything else in it is not ours and is not given back.
_OURS = re.compile(r"[A-Za-z0-9_-]{32}")
_PAGE = """<h1>เข้าสู่ระบบ</h1>
<p>{words}</p>
<form method="post" action="/sign-in">
<input type="hidden" name="csrf_token" value="{token}">
<p><label>ชื่อผู้ใช้ <input name="username" autocomplete="username"></label></p>
<p><label>รหัสผ่าน <input name="password" type="password" autocomplete="current-password"></label></p>
<p><button>เข้าสู่ระบบ</button></p>
</form>"""


class SignIn(Struct, frozen=True):
    """A sign-in that has begun: what it is for, and the cookie of the browser it was begun in."""

    ask: Ask
    browser: str


def session(idp: "IdentityProvider", request: Request) -> Session | None:
    """Who is signed in with this browser."""
    return idp.store.sessions.get(cookie(request))


def asked(idp: "IdentityProvider", request: Request, ask: Ask, *, again: bool = False) -> Response:
    """The sign-in page. Its token is good for one post; the cookie makes it useless in any other browser."""
    known = request.cookies.get(_BROWSER, "")
    browser = known if _OURS.fullmatch(known) else secrets.token_urlsafe(24)
    token = idp.sign_ins.new(SignIn(ask, browser), SIGN_IN_SECONDS)
    words = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง" if again else "กรุณากรอกชื่อผู้ใช้และรหัสผ่าน"
    form_page = page(
        "เข้าสู่ระบบ · Sign in",
        _PAGE.format(words=words, token=token),
        head='<link rel="stylesheet" href="/static/site.css">\n',
        status=403 if again else 200,
        kind="form",
        headers=_cookie(_BROWSER, browser),
    )
    parts = urlsplit(ask.redirect_uri)
    return replace(form_page, leads_to=f"{parts.scheme}://{parts.netloc}")


def sign_in(request: Request, app: "App") -> Response:
    """Check name and password and go back to the client, by GET; a session is new whenever someone signs in."""
    idp = app.idp
    try:
        fields = form(request)
    except OAuthError as error:
        return shown(error)
    begun = idp.sign_ins.pop(fields.get("csrf_token", ""))
    if begun is None or not _same(begun.browser, request.cookies.get(_BROWSER, "")):
        return shown(OAuthError("sign_in_expired"))
    name, password = (_text(fields.get(field, "")) for field in ("username", "password"))
    try:
        person = idp.accounts.enter(request, name, password)
    except Locked as locked:
        wait = (("Retry-After", str(int(locked.seconds) + 1)),)
        return shown(OAuthError("too_many_failures", status=429, headers=wait))
    if person is None:
        return asked(idp, request, begun.ask, again=True)
    idp.store.sessions.pop(cookie(request))
    fresh = Session(person, time.time())
    kept = _cookie(_SESSION, idp.store.sessions.new(fresh, SESSION_SECONDS))
    back = answer(idp, begun.ask, fresh, status=idp.rules.after_sign_in)
    return replace(back, headers=(*back.headers, *kept))


def cookie(request: Request) -> str:
    """What stands for the session in this browser, "" without one."""
    return request.cookies.get(_SESSION, "")


def ended(idp: "IdentityProvider", request: Request) -> Headers:
    """End the session here; the headers have the browser forget it (ASVS 5.0.0-14.3.1)."""
    idp.store.sessions.pop(cookie(request))
    gone = ("Set-Cookie", f"{_SESSION}=; {_ATTRIBUTES}; Max-Age=0")
    return (gone, ("Clear-Site-Data", '"cache", "cookies", "storage"'))


def _cookie(name: str, value: str) -> Headers:
    return (("Set-Cookie", f"{name}={value}; {_ATTRIBUTES}"),)


def _text(value: str) -> str:
    """What was typed; bytes that are no text match nothing."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
