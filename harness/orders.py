"""What the main process and a worker process say to each other, in JSON lines, and the gate as the worker sees it.

    main → worker   an Order
    worker → main   {"book": host}          main → worker   a Turn
    worker → main   {"envelope": {…}}

Credentials go over a pipe, never to disk or into an environment.
"""

import threading
from typing import IO

import msgspec
from msgspec import Struct

from harness.evidence import Cause, Envelope
from harness.scope import WireError
from harness.target import Target


class Order(Struct, frozen=True, kw_only=True):
    """What the worker is to do: (probe, subject) pairs, so many of them at once."""

    target: Target
    pairs: tuple[tuple[str, str], ...]
    at_once: int
    pins: dict[str, tuple[str, ...]]
    credentials: dict[str, str]
    salt: bytes


class Turn(Struct, frozen=True, omit_defaults=True):
    """The answer to a request for a turn: seconds to wait for it, or why there is none (cause, message)."""

    wait: float = 0.0
    refused: tuple[Cause, str] | None = None


class Word(Struct, frozen=True, omit_defaults=True):
    """One line from the worker: a request for a turn at a host, or an envelope."""

    book: str | None = None
    envelope: Envelope | None = None


class RemoteGate:
    """The gate of the main process, seen from the worker. Its threads may share it."""

    def __init__(self, tell: IO[bytes], hear: IO[bytes]) -> None:
        self._tell, self._hear = tell, hear
        self._lock = threading.Lock()

    def book(self, host: str) -> float:
        """Seconds until the turn that was given; WireError when the main process refuses."""
        with self._lock:
            self._say(Word(book=host))
            line = self._hear.readline()
        if not line:
            raise WireError(Cause.INTERRUPTED, "the main process has gone")
        turn = msgspec.json.decode(line, type=Turn)
        if turn.refused:
            raise WireError(*turn.refused)
        return turn.wait

    def keep(self, found: Envelope) -> None:
        """Hand an envelope to the main process."""
        with self._lock:
            self._say(Word(envelope=found))

    def _say(self, word: Word) -> None:
        self._tell.write(msgspec.json.encode(word) + b"\n")
        self._tell.flush()
