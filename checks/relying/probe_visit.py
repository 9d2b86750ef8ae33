"""A person's browser in a sign-in through a provider that the harness plays: begins, comes back, looks around."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import lxml.html
from msgspec import Struct

from harness.agent import Agent, Header, Page, forms
from harness.evidence import Cause
from harness.experiment import Attempt
from harness.scope import WireError

from .evidence import LoginRedirect
from .probe_ground import Ground
from .probe_scene import Scene
from .probe_server import holds

_ADDRESSES = re.compile(r"(?:href|src|action)\s*=\s*[\"']([^\"']{1,2000})")
_WORD = re.compile(r"[\w-]{4,60}")
_BACK = "back from the provider"
#: Answers that say nothing about what was asked: too many requests, or out of service.
_BUSY = frozenset({429, 503})


class Begun(Struct, frozen=True):
    """The start of a sign-in: the page that redirected, and the parameters that the provider was to get."""

    page: Page
    pairs: tuple[tuple[str, str], ...]

    @property
    def params(self) -> dict[str, str]:
        """The parameters by name."""
        return dict(self.pairs)


class Browser(Agent):
    """One browser session. `seen` holds those of the watched words that an answer showed."""

    def __init__(self, stage: Ground) -> None:
        super().__init__(stage.wire)
        self.stage = stage
        self.watched: tuple[str, ...] = ()
        self.seen: set[str] = set()
        self.pages: list[Page] = []
        stage.browsers.append(self)

    def fetch(self, method: str, url: str, **more: Any) -> Page:
        """One request; the answer is looked through for what should not be in it."""
        page = super().fetch(method, url, **more)
        self.pages.append(page)
        self.stage.pages.append(page)
        shown = [page.body.decode("utf-8", "replace"), page.location, *(value for _, value in page.headers)]
        self.seen |= {word for word in self.watched if any(word in text for text in shown)}
        if holds(self.stage.secret, *shown, url):
            self.stage.leaks.add(page.exchange.label)
        return page

    def begin(self, *, query: str = "", headers: Sequence[Header] = ()) -> Begun:
        """Begin the sign-in and stop where the platform sends the browser to the provider."""
        page = self.fetch("GET", self.stage.start + query, headers=headers, label="the sign-in begins")
        page = self.follow(page, self.stage.is_provider)
        if not self.stage.is_provider(page.location):
            return Begun(page, ())
        try:
            pairs = parse_qsl(urlsplit(page.location).query, keep_blank_values=True, max_num_fields=60)
        except ValueError:
            pairs = []
        return Begun(page, tuple(pairs))

    def back(self, begun: Begun, answer: dict[str, str], *, home: bool = True) -> Page:
        """Come back from the provider with this answer, and go on until the platform shows a page.

        Without `home` that page is not fetched when it is the one that needs a session.
        """
        if self.stage.place(begun.page.location) == "national":
            raise WireError(Cause.UNSTABLE, "the platform points to the real provider, which is not tried")
        place = begun.params.get("redirect_uri", "")
        url = f"{place}{'&' if '?' in place else '?'}{urlencode(answer)}"
        page = self.fetch("GET", url, label=_BACK)
        stop = (
            self.stage.is_provider
            if home
            else lambda place: place == self.stage.home or self.stage.is_provider(place)
        )
        return self.follow(page, stop)

    def answer(self, begun: Begun, scene: Scene) -> dict[str, str]:
        """The provider's answer to an authorization request: a code, and the state it was given."""
        state = begun.params.get("state")
        code = self.stage.provider.issue(scene, begun.params)
        return {"code": code} | ({"state": state} if state is not None else {})

    def sign_in(self, scene: Scene, *, home: bool = True) -> Page:
        """A whole sign-in in this scene; where it did not begin, the page at which it stopped."""
        begun = self.begin()
        self.stage.began(begun.params.get("state", ""))
        return self.back(begun, self.answer(begun, scene), home=home) if begun.pairs else begun.page

    @property
    def arrived(self) -> bool:
        """Whether the last callback of this browser was answered at all; without that nothing after it tells."""
        back = next((p for p in reversed(self.pages) if p.exchange.label == _BACK), None)
        return back is not None and back.exchange.fault is None and back.status not in _BUSY

    def entered(self, page: Page, name: str) -> Attempt:
        """Whether this browser has a session now. A sign-in that did not come to its end tells nothing."""
        if not self.arrived:
            return attempt(name, page, granted=None)
        if page.url.partition("?")[0] != self.stage.home or page.status != 200:
            page = self.fetch("GET", self.stage.home, label="the page that needs a session")
        return attempt(name, page)

    def ask(self, address: str, name: str, headers: Sequence[Header] = (), *, label: str = "") -> Attempt:
        """Whether an address that needs more than a session answers after this browser's sign-in."""
        page = self.open(address, headers, label=label or name)
        return attempt(name, page, granted=False if self.arrived else None)

    def open(
        self, address: str, headers: Sequence[Header] = (), *, label: str = "a function of the platform"
    ) -> Page:
        """A page of the platform, redirects not followed."""
        return self.fetch("GET", address, headers=headers, label=label)

    def leave(self) -> Page | None:
        """Sign out as the page that needs a session offers it, else as the target says; None where it says nothing."""
        way_out = self.stage.way_out
        if way_out is None:
            return None
        page = self.fetch("GET", self.stage.home, label="before signing out")
        for form in forms(page):
            if form.action.partition("?")[0] == way_out:
                return self.fetch(
                    form.method, form.action, form=form.fields, headers=form.headers, label="signing out"
                )
        page = self.fetch("GET", way_out, label="signing out")
        return (
            self.fetch("POST", way_out, form=(), label="signing out") if page.status in (404, 405) else page
        )

    def choose(self, page: Page, hcode: str) -> bool:
        """Choose a unit by its code where a page offers it, in a form or by a link."""
        found = _choice(page, hcode)
        if found is None:
            return False
        method, url, fields = found
        done = self.fetch(method, url, form=fields if method == "POST" else None, label="a unit is chosen")
        self.follow(done, self.stage.is_provider)
        return True


