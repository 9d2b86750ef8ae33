"""The form that asks for a one-time code: found by what the field says of itself."""

import re
from urllib.parse import urljoin

import lxml.html
from msgspec import Struct

from harness.agent import Form, Page, forms

from .probe_places import protected

_NAMED = re.compile(r"otp|totp|mfa|2fa|passcode|pin|verif|(?:^|[_-])code|^token$", re.IGNORECASE)
_TYPES = ("text", "tel", "number", "password")


class CodeForm(Struct, frozen=True):
    """A form that asks for a code in one field."""

    form: Form
    field: str

    def filled(self, code: str) -> tuple[tuple[str, str], ...]:
        """The fields with the code in place."""
        return tuple((name, code if name == self.field else value) for name, value in self.form.fields)


def code_form(page: Page) -> CodeForm | None:
    """The form of a page that asks for a one-time code, None where there is none."""
    if page.status is None or b"<" not in page.body[:2000] or page.exchange.tls == "unverified":
        return None
    by_action = {form.action: form for form in forms(page) if not (form.username and form.password)}
    for found in lxml.html.document_fromstring(page.body).forms[:20]:
        form = by_action.get(urljoin(page.url, found.action or ""))
        field = next((one.name for one in found.inputs if _asks(one)), None)
        if form is not None and field is not None and form.method == "POST" and protected(form):
            return CodeForm(form, field)
    return None


def _asks(field: lxml.html.InputElement) -> bool:
    if not isinstance(field.name, str) or (field.get("type") or "text").lower() not in _TYPES:
        return False
    hint = (field.get("autocomplete") or "").lower()
    return "one-time-code" in hint or (not hint.endswith("password") and bool(_NAMED.search(field.name)))
