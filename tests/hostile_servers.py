"""Servers that lie and drag, each on a free loopback port, each a context manager, each bounded in time.

A handler gets one `Talk` (a connection) and does its worst. Whatever it does ends when the server is closed or
after `LIFE` seconds. All data is synthetic.
"""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType

#: No connection is kept alive longer, whatever the client does.
LIFE = 60.0
CITIZEN = "1101700207030"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzeW50aGV0aWMifQ.c3ludGhldGljLXNpZ25hdHVyZS0x"
COOKIE = "s3ss10n-c00k1e-0f-a-hostile-server"
SCRIPT = "<script>document.title='EXECUTED'</script><img src=x onerror=\"document.title='EXECUTED'\">"


class Talk:
    """One connection of a hostile server."""

    def __init__(self, server: "Server", sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.ends = time.monotonic() + LIFE
        self.head = b""

    @property
    def alive(self) -> bool:
        """Whether to go on."""
        return not self.server.stopping.is_set() and time.monotonic() < self.ends

    def request(self) -> bytes:
        """Read one request head; raises ConnectionError when the client left."""
        self.head = b""
        while b"\r\n\r\n" not in self.head and len(self.head) < 65_536:
            chunk = self.sock.recv(65_536)
            if not chunk:
                raise ConnectionError
            self.head += chunk
        return self.head

    @property
    def path(self) -> str:
        """The target of the request line."""
        return [*self.head.split(b" "), b"/", b"/"][1].decode("latin-1")

    def send(self, *parts: bytes) -> None:
        """Send all parts."""
        self.sock.sendall(b"".join(parts))

    def answer(self, body: bytes, *headers: bytes, status: bytes = b"200 OK") -> None:
        """Send a whole, honest response."""
        length = b"Content-Length: %d" % len(body)
        self.send(b"\r\n".join([b"HTTP/1.1 " + status, *headers, length, b"Connection: close", b"", body]))

    def drip(self, data: Iterable[int], pause: float) -> None:
        """Send one byte at a time."""
        for byte in data:
            if self.server.stopping.wait(pause) or not self.alive:
                return
            self.send(bytes([byte]))

    def pour(self, data: bytes) -> None:
        """Send the same bytes again and again."""
        while self.alive:
            self.send(data)

    def stall(self) -> None:
        """Say nothing more, but stay."""
        self.server.stopping.wait(max(0.0, self.ends - time.monotonic()))

    def reset(self) -> None:
        """End the connection with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Handler = Callable[[Talk], None]


class Server:
    """Accepts on a free port of `host` until closed; `connections` counts what came."""

    def __init__(
        self,
        handler: Handler,
        *,
        context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._handler, self._context = handler, context
        self.stopping = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        #: Where `markup` points, outside the scope.
        self.away = "https://127.0.0.2:9"
        self.paths: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Server":
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        _shut(self._listener)
        with self._lock:
            for sock in self._open:
                _shut(sock)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
        with contextlib.suppress(OSError, ValueError):
            sock.settimeout(LIFE)
            if self._context:
                plain, sock = sock, self._context.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._open = self._open - {plain} | {sock}
            talk = Talk(self, sock)
            self._handler(talk)
            if talk.head:
                self.paths.append(talk.path)
            _shut(sock)
        with self._lock:
            self._open.discard(sock)
        sock.close()


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError, ValueError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def honest(talk: Talk) -> None:
    """The control: nothing wrong here."""
    talk.request()
    talk.answer(b"<!doctype html><title>t</title><p>hello</p>", b"Content-Type: text/html; charset=utf-8")


def canary(host: str, port: int = 0) -> Server:
    """A listener outside every scope; its `connections` must stay 0."""
    return Server(lambda talk: None, host=host, port=port)
