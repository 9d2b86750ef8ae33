"""ClientHello messages made by hand (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2): bytes in, bytes out, no socket."""

import ipaddress
import os
from collections.abc import Iterable, Sequence

from msgspec import Struct

SSL2, SSL3, TLS10, TLS11, TLS12, TLS13 = 0x0002, 0x0300, 0x0301, 0x0302, 0x0303, 0x0304
VERSIONS = {
    SSL2: "SSL 2.0",
    SSL3: "SSL 3.0",
    TLS10: "TLS 1.0",
    TLS11: "TLS 1.1",
    TLS12: "TLS 1.2",
    TLS13: "TLS 1.3",
}
FALLBACK_SCSV = 0x5600  # RFC 7507
GREASE = 0x8A8A  # RFC 8701: one of the sixteen reserved values
#: Extension types of the IANA registry that this package sends or reads.
NAME, GROUPS, FORMATS, SIGNATURES, HEARTBEAT, ALPN, PADDING = 0, 10, 11, 13, 15, 16, 21
EXTENDED_MASTER, VERSIONS_EXT, SHARE, NPN, RENEGOTIATION = 23, 43, 51, 13172, 0xFF01
#: Signature schemes wide enough that no server, old or new, lacks one (RFC 8446 §4.2.3; DSA and SHA-1 for old ones).
SCHEMES = (
    0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0603, 0x0807, 0x0808,
    0x0809, 0x080A, 0x080B, 0x081A, 0x081B, 0x081C, 0x0301, 0x0303, 0x0201, 0x0203, 0x0402, 0x0202, 0x0101,
)  # fmt: skip
#: Groups every hello offers unless it asks about groups: the common ones first, then what old servers may insist on.
USUAL_GROUPS = (29, 23, 24, 25, 30, 256, 257, 258, 26, 27, 28, 22, 21, 19, 14, 13, 11, 12, 9, 10)
#: What a hello that offers nothing older than TLS 1.3 may name (RFC 8446 §4.2.7): strict servers refuse others.
MODERN_GROUPS = (29, 23, 24, 25, 30, 256, 257, 258, 259, 260)


class Hello(Struct, frozen=True, kw_only=True):
    """One ClientHello. `versions` (for TLS 1.3) fills supported_versions; `shares` None leaves key_share out,
    an empty tuple sends it empty, which asks a TLS 1.3 server for a HelloRetryRequest that names its group.
    """

    version: int
    suites: tuple[int, ...]
    host: str = ""
    versions: tuple[int, ...] = ()
    groups: tuple[int, ...] = USUAL_GROUPS
    shares: tuple[tuple[int, bytes], ...] | None = None
    compressions: tuple[int, ...] = (0,)
    extra: tuple[tuple[int, bytes], ...] = ()
    extended_master: bool = True
    renegotiation: bool = True

    def encode(self) -> bytes:
        """The hello as one TLS record."""
        legacy = min(self.version, TLS12)
        session = os.urandom(32) if self.versions else b""
        body = legacy.to_bytes(2, "big") + os.urandom(32) + _vector(session, 1)
        body += _vector(_numbers(self.suites), 2) + _vector(bytes(self.compressions), 1)
        body += self._extensions(len(body))
        message = b"\x01" + _vector(body, 3)
        return b"\x16" + min(legacy, TLS10).to_bytes(2, "big") + _vector(message, 2)

    def _extensions(self, before: int) -> bytes:
        if self.version == SSL3 and not self.versions:
            return b""  # SSL 3.0 knows none, and some old servers choke on them
        found = self._asked()
        encoded = b"".join(extension(kind, data) for kind, data in found)
        size = before + 2 + len(encoded) + 4
        if 256 <= size < 512:  # RFC 7685: old load balancers hang on hellos of 256 to 511 bytes
            encoded += extension(PADDING, bytes(max(0, 512 - size - 4)))
        return _vector(encoded, 2)

    def _asked(self) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        if self.host and not is_address(self.host):
            found.append((NAME, _vector(b"\x00" + _vector(self.host.encode("idna"), 2), 2)))
        if self.groups:
            found.append((GROUPS, _vector(_numbers(self.groups), 2)))
            found.append((FORMATS, b"\x01\x00"))
        if self.version >= TLS12:
            found.append((SIGNATURES, _vector(_numbers(SCHEMES), 2)))
        if self.renegotiation:
            found.append((RENEGOTIATION, b"\x00"))
        if self.extended_master:
            found.append((EXTENDED_MASTER, b""))
        if self.versions:
            found.append((VERSIONS_EXT, _vector(_numbers(self.versions), 1)))
        if self.shares is not None:
            entries = b"".join(g.to_bytes(2, "big") + _vector(key, 2) for g, key in self.shares)
            found.append((SHARE, _vector(entries, 2)))
        return [*found, *self.extra]


def x25519_share() -> tuple[tuple[int, bytes], ...]:
    """A key share nobody holds the private key of: any 32 bytes are a valid X25519 public key (RFC 7748 §5)."""
    return ((29, os.urandom(32)),)


def extension(kind: int, data: bytes) -> bytes:
    """One extension, encoded."""
    return kind.to_bytes(2, "big") + _vector(data, 2)


def alpn(names: Iterable[str]) -> tuple[int, bytes]:
    """The ALPN extension (RFC 7301 §3.1) offering `names`."""
    return ALPN, _vector(b"".join(_vector(name.encode(), 1) for name in names), 2)


def ssl2_hello(kinds: Sequence[int]) -> bytes:
    """An SSL 2.0 CLIENT-HELLO offering the given cipher kinds."""
    specs = b"".join(kind.to_bytes(3, "big") for kind in kinds)
    body = b"\x01\x00\x02" + len(specs).to_bytes(2, "big") + b"\x00\x00\x00\x10" + specs + os.urandom(16)
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def _vector(data: bytes, width: int) -> bytes:
    return len(data).to_bytes(width, "big") + data


def _numbers(values: Iterable[int]) -> bytes:
    return b"".join(value.to_bytes(2, "big") for value in values)


def is_address(host: str) -> bool:
    """Whether the host is a literal address, which SNI may not carry (RFC 6066 §3)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
