"""Real TLS servers on free loopback ports for the engine's tests, each stopped by its handle; and a wire to them."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.demo.tls_faults import FAULTS, FaultContext
from harness.demo.tls_raw import peek, read_hello, record

HOST = "localhost"
Serve = Callable[[socket.socket], None]


class Loopback:
    """What the transport probes need of a wire: it connects to loopback and counts."""

    user_agent = "moph-harness tests"
    remaining = 60.0

    def __init__(self) -> None:
        self.connections = 0

    def connect(self, host: str, port: int) -> socket.socket:
        self.connections += 1
        return socket.create_connection(("127.0.0.1", port), 5.0)


@dataclass
class Running:
    """A listening server; `seen` is what its connections began with."""

    port: int
    seen: list[bytes] = field(default_factory=list)


@contextlib.contextmanager
def serving(serve: Serve) -> Iterator[Running]:
    """Accept on a free port, one thread for each connection; all ends with the block."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    running, live = Running(listener.getsockname()[1]), set[socket.socket]()

    def one(sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError, ValueError):
            serve(sock)
        live.discard(sock)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = listener.accept()
                sock.settimeout(10)
                live.add(sock)
                threading.Thread(target=one, args=(sock,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for sock in list(live):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def identity(folder: Path, kind: str = "ec", *, host: str = HOST, days: int = 30) -> FaultContext:
    """A self-signed certificate and key as PEM files; negative days: expired."""
    key: Any = (
        ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    )
    now, name = datetime.now(UTC), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=90))
    builder = builder.not_valid_after(now + timedelta(days=days))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    chain, secret = folder / f"{kind}-{host}.pem", folder / f"{kind}-{host}.key"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return FaultContext(chain, secret)


def modern_context(who: FaultContext, ciphers: str = "ECDHE+AESGCM:ECDHE+CHACHA20") -> ssl.SSLContext:
    """TLS 1.2 and 1.3 as a sound platform has them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(ciphers)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(who.chain, who.key)
    return context


def platform(who: FaultContext, context: ssl.SSLContext, *faults: str) -> Serve:
    """Serve like a web server; the named faults come first. Clear HTTP and foreign ALPN are refused."""

    def serve(sock: socket.socket) -> None:
        data = peek(sock)
        if any(FAULTS[name](sock, who) for name in faults):
            return
        hello = read_hello(data)
        if data[:1].isupper():
            sock.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            drain(sock)
        elif hello and hello.protocols and b"http/1.1" not in hello.protocols:
            sock.sendall(record(21, 0x0303, b"\x02\x78"))
            drain(sock)
        else:
            with context.wrap_socket(sock, server_side=True) as secure:
                if secure.recv(4096):
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    return serve


def library(who: FaultContext, **settings: Any) -> Serve:
    """A tlslite-ng server with these HandshakeSettings."""
    from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
    from tlslite.errors import TLSError

    chain = X509CertChain()
    chain.parsePemList(who.chain.read_text("ascii"))
    key = parsePEMKey(who.key.read_text("ascii"), private=True)
    wanted = HandshakeSettings()
    for name, value in settings.items():
        setattr(wanted, name, value)

    def serve(sock: socket.socket) -> None:
        with contextlib.suppress(TLSError):
            connection = TLSConnection(sock)
            connection.handshakeServer(
                certChain=chain, privateKey=key, settings=wanted, alpn=[bytearray(b"http/1.1")]
            )
            connection.read(max=1024, min=1)
            connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    return serve


def silent(sock: socket.socket) -> None:
    """Read for ever and say nothing."""
    while sock.recv(65_536):
        pass


def drain(sock: socket.socket) -> None:
    """End the sending side and read on, so that the last words are not reset away."""
    sock.shutdown(socket.SHUT_WR)
    silent(sock)


def relay(port: int, answer: Callable[[bytes, bytes], bytes | None]) -> Serve:
    """A box in the path: `answer(sent so far, reply)` gives what the client gets of each reply, None to hold it
    back, b"RST" to end the connection."""

    def serve(sock: socket.socket) -> None:
        sent = bytearray()
        with socket.create_connection(("127.0.0.1", port), 5.0) as behind:

            def up() -> None:
                with contextlib.suppress(OSError):
                    while data := sock.recv(65_536):
                        sent.extend(data)
                        if answer(bytes(sent), b"") == b"RST":
                            sock.shutdown(socket.SHUT_RDWR)
                            return
                        behind.sendall(data)

            threading.Thread(target=up, daemon=True).start()
            while data := behind.recv(65_536):
                told = answer(bytes(sent), data)
                if told:
                    sock.sendall(told)
            if answer(bytes(sent), b"end") is not None:
                return
            silent(sock)

    return serve
