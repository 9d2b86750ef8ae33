"""DNSSEC validated by ourselves (RFC 4035 §5): from the zone up to a trust anchor, every link a positive proof.

A validating resolver's AD bit is weaker: it may be forged on the way, or set by a resolver that trusts something else.
So the keys and DS records are fetched and checked here with dnspython. Without an anchor file in the target, the
root's key-signing keys 20326 and 38696 are trusted (IANA root-anchors.xml; SHA-256 digests below). Only what is there is
proven: an insecure delegation is reported as "no DS", its NSEC proof is not checked, for either way the check fails.
"""

import functools
from collections.abc import Mapping
from pathlib import Path

import dns.dnssec
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset
import dns.zonefile
from dns.exception import UnsupportedAlgorithm
from msgspec import Struct

from harness.evidence import Cause
from harness.target import Resolver
from harness.wire import Wire, WireError

from .evidence import Link
from .probe_ask import apex, ask

_ROOT = """\
. 86400 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. 86400 IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
"""
_DEEPEST = 12
Anchors = Mapping[dns.name.Name, dns.rrset.RRset]


class Broken(Exception):  # noqa: N818 — a state, not an accident
    """The chain ends here: `state` is insecure, bogus or unknown."""

    def __init__(self, state: str, zone: dns.name.Name, what: str, wrong: str) -> None:
        super().__init__(wrong)
        self.state, self.link = state, Link(zone=zone.to_text(), what=what, wrong=wrong[:200])


class Proof(Struct, frozen=True):
    """Where validation ended, from which anchor, over which links."""

    state: str
    anchor: str
    links: tuple[Link, ...]
    ad: bool = False


def prove(wire: Wire, name: str, rdtype: str, resolver: Resolver | None) -> Proof:
    """Validate the records of `name`, or its zone's SOA when there are none. Raises WireError when the DNS fails."""
    anchors = _anchors(resolver.trust_anchor if resolver else None)
    answer = ask(wire, name, rdtype, want_dnssec=True)
    ad = bool(answer.flags & dns.flags.AD)
    links: list[Link] = []
    zone = dns.name.from_text(apex(wire, name))
    try:
        keys, anchor = _keys(wire, zone, anchors, links, _DEEPEST)
        for owner, kind in ((zone, "SOA"), (dns.name.from_text(name), rdtype)):
            _check(wire, owner, kind, keys, links)
    except Broken as broken:
        return Proof(broken.state, ".", (*links, broken.link), ad)
    return Proof("secure", anchor.to_text(), tuple(links), ad)


@functools.cache
def _anchors(file: str | None) -> Anchors:
    try:
        text = Path(file).read_text("utf-8") if file else _ROOT
        found = dns.zonefile.read_rrsets(text, rdclass=None, default_ttl=86400)
    except (OSError, UnicodeDecodeError, dns.exception.DNSException) as wrong:
        raise WireError(
            Cause.TOOL_ABSENT, f"the trust anchor cannot be read: {type(wrong).__name__}"
        ) from None
    kinds = (dns.rdatatype.DS, dns.rdatatype.DNSKEY)
    return {rrset.name: rrset for rrset in found if rrset.rdtype in kinds}


def _keys(
    wire: Wire, zone: dns.name.Name, anchors: Anchors, links: list[Link], left: int
) -> tuple[dns.rrset.RRset, dns.name.Name]:
    """The zone's key set, validated from the nearest anchor; and that anchor's name."""
    if left == 0:
        raise Broken("unknown", zone, "depth", "the chain is deeper than we follow")
    keys, signatures = _signed_set(wire, zone, "DNSKEY")
    if zone in anchors:
        return _accept(zone, keys, signatures, anchors[zone], links), zone
    if zone == dns.name.root or not any(zone.is_subdomain(a) for a in anchors):
        raise Broken("unknown", zone, "anchor", "no trust anchor is configured above this zone")
    delegation, proofs = _signed_set(wire, zone, "DS")
    parent = proofs[0].signer
    if not zone.is_subdomain(parent) or parent == zone:
        raise Broken("bogus", zone, "DS", f"signed by {parent}, which is not above it")
    above, anchor = _keys(wire, parent, anchors, links, left - 1)
    _verify(zone, "DS", delegation, proofs, above, links)
    return _accept(zone, keys, signatures, delegation, links), anchor


