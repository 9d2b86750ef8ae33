"""The wire: the only door to the network. In scope, paced, counted, bounded, recorded, redacted.

One `Wire` serves one probe on one subject. It never raises for what a platform does over HTTP: a fault is
part of the recorded exchange. It raises `WireError` where there is no exchange to record it in.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from harness.absence import missing
from harness.door import Door
from harness.evidence import Cause, Exchange
from harness.scope import WireError, host_port

if TYPE_CHECKING:
    import dns.message

Header = tuple[str, str]
Inspect = Callable[[tuple[Header, ...], bytes], object]

__all__ = ["Wire", "WireError", "missing"]


class Wire(Door):
    """The door for one probe on one subject, speaking HTTP, raw bytes and DNS."""

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        label: str = "",
        identity: str | None = None,
        secret: bool = False,
        keep: bool = False,
        inspect: Inspect | None = None,
    ) -> Exchange:
        """Send one request, follow nothing, return the recorded exchange.

        `identity` adds the bearer token of that test identity; that, and a request said to be `secret`, goes over
        verified TLS only (loopback may do without). `keep` uses one connection for several requests, as browsers do.
        `inspect` sees the response headers and decoded body before redaction; it may keep numbers, never the values.
        """
        from harness.httpwire import Call, send

        began = time.monotonic()
        exchange = self._begin(method, url, headers, body, label)
        try:
            sent = self._admit(url, headers, identity)
            self._redactor.headers(sent, "request")  # learns what we send, so that an echo of it goes too
            self._redactor.reset()
            call = Call(self, sent, body, self._redactor, inspect, secret or identity is not None, keep)
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
        self.take(host)
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
            detail=redactor.text(exchange.detail[:2000], "detail")[:500],
            milliseconds=round(took * 1000),
        )
        if exchange.fault not in _NOT_SENT:
            self.used(_host(exchange.url), requests=1)
        return replace(clean, redactions=redactor.taken())

    def follow(
        self, method: str, url: str, *, headers: Sequence[Header] = (), label: str = ""
    ) -> tuple[Exchange, ...]:
        """Follow redirects inside the scope, at most `limits.redirects`; the last exchange is where it ended.

        A hop out of scope is not requested: the exchange that named it is last, with its Location.
        """
        hops: list[Exchange] = []
        for _ in range(self.limits.redirects + 1):
            places: list[str] = []  # before redaction: the platform must not see our placeholders

            def keep(given: tuple[Header, ...], _body: bytes, places: list[str] = places) -> None:
                places += [value for name, value in given if name.lower() == "location"]

            hops.append(
                self.http(
                    method, url, headers=headers, label=label if not hops else "redirected", inspect=keep
                )
            )
            if hops[-1].status not in (301, 302, 303, 307, 308) or not places:
                break
            url = self._next(url, places[0])
            if not url:
                break
            method = "GET" if hops[-1].status == 303 and method != "HEAD" else method
        return tuple(hops)

    def _next(self, url: str, place: str) -> str:
        """Where a redirect leads, or nothing when it may not be followed."""
        try:
            found = urljoin(url, place)
            return found if self.names.permits(*host_port(found)) else ""
        except (ValueError, WireError):
            return ""

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


_NOT_SENT = (Cause.OUT_OF_SCOPE, Cause.CEILING, Cause.NO_CONSENT, Cause.NO_CREDENTIAL)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"


def _content_type(exchange: Exchange) -> str:
    return next((value for name, value in exchange.sent_headers if name.lower() == "content-type"), "")
