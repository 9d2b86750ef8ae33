"""The manners of the zone's own name servers, over TCP: only those that the scope names."""

import struct
from collections.abc import Callable
from socket import socket

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from harness.evidence import Cause, Missing
from harness.registry import probe
from harness.target import Domain
from harness.wire import Wire, WireError, missing

from .evidence import NameServer, ServerManners
from .probe_ask import apex, look

_MOST = 4
#: A name that exists nowhere (RFC 6761 §6.4): a resolver open to all says so, an authoritative server refuses.
_FOREIGN = "moph-harness-recursion-test.invalid."
_FAULTS = (OSError, EOFError, ValueError, dns.exception.DNSException)


@probe(kind="domain", seconds=40)
def server_manners(subject: Domain, wire: Wire) -> ServerManners | Missing:
    """For each name server in scope three questions, each on its own connection; of a transfer only the first message
    is read."""
    try:
        zone = apex(wire, subject.id)
        asked = look(wire, zone, "NS")
        if asked.failed:
            return missing(WireError(Cause.UNSTABLE, asked.detail))
        hosts = [r.rstrip(".").lower() for r in asked.records[:_MOST]]
        servers = tuple(_meet(wire, host, zone) for host in hosts)
    except WireError as wrong:
        return missing(wrong)
    if servers and all(s.reached == "out_of_scope" for s in servers):
        named = ", ".join(hosts)
        return missing(
            WireError(Cause.OUT_OF_SCOPE, f"none of the name servers {named} is in the scope (port 53)")
        )
    return ServerManners(host=subject.id, zone=zone, servers=servers)


def _meet(wire: Wire, host: str, zone: str) -> NameServer:
    """A connection for each question: a server that hangs up on one must not spoil the next."""
    try:
        control = _talk(wire, host, dns.message.make_query(zone, "SOA", flags=0))
    except WireError as wrong:
        if wrong.cause in (Cause.CEILING, Cause.NO_CONSENT):
            raise
        reached = "out_of_scope" if wrong.cause is Cause.OUT_OF_SCOPE else "no"
        return NameServer(host=host, reached=reached, detail=str(wrong)[:200])
    except _FAULTS as wrong:
        return NameServer(host=host, reached="no", detail=f"{type(wrong).__name__}: {wrong}"[:200])
    return NameServer(
        host=host,
        control=control.rcode() == dns.rcode.NOERROR and bool(control.answer),
        transfer=_try(wire, host, dns.message.make_query(zone, "AXFR", flags=0), _transfer),
        recursion=_try(wire, host, dns.message.make_query(_FOREIGN, "A"), _recursion),
    )


def _try(
    wire: Wire, host: str, question: dns.message.Message, verdict: Callable[[dns.message.Message], str]
) -> str:
    try:
        return verdict(_talk(wire, host, question))
    except (EOFError, ConnectionError):
        return "refused"  # it hung up on exactly this question, having answered the control
    except WireError as wrong:
        if wrong.cause in (Cause.CEILING, Cause.NO_CONSENT):
            raise
        return "unknown"
    except _FAULTS:
        return "unknown"


def _recursion(answer: dns.message.Message) -> str:
    willing = bool(answer.flags & dns.flags.RA)
    done = answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) and not answer.flags & dns.flags.AA
    return "given" if willing and done else "refused"


def _transfer(answer: dns.message.Message) -> str:
    begins = bool(answer.answer) and answer.answer[0].rdtype == dns.rdatatype.SOA
    return "given" if answer.rcode() == dns.rcode.NOERROR and begins else "refused"


def _talk(wire: Wire, host: str, question: dns.message.Message) -> dns.message.Message:
    """One question and its first answer message over TCP (RFC 7766 §8); EOFError when the server hangs up."""
    raw = question.to_wire()
    with wire.connect(host, 53) as sock:
        sock.sendall(struct.pack("!H", len(raw)) + raw)
        (size,) = struct.unpack("!H", _exactly(sock, 2))
        answer = dns.message.from_wire(_exactly(sock, size), ignore_trailing=True)
    if answer.id != question.id:
        raise ValueError("the answer is to another question")
    return answer


def _exactly(sock: socket, size: int) -> bytes:
    taken = b""
    while len(taken) < size:
        piece = sock.recv(size - len(taken))
        if not piece:
            raise EOFError("the server closed the connection")
        taken += piece
    return taken
