"""Look at a ClientHello without consuming it: the server name, the protocols, and whether it is TLS at all."""

import socket
import time

from msgspec import Struct

_MOST = 16_384 + 5


class Hello(Struct, frozen=True):
    """What of a ClientHello decides who answers. `secure` is False for a request in clear text."""

    secure: bool
    server_name: str | None = None
    protocols: tuple[str, ...] = ()


def peek(sock: socket.socket, seconds: float) -> Hello | None:
    """Wait for the first record and read it; the bytes stay in the socket. None: nothing usable came in time."""
    deadline = time.monotonic() + seconds
    seen = b""
    while time.monotonic() < deadline:
        sock.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            fresh = sock.recv(_MOST, socket.MSG_PEEK)
        except OSError:
            return None
        if fresh[:1] != b"\x16":  # an HTTP method in clear, or something for the TLS library to refuse
            return Hello(not fresh[:1].isupper()) if fresh else None
        if len(fresh) >= 5 and len(fresh) >= 5 + int.from_bytes(fresh[3:5]):
            return _parse(fresh[5:])
        if len(fresh) == len(seen):
            time.sleep(0.002)  # MSG_PEEK returns at once while a part is there
        seen = fresh
    return None


def _parse(body: bytes) -> Hello:
    try:
        extensions = _extensions(body)
        return Hello(True, _server_name(extensions.get(0, b"")), _protocols(extensions.get(16, b"")))
    except (IndexError, UnicodeDecodeError):
        return Hello(True)  # let the TLS library refuse it


def _extensions(body: bytes) -> dict[int, bytes]:
    """Type → content (RFC 8446 §4.1.2: header 4, version 2, random 32, session, suites, compression)."""
    at = 38
    at += 1 + body[at]
    at += 2 + int.from_bytes(body[at : at + 2])
    at += 1 + body[at] + 2
    found = {}
    while at + 4 <= len(body):
        size = int.from_bytes(body[at + 2 : at + 4])
        found[int.from_bytes(body[at : at + 2])] = body[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def _server_name(content: bytes) -> str | None:
    return content[5:].decode("ascii").lower() if len(content) > 5 else None


def _protocols(content: bytes) -> tuple[str, ...]:
    found, at = [], 2
    while at < len(content):
        found.append(content[at + 1 : at + 1 + content[at]].decode("latin-1"))
        at += 1 + content[at]
    return tuple(found)
