"""A loopback listener: one thread accepts, one thread serves each connection, and closing leaves nothing behind."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

JOIN_SECONDS = 5.0
#: How long we listen to a peer that we have refused.
LINGER_SECONDS = 0.2


class Listener:
    """Listens on a free loopback port from the moment it is made; `serve` gets (connection, connections)."""

    def __init__(
        self, serve: Callable[[socket.socket, "Connections"], None], address: str = "127.0.0.1"
    ) -> None:
        self._socket = socket.create_server((address, 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self._serve = serve
        self.connections = Connections()
        self._thread = threading.Thread(target=self._accept, name=f"demo-accept-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop accepting, end every connection, wait for every thread."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(JOIN_SECONDS)
        self.connections.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.start(self._run, sock)

    def _run(self, sock: socket.socket) -> None:
        try:
            self._serve(sock, self.connections)
        except OSError:
            pass  # the peer went away, stalled or spoke no TLS: its own affair
        finally:
            self.connections.end(sock)


class Connections:
    """The live sockets and the threads that serve them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()

    def start(self, run: Callable[[socket.socket], None], sock: socket.socket) -> None:
        """Serve a socket in a thread of its own."""
        thread = threading.Thread(target=run, args=(sock,), daemon=True)
        with self._lock:
            self._threads = {t for t in self._threads if t.is_alive()} | {thread}
            self._sockets.add(sock)
            thread.start()

    def swap(self, old: socket.socket, new: socket.socket) -> None:
        """A socket became another one (TLS around TCP): end that one instead."""
        with self._lock:
            self._sockets.discard(old)
            self._sockets.add(new)

    def end(self, sock: socket.socket) -> None:
        """Close one socket for good."""
        with self._lock:
            self._sockets.discard(sock)
        _shut(sock)
        sock.close()

    def close(self) -> None:
        """End every socket and wait for the threads; each wakes from its read and closes its own socket."""
        with self._lock:
            sockets, threads = list(self._sockets), list(self._threads)
        for sock in sockets:
            _shut(sock)
        for thread in threads:
            thread.join(JOIN_SECONDS)


def refuse(sock: socket.socket, last_words: bytes) -> None:
    """Say the last words and read on a little: closing with bytes unread would reset them away."""
    sock.settimeout(LINGER_SECONDS)
    with contextlib.suppress(OSError):
        sock.sendall(last_words)
        if not isinstance(sock, ssl.SSLSocket):
            sock.shutdown(socket.SHUT_WR)
        while sock.recv(65_536):
            pass


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # The plain shutdown: an SSLSocket's own would drop its TLS state under the thread that reads it.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
