"""The line to one endpoint: one question, one connection, one answer, few at a time, and never long on hold."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from harness.evidence import Cause, Missing
from harness.model import Text
from harness.scope import WireError
from harness.target import Endpoint

from .probe_flight import Flight
from .probe_hello import (
    MODERN_GROUPS,
    SSL3,
    TLS10,
    TLS12,
    TLS13,
    USUAL_GROUPS,
    Hello,
    alpn,
    is_address,
    x25519_share,
)
from .probe_messages import Reply
from .suites import CLASSIC, MODERN, fits_old_versions, rank

#: Seconds one question may wait. A TLS server answers a hello within a round trip.
PATIENCE = 4.0
#: Connections at a time to one server: sslyze's own limit since 3.0, after 20 to 30 made servers time out.
AT_ONCE = 5
#: After so many stalled questions the server is not asked any more.
_MOST_STALLS = 3
_REFUSALS = (Cause.CEILING, Cause.NO_CONSENT, Cause.OUT_OF_SCOPE, Cause.INTERRUPTED)

#: Endpoints that were silent a moment ago, so that the next probe in this process does not wait for them again.
_silent: dict[tuple[str, int], float] = {}
_REMEMBER = 15.0


class Wired(Protocol):
    """What this package needs of harness.wire.Wire."""

    @property
    def remaining(self) -> float:
        """Seconds left."""

    def connect(self, host: str, port: int) -> socket.socket:
        """A connected socket."""


def _ordered(numbers: dict[int, str]) -> tuple[int, ...]:
    """Strongest first, and within a strength as the registry counts downwards: newer before older."""
    return tuple(sorted(numbers, key=lambda n: (rank(numbers[n]), -n)))


#: What the hellos of each version offer, strongest first.
OFFERS: dict[int, tuple[int, ...]] = {
    TLS13: tuple(MODERN),
    TLS12: _ordered(CLASSIC),
    TLS10: _ordered({n: name for n, name in CLASSIC.items() if fits_old_versions(name)}),
}
#: A short list that every server which speaks TLS 1.2 or older shares: for servers that choke on a long one.
COMMON = (
    0xC02F, 0xC02B, 0xC030, 0xC02C, 0xCCA8, 0xCCA9, 0x009E, 0x009F, 0xC013, 0xC014, 0xC009, 0xC00A,
    0x0033, 0x0039, 0x009C, 0x009D, 0x002F, 0x0035, 0x000A, 0x0005,
)  # fmt: skip


def suites_for(version: int) -> tuple[int, ...]:
    """Every suite a hello of `version` may offer, strongest first."""
    return OFFERS.get(version, OFFERS[TLS10])


class Line:
    """Asks one endpoint. Threads may share it; it keeps at most AT_ONCE connections open."""

    def __init__(self, endpoint: Endpoint, wire: Any, patience: float | None = None) -> None:
        self.endpoint, self.wire, self.patience = endpoint, wire, patience or PATIENCE
        self.host = endpoint.host
        self.is_address = is_address(endpoint.host)
        self._slots = threading.Semaphore(AT_ONCE)
        self._stalls = 0

    @contextlib.contextmanager
    def open(self) -> Iterator[socket.socket]:
        """A connected socket, closed in the end. Raises WireError."""
        with self._slots:
            sock = self.wire.connect(self.endpoint.host, self.endpoint.port)
            try:
                sock.settimeout(self.wait)
                yield sock
            finally:
                sock.close()

    @property
    def wait(self) -> float:
        """Seconds the next read may take."""
        return max(0.1, min(self.patience, float(self.wire.remaining)))

    @property
    def given_up(self) -> bool:
        """Whether the server stalled so often that asking on would only cost time."""
        return self._stalls >= _MOST_STALLS

    def ask(self, hello: Hello | bytes, until: str = "hello") -> Reply:
        """Send one hello on a new connection and read the answer; faults of the network are stalled replies."""
        if self.given_up:
            return Reply(kind="stalled", how=f"not asked: the server stalled {_MOST_STALLS} times before")
        try:
            with self.open() as sock:
                reply = self.converse(sock, hello, until)
        except WireError as fault:
            if fault.cause in _REFUSALS or self.wire.remaining <= 0:
                raise
            reply = Reply(kind="stalled", how=str(fault))
        if reply.kind == "stalled":
            self._stalls += 1
        return reply

    def converse(self, sock: socket.socket, hello: Hello | bytes, until: str) -> Reply:
        """Send one hello on an open connection and read the answer up to `until` (see Flight)."""
        data = hello if isinstance(hello, bytes) else hello.encode()
        flight = Flight(sock, self.wait)
        try:
            sock.sendall(data)
        except OSError:
            return Reply(kind="closed", how="the connection was closed before the hello was sent")
        return flight.until(until)

    def hello(self, version: int, suites: tuple[int, ...] | None = None, **more: Any) -> Hello:
        """A hello of exactly `version` with every suite that fits it, or with `suites`."""
        offered = suites_for(version) if suites is None else suites
        if version == TLS13:
            modern = {"versions": (TLS13,), "groups": MODERN_GROUPS, "shares": x25519_share()}
            more = modern | more
        return Hello(version=version, suites=offered, host=self.host, **more)

    def dual(self, **more: Any) -> Hello:
        """The hello of a modern client: TLS 1.3 and 1.2."""
        suites = more.pop("suites", (*MODERN, *COMMON))
        usual = {"versions": (TLS13, TLS12), "groups": USUAL_GROUPS, "extra": (alpn(("http/1.1",)),)}
        return self.hello(TLS13, suites, **(usual | more))


def answer_at_all(line: Line) -> Reply | Missing:
    """The pre-check: the best version a modern client gets, or why nothing more needs to be asked.

    A server that does not like the modern hello is asked again, shorter and older, before it counts as refusing;
    a silent port costs PATIENCE once, then half of it.
    """
    place = (line.endpoint.host, line.endpoint.port)
    if time.monotonic() - _silent.get(place, -_REMEMBER) < _REMEMBER:
        return _missing("stalled", "it was silent a moment ago")
    with line.open() as sock:  # an unreachable port raises WireError here, with its own cause
        reply = line.converse(sock, line.dual(), "hello")
    if not reply.offered:
        line.patience /= 2
        for version in (TLS12, TLS10, SSL3):
            older = line.ask(line.hello(version, COMMON))
            reply = older if older.offered or not reply.refused else reply
            if reply.offered or older.kind == "stalled":
                break
        line.patience *= 2
    if reply.kind in ("stalled", "garbage"):
        if reply.kind == "stalled":
            _silent[place] = time.monotonic()
        return _missing(reply.kind, reply.how)
    return reply


def _missing(kind: str, how: str) -> Missing:
    if kind == "stalled":
        words = Text(
            f"the port accepts connections but does not answer a TLS hello ({how})",
            f"พอร์ตรับการเชื่อมต่อแต่ไม่ตอบข้อความเริ่มต้นของ TLS ({how})",
        )
        return Missing(Cause.TIMEOUT, words)
    words = Text(f"the port answers, but not with TLS ({how})", f"พอร์ตตอบกลับ แต่คำตอบไม่ใช่ TLS ({how})")
    return Missing(Cause.TLS, words)


def together(*tasks: Callable[[], Any]) -> list[Any]:
    """Run tasks in threads of their own and return their results in order; the first failure is raised."""
    results: list[Any] = [None] * len(tasks)
    failures: list[BaseException] = []

    def run(index: int, task: Callable[[], Any]) -> None:
        try:
            results[index] = task()
        except Exception as wrong:  # noqa: BLE001 — raised again below, in the caller's thread
            failures.append(wrong)

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results
