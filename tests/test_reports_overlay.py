"""What lies over the results in the report: documents due, waivers, scores, conflicts; and hostile words in all of it."""

import re
from collections import Counter
from html import unescape
from urllib.parse import unquote

import pytest
from harness.reports import html, inside
from msgspec.structs import replace

from harness.model import Decision, Obligation, Verdict
from harness.requirement import Part
from tests import report_ledger as sample
from tests import report_sample
from tests.test_reports import Page
from tests.test_reports_clauses import page, row, said, section, shown, source


def test_documents_to_hand_in_come_binding_first_then_by_date() -> None:
    due, text = sample.half_way().ledger.due, section("half_way", "en", "due")
    tables = re.findall(r'<table class="stack due">.*?</table>', text, re.DOTALL)
    assert len(tables) == len({d.part for d in due})
    rows = [re.findall(r'href="#req-([^".]+)"', table) for table in tables]
    by_id = {d.requirement: d for d in due}
    for found in rows:
        assert [(by_id[i].obligation is not Obligation.MUST, by_id[i].by) for i in found] == sorted(
            (by_id[i].obligation is not Obligation.MUST, by_id[i].by) for i in found
        )
    assert sorted(i for found in rows for i in found) == sorted(by_id)
    assert text.count("overdue") == sum(d.by < sample.AS_OF for d in due) > 0
    assert "No document is missing" in section("settled", "en", "due")


def test_a_waived_failure_stays_a_failure_and_is_marked_wherever_it_shows() -> None:
    text = source("half_way", "en")
    for check, mark in (("HTTP-14", "under waiver"), ("TLS-03", "under waiver"), ("TLS-04", "")):
        block = re.search(rf'<article[^>]*aria-labelledby="check-{check}">.*?</article>', text, re.DOTALL)
        listed = re.search(rf'<tr><th scope="row"><a href="#check-{check}">.*?</tr>', text, re.DOTALL)
        found = re.search(rf'<p class="head">(?:(?!</p>).)*href="#check-{check}".*?</p>', text, re.DOTALL)
        assert block
        assert listed
        assert found
        pieces = (block[0].partition("</header>")[0], block[0].partition("<tbody>")[2], listed[0], found[0])
        assert all(("waiver" in shown(piece)) is bool(mark) for piece in pieces)
        assert all('class="mark v-fail"' in piece for piece in pieces)
        tip = re.search(rf"<title>{check} Does not pass([^<]*)</title>", text)
        assert tip
        assert tip[1] == (f", {mark}" if mark else "")
    waived = [c for c in sample.half_way().ledger.clauses if c.waived]
    assert {c.standing for c in waived} == {Verdict.FAIL, Verdict.PASS}
    for clause in waived:
        partly = clause.standing is Verdict.FAIL
        assert (
            "partly under waiver" in shown(row("half_way", "en", f"req-{clause.id}").partition("</td>")[0])
        ) is partly
    assert text.count('href="#m-waived"') >= len(waived) + 2


def test_waivers_are_a_debt_with_owner_approver_days_and_faults() -> None:
    run, text = sample.half_way(), shown(section("half_way", "en", "waivers"))
    for waiver in run.ledger.waivers:
        assert all(
            x in text
            for x in (
                waiver.id,
                waiver.owner,
                waiver.approver,
                waiver.reason,
                f"days left: {waiver.days_left}",
            )
        )
    assert "Waivers: 2; failures under them: 2" in text
    assert "did you mean CORS-01?" in text
    assert "Waivers that cannot stand: 1" in shown(section("half_way", "en", "decision"))
    assert "No failure is under a waiver" in section("settled", "en", "waivers")


def test_scores_are_derived_and_conflicts_name_both_sides() -> None:
    run, scores = sample.half_way(), shown(section("half_way", "en", "scores"))
    assert "It never stands in the place of the decision" in scores
    assert "8.95 of 10 points" in scores
    assert "no total yet" in scores
    assert "excellent" in scores
    assert f"{run.ledger.scores[0].passed} of 17 (not all)" in scores
    conflicts = shown(section("half_way", "en", "conflicts"))
    for one in run.ledger.resolutions:
        assert all(said(says, "en") in conflicts for says in one.sides.values())
    taken = re.findall(r"<p><b><bdi>(.*?)</b></p>", section("half_way", "en", "conflicts"))
    assert [unescape(re.sub("<[^>]*>", "", t)) for t in taken] == [
        said(r.sides[r.chosen], "en") for r in run.ledger.resolutions
    ]


