"""The TLS side: one context per host, chosen by server name, and the refusals that Python's ssl cannot voice."""

import socket
import ssl

from msgspec import Struct

from harness.demo.behaviour import Tls
from harness.demo.ca import Issued
from harness.demo.hello import Hello, look
from harness.demo.listener import refuse
from harness.demo.tls_faults import FAULTS
from harness.demo.tls_library import FaultContext

#: Only forward-secret AEAD suites (RFC 9325 §4.2); TLS 1.3 brings its own.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
PROTOCOL = "http/1.1"
HANDSHAKE_SECONDS = 5.0
_UNRECOGNIZED_NAME, _NO_APPLICATION_PROTOCOL = 112, 120  # RFC 6066 §3, RFC 7301 §3.2
_CLEAR_TEXT = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Tenant(Struct, frozen=True):
    """One host's TLS: the context that serves it, and its files for the faults that serve without OpenSSL."""

    context: ssl.SSLContext
    files: FaultContext


def tenant(issued: Issued, behaviour: Tls) -> Tenant:
    """TLS 1.2 and 1.3, server's order, tickets, no renegotiation, no compression; then the behaviour's edits."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(CIPHERS)
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_COMPRESSION
    made.set_alpn_protocols([PROTOCOL])
    for edit in behaviour.edits:
        edit(made)
    made.load_cert_chain(issued.certfile, issued.keyfile)
    return Tenant(made, FaultContext(issued.certfile, issued.keyfile))


class TlsFront:
    """Takes a TCP connection to a TLS one, or refuses it in the way the RFCs ask for.

    `default` is the host that a client without a server name gets.
    """

    def __init__(self, tenants: dict[str, Tenant], default: str, behaviour: Tls) -> None:
        self.tenants, self.default, self.behaviour = tenants, default, behaviour
        self.faults = [FAULTS[name] for name in behaviour.faults]

    def accept(self, sock: socket.socket) -> tuple[socket.socket, str | None] | None:
        """A TLS socket that has yet to do its handshake, and the host it is for; None when all is done.

        The handshake is left to the caller, who can then end it from outside.
        """
        hello = look(sock, HANDSHAKE_SECONDS)
        if hello is None:
            return None
        host = self.tenants.get(hello.server_name or self.default, self.tenants[self.default])
        sock.settimeout(HANDSHAKE_SECONDS)
        if any(fault(sock, host.files) for fault in self.faults):
            return None
        refusal = self._objection(hello)
        if refusal:
            refuse(sock, refusal)
            return None
        if not hello.secure:
            return sock, None
        secure = host.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return secure, hello.server_name

    def _objection(self, hello: Hello) -> bytes:
        """The last words to a client that is not served."""
        if not hello.secure:
            return b"" if self.behaviour.clear_text else _CLEAR_TEXT
        if hello.server_name and hello.server_name not in self.tenants and not self.behaviour.stranger:
            return _alert(_UNRECOGNIZED_NAME)
        # Python's ssl goes on without a protocol where RFC 7301 §3.2 asks for this alert.
        if hello.protocols and PROTOCOL not in hello.protocols and self.behaviour.strict_protocols:
            return _alert(_NO_APPLICATION_PROTOCOL)
        return b""


def _alert(number: int) -> bytes:
    return bytes((21, 3, 3, 0, 2, 2, number))
