"""DANE: the TLSA records of an endpoint beside the chain it serves (RFC 6698, RFC 7671)."""

import hashlib
import socket
from pathlib import Path
from typing import Any

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from nassl._nassl import OpenSSLError
from nassl.ssl_client import OpenSslVerifyEnum, SslClient

from harness.evidence import Cause, Missing
from harness.registry import probe
from harness.target import Endpoint
from harness.wire import Wire, WireError, missing

from .evidence import DaneBinding, Lookup, Tlsa
from .probe_ask import look_raw
from .probe_proof import prove

_DIGEST = {1: hashlib.sha256, 2: hashlib.sha512}


@probe(kind="endpoint", seconds=40)
def dane_binding(subject: Endpoint, wire: Wire) -> DaneBinding | Missing:
    """One question when there is no record; else the DNSSEC proof and one handshake."""
    if _is_address(subject.host):
        return missing(
            WireError(Cause.NOT_OFFERED, f"{subject.host} is an address: TLSA records belong to names")
        )
    name = f"_{subject.port}._tcp.{subject.host}"
    try:
        lookup, records, _ = look_raw(wire, name, "TLSA")
        if lookup.outcome != "found":
            return DaneBinding(host=subject.host, port=subject.port, lookup=lookup)
        proof = prove(wire, name, "TLSA", wire.target.resolver)
        return _compare(subject, wire, lookup, records, proof.state)
    except WireError as wrong:
        return missing(wrong)


def _compare(
    subject: Endpoint, wire: Wire, lookup: Lookup, records: tuple[Any, ...], state: str
) -> DaneBinding:
    with wire.connect(subject.host, subject.port) as sock:
        chain, verified = _chain(sock, subject.host, subject.ca_file or certifi.where())
    return DaneBinding(
        host=subject.host,
        port=subject.port,
        lookup=lookup,
        state=state,
        records=tuple(_tlsa(r, chain) for r in records[:20]),
        verified=verified,
    )


def _chain(sock: socket.socket, host: str, trust: str) -> tuple[list[x509.Certificate], bool]:
    """The chain as sent, and whether it verifies; the standard library shows only the leaf. Raises WireError."""
    client = SslClient(
        underlying_socket=sock,
        ssl_verify=OpenSslVerifyEnum.NONE,
        ssl_verify_locations=Path(trust),
        server_name_indication=host,
        ignore_client_authentication_requests=True,
    )
    try:
        client.do_handshake()
        chain = [x509.load_pem_x509_certificate(pem.encode()) for pem in client.get_received_chain()[:10]]
    except (OpenSSLError, OSError, ValueError, TypeError, x509.InvalidVersion) as wrong:
        cause = Cause.TIMEOUT if isinstance(wrong, TimeoutError) else Cause.TLS
        raise WireError(cause, f"the TLS handshake failed: {str(wrong)[:150]}") from None
    return chain, client._ssl.get_verify_result() == 0


def _tlsa(record: Any, chain: list[x509.Certificate]) -> Tlsa:
    # usages 1 and 3 speak of the server's own certificate, 0 and 2 of one above it (RFC 7671 §5)
    those = chain[:1] if record.usage in (1, 3) else chain[1:]
    matches = any(_part(c, record.selector, record.mtype) == record.cert for c in those)
    return Tlsa(
        usage=record.usage,
        selector=record.selector,
        matching=record.mtype,
        data=record.cert.hex()[:128],
        matches=matches,
    )


def _part(certificate: x509.Certificate, selector: int, matching: int) -> bytes | None:
    if selector == 1:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        part = certificate.public_key().public_bytes(serialization.Encoding.DER, form)
    else:
        part = certificate.public_bytes(serialization.Encoding.DER)
    if selector > 1 or matching > 2:
        return None
    return _DIGEST[matching](part).digest() if matching else part


def _is_address(host: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except OSError:
        return False
    return True
