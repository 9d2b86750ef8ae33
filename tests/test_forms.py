"""Forms ค.1 and ค.2: every row as the run judged it, as a page and as a workbook, whatever the platform says."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from harness.reports import terms
from harness.reports.forms import phrases, render, rows, xlsx
from harness.reports.words import Words
from msgspec.structs import replace

from harness.model import Obligation, Text, Verdict
from harness.record import Run
from tests import forms_sample as sample
from tests.test_reports import Page
from tests.test_reports_browser import MEASURE, browse

RUNS: dict[str, Callable[[], Run]] = {
    "run": sample.run,
    "interrupted": sample.interrupted,
    "met": sample.met,
    "hostile": sample.hostile,
}
EVERY = [(name, kind) for name in RUNS for kind in ("k1", "k2")]
TH = Words("th")
#: The reports' own words for verdicts, which the forms use.
WORDS: dict[str, Text] = terms.VERDICTS


@cache
def source(name: str, kind: rows.Kind, lang: str = "th") -> str:
    return str(render(RUNS[name](), kind, lang))


def book(run: Run, kind: rows.Kind) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx(run, kind)))


def cells(run: Run, kind: rows.Kind) -> dict[str, dict[str, str]]:
    """The cells of the form by row id and column, each as its lines joined."""
    made = rows.form(run, kind, TH)
    return {
        row.cells["id"][0]: {key: " / ".join(lines) for key, lines in row.cells.items()} for row in made.rows
    }


# ---- what stands in the rows


def test_every_requirement_of_the_standard_has_a_row_in_its_order() -> None:
    run = sample.run()
    mine = [clause.id for clause in run.ledger.clauses if clause.standard == "wss"]
    assert list(cells(run, "k1")) == mine
    assert "CAT-01" not in mine  # another standard's row of the same run


@pytest.mark.parametrize(
    ("id", "force", "result"),
    [
        ("WSS-P02", "ต้อง", "C / สอดคล้อง"),
        ("WSS-N09", "ต้อง", "NC / ไม่สอดคล้อง"),
        ("WSS-A05", "ควร", "OFI / ควรปรับปรุง"),
        ("WSS-M04", "อาจ", "OFI / ควรปรับปรุง"),
        ("WSS-N10", "ต้อง", "NC / ไม่สอดคล้อง / มีข้อยกเว้น"),
        ("WSS-P03", "ต้อง", f"ยังไม่ตัดสิน / {WORDS[Verdict.NEEDS_REVIEW].th}"),
        ("WSS-D02", "ต้อง", f"ยังไม่ตัดสิน / {WORDS[Verdict.NOT_COVERED].th}"),
        ("WSS-N11", "ควร", f"ยังไม่ตัดสิน / {WORDS[Verdict.NOT_RUN].th}"),
        ("WSS-AC03", "ต้อง", f"ยังไม่ตัดสิน / {WORDS[Verdict.ERROR].th}"),
        ("WSS-BC01", "ต้อง", f"ยังไม่ตัดสิน / {WORDS[Verdict.INCONCLUSIVE].th}"),
        ("WSS-A06", "ควร", "ไม่เกี่ยวข้อง"),
        ("WSS-X1", "ควร", "ข้อมูลประกอบ"),
    ],
)
def test_the_result_says_what_was_judged(id: str, force: str, result: str) -> None:
    row = cells(sample.run(), "k1")[id]
    assert (row["force"], row["result"]) == (force, result)


def test_every_verdict_with_every_force_has_a_result() -> None:
    clause = sample.run().ledger.clauses[0]
    found = {
        (v, o): rows.result(replace(clause, verdict=v, obligation=o)) for v in Verdict for o in Obligation
    }
    assert {v for (v, _), code in found.items() if code == "C"} == {Verdict.PASS}
    assert {key for key, code in found.items() if code == "NC"} == {(Verdict.FAIL, Obligation.MUST)}
    assert {key for key, code in found.items() if code == "OFI"} == {
        (Verdict.FAIL, Obligation.SHOULD), (Verdict.FAIL, Obligation.MAY),
    }  # fmt: skip
    assert {v for (v, _), code in found.items() if code == "OPEN"} == {
        Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NOT_COVERED, Verdict.NEEDS_REVIEW,
    }  # fmt: skip


def test_the_basis_names_checks_by_result_and_documents() -> None:
    found = cells(sample.run(), "k1")
    fail, open_, good = (WORDS[v].th for v in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS))
    assert found["WSS-N09"]["basis"] == (
        f"{fail}: TLS-03, TLS-04 / {open_}: TLS-06 / {good}: TLS-01, TLS-02, TLS-05, CRT-01 / ยังไม่มีข้อตรวจสำหรับ: TLS-31"
    )
    assert "เอกสาร wss-p02.pdf เลขที่ ตย 0201/117 ฉบับที่ 2.1 อ้างถึง p. 3" in found["WSS-P02"]["basis"]
    assert "เอกสารที่ต้องมี: แผนผังเครือข่าย" in found["WSS-D03"]["basis"]
    assert found["WSS-A06"]["basis"] == "ไม่มีข้อตรวจและไม่มีเอกสาร"


def test_the_remark_gives_the_reason_the_waiver_and_what_is_due() -> None:
    found = cells(sample.run(), "k1")
    assert found["WSS-P02"]["remark"] == ""
    assert "แพลตฟอร์มแจ้งว่า no" in found["WSS-A06"]["remark"]
    assert found["WSS-N10"]["remark"].startswith(
        "ข้อยกเว้น W-2569-07 สำหรับ HTTP-01 (portal) ถึงวันที่ 31 มีนาคม พ.ศ. 2570 (2027-03-31) อนุมัติโดย นางสาวทดสอบ ระบบ ผลการประเมินคงเดิม"
    )
    assert "ยื่นภายในวันที่ 1 ธันวาคม พ.ศ. 2569 (2026-12-01)" in found["WSS-I01"]["remark"]
    assert "ยังไม่ได้ยืนยันแหล่งที่มา" in found["WSS-X1"]["remark"]


def test_the_second_form_lists_what_is_not_met_or_not_decided_under_the_same_number() -> None:
    run = sample.run()
    first, second = cells(run, "k1"), cells(run, "k2")
    listed = [id for id, row in first.items() if row["result"].split(" / ")[0] in ("NC", "OFI", "ยังไม่ตัดสิน")]
    assert list(second) == listed
    assert len(listed) == 12
    assert all(second[id]["n"] == first[id]["n"] for id in listed)


def test_what_was_found_names_check_subjects_and_reason() -> None:
    found = cells(sample.run(), "k2")
    assert found["WSS-N09"]["found"].split(" / ")[1] == (
        "TLS-04 (portal.demo.test:443, api.demo.test:443, login.demo.test:443): ยอมรับ TLS 1.1"
    )
    assert "TLS-01" not in found["WSS-N09"]["found"]  # it passes
    assert "ยังไม่มีข้อตรวจ (TLS-31): สิ่งที่ข้อตรวจ TLS-31 จะตรวจ" in found["WSS-N09"]["found"]
    assert found["WSS-P03"]["found"] == "เอกสาร: บันทึกการทบทวนมีอายุ 14 เดือน เกินกว่า 12 เดือนที่กำหนด"
    assert found["WSS-N10"]["found"].startswith("ข้อยกเว้น W-2569-07")


def test_what_to_do_is_the_remedy_or_who_acts_or_the_document() -> None:
    found = {id: row["to_do"] for id, row in cells(sample.run(), "k2").items()}
    assert found["WSS-N09"].startswith("TLS-03, TLS-04: ปิด TLS 1.0 และ 1.1")  # one remedy, said once
    assert "TLS-06: เครือข่ายระหว่างเครื่องมือ" in found["WSS-N09"]
    assert "TLS-31: ให้ผู้ประเมินตรวจสอบด้วยวิธีอื่น" in found["WSS-N09"]
    assert found["WSS-P03"] == "จัดทำและยื่นเอกสาร: บันทึกการทบทวนนโยบายภายใน 12 เดือน"
    assert found["WSS-A05"].startswith("แก้ไขส่วนที่คำรับรองระบุว่ายังไม่เป็นไปตามข้อกำหนด")
    assert found["WSS-N11"].startswith("DNS-01: ขาดบัญชีทดสอบ")
    assert found["WSS-L01"].startswith("WEB-21: ให้ผู้มีอำนาจหน้าที่")


def test_responsible_is_left_blank_and_a_date_comes_only_from_a_document_that_is_due() -> None:
    found = cells(sample.run(), "k2")
    assert {row["who"] for row in found.values()} == {""}
    dated = {id: row["due"] for id, row in found.items() if row["due"]}
    assert dated == dict.fromkeys(["WSS-P03", "WSS-D03"], "22 ธันวาคม พ.ศ. 2569 / (2026-12-22)")


def test_a_row_that_nothing_can_decide_is_given_to_a_person() -> None:
    run = sample.run()
    bare = replace(
        run.ledger.clauses[0], verdict=Verdict.NOT_COVERED, attested=None, expects=None, reason=Text("nobody", "ไม่มีการตรวจ")
    )  # fmt: skip
    only = cells(replace(run, ledger=replace(run.ledger, clauses=(bare,))), "k2")["WSS-P02"]
    assert (only["found"], only["to_do"]) == ("ไม่มีการตรวจ", "ให้ผู้ประเมินพิจารณาข้อนี้โดยตรงและเก็บหลักฐานไว้")


def test_a_waiver_over_some_of_the_failures_is_said_to_be_partial() -> None:
    run = sample.run()
    items = tuple(
        replace(i, results=(*i.results, replace(i.results[0], subject="api", waiver=None))) if i.id == "HTTP-01" else i
        for i in run.items
    )  # fmt: skip
    row = cells(replace(run, items=items), "k1")["WSS-N10"]
    assert row["result"] == "NC / ไม่สอดคล้อง / มีข้อยกเว้นบางส่วน"


def test_many_findings_are_bounded_and_the_rest_is_counted() -> None:
    run = sample.run()
    tls = next(item for item in run.items if item.id == "TLS-03")
    many = tuple(
        replace(tls.results[0], subject=f"h{n}", reason=Text(f"reason {n % 5}", f"เหตุผล {n % 5}")) for n in range(50)
    )  # fmt: skip
    items = tuple(replace(item, results=many) if item is tls else item for item in run.items)
    found = cells(replace(run, items=items), "k2")["WSS-N09"]["found"]
    assert "TLS-03 (h0, h5, h10, h15 และอีก 6 รายการ): เหตุผล 0" in found
    assert "และอีก 2 รายการ ดูในรายงานฉบับเต็ม" in found
    assert "เหตุผล 3" not in found


def test_counts_are_those_of_the_rows() -> None:
    run = sample.run()
    for kind, expected in (("k1", [2, 3, 2, 7, 1, 1, 16, 1]), ("k2", [3, 2, 7, 12, 1])):
        made = rows.form(run, kind, TH)
        assert [n for _, n in made.counts] == expected
        codes = [row.result for row in made.rows]
        assert len(codes) == sum(codes.count(code) for code in rows.RESULTS)


def test_the_foot_says_what_the_form_is_and_what_identifies_the_run() -> None:
    run = sample.run()
    made = rows.form(run, "k1", TH)
    foot = " ".join(made.foot)
    assert "ผู้จัดทำยังไม่เคยเห็นแบบฟอร์มฉบับทางการ" in foot
    assert "ข้อกำหนด 16 จาก 16 ข้อ" in foot
    assert "แหล่งข้อมูลทุติยภูมิ" in foot
    assert "ไม่มีการพิมพ์ผลด้วยมือ" in foot
    values = [value for _, value in made.identity]
    assert {run.id, run.profile.digest, run.harness} <= set(values)
    assert f"({run.profile.id})" in values[1]
    assert "22 พฤศจิกายน พ.ศ. 2569" in values[3]


def test_rows_of_the_official_text_are_not_called_secondary() -> None:
    run = sample.run()
    official = tuple(replace(c, confidence=rows.Confidence.OFFICIAL) for c in run.ledger.clauses)
    made = rows.form(replace(run, ledger=replace(run.ledger, clauses=official)), "k1", TH)
    assert "ทุติยภูมิ" not in " ".join(made.foot)


def test_a_run_without_the_standard_has_no_form() -> None:
    bare = replace(sample.run(), ledger=replace(sample.run().ledger, clauses=()))
    for make in (render, xlsx):
        with pytest.raises(ValueError, match="judged no requirement of the standard `wss`"):
            make(bare, "k1")


def test_another_form_or_language_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 'k1' or 'k2'"):
        render(sample.run(), "k3")
    with pytest.raises(ValueError, match="expected 'th' or 'en'"):
        render(sample.run(), "k1", "de")


def test_every_phrase_is_there_in_both_languages_with_the_same_places() -> None:
    for key, text in phrases.PHRASES.items():
        places = [sorted(re.findall(r"{(\w+)}", half)) for half in (text.en, text.th)]
        assert places[0] == places[1], key
        assert text.en.strip(), key
        assert text.th.strip(), key


# ---- the page


@pytest.mark.parametrize(("name", "kind"), EVERY)
def test_the_page_is_inert_and_self_contained(name: str, kind: rows.Kind) -> None:
    text = source(name, kind)
    page = Page(text)
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [a["content"] for t, a in page.elements if t == "meta" and "http-equiv" in a]
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    for tag, attributes in page.elements:
        assert tag not in ("script", "img", "link", "a", "iframe", "object")
        assert not {a for a in attributes if a.startswith("on") or a in ("style", "src", "srcset", "action")}
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\(|@import|expression", style)
    assert text == str(render(RUNS[name](), kind))


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_page_shows_every_line_of_every_cell(lang: str) -> None:
    words = " ".join("".join(Page(source("run", "k2", lang)).words).replace("`", "").split())
    for row in rows.form(sample.run(), "k2", Words(lang)).rows:
        for lines in row.cells.values():
            for line in lines:
                assert " ".join(line.replace("`", "").split()) in words


def test_nothing_of_a_hostile_platform_is_markup_or_unbounded() -> None:
    for kind in ("k1", "k2"):
        text = source("hostile", kind)
        assert "<img" not in text
        assert "&lt;script&gt;" in text
        assert "\u202e" not in text
        assert len(text) < 400_000


def test_an_interrupted_run_and_one_without_findings_say_so() -> None:
    assert "ไม่สมบูรณ์" in source("interrupted", "k1")
    assert "ไม่สมบูรณ์" not in source("run", "k1")
    assert "ไม่มีข้อที่ต้องปรับปรุงจากการตรวจครั้งนี้" in source("met", "k2")
    assert "ไม่มีข้อที่ต้องปรับปรุง" not in source("run", "k2")


# ---- the workbook


@pytest.mark.parametrize(("name", "kind"), EVERY)
def test_the_workbook_holds_texts_and_numbers_only(name: str, kind: rows.Kind) -> None:
    run = RUNS[name]()
    for sheet in book(run, kind):
        for line in sheet.iter_rows():
            assert {cell.data_type for cell in line} <= {"s", "n"}  # no formula, no error, no date
            assert all(cell.hyperlink is None for cell in line)
    with zipfile.ZipFile(io.BytesIO(xlsx(run, kind))) as parts:
        for part in parts.namelist():
            assert not re.search(r"external|macro|vba|connections|drawing", part, re.IGNORECASE)
            assert b"<f>" not in parts.read(part)


@pytest.mark.parametrize("start", sample.FORMULAS)
def test_no_text_becomes_a_formula(start: str) -> None:
    run = sample.run()
    target = replace(run.target, name=start, owner=start)
    clause = replace(run.ledger.clauses[0], title=Text(start, start))
    made = replace(run, target=target, ledger=replace(run.ledger, clauses=(clause,)))
    sheet, summary = book(made, "k1")
    cell = sheet.cell(4, 3)
    shown = start.replace("\t", "⇥").replace("\r", "␍")
    assert (cell.data_type, cell.value) == ("s", shown)
    assert cell.quotePrefix  # stays a text when somebody edits it
    assert [summary.cell(n, 2).value for n in (3, 4)] == [shown, shown]
    assert summary.cell(3, 2).quotePrefix


@pytest.mark.parametrize(("name", "kind"), EVERY)
def test_the_same_run_gives_the_same_bytes(name: str, kind: rows.Kind) -> None:
    assert xlsx(RUNS[name](), kind) == xlsx(RUNS[name](), kind)


def test_the_day_of_the_workbook_is_that_of_the_run() -> None:
    run = sample.run()
    assert book(run, "k1").properties.created == datetime(2026, 11, 22, 1, 19, 45)
    assert xlsx(replace(run, clock="whenever"), "k1")[:2] == b"PK"


@pytest.mark.parametrize("kind", ["k1", "k2"])
def test_the_workbook_shows_what_the_page_shows(kind: rows.Kind) -> None:
    run = sample.run()
    made = rows.form(run, kind, TH)
    sheet, summary = book(run, kind)
    assert [cell.value for cell in sheet[3]] == [title for _, title, _ in made.columns]
    for n, row in enumerate(made.rows, 4):
        expected: list[object] = ["\n".join(lines) or None for lines in row.cells.values()]
        expected[0] = int(row.cells["n"][0])
        assert [cell.value for cell in sheet[n]] == expected
    below = [str(sheet.cell(n, 1).value) for n in range(4 + len(made.rows), sheet.max_row + 1)]
    assert all(any(note in line for line in below) for note in made.foot)
    assert all(any(value in line for line in below) for _, value in made.identity)
    counted = {summary.cell(n, 1).value: summary.cell(n, 2).value for n in range(1, summary.max_row + 1)}
    assert made.counts
    assert all(counted[label] == n for label, n in made.counts)


@pytest.mark.parametrize("kind", ["k1", "k2"])
def test_the_workbook_is_set_up_for_paper(kind: rows.Kind) -> None:
    sheet = book(sample.run(), kind).worksheets[0]
    assert sheet.title == {"k1": "แบบ ค.1", "k2": "แบบ ค.2"}[kind]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C4", "$3:$3")
    assert {cell.font.name for line in sheet["A1:C8"] for cell in line if cell.value} == {"TH Sarabun New"}
    assert sheet.column_dimensions["C"].width > 25
    assert sheet["C4"].alignment.wrap_text


def test_a_hostile_run_id_puts_no_code_into_the_footer() -> None:
    sheet = book(replace(sample.run(), id="a&Pb&C&Fc"), "k1").worksheets[0]
    assert sheet.oddFooter.left.text == "a＆Pb＆C＆Fc"
    assert not sheet.oddFooter.center.text


def test_no_cell_of_a_hostile_run_is_beyond_what_a_workbook_holds() -> None:
    for kind in ("k1", "k2"):
        for sheet in book(sample.hostile(), kind):
            texts = [c.value for line in sheet.iter_rows() for c in line if isinstance(c.value, str)]
            assert max(map(len, texts)) <= 32_767
            assert not any(re.search("[\x00-\x08\x0b-\x1f\u202e\ud800]", text) for text in texts)
    assert book(sample.hostile(), "k1").worksheets[0]["C4"].value  # not dropped for being too long


def test_the_sample_is_what_it_says() -> None:
    """The poison reaches what the forms show, else the hostile tests would show nothing."""
    made = sample.hostile(10)
    assert made.target.name.endswith(sample.NASTY)
    assert any(one.waiver for item in made.items for one in item.results)
    assert msgspec.json.encode(made.ledger.standards[0].edition.en.encode("utf-8", "replace"))


# ---- in a browser


@pytest.mark.system
@pytest.mark.parametrize("kind", ["k1", "k2"])
@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("width", [400, 1400])
def test_nothing_overflows_and_thai_is_readable(
    tmp_path: Path, name: str, kind: rows.Kind, width: int
) -> None:
    loose = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", source(name, kind))
    done = browse(tmp_path, loose.replace("</body>", MEASURE), "--dump-dom", f"--window-size={width},2000")
    found = re.search(r'<pre id="measured">(.*?)</pre>', done.stdout)
    assert found
    assert json.loads(found[1]) == {"low": [], "wide": 0, "thai": 26, "tofu": False}


@pytest.mark.system
@pytest.mark.parametrize(("name", "kind"), EVERY)
def test_the_browser_finds_nothing_to_complain_of(tmp_path: Path, name: str, kind: rows.Kind) -> None:
    done = browse(tmp_path, source(name, kind), "--dump-dom")
    assert "CONSOLE" not in done.stderr
    assert "<table" in done.stdout or name == "met"


@pytest.mark.system
@pytest.mark.parametrize("kind", ["k1", "k2"])
def test_the_form_prints_on_a4_landscape(tmp_path: Path, kind: rows.Kind) -> None:
    paper = tmp_path / "form.pdf"
    browse(tmp_path, source("run", kind), "--no-pdf-header-footer", f"--print-to-pdf={paper}")
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", paper.read_bytes())
    assert 1 <= len(sizes) <= 6
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(842, 595)}
