"""The certificate probe: one handshake, a second one only when a stapled answer was expected and did not come."""

import itertools
from datetime import UTC, datetime

from cryptography import x509
from msgspec import structs

from harness.evidence import Cause, Missing
from harness.registry import probe
from harness.target import Endpoint
from harness.wire import Wire, WireError, missing

from .evidence import Path, ServedChain
from .probe_handshake import Received, receive
from .probe_path import build, public_file, roots, signed_by
from .probe_read import read
from .probe_staple import read_staple


@probe(kind="endpoint", seconds=30)
def served_chain(subject: Endpoint, wire: Wire) -> ServedChain | Missing:
    """The chain as presented, verified against the target's CA file, or against the public roots without one."""
    trust = subject.ca_file or public_file()
    try:
        roots(trust)
    except (OSError, ValueError) as wrong:
        return missing(WireError(Cause.TOOL_ABSENT, f"the CA file cannot be used: {type(wrong).__name__}"))
    try:
        got, asked = _handshakes(subject, wire, trust)
    except WireError as wrong:
        return missing(wrong)
    return describe(subject, got, trust, asked)


def _handshakes(subject: Endpoint, wire: Wire, trust: str) -> tuple[Received, int]:
    got = _handshake(subject, wire, trust)
    leaf = read(got.certificates[0], subject.host)
    if got.staple is None and (leaf.ocsp or leaf.must_staple):
        # nginx fetches its first answer only when a first client asked for it
        again = _handshake(subject, wire, trust)
        return again, 2
    return got, 1


def _handshake(subject: Endpoint, wire: Wire, trust: str) -> Received:
    with wire.connect(subject.host, subject.port) as sock:
        return receive(sock, subject.host, trust)


def describe(subject: Endpoint, got: Received, trust: str, asked: int = 1) -> ServedChain:
    """The evidence made of one handshake's outcome."""
    chain = got.certificates
    anchors = roots(trust)
    path = structs.replace(build(chain, anchors), code=got.code, message=got.message)
    return ServedChain(
        host=subject.host,
        port=subject.port,
        seen_at=datetime.now(UTC).isoformat(timespec="seconds"),
        certificates=tuple(read(c, subject.host) for c in chain),
        sent=got.sent,
        links=tuple(signed_by(a, b) for a, b in itertools.pairwise(chain)),
        trust="ca_file" if subject.ca_file else "public",
        path=path,
        staple=read_staple(got.staple, chain[0], _issuer(chain, path, anchors)) if got.staple else None,
        asked_staple=asked,
    )


def _issuer(
    chain: tuple[x509.Certificate, ...], path: Path, anchors: tuple[x509.Certificate, ...]
) -> x509.Certificate | None:
    if len(path.steps) > 1:
        return chain[path.steps[1]]
    return next((a for a in anchors if signed_by(chain[0], a)), None)