def test_a_report_without_requirements_has_none_of_this() -> None:
    plain = html.render(report_sample.bad(), "en")
    for heading in ("overview", "part-technical", "part-governance", "due", "waivers", "scores", "conflicts"):
        assert f'id="{heading}"' not in plain
    assert "Attestation" not in plain
    assert "applicable binding checks" in plain
    assert plain.index('id="checks"') < plain.index('id="not-covered"')


def test_waivers_are_shown_without_requirements_too() -> None:
    run = sample.half_way()
    bare = replace(
        run, ledger=replace(run.ledger, clauses=(), standards=(), due=(), scores=(), resolutions=(), gates=())
    )
    ids = {a["id"] for _, a in Page(html.render(bare, "en")).elements if "id" in a}
    assert {"waivers", "waiver-1", "waiver-2"} <= ids
    assert "overview" not in ids


def test_a_part_without_requirements_says_so() -> None:
    run = sample.half_way()
    only = tuple(c for c in run.ledger.clauses if c.part is Part.TECHNICAL)
    text = html.render(replace(run, ledger=replace(run.ledger, clauses=only, due=(), scores=())), "en")
    assert "considers no requirement for this subcommittee" in text
    assert text.count('<tr class="clause') == len(only)


def test_an_unfinished_run_decides_no_gate() -> None:
    run = replace(sample.half_way(), complete=False)
    gates = re.findall(r'<div class="gate.*?</div>', html.render(run, "en"), re.DOTALL)
    assert len(gates) == 3
    assert all("Provisional" in gate for gate in gates)


def test_the_decision_speaks_of_requirements_not_of_checks() -> None:
    run = replace(sample.settled(), decision=Decision.CONFORMANT)
    assert "its documents were read" in html.render(run, "en")
    assert "lets a harness test" not in html.render(run, "en")


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_whole_catalogue_stays_a_reasonable_file(lang: str) -> None:
    run = sample.whole()
    assert (len(run.ledger.clauses) > 300, len(run.items)) == (True, 93)
    assert len(source("whole", lang).encode()) < 3_000_000


def test_hostile_requirements_are_shown_bounded_and_do_nothing() -> None:
    text = source("hostile", "th")
    assert len(text) < 5_000_000
    assert "<script>alert(1)</script><img src=https://attacker.test/x onerror=alert(2)>" in "".join(
        page("hostile", "th").words
    )
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", text)
    assert set(Counter(t for t, _ in page("hostile", "th").elements)) <= set(
        Counter(t for t, _ in page("half_way", "th").elements)
    )
    assert not {
        a
        for _, attributes in page("hostile", "th").elements
        for a in attributes
        if a.startswith("on") or a in ("style", "src")
    }


def test_the_same_ledger_gives_the_same_bytes() -> None:
    assert html.render(sample.half_way(), "th") == source("half_way", "th")


@pytest.mark.parametrize(
    "path",
    [
        None, "", "/etc/passwd.pdf", "../plan.pdf", "documents/../../plan.pdf", "documents//plan.pdf", "documents/./plan.pdf", "documents/",
        "documents/plan.html", "documents/plan.svg", "documents/plan.pdf.html", "documents/plan", "javascript:alert(1)", "javascript:alert(1)//.pdf",
        "//evil.test/plan.pdf", "https://evil.test/plan.pdf", "documents\\plan.pdf", "documents/a\nb.pdf", "documents/\u202efdp.pdf", "documents/\ud800.pdf",
        "documents/" + "a" * 400 + ".pdf",
    ],
)  # fmt: skip
def test_no_link_leads_out_of_the_run_folder(path: str | None) -> None:
    assert inside.inside(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "documents/แผน 2569.pdf",
        'documents/"><b>&.PDF',
        "documents/a?b#c%2e.docx",
        "javascript:alert(1).pdf",
        "plan.pdf",
    ],
)
def test_a_link_is_encoded_and_leads_to_the_very_file(path: str) -> None:
    address = inside.inside(path)
    assert address is not None
    assert re.fullmatch(r"\./[A-Za-z0-9._~%/-]+", address)
    assert unquote(address) == f"./{path}"
