"""A small HTTP server on one loopback address, bounded in every way, gone when its `with` block ends."""

import base64
import binascii
import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct, field

from harness.evidence import Cause
from harness.scope import WireError

#: What a platform may send in one call, how many calls a probe's provider answers, how many at once.
BODY_BYTES, MOST_CALLS, AT_ONCE = 65_536, 3_000, 24
Pairs = list[tuple[str, str]]


class Call(Struct, frozen=True):
    """A request as the provider reads it. `sent` are the parameters of its body, form or JSON alike."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def bearer(self) -> str:
        """The bearer token, "" without one."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def basic(self) -> tuple[str, str]:
        """Name and password of HTTP Basic as they stand, ("", "") without."""
        scheme, _, coded = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return "", ""
        try:
            name, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return "", ""
        return name, password

    def places(self, secret: str) -> tuple[str, ...]:
        """Where in the request a secret stands."""
        other = (unquote(v) for k, v in self.headers.items() if k != "authorization")
        found = {
            "basic": secret in (self.basic[1], unquote(self.basic[1])),
            "body": holds(secret, unquote(self.body), *self.sent.values()),
            "query": holds(secret, unquote(self.path), *self.query.values()),
            "header": holds(secret, self.headers.get("authorization", ""), *other),
        }
        return tuple(place for place, there in found.items() if there)


class Reply(Struct, frozen=True):
    """What the provider answers; an object as JSON, text as it stands."""

    status: int
    content: Any
    kind: str = "application/json"


Answer = Callable[[Call], Reply]
_turns: dict[str, threading.Lock] = {}
_turns_lock = threading.Lock()


@contextlib.contextmanager
def listening(listen: str, answer: Answer, seconds: float) -> Iterator[None]:
    """Serve at a loopback `host:port` until the block ends. Raises WireError where the address cannot be had.

    Probes that need one address wait for each other, at most `seconds`.
    """
    with _turns_lock:
        turn = _turns.setdefault(listen, threading.Lock())
    if not turn.acquire(timeout=max(0.0, seconds)):
        raise WireError(Cause.TIMEOUT, f"another probe still plays the provider at {listen}")
    try:
        with _opened(listen, answer) as server:
            thread = threading.Thread(
                target=server.serve_forever, args=(0.02,), name=f"provider {listen}", daemon=True
            )
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join(5)
    finally:
        turn.release()


def _opened(listen: str, answer: Answer) -> "_Server":
    host, _, port = listen.rpartition(":")
    if host != "[::1]" and not host.startswith("127."):
        raise WireError(
            Cause.OUT_OF_SCOPE, f"{listen} is not a loopback address; nothing is played elsewhere"
        )
    try:
        return _Server((host.strip("[]"), int(port)), answer)
    except (OSError, OverflowError, ValueError) as wrong:
        raise WireError(Cause.TOOL_ABSENT, f"the provider cannot be played at {listen}: {wrong}") from None


class _Server(ThreadingHTTPServer):
    """Answers MOST_CALLS calls, AT_ONCE of them together; what comes on top is hung up on."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], answer: Answer) -> None:
        self.answer, self.left = answer, MOST_CALLS
        self._room = threading.BoundedSemaphore(AT_ONCE)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the system for the host's name, as HTTPServer would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection if there is room."""
        self.left -= 1
        if self.left < 0 or not self._room.acquire(timeout=1):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection and make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A platform that hangs up is its own affair; nothing is printed."""


class _Handler(BaseHTTPRequestHandler):
    """One request, then the connection ends (HTTP/1.0), so that nothing outlives the server."""

    server: _Server
    timeout = 5
    server_version, sys_version = "national-provider", ""

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_BYTES:
            self.send_error(413)
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        self._say(self.server.answer(self._call(body)))

    def _call(self, body: str) -> Call:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Call(
            self.command, parts.path, dict(parse_qsl(parts.query)), headers, body, _sent(body, headers)
        )

    def _say(self, reply: Reply) -> None:
        text = reply.content if isinstance(reply.content, str) else json.dumps(reply.content)
        raw = text.encode()
        self.send_response(reply.status)
        for name, value in (
            ("Content-Type", reply.kind),
            ("Content-Length", str(len(raw))),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _serve  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: paths hold codes."""


def _sent(body: str, headers: dict[str, str]) -> dict[str, str]:
    if "json" in headers.get("content-type", ""):
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
    try:
        return dict(parse_qsl(body, max_num_fields=40))
    except ValueError:
        return {}


def holds(secret: str, *texts: str) -> bool:
    """Whether one of the texts holds a secret; a short one must be all of the text, or chance would find it."""
    return any(secret == text or (len(secret) >= 8 and secret in text) for text in texts)


def later(seconds: float) -> int:
    """The Unix time so many seconds from now."""
    return int(time.time() + seconds)
