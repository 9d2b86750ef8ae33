"""The portal: a public home page, signing in and out, and what every site should serve."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from msgspec.structs import replace

from harness.demo import entry, relying_pages, renewal, reset_links, staff_pages
from harness.demo.behaviour import HOSTS, MAIL_DOMAIN, Handler
from harness.demo.looks import HEAD, SCRIPT, STYLE
from harness.demo.messages import Request, Response
from harness.demo.replies import page, static

if TYPE_CHECKING:
    from harness.demo.web import App

TEXT, CSS, JS = "text/plain; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8"

_HOME = """<h1>ระบบสุขภาพตัวอย่าง</h1>
<p>เว็บไซต์นี้เป็นระบบจำลองสำหรับทดสอบความปลอดภัย ข้อมูลทั้งหมดเป็นข้อมูลสมมติ</p>
<p lang="en">A demonstration health portal. All data are invented.</p>
<p><a href="/login">เข้าสู่ระบบ · Sign in</a></p>
<form action="/search"><p><label>ค้นหา <input name="q" type="search"></label> <button>ค้นหา</button></p></form>
<script nonce="%s">document.documentElement.lang = 'th';</script>
"""


def home(request: Request, app: "App") -> Response:
    """The front page, for everybody."""
    head = HEAD + f'<link rel="canonical" href="{escape(app.origin(request, "portal"))}/">\n'
    nonce = app.behaviour.nonce()
    body = _HOME % nonce + "".join(app.behaviour.markup)
    return replace(page("ระบบสุขภาพตัวอย่าง · Demo health portal", body, head=head), nonce=nonce)


def search(request: Request, app: "App") -> Response:
    """What was looked for, escaped, and a form to sign in for more."""
    session, cookie = entry.visitor(request, app)
    form = entry.sign_in(session)
    body = f"<h1>ผลการค้นหา: {escape(request.query.get('q', ''))}</h1>\n<p>ไม่พบข้อมูล</p>\n{form}"
    return page("ค้นหา · Search", body, head=HEAD, kind="form", headers=cookie)


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


ROUTES: dict[str, dict[str, Handler]] = {
    "/": {"GET": home},
    "/search": {"GET": search},
    **entry.ROUTES,
    **renewal.ROUTES,
    **reset_links.ROUTES,
    **relying_pages.ROUTES,
    **staff_pages.ROUTES,
    "/static/site.css": {"GET": file(STYLE, CSS)},
    "/static/site.js": {"GET": file(SCRIPT, JS)},
    "/robots.txt": {"GET": file(b"User-agent: *\nDisallow: /me\n", TEXT)},
    "/.well-known/security.txt": {"GET": security_txt},
}
