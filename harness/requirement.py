"""The words of the catalogue: standards, their requirements, where each row comes from. Data; no behaviour beyond it."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from harness.model import Obligation, Text

Id = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9]{1,7}-[A-Z]{0,2}[0-9]{1,3}$", description="like WSS-N09")]


class Method(StrEnum):
    """How a requirement is assessed (NIST SP 800-53A: examine, interview, test)."""

    TEST = "TEST"
    EXAMINE = "EXAMINE"
    INTERVIEW = "INTERVIEW"


class Part(StrEnum):
    """The subcommittee that decides: technical systems and cyber security, data governance, or both."""

    TECHNICAL = "technical"
    GOVERNANCE = "governance"
    BOTH = "both"


class Confidence(StrEnum):
    """How sure the row is: the issuer's own text was seen, another's account of it, or nobody's."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a row was read. `where` is an address without scheme; `date` is ISO 8601 (year or month may stand alone) or "unknown"."""

    title: str
    where: str
    date: str
    confidence: Confidence


class Limit(Struct, frozen=True, forbid_unknown_fields=True):
    """The loosest value of a check's setting that a requirement accepts."""

    at_least: float | None = None
    at_most: float | None = None
    equals: str | None = None


class Slot(Struct, frozen=True, forbid_unknown_fields=True):
    """The document a requirement expects: each group of `words` must occur by one of its members; age in days."""

    what: Text
    words: tuple[tuple[str, ...], ...] = ()
    max_age_days: Annotated[int, Meta(ge=1)] | None = None


class Requirement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One clause of a standard, in our words.

    `checks` must all hold; `evidence` must be attested as well where it stands; `planned` are checks that do
    not exist yet, so the row is not covered until they do. `limits` maps CHECK.setting to the loosest value
    accepted. `applies` maps a fact of the platform to the values for which the row speaks. `derived` says
    what the harness itself makes of its results to serve the row. `not_tested` says why no harness reaches it.
    """

    title: Text
    obligation: Obligation
    methods: Annotated[tuple[Method, ...], Meta(min_length=1)]
    part: Part
    sources: Annotated[tuple[str, ...], Meta(min_length=1)]
    confidence: Confidence
    checks: tuple[str, ...] = ()
    planned: dict[str, Text] = {}
    limits: dict[str, Limit] = {}
    evidence: Slot | None = None
    applies: dict[str, tuple[str, ...]] = {}
    derived: Text | None = None
    not_tested: Text | None = None
    note: Text | None = None


class Band(Struct, frozen=True, forbid_unknown_fields=True):
    """A named band of a score: from `at_least` per cent upward."""

    at_least: float
    title: Text


class Impact(Struct, frozen=True, forbid_unknown_fields=True):
    """One declared figure of a score: `levels` maps each allowed answer to its points."""

    title: Text
    levels: dict[str, float]


class Score(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A score that a standard asks for: `weights` (per cent) of what passed of `items`, and of declared impact.

    `impact` figures stand in the attestation of the requirement `declared_in`.
    """

    title: Text
    items: Annotated[tuple[str, ...], Meta(min_length=1)]
    passed_weight: float = 100
    impact_weight: float = 0
    points: float = 10
    declared_in: str | None = None
    impact: dict[str, Impact] = {}
    bands: tuple[Band, ...] = ()
    sources: tuple[str, ...]
    confidence: Confidence
    note: Text | None = None


class Standard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One standard as a file of the catalogue. `about` says what it is and what of it nobody has seen."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,30}$")]
    title: Text
    issuer: Text
    edition: Text
    about: Text
    requirements: Annotated[dict[Id, Requirement], Meta(min_length=1)]
    scores: dict[str, Score] = {}


class Fact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something the target says of itself. A denial (`no`) is probed by the check `probed_by` where one can."""

    title: Text
    values: Annotated[tuple[str, ...], Meta(min_length=2)]
    probed_by: str | None = None


class Side(Struct, frozen=True, forbid_unknown_fields=True):
    """One side of a conflict: who asks for what; `requirement` is its row where the catalogue has one."""

    says: Text
    requirement: str | None = None
    settings: dict[str, str] = {}


class Conflict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two texts that ask for different things. A profile that selects a side decides by naming one.

    `exclusive`: the other sides' rows cannot be met at the same time and do not apply once it is decided.
    """

    title: Text
    sides: Annotated[dict[str, Side], Meta(min_length=2)]
    exclusive: bool
    sources: tuple[str, ...]
    note: Text | None = None


class Reference(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that checks cite. `clauses` maps the clauses known by id to their level, where it numbers them."""

    title: str
    where: str
    clauses: dict[str, int] = {}
