"""The portal's pages for those who come through a national provider: in, around and what they may do there."""

import secrets
from functools import partial
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from harness.demo import relying_moph, relying_thaid
from harness.demo.behaviour import Handler
from harness.demo.entry import form_token, posted, set_cookie, visitor
from harness.demo.looks import HEAD
from harness.demo.messages import Request, Response
from harness.demo.people import Person
from harness.demo.relying_client import Refused
from harness.demo.relying_desk import PROVIDERS, Pending, Standing, over
from harness.demo.relying_ways import fresh
from harness.demo.replies import Problem, page, redirect

if TYPE_CHECKING:
    from harness.demo.web import App

_SORRY = "เข้าสู่ระบบไม่สำเร็จ โปรดลองใหม่ · The sign-in did not succeed, please try again"
#: Whoever comes and is no patient here.
_GUEST = Person("guest", "ผู้ใช้ที่ยังไม่มีเวชระเบียน", "-", secrets.token_hex(), secrets.token_hex())


def start(provider: str, request: Request, app: "App") -> Response:
    """Send the browser to the provider, with a state of this session."""
    session, cookie = visitor(request, app)
    place = f"{app.relying.ways.origin(request, provider)}/callback/{provider}"
    pending = Pending(session, secrets.token_urlsafe(24), secrets.token_urlsafe(24), place)
    app.relying.begin(provider, pending)
    if provider == "thaid":
        url, params = relying_thaid.asked(app, pending)
    else:
        url, params = relying_moph.asked(app, provider, pending)
    return redirect(f"{url}?{urlencode(params)}", headers=cookie)


def callback(provider: str, request: Request, app: "App") -> Response:
    """Take the browser back: the state of this session, once; then whoever the provider says it is."""
    session = request.cookies.get(app.behaviour.cookie.name, "")
    pending = app.relying.resume(provider, session, request.query.get("state"))
    if pending is None or not request.query.get("code"):
        return _sorry("")
    try:
        return _entered(provider, pending, request.query["code"], app)
    except Refused as refused:
        return _sorry(app.relying.ways.shown(refused.body))


def _sorry(said: str) -> Response:
    body = f"<h1>เข้าสู่ระบบไม่สำเร็จ</h1>\n<p>{_SORRY}</p>\n{said and f'<pre>{escape(said)}</pre>'}"
    return page("เข้าสู่ระบบไม่สำเร็จ · Sign-in failed", body, head=HEAD, status=403)


def _entered(provider: str, pending: Pending, code: str, app: "App") -> Response:
    ways, hashed, upstream = app.relying.ways, "", 900
    if provider == "thaid":
        standing = relying_thaid.enter(app, pending, code)
    else:
        standing, hashed, upstream = relying_moph.enter(app, provider, pending, code)
    app.sessions.close("" if ways.keeps_pending else pending.session)
    session = app.sessions.open(app.behaviour.signed.new, standing.person or _GUEST)
    app.relying.enter(session, standing)
    ((name, cookie),) = set_cookie(app.behaviour.signed, session)
    return redirect(
        ways.landing(hashed), headers=((name, f"{cookie}; Max-Age={ways.session_seconds(upstream)}"),)
    )


def standing_of(request: Request, app: "App") -> tuple[str, Standing] | None:
    """Who asks, if they came through a national provider and what that rests on has not ended."""
    session = request.cookies.get(app.behaviour.signed.name, "")
    found = app.relying.find(session) if app.sessions.find(session) else None
    if found is None:
        return None
    if over(found) and not _goes_on(app, found):
        app.relying.forget(session)
        app.sessions.close(session)
        return None
    return session, found


def _goes_on(app: "App", standing: Standing) -> bool:
    if standing.provider == "thaid":
        return relying_thaid.goes_on(app, standing)
    return relying_moph.renewed(app, standing)


def services(request: Request, app: "App") -> Response:
    """The page of those who came through a provider; staff of several units choose one here."""
    found = standing_of(request, app)
    if found is None:
        return redirect("/login")
    session, standing = found
    choice = "" if standing.unit or not standing.units else _choice(session, standing)
    way_out = '<form method="post" action="/logout"><p><button>ออกจากระบบ</button></p></form>'
    body = f"<h1>บริการของฉัน</h1>\n{choice}\n{way_out}\n"
    return page("บริการของฉัน · My services", body, head=HEAD)


def _choice(session: str, standing: Standing) -> str:
    units = "".join(
        f'<p><button name="hcode" value="{escape(str(u.get("hcode", "")), quote=True)}">'
        f"{escape(str(u.get('hname_th', '')))}</button></p>\n"
        for u in standing.units[:50]
    )
    token = f'<input type="hidden" name="csrf_token" value="{form_token(session)}">'
    return f'<form method="post" action="/unit">\n{token}\n{units}</form>'


def unit(request: Request, app: "App") -> Response:
    """Choose one of one's own units."""
    found = standing_of(request, app)
    if found is None:
        return redirect("/login")
    session, standing = found
    wanted = posted(request, session).get("hcode", "")
    if wanted not in {u.get("hcode") for u in standing.units}:
        raise Problem(403)
    standing.unit = wanted
    return redirect("/services")


def _assured(function: str, request: Request, app: "App") -> Standing | Response:
    """Whoever asks, with the level that this function needs; else where they are sent."""
    found = standing_of(request, app)
    if found is None:
        return redirect("/login")
    ways, standing = app.relying.ways, found[1]
    level = ways.without if standing.level is None else standing.level
    old = standing.provider == "health-id" and ways.oldest_days is not None
    if not ways.reaches(level, ways.floors[function]):
        raise Problem(403)
    if old and not fresh(standing.proofed, ways.oldest_days or 0):
        raise Problem(403)
    return standing


def records(request: Request, app: "App") -> Response:
    """A patient's own record."""
    found = _assured("record", request, app)
    if isinstance(found, Response):
        return found
    if found.person is None:
        raise Problem(404)
    body = f"<h1>เวชระเบียนของ {found.person.thai_name}</h1>\n<p>{found.person.number}</p>\n"
    return page("เวชระเบียน · Record", body, head=HEAD)


def consents(request: Request, app: "App") -> Response:
    """What a person has consented to."""
    found = _assured("consent", request, app)
    if isinstance(found, Response):
        return found
    return page("ความยินยอม · Consents", "<h1>ความยินยอม</h1>\n<p>ไม่มีรายการ</p>", head=HEAD)


def prescriptions(request: Request, app: "App") -> Response:
    """Prescribing, for clinicians whose licence in the chosen unit is verified and running."""
    found = _assured("prescription", request, app)
    if isinstance(found, Response):
        return found
    if not app.relying.ways.clinical(request, relying_moph.prescribes(app, found)):
        raise Problem(403)
    return page("สั่งยา · Prescriptions", "<h1>สั่งยา</h1>\n<p>ไม่มีรายการ</p>", head=HEAD)


ROUTES: dict[str, dict[str, Handler]] = {
    **{f"/login/{name}": {"GET": partial(start, name)} for name in PROVIDERS},
    **{f"/callback/{name}": {"GET": partial(callback, name)} for name in PROVIDERS},
    "/services": {"GET": services},
    "/unit": {"POST": unit},
    "/records": {"GET": records},
    "/consents": {"GET": consents},
    "/prescriptions": {"GET": prescriptions},
}
