"""Raw TLS bytes for the demo's faults: read a ClientHello, write a server's first flight with any defect in it."""

import socket
from pathlib import Path

from msgspec import Struct

TLS12, TLS13 = 0x0303, 0x0304
#: The generator of P-256, a valid point that everyone knows: nothing is meant to stay secret here.
_POINT = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")  # RFC 8446 §4.1.3


class ClientHello(Struct, frozen=True):
    """A hello, read and left in the socket. `versions` and `groups` are the extensions' lists."""

    version: int
    session: bytes
    suites: tuple[int, ...]
    compressions: bytes
    extensions: dict[int, bytes]

    @property
    def versions(self) -> tuple[int, ...]:
        """supported_versions, empty without it."""
        return numbers(self.extensions.get(43, b"")[1:])

    @property
    def groups(self) -> tuple[int, ...]:
        """supported_groups, empty without it."""
        return numbers(self.extensions.get(10, b"")[2:])

    @property
    def is_tls12(self) -> bool:
        """Whether TLS 1.2 is the newest version it offers."""
        return self.version == TLS12 and not self.versions

    @property
    def protocols(self) -> bytes:
        """The ALPN list, raw."""
        return self.extensions.get(16, b"")


def numbers(data: bytes) -> tuple[int, ...]:
    """16-bit numbers, one after the other."""
    return tuple(int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data) - 1, 2))


def peek(sock: socket.socket) -> bytes:
    """The first bytes a client sent, left in the socket."""
    try:
        return sock.recv(20_000, socket.MSG_PEEK)
    except OSError:
        return b""


def read_hello(data: bytes) -> ClientHello | None:
    """Parse the ClientHello in a record; None for anything else."""
    try:
        if data[0] != 22 or data[5] != 1:
            return None
        session, at = data[44 : 44 + data[43]], 44 + data[43]
        size = int.from_bytes(data[at : at + 2], "big")
        suites, at = numbers(data[at + 2 : at + 2 + size]), at + 2 + size
        compressions, at = data[at + 1 : at + 1 + data[at]], at + 1 + data[at] + 2
        return ClientHello(int.from_bytes(data[9:11], "big"), session, suites, compressions, _read(data[at:]))
    except IndexError:
        return None


def _read(data: bytes) -> dict[int, bytes]:
    found = {}
    while len(data) >= 4:
        size = int.from_bytes(data[2:4], "big")
        found[int.from_bytes(data[:2], "big")] = data[4 : 4 + size]
        data = data[4 + size :]
    return found


def record(kind: int, version: int, body: bytes) -> bytes:
    """One record."""
    return bytes([kind]) + min(version, TLS12).to_bytes(2, "big") + vector(body, 2)


def vector(data: bytes, width: int) -> bytes:
    """Data with its length in front."""
    return len(data).to_bytes(width, "big") + data


def extension(kind: int, data: bytes = b"") -> bytes:
    """One extension."""
    return kind.to_bytes(2, "big") + vector(data, 2)


#: renegotiation_info, extended_master_secret and an ALPN answer, as a sound server echoes them.
RENEGOTIATION, EXTENDED_MASTER = extension(0xFF01, b"\x00"), extension(23)
HTTP = extension(16, vector(vector(b"http/1.1", 1), 2))
SOUND = RENEGOTIATION + EXTENDED_MASTER + HTTP


def server_hello(
    hello: ClientHello, suite: int, extensions: bytes = b"", *, compression: int = 0, retry: bool = False
) -> bytes:
    """A ServerHello of the hello's own version, as a record."""
    version = min(hello.version, TLS12)
    random = _RETRY if retry else bytes(range(32))
    body = version.to_bytes(2, "big") + random + vector(hello.session, 1)
    body += suite.to_bytes(2, "big") + bytes([compression]) + (vector(extensions, 2) if extensions else b"")
    return record(22, version, b"\x02" + vector(body, 3))


def rest_of_flight(version: int, certificate: bytes, exchange: bytes = b"") -> bytes:
    """Certificate, ServerKeyExchange where there is one, ServerHelloDone."""
    chain = b"\x0b" + vector(vector(vector(certificate, 3), 3), 3)
    middle = b"\x0c" + vector(exchange, 3) if exchange else b""
    return (
        record(22, version, chain)
        + (record(22, version, middle) if middle else b"")
        + record(22, version, b"\x0e\x00\x00\x00")
    )


def on_curve() -> bytes:
    """An ECDHE key exchange on P-256, its signature left meaningless."""
    return b"\x03\x00\x17" + vector(_POINT, 1) + b"\x04\x03" + vector(bytes(64), 2)


def in_field(prime: int) -> bytes:
    """A DHE key exchange in the field of `prime`, its signature left meaningless."""
    size = (prime.bit_length() + 7) // 8
    parts = prime.to_bytes(size, "big"), b"\x02", (prime // 3).to_bytes(size, "big")
    return b"".join(vector(part, 2) for part in parts) + b"\x04\x01" + vector(bytes(256), 2)


def der(chain: Path) -> bytes:
    """The first certificate of a PEM file."""
    import ssl

    pem = chain.read_text(encoding="ascii")
    return ssl.PEM_cert_to_DER_cert(pem[: pem.index("-----END CERTIFICATE-----") + 25] + "\n")


def next_record(sock: socket.socket) -> tuple[int, bytes] | None:
    """Consume one record; None at the end."""
    head = _exactly(sock, 5)
    body = _exactly(sock, int.from_bytes(head[3:5], "big")) if head else None
    return (head[0], body) if head and body is not None else None


def _exactly(sock: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            return None
        data += more
    return data
