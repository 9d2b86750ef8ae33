"""Pace and ceiling: kept for every host, and waiting for a turn is never taken for a platform that does not answer."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from harness.evidence import Cause
from harness.scope import Gate, Names, WireError
from harness.target import Component, ScopeRules, Target
from harness.wire import Wire


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def target(url: str, *, pace: float = 1000.0, most: int = 5000) -> Target:
    component = Component(name="portal", kind="portal", base_url=url)
    scope = ScopeRules(
        authorised_by="a",
        document="d",
        contact="c",
        hosts=("127.0.0.1",),
        ports=(component.port,),
        requests_per_second=pace,
        max_requests=most,
    )
    return Target(name="n", owner="o", scope=scope, components=(component,))


def test_a_slow_pace_is_not_a_slow_platform(url: str) -> None:
    wanted = target(url, pace=4.0)
    with Wire(wanted, Names(wanted), Gate(wanted.scope), prefix="x", seconds=0.5) as wire:
        found = [
            wire.http("GET", url) for _ in range(6)
        ]  # a second and more of waiting, half a second allowed
    assert [e.status for e in found] == [204] * 6, [e.detail for e in found]


def test_hosts_do_not_wait_for_each_other(url: str) -> None:
    gate = Gate(target(url, pace=0.01).scope)
    gate.book("one.test")
    assert gate.book("another.test") == 0
    assert gate.taken == {"one.test": 1, "another.test": 1}


def test_the_ceiling_is_kept_and_recorded(url: str) -> None:
    wanted = target(url, most=2)
    with Wire(wanted, Names(wanted), Gate(wanted.scope), prefix="x", seconds=9) as wire:
        found = [wire.http("GET", url) for _ in range(4)]
        assert [e.fault for e in found] == [None, None, Cause.CEILING, Cause.CEILING]
        assert sum(f.requests for f in wire.footprint) == 2


def test_what_was_spent_before_counts(url: str) -> None:
    with pytest.raises(WireError, match="ceiling of 2"):
        Gate(target(url, most=2).scope, spent=2).book("127.0.0.1")
