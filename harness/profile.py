"""Profiles as data: the file a person writes, and the locked form that a run carries by digest."""

import hashlib
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from harness.evidence import encode
from harness.model import Obligation, Text
from harness.requirement import Conflict, Fact, Part, Requirement, Score, Source

Kind = Literal["portal", "api", "idp", "admin", "fhir"]
Danger = Literal["lockout", "injection", "load", "write"]


class Use(Struct, frozen=True, rename={"settings": "with"}, forbid_unknown_fields=True):
    """How a profile uses one check; without an obligation it takes the one of the layer or requirement below."""

    obligation: Obligation | None = None
    settings: dict[str, Any] = {}


class Gap(Struct, frozen=True, forbid_unknown_fields=True):
    """What the source asks and this profile does not test, and why."""

    title: Text
    why: Text


class Select(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requirements to take: those of `standards`, narrowed by obligation, part and id; empty means all."""

    standards: Annotated[tuple[str, ...], Meta(min_length=1)]
    obligations: tuple[Obligation, ...] = ()
    parts: tuple[Part, ...] = ()
    only: tuple[str, ...] = ()


class Gate(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the profile that is decided on its own."""

    title: Text
    part: Part


class Layer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile file. What it does not say it takes from the layers it `extends`, the last of which wins.

    `catalogue` is a folder of catalogue files that replace the shipped ones; `obligations` sets the force of
    requirements; `without` leaves out requirements and checks, with the reason; `requires` names facts the
    target must state; `components` and `dangers` narrow what is tested; `decides` takes a side of each
    conflict; `evidence_days` is the age after which evidence no longer counts, `hand_in_days` the time to
    hand in a missing document.
    """

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,40}$")]
    version: str
    title: Text
    source: str
    extends: tuple[str, ...] = ()
    catalogue: str | None = None
    evidence_days: Annotated[int, Meta(ge=1)] | None = None
    hand_in_days: Annotated[int, Meta(ge=1)] | None = None
    select: tuple[Select, ...] = ()
    checks: dict[str, Use] = {}
    obligations: dict[str, Obligation] = {}
    without: dict[str, Text] = {}
    requires: tuple[str, ...] = ()
    components: tuple[Kind, ...] = ()
    dangers: tuple[Danger, ...] | None = None
    decides: dict[str, str] = {}
    gates: dict[str, Gate] = {}
    not_covered: dict[str, Gap] = {}


class Chosen(Struct, frozen=True):
    """A selected requirement as the run judges it; `overruled` names the conflict that was decided against it."""

    standard: str
    obligation: Obligation
    row: Requirement
    overruled: str | None = None


class StandardText(Struct, frozen=True):
    """What a report says of a standard itself."""

    title: Text
    issuer: Text
    edition: Text
    about: Text


class LockedScore(Struct, frozen=True):
    """A score with the standard that asks for it."""

    standard: str
    score: Score


class LockedUse(Struct, frozen=True):
    """A check with its force and every setting explicit.

    `direct`: the profile itself asks for it, so it decides by itself; the others decide through requirements.
    """

    obligation: Obligation
    settings: dict[str, Any]
    direct: bool = True


class Locked(Struct, frozen=True, kw_only=True):
    """A profile as a run uses it: requirements, settings and versions written out, so that the folder suffices."""

    id: str
    version: str
    title: Text
    source: str
    layers: tuple[tuple[str, str], ...]
    evidence_days: int
    hand_in_days: int
    checks: dict[str, LockedUse]
    versions: dict[str, int]
    requirements: dict[str, Chosen]
    standards: dict[str, StandardText]
    sources: dict[str, Source]
    facts: dict[str, Fact]
    requires: tuple[str, ...]
    conflicts: dict[str, Conflict]
    decides: dict[str, str]
    scores: dict[str, LockedScore]
    components: tuple[Kind, ...]
    dangers: tuple[Danger, ...] | None
    gates: dict[str, Gate]
    not_covered: dict[str, Gap]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the locked profile."""
        return hashlib.sha256(encode(self)).hexdigest()
