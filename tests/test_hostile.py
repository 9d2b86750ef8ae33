"""Servers that lie and drag, against the wire: every exchange ends in time, raises nothing and says the right cause."""

import threading
import time
from typing import Any

import pytest

from harness.evidence import Cause, Exchange
from tests.hostile_http import HTTP
from tests.hostile_servers import CITIZEN, COOKIE, TOKEN, Server, honest
from tests.hostile_tls import HOST, Authority, tls
from tests.hostile_wire import HARD_LIMIT, LIMITS, REQUEST, bounded, target_at, wire_for


def exchanges(server: Server, authority: Authority) -> dict[str, Exchange]:
    """What each way of asking `server` recorded."""
    with wire_for(target_at(server.port, authority), HARD_LIMIT) as wire:
        url = f"https://{HOST}:{server.port}/"
        return {
            "http": bounded(lambda: wire.http("GET", url)),
            "follow": bounded(lambda: wire.follow("GET", url))[-1],
            "raw": bounded(lambda: wire.raw(HOST, server.port, REQUEST, tls=True)),
        }


# What `http` must record, by server; the rest of the table answers, and the answer is judged by the checks.

FAULTS: dict[str, set[Cause]] = {
    "drips the status line": {Cause.TIMEOUT},
    "drips headers for ever": {Cause.TIMEOUT, Cause.MALFORMED},
    "drips the body": {Cause.TIMEOUT},
    "drips chunks": {Cause.TIMEOUT},
    "drips a body without end": {Cause.TIMEOUT},
    "says nothing": {Cause.TIMEOUT},
    "stalls after the headers": {Cause.TIMEOUT},
    "stalls in the status line": {Cause.TIMEOUT},
    "headers without end": {Cause.MALFORMED, Cause.TOO_LARGE},
    "one header without end": {Cause.MALFORMED, Cause.TOO_LARGE},
    "a status line without end": {Cause.MALFORMED, Cause.TOO_LARGE},
    "chunk extension without end": {Cause.MALFORMED, Cause.TOO_LARGE},
    "trailers without end": {Cause.TIMEOUT, Cause.MALFORMED, Cause.TOO_LARGE},
    "claims gzip, is text": {Cause.MALFORMED},
    "claims deflate, is text": {Cause.MALFORMED},
    "claims brotli": {Cause.MALFORMED},
    "gzip bomb in a gzip": {Cause.MALFORMED, Cause.TOO_LARGE},
    "gzip cut short": {Cause.MALFORMED},
    "length too long": {Cause.MALFORMED},
    "length negative": {Cause.MALFORMED},
    "length not a number": {Cause.MALFORMED},
    "length of many digits": {Cause.MALFORMED},
    "two lengths": {Cause.MALFORMED},
    "chunks of garbage": {Cause.MALFORMED},
    "chunk of negative size": {Cause.MALFORMED},
    "chunk of huge size": {Cause.MALFORMED, Cause.TOO_LARGE},
    "NULs in headers": {Cause.MALFORMED},
    "bare CR in headers": {Cause.MALFORMED},
    "headers not UTF-8": {Cause.MALFORMED},
    "first header folded": {Cause.MALFORMED},
    "line without a colon": {Cause.MALFORMED},
    "space before the colon": {Cause.MALFORMED},
    "header without a name": {Cause.MALFORMED},
    "100 without end": {Cause.TIMEOUT, Cause.MALFORMED},
    "103 without end": {Cause.TIMEOUT, Cause.MALFORMED},
    "status 099": {Cause.MALFORMED},
    "status of letters": {Cause.MALFORMED},
    "HTTP/9.9": {Cause.MALFORMED},
    "HTTP/0.9": {Cause.MALFORMED},
    "garbage": {Cause.MALFORMED},
    "SSH": {Cause.MALFORMED},
    "HTTP/2": {Cause.TIMEOUT, Cause.MALFORMED},
    "closes at once": {Cause.MALFORMED, Cause.UNREACHABLE},
    "closes after the request": {Cause.MALFORMED, Cause.UNREACHABLE},
    "resets at once": {Cause.MALFORMED, Cause.UNREACHABLE, Cause.TLS},
    "resets in the headers": {Cause.MALFORMED, Cause.UNREACHABLE},
    "resets in the body": {Cause.MALFORMED, Cause.UNREACHABLE},
    "closes in the body": {Cause.MALFORMED},
}
#: Answered, but not with the whole body.
CUT = {"body without end", "chunks without end", "gzip bomb", "deflate bomb"}


def test_the_tables_name_servers_that_exist() -> None:
    assert set(FAULTS) | CUT <= set(HTTP)


