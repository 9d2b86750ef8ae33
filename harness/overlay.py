"""The overlay: attestations and waivers laid over judged items, read on a day. Pure; the items' verdicts stay."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from msgspec import Struct
from msgspec.structs import replace

from harness import clauses as by_clause
from harness import score, waivers
from harness.attest.assess import due_on
from harness.attestation import Handed
from harness.ledger import (
    Clause,
    Due,
    FactInfo,
    GateResult,
    Ledger,
    Resolution,
    ScoreResult,
    SourceInfo,
    StandardSummary,
)
from harness.model import Text, Verdict
from harness.profile import Locked
from harness.record import Item
from harness.requirement import Part
from harness.rollup import count, decide, standing, tally, worst
from harness.waiver import Waiver

#: Thailand has no summer time; days are counted there.
BANGKOK = timezone(timedelta(hours=7))


class Overlay(Struct, frozen=True):
    """What was handed in with a run: statements with what was found in their documents, and waivers by id."""

    attestations: tuple[Handed, ...] = ()
    waivers: dict[str, Waiver] = {}


def today() -> date:
    """Today in Bangkok."""
    return datetime.now(BANGKOK).date()


def lay(
    locked: Locked,
    items: tuple[Item, ...],
    facts: dict[str, str],
    over: Overlay,
    *,
    as_of: date,
    run_day: date,
    complete: bool,
) -> tuple[tuple[Item, ...], Ledger]:
    """The items with their waivers marked, and the ledger by clause.

    `run_day` is when evidence was collected: missing documents are due `hand_in_days` after it.
    """
    items, accepted, faults = waivers.lay(items, over.waivers, as_of)
    items = tuple(replace(item, standing=standing(item.results)) for item in items)
    by_id = {item.id: item for item in items}
    handed = {one.attestation.requirement: one for one in over.attestations}
    found = by_clause.judged(locked, by_id, facts, handed, as_of)
    return items, Ledger(
        as_of=as_of.isoformat(),
        standards=_standards(locked, found),
        clauses=found,
        sources={
            key: SourceInfo(source.title, source.where, source.date, source.confidence)
            for key, source in locked.sources.items()
        },
        facts=_facts(locked, facts, by_id, found),
        resolutions=tuple(
            Resolution(
                id=id,
                title=conflict.title,
                chosen=locked.decides[id],
                sides={name: side.says for name, side in conflict.sides.items()},
            )
            for id, conflict in locked.conflicts.items()
        ),
        gates=_gates(locked, items, found, complete=complete),
        waivers=accepted,
        due=_due(locked, found, handed, as_of, run_day),
        scores=_scores(locked, found, handed),
        faults=faults,
    )


def _standards(locked: Locked, found: tuple[Clause, ...]) -> tuple[StandardSummary, ...]:
    result = []
    for id, text in locked.standards.items():
        verdicts = [clause.verdict for clause in found if clause.standard == id]
        summary = StandardSummary(
            id=id,
            title=text.title,
            issuer=text.issuer,
            edition=text.edition,
            about=text.about,
            verdict=worst(verdicts),
            counts=count(verdicts),
        )
        result.append(summary)
    return tuple(result)


def _facts(
    locked: Locked, facts: dict[str, str], items: dict[str, Item], found: tuple[Clause, ...]
) -> tuple[FactInfo, ...]:
    """The facts stated, and those that some clause rests on although nothing is stated."""
    rested = {name for clause in found for name in clause.rests_on}
    result = []
    for id, fact in locked.facts.items():
        if id in facts or id in rested:
            probe = items.get(fact.probed_by or "")
            info = FactInfo(
                id=id,
                title=fact.title,
                value=facts.get(id, ""),
                check=probe.id if probe else None,
                probe=probe.verdict if probe else None,
            )
            result.append(info)
    return tuple(result)


def _gates(
    locked: Locked, items: tuple[Item, ...], found: tuple[Clause, ...], *, complete: bool
) -> tuple[GateResult, ...]:
    result = []
    for id, gate in locked.gates.items():
        mine = [clause for clause in found if _belongs(clause.part, gate.part)]
        rows = binding(locked, () if gate.part is Part.GOVERNANCE else items, mine)
        decided = GateResult(
            id=id,
            title=gate.title,
            part=gate.part,
            decision=decide(rows, complete=complete),
            tally=tally(mine or rows),
        )
        result.append(decided)
    return tuple(result)


def _belongs(part: Part, gate: Part) -> bool:
    return Part.BOTH in (part, gate) or part is gate


def binding(locked: Locked, items: Iterable[Item], found: Iterable[Clause]) -> list[Item | Clause]:
    """What decides: the checks that the profile itself names, and the requirements, which speak for their checks."""
    return [*(item for item in items if locked.checks[item.id].direct), *found]


def _due(
    locked: Locked, found: tuple[Clause, ...], handed: dict[str, Handed], as_of: date, run_day: date
) -> tuple[Due, ...]:
    """Documents missing or no longer good, and those that end within the time to hand in; the earliest first."""
    result = []
    ahead = timedelta(days=locked.hand_in_days)
    for clause in found:
        if clause.attested is None or clause.expects is None:
            continue
        ends = due_on(locked.requirements[clause.id].row.evidence, handed.get(clause.id), as_of)
        if clause.attested.verdict in (Verdict.PASS, Verdict.FAIL):
            if ends is None or ends - as_of > ahead:
                continue
            why, by = Text("ends soon", "ใกล้สิ้นอายุ"), ends
        else:
            why, by = clause.attested.reason, run_day + ahead
        result.append(
            Due(
                requirement=clause.id,
                obligation=clause.obligation,
                part=clause.part,
                what=clause.expects,
                why=why,
                by=by.isoformat(),
            )
        )
    return tuple(sorted(result, key=lambda due: due.by))


def _scores(locked: Locked, found: tuple[Clause, ...], handed: dict[str, Handed]) -> tuple[ScoreResult, ...]:
    verdicts = {clause.id: clause.verdict for clause in found}
    attested = {clause.id: clause.attested for clause in found}
    result = []
    for id, (standard, asked) in ((i, (s.standard, s.score)) for i, s in locked.scores.items()):
        place = asked.declared_in or ""
        holds = attested.get(place)
        declared = handed.get(place)
        sound = holds is not None and holds.verdict is Verdict.PASS and declared is not None
        figures = declared.attestation.figures if sound and declared else None
        mine = {item: verdicts[item] for item in asked.items}
        result.append(score.compute(id, standard, asked, mine, figures))
    return tuple(result)
