"""Waivers: what is refused before a run, and what acts, ends or turns out idle when results are read."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import asdict, replace

from harness import waivers
from harness.errors import BadInput
from harness.model import Obligation, Severity, Text, Verdict
from harness.record import Item, Result
from harness.waiver import Waiver

TODAY = date(2026, 11, 22)
CHECKS = ("HTTP-03", "HTTP-05", "TLS-03")
SUBJECTS = ("portal", "api", "portal.example:8443", "example")
GOOD = {
    "check": "HTTP-03",
    "subject": "portal",
    "owner": "นายสมมุติ ตัวอย่าง",
    "approver": "นางสาวทดสอบ ระบบ",
    "reason": "the proxy is replaced in March",
    "issued": "2026-11-01",
    "expires": "2027-03-31",
}


def written(folder: Path, *entries: dict[str, str]) -> Path:
    lines = ["waivers:"]
    for n, entry in enumerate(entries, 1):
        lines += [f"  W-{n}:", *(f"    {key}: {value}" for key, value in entry.items())]
    path = folder / "waivers.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as wrong:
        waivers.load(path, TODAY, iter(CHECKS), iter(SUBJECTS))
    said = str(wrong.value)
    assert "\n" not in said
    assert said.startswith(f"{path}:")
    return said.removeprefix(f"{path}:").strip()


def test_a_good_file_is_read_in_its_order(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD | {"check": "TLS-03", "subject": "portal.example:8443"}, GOOD)
    found = waivers.load(path, TODAY, CHECKS, SUBJECTS)
    assert list(found) == ["W-1", "W-2"]
    assert found["W-2"] == Waiver(**GOOD)
    assert type(found["W-1"]) is Waiver


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"check": "http-03"}, "check `http-03` is not in the profile; did you mean `HTTP-03`?"),
        ({"check": "ZZZ"}, "check `ZZZ` is not in the profile; write the id of a check that the profile selects"),
        ({"subject": "portl"}, "subject `portl` is not in the target; did you mean `portal`?"),
        ({"subject": "portal.example:443"}, "did you mean `portal.example:8443`?"),
        ({"subject": "qq"}, "expected a subject of the target: `portal`, `api`, `portal.example:8443`, `example`"),
        ({"expires": ""}, "key `expires` is missing; write the day it ends"),
        ({"expires": "soon"}, "`expires`: `soon` is not a date"),
        ({"expires": "2027-02-30"}, "`expires`: `2027-02-30` is not a date"),
        ({"issued": "31/12/2026"}, "`issued`: `31/12/2026` is not a date"),
        ({"issued": "2026-01-01", "expires": "2026-11-21"}, "expired on 2026-11-21, before 2026-11-22"),
        ({"expires": "2027-11-03"}, "runs 367 days, from 2026-11-01 to 2027-11-03; 366 is the most"),
        ({"expires": "2570-11-03"}, "runs 367 days, from 2026-11-01 to 2027-11-03"),
        ({"issued": "2026-11-23"}, "issued on 2026-11-23, after 2026-11-22"),
        ({"approver": "นายสมมุติ   ตัวอย่าง"}, "owner and approver are the same person"),
        ({"owner": "Ann B. Example", "approver": "ann b example"}, "owner and approver are the same person"),
        ({"owner": "Ann Example", "approver": '"Ann\\u200b Exa\\u00admple"'}, "owner and approver are the same"),
        ({"owner": "Ann", "approver": "Ａｎｎ"}, "owner and approver are the same person"),  # full width
        ({"approver": "สมมุติ ตัวอย่าง"}, "owner and approver are the same person"),  # without the form of address
        ({"owner": '" "'}, "the owner has no name; write who it is"),
        ({"approver": "'-'"}, "the approver has no name; write who it is"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_by_its_id(tmp_path: Path, change: dict[str, str], said: str) -> None:
    found = refused(written(tmp_path, GOOD | {"check": "TLS-03"}, GOOD | change))
    assert found.startswith("waiver `W-2`: ")
    assert said in found


def test_without_the_key_expires_it_is_refused_by_its_id(tmp_path: Path) -> None:
    entry = {key: value for key, value in GOOD.items() if key != "expires"}
    assert refused(written(tmp_path, entry)).startswith("waiver `W-1`: key `expires` is missing")


@pytest.mark.parametrize(
    "dates",
    [
        {"issued": "2026-11-22", "expires": "2026-11-22"},  # its first and last day
        {"issued": "2026-11-01", "expires": "2027-11-02"},  # 366 days
        {"issued": "2569-11-01", "expires": "2570-03-31"},
    ],
)
def test_dates_at_the_limit_stand(tmp_path: Path, dates: dict[str, str]) -> None:
    assert list(waivers.load(written(tmp_path, GOOD | dates), TODAY, CHECKS, SUBJECTS)) == ["W-1"]


def test_two_for_the_same_place_are_refused(tmp_path: Path) -> None:
    said = refused(written(tmp_path, GOOD, GOOD | {"subject": "api"}, GOOD))
    assert said == "waiver `W-3`: is for HTTP-03 on `portal`, and so is waiver `W-1`; keep one of them"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found nothing"),
        ("waivers: {}\n", "holds no waiver; write one below `waivers:`"),
        ("waivers: []\n", "Expected `object`, got `array`"),
        ("waivers:\n", "Expected `object`"),
        ("waiver: {}\n", "unknown key `waiver`; did you mean `waivers`?"),
        ("waivers:\n  W-1: &a {check: x}\n  W-2: *a\n", "YAML alias"),
        ("waivers: {W-1: {}, W-1: {}}\n", "keep one"),
        ("waivers: {W-1: {check: HTTP-03, subject: api, scope: all}}\n", "unknown key `scope`"),
        ("waivers: {W-1: {check: HTTP-03}}\n", "key `subject` is missing here"),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    assert said in refused(path)


def test_a_reason_of_a_word_is_refused(tmp_path: Path) -> None:
    assert "at `$" not in (said := refused(written(tmp_path, GOOD | {"reason": "later"})))
    assert "length >= 10" in said


def test_hostile_values_are_shown_on_one_line_and_bounded(tmp_path: Path) -> None:
    said = refused(written(tmp_path, GOOD | {"check": '"x\\e[31m\\n' + "y" * 5000 + '"'}))
    assert len(said) < 400
    assert said.isprintable()


# ---- laid over results


def item(id: str = "HTTP-03", **verdicts: Verdict) -> Item:
    text = Text("a", "ก")
    return Item(
        id=id, version=1, domain="web", title=text, why=text, remedy=text, example="", severity=Severity.LOW,
        obligation=Obligation.MUST, verifies=(), settings={}, verdict=Verdict.FAIL,
        results=tuple(Result(check=id, subject=s, verdict=v, reason=text) for s, v in verdicts.items()),
    )  # fmt: skip


def over(
    items: tuple[Item, ...], change: dict[str, str] | None = None, as_of: date = TODAY
) -> tuple[tuple[Item, ...], list[str], str]:
    """The items, the ids of the waivers that act, and the only fault."""
    laid, acting, faults = waivers.lay(items, {"W-1": Waiver(**GOOD | (change or {}))}, as_of)
    assert len(faults) + len(acting) == 1
    assert all(f.startswith("waiver `W-1`: ") for f in faults)
    return laid, [one.id for one in acting], "".join(faults).removeprefix("waiver `W-1`: ")


def test_a_current_waiver_marks_its_failure_and_nothing_else() -> None:
    items = (item(portal=Verdict.FAIL, api=Verdict.FAIL), item("HTTP-05", portal=Verdict.FAIL))
    laid, acting, _ = over(items)
    assert acting == ["W-1"]
    assert [r.waiver for i in laid for r in i.results] == ["W-1", None, None]
    unmarked = tuple(replace(i, results=tuple(replace(r, waiver=None) for r in i.results)) for i in laid)
    assert unmarked == items  # no verdict was touched


def test_what_the_ledger_says_of_it() -> None:
    _, (info,), _ = waivers.lay(
        (item(portal=Verdict.FAIL),), {"W-1": Waiver(**GOOD | {"expires": "2570-03-31"})}, TODAY
    )
    expected = GOOD | {"id": "W-1", "expires": "2027-03-31", "days_left": 129}
    assert asdict(info) == expected


@pytest.mark.parametrize(
    ("as_of", "acts"), [("2027-03-31", True), ("2027-04-01", False), ("2026-10-31", False)]
)
def test_it_ends_without_anybody_touching_a_file(as_of: str, acts: bool) -> None:
    laid, acting, fault = over((item(portal=Verdict.FAIL),), as_of=date.fromisoformat(as_of))
    assert (laid[0].results[0].waiver, bool(acting)) == (("W-1" if acts else None), acts)
    assert fault if not acts else not fault
    if as_of == "2027-04-01":
        assert "expired on 2027-03-31, before 2027-04-01, so it does not act" in fault


@pytest.mark.parametrize(
    "verdict",
    [Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NOT_COVERED, Verdict.NEEDS_REVIEW],
)
def test_only_a_proven_failure_can_be_waived(verdict: Verdict) -> None:
    laid, _, fault = over((item(portal=verdict, api=Verdict.FAIL),))
    assert fault.startswith(f"HTTP-03 on `portal` is {verdict} and cannot be waived: ")
    assert all(r.waiver is None for r in laid[0].results)


@pytest.mark.parametrize(
    ("found", "change", "said"),
    [
        (item(portal=Verdict.PASS), {}, "HTTP-03 on `portal` passes; remove the waiver"),
        (item(portal=Verdict.PASS, api=Verdict.FAIL), {}, "passes; remove the waiver (the check fails on `api`)"),
        (item(portal=Verdict.NOT_APPLICABLE), {}, "HTTP-03 on `portal` is not_applicable; remove the waiver"),
        (item(portal=Verdict.INFO), {}, "HTTP-03 on `portal` is info; remove the waiver"),
        (item("HTTP-05", portal=Verdict.FAIL), {}, "check `HTTP-03` was not run, the profile does not select it; did you mean `HTTP-05`?"),
        (item("CK-01", portal=Verdict.FAIL), {}, "check `HTTP-03` was not run, the profile does not select it; remove the waiver"),
        (item(portal=Verdict.PASS, portal2=Verdict.FAIL), {"subject": "portal1"}, "has no result on `portal1`; did you mean `portal2`?"),
        (item(portal=Verdict.PASS), {"subject": "Portal"}, "has no result on `Portal`; did you mean `portal`?"),
        (item(portal=Verdict.FAIL), {"subject": "zz"}, "has no result on `zz`; remove the waiver (the check fails on `portal`)"),
    ],
)  # fmt: skip
def test_a_waiver_without_its_failure_is_a_fault(found: Item, change: dict[str, str], said: str) -> None:
    laid, acting, fault = over((found,), change)
    assert said in fault
    assert acting == []
    assert all(r.waiver is None for r in laid[0].results)


def test_one_that_became_unsound_does_not_act() -> None:
    for change in ({"approver": GOOD["owner"]}, {"expires": "2028-01-01"}, {"expires": "never"}):
        laid, acting, fault = over((item(portal=Verdict.FAIL),), change)
        assert (laid[0].results[0].waiver, acting) == (None, [])
        assert fault


def test_of_two_for_the_same_place_the_second_is_a_fault() -> None:
    both = {"W-1": Waiver(**GOOD), "W-2": Waiver(**GOOD)}
    laid, acting, faults = waivers.lay((item(portal=Verdict.FAIL),), both, TODAY)
    assert laid[0].results[0].waiver == "W-1"
    assert [one.id for one in acting] == ["W-1"]
    assert faults == ("waiver `W-2`: is for HTTP-03 on `portal`, and so is waiver `W-1`; keep one of them",)


def test_without_waivers_nothing_changes() -> None:
    items = (item(portal=Verdict.FAIL),)
    assert waivers.lay(items, {}, TODAY) == (items, (), ())
