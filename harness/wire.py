"""The wire: the only door to the network. In scope, paced, counted, bounded, recorded, redacted.

One `Wire` serves one probe on one subject. It never raises for what a platform does over HTTP: a fault is
part of the recorded exchange. It raises `WireError` where there is no exchange to record it in.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from harness.evidence import Cause, Exchange, Missing
from harness.guard import GuardedSocket, Watchdog, client_context, guarding
from harness.model import Footprint, Text, total
from harness.redact import Redactor
from harness.scope import Gatekeeper, Names, WireError
from harness.target import Target
from harness.version import VERSION

if TYPE_CHECKING:
    import dns.message

Header = tuple[str, str]
Inspect = Callable[[tuple[Header, ...], bytes], object]

__all__ = ["Wire", "WireError", "missing"]


class Wire:
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
        self._lock = threading.Lock()
        self.dog = Watchdog()
        self.unverifiable: set[tuple[str, int]] = set()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.dog.close()

    @property
    def remaining(self) -> float:
        """Seconds left for this probe, never below zero."""
        return max(0.0, self._deadline - time.monotonic())

    @property
    def footprint(self) -> tuple[Footprint, ...]:
        """What this wire did so far, host by host."""
        with self._lock:
            return total(self._used)

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

    def until(self, seconds: float) -> float:
        """A deadline (time.monotonic()) at most `seconds` away and never past the probe's own."""
        return min(time.monotonic() + seconds, self._deadline)

    def connect(self, host: str, port: int, *, paced: bool = True) -> socket.socket:
        """A connected TCP socket, watched until the total deadline; the caller closes it. Raises WireError."""
        places = self.names.locate(host, port)
        if paced:
            self._gate.take(host)
        if self.remaining <= 0:
            raise WireError(Cause.TIMEOUT, "the time for this probe is used up")
        self.used(host, connections=1)
        wrong: OSError | None = None
        for place in places:
            try:
                sock = socket.create_connection(
                    place, min(self.limits.connect_seconds, self.remaining or 0.01)
                )
            except OSError as fault:
                wrong = fault
                continue
            sock.settimeout(self.limits.read_seconds)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.dog.watch(sock, self.until(self.limits.total_seconds))
            return sock
        raise WireError(*_why(wrong, host, port))

    def secure(
        self, sock: socket.socket, server_name: str | None, context: ssl.SSLContext | None = None
    ) -> ssl.SSLSocket:
        """Do a TLS handshake on a connected socket, any certificate accepted unless a context says otherwise."""
        if context is None:
            context = client_context(lenient=True)
        context.sslsocket_class = GuardedSocket
        with guarding(self.dog, self.until(self.limits.total_seconds)):
            return context.wrap_socket(sock, server_hostname=server_name)

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        label: str = "",
        identity: str | None = None,
        inspect: Inspect | None = None,
    ) -> Exchange:
        """Send one request, follow nothing, return the recorded exchange.

        `identity` adds the bearer token of that test identity, over verified TLS only. `inspect` sees the
        response headers and decoded body before redaction; it may keep numbers, never the values.
        """
        from harness.httpwire import Call, send

        began = time.monotonic()
        exchange = self._begin(method, url, headers, body, label)
        try:
            sent = self._admit(url, headers, identity)
            self._redactor.headers(sent, "request")  # learns what we send, so that an echo of it goes too
            self._redactor.reset()
            call = Call(self, sent, body, self._redactor, inspect, identity is not None)
            exchange = send(call, exchange)
        except WireError as refused:
            exchange = replace(exchange, fault=refused.cause, detail=str(refused))
        return self._finish(exchange, began)

    def _begin(self, method: str, url: str, headers: Sequence[Header], body: bytes, label: str) -> Exchange:
        with self._lock:
            self._count += 1
            number = self._count
        return Exchange(
            id=f"{self._prefix}:{number}",
            label=label,
            method=method,
            url=url,
            sent_headers=tuple(headers),
            sent_body=body.decode("utf-8", "replace"),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            tls="none",
        )

    def _admit(self, url: str, headers: Sequence[Header], identity: str | None) -> tuple[Header, ...]:
        host, port = host_port(url)
        self.names.permit(host, port)
        if self.remaining <= 0:
            raise WireError(Cause.TIMEOUT, "the time for this probe is used up")
        self._gate.take(host)
        extra: tuple[Header, ...] = ()
        if identity is not None:
            if identity not in self._credentials:
                raise WireError(Cause.NO_CREDENTIAL, f"no credential for identity {identity}")
            extra = (("Authorization", f"Bearer {self._credentials[identity]}"),)
        return (*headers, *extra)

    def _finish(self, exchange: Exchange, began: float) -> Exchange:
        took = time.monotonic() - began
        redactor = self._redactor
        clean = replace(
            exchange,
            url=redactor.url(exchange.url),
            sent_headers=redactor.headers(exchange.sent_headers, "request"),
            sent_body=redactor.body(exchange.sent_body.encode(), _content_type(exchange), "request"),
            detail=redactor.text(exchange.detail[:500], "detail"),
            milliseconds=round(took * 1000),
        )
        host = urlsplit(exchange.url).hostname or "?"
        if exchange.fault not in (Cause.OUT_OF_SCOPE, Cause.CEILING, Cause.NO_CONSENT, Cause.NO_CREDENTIAL):
            self.used(host, requests=1, bytes_sent=len(exchange.sent_body), seconds=round(took, 3))
        return replace(clean, redactions=redactor.taken())

    def follow(
        self, method: str, url: str, *, headers: Sequence[Header] = (), label: str = ""
    ) -> tuple[Exchange, ...]:
        """Follow redirects inside the scope, at most `limits.redirects`; the last exchange is where it ended.

        A hop out of scope is not requested: the exchange that named it is last, with its Location.
        """
        hops: list[Exchange] = []
        for _ in range(self.limits.redirects + 1):
            hops.append(self.http(method, url, headers=headers, label=label if not hops else "redirected"))
            place = hops[-1].value("location")
            if hops[-1].status not in (301, 302, 303, 307, 308) or not place:
                break
            try:
                url = urljoin(url, place)
                if urlsplit(url).scheme not in ("http", "https") or not self.names.permits(*host_port(url)):
                    break
            except (ValueError, WireError):
                break
            method = "GET" if hops[-1].status == 303 and method != "HEAD" else method
        return tuple(hops)

    def raw(
        self,
        host: str,
        port: int,
        payload: bytes,
        *,
        tls: bool,
        server_name: str | None = None,
        label: str = "",
        seconds: float | None = None,
    ) -> Exchange:
        """Send bytes as they are and record what comes back within `seconds`.

        A reply that is HTTP is parsed (status, headers, body); otherwise status is None and the body holds
        what arrived. An empty reply has the fault timeout (peer stayed silent) or malformed (peer closed).
        """
        from harness.rawwire import Place, send

        began = time.monotonic()
        url = f"{'https' if tls else 'http'}://{server_name or host}:{port}/"
        exchange = self._begin("RAW", url, (), payload, label)
        self._redactor.reset()
        try:
            place = Place(host, port, tls, server_name or host)
            exchange = send(self, exchange, place, payload, seconds=seconds, redactor=self._redactor)
        except WireError as refused:
            exchange = replace(exchange, fault=refused.cause, detail=str(refused))
        return self._finish(exchange, began)

    def query(self, name: str, rdtype: str, *, want_dnssec: bool = False) -> "dns.message.Message":
        """Ask the target's resolver (or the system's) over UDP, then TCP when truncated. Raises WireError."""
        from harness.dnswire import ask

        return ask(self, name, rdtype, want_dnssec)

    def take(self, host: str) -> None:
        """Wait for this host's turn; for probes that speak a protocol of their own over `connect`."""
        self._gate.take(host)


