"""The worker process: runs isolated probes of one subject, so that old TLS libraries can neither leak memory
into the run nor hang it. Speaks JSON lines: asks for a turn before every connection, hands back each envelope.

    main → worker   {"target":…, "subject":…, "kind":…, "probes":[…], "pins":{…}, "salt":…}
    worker → main   {"take": host}          main → worker   {"refused": null | [cause, message]}
    worker → main   {"envelope": {…}}
"""

import sys
import threading
from typing import IO

import msgspec
from msgspec import Struct

from harness import registry
from harness.evidence import Cause, Envelope
from harness.probing import Surroundings, run_probe
from harness.scope import Names, WireError
from harness.target import Target, subjects


class Order(Struct, frozen=True, kw_only=True):
    """What the worker is to do."""

    target: Target
    kind: str
    subject: str
    probes: tuple[str, ...]
    pins: dict[str, tuple[str, ...]]
    salt: bytes


class Turn(Struct, frozen=True):
    """The answer to a request for a turn; `refused` is (cause, message) or None."""

    refused: tuple[Cause, str] | None


class Word(Struct, frozen=True, omit_defaults=True):
    """One line from the worker: a request for a turn, or an envelope."""

    take: str | None = None
    envelope: Envelope | None = None


class RemoteGate:
    """The gate of the main process, seen from here."""

    def __init__(self, ask: IO[bytes], answer: IO[bytes]) -> None:
        self._ask, self._answer = ask, answer
        self._lock = threading.Lock()

    def take(self, host: str) -> None:
        """Wait for this host's turn; raise WireError when the main process refuses."""
        with self._lock:
            self.say(Word(take=host))
            line = self._answer.readline()
        if not line:
            raise WireError(Cause.INTERRUPTED, "the main process has gone")
        refused = msgspec.json.decode(line, type=Turn).refused
        if refused:
            raise WireError(*refused)

    def say(self, word: Word) -> None:
        """Send one line to the main process."""
        self._ask.write(msgspec.json.encode(word) + b"\n")
        self._ask.flush()


def main() -> None:
    """Read one order, run its probes one after the other, hand each envelope back as soon as it is there."""
    talk = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints must not break the protocol
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    gate = RemoteGate(talk, sys.stdin.buffer)
    around = Surroundings(order.target, Names(order.target, order.pins), gate, {}, order.salt)
    subject = next(s for s in subjects(order.target)[order.kind] if s.id == order.subject)
    for spec in registry.probes().values():
        if spec.name in order.probes:
            gate.say(Word(envelope=run_probe(spec, subject, around)))


if __name__ == "__main__":
    main()
