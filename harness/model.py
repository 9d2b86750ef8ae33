"""The words of the harness: verdicts, texts, judgements, results. Frozen values, no behaviour beyond them."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """What the evidence shows, worst first. The order of this list is the order of every roll-up."""

    FAIL = "fail"
    ERROR = "error"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not_run"
    #: Nobody looked: a group with no member, or a requirement whose check does not exist. No check can give it.
    NOT_COVERED = "not_covered"
    NEEDS_REVIEW = "needs_review"
    PASS = "pass"  # noqa: S105 — a verdict, not a secret
    NOT_APPLICABLE = "not_applicable"
    INFO = "info"


class Severity(StrEnum):
    """How much a failure hurts; ranks remediation and never changes a verdict."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Obligation(StrEnum):
    """How binding a requirement is. It belongs to the profile, never to the check."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Fault(StrEnum):
    """Where the cause of an undecided result lies."""

    TARGET = "target"
    CONFIGURATION = "configuration"
    CREDENTIALS = "credentials"
    NETWORK = "network"
    HARNESS = "harness"


class Decision(StrEnum):
    """The outcome of a profile. Never a percentage."""

    CONFORMANT = "conformant"
    CONFORMANT_WITH_WAIVERS = "conformant_with_waivers"
    NON_CONFORMANT = "non_conformant"
    UNDETERMINED = "undetermined"


class Text(Struct, frozen=True):
    """One sentence in English and in Thai."""

    en: str
    th: str

    def of(self, values: dict[str, object]) -> "Text":
        """Fill `{name}` places in both languages; a missing name is a programming error.

        A value that is a Text itself gives each language its own half.
        """
        if not values:
            return self
        en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
        th = {name: value.th if isinstance(value, Text) else value for name, value in values.items()}
        return Text(self.en.format_map(en), self.th.format_map(th))


class Judgement(Struct, frozen=True):
    """What a check says of one piece of evidence.

    `assertions` counts what was really evaluated; a pass with none is refused by the judge.
    `exchanges` are the ids of the recorded exchanges that decide; `control` is the id (or the words)
    of the positive control of an absence; `facts` are observed values, (name, value) in display order.
    """

    verdict: Verdict
    reason: Text
    assertions: int = 1
    exchanges: tuple[str, ...] = ()
    control: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None


def _say(verdict: Verdict, en: str, th: str, values: dict[str, object]) -> Judgement:
    return Judgement(verdict, Text(en, th).of(values))


def passed(en: str, th: str, /, **values: object) -> Judgement:
    """Every assertion was evaluated and held."""
    return _say(Verdict.PASS, en, th, values)


def failed(en: str, th: str, /, **values: object) -> Judgement:
    """An assertion was evaluated and did not hold; the values carry what was observed."""
    return _say(Verdict.FAIL, en, th, values)


def inconclusive(en: str, th: str, /, **values: object) -> Judgement:
    """The harness worked, the target did not let it tell."""
    return _say(Verdict.INCONCLUSIVE, en, th, values)


def needs_review(en: str, th: str, /, **values: object) -> Judgement:
    """The evidence is in; a person must judge it."""
    return _say(Verdict.NEEDS_REVIEW, en, th, values)


def not_applicable(en: str, th: str, /, **values: object) -> Judgement:
    """The applicability rule was evaluated and is false; the text states rule and fact."""
    return _say(Verdict.NOT_APPLICABLE, en, th, values)


def info(en: str, th: str, /, **values: object) -> Judgement:
    """Observed, not scored."""
    return _say(Verdict.INFO, en, th, values)


class Footprint(Struct, frozen=True):
    """What was done to one host: counts, bytes and seconds of network time."""

    host: str
    requests: int = 0
    connections: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Footprint") -> "Footprint":
        return Footprint(
            self.host,
            self.requests + other.requests,
            self.connections + other.connections,
            self.bytes_sent + other.bytes_sent,
            self.bytes_received + other.bytes_received,
            round(self.seconds + other.seconds, 3),
        )


def total(footprints: Iterable[Footprint]) -> tuple[Footprint, ...]:
    """Sum footprints host by host, sorted by host."""
    sums: dict[str, Footprint] = {}
    for one in footprints:
        sums[one.host] = sums.get(one.host, Footprint(one.host)) + one
    return tuple(sums[host] for host in sorted(sums))
