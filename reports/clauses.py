"""How a ledger is arranged for reading: two parts, their standards, rows, and the links between them.

It counts, orders and links; it computes no verdict.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from harness.ledger import Clause, Due, GateResult, Ledger, StandardSummary
from harness.model import Obligation, Text, Verdict
from harness.record import Run
from harness.requirement import Part

from . import view

#: The parts of the report, in their order.
PARTS = (Part.TECHNICAL, Part.GOVERNANCE)
_VERDICTS = tuple(Verdict)
_OBLIGATIONS = tuple(Obligation)


class Row(Struct, frozen=True, kw_only=True):
    """One requirement as it stands in one part. `twin` is its anchor in the other part, "" where it has none.

    `checks` are those of the record, worst first.
    """

    clause: Clause
    anchor: str
    twin: str
    checks: tuple[view.Check, ...]

    @property
    def id(self) -> str:
        """The id of the requirement."""
        return self.clause.id

    @property
    def verdict(self) -> Verdict:
        """The verdict of the requirement."""
        return self.clause.verdict

    @property
    def waived(self) -> str:
        """Whether waivers lie over "all" or a "part" of the failures behind the verdict; "" for none."""
        if not self.clause.waived:
            return ""
        return "part" if self.clause.standing is Verdict.FAIL else "all"

    @property
    def binding(self) -> bool:
        """Whether the requirement decides."""
        return self.clause.obligation is Obligation.MUST

    @property
    def open(self) -> bool:
        """Whether somebody has to act; what nobody looked at has its own page."""
        return self.clause.verdict in view.TROUBLE

    @property
    def waivers(self) -> tuple[str, ...]:
        """The ids of the waivers over the results of its checks, each once."""
        ids = (row.result.waiver for check in self.checks for row in check.rows)
        return tuple(dict.fromkeys(id for id in ids if id))


class Group(Struct, frozen=True):
    """A standard in one part. `whole` says that none of its requirements stands only in the other part."""

    standard: StandardSummary
    anchor: str
    rows: tuple[Row, ...]
    whole: bool

    def half(self, *, binding: bool) -> tuple[Row, ...]:
        """The binding requirements, or the others, worst first."""
        chosen = (row for row in self.rows if row.binding is binding)
        return tuple(sorted(chosen, key=lambda row: _VERDICTS.index(row.verdict)))


class PartView(Struct, frozen=True):
    """What one subcommittee reads."""

    part: Part
    gates: tuple[GateResult, ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every requirement of the part."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def failing(self) -> tuple[Row, ...]:
        """The binding requirements that are not met."""
        return tuple(row for row in self.rows if row.binding and row.verdict is Verdict.FAIL)

    @property
    def undecided(self) -> tuple[Row, ...]:
        """The binding requirements that could not be decided."""
        waiting = (*view.OPEN, Verdict.NOT_COVERED)
        return tuple(row for row in self.rows if row.binding and row.verdict in waiting)


class Book(Struct, frozen=True):
    """The ledger arranged. `serves` maps a check to the requirements it serves, `under` a waiver to its failures."""

    ledger: Ledger
    parts: tuple[PartView, ...]
    first: dict[str, Row]
    serves: dict[str, tuple[Row, ...]]
    gaps: tuple[tuple[StandardSummary, tuple[Row, ...]], ...]
    due: tuple[tuple[Part, tuple[Due, ...]], ...]
    under: dict[str, int]
    waivers: dict[str, str]
    facts: dict[str, str]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every requirement once."""
        return tuple(self.first.values())