def _content_type(exchange: Exchange) -> str:
    return next((value for name, value in exchange.sent_headers if name.lower() == "content-type"), "")


def host_port(url: str) -> tuple[str, int]:
    """Host and port of an http(s) URL; raises WireError(MALFORMED) when there is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as wrong:
        raise WireError(Cause.MALFORMED, f"not a usable URL: {wrong}") from None
    if not host or parts.scheme not in ("http", "https"):
        raise WireError(Cause.OUT_OF_SCOPE, f"not an http(s) URL: {url[:200]}")
    return host, port or (443 if parts.scheme == "https" else 80)


def _why(wrong: OSError | None, host: str, port: int) -> tuple[Cause, str]:
    if isinstance(wrong, TimeoutError):
        return Cause.TIMEOUT, f"no connection to {host}:{port} in time"
    return Cause.UNREACHABLE, f"no connection to {host}:{port}: {wrong}"


_WORDS = {
    Cause.TIMEOUT: Text("it did not answer in time", "ไม่ตอบภายในเวลาที่กำหนด"),
    Cause.UNREACHABLE: Text("it could not be reached", "ไม่สามารถเชื่อมต่อได้"),
    Cause.TLS: Text("no TLS connection could be made", "ไม่สามารถสร้างการเชื่อมต่อ TLS ได้"),
    Cause.MALFORMED: Text("its answer could not be understood", "คำตอบไม่อยู่ในรูปแบบที่เข้าใจได้"),
    Cause.OUT_OF_SCOPE: Text("it is outside the authorised scope", "อยู่นอกขอบเขตที่ได้รับอนุญาต"),
    Cause.CEILING: Text("the request ceiling of the scope is reached", "ถึงเพดานจำนวนคำขอตามขอบเขตแล้ว"),
    Cause.NO_CONSENT: Text("the scope does not allow it", "ขอบเขตไม่อนุญาต"),
    Cause.NO_CREDENTIAL: Text("no test credential was provided", "ไม่ได้รับข้อมูลยืนยันตัวตนสำหรับทดสอบ"),
}


def missing(refused: WireError) -> Missing:
    """Turn a WireError into missing evidence, with the cause in both languages and the detail as given."""
    words = _WORDS.get(refused.cause, Text("it could not be collected", "ไม่สามารถเก็บหลักฐานได้"))
    return Missing(refused.cause, Text(f"{words.en}: {refused}", f"{words.th}: {refused}"))
