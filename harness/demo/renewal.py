"""Changing one's password, and asking for a new one when it is forgotten."""

from typing import TYPE_CHECKING

from harness.demo.accounts import Locked
from harness.demo.behaviour import Handler
from harness.demo.entry import form_token, posted, signed, visitor
from harness.demo.looks import HEAD
from harness.demo.messages import Headers, Request, Response
from harness.demo.replies import Problem, page, redirect

if TYPE_CHECKING:
    from harness.demo.web import App

_RULE = "รหัสผ่านต้องยาวอย่างน้อย 10 อักขระ มีตัวพิมพ์ใหญ่ ตัวพิมพ์เล็ก ตัวเลข และอักขระพิเศษ และไม่ใช่คำที่เดาง่าย"
_FIELDS = (
    ("current", "รหัสผ่านปัจจุบัน", "current-password"),
    ("new_password", "รหัสผ่านใหม่", "new-password"),
    ("new_password_again", "รหัสผ่านใหม่อีกครั้ง", "new-password"),
)


def change_form(request: Request, app: "App") -> Response:
    """The form for another password; for whoever is signed in."""
    found = signed(request, app)
    return _change_page(found[1]) if found else redirect("/login")


def _change_page(session: str, *, said: str = _RULE, status: int = 200) -> Response:
    fields = "".join(
        f'<p><label>{label} <input name="{name}" type="password" autocomplete="{hint}"></label></p>\n'
        for name, label, hint in _FIELDS
    )
    body = (
        f'<h1>เปลี่ยนรหัสผ่าน</h1>\n<p>{said}</p>\n<form method="post" action="/password">\n{_token(session)}'
        f"{fields}<p><button>เปลี่ยน</button></p>\n</form>"
    )
    return page("เปลี่ยนรหัสผ่าน · Change password", body, head=HEAD, status=status, kind="form")


def change(request: Request, app: "App") -> Response:
    """Take another password by the rule; whoever else is signed in with the old one is not any more."""
    found = signed(request, app)
    if found is None:
        return redirect("/login")
    person, session = found
    fields = posted(request, session)
    new = fields.get("new_password", "")
    try:
        right = app.accounts.enter(request, person.name, fields.get("current", "")) is person
    except Locked:
        raise Problem(429) from None
    rules = app.behaviour.rules
    good = rules.password_ok(new) and not app.accounts.used(person, new)
    if not right or new != fields.get("new_password_again") or not good:
        return _change_page(session, said=f"ไม่ได้เปลี่ยนรหัสผ่าน {_RULE}", status=422)
    app.accounts.set(person, new)
    if rules.ends_others:
        app.sessions.close_others(person, session)
    return redirect("/me")


def reset_form(request: Request, app: "App") -> Response:
    """The form for those who forgot their password."""
    session, cookie = visitor(request, app)
    return _reset_page(session, "ระบบจะส่งวิธีตั้งรหัสผ่านใหม่ไปทางอีเมล", cookie)


def _reset_page(session: str, said: str, headers: Headers = ()) -> Response:
    field = '<p><label>ชื่อผู้ใช้ <input name="username" autocomplete="username"></label></p>'
    body = (
        f'<h1>ลืมรหัสผ่าน</h1>\n<p>{said}</p>\n<form method="post" action="/reset">\n{_token(session)}'
        f"{field}\n<p><button>ขอรหัสผ่านใหม่</button></p>\n</form>"
    )
    return page("ลืมรหัสผ่าน · Forgotten password", body, head=HEAD, kind="form", headers=headers)


def reset(request: Request, app: "App") -> Response:
    """Send a link to whoever has the account, and answer alike whoever is asked for."""
    session = request.cookies.get(app.behaviour.cookie.name, "")
    if app.sessions.find(session) is None:
        raise Problem(403)
    name = posted(request, session).get("username", "")
    known = app.accounts.known(name)
    app.resets.send(request, app, name)
    return _reset_page(session, app.behaviour.rules.sent(known))


def _token(session: str) -> str:
    return f'<input type="hidden" name="csrf_token" value="{form_token(session)}">\n'


ROUTES: dict[str, dict[str, Handler]] = {
    "/password": {"GET": change_form, "POST": change},
    "/reset": {"GET": reset_form, "POST": reset},
}
