"""Signing in and out of the portal, and the page of whoever is signed in."""

import hashlib
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from harness.demo import relying_thaid
from harness.demo.accounts import Locked
from harness.demo.behaviour import Handler, SessionCookie
from harness.demo.looks import HEAD
from harness.demo.messages import Headers, Request, Response
from harness.demo.people import Person
from harness.demo.replies import Problem, page, redirect

if TYPE_CHECKING:
    from harness.demo.web import App

_SLOW = "ลองเข้าสู่ระบบผิดหลายครั้งเกินไป โปรดรอ 15 นาที · Too many attempts, wait 15 minutes"


def login_form(request: Request, app: "App") -> Response:
    """The sign-in form, with a session of its own and a token against forged requests bound to it."""
    session, cookie = visitor(request, app)
    return _form_page(session, cookie)


def _form_page(session: str, headers: Headers, *, said: str = "", status: int = 200) -> Response:
    form = f"<h1>เข้าสู่ระบบ</h1>\n{said and f'<p>{said}</p>'}\n{sign_in(session)}"
    return page("เข้าสู่ระบบ · Sign in", form, head=HEAD, status=status, kind="form", headers=headers)


def sign_in(session: str) -> str:
    """The form itself, for other pages too."""
    return (
        '<form method="post" action="/login">\n'
        f'<input type="hidden" name="csrf_token" value="{form_token(session)}">\n'
        '<p><label>ชื่อผู้ใช้ <input name="username" autocomplete="username"></label></p>\n'
        '<p><label>รหัสผ่าน <input name="password" type="password" autocomplete="current-password"></label></p>\n'
        "<p><button>เข้าสู่ระบบ</button></p>\n</form>"
    )


def login(request: Request, app: "App") -> Response:
    """Check name and password; a session that has logged in is a new one (ASVS 5.0.0-7.2.4)."""
    fields, old = form(request), request.cookies.get(app.behaviour.cookie.name, "")
    if app.sessions.find(old) is None or not _vouched(fields, old):
        raise Problem(403)
    name = fields.get("username", "")
    try:
        person = app.accounts.enter(request, name, fields.get("password", ""))
    except Locked as locked:
        wait = ("Retry-After", str(round(locked.seconds)))
        return _form_page(old, (wait,), said=_SLOW, status=429)
    rules = app.behaviour.rules
    if person is None:
        return _form_page(old, (), said=rules.wrong_for(name, app.accounts.known(name)), status=403)
    return redirect("/me", headers=_signed_in(app, person, old))


def _signed_in(app: "App", person: Person, old: str) -> Headers:
    """A session and a cookie of its own for whoever signed in; the visitor's session is over."""
    app.sessions.close(old)
    if app.behaviour.rules.keeps_session:
        app.sessions.open(lambda: old, person)
    session = app.sessions.open(app.behaviour.signed.new, person)
    return set_cookie(app.behaviour.signed, session)


def signed(request: Request, app: "App") -> tuple[Person, str] | None:
    """Who is signed in, and with which session."""
    for style in (app.behaviour.signed, app.behaviour.cookie):
        name = request.cookies.get(style.name, "")
        session = app.sessions.find(name)
        if session is not None and session.person is not None:
            return session.person, name
    return None


def me(request: Request, app: "App") -> Response:
    """The page of whoever is signed in."""
    found = signed(request, app)
    if found is None:
        return redirect("/login")
    person = found[0]
    body = (
        f"<h1>{person.thai_name}</h1>\n<p>{person.number}</p>\n"
        '<p><a href="/password">เปลี่ยนรหัสผ่าน · Change the password</a></p>\n'
        '<form method="post" action="/logout"><p><button>ออกจากระบบ</button></p></form>\n'
    )
    return page("ข้อมูลของฉัน · My record", body, head=HEAD)


def logout(request: Request, app: "App") -> Response:
    """End the sessions at the server and have the browser forget them (ASVS 5.0.0-7.4.1, 14.3.1)."""
    end_sessions(request, app)
    gone: Headers = tuple(
        ("Set-Cookie", f"{style.name}=; {style.attributes}; Max-Age=0")
        for style in (app.behaviour.cookie, app.behaviour.signed)
    )
    return redirect("/", headers=(*gone, ("Clear-Site-Data", '"cache", "cookies", "storage"')))


def end_sessions(request: Request, app: "App") -> None:
    """End the sessions that a request carries, here and at ThaID."""
    relying_thaid.left(request, app)
    if app.behaviour.rules.forgets_at_server:
        for style in (app.behaviour.cookie, app.behaviour.signed):
            app.sessions.close(request.cookies.get(style.name, ""))


def visitor(request: Request, app: "App") -> tuple[str, Headers]:
    """The session of a visitor, and the cookie for it where it is new."""
    known = request.cookies.get(app.behaviour.cookie.name, "")
    if app.sessions.find(known) is not None:
        return known, ()
    session = app.sessions.open(app.behaviour.cookie.new, None)
    return session, set_cookie(app.behaviour.cookie, session)


def set_cookie(style: SessionCookie, session: str) -> Headers:
    """The header that hands a session out."""
    return (("Set-Cookie", f"{style.name}={session}; {style.attributes}"),)


def form_token(session: str) -> str:
    """The token of a form in this session."""
    return hashlib.sha256(b"form\0" + session.encode()).hexdigest()


def _vouched(fields: dict[str, str], session: str) -> bool:
    return secrets.compare_digest(fields.get("csrf_token", "").encode(), form_token(session).encode())


def posted(request: Request, session: str) -> dict[str, str]:
    """The fields of a form that was served in this session; anything else is refused."""
    fields = form(request)
    if not _vouched(fields, session):
        raise Problem(403)
    return fields


def form(request: Request) -> dict[str, str]:
    """The fields of a form."""
    try:
        return {k: v[0] for k, v in parse_qs(request.body.decode(), max_num_fields=20).items()}
    except ValueError:
        raise Problem(400) from None


ROUTES: dict[str, dict[str, Handler]] = {
    "/login": {"GET": login_form, "POST": login},
    "/me": {"GET": me},
    "/logout": {"POST": logout},
}
