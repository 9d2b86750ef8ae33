"""Collects whether well-known paths answer with what their names promise. Bodies are looked at and not kept."""

import re
import secrets
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import PathTrials, Trial
from .active_signatures import FOLDERS, LISTING, PATHS
from .probe_active_sites import at, place, shown, unreached

_FOLDER = re.compile(r"(?:src|href)=[\"']([^\"'<>?#\s]{1,200}/)[^\"'<>?#\s/]{1,100}[\"'?#]", re.I)


@probe("site", seconds=90)
def path_trials(site: Site, wire: Wire) -> PathTrials | Missing:
    """Ask one page, two random paths, the well-known ones, some folders, and the page again; at most 34 requests."""
    url = place(site)
    control = wire.http("GET", url, label="ordinary GET")
    if gone := unreached(control):
        return gone
    wanted = [(group, path) for group, path, _, _ in PATHS]
    wanted += [("listing", folder) for folder in (*FOLDERS, *_folders(site, url, control.body))]
    random = (f"moph{secrets.token_hex(4)}", f".moph{secrets.token_hex(4)}/config.json")
    return PathTrials(
        claims=tuple(sorted(site.component.claims)),
        control=shown(control, 2_000),
        baselines=tuple(_asked(wire, site, path) for path in random),
        trials=tuple(_asked(wire, site, path, group) for group, path in wanted),
        groups={path: group for group, path in wanted},
        after=shown(wire.http("GET", url, label="ordinary GET afterwards"), 2_000),
    )


def _asked(wire: Wire, site: Site, path: str, group: str | None = None) -> Trial:
    """Ask one path; only the names of its group's signatures are kept, for the body may hold real secrets.

    Without a group every signature is looked for: that is how a random path is compared.
    """
    marks: list[str] = []

    def look(_: object, body: bytes) -> None:
        text = body[:200_000].decode("latin-1")
        marks.extend(n for g, _, n, pattern in PATHS if group in (None, g) and re.search(pattern, text))
        if group in (None, "listing") and re.search(LISTING, text[:20_000], re.I):
            marks.append("folder listing")

    exchange = wire.http("GET", at(site, path), label=f"/{path}", inspect=look)
    return Trial(path, replace(exchange, body=""), tuple(dict.fromkeys(marks)))


def _folders(site: Site, url: str, page: str) -> list[str]:
    """At most two folders of this site that the page links into, relative to the base address."""
    found: dict[str, None] = {}
    for link in _FOLDER.findall(page[:100_000])[:200]:
        address = urljoin(url, link)
        path = address.removeprefix(site.base_url)
        if (
            urlsplit(address).netloc == urlsplit(site.base_url).netloc
            and path != address
            and path not in FOLDERS
        ):
            found[path] = None
    return list(found)[:2]
