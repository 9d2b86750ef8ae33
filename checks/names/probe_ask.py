"""Questions to the resolver, answers as plain facts."""

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rrset

from harness.evidence import Cause
from harness.wire import Wire, WireError

from .evidence import Lookup

_MOST, _LONGEST = 50, 1000
#: Longest chain of aliases followed.
_ALIASES = 8


def ask(wire: Wire, name: str, rdtype: str, *, want_dnssec: bool = False) -> dns.message.Message:
    """The answer, NOERROR or NXDOMAIN; anything else raises WireError (SERVFAIL: unstable, refusal: blocked)."""
    answer = wire.query(name, rdtype, want_dnssec=want_dnssec)
    rcode = answer.rcode()
    if rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return answer
    cause = Cause.BLOCKED if rcode == dns.rcode.REFUSED else Cause.UNSTABLE
    raise WireError(cause, f"the resolver answered {dns.rcode.to_text(rcode)} for {name} {rdtype}")


def look(wire: Wire, name: str, rdtype: str, *, strict: bool = False) -> Lookup:
    """One question as a fact. A failure is an outcome, except when the harness itself may not ask on.

    A probe's first question is `strict`: it raises WireError, so that a dead resolver costs one time-out, not ten.
    """
    return look_raw(wire, name, rdtype, strict=strict)[0]


def look_raw(
    wire: Wire, name: str, rdtype: str, *, strict: bool = False
) -> tuple[Lookup, tuple[dns.rdata.Rdata, ...], tuple[str, ...]]:
    """The lookup, its records as dnspython has them, and the aliases passed on the way, the last being where it ends."""
    aliases: list[str] = []
    try:
        at = dns.name.from_text(name)
        for _ in range(_ALIASES):
            answer = ask(wire, at.to_text(), rdtype)
            chain = _chain(answer, at)
            aliases += [_text(n) for n in chain[1:]]
            at, wanted = chain[-1], dns.rdatatype.from_text(rdtype)
            found = answer.get_rrset(answer.answer, at, answer.question[0].rdclass, wanted)
            if found or len(chain) == 1 or answer.rcode() == dns.rcode.NXDOMAIN:
                return _lookup(name, rdtype, answer, found), tuple(found or ())[:_MOST], tuple(aliases)
        wrong = "the chain of aliases is endless"
    except WireError as refused:
        if strict or refused.cause in (Cause.CEILING, Cause.NO_CONSENT):
            raise
        wrong = f"{refused.cause}: {refused}"
    except dns.exception.DNSException as bad:
        wrong = f"malformed: {type(bad).__name__}"
    return Lookup(name=name, type=rdtype, outcome="failed", detail=wrong[:200]), (), tuple(aliases)


def _chain(answer: dns.message.Message, start: dns.name.Name) -> list[dns.name.Name]:
    """The names from `start` along the CNAME records of this answer."""
    chain = [start]
    for _ in range(_ALIASES):
        step = answer.get_rrset(answer.answer, chain[-1], answer.question[0].rdclass, dns.rdatatype.CNAME)
        if not step or step[0].target in chain:
            break
        chain.append(step[0].target)
    return chain


def _lookup(name: str, rdtype: str, answer: dns.message.Message, found: dns.rrset.RRset | None) -> Lookup:
    if not found:
        gone = "nxdomain" if answer.rcode() == dns.rcode.NXDOMAIN else "empty"
        return Lookup(name=name, type=rdtype, outcome=gone)
    return Lookup(name=name, type=rdtype, records=tuple(_shown(r)[:_LONGEST] for r in list(found)[:_MOST]))


def _shown(record: dns.rdata.Rdata) -> str:
    if record.rdtype == dns.rdatatype.TXT:
        return b"".join(record.strings).decode("utf-8", "backslashreplace")  # type: ignore[attr-defined]
    return record.to_text()


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()[:255]


def apex(wire: Wire, name: str) -> str:
    """The zone that holds `name`: the owner of the SOA in answer or authority section. Raises WireError.

    For an alias that would be the zone of what it points to, so the name above is asked instead.
    """
    for candidate in parents(name):
        answer = ask(wire, candidate, "SOA")
        if len(_chain(answer, dns.name.from_text(candidate))) > 1:
            continue
        for rrset in (*answer.answer, *answer.authority):
            if rrset.rdtype == dns.rdatatype.SOA and dns.name.from_text(candidate).is_subdomain(rrset.name):
                return _text(rrset.name) or "."
    raise WireError(Cause.MALFORMED, f"no SOA record tells the zone of {name}")


def parents(name: str) -> tuple[str, ...]:
    """The name and each name above it, without the root: a.b.c, b.c, c."""
    labels = name.rstrip(".").split(".")
    return tuple(".".join(labels[i:]) for i in range(len(labels)))
