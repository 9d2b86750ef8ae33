"""Connections that are kept for the next exchange: used again while fresh, never trusted, each exchange with its own bounds."""

import time
from collections.abc import Callable

import pytest

from harness import httppool
from harness.evidence import Cause, Exchange
from harness.wire import Wire
from tests.hostile_servers import Server, Talk
from tests.hostile_tls import HOST, Authority
from tests.hostile_wire import HARD_LIMIT, LIMITS, bounded, target_at, wire_for

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


def answers(*each: Callable[[Talk], None]) -> Callable[[Talk], None]:
    """One step for each request of a connection; the connection ends after the last."""

    def handle(talk: Talk) -> None:
        for step in each:
            talk.request()
            step(talk)

    return handle


def well(talk: Talk) -> None:
    talk.sock.sendall(OK)


def with_leftovers(talk: Talk) -> None:
    talk.sock.sendall(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")


def slowly(share: float) -> Callable[[Talk], None]:
    """A body of five letters, over this share of the time that one exchange may take."""

    def step(talk: Talk) -> None:
        talk.sock.sendall(OK[:-5])
        for letter in range(5):
            time.sleep(LIMITS.total_seconds * share / 5)
            talk.sock.sendall(OK[-5:][letter : letter + 1])

    return step


def asked(wire: Wire, port: int, times: int = 2, *, method: str = "GET", pause: float = 0) -> list[Exchange]:
    def once() -> Exchange:
        return wire.http(method, f"https://{HOST}:{port}/", keep=True)

    found = []
    for _ in range(times):
        found.append(bounded(once))
        time.sleep(pause)
    return found


def test_a_fresh_connection_is_used_again(authority: Authority) -> None:
    with Server(answers(*[well] * 9), context=authority.context()) as server:
        with wire_for(target_at(server.port, authority)) as wire:
            found = asked(wire, server.port, 5)
            assert [x.body for x in found] == ["hello"] * 5
            assert (wire.footprint[0].requests, wire.footprint[0].connections) == (5, 1)
        assert server.connections == 1


def test_without_being_asked_to_nothing_is_kept(authority: Authority) -> None:
    with Server(answers(*[well] * 9), context=authority.context()) as server:
        with wire_for(target_at(server.port, authority)) as wire:
            for _ in range(3):
                assert wire.http("GET", f"https://{HOST}:{server.port}/").status == 200
        assert server.connections == 3


def test_one_that_rested_too_long_is_not(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httppool, "FRESH", 0.05)
    with Server(answers(*[well] * 9), context=authority.context()) as server:
        with wire_for(target_at(server.port, authority)) as wire:
            asked(wire, server.port, 3, pause=0.2)
            resting = wire.footprint[0].seconds
            time.sleep(0.3)
            assert wire.footprint[0].seconds == resting, "a resting connection is not in use"
        assert server.connections == 3


def test_what_came_without_being_asked_for_is_no_answer(authority: Authority) -> None:
    with (
        Server(answers(with_leftovers, well, well), context=authority.context()) as server,
        wire_for(target_at(server.port, authority)) as wire,
    ):
        assert "forged" not in [x.body for x in asked(wire, server.port, 3)]


def test_reading_is_asked_again_where_the_server_had_gone(authority: Authority) -> None:
    """The server closes after each answer and says nothing of it; what changes something is never sent twice."""
    with Server(answers(well), context=authority.context()) as server:
        with wire_for(target_at(server.port, authority)) as wire:
            assert [x.status for x in asked(wire, server.port, 6)] == [200] * 6
            sent = asked(wire, server.port, 6, method="POST")
        assert all(x.status == 200 or x.fault is not None for x in sent)
        assert server.connections <= 12


def test_each_exchange_has_its_own_time(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second ends later than the first one's time would have been over; the third drips past its own."""
    monkeypatch.setattr(httppool, "FRESH", HARD_LIMIT)
    steps = (well, slowly(0.6), slowly(1.5))
    with (
        Server(answers(*steps), context=authority.context()) as server,
        wire_for(target_at(server.port, authority), HARD_LIMIT) as wire,
    ):
        asked(wire, server.port, 1, pause=0.75 * LIMITS.total_seconds)
        second, third = (asked(wire, server.port, 1, method="POST")[0] for _ in range(2))
        assert wire.opened == 1
    assert (second.status, second.body) == (200, "hello")
    assert third.fault is Cause.TIMEOUT
