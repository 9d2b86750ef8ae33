"""Collecting in several processes: everything planned comes back, under one pace and one ceiling, whatever dies."""

import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from harness import registry
from harness import target as targets
from harness.collect import AT_ONCE, Collector, Pair, jobs
from harness.demo import DemoPlatform
from harness.evidence import Cause, Envelope
from harness.orders import Order, RemoteGate, Turn, Word
from harness.probing import Surroundings
from harness.scope import Gate, Names, WireError
from harness.secrets import credentials
from harness.target import Target


@pytest.fixture(scope="module")
def demo() -> Iterator[Target]:
    with DemoPlatform(()) as running:
        yield targets.load(running.target_path)


def pairs(wanted: Target, *names: str) -> list[Pair]:
    there = targets.subjects(wanted)
    specs = [s for s in registry.probes().values() if s.name in names]
    return [(spec, subject) for spec in specs for subject in there[spec.kind]]


def around(wanted: Target, gate: Gate) -> Surroundings:
    return Surroundings(wanted, Names(wanted), gate, credentials(wanted)[0], b"s" * 32)


def test_sign_in_pages_and_played_providers_have_a_process_each_beside_others(demo: Target) -> None:
    todo = pairs(demo, "published", "login_sessions", "health_trials", "thaid_trials", "tls_flaws")
    first, second, *others = jobs(todo)
    assert {spec.kind for spec, _ in first.pairs} != {spec.kind for spec, _ in second.pairs}
    assert {spec.name for spec, _ in (*first.pairs, *second.pairs)} >= {"login_sessions", "thaid_trials"}
    assert (first.at_once, second.at_once) == (AT_ONCE, AT_ONCE)
    assert {job.at_once for job in others} <= {0, 1}


def test_alone_they_need_no_other_process(demo: Target) -> None:
    assert {job.at_once for job in jobs(pairs(demo, "login_sessions"))} == {0}


def test_every_pair_comes_back_and_the_main_process_counts(demo: Target) -> None:
    todo = pairs(demo, "published", "login_sessions")
    gate, kept = Gate(demo.scope), list[Envelope]()
    Collector(around(demo, gate), kept.append).run(jobs(todo))
    assert {(e.probe, e.subject) for e in kept} == {(spec.name, s.id) for spec, s in todo}
    assert not [e.missing for e in kept if e.missing]
    asked = sum(f.requests for e in kept for f in e.footprint)
    assert sum(gate.taken.values()) == asked > 50


def test_the_ceiling_holds_in_the_other_process_too(demo: Target) -> None:
    scope = msgspec.structs.replace(demo.scope, max_requests=20)
    gate, kept = Gate(scope), list[Envelope]()
    Collector(around(demo, gate), kept.append).run(jobs(pairs(demo, "published", "login_sessions")))
    assert sum(gate.taken.values()) == 20
    causes = {e.missing.cause for e in kept if e.missing and e.probe == "login_sessions"}
    assert Cause.CEILING in causes


def test_what_a_dead_process_did_not_hand_back_is_told_as_missing(demo: Target) -> None:
    todo = pairs(demo, "published", "session_lifetimes", "login_sessions")
    kept: list[Envelope] = []
    collector = Collector(around(demo, Gate(demo.scope)), kept.append)
    planned = jobs(todo)
    busy = next(job for job in planned if job.at_once)

    def end() -> None:
        while busy.process is None:
            time.sleep(0.01)
        busy.kill()

    killer = threading.Thread(target=end)
    killer.start()
    collector.run(planned)
    killer.join()
    assert {(e.probe, e.subject) for e in kept} == {(spec.name, s.id) for spec, s in todo}
    gone = [e.missing.cause for e in kept if e.missing and e.probe != "published"]
    assert gone == [Cause.CRASH] * len(busy.pairs)


def test_a_worker_without_a_main_process_asks_nobody() -> None:
    told = io.BytesIO()
    with pytest.raises(WireError) as stopped:
        RemoteGate(told, io.BytesIO()).book("portal.test")
    assert stopped.value.cause is Cause.INTERRUPTED
    assert msgspec.json.decode(told.getvalue(), type=Word).book == "portal.test"


def test_a_worker_ends_without_a_word_when_the_main_process_is_gone(demo: Target) -> None:
    order = Order(
        target=demo,
        pairs=tuple((spec.name, s.id) for spec, s in pairs(demo, "login_sessions")),
        at_once=AT_ONCE,
        pins={},
        credentials=credentials(demo)[0],
        salt=b"s" * 32,
    )
    command = [sys.executable, "-m", "harness.worker"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdin.write(msgspec.json.encode(order) + b"\n")
        worker.stdin.flush()
        assert msgspec.json.decode(worker.stdout.readline(), type=Word).book
        worker.stdin.close()
        worker.stdout.close()
        assert worker.wait(30) is not None
        assert worker.stderr.read() == b""


def test_a_refusal_of_the_main_process_reaches_the_worker() -> None:
    line = msgspec.json.encode(Turn(refused=(Cause.CEILING, "the ceiling is reached")))
    with pytest.raises(WireError, match="the ceiling is reached"):
        RemoteGate(io.BytesIO(), io.BytesIO(line + b"\n")).book("portal.test")
    given = io.BytesIO(msgspec.json.encode(Turn(wait=0.5)) + b"\n")
    assert RemoteGate(io.BytesIO(), given).book("portal.test") == 0.5


def test_old_tls_code_gets_no_credential(demo: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[Order] = []
    real = msgspec.json.encode

    def seen(message: object) -> bytes:
        if isinstance(message, Order):
            orders.append(message)
        return real(message)

    monkeypatch.setattr("harness.collect.msgspec.json.encode", seen)
    isolated = [s.name for s in registry.probes().values() if s.isolated]
    todo = pairs(demo, isolated[0], "published", "login_sessions")
    Collector(around(demo, Gate(demo.scope)), lambda _: None).run(jobs(todo))
    given = {order.at_once: set(order.credentials) for order in orders}
    assert given[1] == set()
    assert given[AT_ONCE]
