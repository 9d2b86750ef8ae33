"""Counting what goes over a connection, for the footprint: bytes as their user saw them, and time in use."""

import socket
import time
from typing import Any


class Meter:
    """What went over one connection: bytes as its user saw them, and how long it was in use (seconds)."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.sent = self.received = 0
        self._used = 0.0
        self._since: float | None = time.monotonic()

    def end(self) -> None:
        """The connection was closed, or rests between two exchanges; later calls change nothing."""
        self._used, self._since = self.seconds, None

    def resume(self) -> None:
        """A connection that rested is used again."""
        self._since = self._since or time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been, or was, in use."""
        return self._used + (time.monotonic() - self._since if self._since is not None else 0.0)


class MeteredSocket(socket.socket):
    """A TCP socket that counts what passes through it."""

    meter: Meter | None = None

    def send(self, data: Any, *args: Any) -> int:
        """Send and count."""
        done = super().send(data, *args)
        return self._counted(sent=done)

    def sendall(self, data: Any, *args: Any) -> None:
        """Send all and count."""
        super().sendall(data, *args)
        self._counted(sent=len(data))

    def recv(self, *args: Any) -> bytes:
        """Receive and count."""
        data = super().recv(*args)
        self._counted(received=len(data))
        return data

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive into a buffer and count."""
        return self._counted(received=super().recv_into(*args, **kwargs))

    def close(self) -> None:
        """Close, and stop the clock of the meter."""
        if self.meter:
            self.meter.end()
        super().close()

    def _counted(self, sent: int = 0, received: int = 0) -> int:
        if self.meter:
            self.meter.sent += sent
            self.meter.received += received
        return sent + received
