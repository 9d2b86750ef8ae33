"""The SPF probe: follows every term that a receiver would have to follow (RFC 7208 §4.6.4)."""

from dataclasses import dataclass, field

from harness.evidence import Missing
from harness.registry import probe
from harness.target import MailDomain
from harness.wire import Wire, WireError, missing

from .evidence import Lookup, SenderPolicy, exchangers
from .probe_ask import look
from .spf import Term, parse, policies

#: We stop counting soon after the limit of 10: a hostile record must not make us ask for ever.
_STOP = 15


@dataclass
class _Tally:
    wire: Wire
    lookups: int = 0
    void: int = 0
    errors: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


@probe(kind="mail", seconds=60)
def sender_policy(subject: MailDomain, wire: Wire) -> SenderPolicy | Missing:
    """The domain's SPF record, its includes and redirects, at most fifteen terms that ask."""
    tally = _Tally(wire)
    try:
        lookup = look(wire, subject.id, "TXT", strict=True)
        found = policies(lookup.records)
        ending = _follow(tally, found[0], subject.id, (subject.id,)) if len(found) == 1 else ""
    except WireError as wrong:
        return missing(wrong)
    return SenderPolicy(
        domain=subject.id,
        lookup=Lookup(name=lookup.name, type="TXT", outcome=lookup.outcome, detail=lookup.detail),
        policies=found,
        lookups=tally.lookups,
        void=tally.void,
        ending=ending,
        errors=tuple(tally.errors[:10]),
        open=tuple(tally.open[:10]),
    )


def _follow(tally: _Tally, record: str, domain: str, trail: tuple[str, ...]) -> str:
    """Count what this record asks; returns the qualifier of its `all`, through redirect when it has none."""
    terms, errors = parse(record)
    tally.errors += [f"{domain}: {e}" for e in errors]
    for term in (t for t in terms if t.asks and t.name != "redirect"):
        _count(tally, term, domain, trail)
    for term in terms:
        if term.name == "all":
            return term.qualifier
    redirect = next((t for t in terms if t.name == "redirect"), None)
    return _count(tally, redirect, domain, trail) if redirect else ""


def _count(tally: _Tally, term: Term, domain: str, trail: tuple[str, ...]) -> str:
    if tally.lookups >= _STOP:
        return ""
    tally.lookups += 1
    place = term.domain or domain
    if term.macro:
        return ""
    if term.name in ("include", "redirect"):
        return _enter(tally, place, trail)
    if term.name != "ptr":
        _answered(tally, place, "MX" if term.name == "mx" else "A")
    return ""


def _enter(tally: _Tally, place: str, trail: tuple[str, ...]) -> str:
    if place in trail:
        tally.errors.append(f"{place} includes itself")
        return ""
    lookup = look(tally.wire, place, "TXT")
    if lookup.failed:
        tally.open.append(f"{place} TXT: {lookup.detail}")
        return ""
    found = policies(lookup.records)
    if len(found) != 1:
        tally.errors.append(f"{place} has {len(found)} SPF records")  # a permanent error: §5.2, §6.1
        return ""
    return _follow(tally, found[0], place, (*trail, place))


def _answered(tally: _Tally, place: str, rdtype: str) -> None:
    lookup = look(tally.wire, place, rdtype)
    if rdtype == "A" and lookup.outcome == "empty":
        lookup = look(tally.wire, place, "AAAA")
    if lookup.failed:
        tally.open.append(f"{place} {rdtype}: {lookup.detail}")
    tally.void += lookup.absent
    if rdtype == "MX" and len(exchangers(lookup)) > 10:
        tally.errors.append(f"{place} has more than 10 MX hosts")
