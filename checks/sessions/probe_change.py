"""Changing a password as a person would: the form is found by its password fields."""

from urllib.parse import urljoin

import lxml.html
from msgspec import Struct

from harness.agent import Form, Page, forms

from .probe_places import protected
from .probe_visitor import Visitor


class ChangeForm(Struct, frozen=True):
    """A form for another password: the field for the present one (None: not asked for), and those for the new."""

    form: Form
    current: str | None
    new: tuple[str, ...]

    def filled(self, old: str, new: str) -> tuple[tuple[str, str], ...]:
        """The fields with both passwords in place."""
        given = dict.fromkeys(self.new, new) | ({self.current: old} if self.current else {})
        return tuple((name, given.get(name, value)) for name, value in self.form.fields)


def change_form(visitor: Visitor) -> ChangeForm | None:
    """The form on the page for changing the password, None where there is none."""
    url = visitor.page.base_url + (visitor.page.login.change or "")
    page = visitor.agent.follow(visitor.agent.fetch("GET", url, label="page to change"), lambda _: False)
    if page.status != 200 or page.exchange.tls == "unverified":
        return None
    return change_form_of(page)


def change_form_of(page: Page) -> ChangeForm | None:
    """The first form of a page that asks for another password."""
    return next((found for form in forms(page) if (found := _read(page, form))), None)


def _read(page: Page, form: Form) -> ChangeForm | None:
    """Present and new by autocomplete, else by name, else by order: three fields, or two, begin with the present one."""
    fields = [f for f in _passwords(page, form.action) if f[0] in dict(form.fields)]
    if not fields or not protected(form):
        return None
    current = next(
        (n for n, hint in fields if _says(n, hint, ("current", "old", "existing", "present"))), None
    )
    new = [n for n, _ in fields if n != current]
    if current is None and len(fields) == 3:
        current, new = new[0], new[1:]
    if current is not None and not new:
        return None  # the sign-in form
    if current is None and all("new" not in n.lower() + h.lower() for n, h in fields) and len(fields) < 2:
        return None
    return ChangeForm(form, current, tuple(new))


def _says(name: str, hint: str, words: tuple[str, ...]) -> bool:
    return any(word in (hint or name).lower() for word in words)


def _passwords(page: Page, action: str) -> list[tuple[str, str]]:
    tree = lxml.html.document_fromstring(page.body)
    return [
        (one.name, one.get("autocomplete") or "")
        for form in tree.forms[:20]
        if urljoin(page.url, form.action or "") == action
        for one in form.inputs
        if one.get("type") == "password" and isinstance(one.name, str)
    ]
