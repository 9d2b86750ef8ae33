"""The portal: a public home page, a login, a page of one's own, a logout, and what every site should serve."""

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from msgspec.structs import replace

from harness.demo.behaviour import HOSTS, MAIL_DOMAIN, Handler
from harness.demo.messages import Headers, Request, Response
from harness.demo.people import Person
from harness.demo.replies import Problem, page, redirect, static

if TYPE_CHECKING:
    from harness.demo.web import App

STYLE = b"body { font-family: 'Noto Sans Thai', sans-serif; max-width: 40rem; margin: 2rem auto; line-height: 1.7 }\n"
SCRIPT = b"document.documentElement.dataset.ready = 'yes';\n"
TEXT, CSS, JS = "text/plain; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8"


def _integrity(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


_HEAD = (
    '<link rel="stylesheet" href="/static/site.css">\n'
    f'<script src="/static/site.js" integrity="{_integrity(SCRIPT)}" defer></script>\n'
)
_HOME = """<h1>ระบบสุขภาพตัวอย่าง</h1>
<p>เว็บไซต์นี้เป็นระบบจำลองสำหรับทดสอบความปลอดภัย ข้อมูลทั้งหมดเป็นข้อมูลสมมติ</p>
<p lang="en">A demonstration health portal. All data are invented.</p>
<p><a href="/login">เข้าสู่ระบบ · Sign in</a></p>
<form action="/search"><p><label>ค้นหา <input name="q" type="search"></label> <button>ค้นหา</button></p></form>
<script nonce="%s">document.documentElement.lang = 'th';</script>
"""


def home(request: Request, app: "App") -> Response:
    """The front page, for everybody."""
    head = _HEAD + f'<link rel="canonical" href="{escape(app.origin(request, "portal"))}/">\n'
    nonce = app.behaviour.nonce()
    body = _HOME % nonce + "".join(app.behaviour.markup)
    return replace(page("ระบบสุขภาพตัวอย่าง · Demo health portal", body, head=head), nonce=nonce)


def search(request: Request, app: "App") -> Response:
    """What was looked for, escaped, and a form to sign in for more."""
    session, cookie = _session(request, app)
    body = f"<h1>ผลการค้นหา: {escape(request.query.get('q', ''))}</h1>\n<p>ไม่พบข้อมูล</p>\n{_sign_in(session)}"
    return page("ค้นหา · Search", body, head=_HEAD, kind="form", headers=cookie)


def login_form(request: Request, app: "App") -> Response:
    """The sign-in form, with a session of its own and a token against forged requests bound to it."""
    session, cookie = _session(request, app)
    form = "<h1>เข้าสู่ระบบ</h1>\n" + _sign_in(session)
    return page("เข้าสู่ระบบ · Sign in", form, head=_HEAD, kind="form", headers=cookie)


def _sign_in(session: str) -> str:
    return (
        '<form method="post" action="/login">\n'
        f'<input type="hidden" name="csrf_token" value="{_form_token(session)}">\n'
        '<p><label>ชื่อผู้ใช้ <input name="username" autocomplete="username"></label></p>\n'
        '<p><label>รหัสผ่าน <input name="password" type="password" autocomplete="current-password"></label></p>\n'
        "<p><button>เข้าสู่ระบบ</button></p>\n</form>"
    )


def login(request: Request, app: "App") -> Response:
    """Check name and password; a session that has logged in is a new one (ASVS 5.0.0-7.2.4)."""
    fields = _form(request)
    old = request.cookies.get(app.behaviour.cookie.name, "")
    if old not in app.people.sessions or not secrets.compare_digest(
        fields.get("csrf_token", ""), _form_token(old)
    ):
        raise Problem(403)
    person = app.people.by_password(fields.get("username", ""), fields.get("password", ""))
    if person is None:
        raise Problem(403)
    app.people.close(old)
    return redirect("/me", headers=_cookie(app, _open(app, person)))


def me(request: Request, app: "App") -> Response:
    """The page of whoever is signed in."""
    person = app.people.sessions.get(request.cookies.get(app.behaviour.cookie.name, ""))
    if person is None:
        return redirect("/login")
    body = f"<h1>{person.thai_name}</h1>\n<p>{person.number}</p>\n"
    return page("ข้อมูลของฉัน · My record", body, head=_HEAD)


def logout(request: Request, app: "App") -> Response:
    """End the session at the server and have the browser forget it (ASVS 5.0.0-14.3.1)."""
    style = app.behaviour.cookie
    app.people.close(request.cookies.get(style.name, ""))
    gone = ("Set-Cookie", f"{style.name}=; {style.attributes}; Max-Age=0")
    return redirect("/", headers=(gone, ("Clear-Site-Data", '"cache", "cookies", "storage"')))


def security_txt(request: Request, app: "App") -> Response:
    """RFC 9116: whom to tell; valid for half a year, as §2.5.5 advises less than a year."""
    expires = (datetime.now(UTC) + timedelta(days=180)).strftime("%Y-%m-%dT%H:%M:%SZ")
    place = f"https://{HOSTS['portal']}/.well-known/security.txt"
    lines = (
        f"Contact: mailto:security@{MAIL_DOMAIN}",
        f"Expires: {expires}",
        "Preferred-Languages: th, en",
        f"Canonical: {place}",
    )
    return static("".join(line + "\r\n" for line in lines).encode(), TEXT)


def file(content: bytes, content_type: str) -> Handler:
    """A route that serves the same bytes to everybody."""
    return lambda request, app: static(content, content_type)


def _session(request: Request, app: "App") -> tuple[str, Headers]:
    known = request.cookies.get(app.behaviour.cookie.name, "")
    if known in app.people.sessions:
        return known, ()
    session = _open(app, None)
    return session, _cookie(app, session)


def _open(app: "App", person: Person | None) -> str:
    session = app.behaviour.cookie.new()
    app.people.open(session, person)
    return session


def _cookie(app: "App", session: str) -> Headers:
    style = app.behaviour.cookie
    return (("Set-Cookie", f"{style.name}={session}; {style.attributes}"),)


def _form_token(session: str) -> str:
    return hashlib.sha256(b"form\0" + session.encode()).hexdigest()


def _form(request: Request) -> dict[str, str]:
    try:
        return {k: v[0] for k, v in parse_qs(request.body.decode(), max_num_fields=20).items()}
    except ValueError:
        raise Problem(400) from None


ROUTES: dict[str, dict[str, Handler]] = {
    "/": {"GET": home},
    "/login": {"GET": login_form, "POST": login},
    "/search": {"GET": search},
    "/me": {"GET": me},
    "/logout": {"POST": logout},
    "/static/site.css": {"GET": file(STYLE, CSS)},
    "/static/site.js": {"GET": file(SCRIPT, JS)},
    "/robots.txt": {"GET": file(b"User-agent: *\nDisallow: /me\n", TEXT)},
    "/.well-known/security.txt": {"GET": security_txt},
}
