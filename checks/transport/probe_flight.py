"""What a server answers to a hello, read record by record and leniently; nothing here trusts a length twice."""

import socket
import time

from msgspec import Struct, field

from .probe_hello import NAME, SHARE, SSL2, TLS13, VERSIONS, VERSIONS_EXT

_ALERT, _HANDSHAKE, _HEARTBEAT = 21, 22, 24
_SERVER_HELLO, _CERTIFICATE, _KEY_EXCHANGE, _CERTIFICATE_REQUEST, _DONE = 2, 11, 12, 13, 14
#: The fixed random of a HelloRetryRequest, RFC 8446 §4.1.3.
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
#: Most bytes read of one answer: certificate chains are far smaller.
_MOST = 300_000
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


class Flight:
    """Reads from a connected socket; keep it to read on after `until`."""

    def __init__(self, sock: socket.socket, patience: float) -> None:
        self.sock, self.patience = sock, patience
        self.received = 0
        self._data, self._shake = b"", b""
        self.reply = Reply()

    def until(self, wanted: str) -> Reply:
        """Read until `wanted`: hello, key (key exchange or done), or done; or until the peer ends it."""
        while not self._satisfied(wanted):
            record = self.record()
            if isinstance(record, str):
                return self._end(record)
            kind, body = record
            if kind == SSL2:
                return self._ssl2(body)
            if kind == _ALERT and self._alarm(body):
                return self._end("alert")
            if kind == _HANDSHAKE and not self._messages(body):
                return self._end("garbage")
            if kind not in (_ALERT, _HANDSHAKE, 20):
                return self._end("garbage")
        return self.reply

    def record(self) -> tuple[int, bytes] | str:
        """The next record as (type, body), or why there is none: stalled, closed or garbage."""
        deadline = time.monotonic() + self.patience
        while True:
            found = self._cut()
            if found is not None:
                return found
            if self.received > _MOST:
                return "garbage"
            wait = deadline - time.monotonic()
            if wait <= 0:
                return "stalled"
            self.sock.settimeout(wait)
            try:
                more = self.sock.recv(65536)
            except TimeoutError:
                return "stalled"
            except OSError:
                return "closed"
            if not more:
                return "closed"
            self.received += len(more)
            self._data += more

    def _cut(self) -> tuple[int, bytes] | str | None:
        data = self._data
        if len(data) >= 5 and data[0] & 0x80 and data[2] == 4:
            size = int.from_bytes(data[:2], "big") & 0x7FFF
            return (SSL2, data[2 : 2 + size]) if len(data) >= 2 + size else None
        if len(data) >= 3 and data[0] & 0x80 and data[2] == 0:
            return "closed"  # an SSL 2.0 ERROR message: a refusal
        if data and not (20 <= data[0] <= _HEARTBEAT or data[0] & 0x80):
            return "garbage"
        if len(data) < 5:
            return None
        if data[0] & 0x80 or data[1] != 3:
            return "garbage"
        size = int.from_bytes(data[3:5], "big")
        if len(data) < 5 + size:
            return None
        self._data = data[5 + size :]
        return data[0], data[5 : 5 + size]

    def _satisfied(self, wanted: str) -> bool:
        reply = self.reply
        if not reply.offered:
            return False
        if wanted == "hello" or reply.version >= TLS13:
            return True
        return reply.done or (wanted == "key" and (reply.group is not None or reply.prime is not None))

    def _end(self, why: str) -> Reply:
        reply = self.reply
        reply.ended = why
        words = {
            "stalled": f"no answer in {self.patience:.1f} s",
            "closed": "the connection was closed without an alert",
            "garbage": "the answer is not TLS",
            "alert": f"alert {reply.alert} {ALERTS.get(reply.alert or 0, '?')}",
        }
        if not reply.offered:
            reply.kind, reply.how = why, words[why]
        return reply

    def _alarm(self, body: bytes) -> bool:
        """Note an alert; True when it ends the handshake. A warning about the name does not (RFC 6066 §3)."""
        if len(body) < 2:
            return False
        self.reply.alert = body[1]
        return body[0] == 2 or body[1] != 112

    def _messages(self, body: bytes) -> bool:
        self._shake += body
        while len(self._shake) >= 4:
            size = int.from_bytes(self._shake[1:4], "big")
            if size > _MOST:
                return False
            if len(self._shake) < 4 + size:
                break
            kind, message = self._shake[0], self._shake[4 : 4 + size]
            self._shake = self._shake[4 + size :]
            if not self._message(kind, message):
                return False
        return True

    def _message(self, kind: int, body: bytes) -> bool:
        try:
            if kind == _SERVER_HELLO:
                _read_hello(self.reply, body)
            elif kind == _CERTIFICATE and self.reply.version < TLS13:
                self.reply.certificates = _read_certificates(body)
            elif kind == _KEY_EXCHANGE:
                _read_exchange(self.reply, body)
        except (IndexError, ValueError):
            return False
        self.reply.asks_certificate |= kind == _CERTIFICATE_REQUEST
        self.reply.done |= kind == _DONE
        return True

    def _ssl2(self, body: bytes) -> Reply:
        sizes = [int.from_bytes(body[i : i + 2], "big") for i in (5, 7)]
        specs = body[11 + sizes[0] :][: sizes[1]]
        self.reply.kind, self.reply.version = "hello", SSL2
        self.reply.kinds = tuple(int.from_bytes(specs[i : i + 3], "big") for i in range(0, len(specs) - 2, 3))
        self.reply.how = f"SERVER-HELLO with {len(self.reply.kinds)} cipher kinds"
        return self.reply


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
    from .suites import NAMES

    name = NAMES.get(reply.suite, "")
    if "_ECDH" in name:
        reply.group = int.from_bytes(body[1:3], "big") if body[0] == 3 else 0
    elif "_DH" in name:
        size = int.from_bytes(body[:2], "big")
        reply.prime = int.from_bytes(body[2 : 2 + size], "big")
