"""Look at a ClientHello without consuming it: what of it decides who answers, and whether it is TLS at all."""

import socket
import time

from msgspec import Struct

from harness.demo.tls_raw import ClientHello, read_hello

_MOST = 16_384 + 5


class Hello(Struct, frozen=True):
    """The name and the protocols a client asks for. `secure` is False for a request in clear text."""

    secure: bool
    server_name: str | None = None
    protocols: tuple[str, ...] = ()


def look(sock: socket.socket, seconds: float) -> Hello | None:
    """Wait for the first record and read it; the bytes stay in the socket. None: nothing usable came in time."""
    data = _first_record(sock, seconds)
    if not data or data[:1].isupper():  # an HTTP method in clear
        return Hello(False) if data else None
    hello = read_hello(data)
    return Hello(True, _server_name(hello), _protocols(hello)) if hello else Hello(True)


def _first_record(sock: socket.socket, seconds: float) -> bytes:
    deadline, seen = time.monotonic() + seconds, b""
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            fresh = sock.recv(_MOST, socket.MSG_PEEK)
        except OSError:
            return b""
        if fresh[:1] != b"\x16" or (len(fresh) >= 5 and len(fresh) >= 5 + int.from_bytes(fresh[3:5], "big")):
            return fresh
        if len(fresh) == len(seen):
            time.sleep(0.002)  # MSG_PEEK returns at once while a part is there
        seen = fresh
    return b""


def _server_name(hello: ClientHello) -> str | None:
    name = hello.extensions.get(0, b"")[5:]  # list length, kind, length (RFC 6066 §3)
    return name.decode("ascii", "replace").lower() or None


def _protocols(hello: ClientHello) -> tuple[str, ...]:
    found, left = [], hello.protocols[2:]
    while left:
        found.append(left[1 : 1 + left[0]].decode("latin-1"))
        left = left[1 + left[0] :]
    return tuple(found)
