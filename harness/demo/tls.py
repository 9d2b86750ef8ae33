"""The TLS side: one context per host, chosen by server name, and the refusals that Python's ssl cannot voice."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

from harness.demo.behaviour import Tls
from harness.demo.hello import Hello, peek
from harness.demo.listener import refuse

#: Only forward-secret AEAD suites (RFC 9325 §4.2); TLS 1.3 brings its own.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
PROTOCOL = "http/1.1"
HANDSHAKE_SECONDS = 5.0
_UNRECOGNIZED_NAME, _NO_APPLICATION_PROTOCOL = 112, 120  # RFC 6066 §3, RFC 7301 §3.2

_CLEAR_TEXT = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

#: A fault takes over a connection before our handshake: (socket, first bytes still unread) → whether it did.
Fault = Callable[[socket.socket, "TlsFront"], bool]


def context(certfile: Path, keyfile: Path, behaviour: Tls) -> ssl.SSLContext:
    """TLS 1.2 and 1.3, server's order, tickets, no renegotiation, no compression; then the behaviour's edits."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(CIPHERS)
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_COMPRESSION
    made.set_alpn_protocols([PROTOCOL])
    for edit in behaviour.edits:
        edit(made)
    made.load_cert_chain(certfile, keyfile)
    return made


class TlsFront:
    """Takes a TCP connection to a TLS one, or refuses it in the way the RFCs ask for."""

    def __init__(self, contexts: dict[str, ssl.SSLContext], default: str, behaviour: Tls) -> None:
        self.contexts, self.default, self.behaviour = contexts, default, behaviour
        self.faults: list[Fault] = []

    def accept(self, sock: socket.socket) -> tuple[ssl.SSLSocket, str | None] | None:
        """A TLS socket that has yet to do its handshake, and the host it is for; None when all is done.

        The handshake is left to the caller, who can then end it from outside.
        """
        hello = peek(sock, HANDSHAKE_SECONDS)
        if hello is None or any(fault(sock, self) for fault in self.faults):
            return None
        if not hello.secure:
            refuse(sock, _CLEAR_TEXT)
            return None
        alert = self._objection(hello)
        if alert is not None:
            refuse(sock, bytes((21, 3, 3, 0, 2, 2, alert)))
            return None
        sock.settimeout(HANDSHAKE_SECONDS)
        chosen = self.contexts[hello.server_name or self.default]
        return chosen.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), hello.server_name

    def _objection(self, hello: Hello) -> int | None:
        if hello.server_name and hello.server_name not in self.contexts:
            return _UNRECOGNIZED_NAME
        # Python's ssl goes on without a protocol where RFC 7301 §3.2 asks for this alert.
        if hello.protocols and PROTOCOL not in hello.protocols:
            return _NO_APPLICATION_PROTOCOL
        return None
