"""The server's handshake messages taken apart (RFC 8446 §4, RFC 5246 §7.4): bytes in, facts out, no socket."""

from msgspec import Struct, field

from .probe_hello import NAME, SHARE, TLS13, VERSIONS, VERSIONS_EXT
from .suites import NAMES

_SERVER_HELLO, _CERTIFICATE, _KEY_EXCHANGE, _CERTIFICATE_REQUEST, _DONE = 2, 11, 12, 13, 14
#: The fixed random of a HelloRetryRequest, RFC 8446 §4.1.3.
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
#: Alert descriptions, RFC 8446 §6 and older versions.
ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
    30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate",
    43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
    47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
    70: "protocol_version", 71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
    90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension", 110: "unsupported_extension",
    112: "unrecognized_name", 116: "certificate_required", 120: "no_application_protocol",
}  # fmt: skip


class Reply(Struct, kw_only=True):
    """An answer: `kind` is hello, alert, closed, stalled or garbage; `how` says it in words.

    After a hello: version, suite, compression, extensions, and as far as read certificates (DER), the named
    group or the (prime, generator) of the key exchange. `ended` is what ended the reading, in the same words
    as `kind`, or "" when what was wanted arrived.
    """

    kind: str = "stalled"
    how: str = ""
    ended: str = ""
    version: int = 0
    suite: int = 0
    compression: int = 0
    retry: bool = False
    extensions: dict[int, bytes] = field(default_factory=dict)
    alert: int | None = None
    certificates: list[bytes] = field(default_factory=list)
    group: int | None = None
    prime: int | None = None
    done: bool = False
    kinds: tuple[int, ...] = ()
    asks_certificate: bool = False

    @property
    def offered(self) -> bool:
        """Whether a ServerHello arrived."""
        return self.kind == "hello"

    @property
    def refused(self) -> bool:
        """Whether the server said no: an alert, or an end of the connection, instead of a ServerHello."""
        return self.kind in ("alert", "closed")


def read_message(reply: Reply, kind: int, body: bytes) -> bool:
    """Add one handshake message to the reply; False when its lengths do not fit."""
    try:
        if kind == _SERVER_HELLO:
            _read_hello(reply, body)
        elif kind == _CERTIFICATE and reply.version < TLS13:
            reply.certificates = _read_certificates(body)
        elif kind == _KEY_EXCHANGE:
            _read_exchange(reply, body)
    except (IndexError, ValueError):
        return False
    reply.asks_certificate |= kind == _CERTIFICATE_REQUEST
    reply.done |= kind == _DONE
    return True


def _read_hello(reply: Reply, body: bytes) -> None:
    session = body[34]
    at = 35 + session
    reply.version = int.from_bytes(body[:2], "big")
    reply.suite = int.from_bytes(body[at : at + 2], "big")
    reply.compression = body[at + 2]
    reply.retry = body[2:34] == _RETRY
    reply.extensions = dict(_extensions(body[at + 5 :]))
    chosen = reply.extensions.get(VERSIONS_EXT)
    if chosen:
        reply.version = int.from_bytes(chosen[:2], "big")
    if SHARE in reply.extensions:
        reply.group = int.from_bytes(reply.extensions[SHARE][:2], "big")
    reply.kind = "hello"
    name = VERSIONS.get(reply.version, f"version 0x{reply.version:04x}")
    reply.how = f"{'HelloRetryRequest' if reply.retry else 'ServerHello'} for {name}"


def _extensions(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    while len(data) >= 4:
        size = int.from_bytes(data[2:4], "big")
        found.append((int.from_bytes(data[:2], "big"), data[4 : 4 + size]))
        data = data[4 + size :]
    return [pair for pair in found if pair[0] != NAME]


def _read_certificates(body: bytes) -> list[bytes]:
    found, data = [], body[3:]
    while len(data) >= 3:
        size = int.from_bytes(data[:3], "big")
        found.append(data[3 : 3 + size])
        data = data[3 + size :]
    return found


def _read_exchange(reply: Reply, body: bytes) -> None:
    """A named curve (RFC 8422 §5.4), or a prime and generator (RFC 5246 §7.4.3): their first bytes tell which."""
    name = NAMES.get(reply.suite, "")
    if "_ECDH" in name:
        reply.group = int.from_bytes(body[1:3], "big") if body[0] == 3 else 0
    elif "_DH" in name:
        size = int.from_bytes(body[:2], "big")
        reply.prime = int.from_bytes(body[2 : 2 + size], "big")
