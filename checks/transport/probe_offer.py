"""Collects TlsOffer: versions, suites, order, groups, primes, in (accepted + 1) connections for each list."""

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Endpoint

from .offer_evidence import FiniteField, GroupOffer, TlsOffer, VersionOffer
from .probe_groups import classic_groups, field_of, modern_groups
from .probe_hello import SSL3, TLS10, TLS11, TLS12, TLS13, VERSIONS
from .probe_line import Line, Wired, answer_at_all, together
from .probe_messages import Reply
from .probe_suites import Elimination, ask_ssl2, curve_suites


@probe("endpoint", seconds=90, isolated=True)
def tls_offer(endpoint: Endpoint, wire: Wired) -> TlsOffer | Missing:
    """Ask one endpoint for all it offers; versions side by side, at most five connections at a time."""
    line = Line(endpoint, wire)
    first = answer_at_all(line)
    if isinstance(first, Missing):
        return first
    eliminations = [Elimination(line, version) for version in (SSL3, TLS10, TLS11, TLS13, TLS12)]
    curves: list[GroupOffer] = []
    found: list[VersionOffer] = together(
        lambda: ask_ssl2(line), *(lambda e=e: _explore(line, e, curves) for e in eliminations)
    )
    found.sort(key=lambda offer: offer.name.replace("SSL", "A"))
    return TlsOffer(
        versions=tuple(found),
        preferred=_preferred(first),
        groups=tuple(sorted(curves, key=lambda g: g.version, reverse=True)),
        fields=_fields(eliminations),
        control=_control(first, found),
    )


def _explore(line: Line, elimination: Elimination, curves: list[GroupOffer]) -> VersionOffer:
    """One version: its suites, and its groups where the version negotiates them."""
    offer = elimination.run()
    if offer.outcome == "offered" and elimination.version == TLS13:
        curves.append(modern_groups(line))
    elif elimination.version == TLS12 and (suites := curve_suites(offer)):
        curves.append(classic_groups(line, suites))
    return offer


def _preferred(first: Reply) -> str:
    return VERSIONS.get(first.version, "") if first.offered else ""


def _fields(eliminations: list[Elimination]) -> tuple[FiniteField, ...]:
    """Each different prime once, with the newest version that showed it."""
    seen: dict[int, str] = {}
    for elimination in eliminations:
        for reply in elimination.replies.values():
            if reply.prime is not None:
                seen[reply.prime] = VERSIONS[elimination.version]
    return tuple(field_of(version, prime) for prime, version in seen.items())


def _control(first: Reply, found: list[VersionOffer]) -> str:
    if first.offered:
        return f"a modern client was answered on the same path: {first.how}"
    offered = [v for v in found if v.outcome == "offered"]
    return f"a client was answered on the same path: {offered[0].how}" if offered else ""
