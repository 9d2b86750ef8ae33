"""Collecting: every planned probe, concurrently, each bounded in time. A slow or dead component delays no other.

Ordinary probes run in daemon threads; isolated ones in a worker process for each subject, the busiest kinds in one each.
Only the calling thread hands evidence on, so a late answer of an abandoned probe cannot reach the run folder.
"""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import IO

import msgspec

from harness.evidence import Cause, Envelope, Missing
from harness.model import Text
from harness.orders import Order, Turn, Word
from harness.probing import Surroundings, envelope, run_probe, timed_out
from harness.registry import ProbeSpec
from harness.scope import Gatekeeper, WireError
from harness.target import Subject

#: Jobs under way at once; the pace per host is the gate's business, this only bounds memory.
AT_ONCE = 16
#: Seconds beyond its probes' own bounds before a job is given up; covers the start of a worker.
GRACE = 5.0
#: Kinds of subjects whose probes ask so much that each kind gets a process of its own, where there are others beside it.
#: What they share stays together: the turns at a sign-in page, the one-time codes, the national providers played.
BUSY = frozenset({"login", "relying"})

Pair = tuple[ProbeSpec, Subject]
Keep = Callable[[Envelope], None]


@dataclass(eq=False)
class Job:
    """A probe on a subject, in a thread; or several pairs, in a worker process that runs so many `at_once`."""

    pairs: tuple[Pair, ...]
    at_once: int = 0
    started: float = 0.0
    paused: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    waiting: dict[tuple[str, str], ProbeSpec] = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = {(spec.evidence.__name__, subject.id): spec for spec, subject in self.pairs}

    @property
    def isolated(self) -> bool:
        """Whether it speaks old TLS, in a process that gets no credential."""
        return any(spec.isolated for spec, _ in self.pairs)

    @property
    def late(self) -> bool:
        """Whether it has used up the time of all its probes; what it waited for its turn does not count."""
        allowed = sum(spec.seconds for spec, _ in self.pairs) + GRACE
        return time.monotonic() - self.started - self.paused > allowed

    def kill(self) -> None:
        """End its worker, if it has one; a thread can only be left behind."""
        if self.process and self.process.poll() is None:
            self.process.kill()


@dataclass(frozen=True)
class JobGate:
    """The run's gate as one job sees it: remembers how long the job waited."""

    gate: Gatekeeper
    job: Job

    def book(self, host: str) -> float:
        """Take the next turn at this host: seconds until then."""
        wait = self.gate.book(host)
        self.job.paused += wait
        return wait


def jobs(pairs: Iterable[Pair]) -> list[Job]:
    """Group the planned pairs into jobs; worker jobs first, for they take longest."""
    isolated: dict[str, list[Pair]] = {}
    by_kind: dict[str, list[Pair]] = {}
    for spec, subject in pairs:
        place = isolated.setdefault(subject.id, []) if spec.isolated else by_kind.setdefault(spec.kind, [])
        place.append((spec, subject))
    busy = [kind for kind in by_kind if kind in BUSY]
    workers = [Job(tuple(by_kind.pop(kind)), AT_ONCE) for kind in busy if len(by_kind) > 1]
    workers += [Job(tuple(group), 1) for group in isolated.values()]
    return [*workers, *(Job((pair,)) for group in by_kind.values() for pair in group)]


class Collector:
    """Runs jobs and hands each envelope to `keep` as it arrives: exactly one for every planned pair."""

    def __init__(self, around: Surroundings, keep: Keep, at_once: int = AT_ONCE) -> None:
        self._around, self._keep, self._at_once = around, keep, at_once
        self._arrived: queue.Queue[tuple[Job, Envelope | None]] = queue.Queue()
        self._running: list[Job] = []

    def run(self, todo: list[Job]) -> None:
        """Collect it all; on any exception (an interrupt, a full disk) the workers are ended first."""
        pending = list(todo)
        try:
            while pending or self._running:
                self._start(pending)
                self._receive()
                for job in [job for job in self._running if job.late]:
                    job.kill()
                    self._finish(job, lambda spec, subject: timed_out(spec, subject, spec.seconds))
        finally:
            for job in self._running:
                job.kill()

    def _start(self, pending: list[Job]) -> None:
        processors = max(2, os.cpu_count() or 1)
        for job in list(pending):
            isolated = sum(other.isolated for other in self._running)
            if len(self._running) >= self._at_once or (job.isolated and isolated >= processors):
                continue
            pending.remove(job)
            self._running.append(job)
            job.started = time.monotonic()
            work = self._in_worker if job.at_once else self._in_thread
            threading.Thread(
                target=work, args=(job,), name=f"probe {job.pairs[0][1].id}", daemon=True
            ).start()

    def _receive(self) -> None:
        try:
            job, found = self._arrived.get(timeout=0.2)
        except queue.Empty:
            return
        if job not in self._running:
            return  # given up before; what comes late does not count
        if found is None:
            self._finish(job, _vanished)
        elif job.waiting.pop((found.schema, found.subject), None):
            self._keep(found)
            if not job.waiting:
                self._running.remove(job)

    def _finish(self, job: Job, instead: Callable[[ProbeSpec, str], Envelope]) -> None:
        self._running.remove(job)
        for (_, subject), spec in job.waiting.items():
            self._keep(instead(spec, subject))

    def _in_thread(self, job: Job) -> None:
        around = replace(self._around, gate=JobGate(self._around.gate, job))
        self._arrived.put((job, run_probe(*job.pairs[0], around)))

    def _in_worker(self, job: Job) -> None:
        command = [sys.executable, "-m", "harness.worker"]
        try:
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
                job.process = process
                assert process.stdin is not None
                assert process.stdout is not None
                self._converse(job, process.stdin, process.stdout)
        except (OSError, ValueError, msgspec.DecodeError):
            job.kill()  # it died or babbled: what it did not hand back is reported as vanished
        self._arrived.put((job, None))

    def _converse(self, job: Job, tell: IO[bytes], hear: IO[bytes]) -> None:
        _send(tell, _order(job, self._around))
        for line in hear:
            word = msgspec.json.decode(line, type=Word)
            if word.envelope:
                self._arrived.put((job, word.envelope))
            if word.book is not None:
                _send(tell, self._turn(job, word.book))

    def _turn(self, job: Job, host: str) -> Turn:
        try:
            return Turn(JobGate(self._around.gate, job).book(host))
        except WireError as refused:
            return Turn(refused=(refused.cause, str(refused)))


def _send(tell: IO[bytes], message: Order | Turn) -> None:
    tell.write(msgspec.json.encode(message) + b"\n")
    tell.flush()


def _order(job: Job, around: Surroundings) -> Order:
    return Order(
        target=around.target,
        pairs=tuple((spec.name, subject.id) for spec, subject in job.pairs),
        at_once=job.at_once,
        pins=around.names.pins,
        credentials={} if job.isolated else around.credentials,
        salt=around.salt,
    )


def _vanished(spec: ProbeSpec, subject: str) -> Envelope:
    reason = Text("the worker process ended before this was collected", "โปรเซสลูกสิ้นสุดก่อนเก็บหลักฐานส่วนนี้")
    return envelope(spec, subject, Missing(Cause.CRASH, reason))
