"""One HTTP exchange over requests, with the bounds that requests does not have.

Known holes of the layers below that are closed here: environment proxies and CA bundles (`trust_env`),
time-outs per read that let a drip run for ever (the watchdog), decompression without a limit, and header blocks
that http.client misreads in silence (`response`).
"""

import http.client
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as altered
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from msgspec.structs import replace
from requests.adapters import HTTPAdapter

from harness.decoding import CHUNK, Decoder
from harness.door import Door
from harness.evidence import Cause, Exchange
from harness.faults import classify
from harness.guard import client_context, guarding
from harness.httppool import pools
from harness.redact import Redactor
from harness.response import length_fault
from harness.scope import WireError, host_port

# Looking at a platform whose certificate does not verify is deliberate and is recorded in the exchange.
urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


Header = tuple[str, str]
_READING = frozenset({"GET", "HEAD"})
_BROKEN = frozenset({Cause.UNREACHABLE, Cause.TLS, Cause.MALFORMED, Cause.UNSTABLE})
Inspect = Callable[[tuple[Header, ...], bytes], object]


@dataclass(frozen=True)
class Call:
    """One request to be sent: what the wire has settled about it before it leaves."""

    wire: Door
    headers: tuple[Header, ...]
    body: bytes
    redactor: Redactor
    inspect: Inspect | None
    secret: bool
    keep: bool = False


def send(call: Call, exchange: Exchange) -> Exchange:
    """Send the request of `exchange` and return it with the answer; verified TLS first, then without trust.

    A certificate that does not verify must not hide how the site behaves, so an anonymous request is
    repeated unverified and marked so; one that carries a secret is not.
    """
    wire, place = call.wire, host_port(exchange.url)
    plain = exchange.url.lower().startswith("http:")
    if plain and call.secret and not place[0].startswith(("127.", "::1")):
        raise WireError(Cause.TLS, "the credential is not sent over plain HTTP")
    exchange = replace(exchange, tls="none" if plain else "verified")
    if plain or place not in wire.unverifiable or call.secret:
        first = _attempt(call, exchange, lenient=False)
        if plain or call.secret or first.fault is not Cause.TLS:
            return first
        wire.unverifiable.add(place)
    return _attempt(call, replace(exchange, tls="unverified"), lenient=True)


def _attempt(call: Call, exchange: Exchange, *, lenient: bool) -> Exchange:
    """One exchange. What only reads is asked once more where a kept connection broke: it may have been closed meanwhile."""
    opened = call.wire.opened
    found = _once(call, exchange, lenient=lenient)
    broke = found.fault in _BROKEN and call.wire.opened == opened
    if call.keep and broke and exchange.method in _READING:
        return _once(altered(call, keep=False), exchange, lenient=lenient)
    return found


def _once(call: Call, exchange: Exchange, *, lenient: bool) -> Exchange:
    wire = call.wire
    deadline = wire.until(wire.limits.total_seconds)
    sent = _sent_headers(wire, call.headers, keep=call.keep)
    exchange = replace(exchange, sent_headers=sent)
    try:
        with (
            guarding(wire.dog, deadline),
            _session(wire, lenient=lenient, keep=call.keep).send(
                _prepared(exchange, call.body),
                stream=True,
                allow_redirects=False,
                timeout=(wire.limits.connect_seconds, wire.limits.read_seconds),
            ) as response,
        ):
            return _received(call, exchange, response, deadline)
    except WireError:
        raise
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        http.client.HTTPException,
        OSError,
        ValueError,
    ) as wrong:
        cause, detail = classify(wrong, expired=time.monotonic() >= deadline)
        return replace(exchange, fault=cause, detail=detail)


def _prepared(exchange: Exchange, body: bytes) -> requests.PreparedRequest:
    prepared = requests.Request(exchange.method, exchange.url, data=body or None).prepare()
    prepared.url = exchange.url  # as asked: no normalisation of the path
    prepared.headers.update(dict(exchange.sent_headers))
    return prepared


def _sent_headers(wire: Door, headers: tuple[Header, ...], *, keep: bool) -> tuple[Header, ...]:
    given = {name.lower() for name, _ in headers}
    ours = (
        ("User-Agent", wire.user_agent),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Connection", "keep-alive" if keep else "close"),
    )
    return (*(h for h in ours if h[0].lower() not in given), *headers)


def _session(wire: Door, *, lenient: bool, keep: bool) -> requests.Session:
    """The wire's session for trusted or for lenient TLS, made at first use; without `keep` each exchange has its connection."""
    if (lenient, keep) not in wire.sessions:
        session = requests.Session()
        session.trust_env = False
        session.verify = not lenient
        session.get_redirect_target = _no_redirect  # type: ignore[method-assign, assignment]
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(wire, lenient=lenient, keep=keep)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        wire.sessions[lenient, keep] = session
    return wire.sessions[lenient, keep]


def _no_redirect(_: requests.Response) -> None:
    """Requests would parse a hostile Location even when told not to follow it."""


class _Adapter(HTTPAdapter):
    """Connections of this adapter are opened by the wire, and their TLS is watched."""

    def __init__(self, wire: Door, *, lenient: bool, keep: bool) -> None:
        self._wire, self._lenient, self._keeps = wire, lenient, keep
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = client_context(
            lenient=self._lenient, ca_file=None if self._lenient else self._wire.target.ca_file
        )
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = pools(self._wire, keep=self._keeps)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Trust is settled by our context; requests must not load bundles of its own into it."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Keep our context: requests would swap in one of its own when it verifies."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"cert_reqs": "CERT_NONE" if self._lenient else "CERT_REQUIRED"}


def _received(call: Call, exchange: Exchange, response: requests.Response, deadline: float) -> Exchange:
    headers = tuple((str(k), str(v)) for k, v in response.raw.headers.iteritems())
    fault, detail = _untrusted(response)
    content, complete = b"", True
    if fault is None:
        content, complete, fault, detail = _content(call.wire, response, deadline)
    if call.inspect and fault is None:
        call.inspect(headers, content)
    kind = response.headers.get("Content-Type", "")
    return replace(
        exchange,
        status=response.status_code,
        headers=call.redactor.headers(headers, "response"),
        body=call.redactor.body(content, kind, "body"),
        size=len(content),
        complete=complete,
        fault=fault,
        detail=detail,
    )


def _untrusted(response: requests.Response) -> tuple[Cause | None, str]:
    original = getattr(response.raw, "_original_response", None)
    fault = getattr(original, "malformed", "") or length_fault(response.raw.headers.getlist("content-length"))
    return (Cause.MALFORMED, fault) if fault else (None, "")


def _content(
    wire: Door, response: requests.Response, deadline: float
) -> tuple[bytes, bool, Cause | None, str]:
    """The decoded body up to the limit: (bytes, whether that is all, fault, detail)."""
    decoder = Decoder(
        response.headers.get("Content-Encoding", ""), wire.limits.body_bytes, wire.limits.expansion
    )
    try:
        for chunk in response.raw.stream(CHUNK, decode_content=False):
            if not decoder.feed(chunk):
                return decoder.taken, False, decoder.fault, decoder.detail
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, zlib.error) as wrong:
        cause, detail = classify(wrong, expired=time.monotonic() >= deadline)
        return decoder.taken, False, cause, detail
    if time.monotonic() >= deadline:  # the watchdog's shutdown can look like a clean end
        return decoder.taken, False, Cause.TIMEOUT, "the answer dripped on past the deadline"
    return decoder.taken, decoder.finish(), decoder.fault, decoder.detail
