"""DNS questions over the wire: to one resolver, counted, bounded."""

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.resolver

from harness.door import Door
from harness.evidence import Cause
from harness.scope import WireError


def ask(wire: Door, name: str, rdtype: str, want_dnssec: bool) -> dns.message.Message:
    """One question to the target's resolver or the first of the system's; UDP, then TCP when truncated.

    Raises WireError: TIMEOUT, UNREACHABLE, or MALFORMED when the answer is not DNS or not to our question.
    """
    address, port = _resolver(wire)
    wire.take(address)
    wire.used(address, requests=1)
    try:
        question = dns.message.make_query(name, rdtype, want_dnssec=want_dnssec, payload=1232)
        question.flags |= dns.flags.RD
        if want_dnssec:
            question.flags |= (
                dns.flags.CD
            )  # we validate ourselves; else a bogus zone would hide behind SERVFAIL
        seconds = min(wire.limits.read_seconds, wire.remaining or 0.01)
        answer, _ = dns.query.udp_with_fallback(question, address, timeout=seconds, port=port)
    except dns.exception.Timeout:
        raise WireError(Cause.TIMEOUT, f"the resolver did not answer for {name} {rdtype}") from None
    except OSError as wrong:
        raise WireError(Cause.UNREACHABLE, f"the resolver {address} cannot be reached: {wrong}") from None
    except (dns.exception.DNSException, ValueError, EOFError) as wrong:
        raise WireError(Cause.MALFORMED, f"{name} {rdtype}: {type(wrong).__name__}: {wrong}") from None
    wire.used(
        address, bytes_sent=len(question.to_wire()), bytes_received=len(answer.to_wire(max_size=65_535))
    )
    return answer


def _resolver(wire: Door) -> tuple[str, int]:
    chosen = wire.target.resolver
    if chosen:
        return chosen.address, chosen.port
    try:
        return str(dns.resolver.Resolver().nameservers[0]), 53
    except (dns.exception.DNSException, IndexError):
        raise WireError(Cause.UNREACHABLE, "this machine has no DNS resolver configured") from None
