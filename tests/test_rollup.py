"""Roll-up and decision, exhaustively over small groups."""

from itertools import product

import pytest

from harness.errors import Exit
from harness.model import Decision, Obligation, Severity, Text, Verdict
from harness.record import Item, Result
from harness.rollup import decide, exit_code, standing, tally, worst

REAL: list[Verdict] = list(Verdict)


def item(verdict: Verdict, obligation: Obligation = Obligation.MUST, standing: Verdict | None = None) -> Item:
    text = Text("", "")
    return Item(
        id="X-01", version=1, domain="x", title=text, why=text, remedy=text, example="", severity=Severity.LOW,
        obligation=obligation, verifies=(), settings={}, verdict=verdict, results=(), standing=standing,
    )  # fmt: skip


def test_the_order_is_the_one_written_down() -> None:
    assert REAL == [
        "fail",
        "error",
        "inconclusive",
        "not_run",
        "not_covered",
        "needs_review",
        "pass",
        "not_applicable",
        "info",
    ]


def test_an_empty_group_is_not_covered() -> None:
    assert worst([]) is Verdict.NOT_COVERED


@pytest.mark.parametrize(("a", "b", "c"), list(product(REAL, repeat=3)))
def test_worst_is_commutative_associative_and_idempotent(a: Verdict, b: Verdict, c: Verdict) -> None:
    assert worst([a, b]) is worst([b, a])
    assert worst([worst([a, b]), c]) is worst([a, worst([b, c])])
    assert worst([a, a]) is a


@pytest.mark.parametrize(("group", "extra"), list(product(product(REAL, repeat=2), REAL)))
def test_a_further_member_never_improves_a_group(group: tuple[Verdict, ...], extra: Verdict) -> None:
    assert REAL.index(worst([*group, extra])) <= REAL.index(worst(group))


@pytest.mark.parametrize("verdicts", list(product(REAL, repeat=3)))
def test_the_decision_truth_table(verdicts: tuple[Verdict, ...]) -> None:
    found = decide([item(v) for v in verdicts], complete=True)
    if Verdict.FAIL in verdicts:
        assert found is Decision.NON_CONFORMANT
    elif set(verdicts) <= {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO} and Verdict.PASS in verdicts:
        assert found is Decision.CONFORMANT
    else:
        assert found is Decision.UNDETERMINED


@pytest.mark.parametrize("verdict", REAL)
def test_advisory_checks_do_not_decide(verdict: Verdict) -> None:
    items = [item(Verdict.PASS), item(verdict, Obligation.SHOULD)]
    assert decide(items, complete=True) is Decision.CONFORMANT


def test_an_interrupted_run_is_never_conformant_but_a_proven_failure_stands() -> None:
    assert decide([item(Verdict.PASS)], complete=False) is Decision.UNDETERMINED
    assert decide([item(Verdict.FAIL)], complete=False) is Decision.NON_CONFORMANT


def test_nothing_selected_is_undetermined() -> None:
    assert decide([], complete=True) is Decision.UNDETERMINED


def test_tally_counts_binding_checks_only() -> None:
    items = [
        item(Verdict.PASS),
        item(Verdict.FAIL),
        item(Verdict.INCONCLUSIVE),
        item(Verdict.NOT_APPLICABLE),
        item(Verdict.FAIL, Obligation.SHOULD),
    ]
    found = tally(items)
    assert (found.applicable, found.decided, found.passed) == (3, 2, 1)


def test_every_decision_has_an_exit_code() -> None:
    assert [exit_code(d) for d in Decision] == [Exit.MET, Exit.MET, Exit.NOT_MET, Exit.UNDECIDED]


def result(verdict: Verdict, waiver: str | None = None) -> Result:
    return Result(check="X-01", subject="s", verdict=verdict, reason=Text("", ""), waiver=waiver)


def test_a_group_with_something_nobody_looked_at_is_no_pass() -> None:
    assert worst([Verdict.PASS, Verdict.NOT_COVERED, Verdict.NOT_APPLICABLE]) is Verdict.NOT_COVERED


def test_without_a_waiver_nothing_stands_in_for_the_verdict() -> None:
    assert standing([result(Verdict.FAIL), result(Verdict.PASS)]) is None


@pytest.mark.parametrize("other", REAL)
def test_a_waiver_accepts_its_failure_and_hides_nothing_else(other: Verdict) -> None:
    expected = other if REAL.index(other) < REAL.index(Verdict.PASS) else Verdict.PASS
    assert standing([result(Verdict.FAIL, "W-1"), result(other)]) is expected


def test_accepted_failures_make_conformant_with_waivers_and_never_more() -> None:
    waived = item(Verdict.FAIL, standing=Verdict.PASS)
    assert decide([waived, item(Verdict.PASS)], complete=True) is Decision.CONFORMANT_WITH_WAIVERS
    assert decide([waived, item(Verdict.FAIL)], complete=True) is Decision.NON_CONFORMANT
    assert decide([waived, item(Verdict.NOT_COVERED)], complete=True) is Decision.UNDETERMINED
    assert decide([waived], complete=False) is Decision.UNDETERMINED


def test_a_waived_failure_is_still_counted_as_a_failure() -> None:
    assert tally([item(Verdict.FAIL, standing=Verdict.PASS)]).passed == 0


def test_a_waiver_on_advice_changes_no_decision() -> None:
    advice = item(Verdict.FAIL, Obligation.SHOULD, standing=Verdict.PASS)
    assert decide([item(Verdict.PASS), advice], complete=True) is Decision.CONFORMANT
