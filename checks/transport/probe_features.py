"""Collects TlsFeatures: one combined hello for what a ServerHello tells, one more for each odd question."""

from typing import Any

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Endpoint

from .features_evidence import Answer, TlsFeatures
from .probe_alpn import FOREIGN, foreign_in_tls13
from .probe_hello import (
    ALPN,
    EXTENDED_MASTER,
    FALLBACK_SCSV,
    GREASE,
    NPN,
    RENEGOTIATION,
    SSL3,
    TLS10,
    TLS11,
    TLS12,
    TLS13,
    USUAL_GROUPS,
    VERSIONS,
    Hello,
    alpn,
    x25519_share,
)
from .probe_line import COMMON, Line, Wired, answer_at_all, suites_for, together
from .probe_messages import Reply
from .suites import MODERN

_COMPRESSIONS = {0: "null", 1: "deflate", 64: "lzs"}
_CLASSIC = (TLS12, TLS11, TLS10, SSL3)


@probe("endpoint", seconds=60, isolated=True)
def tls_features(endpoint: Endpoint, wire: Wired) -> TlsFeatures | Missing:
    """Ask one endpoint about extensions, compression, downgrade protection, ALPN and GREASE."""
    line = Line(endpoint, wire)
    first = answer_at_all(line)
    if isinstance(first, Missing):
        return first
    best = first.version if first.offered else 0
    version = min(best or TLS12, TLS12)
    plain = line.ask(_combined(line, version))
    if plain.offered and plain.version < version:  # the first answer promised more than there is
        best = version = plain.version
        plain = line.ask(_combined(line, version))
    foreign, fallback, grease = together(
        lambda: _foreign(line, version, only13=best == TLS13 and plain.refused),
        lambda: _fallback(line, best),
        lambda: _grease(line, first),
    )
    return TlsFeatures(
        best=VERSIONS.get(best, ""),
        version=VERSIONS[version] if _is(plain, version) else "",
        how=plain.how,
        **_told(line, plain, version),
        foreign_alpn=foreign[0],
        npn=foreign[1],
        fallback=fallback,
        grease=grease,
        control=f"a modern client was answered on the same path: {first.how}" if first.offered else "",
    )


def _combined(line: Line, version: int, **more: Any) -> Hello:
    more = {"extra": (alpn(("h2", "http/1.1")),)} | more
    return line.hello(version, compressions=(1, 64, 0), **more)


def _is(reply: Reply, version: int) -> bool:
    return reply.offered and reply.version == version


def _told(line: Line, plain: Reply, version: int) -> dict[str, Any]:
    if not _is(plain, version):
        plain = line.ask(line.hello(version, suites_for(version), extra=(alpn(("http/1.1",)),)))
        if not _is(plain, version):
            names = ("compression", "renegotiation_info", "extended_master_secret", "alpn")
            return dict.fromkeys(names)
    return {
        "compression": _COMPRESSIONS.get(plain.compression, str(plain.compression)),
        "renegotiation_info": RENEGOTIATION in plain.extensions,
        "extended_master_secret": EXTENDED_MASTER in plain.extensions,
        "alpn": _protocol(plain),
    }


def _protocol(reply: Reply) -> str | None:
    chosen = reply.extensions.get(ALPN, b"")
    return chosen[3:].decode("ascii", "backslashreplace")[:60] if len(chosen) > 3 else None


def _foreign(line: Line, version: int, *, only13: bool) -> tuple[Answer, tuple[str, ...]]:
    """Offer only foreign protocols, and NPN beside them; a server that aborts is asked for NPN alone."""
    npn = (NPN, b"")
    reply = line.ask(line.hello(version, COMMON, extra=(alpn(FOREIGN), npn)))
    if _is(reply, version):
        chosen = _protocol(reply)
        return Answer("chosen" if chosen else "ignored", chosen or reply.how), _npn(reply)
    if not reply.refused:
        return Answer("unknown", reply.how), ()
    alone = line.ask(line.hello(version, COMMON, extra=(npn,)))
    if not _is(alone, version):  # then the refusal had another reason; TLS 1.3 hides its answer
        return foreign_in_tls13(line) if only13 else Answer("unknown", reply.how), ()
    return Answer("refused", reply.how), _npn(alone)


def _npn(reply: Reply) -> tuple[str, ...]:
    data, found = reply.extensions.get(NPN, b""), []
    while data:
        found.append(data[1 : 1 + data[0]].decode("ascii", "backslashreplace")[:60])
        data = data[1 + data[0] :]
    return tuple(found[:20])


def _fallback(line: Line, best: int) -> Answer:
    """RFC 7507 §3: a hello below the server's best version with the signal must be refused with alert 86."""
    if best == TLS12 and line.ask(line.hello(TLS13)).offered:
        best = TLS13  # it knows better than it gave
    below = {TLS13: TLS12, TLS12: TLS11, TLS11: TLS10, TLS10: SSL3}.get(best)
    if below is None:
        return Answer("none", "no version lower than the best to fall back to")
    marked = line.ask(line.hello(below, (*suites_for(below), FALLBACK_SCSV)))
    if marked.offered:
        return Answer("accepted", marked.how)
    if marked.alert == 86:
        return Answer("refused", marked.how)
    if not marked.refused:
        return Answer("unknown", marked.how)
    plain = line.ask(line.hello(below))
    if _is(plain, below):
        return Answer("refused", marked.how)
    return Answer("none" if plain.refused or plain.offered else "unknown", plain.how)


def _grease(line: Line, first: Reply) -> Answer:
    """RFC 8701: reserved values in every list must be ignored."""
    if not first.offered:
        return Answer("unknown", first.how)
    hello = line.dual(
        suites=(GREASE, *MODERN, *COMMON),
        versions=(GREASE, TLS13, TLS12),
        groups=(GREASE, *USUAL_GROUPS),
        shares=((GREASE, b"\x00"), *x25519_share()),
    )
    reply = line.ask(hello)
    if reply.offered and reply.version == first.version:
        return Answer("accepted", reply.how)
    if reply.kind == "stalled":
        return Answer("unknown", reply.how)
    again = line.ask(line.dual())
    return Answer("refused" if again.offered else "unknown", reply.how)
