"""What providers answer: parameters for the client, tokens, errors; read without trusting any of it."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from harness.agent import Page, forms
from harness.evidence import Cause, Exchange
from harness.experiment import Attempt

#: Parameters by which an answer to the client is known, wherever it is sent.
_ANSWERS = frozenset({"code", "error", "access_token", "id_token", "response"})
#: Answers that say that the platform is busy or broken: they refuse nothing.
_BUSY = frozenset({"server_error", "temporarily_unavailable", "slow_down"})
#: The label of what is no exchange: a page of the browser that did not lead on.
STOPPED = "browser stopped"
Params = dict[str, str]


class Ask(Struct, frozen=True):
    """An authorization request: its parameters, and the PKCE verifier that goes with them."""

    params: Params
    verifier: str


class Answer(Struct, frozen=True):
    """Where an authorization request ended: parameters for the client and where they were sent, or a page."""

    page: Page
    params: Params = field(default_factory=dict)
    sent_to: str = ""
    fragment: bool = False

    @property
    def code(self) -> str:
        """The authorization code, "" without one."""
        return self.params.get("code", "")

    @property
    def error(self) -> str:
        """The error code sent to the client, "" without one."""
        return self.params.get("error", "")[:80]


class Tokens(Struct, frozen=True):
    """An answer of the token endpoint, or of another that answers JSON; `data` is empty where it is no object."""

    page: Page
    data: dict[str, Any]

    @property
    def access(self) -> str:
        """The access token, "" without one."""
        return str(self.data.get("access_token", ""))

    @property
    def error(self) -> str:
        """The error code, "" without one."""
        return str(self.data.get("error", ""))[:80]

    def attempt(self, name: str, *, key: str = "access_token") -> Attempt:
        """This answer as an attempt to be given `key`: granted, refused (4xx), or not to be told."""
        return attempt(name, self.page, bool(self.data.get(key)), self.error)


def attempt(name: str, page: Page, granted: bool, error: str = "") -> Attempt:
    """What a page says of an attempt; no answer, a 5xx or a platform too busy tells nothing unless it granted."""
    unclear = page.status is None or page.status >= 500 or page.status in (408, 429) or error in _BUSY
    return Attempt(
        name=name,
        granted=True if granted else None if unclear else False,
        status=page.status,
        error=error,
        exchange=page.exchange.id,
        note=page.exchange.detail if page.exchange.label == STOPPED else str(page.exchange.fault or ""),
    )


def stopped(page: Page, cause: Cause, detail: str) -> Page:
    """A page on which nothing led on: it has no status that could be taken for a refusal."""
    return replace(
        page, exchange=Exchange(label=STOPPED, url=page.url, fault=cause, detail=detail), location=""
    )


def ending(page: Page) -> str:
    """How a sign-in without a code ended, in a few words."""
    if page.exchange.label == STOPPED:
        return page.exchange.detail
    if page.status == 200 and not forms(page):
        return "200, a page without a form; one that needs JavaScript is for `adapter: browser`"
    return str(page.status or page.exchange.fault)


def is_answer(url: str) -> bool:
    """Whether an address carries an answer to the client."""
    return not _ANSWERS.isdisjoint(_params(url)[0])


def answered(page: Page) -> Answer:
    """What a redirect that carries an answer says."""
    params, fragment = _params(page.location)
    return Answer(page, params, page.location.partition("?")[0].partition("#")[0], fragment)


def _params(url: str) -> tuple[Params, bool]:
    """The parameters of an address, and whether they stand in its fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}, False
    query, fragment = dict(parse_qsl(parts.query)), dict(parse_qsl(parts.fragment))
    in_fragment = not _ANSWERS.isdisjoint(fragment)
    return (fragment, True) if in_fragment else (query, False)


def read(page: Page) -> dict[str, Any]:
    """The JSON object of a page, {} where it is none."""
    try:
        found = json.loads(page.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
