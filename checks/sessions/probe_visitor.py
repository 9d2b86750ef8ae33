"""A person at the sign-in page: finds the form, fills it in, and looks whether the home page opens."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.agent import Agent, Form, Header, Page, forms
from harness.evidence import Cause, Exchange
from harness.experiment import Attempt
from harness.idtarget import SignInPage
from harness.scope import WireError
from harness.wire import Wire

from .probe_code_form import code_form
from .probe_places import protected, same_place


class Entered(NamedTuple):
    """One try to sign in: the answer to the form, the page it led to, and whether the home page opened (None: unclear)."""

    answer: Page
    landed: Page
    inside: bool | None


class Visitor:
    """One browser at one sign-in page."""

    def __init__(self, wire: Wire, page: SignInPage) -> None:
        self.wire, self.page, self.agent = wire, page, Agent(wire)
        self._shown: Form | None = None
        self.home_url = page.base_url + page.login.home
        self.login_url = page.base_url + page.login.page

    def twin(self) -> "Visitor":
        """Another browser with a copy of this one's cookies."""
        other = Visitor(self.wire, self.page)
        other.agent.cookies = {host: dict(jar) for host, jar in self.agent.cookies.items()}
        return other

    @property
    def jar(self) -> dict[str, str]:
        """The cookies for the sign-in page's host, by name; values stay in memory."""
        return self.agent.cookies.setdefault((urlsplit(self.login_url).hostname or "").lower(), {})

    def form(self, *, label: str = "sign-in page") -> Form:
        """The sign-in form. Raises WireError where there is none that a password may be typed into."""
        page = self.agent.follow(self.agent.fetch("GET", self.login_url, label=label), lambda _: False)
        if page.status is None:
            raise WireError(page.exchange.fault or Cause.UNREACHABLE, page.exchange.detail or "no answer")
        found = _sign_in_form(page)
        if found is None:
            raise WireError(
                Cause.MALFORMED, f"no form with name and password at {self.page.login.page} ({page.status})"
            )
        if page.exchange.tls == "unverified" or not protected(found):
            raise WireError(
                Cause.TLS, "the sign-in is not protected by verified TLS; no password is typed in"
            )
        return found

    def next_form(self) -> Form:
        """The form that the last answer showed again, as a person would use it, or else a new one."""
        return self._shown or self.form()

    def enter(
        self,
        username: str,
        password: str,
        *,
        form: Form | None = None,
        headers: Sequence[Header] = (),
        label: str = "sign-in",
    ) -> Entered:
        """Send name and password, follow where it leads, and ask for the home page."""
        answer = self.send(username, password, form=form, headers=headers, label=label)
        landed = self.agent.follow(answer, lambda _: False)
        if landed is not answer and same_place(landed.url, self.home_url):
            return Entered(answer, landed, self.opened(landed))
        return Entered(answer, landed, self.inside())

    def send(
        self,
        username: str,
        password: str,
        *,
        form: Form | None = None,
        headers: Sequence[Header] = (),
        label: str = "sign-in",
    ) -> Page:
        """Send name and password and follow nothing."""
        form = form or self.form()
        page = self.agent.fetch(
            form.method,
            form.action,
            form=form.filled(username, password),
            headers=(*form.headers, *headers),
            label=label,
        )
        again = _sign_in_form(page)
        self._shown = again if again and protected(again) else None
        return page

    def inside(self, *, label: str = "home page") -> bool | None:
        """Whether the home page opens for this browser."""
        return self.opened(self.agent.fetch("GET", self.home_url, label=label))

    def opened(self, page: Page) -> bool | None:
        """Whether this answer is the home page: 200, and not the sign-in form in its place; None without a clear answer."""
        if page.status is None or page.status >= 500 or page.status == 429:
            return None
        asks = any(f.username and f.password and not _new_password(f) for f in forms(page))
        return page.status == 200 and not asks

    def tried(self, name: str, entered: Entered) -> Attempt:
        """A try to sign in as an attempt; 429 without a session is a refusal, not a fault.

        Where the sign-in asks for a code after the password, being asked for it is what the password can give.
        """
        page, granted = entered.answer, entered.inside
        if not granted and self.page.login.asks_code and asked(self, entered):
            granted = True
        if granted is None and page.status == 429:
            granted = False
        return Attempt(
            name=name,
            granted=granted,
            status=page.status,
            exchange=page.exchange.id,
            note=str(page.exchange.fault or ""),
        )

    def attempt(
        self, name: str, username: str, password: str, headers: Sequence[Header] = ()
    ) -> tuple[Attempt, Entered | None]:
        """Try to sign in; where no form is to be had (any more), nothing can be told and nothing is raised."""
        try:
            entered = self.enter(username, password, headers=headers)
        except WireError as gone:
            return Attempt(name=name, granted=None, note=str(gone)[:120]), None
        return self.tried(name, entered), entered

    def looked(self, name: str, url: str = "") -> Attempt:
        """Whether the home page opens, or another, as an attempt."""
        page = self.agent.fetch("GET", url or self.home_url, label=name)
        return Attempt(
            name=name,
            granted=self.opened(page),
            status=page.status,
            exchange=page.exchange.id,
            note=str(page.exchange.fault or ""),
        )


def closed_to_strangers(visitor: Visitor) -> Attempt:
    """The home page asked without a session. Raises WireError where it opens: then it shows nothing of sessions."""
    found = visitor.looked("home page without a session")
    if found.granted:
        raise WireError(
            Cause.UNSTABLE,
            f"{visitor.page.login.home} opens without a session, so it does not show who is signed in",
        )
    return found


def asked(visitor: Visitor, entered: Entered) -> bool:
    """Whether the password was taken and a one-time code is asked for."""
    landed = entered.landed
    inner = same_place(landed.url, visitor.home_url) or _sign_in_form(landed) is not None
    return not inner and code_form(landed) is not None


def _new_password(form: Form) -> bool:
    """A form for another password stands on many a home page, and is no sign-in form."""
    return bool(form.password) and any(
        word in (form.password or "").lower() for word in ("new", "current", "old")
    )


def _sign_in_form(page: Page) -> Form | None:
    return next((f for f in forms(page) if f.username and f.password), None)


def kept(agents: Sequence[Agent | Visitor], ids: set[str], *, body: int = 0) -> tuple[Exchange, ...]:
    """The exchanges of these ids for the report: without what was typed in, and with little of the page."""
    found = []
    for one in agents:
        agent = one.agent if isinstance(one, Visitor) else one
        found += [e for e in agent.exchanges if e.id in ids]
    return tuple(
        replace(e, sent_body="", body=e.body[:body], complete=e.complete and len(e.body) <= body)
        for e in found
    )
