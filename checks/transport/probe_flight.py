"""What a server answers to a hello, read record by record and leniently; nothing here trusts a length twice."""

import socket
import time

from .probe_hello import SSL2, TLS13
from .probe_messages import ALERTS, Reply, read_message

_ALERT, _HANDSHAKE, _HEARTBEAT = 21, 22, 24
#: Most bytes read of one answer: certificate chains are far smaller.
_MOST = 300_000


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
        if data and data[0] & 0x80:
            return self._cut_ssl2()
        if data and (not 20 <= data[0] <= _HEARTBEAT or data[1:2] not in (b"", b"\x03")):
            return "garbage"
        if len(data) < 5:
            return None
        size = int.from_bytes(data[3:5], "big")
        if len(data) < 5 + size:
            return None
        self._data = data[5 + size :]
        return data[0], data[5 : 5 + size]

    def _cut_ssl2(self) -> tuple[int, bytes] | str | None:
        data = self._data
        if len(data) < 3:
            return None
        if data[2] != 4:
            return "closed" if data[2] == 0 else "garbage"  # an ERROR message is a refusal
        size = int.from_bytes(data[:2], "big") & 0x7FFF
        return (SSL2, data[2 : 2 + size]) if len(data) >= 2 + size else None

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
            if not read_message(self.reply, kind, message):
                return False
        return True

    def _ssl2(self, body: bytes) -> Reply:
        sizes = [int.from_bytes(body[i : i + 2], "big") for i in (5, 7)]
        specs = body[11 + sizes[0] :][: sizes[1]]
        self.reply.kind, self.reply.version = "hello", SSL2
        self.reply.kinds = tuple(int.from_bytes(specs[i : i + 3], "big") for i in range(0, len(specs) - 2, 3))
        self.reply.how = f"SERVER-HELLO with {len(self.reply.kinds)} cipher kinds"
        return self.reply
