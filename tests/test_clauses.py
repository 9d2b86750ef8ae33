"""Clauses: from items, attestations and the platform's own word to one verdict each. Nothing passes by default."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from harness import clauses, overlay
from harness.ledger import Attested, Clause
from harness.model import Decision, Obligation, Severity, Text, Verdict
from harness.profile import Chosen, Gate, Locked, LockedUse
from harness.record import Item, Result
from harness.requirement import Confidence, Conflict, Fact, Method, Part, Requirement, Side, Slot

DAY = date(2026, 6, 1)
TEXT = Text("x", "ก")
FACTS = {
    "fhir": Fact(title=TEXT, values=("no", "yes"), probed_by="FACT-01"),
    "cms": Fact(title=TEXT, values=("no", "yes")),
}


def row(**said: Any) -> Requirement:
    plain = Requirement(
        title=TEXT,
        obligation=Obligation.MUST,
        methods=(Method.TEST,),
        part=Part.TECHNICAL,
        sources=("S",),
        confidence=Confidence.SECONDARY,
    )
    return replace(plain, **said)


def item(id: str, verdict: Verdict, waiver: str | None = None) -> Item:
    result = Result(
        check=id, subject="s", verdict=verdict, reason=TEXT, waiver=waiver, evidence="evidence/s/X.json"
    )
    return Item(
        id=id, version=1, domain="x", title=TEXT, why=TEXT, remedy=TEXT, example="", severity=Severity.LOW,
        obligation=Obligation.MUST, verifies=(), settings={}, verdict=verdict, results=(result,),
        standing=Verdict.PASS if waiver else None,
    )  # fmt: skip


def locked(rows: dict[str, Requirement], **said: Any) -> Locked:
    plain = Locked(
        id="p", version="1", title=TEXT, source="s", layers=(), evidence_days=30, hand_in_days=30,
        checks={}, versions={}, requirements={id: Chosen("std", r.obligation, r) for id, r in rows.items()},
        standards={}, sources={}, facts=FACTS, requires=(), conflicts={}, decides={}, scores={}, components=(),
        dangers=None, gates={"all": Gate(TEXT, Part.BOTH)}, not_covered={},
    )  # fmt: skip
    return replace(plain, **said)


def one(requirement: Requirement, *items: Item, facts: dict[str, str] | None = None) -> Clause:
    found = clauses.judged(locked({"R-01": requirement}), {i.id: i for i in items}, facts or {}, {}, DAY)
    return found[0]


@pytest.mark.parametrize(("a", "b"), list(product(Verdict, repeat=2)))
def test_a_clause_is_as_bad_as_its_worst_check(a: Verdict, b: Verdict) -> None:
    order = list(Verdict)
    found = one(row(checks=("A-1", "B-1")), item("A-1", a), item("B-1", b))
    assert found.verdict is min(a, b, key=order.index)


def test_what_is_planned_keeps_a_clause_from_passing() -> None:
    planned = {"N-1": TEXT}
    assert (
        one(row(checks=("A-1",), planned=planned), item("A-1", Verdict.PASS)).verdict is Verdict.NOT_COVERED
    )
    assert one(row(checks=("A-1",), planned=planned), item("A-1", Verdict.FAIL)).verdict is Verdict.FAIL
    assert one(row(planned=planned)).verdict is Verdict.NOT_COVERED


def test_a_check_left_out_of_the_profile_keeps_a_clause_from_passing() -> None:
    found = one(row(checks=("A-1", "B-1")), item("A-1", Verdict.PASS))
    assert found.verdict is Verdict.NOT_COVERED
    assert "B-1" in found.reason.en


def test_a_missing_document_keeps_a_clause_from_passing() -> None:
    found = one(row(checks=("A-1",), evidence=Slot(TEXT)), item("A-1", Verdict.PASS))
    assert found.verdict is Verdict.NOT_RUN
    assert found.attested is not None
    assert found.expects == TEXT


def test_an_attestation_does_not_outweigh_a_failing_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clauses, "assess", lambda *_: Attested(verdict=Verdict.PASS, reason=TEXT))
    requirement = row(checks=("A-1",), evidence=Slot(TEXT))
    assert one(requirement, item("A-1", Verdict.FAIL)).verdict is Verdict.FAIL
    assert one(requirement, item("A-1", Verdict.PASS)).verdict is Verdict.PASS


def test_nothing_at_all_is_not_covered() -> None:
    assert one(row(not_tested=Text("a judge decides", "ศาลวินิจฉัย"))).verdict is Verdict.NOT_COVERED


def test_what_the_harness_derives_itself_is_information() -> None:
    assert one(row(derived=TEXT)).verdict is Verdict.INFO


def test_the_platforms_word_excludes_a_clause_and_is_quoted() -> None:
    found = one(
        row(checks=("A-1",), applies={"cms": ("yes",)}), item("A-1", Verdict.FAIL), facts={"cms": "no"}
    )
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "the platform says no" in found.reason.en
    assert found.rests_on == ("cms",)


def test_silence_excludes_nothing() -> None:
    assert (
        one(row(checks=("A-1",), applies={"cms": ("yes",)}), item("A-1", Verdict.FAIL)).verdict
        is Verdict.FAIL
    )


@pytest.mark.parametrize("probe", Verdict)
def test_a_denial_that_was_probed_must_hold(probe: Verdict) -> None:
    requirement = row(checks=("A-1",), applies={"fhir": ("yes",)})
    found = one(requirement, item("A-1", Verdict.PASS), item("FACT-01", probe), facts={"fhir": "no"})
    holds = probe in (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO)
    assert found.verdict is (Verdict.NOT_APPLICABLE if holds else Verdict.INCONCLUSIVE)
    assert ("FACT-01" in found.reason.en) is not holds


def test_the_losing_side_of_a_conflict_does_not_apply() -> None:
    sides = {"a": Side(Text("a", "ก"), "R-01"), "b": Side(Text("the other", "อีกฝ่าย"))}
    conflict = Conflict(title=TEXT, sides=sides, exclusive=True, sources=())
    profile = locked({"R-01": row(checks=("A-1",))}, conflicts={"C-1": conflict}, decides={"C-1": "b"})
    chosen = {"R-01": replace(profile.requirements["R-01"], overruled="C-1")}
    found = clauses.judged(
        replace(profile, requirements=chosen), {"A-1": item("A-1", Verdict.FAIL)}, {}, {}, DAY
    )
    assert found[0].verdict is Verdict.NOT_APPLICABLE
    assert "the other" in found[0].reason.en


def test_a_waived_failure_is_shown_and_set_aside() -> None:
    found = one(row(checks=("A-1",)), item("A-1", Verdict.FAIL, "W-1"))
    assert (found.verdict, found.waived, found.standing) == (Verdict.FAIL, True, Verdict.PASS)


def test_a_waiver_does_not_cover_what_nobody_looked_at() -> None:
    found = one(row(checks=("A-1",), planned={"N-1": TEXT}), item("A-1", Verdict.FAIL, "W-1"))
    assert (found.verdict, found.standing) == (Verdict.FAIL, Verdict.NOT_COVERED)


def laid(rows: dict[str, Requirement], items: tuple[Item, ...], **said: Any) -> Any:
    uses = {i.id: LockedUse(Obligation.MUST, {}, direct=False) for i in items}
    profile = locked(rows, checks=uses, **said)
    return profile, *overlay.lay(profile, items, {}, overlay.Overlay(), as_of=DAY, run_day=DAY, complete=True)


def test_each_gate_decides_its_own_part() -> None:
    gates = {"t": Gate(TEXT, Part.TECHNICAL), "g": Gate(TEXT, Part.GOVERNANCE)}
    rows = {"T-01": row(checks=("A-1",)), "G-01": row(checks=("B-1",), part=Part.GOVERNANCE)}
    items = (item("A-1", Verdict.PASS), item("B-1", Verdict.FAIL))
    _, _, ledger = laid(rows, items, gates=gates)
    assert [g.decision for g in ledger.gates] == [Decision.CONFORMANT, Decision.NON_CONFORMANT]
    assert [g.tally.passed for g in ledger.gates] == [1, 0]


def test_a_row_for_both_counts_in_both() -> None:
    gates = {"t": Gate(TEXT, Part.TECHNICAL), "g": Gate(TEXT, Part.GOVERNANCE)}
    _, _, ledger = laid(
        {"B-01": row(checks=("A-1",), part=Part.BOTH)}, (item("A-1", Verdict.FAIL),), gates=gates
    )
    assert {g.decision for g in ledger.gates} == {Decision.NON_CONFORMANT}


def test_a_check_that_serves_only_clauses_out_of_play_does_not_decide() -> None:
    rows = {"R-01": row(checks=("A-1",), applies={"cms": ("yes",)}), "R-02": row(checks=("B-1",))}
    items = (item("A-1", Verdict.FAIL), item("B-1", Verdict.PASS))
    uses = {i.id: LockedUse(Obligation.MUST, {}, direct=False) for i in items}
    profile = locked(rows, checks=uses)
    _, ledger = overlay.lay(
        profile, items, {"cms": "no"}, overlay.Overlay(), as_of=DAY, run_day=DAY, complete=True
    )
    assert ledger.gates[0].decision is Decision.CONFORMANT


def test_a_check_the_profile_names_itself_decides_by_itself() -> None:
    profile = locked({}, checks={"A-1": LockedUse(Obligation.MUST, {})})
    found = overlay.binding(profile, (item("A-1", Verdict.FAIL),), ())
    assert [r.id for r in found] == ["A-1"]


def test_missing_documents_are_due_and_have_a_day() -> None:
    _, _, ledger = laid({"R-01": row(evidence=Slot(TEXT), methods=(Method.EXAMINE,))}, ())
    assert [(due.requirement, due.by) for due in ledger.due] == [("R-01", "2026-07-01")]


def test_leaving_something_out_of_the_target_makes_no_requirement_go_away() -> None:
    result = Result(check="A-1", subject="target", verdict=Verdict.NOT_APPLICABLE, reason=TEXT)
    idle = replace(item("A-1", Verdict.NOT_APPLICABLE), results=(result,))
    found = one(row(checks=("A-1", "B-1")), idle, item("B-1", Verdict.PASS))
    assert found.verdict is Verdict.NOT_RUN
    assert "names nothing for A-1" in found.reason.en
    denied = one(row(checks=("A-1",), applies={"cms": ("yes",)}), idle, facts={"cms": "no"})
    assert denied.verdict is Verdict.NOT_APPLICABLE
