"""What a finished handshake shows: client renegotiation, session tickets, early data."""

from msgspec import Struct

from harness.evidence import Evidence


class Renegotiation(Struct, frozen=True, forbid_unknown_fields=True):
    """Client-initiated renegotiation on one or more connections.

    `state`: refused, accepted (all `asked` went through every time), limited (some did), stalled (no answer
    in time), varying (not the same every time), no_handshake (TLS 1.2 and older refused), failed.
    `counts` is how many of `asked` went through on each connection, `how` the server's way of ending it.
    """

    state: str
    how: str
    asked: int = 0
    counts: tuple[int, ...] = ()
    version: str = ""


class Ticket(Struct, frozen=True, forbid_unknown_fields=True):
    """A session ticket: the version it came with, its lifetime in seconds as stated, and how many bytes of
    0-RTT data it invites (TLS 1.3 only)."""

    version: str
    lifetime: int
    early_data: int = 0


class TlsSessions(Evidence, frozen=True):
    """`early_data`: accepted, refused (invited but not accepted), not_invited, no_tls13, stalled, failed;
    `handshakes` are the versions whose handshake was finished, `how` what hindered the others."""

    renegotiation: Renegotiation = Renegotiation("failed", "not asked")
    tickets: tuple[Ticket, ...] = ()
    early_data: str = "failed"
    handshakes: tuple[str, ...] = ()
    how: str = ""
