"""Collects the answers to input no handler expects. Nothing in it can be stored: it does not parse, or names nothing."""

import secrets

from harness.evidence import Exchange, Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import ErrorTrials, Trial
from .probe_active_sites import at, kept, place, unreached, with_query

_JSON, _XML = (("Content-Type", "application/json"),), (("Content-Type", "application/xml"),)
#: Name, content type, body.
_BODIES: tuple[tuple[str, tuple[tuple[str, str], ...], bytes], ...] = (
    ("JSON cut short", _JSON, b'{"moph": '),
    ("JSON of the wrong type", _JSON, b'"moph"'),
    ("JSON with broken UTF-8", _JSON, b'{"moph": "\xff\xfe"}'),
    ("XML cut short", _XML, b"<moph><"),
    ("form without its boundary", (("Content-Type", "multipart/form-data"),), b"moph"),
)
_HUGE = "9" * 40


@probe("site", seconds=60)
def error_trials(site: Site, wire: Wire) -> ErrorTrials | Missing:
    """Ask one page and one API path properly, then with 11 kinds of nonsense; 14 requests."""
    url = place(site)

    def ask(
        name: str, method: str, address: str, headers: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> Exchange:
        return kept(wire.http(method, address, headers=headers, body=body, label=name))

    control = ask("ordinary GET", "GET", url)
    if gone := unreached(control):
        return gone
    api = at(site, site.component.api[0]) if site.component.api else url
    return ErrorTrials(
        control=control,
        near=ask("harmless parameter", "GET", with_query(url, "moph=1")),
        trials=(
            *(Trial(name, ask(name, "GET", address)) for name, address in _addresses(site, url, api).items()),
            *(Trial(name, ask(name, "POST", api, headers, body)) for name, headers, body in _BODIES),
        ),
        after=ask("ordinary GET afterwards", "GET", url),
    )


def _addresses(site: Site, url: str, api: str) -> dict[str, str]:
    missing = f"moph{secrets.token_hex(4)}"
    return {
        "missing page": at(site, f"/{missing}"),
        "broken UTF-8 in the path": at(site, f"/{missing}/%ff%fe"),
        "broken UTF-8 in a parameter": with_query(url, "moph=%ff%fe"),
        "parameters of the wrong type": with_query(api, "page=moph&id[]=1&_count=moph&size=-1"),
        "huge id in a parameter": with_query(api, f"id={_HUGE}"),
        "huge id in the path": f"{api.partition('?')[0].rstrip('/')}/{_HUGE}",
    }
