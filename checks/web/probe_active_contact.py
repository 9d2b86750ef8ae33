"""Collects /.well-known/security.txt of a site's host, and a path beside it that cannot exist."""

import secrets

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import SecurityTxt
from .probe_active_sites import kept, origin, unreached


@probe("site", seconds=30)
def security_txt(site: Site, wire: Wire) -> SecurityTxt | Missing:
    """Follow redirects inside the scope; at most 1 + limits.redirects + 1 requests."""
    folder = f"{origin(site)}.well-known/"
    hops = wire.follow("GET", f"{folder}security.txt", label="security.txt")
    if gone := unreached(hops[0]):
        return gone
    baseline = wire.http("GET", f"{folder}moph{secrets.token_hex(4)}.txt", label="random path")
    return SecurityTxt(hops=tuple(kept(hop) for hop in hops), baseline=kept(baseline))
