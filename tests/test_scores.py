"""Scores: what the CTAM+ figures give, what leaves a score open, how it is rounded."""

from decimal import Decimal
from fractions import Fraction

import pytest
from msgspec.structs import replace

from harness import score
from harness.ledger import ScoreResult
from harness.model import Text, Verdict
from harness.requirement import Band, Confidence, Impact, Score

ITEMS = tuple(f"CTAM-{n:02}" for n in range(1, 18))
LEVELS = {"none": 50, "up-to-24h": 42.5, "25-48h": 35}
BEST = {"outage": "none", "breach": "none"}
CTAM = Score(
    title=Text("CTAM+ score", "คะแนน CTAM+"),
    items=ITEMS,
    passed_weight=70,
    impact_weight=30,
    declared_in="CTAM-S2",
    impact={
        "outage": Impact(Text("Longest outage", "เวลาหยุดชะงัก"), LEVELS),
        "breach": Impact(Text("Gravest case", "ผลพิจารณา"), {"none": 50, "minor": 42.5}),
    },
    bands=(
        Band(0, Text("critical", "วิกฤต")),
        Band(86, Text("excellent", "ดีเยี่ยม")),
        Band(71, Text("good", "ดี")),
    ),
    sources=("S",),
    confidence=Confidence.SECONDARY,
)
PLAIN = replace(CTAM, passed_weight=100, impact_weight=0, impact={}, declared_in=None)


def verdicts(passed: int, rest: Verdict = Verdict.FAIL) -> dict[str, Verdict]:
    return {item: Verdict.PASS if n < passed else rest for n, item in enumerate(ITEMS)}


def result(
    passed: int,
    figures: dict[str, str] | None = BEST,
    rest: Verdict = Verdict.FAIL,
    of: Score = CTAM,
) -> ScoreResult:
    return score.compute("ctam-plus", "ctam", of, verdicts(passed, rest), figures)


def test_everything_passed_gives_every_point() -> None:
    found = result(17)
    assert (found.passed, found.of, found.all_passed) == (17, 17, True)
    assert (found.total, found.points, found.why) == (10.0, 10, None)
    assert [(reached, most) for _, reached, most in found.parts] == [(7.0, 7.0), (3.0, 3.0)]
    assert found.band == Text("excellent", "ดีเยี่ยม")
    assert found.items == tuple(verdicts(17).items())


@pytest.mark.parametrize("passed", range(18))
def test_the_passed_part_is_the_exact_share_rounded(passed: int) -> None:
    exact = Fraction(passed, 17) * 7
    (_, reached, _), _ = result(passed).parts
    assert reached == float(round(exact + Fraction(1, 10**9), 2))
    total = result(passed).total
    assert total is not None
    assert abs(Fraction(Decimal(str(total))) - exact - 3) <= Fraction(1, 200)


def test_a_half_is_rounded_up_and_the_total_only_once() -> None:
    # 42.5 + 35 of 100, of 3 points, is 2.325: half up 2.33, where half to even would give 2.32.
    declared = replace(CTAM, impact=CTAM.impact | {"breach": Impact(Text("Case", "กรณี"), {"minor": 35.0})})
    found = result(16, {"outage": "up-to-24h", "breach": "minor"}, of=declared)
    assert [reached for _, reached, _ in found.parts] == [6.59, 2.33]
    assert found.total == 8.91  # 16/17 × 7 + 2.325 = 8.9132…, not 6.59 + 2.33
    assert found.note is not None
    assert "half up" in found.note.en
    assert "ปัดเศษ" in found.note.th


@pytest.mark.parametrize(
    ("passed", "band"), [(86, "excellent"), (85, "good"), (71, "good"), (70, "critical"), (0, "critical")]
)
def test_a_band_begins_at_its_limit(passed: int, band: str) -> None:
    hundred = replace(PLAIN, items=tuple(f"A-{n}" for n in range(100)))
    known = {item: Verdict.PASS if n < passed else Verdict.FAIL for n, item in enumerate(hundred.items)}
    found = score.compute("x", "y", hundred, known, None)
    assert found.band is not None
    assert found.band.en == band


