"""A sign-in watched: which requests carried the password, where the browser was sent, what came of a request."""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from harness.agent import Page, forms
from harness.evidence import Exchange
from harness.experiment import Attempt
from harness.idtarget import Role

from .probe_browser import browsed
from .probe_flow import Answer, Ask, Flow, attempt, is_answer

#: Answers that say that the platform is busy or broken: they refuse nothing.
_BUSY = frozenset({"server_error", "temporarily_unavailable", "slow_down"})
_META = re.compile(rb"<meta[^>]{0,200}http-equiv[^>]{0,200}refresh[^>]{0,400}>", re.IGNORECASE)
_URL = re.compile(r"url\s{0,8}=\s{0,8}['\"]?([^'\">;\s]{1,2000})", re.IGNORECASE)


class WatchedFlow(Flow):
    """A flow whose sign-in is looked at."""

    @property
    def scripted(self) -> bool:
        """Whether it was not seen which request carried the password: the sign-in is a script's, or a page hid it."""
        return self.issuer.provider.sign_in.adapter == "script" or self.unseen

    def visit(self, pairs: Sequence[tuple[str, str]], label: str) -> Page:
        """Send a request of any parameters, doubled ones too, and follow redirects up to an answer to the client."""
        page = self.agent.follow(self.agent.fetch("GET", self.address(pairs), label=label), is_answer)
        return browsed(self, page, sign_in=False).page if self.browser else page

    def code_attempt(self, name: str, role: Role, ask: Ask, **changes: str | None) -> Attempt:
        """Ask for a code and redeem it with these changes: granted where tokens come of it."""
        answer = self.authorize(ask, label=f"{name}: authorization request")
        if not answer.code:
            return turned_away(name, answer)
        return settled(
            self.redeem(answer, ask, role, label=f"{name}: code for tokens", **changes).attempt(name)
        )


def has_password(page: Page) -> bool:
    """Whether a page asks for a password."""
    return any(form.password is not None for form in forms(page))


def turned_away(name: str, answer: Answer) -> Attempt:
    """An authorization request that brought no code: refused, or not to be told."""
    found = attempt(name, answer.page, False, answer.error)
    return settled(replace(found, granted=False) if answer.error else found)


def settled(found: Attempt) -> Attempt:
    """The attempt, told to be unclear where the platform was only busy."""
    busy = found.status == 429 or found.error in _BUSY
    return replace(found, granted=None) if busy and not found.granted else found


def place_of(page: Page) -> str:
    """Where an answer sends the browser, as it stands in the answer: nothing resolved, nothing put right."""
    raw = (value for name, value in page.headers if name.lower() == "location" and not page.moved)
    return next(raw, page.location).strip()


def targets(page: Page) -> tuple[str, ...]:
    """Every address an answer sends the browser to by itself: redirect, Refresh, meta element."""
    texts = [value for name, value in page.headers if name.lower() == "refresh"]
    texts += [found.decode("utf-8", "replace") for found in _META.findall(page.body[:200_000])]
    found = [match[1] for text in texts if (match := _URL.search(text))]
    place = place_of(page)
    # None: a script of the target's owner told where it ended
    redirects = page.moved or page.status is None or 300 <= page.status < 400
    return (place, *found) if place and redirects else tuple(found)


def deciding(
    exchanges: Iterable[Exchange], *attempts: Attempt | None, also: Iterable[str] = ()
) -> tuple[Exchange, ...]:
    """The exchanges that attempts name, without the pages a person would see."""
    wanted = {a.exchange for a in attempts if a is not None} | set(also)
    return tuple(_light(x) for x in exchanges if x.id in wanted)


def _light(exchange: Exchange) -> Exchange:
    kind = (exchange.value("content-type") or "").lower()
    return replace(exchange, body=exchange.body[:2000] if "json" in kind else "")
