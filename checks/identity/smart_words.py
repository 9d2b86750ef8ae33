"""SMART's scopes as words: which interaction with which resource a scope is for (SMART App Launch 2.2, scopes)."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

#: The categories that tell observations apart, and the code system they come from (HL7 FHIR R4, Observation.category).
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
LABORATORY, VITAL = "laboratory", "vital-signs"
_WORD = re.compile(
    r"(?:patient|user|system)/([A-Za-z]{1,60}|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?(.{1,500}))?"
)
#: The words of version 1 in those of version 2.
_FIRST = {"read": "rs", "write": "cud", "*": "cruds"}


def narrowed(category: str) -> str:
    """The scope that reads and searches observations of this category only."""
    return f"patient/Observation.rs?category={CATEGORIES}|{category}"


def covers(words: Iterable[str], kind: str, letter: str, category: str = "") -> bool:
    """Whether any of these scopes may be for this interaction; one narrowed in ways not known here may be for anything."""
    return any(_covers(word, kind, letter, category) for word in words)


def _covers(word: str, kind: str, letter: str, category: str) -> bool:
    found = _WORD.fullmatch(word)
    if found is None or found[1] not in (kind, "*") or letter not in _FIRST.get(found[2], found[2]):
        return False
    narrowing = dict(parse_qsl(found[3] or ""))
    if set(narrowing) != {"category"} or not category:
        return True
    return category in [one.rpartition("|")[2] for one in narrowing["category"].split(",")]
