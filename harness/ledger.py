"""The record by clause: what stands for and against each requirement. Computed once; renderers display it."""

from msgspec import Struct

from harness.model import Decision, Obligation, Text, Verdict
from harness.requirement import Confidence, Method, Part


class DocumentSeen(Struct, frozen=True, kw_only=True):
    """One document behind an attestation. `kept` is its path inside the run folder, None where it was not kept.

    `place` is the page or section that the statement cites; `seen` says what was read there, or why nothing was.
    """

    name: str
    number: str
    version: str
    place: str
    digest: str
    kept: str | None
    signatory: str
    issued: str
    expires: str
    seen: Text


class Attested(Struct, frozen=True, kw_only=True):
    """What an attestation shows for one requirement on the day it was read."""

    verdict: Verdict
    reason: Text
    statement: str = ""
    author: str = ""
    approver: str = ""
    documents: tuple[DocumentSeen, ...] = ()


class Planned(Struct, frozen=True):
    """A check that does not exist yet, and what it will do."""

    id: str
    what: Text


class Clause(Struct, frozen=True, kw_only=True):
    """One selected requirement and its verdict: the worst of its checks, its attestation and what is planned.

    `checks` are ids into `Run.items`; `limits` the loosest thresholds, readable; `expects` the document asked
    for; `rests_on` the facts it depends on. `waived` says that waivers lie over failures behind the verdict, and
    `standing` what is left of it without those failures.
    """

    id: str
    standard: str
    title: Text
    obligation: Obligation
    methods: tuple[Method, ...]
    part: Part
    sources: tuple[str, ...]
    confidence: Confidence
    verdict: Verdict
    reason: Text
    checks: tuple[str, ...] = ()
    planned: tuple[Planned, ...] = ()
    limits: tuple[str, ...] = ()
    expects: Text | None = None
    attested: Attested | None = None
    rests_on: tuple[str, ...] = ()
    not_tested: Text | None = None
    note: Text | None = None
    waived: bool = False
    standing: Verdict | None = None


class SourceInfo(Struct, frozen=True):
    """Where rows were read; `date` is ISO 8601 or "unknown"."""

    title: str
    where: str
    date: str
    confidence: Confidence


class StandardSummary(Struct, frozen=True, kw_only=True):
    """A standard's verdict over its selected requirements, and how many have each verdict."""

    id: str
    title: Text
    issuer: Text
    edition: Text
    about: Text
    verdict: Verdict
    counts: dict[Verdict, int]


class Tally(Struct, frozen=True):
    """Two plain fractions beside the decision: decided of applicable musts, passed of decided musts."""

    applicable: int
    decided: int
    passed: int


class GateResult(Struct, frozen=True, kw_only=True):
    """One gate of the profile: the decision over the part of the requirements and checks that it names."""

    id: str
    title: Text
    part: Part
    decision: Decision
    tally: Tally


class FactInfo(Struct, frozen=True, kw_only=True):
    """What the platform says of itself. `value` is "" where it says nothing; `probe` the verdict of the check that
    looked whether a denial is true, None where none did."""

    id: str
    title: Text
    value: str
    check: str | None = None
    probe: Verdict | None = None


class Resolution(Struct, frozen=True, kw_only=True):
    """A conflict between texts and the side the profile took."""

    id: str
    title: Text
    chosen: str
    sides: dict[str, Text]


class WaiverInfo(Struct, frozen=True, kw_only=True):
    """One accepted failure; `days_left` counts from the day the run was read."""

    id: str
    check: str
    subject: str
    owner: str
    approver: str
    reason: str
    issued: str
    expires: str
    days_left: int


class Due(Struct, frozen=True, kw_only=True):
    """A document still to hand in, or to renew; `by` is an ISO date."""

    requirement: str
    obligation: Obligation
    part: Part
    what: Text
    why: Text
    by: str


class ScoreResult(Struct, frozen=True, kw_only=True):
    """A score derived from verdicts. `total` is None while something it needs is undecided; then `why` says what.

    `parts` are (title, points reached or None, points possible); `passed` of `of` items; `band` its name.
    """

    id: str
    standard: str
    title: Text
    passed: int
    of: int
    all_passed: bool
    total: float | None
    points: float
    band: Text | None
    parts: tuple[tuple[Text, float | None, float], ...]
    items: tuple[tuple[str, Verdict], ...]
    why: Text | None
    confidence: Confidence
    note: Text | None


class Ledger(Struct, frozen=True, kw_only=True):
    """Everything by clause. `as_of` is the day (ISO) on which attestations and waivers were read.

    `faults` are waivers that cannot stand, a sentence each; with one, the gate is a usage error.
    """

    as_of: str
    standards: tuple[StandardSummary, ...] = ()
    clauses: tuple[Clause, ...] = ()
    sources: dict[str, SourceInfo] = {}
    facts: tuple[FactInfo, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    gates: tuple[GateResult, ...] = ()
    waivers: tuple[WaiverInfo, ...] = ()
    due: tuple[Due, ...] = ()
    scores: tuple[ScoreResult, ...] = ()
    faults: tuple[str, ...] = ()
