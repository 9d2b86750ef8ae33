"""A person's browser without a browser: cookies, redirects and forms over the wire. Secrets stay in memory.

The exchanges it keeps are redacted as all are; the pages it hands back are not, so that a probe can go on with
the code or the cookie it was given. Nothing of a page may be put into evidence.
"""

from collections.abc import Callable, Iterable, Sequence
from http.cookies import CookieError, Morsel, SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
from msgspec import Struct

from harness.evidence import Exchange
from harness.provenance import provenance, referrer_policy
from harness.scope import WireError, host_port
from harness.wire import Wire

Header = tuple[str, str]
#: Redirects and forms of one sign-in; a provider that needs more is going round in circles.
MOST_STEPS = 15
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Page(Struct, frozen=True):
    """An answer with what redaction would take out. `location` is absolute, "" where the answer names none.

    `moved`: not the answer itself but a script of the page sent the browser to `location`.
    """

    exchange: Exchange
    url: str
    headers: tuple[Header, ...]
    body: bytes
    location: str
    moved: bool = False

    @property
    def status(self) -> int | None:
        """The status, None without a usable answer."""
        return self.exchange.status if self.exchange.answered else None


class Form(Struct, frozen=True):
    """A form of a page: where it goes, its fields as they stand, and which of them ask for name and password.

    `headers` are those by which a browser says where the form stood; platforms that look at them take no form without.
    """

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    username: str | None
    password: str | None
    headers: tuple[Header, ...] = ()

    def filled(self, username: str, password: str) -> tuple[tuple[str, str], ...]:
        """The fields with name and password in place."""
        given = {self.username: username, self.password: password}
        return tuple((name, given.get(name, value)) for name, value in self.fields)


class Agent:
    """One browser session. `exchanges` holds everything it sent, in order."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.exchanges: list[Exchange] = []
        self.cookies: dict[str, dict[str, str]] = {}
        #: The attributes those cookies came with, by host and name, and the scheme they came over.
        self.traits: dict[str, dict[str, tuple[str, Morsel[str]]]] = {}

    def fetch(
        self,
        method: str,
        url: str,
        *,
        form: Iterable[tuple[str, str]] | None = None,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        label: str = "",
        whole: bool = False,
    ) -> Page:
        """One request with this session's cookies; follows nothing. Forms and credentials go over verified TLS only.

        A `whole` request comes from a browser: it has the cookies it should have, and is as secret as any form.
        """
        host = (urlsplit(url).hostname or "").lower()
        sent = [*headers]
        if not whole and (jar := self.cookies.get(host)):
            sent.append(("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items())))
        if form is not None:
            body = urlencode(list(form)).encode()
            sent.append(("Content-Type", "application/x-www-form-urlencoded"))
        seen: list[tuple[tuple[Header, ...], bytes]] = []
        exchange = self.wire.http(
            method,
            url,
            headers=sent,
            body=body,
            label=label,
            secret=whole or bool(body) or any(name.lower() == "authorization" for name, _ in sent),
            keep=True,
            inspect=lambda h, b: seen.append((h, b)),
        )
        self.exchanges.append(exchange)
        raw, content = seen[0] if seen else ((), b"")
        self._keep(host, raw, urlsplit(url).scheme)
        return Page(exchange, url, raw, content, _location(url, raw))

    def follow(self, page: Page, until: Callable[[str], bool], *, label: str = "redirected") -> Page:
        """Follow redirects in scope; stop before an address for which `until` holds, or at the last page."""
        for _ in range(MOST_STEPS):
            if page.status not in _REDIRECTS or not page.location or until(page.location):
                return page
            if not _permitted(self.wire, page.location):
                return page
            page = self.fetch("GET", page.location, label=label)
        return page

    def _keep(self, host: str, headers: Iterable[Header], scheme: str) -> None:
        jar = self.cookies.setdefault(host, {})
        for name, value in headers:
            if name.lower() != "set-cookie":
                continue
            try:
                found = SimpleCookie(value)
            except CookieError:
                continue
            for key, morsel in found.items():
                if morsel["max-age"] == "0" or not morsel.value or "1970" in morsel["expires"]:
                    jar.pop(key, None)
                else:
                    jar[key] = morsel.coded_value
                    self.traits.setdefault(host, {})[key] = (scheme, morsel)


def forms(page: Page) -> tuple[Form, ...]:
    """The forms of a page; none where it is not HTML that can be read."""
    if not page.body.strip():
        return ()
    try:
        tree = lxml.html.document_fromstring(page.body, base_url=page.url)
    except (ValueError, lxml.etree.LxmlError):
        return ()
    policy = referrer_policy(page.headers)
    return tuple(_form(page.url, policy, found) for found in tree.forms[:20])


def _form(url: str, policy: str, found: lxml.html.FormElement) -> Form:
    inputs = [one for one in found.inputs if isinstance(one.name, str)]
    kinds = {one.name: (one.get("type") or "text").lower() for one in inputs}
    password = next((name for name, kind in kinds.items() if kind == "password"), None)
    texts = [name for name, kind in kinds.items() if kind in ("text", "email", "tel")]
    action, method = urljoin(url, found.action or ""), (found.method or "GET").upper()
    return Form(
        action,
        method,
        tuple((name, value if isinstance(value, str) else "") for name, value in _values(inputs)),
        texts[0] if texts else None,
        password,
        provenance(url, action, method, policy),
    )


def _values(inputs: Iterable[lxml.html.InputElement]) -> Iterable[tuple[str, str | None]]:
    """What a browser would send: boxes only when ticked."""
    for one in inputs:
        if one.get("type") in ("checkbox", "radio") and "checked" not in one.attrib:
            continue
        yield one.name, one.value


def _location(url: str, headers: Iterable[Header]) -> str:
    place = next((value for name, value in headers if name.lower() == "location"), "")
    try:
        return urljoin(url, place) if place else ""
    except ValueError:
        return ""


def _permitted(wire: Wire, url: str) -> bool:
    try:
        return wire.names.permits(*host_port(url))
    except (WireError, ValueError):
        return False