def attempt(name: str, page: Page, *, granted: bool | None = False) -> Attempt:
    """A page as an attempt: 200 grants, another status refuses, 5xx or no answer tells nothing."""
    status = page.status
    if granted is not None:
        granted = None if status is None or status >= 500 or status in _BUSY else status == 200
    note = str(page.exchange.fault or "")
    return Attempt(name=name, granted=granted, status=status, exchange=page.exchange.id, note=note)


def redirect_facts(name: str, begun: Begun, stage: Ground) -> LoginRedirect:
    """Where a sign-in led, in facts."""
    params, page = begun.params, begun.page
    place = urlsplit(page.location.partition("?")[0])
    return LoginRedirect(
        name=name,
        to=stage.place(page.location),
        status=page.status,
        exchange=page.exchange.id,
        scheme=place.scheme,
        path=place.path[:120],
        names=tuple(key[:40] for key, _ in begun.pairs[:30]),
        empty=tuple(key[:40] for key, value in begun.pairs[:30] if not value),
        response_type=params.get("response_type", "")[:40],
        own_client=params.get("client_id") == stage.party.relying.client_id,
        redirect_uri=stage.wire.redacted(params.get("redirect_uri", ""))[:300],
        scope=tuple(word[:40] for word in params.get("scope", "").split()[:40]),
        challenge=params.get("code_challenge_method", "plain")[:10] if "code_challenge" in params else "",
    )


def words(page: Page | None) -> frozenset[str]:
    """The words that a page shows, to compare whose record it is; none of a page that did not answer 200."""
    if page is None or page.status != 200:
        return frozenset()
    try:
        text = lxml.html.document_fromstring(page.body).text_content()
    except (ValueError, lxml.etree.LxmlError):
        text = page.body.decode("utf-8", "replace")
    return frozenset(_WORD.findall(text[:200_000]))


def addresses(pages: Iterable[Page]) -> list[str]:
    """Every address that these answers led to or named."""
    found = []
    for page in pages:
        found += [page.url, page.location, *_ADDRESSES.findall(page.body.decode("utf-8", "replace"))]
    return [place for place in found if place]


def _choice(page: Page, hcode: str) -> tuple[str, str, list[tuple[str, str]]] | None:
    """The request that chooses a unit: method, address, fields."""
    try:
        tree = lxml.html.document_fromstring(page.body, base_url=page.url)
    except (ValueError, lxml.etree.LxmlError):
        return None
    for form in tree.forms[:20]:
        named = [one for one in form.iter("input", "button", "option") if one.get("value") == hcode]
        if named:
            field = named[0] if named[0].tag != "option" else named[0].getparent()
            fields = [(k, v) for k, v in form.form_values() if k != field.get("name")]
            action = urljoin(page.url, form.action or "")
            return (form.method or "GET").upper(), action, [*fields, (field.get("name") or "hcode", hcode)]
    for link in tree.iter("a"):
        if hcode in (link.get("href") or ""):
            return "GET", urljoin(page.url, link.get("href")), []
    return None
