"""Collects TlsSessions with nassl, whose OpenSSL can renegotiate and send early data on demand."""

import contextlib
import re
import socket
from collections.abc import Iterator
from typing import Any

from nassl._nassl import OpenSSLError
from nassl.ssl_client import ClientCertificateRequested, OpenSslVerifyEnum, OpenSslVersionEnum, SslClient

from harness.evidence import Missing
from harness.registry import probe
from harness.scope import WireError
from harness.target import Endpoint

from .probe_hello import TLS10, TLS11, TLS12, TLS13, VERSIONS
from .probe_line import Line, Wired, answer_at_all, together
from .probe_messages import Reply
from .session_evidence import Renegotiation, Ticket, TlsSessions

#: Renegotiations asked for on one connection, as sslyze does: fewer than that is called limited.
ASKED = 10
#: Connections the question is repeated on, because its answer can depend on timing.
_TIMES = 2
_VERSIONS = {
    TLS10: OpenSslVersionEnum.TLSV1,
    TLS11: OpenSslVersionEnum.TLSV1_1,
    TLS12: OpenSslVersionEnum.TLSV1_2,
    TLS13: OpenSslVersionEnum.TLSV1_3,
}
#: OpenSSL 1.1.1 ssl.h: renegotiate also with servers that lack RFC 5746, which is part of the question.
_UNSAFE_RENEGOTIATION = 0x00040000
_FAULTS = (OpenSSLError, OSError, ClientCertificateRequested)
_ACCEPTED = 2


