"""Collects the answers to requests that lie about host and scheme; the name lied about can never exist (RFC 6761)."""

import secrets

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import HostTrials, Trial
from .probe_active_sites import at, host_of, kept, place, unreached


@probe("site", seconds=60)
def host_trials(site: Site, wire: Wire) -> HostTrials | Missing:
    """Ask a page with four lies, a missing and a protected path with two, each plainly too; at most 12 requests."""
    canary = f"moph{secrets.token_hex(4)}.invalid"
    places = {"page": place(site), "missing": at(site, f"/moph{secrets.token_hex(4)}")}
    if site.component.protected:
        places["protected"] = at(site, site.component.protected[0])
    controls = []
    for name, url in places.items():
        exchange = wire.http("GET", url, label=f"{name}, asked plainly")
        if name == "page" and (gone := unreached(exchange)):
            return gone
        controls.append(Trial(name, kept(exchange)))
    lies = {
        "Host": canary,
        "X-Forwarded-Host": canary,
        "Forwarded": f"host={canary};proto=http",
        "X-Forwarded-Proto": "http",
    }
    trials = tuple(
        Trial(
            f"{name} {header}",
            kept(wire.http("GET", url, headers=((header, lie),), label=f"{name} with {header}")),
        )
        for name, url in places.items()
        for header, lie in lies.items()
        if name == "page" or lie == canary
    )
    return HostTrials(
        host=host_of(site),
        canary=canary,
        controls=tuple(controls),
        trials=trials,
        after=wire.http("GET", places["page"], label="page, asked plainly afterwards"),
    )
