"""The mail with the link to a new password, and the page behind that link."""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from harness.demo.behaviour import Handler
from harness.demo.entry import form_token, posted, visitor
from harness.demo.idp_store import Expiring
from harness.demo.looks import HEAD
from harness.demo.messages import Headers, Request, Response
from harness.demo.people import Person
from harness.demo.replies import Problem, page, redirect

if TYPE_CHECKING:
    from harness.demo.web import App

_FIELDS = (("new_password", "รหัสผ่านใหม่"), ("new_password_again", "รหัสผ่านใหม่อีกครั้ง"))


class Outbox:
    """Where mail for the test accounts ends: the newest one in a file, or nowhere where there is no file."""

    def __init__(self, path: Path | None) -> None:
        self.path, self._lock = path, threading.Lock()

    def send(self, to: Person, text: str) -> None:
        """Put a mail in the place of the last one; a reader sees the one or the other, never half of it."""
        if self.path is None:
            return
        with self._lock:
            draft = self.path.with_suffix(".draft")
            draft.write_text(f"To: {to.name}\n\n{text}\n", encoding="utf-8")
            draft.chmod(0o600)
            os.replace(draft, self.path)


class ResetLinks:
    """Links that are good for one new password, for a while."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.tokens: Expiring[Person] = Expiring()

    def send(self, request: Request, app: "App", name: str) -> None:
        """Mail a link to whoever has an account of this name."""
        person = app.accounts.person(name)
        if person is None:
            return
        rules = app.behaviour.rules
        token = self.tokens.new(person, rules.reset_lives)
        link = f"{rules.reset_origin(request)}/reset/new?token={token}"
        help_page = f"{rules.reset_origin(request)}/"
        self.outbox.send(person, f"ตั้งรหัสผ่านใหม่ · Set a new password: {link}\n\n{help_page}")


def new_form(request: Request, app: "App") -> Response:
    """The form for a new password, for whoever holds a link that is good."""
    token = _token(request)
    if app.resets.tokens.get(token) is None:
        raise Problem(404)
    session, cookie = visitor(request, app)
    return _new_page(session, token, cookie)


def _new_page(session: str, token: str, headers: Headers = (), *, status: int = 200) -> Response:
    fields = "".join(
        f'<p><label>{label} <input name="{name}" type="password" autocomplete="new-password"></label></p>\n'
        for name, label in _FIELDS
    )
    hidden = f'<input type="hidden" name="csrf_token" value="{form_token(session)}">\n'
    body = (
        f'<h1>ตั้งรหัสผ่านใหม่</h1>\n<form method="post" action="/reset/new?token={token}">\n{hidden}{fields}'
        "<p><button>ตั้งรหัสผ่าน</button></p>\n</form>"
    )
    return page("ตั้งรหัสผ่านใหม่ · New password", body, head=HEAD, status=status, kind="form", headers=headers)


def new(request: Request, app: "App") -> Response:
    """Set the new password and end every session; the link is used up (ASVS 5.0.0-6.4.3)."""
    token, session = _token(request), request.cookies.get(app.behaviour.cookie.name, "")
    person = app.resets.tokens.get(token)
    if person is None or app.sessions.find(session) is None:
        raise Problem(404)
    fields, rules = posted(request, session), app.behaviour.rules
    chosen = fields.get("new_password", "")
    good = rules.password_ok(chosen) and not app.accounts.used(person, chosen)
    if chosen != fields.get("new_password_again") or not good:
        return _new_page(session, token, status=422)
    if rules.reset_once and app.resets.tokens.pop(token) is None:
        raise Problem(404)
    app.accounts.set(person, chosen)
    app.sessions.close_others(person, "")
    return redirect("/login")


def _token(request: Request) -> str:
    return request.query.get("token", "")


ROUTES: dict[str, dict[str, Handler]] = {"/reset/new": {"GET": new_form, "POST": new}}
