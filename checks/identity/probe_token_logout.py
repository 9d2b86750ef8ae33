"""Logs out through the provider as a client and a person would, and as somebody who wants the browser elsewhere."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import lxml.html
from msgspec.structs import replace

from harness.agent import Form, Page, forms
from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.model import Text
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Flow, Params, attempt
from .probe_jose import flipped, parse, unsigned
from .probe_token_steps import carried_out, cited, words
from .token_evidence import ProviderLogoutTrials

_ENDPOINT = "end_session_endpoint"
_EVIL = "https://moph-harness.invalid/out"
#: Pages of one logout that ask for confirmation.
_MOST_FORMS = 3
#: Errors that a person who is signed in may be given too.
_SIGNED_IN = frozenset({"consent_required", "interaction_required", "account_selection_required"})
_REFRESH = re.compile(rb"<meta[^>]{0,200}http-equiv\s*=\s*[\"']?refresh[^>]{0,500}", re.IGNORECASE)


@probe("issuer")
def provider_logout(issuer: Issuer, wire: Wire) -> ProviderLogoutTrials | Missing:
    """Log out once properly, then without a valid hint and towards addresses nobody registered; three to six sign-ins."""
    first = Flow(wire, issuer)
    if not isinstance(first.metadata.get(_ENDPOINT), str):
        return ProviderLogoutTrials(experiments={"redirect": _not_offered()})
    second = Flow(wire, issuer, first.metadata)
    proper = carried_out(first, lambda: Experiment(control=Leaver(first).properly()))
    assert proper.control is not None
    leaver = Leaver(second)
    experiments = {
        "session": carried_out(second, leaver.unasked, proper.control),
        "redirect": carried_out(second, leaver.elsewhere, proper.control),
    }
    exchanges = cited([first.agent, second.agent], experiments.values())
    return ProviderLogoutTrials(experiments=experiments, exchanges=exchanges)


def _not_offered() -> Experiment:
    return Experiment(
        not_offered=Text(
            "rule: applies where the metadata name an endpoint to end the session; fact: they name none",
            "เงื่อนไข: ใช้เมื่อเมทาดาทาระบุ end_session_endpoint; ข้อเท็จจริง: ไม่ได้ระบุไว้",
        )
    )


class Leaver:
    """A person at the provider, signed in through the main client."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.hint = ""
        self.registered: str = getattr(flow.client(), "post_logout_redirect_uri", "") or ""

    def sign_in(self) -> None:
        """Sign in where nobody is, and have an id_token to hint at the session."""
        if not self.hint or not self.alive():
            found, _ = self.flow.tokens(scope=" ".join(words(self.flow, "main")))
            self.hint = str(found.data.get("id_token") or "")
        if not self.hint:
            raise WireError(Cause.UNSTABLE, "the sign-in gave no id_token, which a logout needs for a hint")

    def alive(self) -> bool | None:
        """Whether the session is there, as the answer to a request without pages says (OpenID Connect Core 1.0 §3.1.2.6).

        Providers that cannot answer such a request are asked with pages: a form for the password says that it is not.
        """
        ask = self.flow.ask(scope=" ".join(words(self.flow, "main")), prompt="none")
        answer = self.flow.authorize(ask, sign_in=False, label="is the session there (prompt=none)")
        if answer.code or answer.error in _SIGNED_IN:
            return True
        return False if answer.error == "login_required" else self._greeted()

    def _greeted(self) -> bool | None:
        """Whether an ordinary request is taken further without a password; None where that cannot be told."""
        ask = self.flow.ask(scope=" ".join(words(self.flow, "main")))
        answer = self.flow.authorize(ask, sign_in=False, label="is the session there")
        if answer.code or answer.error in _SIGNED_IN:
            return True
        shown = forms(answer.page) if answer.page.status == 200 else ()
        if any(form.password is not None for form in shown):
            return False
        return True if any(form.method == "POST" for form in shown) else None

    def leave(self, params: Params, *, confirm: bool) -> tuple[Page, bool]:
        """Ask to log out; the last page, and whether the browser was sent to the address in the request."""
        wanted = params.get("post_logout_redirect_uri", "")

        def there(place: str) -> bool:
            return bool(wanted) and place.startswith(wanted)

        url = self.flow.endpoint(_ENDPOINT)
        url += ("&" if "?" in url else "?") + urlencode(params)
        page = self.flow.agent.follow(self.flow.agent.fetch("GET", url, label="logout"), there)
        for _ in range(_MOST_FORMS):
            form = _confirming(page) if confirm and not there(page.location) else None
            if form is None:
                break
            page = self.flow.agent.fetch(
                form.method,
                form.action,
                form=form.fields,
                headers=form.headers,
                label="confirming the logout",
            )
            page = self.flow.agent.follow(page, there)
        return page, there(page.location) or _refreshes(page, there)

    def properly(self) -> Attempt:
        """A logout as it should be: the session is there before and gone after."""
        self.sign_in()
        before = self.alive()
        params = {"id_token_hint": self.hint, "client_id": self.flow.client().client_id}
        page, _ = self.leave(params, confirm=True)
        gone = before is True and self.alive() is False
        note = "" if before else "whether somebody is signed in cannot be seen"
        return attempt("a logout with a valid hint ends the session", page, gone, note)

    def unasked(self, proper: Attempt) -> Experiment:
        """Requests that any page could make the browser send, nobody confirming: the session must stay."""
        if not proper.granted:
            return Experiment(control=proper)
        attempts = []
        for name, params in self._unproven():
            self.sign_in()
            page, _ = self.leave(params(), confirm=False)
            alive = self.alive()
            note = "" if alive is None else "the session stays" if alive else "the session is gone"
            gone = None if alive is None else not alive
            attempts.append(
                Attempt(name=name, granted=gone, status=page.status, exchange=page.exchange.id, note=note)
            )
        return Experiment(control=proper, attempts=tuple(attempts))

    def _unproven(self) -> list[tuple[str, Callable[[], Params]]]:
        return [
            ("no hint", dict),
            ("hint with one bit changed", lambda: {"id_token_hint": flipped(self.hint)}),
            ("hint without a signature", lambda: {"id_token_hint": _bare(self.hint)}),
        ]

    def elsewhere(self, proper: Attempt) -> Experiment:
        """Logouts, confirmed, towards addresses that nobody registered."""
        if not proper.granted:
            return Experiment(control=proper)
        attempts = []
        for name, address, hint in self._addresses():
            self.sign_in()
            params = {"client_id": self.flow.client().client_id, "post_logout_redirect_uri": address}
            page, away = self.leave(params | hint(), confirm=True)
            attempts.append(attempt(f"redirect to {name}", page, away))
        return Experiment(control=self._registered(proper), attempts=tuple(attempts))

    def _addresses(self) -> list[tuple[str, str, Callable[[], Params]]]:
        """Names, addresses and what goes with them."""

        def valid() -> Params:
            return {"id_token_hint": self.hint}

        found: list[tuple[str, str, Callable[[], Params]]] = [
            ("an unknown address", _EVIL, valid),
            ("an unknown address without a hint", _EVIL, dict),
        ]
        if self.registered:
            found.append(("a path below the registered address", f"{self.registered}/moph", valid))
        return found

    def _registered(self, proper: Attempt) -> Attempt:
        """The better control where the target names the address: the browser is sent there."""
        if not self.registered:
            return proper
        self.sign_in()
        params = {"id_token_hint": self.hint, "post_logout_redirect_uri": self.registered}
        page, there = self.leave(params, confirm=True)
        return attempt("redirect to the registered address", page, there)


def _bare(token: str) -> str:
    header, claims = parse(token) or ({}, {})
    return unsigned(header | {"alg": "none"}, claims)


def _confirming(page: Page) -> Form | None:
    """The form a person would confirm with, the first button that has a name pressed."""
    if page.status != 200:
        return None
    found = next((form for form in forms(page) if form.method == "POST" and form.password is None), None)
    if found is None:
        return None
    buttons = lxml.html.document_fromstring(page.body).xpath(
        "//button[@name][not(@type) or @type='submit'] | //input[@type='submit'][@name]"
    )
    given = {name for name, _ in found.fields}
    pressed = [
        (str(b.get("name")), str(b.get("value") or "")) for b in buttons[:1] if b.get("name") not in given
    ]
    return replace(found, fields=(*found.fields, *pressed))


def _refreshes(page: Page, there: Callable[[str], bool]) -> bool:
    """Whether the page sends the browser there by itself."""
    for tag in _REFRESH.findall(page.body[:100_000]):
        place = re.search(rb"url\s*=\s*['\"]?([^'\"\s>]{1,300})", tag, re.IGNORECASE)
        if place and there(place[1].decode("utf-8", "replace")):
            return True
    return False
