"""The door to the network below HTTP: sockets in scope, paced, watched, metered. `Wire` speaks through it."""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self

from harness.evidence import Cause
from harness.guard import Watchdog, client_context, guarding, wrap
from harness.meter import Meter, MeteredSocket
from harness.model import Footprint, total
from harness.redact import Redactor
from harness.scope import Address, Gatekeeper, Names, WireError
from harness.target import Target
from harness.version import VERSION

if TYPE_CHECKING:
    import requests


class Door:
    """The door for one probe: `prefix` names its exchanges, `seconds` bounds all it does."""

    def __init__(
        self,
        target: Target,
        names: Names,
        gate: Gatekeeper,
        *,
        prefix: str,
        seconds: float,
        credentials: Mapping[str, str] | None = None,
        salt: bytes | None = None,
    ) -> None:
        self.target, self.names, self.limits = target, names, target.limits
        self._gate, self._prefix = gate, prefix
        self._credentials = dict(credentials or {})
        # One for the whole probe: what one answer hands out is taken out of the next that echoes it.
        self._redactor = Redactor(self._credentials.values(), salt)
        self._deadline = time.monotonic() + seconds
        self._count = 0
        self._used: list[Footprint] = []
        self._meters: list[Meter] = []
        self._lock = threading.Lock()
        self.dog = Watchdog()
        self.unverifiable: set[tuple[str, int]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dog.close()
        for session in self.sessions.values():
            session.close()

    @property
    def remaining(self) -> float:
        """Seconds left for this probe, never below zero."""
        return max(0.0, self._deadline - time.monotonic())

    @property
    def opened(self) -> int:
        """How many connections were opened so far."""
        return len(self._meters)

    @property
    def footprint(self) -> tuple[Footprint, ...]:
        """What this wire did so far, host by host."""
        with self._lock:
            opened = [Footprint(m.host, 0, 1, m.sent, m.received, round(m.seconds, 3)) for m in self._meters]
            return total([*self._used, *opened])

    @cached_property
    def sessions(self) -> "dict[tuple[bool, bool], requests.Session]":
        """HTTP sessions, by whether they accept any certificate and keep connections; filled by `httpwire`."""
        return {}

    @property
    def user_agent(self) -> str:
        """Says who asks, on whose authority and whom to call."""
        rules = self.target.scope
        words = f"moph-harness/{VERSION} (authorised by {rules.authorised_by}; contact {rules.contact})"
        return words.encode("ascii", "replace").decode()

    def used(self, host: str, **counts: float) -> None:
        """Add to the footprint of `host`."""
        with self._lock:
            self._used.append(Footprint(host, **counts))  # type: ignore[arg-type]

    def secret(self, name: str) -> str:
        """A secret of the target, for use in a request; the redactor knows it. Raises WireError when it was not had."""
        if name not in self._credentials:
            raise WireError(Cause.NO_CREDENTIAL, f"no credential for {name}")
        return self._credentials[name]

    def redacted(self, text: str) -> str:
        """Any text that may quote the platform, redacted and bounded."""
        return self._redactor.text(text[:4000], "text")[:1000]

    def until(self, seconds: float) -> float:
        """A deadline (time.monotonic()) at most `seconds` away and never past the probe's own."""
        return min(time.monotonic() + seconds, self._deadline)

    def connect(self, host: str, port: int, *, paced: bool = True) -> MeteredSocket:
        """A connected TCP socket, watched until the total deadline; the caller closes it. Raises WireError."""
        places = self.names.locate(host, port)
        if paced:
            self.take(host)
        if self.remaining <= 0:
            raise WireError(Cause.TIMEOUT, "the time for this probe is used up")
        wrong: OSError | None = None
        for place in places:
            try:
                return self._dial(host, place)
            except OSError as fault:
                wrong = fault
        raise WireError(*_why(wrong, host, port))

    def _dial(self, host: str, place: Address) -> MeteredSocket:
        sock = MeteredSocket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET, socket.SOCK_STREAM)
        sock.meter = Meter(host)
        with self._lock:
            self._meters.append(sock.meter)
        try:
            sock.settimeout(min(self.limits.connect_seconds, self.remaining or 0.01))
            sock.connect(place)
        except OSError:
            sock.close()
            raise
        sock.settimeout(self.limits.read_seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.dog.watch(sock, self.until(self.limits.total_seconds))
        return sock

    def secure(
        self, sock: socket.socket, server_name: str | None, context: ssl.SSLContext | None = None
    ) -> ssl.SSLSocket:
        """Do a TLS handshake on a connected socket, any certificate accepted unless a context says otherwise."""
        if context is None:
            context = client_context(lenient=True)
        with guarding(self.dog, self.until(self.limits.total_seconds)):
            return wrap(sock, context, server_name)

    def take(self, host: str) -> None:
        """Wait for this host's turn. The wait is our own pace, so it does not count against the probe's time."""
        began = time.monotonic()
        time.sleep(self._gate.book(host))
        self._deadline += time.monotonic() - began


def _why(wrong: OSError | None, host: str, port: int) -> tuple[Cause, str]:
    if isinstance(wrong, TimeoutError):
        return Cause.TIMEOUT, f"no connection to {host}:{port} in time"
    return Cause.UNREACHABLE, f"no connection to {host}:{port}: {wrong}"
