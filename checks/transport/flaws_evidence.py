"""Known implementation flaws: what happened when an endpoint was sent the message that reveals each."""

from msgspec import Struct

from harness.evidence import Evidence


class Finding(Struct, frozen=True, forbid_unknown_fields=True):
    """One flaw. `state` is a word listed at the field that holds it; `how` the deciding reply; `control` what
    showed on the same path that a vulnerable server's answer would have been seen ("" nothing did);
    `attempts` the replies one by one, (what was sent, what came)."""

    state: str
    how: str
    control: str = ""
    attempts: tuple[tuple[str, str], ...] = ()


class TlsFlaws(Evidence, frozen=True):
    """Heartbleed and CCS: vulnerable, safe, blocked (ended in a way that only this message provokes), stalled,
    or no_handshake (TLS 1.2 and older refused). ROBOT: strong, weak, safe, no_rsa, varying, stalled."""

    heartbleed: Finding = Finding("stalled", "not asked")
    ccs: Finding = Finding("stalled", "not asked")
    robot: Finding = Finding("stalled", "not asked")
