"""Collects responses to marked input with compression offered."""

import html
import re
import secrets
from urllib.parse import urljoin, urlsplit

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import ReflectionTrials, Trial
from .probe_active_sites import at, kept, place, shown, unreached, with_query

_OFFER = (("Accept-Encoding", "gzip, deflate"),)
_FORM = re.compile(r"<form\b([^<>]{0,1000})>(.{0,4000}?)</form>", re.I | re.S)
_ACTION = re.compile(r"action=[\"']([^\"'<>]{0,300})", re.I)
_POST = re.compile(r"method=[\"']?post", re.I)
_FIELD = re.compile(r"<input\b[^<>]{0,300}?\bname=[\"']?([\w.-]{1,60})", re.I)


@probe("site", seconds=30)
def reflection_trials(site: Site, wire: Wire) -> ReflectionTrials | Missing:
    """Put a token into a query, a path that cannot exist and the page's first search forms; at most 5 requests and redirects."""
    control = wire.follow("GET", place(site), headers=_OFFER, label="ordinary GET")[-1]
    url = control.url
    if gone := unreached(control):
        return gone
    token = f"moph{secrets.token_hex(4)}"
    places = {
        "query": with_query(url, f"moph={token}"),
        "missing page": at(site, f"/{token}"),
        **{f"form {n}": address for n, address in enumerate(_forms(site, url, control.body, token), 1)},
    }
    asked = {n: wire.http("GET", u, headers=_OFFER, label=f"token in {n}") for n, u in places.items()}
    return ReflectionTrials(
        control=shown(control, 2_000),
        token=token,
        trials=tuple(Trial(name, kept(exchange)) for name, exchange in asked.items()),
    )


def _forms(site: Site, url: str, page: str, token: str) -> list[str]:
    """Addresses of at most two GET forms of the page on its own host, the token in every named field."""
    found = []
    for attributes, inside in _FORM.findall(page[:60_000])[:10]:
        names = _FIELD.findall(inside)[:5]
        if _POST.search(attributes) or not names:
            continue
        action = _ACTION.search(attributes)
        address = urljoin(url, html.unescape(action.group(1))) if action else url
        if urlsplit(address).netloc == urlsplit(site.base_url).netloc:
            found.append(with_query(address.partition("#")[0], "&".join(f"{n}={token}" for n in names)))
    return found[:2]
