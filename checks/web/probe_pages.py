"""Collecting pages: a component's responses by role, its answers to foreign origins, and a series of session ids.

Three probes, so that a page that drags does not cost the others their evidence. All requests are plain GETs
(and two OPTIONS), without credentials; the only bearer token and cookie sent are made up here.
"""

import secrets
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.evidence import Cause, Exchange, Missing
from harness.registry import probe
from harness.sampling import measure
from harness.target import Site
from harness.wire import Header, Wire, WireError, missing

from .fields import is_html
from .markup import read
from .pages_evidence import OriginTrial, OriginTry, SiteOrigins, SitePages, SiteSessions
from .responses import MACHINE_KINDS
from .setcookie import Cookie, cookies

#: Bounds of what is asked of one component: declared pages, API paths, tries for a static file.
PAGES, API_PATHS, STATICS = 8, 4, 3
#: New visitors for CK-06: enough for the statistics in sampling.py, few enough to go unnoticed.
VISITORS = 32
_HTML: tuple[Header, ...] = (("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),)
_JSON: tuple[Header, ...] = (("Accept", "application/json"),)
#: No secret: it says what it is, so that whoever finds it in a log knows.
_DUMMY: Header = ("Authorization", "Bearer moph-harness-dummy-not-a-credential")
_FOREIGN = "https://moph-harness.example"


@probe("site", seconds=90)
def site_pages(site: Site, wire: Wire) -> SitePages | Missing:
    """Fetch the component's pages and API paths, an error of each, a static file, and the same over plain HTTP."""
    found = _documents(site, wire)
    if found and all(e.fault for e in found):
        return missing(WireError(found[0].fault or Cause.UNREACHABLE, found[0].detail))
    pages = [e for e in found if e.label == "document" and e.answered and is_html(e)]
    found += [wire.http("GET", e.url, headers=_HTML, label="again") for e in pages]
    found += _statics(pages, wire)
    found += _api(site, wire)
    found += _errors(site, wire)
    found += _plain(site, wire)
    return SitePages(site.component.kind, site.base_url, tuple(found))


def _url(site: Site, path: str) -> str:
    return site.base_url + path.lstrip("/")


def _documents(site: Site, wire: Wire) -> list[Exchange]:
    """The declared pages and the base URL, redirects followed; what ends on another host is left to that host."""
    paths = dict.fromkeys(_url(site, path) for path in ("", *site.component.pages[:PAGES]))
    found: list[Exchange] = []
    for url in paths:
        machine = site.component.kind in MACHINE_KINDS and url == site.base_url
        for hop in wire.follow("GET", url, headers=_JSON if machine else _HTML, label="document"):
            moved = hop.answered and hop.status in (301, 302, 303, 307, 308)
            role = "redirect" if moved else "api" if machine else "document"
            if urlsplit(hop.url).hostname == site.component.host:
                found.append(replace(hop, label=role))
    return _once(found)


def _once(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Each URL once: two pages may lead to the same place."""
    return list({e.url: e for e in reversed(list(exchanges))}.values())[::-1]


def _statics(pages: list[Exchange], wire: Wire) -> list[Exchange]:
    """The first script and the first style of the pages' own origin that are there."""
    return [found for element in ("script", "style") for found in _static(pages, element, wire)]


def _static(pages: list[Exchange], element: str, wire: Wire) -> list[Exchange]:
    places = dict.fromkeys(
        r.url for e in pages for r in read(e).resources if r.element == element and _same_origin(r.url, e.url)
    )
    for url in list(places)[:STATICS]:
        exchange = wire.http("GET", url, label="static")
        if exchange.answered and exchange.status == 200:
            return [exchange]
    return []


def _same_origin(one: str, two: str) -> bool:
    return urlsplit(one)[:2] == urlsplit(two)[:2]


def _api(site: Site, wire: Wire) -> list[Exchange]:
    found = []
    for path in site.component.api[:API_PATHS]:
        exchange = wire.http("GET", _url(site, path), headers=_JSON, label="api")
        moved = exchange.status in (301, 302, 303, 307, 308)
        found.append(replace(exchange, label="redirect") if moved else exchange)
    return found


def _errors(site: Site, wire: Wire) -> list[Exchange]:
    """A path that cannot exist, asked for as a page and, where there is an API, below the API."""
    nowhere = f"moph-harness-{secrets.token_hex(6)}"
    found = [wire.http("GET", _url(site, nowhere), headers=_HTML, label="error")]
    for path in site.component.api[:1]:
        url = _url(site, f"{path.rstrip('/')}/{nowhere}")
        found.append(wire.http("GET", url, headers=_JSON, label="api-error"))
    return found


def _plain(site: Site, wire: Wire) -> list[Exchange]:
    """http://host/ with its redirects, and the API path with a made-up token, both on port 80."""
    host = f"[{site.component.host}]" if ":" in site.component.host else site.component.host
    found = [
        replace(e, label="plain") for e in wire.follow("GET", f"http://{host}/", headers=_HTML, label="plain")
    ]
    return found + [
        wire.http("GET", f"http://{host}{path}", headers=(*_JSON, _DUMMY), label="plain-api")
        for path in site.component.api[:1]
    ]


def origins(host: str) -> dict[str, str]:
    """The origins nobody should trust, by variant; names under .example belong to nobody (RFC 2606)."""
    found = {
        "arbitrary": _FOREIGN,
        "credentialed": _FOREIGN,
        "null": "null",
        "suffix": f"https://{host}.moph-harness.example",
        "prefix": f"https://mophharness{host}",
        "dot": f"https://{host.replace('.', 'x', 1)}",
        "subdomain": f"https://moph-harness.{host}",
        "http": f"http://{host}",
    }
    return {k: v for k, v in found.items() if k != "dot" or host.count(".") > 1}


@probe("site", seconds=60)
def site_origins(site: Site, wire: Wire) -> SiteOrigins | Missing:
    """Ask the base URL and the first API path as pages of foreign origins would."""
    urls = [_url(site, path) for path in site.component.api[:1]]
    if site.component.kind not in MACHINE_KINDS or not urls:
        urls.insert(0, site.base_url)
    trials = tuple(_trial(url, site.component.host, wire) for url in urls)
    if all(t.control.fault for t in trials):
        first = trials[0].control
        return missing(WireError(first.fault or Cause.UNREACHABLE, first.detail))
    return SiteOrigins(site.base_url, trials)


def _trial(url: str, host: str, wire: Wire) -> OriginTrial:
    control = wire.http("GET", url, label="control")
    if control.fault:
        return OriginTrial(control=control)
    tries = []
    for variant, origin in origins(host).items():
        cookie: tuple[Header, ...] = (("Cookie", "moph_harness=dummy"),) if variant == "credentialed" else ()
        exchange = wire.http("GET", url, headers=(("Origin", origin), *cookie), label=f"origin {variant}")
        tries.append(OriginTry(variant=variant, origin=origin, exchange=exchange))
    asks = (
        ("Origin", _FOREIGN),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "authorization"),
    )
    ahead = wire.http("OPTIONS", url, headers=asks, label="preflight")
    return OriginTrial(
        control=control,
        tries=tuple(tries),
        preflight=OriginTry(variant="preflight", origin=_FOREIGN, exchange=ahead),
    )


class _Jar:
    """Cookie values by name, in the order given out; they live here only, and leave as numbers."""

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}

    def see(self, headers: tuple[Header, ...], _: bytes) -> None:
        """Keep the cookies of one response."""
        for name, value in headers:
            if name.lower() == "set-cookie":
                key, _equals, held = value.partition(";")[0].partition("=")
                self.values.setdefault(key.strip(), []).append(held.strip())


@probe("site", seconds=60)
def site_sessions(site: Site, wire: Wire) -> SiteSessions | Missing:
    """Be a new visitor several times on the page that gives out a session, and measure the cookies."""
    first = [wire.http("GET", url, headers=_HTML, label="visitor") for url in _entrances(site)]
    if all(e.fault for e in first):
        return missing(WireError(first[0].fault or Cause.UNREACHABLE, first[0].detail))
    entrance = max(first, key=_promise)
    jar, visits = _Jar(), list(first)
    while (
        cookies(entrance) and len(visits) < len(first) + VISITORS and (visits == first or _served(visits[-1]))
    ):
        visits.append(wire.http("GET", entrance.url, headers=_HTML, label="visitor", inspect=jar.see))
    measured = tuple(measure(name, values, epoch=int(time.time())) for name, values in jar.values.items())
    return SiteSessions(entrance.url, len(visits), sum(map(_served, visits)), measured, entrance)


def _served(exchange: Exchange) -> bool:
    return exchange.answered and (exchange.status or 0) < 400


def _entrances(site: Site) -> list[str]:
    part = site.component
    return list(dict.fromkeys(_url(site, path) for path in ("", *part.pages[:PAGES], *part.api[:1])))


def _promise(exchange: Exchange) -> int:
    """How likely the response gives out a session: 3 by name, 2 by length, 1 any cookie, 0 none."""
    ranks = {"session": 3, "opaque": 2}

    def rank(cookie: Cookie) -> int:
        return ranks.get(cookie.kind, 1)

    return max(map(rank, cookies(exchange)), default=0)