def arrange(run: Run, sections: Iterable[view.Section]) -> Book:
    """Arrange what a run says by clause; a run without clauses gives a book with empty parts."""
    ledger = run.ledger
    checks = {check.item.id: check for section in sections for check in section.checks}
    rows = tuple(_rows(ledger, checks))
    standards = _standards(ledger)
    parts = tuple(_part(part, ledger, standards, rows) for part in PARTS) if rows else ()
    first = {row.id: row for row in reversed([row for part in parts for row in part.rows])}
    first = {clause.id: first[clause.id] for clause in ledger.clauses}
    serves: dict[str, tuple[Row, ...]] = {}
    for row in first.values():
        serves |= {check.item.id: (*serves.get(check.item.id, ()), row) for check in row.checks}
    return Book(
        ledger=ledger,
        parts=parts,
        first=first,
        serves=serves,
        gaps=tuple(_gaps(standards, first.values())),
        due=tuple(_due(ledger.due)),
        under=dict(Counter(r.waiver for item in run.items for r in item.results if r.waiver)),
        waivers={waiver.id: f"waiver-{n}" for n, waiver in enumerate(ledger.waivers, 1)},
        facts={fact.id: f"fact-{n}" for n, fact in enumerate(ledger.facts, 1)},
    )


def _rows(ledger: Ledger, checks: dict[str, view.Check]) -> Iterator[tuple[Part, Row]]:
    """Every requirement in each part it belongs to."""
    anchors = view.anchors([clause.id for clause in ledger.clauses], "req")
    for clause, anchor in zip(ledger.clauses, anchors, strict=True):
        found = (checks[id] for id in dict.fromkeys(clause.checks) if id in checks)
        mine = tuple(sorted(found, key=lambda check: _VERDICTS.index(check.verdict)))
        other = f"{anchor}.2"  # no plain id has a dot, so no anchor is taken twice
        if clause.part is not Part.BOTH:
            yield clause.part, Row(clause=clause, anchor=anchor, twin="", checks=mine)
            continue
        yield Part.TECHNICAL, Row(clause=clause, anchor=anchor, twin=other, checks=mine)
        yield Part.GOVERNANCE, Row(clause=clause, anchor=other, twin=anchor, checks=mine)


def _standards(ledger: Ledger) -> dict[str, StandardSummary]:
    """The standards in the record's order; one that the record forgot comes last, under its id."""
    found = {standard.id: standard for standard in ledger.standards}
    for id in dict.fromkeys(clause.standard for clause in ledger.clauses):
        if id not in found:
            mine = [clause.verdict for clause in ledger.clauses if clause.standard == id]
            found[id] = StandardSummary(
                id=id, title=Text(id, id), issuer=Text("–", "–"), edition=Text("–", "–"), about=Text("–", "–"),
                verdict=min(mine, key=_VERDICTS.index), counts=dict(Counter(mine)),
            )  # fmt: skip
    return found


def _part(
    part: Part, ledger: Ledger, standards: dict[str, StandardSummary], rows: tuple[tuple[Part, Row], ...]
) -> PartView:
    mine = [row for where, row in rows if where is part]
    groups = []
    for n, (id, standard) in enumerate(standards.items(), 1):
        here = tuple(row for row in mine if row.clause.standard == id)
        if here:
            whole = len(here) == sum(clause.standard == id for clause in ledger.clauses)
            groups.append(Group(standard, f"{part}-{n}", here, whole))
    return PartView(part, tuple(g for g in ledger.gates if g.part is part), tuple(groups))


def _gaps(
    standards: dict[str, StandardSummary], rows: Iterable[Row]
) -> Iterator[tuple[StandardSummary, tuple[Row, ...]]]:
    """The requirements that nobody looked at in full, by standard."""
    rows = tuple(rows)
    for id, standard in standards.items():
        here = tuple(row for row in rows if row.clause.standard == id and is_gap(row.clause))
        if here:
            yield standard, here


def is_gap(clause: Clause) -> bool:
    """Whether something of the requirement was not looked at. What does not apply needs no look."""
    if clause.verdict is Verdict.NOT_APPLICABLE:
        return False
    return clause.verdict is Verdict.NOT_COVERED or bool(clause.planned) or clause.not_tested is not None


def _due(due: Iterable[Due]) -> Iterator[tuple[Part, tuple[Due, ...]]]:
    due = sorted(due, key=lambda d: (_OBLIGATIONS.index(d.obligation), d.by, d.requirement))
    for part in Part:
        here = tuple(d for d in due if d.part is part)
        if here:
            yield part, here
