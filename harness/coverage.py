"""What covers each requirement: checks, documents, nothing yet, or nothing ever; and where that is not good enough."""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum

from harness.catalogue import Catalogue
from harness.registry import CheckSpec
from harness.requirement import Reference, Requirement


class Status(StrEnum):
    """How a requirement can be decided today."""

    TESTED = "tested"
    DOCUMENTED = "documented"
    BOTH = "tested and documented"
    DERIVED = "derived"
    PLANNED = "planned"
    UNREACHABLE = "unreachable"


#: Statuses that leave a requirement not covered.
OPEN = frozenset({Status.PLANNED, Status.UNREACHABLE})


def status(row: Requirement) -> Status:
    """The status of one row; anything planned leaves it planned, whatever else it has."""
    if row.planned:
        return Status.PLANNED
    if row.checks and row.evidence:
        return Status.BOTH
    if row.checks:
        return Status.TESTED
    if row.evidence:
        return Status.DOCUMENTED
    return Status.DERIVED if row.derived else Status.UNREACHABLE


def reference(citation: str, references: dict[str, Reference]) -> str | None:
    """The key of the text a check cites: the longest that begins the citation and, where the text numbers its
    clauses, knows the rest; None for an unknown one."""
    for key in sorted(references, key=len, reverse=True):
        if citation.startswith(key):
            rest = citation.removeprefix(key).lstrip(" -")
            clauses = references[key].clauses
            return key if not clauses or rest in clauses else None
    return None


def faults(known: Catalogue, checks: dict[str, CheckSpec]) -> Iterator[str]:
    """What fails the build: rows and checks that name what does not exist, and plans that have come true."""
    for _, id, row in known.rows():
        yield from (f"{id} {words}" for words in _row_faults(row, checks))
        if id in checks:
            yield f"{id} is the id of a requirement and of a check"
    for spec in checks.values():
        for citation in spec.verifies:
            if reference(citation, known.references) is None:
                yield f"check {spec.id} cites `{citation}`, which references.yaml does not know"


def _row_faults(row: Requirement, checks: dict[str, CheckSpec]) -> Iterator[str]:
    for check in row.checks:
        if check not in checks:
            yield f"cites check {check}, which does not exist; write it under planned"
    for place in row.limits:
        check, _, setting = place.partition(".")
        if check in checks and setting not in checks[check].settings:
            known = ", ".join(checks[check].settings) or "none"
            yield f"limits {place}, but {check} has no such setting; its settings: {known}"
    for check in row.planned:
        if check in checks:
            yield f"plans check {check}, which exists; move it to checks"
    if status(row) is Status.UNREACHABLE and row.not_tested is None:
        yield "has neither check nor evidence nor a reason"


def serves(known: Catalogue) -> dict[str, list[str]]:
    """The requirements that each check serves, by check id."""
    found: dict[str, list[str]] = {}
    for _, id, row in known.rows():
        for check in row.checks:
            found.setdefault(check, []).append(id)
    return found


def counts(rows: Iterable[Requirement]) -> Counter[Status]:
    """How many rows have each status."""
    return Counter(status(row) for row in rows)
