"""Counting what goes over a connection, for the footprint: bytes as their user saw them, and time open."""

import socket
import time
from typing import Any


class Meter:
    """What went over one connection: bytes as its user saw them, and how long it was open (seconds)."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.sent = self.received = 0
        self._began = time.monotonic()
        self._ended: float | None = None

    def end(self) -> None:
        """The connection was closed; later calls change nothing."""
        self._ended = self._ended or time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been, or was, open."""
        return (self._ended or time.monotonic()) - self._began


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