def test_the_band_is_that_of_the_total_as_shown() -> None:
    # 8.595 of 10 is shown as 8.60, which is 86 per cent.
    thousand = replace(PLAIN, items=tuple(f"A-{n}" for n in range(2000)))
    known = {item: Verdict.PASS if n < 1719 else Verdict.FAIL for n, item in enumerate(thousand.items)}
    found = score.compute("x", "y", thousand, known, None)
    assert found.total == 8.6
    assert found.band == Text("excellent", "ดีเยี่ยม")


def test_without_bands_there_is_no_band() -> None:
    assert result(17, of=replace(CTAM, bands=())).band is None
    assert result(3, of=replace(CTAM, bands=CTAM.bands[1:])).band is None


@pytest.mark.parametrize(
    "open_", [Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NOT_COVERED, Verdict.NEEDS_REVIEW]
)
def test_an_undecided_item_leaves_the_total_open_and_is_named(open_: Verdict) -> None:
    found = result(16, rest=open_)
    assert (found.total, found.band, found.passed, found.all_passed) == (None, None, 16, False)
    assert [reached for _, reached, _ in found.parts] == [6.59, 3.0]
    assert found.why is not None
    assert f"({open_}): CTAM-17" in found.why.en
    assert "CTAM-16" not in found.why.en
    assert "CTAM-17" in found.why.th


def test_an_item_without_a_verdict_is_not_covered() -> None:
    known = verdicts(17)
    del known["CTAM-05"]
    found = score.compute("ctam-plus", "ctam", CTAM, known, BEST)
    assert found.total is None
    assert ("CTAM-05", Verdict.NOT_COVERED) in found.items


def test_an_item_that_does_not_apply_stays_in_the_count() -> None:
    found = result(16, rest=Verdict.NOT_APPLICABLE)
    assert (found.passed, found.of, found.all_passed, found.total) == (16, 17, False, 9.59)
    assert found.note is not None
    assert "1 of 17 items do not apply (CTAM-17)" in found.note.en
    assert "1 จาก 17" in found.note.th


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (None, "No figures (outage, breach) are declared and in force in CTAM-S2."),
        ({}, "Figure `outage` (Longest outage) is missing in CTAM-S2."),
        ({"outage": "none"}, "Figure `breach` (Gravest case) is missing in CTAM-S2."),
        (BEST | {"outage": "a while"}, "Figure `outage` is `a while`; expected one of none, up-to-24h, 25-48h."),
        (BEST | {"outrage": "none"}, "Figure `outrage` is unknown; did you mean `outage`?"),
        (BEST | {"zzz": "none"}, "Figure `zzz` is unknown; expected outage, breach."),
    ],
)  # fmt: skip
def test_figures_that_are_missing_or_unknown_leave_the_total_open(
    figures: dict[str, str] | None, said: str
) -> None:
    found = result(17, figures)
    assert (found.total, found.band) == (None, None)
    assert [reached for _, reached, _ in found.parts] == [7.0, None]
    assert found.why is not None
    assert said in found.why.en
    assert found.why.th


def test_a_score_that_weighs_impact_without_a_figure_stays_open() -> None:
    found = result(17, {}, of=replace(CTAM, impact={}))
    assert found.total is None
    assert found.why is not None
    assert "names no figure" in found.why.en


def test_without_impact_no_figure_is_asked_for() -> None:
    found = result(17, None, of=PLAIN)
    assert (found.total, found.why, len(found.parts)) == (10.0, None, 1)


def test_the_note_of_the_catalogue_stays() -> None:
    noted = result(17, of=replace(CTAM, note=Text("The weights are configurable.", "น้ำหนักปรับได้"))).note
    assert noted is not None
    assert "The weights are configurable." in noted.en
    assert "น้ำหนักปรับได้" in noted.th
