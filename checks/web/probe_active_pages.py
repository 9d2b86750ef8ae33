"""Collects public pages, without a credential: what the target names and a few pages they link to."""

import html
import re
from urllib.parse import urljoin, urlsplit

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import PublicPages
from .probe_active_sites import at, host_of, kept, place, unreached

_MOST = 6
_LINK = re.compile(r"<a\b[^<>]{0,300}?\bhref\s{0,5}=\s{0,5}[\"']([^\"'<>]{1,300})", re.I)


@probe("site", seconds=45)
def public_pages(site: Site, wire: Wire) -> PublicPages | Missing:
    """Fetch the named pages and API paths and follow links on the first page; at most 6 requests and its redirects."""
    hops = wire.follow("GET", place(site), label="first page")
    first = hops[-1]
    if gone := unreached(first):
        return gone
    named = [at(site, path) for path in (*site.component.pages, *site.component.api)]
    wanted = dict.fromkeys([site.base_url, *named, *_links(site, first.url, first.body)])
    wanted.pop(place(site), None)
    others = [wire.http("GET", url, label="public page") for url in list(wanted)[: _MOST - 1]]
    return PublicPages(host=host_of(site), pages=tuple(kept(page) for page in (*hops, *others)))


def _links(site: Site, url: str, page: str) -> list[str]:
    """Addresses on this site that the page links to, without fragments and without the way out."""
    found: dict[str, None] = {}
    for link in _LINK.findall(page[:100_000])[:200]:
        try:
            address = urljoin(url, html.unescape(link)).partition("#")[0]
            ours = urlsplit(address).netloc == urlsplit(site.base_url).netloc
        except ValueError:
            continue
        leaves = re.search(r"log-?out|sign-?out|delete|remove", address, re.I)
        if ours and not leaves and "[" not in address:
            found[address] = None
    return list(found)
