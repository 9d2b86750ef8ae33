"""Deadlines that a slow peer cannot talk its way past: a watchdog that shuts sockets down when time is up."""

import contextlib
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

from harness.meter import Meter
from harness.once import once


class Watchdog:
    """Shuts every watched socket down at its deadline. Read time-outs alone let a dripping peer go on for ever."""

    def __init__(self) -> None:
        self._watched: list[tuple[float, weakref.ref[socket.socket]]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._wakes = 0.0
        self._thread: threading.Thread | None = None

    def watch(self, sock: socket.socket, deadline: float) -> None:
        """Shut `sock` down at `deadline` (time.monotonic()), unless it is closed or gone by then; the last word counts."""
        with self._changed:
            self._watched = [(d, r) for d, r in self._watched if r() is not sock]
            self._watched.append((deadline, weakref.ref(sock)))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
            if deadline < self._wakes:  # or else it looks in time by itself; waking a thread costs the others
                self._changed.notify()

    def close(self) -> None:
        """Shut down what is still watched and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            for _, ref in self._watched:
                _shut(ref())

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                for deadline, ref in self._watched:
                    if deadline <= now:
                        _shut(ref())
                self._watched = [(d, r) for d, r in self._watched if d > now and _open(r())]
                nearest = min((d for d, _ in self._watched), default=now + 1.0)
                pause = min(1.0, max(0.01, nearest - now))
                self._wakes = now + pause
                self._changed.wait(pause)
                if not self._watched and not self._closed:
                    self._thread = None
                    return


def _open(sock: socket.socket | None) -> bool:
    return sock is not None and sock.fileno() >= 0


def _shut(sock: socket.socket | None) -> None:
    if sock is not None:
        with contextlib.suppress(OSError, ValueError):
            # The plain socket's shutdown: it never waits for a TLS peer.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


_current = threading.local()


@contextlib.contextmanager
def guarding(dog: Watchdog, deadline: float) -> Iterator[None]:
    """TLS sockets of ours that shake hands in this thread meanwhile are watched until `deadline`."""
    _current.guard = (dog, deadline)
    try:
        yield
    finally:
        _current.guard = None


def watch(sock: socket.socket) -> None:
    """Watch a connection until the deadline of the exchange that this thread is at."""
    guard = getattr(_current, "guard", None)
    if guard:
        dog, deadline = guard
        dog.watch(sock, deadline)


class GuardedSocket(ssl.SSLSocket):
    """A TLS socket that is watched from before its handshake, and counts for the TCP socket it took over.

    Wrapping takes the file descriptor away from the plain socket, so neither its watch nor its meter would see more.
    """

    meter: Meter | None = None

    def do_handshake(self, *args: Any, **kwargs: Any) -> None:
        """Register with the watchdog of this thread, then shake hands."""
        watch(self)
        super().do_handshake(*args, **kwargs)

    def read(self, *args: Any, **kwargs: Any) -> Any:
        """Read decrypted bytes and count them."""
        got = super().read(*args, **kwargs)
        if self.meter:
            self.meter.received += got if isinstance(got, int) else len(got)
        return got

    def send(self, data: Any, *args: Any) -> int:
        """Encrypt, send and count."""
        done = super().send(data, *args)
        if self.meter:
            self.meter.sent += done
        return done

    def close(self) -> None:
        """Close, and stop the clock of the meter."""
        if self.meter:
            self.meter.end()
        super().close()


def wrap(sock: socket.socket, context: ssl.SSLContext, server_name: str | None) -> ssl.SSLSocket:
    """A guarded TLS socket over `sock`, its handshake done, its meter carried on."""
    context.sslsocket_class = GuardedSocket
    meter = getattr(sock, "meter", None)
    secure = context.wrap_socket(sock, server_hostname=server_name, do_handshake_on_connect=False)
    assert isinstance(secure, GuardedSocket)
    secure.meter = meter
    secure.do_handshake()
    return secure


@once
def client_context(*, lenient: bool, ca_file: str | None = None) -> ssl.SSLContext:
    """A client TLS context with guarded sockets; made once, for loading the public roots takes 60 ms.

    `lenient` accepts any certificate and every version and suite this OpenSSL can speak, so that a badly
    configured platform can still be looked at; nothing secret may be sent through it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = GuardedSocket
    if lenient:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    elif ca_file:
        context.load_verify_locations(ca_file)
    else:
        import certifi

        context.load_verify_locations(certifi.where())
    return context
