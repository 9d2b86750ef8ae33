"""Collects the answers to badly framed messages, on connections of our own.

Safe for others by construction: every message is complete under each reading of its length, or what is left
over under one reading is a single CRLF, which a server ignores before a request line (RFC 9112 §2.2). So no
byte of ours can become the start of someone else's request behind a proxy.
"""

import contextlib
import re
import socket
import time
from urllib.parse import urlsplit

from harness.evidence import Exchange, Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire, WireError, missing

from .active_baseline import ordinary, whole
from .active_evidence import FramingTrials, Staged, Trial
from .probe_active_sites import host_of, place, unreached

_CHUNKS = b"0\r\n\r\n"  # an empty chunked body: five bytes, so Content-Length: 5 says the same
_WAIT = 2.0  # seconds after each part of a staged message; never more than a quarter of the wire's own bound
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@probe("site", seconds=60, danger=("injection",))
def framing_trials(site: Site, wire: Wire) -> FramingTrials | Missing:
    """Ask one page with bodies framed well, then badly, then on shared connections; at most 13 connections."""
    asking = _Asking(site, wire)
    controls: tuple[Trial, ...] = ()
    for method in ("GET", "POST"):
        asking.method = method
        first = asking.ask(f"{method} with a length", (b"Content-Length: 5",), b"moph1")
        if gone := unreached(first.exchange):
            return gone
        chunks = (b"Transfer-Encoding: chunked",), b"5\r\nmoph1\r\n0\r\n\r\n"
        controls = (first, asking.ask(f"{method} in chunks", *chunks))
        if usable := all(ordinary(c.exchange) and whole(c.exchange) for c in controls):
            break
    try:
        lengths, reuse = (asking.lengths(), asking.reuse()) if usable else (None, None)
    except WireError as refused:
        return missing(refused)
    return FramingTrials(
        controls=controls,
        trials=tuple(asking.ask(*one) for one in _ATTEMPTS) if usable else (),
        lengths=lengths,
        reuse=reuse,
        after=asking.ask("afterwards", (b"Content-Length: 5",), b"moph1").exchange,
    )


#: Name, framing headers, body. Sources: RFC 9112 §5.1 (space before the colon), §6.3 item 4 (chunked not last),
#: §6.1 (unknown coding), §6.3 item 5 (lengths that differ or are no number), RFC 9110 §5.5 (control character).
_ATTEMPTS: tuple[tuple[str, tuple[bytes, ...], bytes], ...] = (
    ("space before the colon", (b"Transfer-Encoding : chunked", b"Content-Length: 5"), _CHUNKS),
    ("chunked not last", (b"Transfer-Encoding: chunked, identity", b"Content-Length: 5"), _CHUNKS),
    ("unknown coding", (b"Transfer-Encoding: xchunked", b"Content-Length: 5"), _CHUNKS),
    ("control character in the coding", (b"Transfer-Encoding: \x0bchunked", b"Content-Length: 5"), _CHUNKS),
    ("two lengths", (b"Content-Length: 5", b"Content-Length: 7"), b"moph1\r\n"),
    ("length with a sign", (b"Content-Length: +5",), b"moph1"),
)


class _Asking:
    """One page, asked in raw bytes."""

    def __init__(self, site: Site, wire: Wire) -> None:
        parts = urlsplit(place(site))
        self.method, self._wire = "GET", wire
        self._wait = min(_WAIT, wire.limits.total_seconds / 4)
        self._host, self._tls = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._name = host_of(site)

    def ask(self, name: str, framing: tuple[bytes, ...], body: bytes) -> Trial:
        """Send one message on a connection of its own."""
        payload = self._message(framing, body, last=True)
        return Trial(name, self._raw(payload, name))

    def lengths(self) -> Staged:
        """Both framings, Content-Length two bytes longer; those two bytes, a CRLF, follow only after a wait."""
        first = self._message((b"Content-Length: 7", b"Transfer-Encoding: chunked"), _CHUNKS, last=True)
        return self._staged(first, b"\r\n", always=False)

    def reuse(self) -> Staged:
        """Both framings that agree, then an ordinary request on the same connection."""
        first = self._message((b"Content-Length: 5", b"Transfer-Encoding: chunked"), _CHUNKS, last=False)
        return self._staged(first, self._message((), b"", last=True), always=True)

    def _message(self, framing: tuple[bytes, ...], body: bytes, *, last: bool) -> bytes:
        lines = [
            f"{self.method} {self._path} HTTP/1.1".encode(),
            f"Host: {self._name}".encode(),
            f"User-Agent: {self._wire.user_agent}".encode(),
            *([b"Connection: close"] if last else []),
            *framing,
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def _raw(self, payload: bytes, label: str) -> Exchange:
        return self._wire.raw(
            self._host, self._port, payload, tls=self._tls, server_name=self._host, label=label, seconds=5
        )

    def _staged(self, first: bytes, second: bytes, *, always: bool) -> Staged:
        sock: socket.socket = self._wire.connect(self._host, self._port)
        try:
            if self._tls:
                sock = self._wire.secure(sock, self._host)
            sock.sendall(first)
            before, ended = _reply(sock, self._wait)
            after: int | None = None
            if ended == "open" and (before is None or always):
                with contextlib.suppress(OSError):  # a peer that closed meanwhile: what we hope to see
                    sock.sendall(second)
                after, ended = _reply(sock, self._wait)
        except OSError:
            return Staged(None, None, "reset", self._wait)
        finally:
            sock.close()
        return Staged(before, after, ended, self._wait)


def _reply(sock: socket.socket, wait: float) -> tuple[int | None, str]:
    """The status of what arrives within the wait, and whether the peer then closed, reset or left open."""
    taken, deadline = b"", time.monotonic() + wait
    while len(taken) < 1_000_000 and (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            chunk = sock.recv(65_536)
        except TimeoutError:
            break
        except OSError:
            return _status(taken), "reset"
        if not chunk:
            return _status(taken), "closed"
        taken += chunk
        if _whole(taken):
            break
    return _status(taken), "open"


def _status(reply: bytes) -> int | None:
    found = _STATUS.match(reply)
    return int(found.group(1)) if found else None


def _whole(reply: bytes) -> bool:
    """Whether one response with a Content-Length or chunks has arrived in full."""
    head, gap, body = reply.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length:\s*(\d{1,9})", head, re.I)
    if length:
        return bool(gap) and len(body) >= int(length.group(1))
    return bool(gap) and b"chunked" in head.lower() and body.endswith(_CHUNKS)
