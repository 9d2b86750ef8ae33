"""Evidence: the frozen values that probes collect and checks judge. Shared by both, so it belongs to neither."""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from harness.model import Fault, Footprint, Text, Verdict


class Cause(StrEnum):
    """Why evidence is missing or an exchange has no answer."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    BLOCKED = "blocked"
    UNSTABLE = "unstable"
    OUT_OF_SCOPE = "out_of_scope"
    NO_CONSENT = "no_consent"
    NO_CREDENTIAL = "no_credential"
    TOOL_ABSENT = "tool_absent"
    CEILING = "ceiling"
    INTERRUPTED = "interrupted"
    NOT_OFFERED = "not_offered"
    CRASH = "crash"


_NOT_RUN = (Verdict.NOT_RUN, Fault.CONFIGURATION)
_UNKNOWN = (Verdict.INCONCLUSIVE, Fault.TARGET)
#: The verdict a check gets when its evidence is missing, and who must act.
MEANING: dict[Cause, tuple[Verdict, Fault]] = {
    Cause.TIMEOUT: (Verdict.INCONCLUSIVE, Fault.NETWORK),
    Cause.UNREACHABLE: (Verdict.INCONCLUSIVE, Fault.NETWORK),
    Cause.TLS: _UNKNOWN,
    Cause.MALFORMED: _UNKNOWN,
    Cause.TOO_LARGE: _UNKNOWN,
    Cause.BLOCKED: _UNKNOWN,
    Cause.UNSTABLE: _UNKNOWN,
    Cause.OUT_OF_SCOPE: _NOT_RUN,
    Cause.NO_CONSENT: _NOT_RUN,
    Cause.NO_CREDENTIAL: (Verdict.NOT_RUN, Fault.CREDENTIALS),
    Cause.TOOL_ABSENT: _NOT_RUN,
    Cause.CEILING: _NOT_RUN,
    Cause.INTERRUPTED: (Verdict.NOT_RUN, Fault.HARNESS),
    Cause.NOT_OFFERED: (Verdict.NOT_APPLICABLE, Fault.TARGET),
    Cause.CRASH: (Verdict.ERROR, Fault.HARNESS),
}


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every kind of evidence. A subclass's name is its schema name and must be unique."""


class Missing(Struct, frozen=True):
    """Evidence that could not be had, and why."""

    cause: Cause
    reason: Text


class Redaction(Struct, frozen=True):
    """What was taken out before the first byte was written: which kind, where, how often."""

    kind: str
    where: str
    count: int = 1


class Exchange(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One HTTP request and its response, as sent and received, redacted.

    Header names keep their case and order, doubled headers stay doubled. `body` is the text of at most
    the body limit after content decoding; `size` counts the decoded bytes that were read, `complete` says
    whether that was all. `tls` is "verified", "unverified" (the chain did not verify) or "none".
    With a `fault` there is no usable response; what did arrive is kept.
    """

    id: str = ""
    label: str = ""
    method: str = "GET"
    url: str = ""
    sent_headers: tuple[tuple[str, str], ...] = ()
    sent_body: str = ""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    size: int = 0
    complete: bool = True
    tls: str = "verified"
    fault: Cause | None = None
    detail: str = ""
    redactions: tuple[Redaction, ...] = ()
    milliseconds: int = 0
    at: str = ""

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of a response header, in order; names compare without case (RFC 9110 §5.1)."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def value(self, name: str) -> str | None:
        """The first value of a response header, or None."""
        return next(iter(self.values(name)), None)

    @property
    def answered(self) -> bool:
        """Whether a final status line and well-formed headers arrived."""
        return self.status is not None and self.status >= 200 and self.fault is None


class Envelope(Struct, frozen=True, kw_only=True):
    """Evidence as stored: one file, one envelope; the file's SHA-256 is the evidence's digest."""

    schema: str
    probe: str
    subject: str
    collected_at: str
    harness: str
    value: msgspec.Raw = msgspec.Raw(b"null")
    missing: Missing | None = None
    footprint: tuple[Footprint, ...] = ()

    def open(self, kind: type[Evidence]) -> Evidence | Missing:
        """Decode the value strictly as `kind`, or return why it is missing."""
        return self.missing or msgspec.json.decode(self.value, type=kind)


def encode(value: Any) -> bytes:
    """JSON bytes with keys in declaration order and a final newline: the same value, the same bytes."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