class Ended(Exception):  # noqa: N818 — an outcome, not an error
    """A conversation ended: `state` stalled or failed, and how."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(_said(fault))
        self.state = "stalled" if isinstance(fault, TimeoutError) else "failed"


@probe("endpoint", seconds=60, isolated=True)
def tls_session(endpoint: Endpoint, wire: Wired) -> TlsSessions | Missing:
    """Finish handshakes with one endpoint and look at what follows them."""
    line = Line(endpoint, wire)
    first = answer_at_all(line)
    if isinstance(first, Missing):
        return first
    tickets: list[Ticket] = []
    notes: dict[int, str] = {}
    renegotiation, early = together(
        lambda: _renegotiation(line, first, tickets, notes), lambda: _early_data(line, first, tickets, notes)
    )
    finished = tuple(VERSIONS[v] for v in sorted(notes) if not notes[v])
    return TlsSessions(
        renegotiation=renegotiation,
        tickets=tuple(sorted(tickets, key=lambda t: t.version)),
        early_data=early,
        handshakes=finished,
        how="; ".join(f"{VERSIONS[v]}: {note}" for v, note in sorted(notes.items()) if note),
    )


@contextlib.contextmanager
def _connected(line: Line, version: int, session: Any = None) -> Iterator[SslClient]:
    try:
        with line.open() as sock:
            client = _client(line, sock, version)
            if session is not None:
                client.set_session(session)
            yield client
    except WireError as fault:
        raise Ended(TimeoutError(str(fault))) from None


def asks_for_certificate(line: Line, first: Reply) -> bool | None:
    """Whether the server asks for a client certificate; None when the handshake did not get that far."""
    if first.version not in _VERSIONS:
        return None
    try:
        with line.open() as sock:
            _client(line, sock, first.version, ignoring=False).do_handshake()
    except ClientCertificateRequested:
        return True
    except (*_FAULTS, WireError):
        return None
    return False


def _client(line: Line, sock: socket.socket, version: int, *, ignoring: bool = True) -> SslClient:
    client = SslClient(
        underlying_socket=sock,
        ssl_version=_VERSIONS[version],
        ssl_verify=OpenSslVerifyEnum.NONE,
        server_name_indication=None if line.is_address else line.host,
        ignore_client_authentication_requests=ignoring,
    )
    client._ssl.set_options(_UNSAFE_RENEGOTIATION)
    if version != TLS13:
        client.set_cipher_list("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return client


def _handshake(client: SslClient) -> None:
    try:
        client.do_handshake()
    except _FAULTS as fault:
        raise Ended(fault) from None


def _renegotiation(line: Line, first: Reply, tickets: list[Ticket], notes: dict[int, str]) -> Renegotiation:
    version = min(first.version or TLS12, TLS12)
    if version not in _VERSIONS:
        return Renegotiation("failed", f"{VERSIONS[version]} has no library here that renegotiates it")
    if first.version == TLS13 and not (older := line.ask(line.hello(TLS12))).offered:
        return Renegotiation("no_handshake" if older.refused else "stalled", older.how)
    counts, ends = list[int](), list[str]()
    for turn in range(_TIMES):
        try:
            count, how = _renegotiate(line, version, tickets if turn == 0 else [], notes)
        except Ended as ended:
            notes[version] = str(ended)
            return Renegotiation(ended.state, str(ended), ASKED, tuple(counts), VERSIONS[version])
        counts.append(count)
        ends.append(how)
    return Renegotiation(_state(counts, ends), ends[-1], ASKED, tuple(counts), VERSIONS[version])


def _state(counts: list[int], ends: list[str]) -> str:
    if len({count == 0 for count in counts}) > 1:
        return "varying"
    if min(counts) == ASKED:
        return "accepted"
    if "stalled" in ends:
        return "stalled"
    return "limited" if max(counts) else "refused"


def _renegotiate(line: Line, version: int, tickets: list[Ticket], notes: dict[int, str]) -> tuple[int, str]:
    """How many renegotiations went through, and how the server ended the series."""
    with _connected(line, version) as client:
        _handshake(client)
        notes.setdefault(version, "")
        tickets.extend(_tickets(client, version))
        for count in range(ASKED):
            try:
                client._ssl.renegotiate()
                client.do_handshake()
            except TimeoutError:
                return count, "stalled"
            except _FAULTS as fault:
                return count, _said(fault)
    return ASKED, f"all {ASKED} went through"


def _said(fault: Exception) -> str:
    text = str(fault)
    if "did not send data back" in text or isinstance(fault, ConnectionError):
        return "the connection was closed"
    return text.rpartition(":")[2].strip()[:80] or type(fault).__name__


def _early_data(line: Line, first: Reply, tickets: list[Ticket], notes: dict[int, str]) -> str:
    if first.version != TLS13:  # it may know TLS 1.3 all the same, and give it to clients that know no other
        alone = line.ask(line.hello(TLS13))
        if not alone.offered:
            return "no_tls13" if alone.refused else _silent(notes, alone)
    try:
        session = _session(line, tickets, notes)
        if not any(ticket.early_data for ticket in tickets):
            return "not_invited"
        return _resumed_early(line, session)
    except Ended as ended:
        notes.setdefault(TLS13, str(ended))
        return ended.state


def _silent(notes: dict[int, str], reply: Reply) -> str:
    notes.setdefault(TLS13, reply.how)
    return "stalled"


def _session(line: Line, tickets: list[Ticket], notes: dict[int, str]) -> Any:
    """Finish a handshake, say no more, and read what the server sends until it closes: its tickets."""
    with _connected(line, TLS13) as client:
        _handshake(client)
        notes.setdefault(TLS13, "")
        client._flush_ssl_engine()
        sock = client.get_underlying_socket()
        with contextlib.suppress(*_FAULTS):
            sock.shutdown(socket.SHUT_WR)
            while True:
                client.read(1024)
        tickets.extend(_tickets(client, TLS13))
        session = client.get_session()
        with contextlib.suppress(OpenSSLError):
            client._ssl.shutdown()  # without it OpenSSL marks the session as not to be resumed
        return session


def _resumed_early(line: Line, session: Any) -> str:
    """One byte of early data: never a whole request, so that nothing can be carried out twice."""
    with _connected(line, TLS13, session) as client:
        try:
            client.write_early_data(b"G")
            client.do_handshake()
        except _FAULTS as fault:
            return "refused" if isinstance(fault, OpenSSLError) else Ended(fault).state
        return "accepted" if client._ssl.get_early_data_status() == _ACCEPTED else "refused"


def _tickets(client: SslClient, version: int) -> list[Ticket]:
    session = client.get_session()
    text = session.as_text()
    lifetime = re.search(r"ticket lifetime hint: (\d+)", text)
    if "TLS session ticket:" not in text:
        return []
    early = session.get_max_early_data() if version == TLS13 else 0
    return [Ticket(VERSIONS[version], int(lifetime[1]) if lifetime else 0, early)]
