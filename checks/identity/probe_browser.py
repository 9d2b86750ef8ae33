"""A sign-in in a real browser, for pages that need JavaScript, as a person does it: name, password once, consent.

What ends without an answer to the client, and without a status that says no, is told as unclear: a page at rest
cannot be told from one that is still at work, so it is never taken for a refusal.
"""

from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from msgspec.structs import replace

from harness import chromium
from harness.agent import Agent, Page
from harness.browser import Request, Visit, permitted, visit
from harness.browserhold import Ended
from harness.evidence import Cause
from harness.idtarget import Issuer
from harness.scope import WireError
from harness.secretvalues import forms
from harness.wire import Wire

from .probe_answers import Answer, answered, is_answer, stopped
from .probe_browser_page import Hands


class SignedIn(Protocol):
    """What of a flow the browser needs."""

    wire: Wire
    issuer: Issuer
    agent: Agent
    posts: list[int]
    unseen: bool


def installed() -> bool:
    """True, or WireError where the browser or what drives it is not there."""
    if why := chromium.lacking():
        raise WireError(Cause.TOOL_ABSENT, why)
    return True


def browsed(flow: SignedIn, page: Page, back: str = "", *, sign_in: bool) -> Answer:
    """Go on from a page in the browser, until an answer to the client. An answer or an error needs no browser.

    `back` is the redirect_uri asked for. Without `sign_in` nothing is typed or clicked, and a sign-in page that is
    shown comes back as it stands.
    """
    if page.location and is_answer(page.location):
        return answered(page)
    if page.status != 200 or not _html(page):
        return Answer(page)
    if not page.exchange.complete:
        return Answer(stopped(page, Cause.TOO_LARGE, f"the sign-in page was {page.exchange.detail}"))
    if page.exchange.tls != "verified" and not page.url.startswith(("http://127.", "http://[::1]")):
        return Answer(
            stopped(page, Cause.TLS, "the sign-in page has no certificate that verifies; nothing is typed")
        )
    return _Browsed(flow, back, sign_in=sign_in).answer(page)


class _Browsed:
    def __init__(self, flow: SignedIn, back: str, *, sign_in: bool) -> None:
        self._flow = flow
        clients = flow.issuer.provider.clients.values()
        self._back = {_base(url) for url in (back, *(c.redirect_uri for c in clients)) if url}
        account = flow.issuer.provider.sign_in.account
        secret = flow.wire.secret(flow.issuer.password) if sign_in else ""
        self._hands = Hands(account.username, secret)
        self._marks = tuple(mark.encode() for mark in forms(secret))
        self._carried = False

    def answer(self, page: Page) -> Answer:
        seen, shown = visit(self._flow.agent, page, self._leaves, self._hands.drive, self._sending)
        if self._hands.given and not self._carried:
            self._flow.unseen = True
        if seen.ended is not None:
            return self._ended(seen, seen.ended)
        if seen.document.status != 200:
            return Answer(seen.document)
        if shown is not None and shown.content:
            return Answer(replace(seen.document, body=shown.content.encode()))
        why = shown.why if shown else "the page did not lead on"
        if seen.blocked:
            why = f"{why}; not loaded, being out of scope: {', '.join(sorted(seen.blocked))}"
        if seen.lost:
            why = f"{why}; not loaded: {', '.join(seen.lost)}"
        return Answer(stopped(seen.document, Cause.UNSTABLE, why))

    def _leaves(self, request: Request) -> bool:
        """Whether this request is for the client, or leads the page out of the scope: then it is not sent."""
        return _base(request.url) in self._back or not permitted(self._flow.agent, request.url)

    def _sending(self, request: Request) -> None:
        """Note which request carries the password."""
        where = request.body + request.url.encode()
        if any(mark in where for mark in self._marks):
            self._carried = True
            self._flow.posts.append(len(self._flow.agent.exchanges))

    def _ended(self, seen: Visit, ended: Ended) -> Answer:
        if ended.to is None:
            return Answer(stopped(seen.last, ended.fault or Cause.UNSTABLE, ended.detail))
        to, page = ended.to, self._left(seen.last, ended.to)
        if to.method == "POST":
            said = dict(parse_qsl(to.body[:100_000].decode("utf-8", "replace"), keep_blank_values=True))
            return Answer(page, said, _base(to.url))
        if is_answer(page.location):
            return answered(page)
        return Answer(page if _base(to.url) in self._back else _astray(page))

    def _left(self, last: Page, to: Request) -> Page:
        """The answer that sent the browser away: a redirect, or the last before a script did."""
        redirect = last.status is not None and 300 <= last.status < 400
        if redirect and last.location and self._leaves(Request("GET", last.location)):
            return last
        return replace(last, location=to.url, moved=True)


def _astray(page: Page) -> Page:
    """Led out of the scope without an answer: where to is known, but it refuses nothing."""
    words = f"the sign-in leads out of the scope, to {urlsplit(page.location).netloc[:100]}"
    return replace(stopped(page, Cause.OUT_OF_SCOPE, words), location=page.location, moved=True)


def _base(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _html(page: Page) -> bool:
    kind = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    return "html" in kind.lower()
