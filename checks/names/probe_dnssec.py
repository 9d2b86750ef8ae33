"""The DNSSEC probe: is the host's zone signed, and does every signature hold from a trust anchor down."""

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Domain
from harness.wire import Wire, WireError, missing

from .evidence import SignedHost
from .probe_proof import prove


@probe(kind="domain", seconds=40)
def signed_host(subject: Domain, wire: Wire) -> SignedHost | Missing:
    """Validate the zone of the host and the host's own records; two questions a zone."""
    try:
        proof = prove(wire, subject.id, "A", subject.resolver)
    except WireError as wrong:
        return missing(wrong)
    given = bool(subject.resolver and subject.resolver.trust_anchor)
    return SignedHost(
        host=subject.id, state=proof.state, anchor=proof.anchor, given=given, links=proof.links, ad=proof.ad
    )