def _signed_set(wire: Wire, owner: dns.name.Name, kind: str) -> tuple[dns.rrset.RRset, dns.rrset.RRset]:
    answer = ask(wire, owner.to_text(), kind, want_dnssec=True)
    found, signatures = _sets(answer, owner, kind)
    if not found:
        where = "has no keys" if kind == "DNSKEY" else "has no DS record in its parent"
        raise Broken("insecure", owner, kind, f"the zone {where}")
    if not signatures:
        raise Broken("bogus", owner, kind, "it carries no signature")
    return found, signatures


def _sets(
    answer: dns.message.Message, owner: dns.name.Name, kind: str
) -> tuple[dns.rrset.RRset | None, dns.rrset.RRset | None]:
    rdtype, cls = dns.rdatatype.from_text(kind), answer.question[0].rdclass
    found = answer.get_rrset(answer.answer, owner, cls, rdtype)
    return found, answer.get_rrset(answer.answer, owner, cls, dns.rdatatype.RRSIG, rdtype)


def _accept(
    zone: dns.name.Name,
    keys: dns.rrset.RRset,
    signatures: dns.rrset.RRset,
    trusted: dns.rrset.RRset,
    links: list[Link],
) -> dns.rrset.RRset:
    """The key set, once a key that `trusted` (DS or DNSKEY) vouches for has signed it (RFC 4035 §5.2)."""
    vouched = [k for k in keys if _vouched(zone, k, trusted)]
    if not vouched:
        raise Broken("bogus", zone, "DNSKEY", "no key of the zone matches its DS record or trust anchor")
    anchors = dns.rrset.from_rdata_list(zone, keys.ttl, vouched)
    _verify(zone, "DNSKEY", keys, signatures, anchors, links)
    return keys


def _vouched(zone: dns.name.Name, key: dns.rdata.Rdata, trusted: dns.rrset.RRset) -> bool:
    if trusted.rdtype == dns.rdatatype.DNSKEY:
        return key in trusted
    for ds in trusted:
        try:
            made = dns.dnssec.make_ds(zone, key, ds.digest_type, validating=True)
        except (dns.exception.DNSException, ValueError):
            continue
        if made == ds:
            return True
    return False


def _check(wire: Wire, owner: dns.name.Name, kind: str, keys: dns.rrset.RRset, links: list[Link]) -> None:
    """Validate one record set of the zone; a name without such records has nothing to validate."""
    answer = ask(wire, owner.to_text(), kind, want_dnssec=True)
    for candidate in (kind, "CNAME"):
        found, signatures = _sets(answer, owner, candidate)
        if found:
            if not signatures:
                raise Broken("bogus", owner, candidate, "it carries no signature although its zone is signed")
            return _verify(owner, candidate, found, signatures, keys, links)
    return None


def _verify(  # noqa: PLR0917 — two sets, who signed them, and where that is noted
    owner: dns.name.Name,
    what: str,
    found: dns.rrset.RRset,
    signatures: dns.rrset.RRset,
    keys: dns.rrset.RRset,
    links: list[Link],
) -> None:
    try:
        dns.dnssec.validate(found, signatures, {keys.name: keys})
    except UnsupportedAlgorithm as wrong:
        raise Broken("unknown", owner, what, f"an algorithm that cannot be checked: {wrong}") from None
    except (dns.exception.DNSException, ValueError) as wrong:
        raise Broken("bogus", owner, what, f"{type(wrong).__name__}: {wrong}") from None
    links.append(Link(zone=owner.to_text(), what=what))
