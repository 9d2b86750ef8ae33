"""Probes of DMARC, MTA-STS and TLS reporting."""

from harness.evidence import Cause, Missing
from harness.registry import probe
from harness.target import MailDomain
from harness.wire import Wire, WireError, missing

from .evidence import DmarcPolicy, TransportPolicy
from .probe_ask import look, parents

#: At most eight questions; a longer name is cut to its last seven labels after the first (RFC 9989 §4.10).
_STEPS = 8


@probe(kind="mail", seconds=30)
def dmarc_policy(subject: MailDomain, wire: Wire) -> DmarcPolicy | Missing:
    """The TXT sets at `_dmarc` of the domain and of each domain above it. No public suffix list is needed."""
    names = parents(subject.id)
    names = names if len(names) <= _STEPS else (names[0], *names[1 - _STEPS :])
    try:
        return DmarcPolicy(
            domain=subject.id,
            walk=tuple(look(wire, f"_dmarc.{n}", "TXT", strict=n == names[0]) for n in names),
        )
    except WireError as wrong:
        return missing(wrong)


@probe(kind="mail", seconds=40)
def transport_policy(subject: MailDomain, wire: Wire) -> TransportPolicy | Missing:
    """Three questions, and the policy file when a record announces one and its host is in the scope."""
    host = f"mta-sts.{subject.id}"
    try:
        mx, sts, reporting = (
            look(wire, name, kind, strict=kind == "MX")
            for name, kind in (
                (subject.id, "MX"),
                (f"_mta-sts.{subject.id}", "TXT"),
                (f"_smtp._tls.{subject.id}", "TXT"),
            )
        )
    except WireError as wrong:
        return missing(wrong)
    announced = any(r.lower().startswith("v=stsv1") for r in sts.records)
    policy = (
        wire.http("GET", f"https://{host}/.well-known/mta-sts.txt", label="MTA-STS policy")
        if announced
        else None
    )
    if policy and policy.fault is Cause.OUT_OF_SCOPE:
        return missing(WireError(Cause.OUT_OF_SCOPE, f"the policy host {host} is not in the scope"))
    return TransportPolicy(domain=subject.id, mx=mx, sts=sts, reporting=reporting, policy=policy)
