"""Suites by elimination: offer all, take what the server picks, remove it, repeat until it refuses."""

from typing import Any

from .offer_evidence import VersionOffer
from .probe_hello import SSL2, TLS12, TLS13, VERSIONS, ssl2_hello
from .probe_line import COMMON, Line, suites_for
from .probe_messages import Reply
from .suites import NAMES, rank
from .suites import SSL2 as SSL2_KINDS

#: Alerts that end an elimination: the server has nothing left in common with the client.
_NOTHING_LEFT = (40, 47, 70, 71)
_BATCH = 40


class Elimination:
    """One version of one endpoint. `replies` maps each accepted suite to the answer that accepted it."""

    def __init__(self, line: Line, version: int) -> None:
        self.line, self.version = line, version
        self.replies: dict[int, Reply] = {}
        self.how, self.complete = "", True
        self.more: dict[str, Any] = {}

    def run(self) -> VersionOffer:
        """Ask until nothing is left, and then once more in the opposite order."""
        offer = suites_for(self.version)
        last = self._exhaust(offer)
        if not self.replies and last.alert != 70:
            last = self._asked_gently(offer, last)
        if not self.replies:
            outcome = "refused" if last.refused or last.offered else "unknown"
            return VersionOffer(VERSIONS[self.version], outcome, last.how)
        return VersionOffer(
            VERSIONS[self.version],
            "offered",
            self.how,
            tuple(NAMES[s] for s in self.replies),
            self.complete,
            self._worst_first(),
        )

    def _exhaust(self, offer: tuple[int, ...]) -> Reply:
        left = [s for s in offer if s not in self.replies]
        until = "hello" if self.version == TLS13 else "key"
        reply = Reply(kind="alert", how="nothing left to offer")
        while left:
            reply = self.line.ask(self.line.hello(self.version, tuple(left), **self.more), until)
            if reply.kind == "stalled":
                reply = self.line.ask(self.line.hello(self.version, tuple(left), **self.more), until)
            if not reply.offered or reply.version != self.version or reply.suite not in left:
                break
            self.replies[reply.suite] = reply
            self.how = self.how or reply.how
            left.remove(reply.suite)
        if self.replies and left and not self._ends(reply):
            self.complete = False
        return reply

    def _ends(self, reply: Reply) -> bool:
        return reply.kind == "closed" or (reply.kind == "alert" and reply.alert in _NOTHING_LEFT)

    def _asked_gently(self, offer: tuple[int, ...], before: Reply) -> Reply:
        """A server may choke on the long list and still speak the version: ask a short one, then batches."""
        if self.version == TLS13:
            self.more = {"versions": (TLS13, TLS12)}
            return self._exhaust(offer)
        short = tuple(s for s in COMMON if s in offer)
        reply = self.line.ask(self.line.hello(self.version, short))
        if not reply.offered or reply.version != self.version:
            return before if before.kind != "stalled" else reply
        for at in range(0, len(offer), _BATCH):
            reply = self._exhaust(offer[at : at + _BATCH])
        accepted, self.replies, self.complete = tuple(self.replies), {}, True
        return self._exhaust(accepted)

    def _worst_first(self) -> str:
        if len(self.replies) < 2:
            return ""
        order = {suite: at for at, suite in enumerate(self.replies)}
        backwards = sorted(order, key=lambda s: (rank(NAMES[s]), order[s]), reverse=True)
        reply = self.line.ask(self.line.hello(self.version, tuple(backwards), **self.more))
        return NAMES.get(reply.suite, "") if reply.offered and reply.version == self.version else ""


def ask_ssl2(line: Line) -> VersionOffer:
    """SSL 2.0: one hello with every cipher kind; a server that speaks it lists all it shares at once."""
    reply = line.ask(ssl2_hello(tuple(SSL2_KINDS)))
    if reply.offered and reply.version == SSL2:
        kinds = tuple(SSL2_KINDS.get(k, f"kind 0x{k:06x}") for k in reply.kinds)
        return VersionOffer(VERSIONS[SSL2], "offered", reply.how, kinds)
    outcome = "unknown" if reply.kind == "stalled" else "refused"
    return VersionOffer(VERSIONS[SSL2], outcome, reply.how)


def curve_suites(offer: VersionOffer) -> tuple[int, ...]:
    """The accepted suites of a version that negotiate a curve."""
    return tuple(n for n, name in NAMES.items() if name in offer.suites and "_ECDHE_" in name)


def is_classic(version: int) -> bool:
    """Whether the version negotiates groups in a ServerKeyExchange."""
    return version <= TLS12
