"""One TLS handshake that takes whatever certificate comes: old digests, short keys, expired, wrong name."""

import socket
from pathlib import Path as File

from cryptography import x509
from msgspec import Struct
from nassl import _nassl
from nassl._nassl import OpenSSLError
from nassl.ssl_client import ClientCertificateRequested, OpenSslVerifyEnum, OpenSslVersionEnum, SslClient

from harness.evidence import Cause
from harness.scope import WireError

#: Certificates read of one chain; a server that sends more than this sends nonsense.
MOST_CERTIFICATES = 10


class Received(Struct, frozen=True):
    """What one handshake gave: certificates leaf first, how many were sent, OpenSSL's result, the OCSP response."""

    certificates: tuple[x509.Certificate, ...]
    sent: int
    code: int
    message: str
    staple: bytes | None


def receive(sock: socket.socket, host: str, trust: str) -> Received:
    """Shake hands on a connected socket and return the chain; raises WireError. The caller closes the socket.

    OpenSSL verifies against the PEM file `trust` but never refuses, so that a bad chain can be looked at.
    """
    client = _client(sock, host, trust)
    try:
        client.do_handshake()
    except ClientCertificateRequested:
        pass  # mutual TLS: the server's own certificates came before its demand
    except (OpenSSLError, OSError) as wrong:
        if not _chain(client):
            raise _failure(wrong) from None
    return _received(client)


def _client(sock: socket.socket, host: str, trust: str) -> SslClient:
    client = SslClient(
        underlying_socket=sock,
        ssl_version=OpenSslVersionEnum.SSLV23,
        ssl_verify=OpenSslVerifyEnum.NONE,
        ssl_verify_locations=File(trust),
        server_name_indication=None if _is_address(host) else host,
        ignore_client_authentication_requests=True,
    )
    client.set_cipher_list("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    client.set_tlsext_status_ocsp()
    return client


def _received(client: SslClient) -> Received:
    chain = _chain(client)
    if not chain:
        raise WireError(Cause.TLS, "the server sent no certificate")
    code = client._ssl.get_verify_result()
    answer = client.get_tlsext_status_ocsp_resp()
    return Received(
        certificates=_parse(chain[:MOST_CERTIFICATES]),
        sent=len(chain),
        code=code,
        message=_nassl.X509.verify_cert_error_string(code),
        staple=answer.as_der_bytes() if answer else None,
    )


def _parse(chain: list[str]) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificate(pem.encode()) for pem in chain)
    except (ValueError, x509.InvalidVersion) as wrong:
        raise WireError(Cause.MALFORMED, f"a certificate cannot be parsed: {str(wrong)[:120]}") from None


def _chain(client: SslClient) -> list[str]:
    try:
        return list(client.get_received_chain())
    except (TypeError, ValueError, OpenSSLError):  # nassl iterates over None before any certificate came
        return []


def _failure(wrong: Exception) -> WireError:
    text = str(wrong)[:160]
    if isinstance(wrong, TimeoutError):
        return WireError(Cause.TIMEOUT, f"the TLS handshake stalled: {text}")
    if "excessive message size" in text:
        return WireError(Cause.TOO_LARGE, "the certificate message is larger than 100 kB")
    if any(sign in text for sign in ("asn1", "wrong tag", "ASN1", "d2i")):
        return WireError(Cause.MALFORMED, f"the certificate cannot be parsed: {text}")
    return WireError(Cause.TLS, f"the TLS handshake failed: {text}")


def _is_address(host: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except OSError:
        return False
    return True
