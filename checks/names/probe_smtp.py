"""The SMTP probe: greets each mail exchanger in scope, asks for STARTTLS, looks at the chain (RFC 3207)."""

import ssl
from socket import socket

import certifi

from harness.evidence import Cause, Missing
from harness.registry import probe
from harness.target import MailDomain
from harness.wire import Wire, WireError, missing

from .evidence import MailHost, MailHosts, exchangers
from .probe_ask import look

_MOST, _MOST_BYTES = 5, 10_000


class Unfriendly(Exception):  # noqa: N818 — what the peer is
    """The peer does not speak SMTP with us; the message is what it said."""


@probe(kind="mail", seconds=60)
def mail_hosts(subject: MailDomain, wire: Wire) -> MailHosts | Missing:
    """One connection to port 25 of each MX host in scope; no mail is ever sent."""
    try:
        mx = look(wire, subject.id, "MX", strict=True)
        found = tuple(_greet(wire, host) for host in exchangers(mx)[:_MOST])
    except WireError as wrong:
        return missing(wrong)
    if found and all(h.reached == "out_of_scope" for h in found):
        named = ", ".join(h.host for h in found)
        return missing(
            WireError(Cause.OUT_OF_SCOPE, f"none of the mail hosts {named} is in the scope (port 25)")
        )
    return MailHosts(domain=subject.id, mx=mx, hosts=found)


def _greet(wire: Wire, host: str) -> MailHost:
    try:
        with wire.connect(host, 25) as sock:
            return _converse(wire, sock, host)
    except WireError as wrong:
        if wrong.cause in (Cause.CEILING, Cause.NO_CONSENT):
            raise
        reached = "out_of_scope" if wrong.cause is Cause.OUT_OF_SCOPE else "no"
        return MailHost(host=host, reached=reached, detail=str(wrong)[:200])


def _converse(wire: Wire, sock: socket, host: str) -> MailHost:
    try:
        _expect(sock, None, 220)
        extensions = _expect(sock, "EHLO moph-harness.invalid", 250)
        if not any(line[4:].strip().upper() == "STARTTLS" for line in extensions):
            _expect(sock, "QUIT", 221)
            return MailHost(host=host, detail="STARTTLS is not offered")
        _expect(sock, "STARTTLS", 220)
    except (Unfriendly, OSError) as wrong:
        return MailHost(host=host, reached="no", detail=f"{type(wrong).__name__}: {wrong}"[:200])
    return _secure(wire, sock, host)


def _secure(wire: Wire, sock: socket, host: str) -> MailHost:
    """Let OpenSSL verify chain, dates and name, against the target's CA file and the public roots together:
    the mail of a platform with a CA of its own is often a public provider's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for roots in filter(None, (wire.target.ca_file, certifi.where())):
        context.load_verify_locations(roots)
    context.hostname_checks_common_name = False  # RFC 9525 §2: names are subject alternative names
    try:
        with wire.secure(sock, host, context):
            return MailHost(host=host, offered=True, valid=True)
    except ssl.SSLCertVerificationError as wrong:
        return MailHost(host=host, offered=True, valid=False, detail=wrong.verify_message[:200])
    except (OSError, ValueError) as wrong:
        return MailHost(host=host, offered=True, detail=f"the TLS handshake failed: {wrong}"[:200])


def _expect(sock: socket, command: str | None, code: int) -> list[str]:
    """Send a command and read its reply lines; raises Unfriendly unless they carry `code`."""
    if command:
        sock.sendall(command.encode() + b"\r\n")
    taken = b""
    while not _finished(taken):
        piece = sock.recv(1)  # byte by byte: nothing after the reply may be swallowed before the handshake
        if not piece or len(taken) > _MOST_BYTES:
            raise Unfriendly("it hung up" if not piece else "its reply has no end")
        taken += piece
    lines = taken.decode("ascii", "replace").splitlines()
    if not lines[-1].startswith(str(code)):
        raise Unfriendly(lines[-1][:150])
    return lines


def _finished(taken: bytes) -> bool:
    """Whether the last line is complete and is a last line: "250 ", not "250-" (RFC 5321 §4.2.1)."""
    if not taken.endswith(b"\n"):
        return False
    last = taken.rstrip(b"\r\n").rpartition(b"\n")[2]
    return last[3:4] != b"-"
