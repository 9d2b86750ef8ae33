"""Attestations: dated statements bound to documents, for what no probe can see. The words only."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from harness.model import Text

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 in lower-case hex")]


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """Who did something, and on which day (ISO 8601, or a Buddhist-era year)."""

    name: str
    position: str
    on: str


class Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document as the statement cites it. `pages` is "3" or "3-5"; `section` a heading to be found; one of them at least."""

    file: str
    sha256: Digest
    number: str
    version: str
    signatory: str
    issued: str
    expires: str | None = None
    pages: Annotated[str, Meta(pattern="^[0-9]{1,5}(-[0-9]{1,5})?$")] | None = None
    section: str | None = None


class Attestation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement about one requirement.

    `author` wrote it and another person, `approver`, stands for it; `examined` is who read the documents where
    a machine cannot; `expires` ends it; `figures` are declared answers that a score asks for.
    """

    requirement: str
    outcome: Literal["met", "not_met"]
    statement: str
    documents: Annotated[tuple[Document, ...], Meta(min_length=1)]
    author: Person
    approver: Person
    examined: Person | None = None
    expires: str
    figures: dict[str, str] = {}


class Inspection(Struct, frozen=True, kw_only=True):
    """What was found when a cited document was opened, on the day it was handed in.

    `digest` is the SHA-256 of the bytes that were there; `words` tells group by group whether an expected word
    stands in the document; None means that it could not be told, and `trouble` says why. `kept` is the path of
    the copy inside the run folder.
    """

    file: str
    digest: str
    size: int
    pages: int | None = None
    place: bool | None = None
    words: tuple[bool | None, ...] = ()
    dated: bool | None = None
    trouble: Text | None = None
    kept: str | None = None


class Handed(Struct, frozen=True):
    """An attestation as handed in: the statement, and what was found in its documents, in their order."""

    attestation: Attestation
    inspections: tuple[Inspection, ...]
