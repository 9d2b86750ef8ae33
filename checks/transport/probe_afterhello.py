"""What a server does with a message sent right after its ServerHelloDone: Heartbleed (CVE-2014-0160), CCS (CVE-2014-0224).

Nothing is read from the server's memory: the first heartbeat lacks the padding that RFC 6520 §4 demands, which a
server with the flaw answers and a repaired one discards; only a server that answers it gets one whose stated
length is 16 bytes too long. The replies' contents are not kept.
"""

from collections.abc import Callable

from harness.scope import WireError

from .flaws_evidence import Finding
from .probe_flight import Flight
from .probe_hello import HEARTBEAT, Hello
from .probe_line import Line
from .probe_messages import ALERTS

#: Seconds to wait for a reaction that a conforming server may owe nobody; a later message decides in any case.
_SHORT = 0.4
#: The three heartbeat payloads, 16 bytes each, told apart in the replies.
_MARK, _LATER, _LONG = b"moph-harness-one", b"moph-harness-two", b"moph-harness-3rd"
_BEATS = {_MARK: "heartbeat one", _LATER: "heartbeat two", _LONG: "heartbeat three"}
#: A handshake record no server can accept here: type 255 is unassigned.
_NONSENSE = b"\x16\x03\x03\x00\x04\xff\x00\x00\x00"
_CCS = b"\x14\x03\x03\x00\x01\x01"
#: A record of random-looking bytes: bad_record_mac shows that the server has begun to decrypt.
_SEALED = b"\x16\x03\x03\x00\x40" + bytes(range(64))
_DECRYPTING = (20, 21, 22, 51)


class Talk:
    """One connection past ServerHelloDone."""

    def __init__(self, flight: Flight, reached: str) -> None:
        self.flight, self.reached = flight, reached
        self.log: list[tuple[str, str]] = []

    def say(self, label: str, data: bytes, seconds: float | None = None) -> str:
        """Send bytes and name the next reply: "alert N name", "heartbeat MARK", "record N", stalled, closed."""
        usual = self.flight.patience
        self.flight.patience = usual if seconds is None else min(usual, seconds)
        try:
            self.flight.sock.sendall(data)
            reply = _named(self.flight.record())
        except OSError:
            reply = "closed"
        self.flight.patience = usual
        self.log.append((label, reply))
        return reply


def _named(record: tuple[int, bytes] | str) -> str:
    if isinstance(record, str):
        return record
    kind, body = record
    if kind == 21 and len(body) >= 2:
        return f"alert {body[1]} {ALERTS.get(body[1], '?')}"
    if kind == 24:
        return next((name for mark, name in _BEATS.items() if mark in body), "heartbeat")
    return f"record of type {kind}"


def converse(line: Line, hello: Hello, script: Callable[[Talk], Finding]) -> Finding:
    """Open a connection, get the server to ServerHelloDone, and hand it to `script`."""
    if line.given_up:
        return Finding("stalled", "not asked: the server stalled too often before")
    try:
        with line.open() as sock:
            sock.sendall(hello.encode())
            flight = Flight(sock, line.wait)
            reply = flight.until("done")
            if reply.done:
                return script(Talk(flight, f"{reply.how}, then ServerHelloDone"))
            state = "no_handshake" if reply.refused else "stalled"
            return Finding(state, reply.how if not reply.offered else f"{reply.how}, then {reply.ended}")
    except WireError as fault:
        return Finding("stalled", str(fault))
    except OSError as fault:
        return Finding("stalled", type(fault).__name__)


def heartbleed(line: Line, version: int) -> Finding:
    """See the module's words; silence is decided by later messages on the same connection, never by time."""
    hello = line.hello(version, extra=((HEARTBEAT, b"\x01"),))
    found = converse(line, hello, _heartbleed)
    return _compared(line, hello, found, _beat(_LATER, 16)) if found.state == "closed" else found


def _heartbleed(talk: Talk) -> Finding:
    reply = talk.say("heartbeat without padding", _beat(_MARK, 16, padding=0), _SHORT)
    if reply.startswith("alert"):
        return _finding(talk, "safe", reply)
    if reply == "closed":
        return _finding(talk, "closed", reply)
    if reply != "heartbeat one":
        reply = talk.say("valid heartbeat", _beat(_LATER, 16))
    if reply == "heartbeat one":  # at once, or late
        reply = talk.say("heartbeat with a length 16 too long", _beat(_LONG, 32, padding=0))
        if reply == "heartbeat three":
            return _finding(talk, "vulnerable", "it answered a heartbeat longer than what was sent")
    if not reply.startswith(("heartbeat", "alert")):
        reply = talk.say("unassigned handshake message", _NONSENSE)
    if reply.startswith(("heartbeat", "alert")):
        return _finding(talk, "safe", f"not answered; the later message was answered with {reply}")
    return _finding(talk, "stalled", reply)


def _beat(payload: bytes, stated: int, padding: int = 16) -> bytes:
    body = b"\x01" + stated.to_bytes(2, "big") + payload + bytes(padding)
    return b"\x18\x03\x03" + len(body).to_bytes(2, "big") + body


def ccs(line: Line, version: int) -> Finding:
    """An early ChangeCipherSpec must be refused; a server that then fails to decrypt has accepted it."""
    hello = line.hello(version, extended_master=False)
    found = converse(line, hello, _ccs)
    return _compared(line, hello, found, _NONSENSE) if found.state == "closed" else found


def _ccs(talk: Talk) -> Finding:
    reply = talk.say("early ChangeCipherSpec", _CCS, _SHORT)
    if reply == "stalled":
        reply = talk.say("record that cannot be decrypted", _SEALED)
    if reply.startswith("alert"):
        accepted = len(talk.log) == 2 and int(reply.split()[1]) in _DECRYPTING
        return _finding(talk, "vulnerable" if accepted else "safe", reply)
    return _finding(talk, "closed" if reply == "closed" else "stalled", reply)


def _finding(talk: Talk, state: str, how: str) -> Finding:
    control = talk.reached if state == "safe" else ""
    return Finding(state, how, control, tuple(talk.log))


def _compared(line: Line, hello: Hello, found: Finding, harmless: bytes) -> Finding:
    """The server closed without an alert. If a harmless message ends the same way, that is its manner of
    refusing; if not, something on the path reacts to the attack alone, and blocked is not safe."""

    def script(talk: Talk) -> Finding:
        reply = talk.say("harmless message in its place", harmless)
        state = "safe" if reply == "closed" else "stalled" if reply == "stalled" else "blocked"
        return _finding(talk, state, f"closed; a harmless message in its place: {reply}")

    other = converse(line, hello, script)
    return Finding(other.state, other.how, other.control, found.attempts + other.attempts)
