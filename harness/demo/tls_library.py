"""Servers for the demo's TLS faults by tlslite-ng, which still speaks what OpenSSL no longer does."""

import contextlib
import functools
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from harness.demo.tls_raw import ClientHello


class FaultContext(Struct, frozen=True):
    """The certificate chain and key (PEM files) of the server that a fault speaks for."""

    chain: Path
    key: Path


Answer = Callable[[socket.socket, FaultContext, ClientHello], None]


def server(**settings: Any) -> Answer:
    """A real handshake by tlslite-ng with these HandshakeSettings; `rsa` swaps in a self-signed RSA key."""
    rsa, early, lifetime = (settings.pop(name, None) for name in ("rsa", "early_data", "lifetime"))

    def answer(sock: socket.socket, context: FaultContext, _: ClientHello) -> None:
        from tlslite.api import HandshakeSettings
        from tlslite.errors import TLSError

        wanted = HandshakeSettings()
        for name, value in settings.items():
            setattr(wanted, name, value)
        chain, key = rsa_identity() if rsa else _loaded(context)
        with contextlib.suppress(TLSError):
            connection = _connection(sock, early or 0, lifetime)
            connection.handshakeServer(certChain=chain, privateKey=key, settings=wanted)
            while connection.read(max=1024, min=1):
                pass

    return answer


def _connection(sock: socket.socket, early_data: int, lifetime: int | None) -> Any:
    from tlslite.api import TLSConnection
    from tlslite.extensions import TLSExtension
    from tlslite.messages import NewSessionTicket

    class Ticketing(TLSConnection):  # type: ignore[misc]
        def _serverSendTickets(self, _: Any) -> Any:  # noqa: N802 — tlslite's name
            if self.version < (3, 4) or lifetime is None:
                return
            invitation = TLSExtension(extType=42).create(bytearray(early_data.to_bytes(4, "big")))
            ticket = NewSessionTicket()
            ticket.create(lifetime, 1, bytearray(1), bytearray(64), [invitation] if early_data else [])
            yield from self._sendMsg(ticket)

    return TLSConnection(sock) if lifetime is None else Ticketing(sock)


def _loaded(context: FaultContext) -> tuple[Any, Any]:
    return _parsed(context.chain.read_text("ascii"), context.key.read_text("ascii"))


def _parsed(chain: str, key: str) -> tuple[Any, Any]:
    from tlslite.api import X509CertChain, parsePEMKey

    certificates = X509CertChain()
    certificates.parsePemList(chain)
    return certificates, parsePEMKey(key, private=True)


@functools.cache
def rsa_identity() -> tuple[Any, Any]:
    """Chain and key of a self-signed RSA server, as tlslite has them."""
    return _parsed(*_rsa_pem())


@functools.cache
def _rsa_pem() -> tuple[str, str]:
    """A self-signed RSA certificate and its key: static RSA and DHE_RSA need one, and the demo's own is EC."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key, now = rsa.generate_private_key(65537, 2048), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "demo fault")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    made = builder.not_valid_after(now + timedelta(days=30)).sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), secret.decode()
