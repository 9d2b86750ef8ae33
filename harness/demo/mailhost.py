"""The demo's mail exchanger: greets, offers STARTTLS, accepts no mail. Forty lines of SMTP need no library."""

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, cast

MailDefect = Literal["no_starttls", "silent", "busy", "broken_tls", "endless", "markup"]


class DemoMailHost:
    """An SMTP server on a free loopback port with STARTTLS by the given PEM files. A context manager; `port` is where.

    Certificate defects come with the certificate: have `DemoCA.issue` make a bad one.
    """

    def __init__(self, certfile: Path, keyfile: Path, defects: Iterable[MailDefect] = ()) -> None:
        self.defects = frozenset(defects)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.set_ciphers("ALL:@SECLEVEL=0")
        self.context.load_cert_chain(certfile, keyfile)
        self._server = _Server(("127.0.0.1", 0), _Talk)
        self._server.host = self
        self.port = int(self._server.server_address[1])
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="demo-mail", daemon=True
        ).start()

    def __enter__(self) -> "DemoMailHost":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    host: DemoMailHost


class _Talk(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self) -> None:
        host = cast(_Server, self.server).host
        with contextlib.suppress(OSError, ssl.SSLError):
            if "silent" in host.defects:
                self.rfile.read(1)
                return
            self._converse(host)

    def _converse(self, host: DemoMailHost) -> None:
        if "busy" in host.defects:
            return self._say("554 no service for you")
        name = "<script>alert(1)</script>" if "markup" in host.defects else "mail.demo.test"
        self._say(f"220 {name} ESMTP")
        while line := self.rfile.readline(1000):
            word = line.split(b" ")[0].strip().upper()
            if word == b"EHLO":
                self._extensions(host)
            elif word == b"STARTTLS" and "no_starttls" not in host.defects:
                return self._secure(host)
            elif word == b"QUIT":
                return self._say("221 bye")
            else:
                self._say("502 not here")
        return None

    def _extensions(self, host: DemoMailHost) -> None:
        self._say("250-mail.demo.test")
        while "endless" in host.defects:
            self._say("250-" + "X" * 200)
        self._say("250-PIPELINING" if "no_starttls" in host.defects else "250-STARTTLS")
        self._say("250 8BITMIME")

    def _secure(self, host: DemoMailHost) -> None:
        self._say("220 go ahead")
        if "broken_tls" in host.defects:
            return self._say("454 after all not")
        with host.context.wrap_socket(cast(socket.socket, self.connection), server_side=True) as secure:
            secure.recv(1)
        return None

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
