"""The staff's pages: name and password, then a one-time code; and acts that ask for the password once more."""

from functools import partial
from typing import TYPE_CHECKING

from harness.demo.accounts import Locked
from harness.demo.behaviour import Handler
from harness.demo.entry import form_token, posted, set_cookie, visitor
from harness.demo.looks import HEAD
from harness.demo.messages import Headers, Request, Response
from harness.demo.people import Person
from harness.demo.replies import Problem, page, redirect
from harness.demo.rules import canonical

if TYPE_CHECKING:
    from harness.demo.web import App

#: What the staff must give the password again for.
ACTS = {"export": "ส่งออกข้อมูล", "consent": "เปลี่ยนแปลงความยินยอม", "emergency": "เข้าถึงกรณีฉุกเฉิน"}
_SLOW = "ลองผิดหลายครั้งเกินไป โปรดรอ 15 นาที · Too many attempts, wait 15 minutes"
_WRONG_CODE = "รหัสไม่ถูกต้องหรือหมดอายุ · The code is wrong or over"
_NAME = '<p><label>ชื่อผู้ใช้ <input name="username" autocomplete="username"></label></p>\n'
_AGAIN = (
    '<p><label>รหัสผ่าน <input name="password" type="password" autocomplete="current-password"></label></p>\n'
)
_CODE = '<p><label>รหัสยืนยัน <input name="code" inputmode="numeric" autocomplete="one-time-code"></label></p>\n'


def _asking(
    where: str, fields: str, session: str, *, said: str = "", status: int = 200, headers: Headers = ()
) -> Response:
    token = f'<input type="hidden" name="csrf_token" value="{form_token(session)}">\n'
    form = f'<form method="post" action="{where}">\n{token}{fields}<p><button>ตกลง</button></p>\n</form>'
    body = f"<h1>บุคลากร</h1>\n{said and f'<p>{said}</p>'}\n{form}"
    return page("บุคลากร · Staff", body, head=HEAD, status=status, kind="form", headers=headers)


def login_form(request: Request, app: "App") -> Response:
    """The staff's sign-in form."""
    session, cookie = visitor(request, app)
    return _asking("/staff/login", _NAME + _AGAIN, session, headers=cookie)


def login(request: Request, app: "App") -> Response:
    """Check name and password; what they give is half a session, that opens nothing but the page for the code."""
    old = request.cookies.get(app.behaviour.cookie.name, "")
    if app.sessions.find(old) is None:
        raise Problem(403)
    fields, rules = posted(request, old), app.behaviour.rules
    again = partial(_asking, "/staff/login", _NAME + _AGAIN, old)
    name = fields.get("username", "")
    try:
        person = app.staff.accounts.enter(request, name, fields.get("password", ""))
    except Locked as locked:
        return again(said=_SLOW, status=429, headers=_wait(locked))
    if person is None:
        return again(said=rules.wrong_for(name, app.staff.accounts.known(name)), status=403)
    if canonical(person.name) in rules.uncoded:
        return redirect("/staff", headers=_whole(app, person))
    half = app.staff.half.open(app.behaviour.staff.new, person)
    return redirect("/staff/code", headers=set_cookie(app.behaviour.staff, half))


def _wait(locked: Locked) -> Headers:
    return (("Retry-After", str(round(locked.seconds))),)


def _whole(app: "App", person: Person) -> Headers:
    return set_cookie(app.behaviour.staff, app.staff.whole.open(app.behaviour.staff.new, person))


def _half(request: Request, app: "App") -> tuple[Person, str] | None:
    """Who has given the password, and nothing else yet."""
    name = request.cookies.get(app.behaviour.staff.name, "")
    found = app.staff.half.find(name)
    return (found.person, name) if found is not None and found.person is not None else None


def code_form(request: Request, app: "App") -> Response:
    """The page that asks for the one-time code."""
    found = _half(request, app)
    return _asking("/staff/code", _CODE, found[1]) if found else redirect("/staff/login")


def code(request: Request, app: "App") -> Response:
    """Check the code; a new session is whole (ASVS 5.0.0-7.2.4)."""
    found = _half(request, app)
    if found is None:
        return redirect("/staff/login")
    person, half = found
    given = posted(request, half).get("code", "")
    again = partial(_asking, "/staff/code", _CODE, half)
    try:
        right = app.staff.seeds.right(person, given)
    except Locked as locked:
        return again(said=_SLOW, status=429, headers=_wait(locked))
    if not right:
        return again(said=_WRONG_CODE, status=403)
    app.staff.half.close(half)
    return redirect("/staff", headers=_whole(app, person))


def _signed(request: Request, app: "App") -> tuple[Person, str] | None:
    """Who has signed in to the end, and with which session."""
    name = request.cookies.get(app.behaviour.staff.name, "")
    found = app.staff.whole.find(name)
    return (found.person, name) if found is not None and found.person is not None else None


def home(request: Request, app: "App") -> Response:
    """The page of a member of the staff."""
    found = _signed(request, app) or (_half(request, app) if app.behaviour.rules.half_opens else None)
    if found is None:
        return redirect("/staff/login")
    links = "".join(f'<p><a href="/staff/{name}">{thai}</a></p>\n' for name, thai in ACTS.items())
    out = '<form method="post" action="/staff/logout"><p><button>ออกจากระบบ</button></p></form>'
    return page("บุคลากร · Staff", f"<h1>{found[0].thai_name}</h1>\n{links}{out}", head=HEAD)


def act(name: str, request: Request, app: "App") -> Response:
    """An act of high risk: for whoever has just given the password again."""
    found = _signed(request, app)
    if found is None:
        return redirect("/staff/login")
    if app.behaviour.rules.confirms and not app.staff.confirmed(found[1]):
        return redirect("/staff/confirm")
    return page(f"{ACTS[name]} · {name}", f"<h1>{ACTS[name]}</h1>", head=HEAD)


def confirm_form(request: Request, app: "App") -> Response:
    """The page that asks for the password once more."""
    found = _signed(request, app)
    return _asking("/staff/confirm", _AGAIN, found[1]) if found else redirect("/staff/login")


def confirm(request: Request, app: "App") -> Response:
    """Check the password of whoever is signed in."""
    found = _signed(request, app)
    if found is None:
        return redirect("/staff/login")
    person, session = found
    given = posted(request, session).get("password", "")
    try:
        right = app.staff.accounts.enter(request, person.name, given) is person
    except Locked:
        raise Problem(429) from None
    if not right:
        return _asking("/staff/confirm", _AGAIN, session, status=403)
    app.staff.confirm(session, 300)
    return redirect("/staff")


def logout(request: Request, app: "App") -> Response:
    """End the session at the server and have the browser forget it."""
    name = request.cookies.get(app.behaviour.staff.name, "")
    if app.behaviour.rules.forgets_at_server:
        for sessions in (app.staff.half, app.staff.whole):
            sessions.close(name)
    gone = f"{app.behaviour.staff.name}=; {app.behaviour.staff.attributes}; Max-Age=0"
    return redirect("/", headers=(("Set-Cookie", gone), ("Clear-Site-Data", '"cache", "cookies", "storage"')))


ROUTES: dict[str, dict[str, Handler]] = {
    "/staff": {"GET": home},
    "/staff/login": {"GET": login_form, "POST": login},
    "/staff/code": {"GET": code_form, "POST": code},
    "/staff/confirm": {"GET": confirm_form, "POST": confirm},
    "/staff/logout": {"POST": logout},
    **{f"/staff/{name}": {"GET": partial(act, name)} for name in ACTS},
}
