"""A listener of the harness on loopback: whoever calls it read an address in a token and followed it.

One port speaks HTTP and hands out what it was given; those of https addresses only count connections, for a
handshake that is begun is a call already. No request of it leaves this machine.
"""

import ipaddress
import socketserver
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from harness.scope import WireError, host_port
from harness.wire import Wire

#: Seconds after the last attempt in which a late call still counts.
_LATE = 0.3
#: Calls that are written down; more tell nothing new.
_MOST = 1000


class _Web(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up early is no news."""


class _Mute(socketserver.ThreadingTCPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up early is no news."""


class Canary:
    """Listens while its block lasts. `contents` maps a path to (media type, body) for the HTTP port."""

    def __init__(self) -> None:
        self.contents: dict[str, tuple[str, bytes]] = {}
        self._calls: Counter[str] = Counter()
        self._servers: list[socketserver.BaseServer] = []
        self._web = _Web(("127.0.0.1", 0), self._handler())
        self._start(self._web)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def url(self, path: str, *, secure: bool = False) -> str:
        """An address of this path here; each https address has a port of its own."""
        if not secure:
            return f"http://127.0.0.1:{self._web.server_address[1]}{path}"
        mute = _Mute(("127.0.0.1", 0), self._counter(path))
        self._start(mute)
        return f"https://127.0.0.1:{mute.server_address[1]}{path}"

    def called(self) -> frozenset[str]:
        """Every path that was called, http or https as `http:/path`, also by somebody who takes a moment."""
        time.sleep(_LATE)
        return frozenset(self._calls)

    def _start(self, server: "_Web | _Mute") -> None:
        server.daemon_threads = True
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def _note(self, name: str) -> None:
        if self._calls.total() < _MOST:
            self._calls[name] += 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        canary = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                canary._note(f"http:{path}")
                kind, body = canary.contents.get(path, ("text/plain", b""))
                self.send_response(200 if path in canary.contents else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing is printed."""

        return Handler

    def _counter(self, path: str) -> type[socketserver.BaseRequestHandler]:
        canary = self

        class Counting(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                canary._note(f"https:{path}")

        return Counting


def reachable(wire: Wire, url: str) -> bool:
    """Whether the platform stands on this machine, where it can reach a listener on loopback."""
    try:
        places = wire.names.locate(*host_port(url))
    except WireError:
        return False
    return all(ipaddress.ip_address(address).is_loopback for address, _ in places)
