"""One connection from its first byte to its last: TLS where it belongs, then requests until it ends."""

import contextlib
import socket
import ssl
from typing import BinaryIO, cast

from harness.demo.http1 import Refusal, read_request
from harness.demo.listener import Connections, refuse
from harness.demo.messages import head_and_body
from harness.demo.tls import TlsFront
from harness.demo.web import App

#: How long a connection may be idle.
IDLE_SECONDS = 5.0


def serve_secure(sock: socket.socket, connections: Connections, front: TlsFront, app: App) -> None:
    """HTTPS; raises OSError when the peer fails the handshake."""
    taken = front.accept(sock)
    if taken is None:
        return
    ready, host = taken
    connections.swap(sock, ready)
    try:
        if isinstance(ready, ssl.SSLSocket):
            ready.do_handshake()
        serve_plain(ready, app, scheme="https", host=host)
        _farewell(ready)
    finally:
        connections.end(ready)


def serve_plain(sock: socket.socket, app: App, *, scheme: str = "http", host: str | None = None) -> None:
    """Answer requests one after another until either side ends the connection."""
    sock.settimeout(IDLE_SECONDS)
    with sock.makefile("rb") as stream:
        while _answer_one(sock, cast(BinaryIO, stream), app, scheme, host):
            pass


def _answer_one(sock: socket.socket, stream: BinaryIO, app: App, scheme: str, host: str | None) -> bool:
    try:
        request = read_request(stream, app.behaviour.framing, scheme)
    except Refusal as refusal:
        response, headers = app.refusal(refusal.status, scheme)
        refuse(sock, head_and_body(response, headers, method="GET", close=True))
        return False
    if request is None:
        return False
    response, headers = app.answer(request, host)
    close = not request.keep_alive
    sock.sendall(head_and_body(response, headers, method=request.method, close=close))
    return not close


def _farewell(sock: socket.socket) -> None:
    """Send close_notify and wait for nothing (RFC 8446 §6.1)."""
    if isinstance(sock, ssl.SSLSocket):
        sock.settimeout(0)
        with contextlib.suppress(OSError, ValueError):
            sock.unwrap()
