"""Collects the answers to encoded line breaks in parameters and paths. The header they would start is harmless."""

import secrets

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import InjectedHeaders, Trial
from .probe_active_sites import at, place, shown, unreached, with_query

#: Parameters that applications copy into Location and Set-Cookie.
_NAMES = ("next", "url", "redirect", "return", "returnUrl", "lang", "locale", "q")
#: CR LF, LF alone, CR alone, and U+560A U+560D, whose low bytes are LF and CR after a careless conversion.
_BREAKS = {"CRLF": "%0d%0a", "LF": "%0a", "CR": "%0d", "wide": "%E5%98%8D%E5%98%8A"}


@probe("site", seconds=45, danger=("injection",))
def injected_headers(site: Site, wire: Wire) -> InjectedHeaders | Missing:
    """Ask one page and paths with line breaks before a header of ours, and without; at most 11 requests."""
    url = place(site)
    control = shown(wire.http("GET", url, label="ordinary GET"), 2_000)
    if gone := unreached(control):
        return gone
    canary = f"X-Moph-{secrets.token_hex(4)}"
    return InjectedHeaders(
        canary=canary,
        control=control,
        near=shown(wire.http("GET", _asked(url, "moph"), label="same parameters, harmless values"), 2_000),
        trials=tuple(
            Trial(name, shown(wire.http("GET", address, label=name), 2_000))
            for name, address in _addresses(site, url, canary).items()
        ),
        after=shown(wire.http("GET", url, label="ordinary GET afterwards"), 2_000),
    )


def _asked(url: str, value: str) -> str:
    return with_query(url, "&".join(f"{name}={value}" for name in _NAMES))


def _addresses(site: Site, url: str, canary: str) -> dict[str, str]:
    start = {name: f"moph{broken}{canary}:%20yes" for name, broken in _BREAKS.items()}
    found = {f"parameters, {name}": _asked(url, value) for name, value in start.items()}
    found |= {f"path, {name}": at(site, f"/{start[name]}") for name in ("CRLF", "LF")}
    # Redirecting places: a folder without its slash, the way to the login, the way out.
    if site.component.protected:
        found["protected path, CRLF"] = at(site, f"{site.component.protected[0]}/{start['CRLF']}")
    if site.component.logout:
        found["logout parameters, CRLF"] = _asked(at(site, site.component.logout), start["CRLF"])
    return found