@pytest.mark.parametrize("name", HTTP)
def test_http_servers_that_lie_or_drag(name: str, authority: Authority) -> None:
    with Server(HTTP[name], context=authority.context()) as server:
        began = time.monotonic()
        found = exchanges(server, authority)
        assert time.monotonic() - began < HARD_LIMIT
    for exchange in found.values():
        assert exchange.size <= LIMITS.body_bytes
        assert len(exchange.body) <= LIMITS.body_bytes * 2
    http = found["http"]
    if name in FAULTS:
        assert http.fault in FAULTS[name], http.detail
        assert not http.answered
    elif name in CUT:
        assert http.fault in {None, Cause.TOO_LARGE}
        assert not http.complete
    else:
        assert http.fault is None, http.detail
        assert http.complete


def test_the_control_answers(authority: Authority) -> None:
    with Server(honest, context=authority.context()) as server:
        found = exchanges(server, authority)
    assert {way: (e.status, e.fault, e.complete) for way, e in found.items()} == dict.fromkeys(
        ("http", "follow", "raw"), (200, None, True)
    )
    assert found["http"].tls == "verified"


@pytest.mark.parametrize("name", tls(None))  # type: ignore[arg-type]
def test_tls_servers_that_lie_or_drag(name: str, authority: Authority) -> None:
    handler = tls(authority.context(tls12=True))[name]
    with Server(handler) as server:
        found = exchanges(server, authority)
    timely = "stalls" in name or "drips" in name
    wanted = {Cause.TIMEOUT} if timely else {Cause.TLS, Cause.UNREACHABLE, Cause.MALFORMED}
    for way, exchange in found.items():
        assert exchange.fault in wanted, (way, exchange.detail)
        assert exchange.status is None
        assert exchange.headers == ()


def test_connect_is_watched_to_its_end(authority: Authority) -> None:
    """A probe that reads by itself is freed at the total deadline, although each read gets its byte in time."""
    with (
        Server(lambda talk: talk.drip(b"x" * 9_999, 0.1)) as server,
        wire_for(target_at(server.port, authority)) as wire,
    ):

        def read() -> int:
            with wire.connect(HOST, server.port) as sock:
                taken = 0
                while chunk := sock.recv(10):
                    taken += len(chunk)
                return taken

        assert bounded(read) > 3


@pytest.mark.parametrize("name", ["stalls before ServerHello", "drips the handshake", "flood of warnings"])
def test_a_handshake_of_ones_own_is_watched(name: str, authority: Authority) -> None:
    handler = tls(authority.context(tls12=True))[name]
    with Server(handler) as server, wire_for(target_at(server.port, authority)) as wire:
        sock = wire.connect(HOST, server.port)
        with pytest.raises(OSError):  # noqa: PT011 — ssl.SSLError, TimeoutError and resets are all OSErrors
            bounded(lambda: wire.secure(sock, HOST))
        sock.close()


def test_the_time_of_a_probe_bounds_many_requests(authority: Authority) -> None:
    began = time.monotonic()
    with (
        Server(HTTP["drips the body"], context=authority.context()) as server,
        wire_for(target_at(server.port, authority), seconds=3) as wire,
    ):
        faults = {
            bounded(lambda: wire.http("GET", f"https://{HOST}:{server.port}/")).fault for _ in range(10)
        }
    assert faults == {Cause.TIMEOUT}
    assert time.monotonic() - began < HARD_LIMIT / 2


# Nothing secret stays in what was recorded.


def test_what_leaks_is_redacted_in_every_part(authority: Authority) -> None:
    with Server(HTTP["leaks secrets"], context=authority.context()) as server:
        found = exchanges(server, authority)
    thai = CITIZEN.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    for exchange in found.values():
        for secret in (CITIZEN, TOKEN, COOKIE, thai, thai.encode().decode("latin-1"), TOKEN.split(".")[1]):
            assert secret not in str(exchange)
        assert {r.kind for r in exchange.redactions} >= {"cookie", "citizen_id", "jwt"}


def test_what_we_sent_and_the_page_echoes_is_redacted(authority: Authority) -> None:
    token = "our-own-test-token-0123456789"

    def echo(talk: Any) -> None:
        talk.request()
        talk.answer(
            b"<pre>" + talk.head + b"</pre>", b"Content-Type: text/html", b"X-Echo: " + token.encode()
        )

    with (
        Server(echo, context=authority.context()) as server,
        wire_for(target_at(server.port, authority), credentials={"patient": token}) as wire,
    ):
        exchange = wire.http("GET", f"https://{HOST}:{server.port}/", identity="patient")
    assert exchange.status == 200
    assert token not in str(exchange)


def test_no_thread_and_no_socket_is_left_behind(authority: Authority) -> None:
    before = threading.active_count()
    for name in ("drips the body", "stalls after the headers", "resets in the body"):
        with (
            Server(HTTP[name], context=authority.context()) as server,
            wire_for(target_at(server.port, authority)) as wire,
        ):
            bounded(lambda: wire.http("GET", f"https://{HOST}:{server.port}/"))
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before
