"""An attestation passes only when nothing is in its way, and each thing in its way changes what it should."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.attest import reader
from harness.attest.assess import assess, due_on
from harness.attest.load import gather
from harness.attest.people import same
from harness.attest.reading import Answer
from harness.attestation import Handed
from harness.errors import BadInput
from harness.ledger import Attested
from harness.model import Text, Verdict
from harness.requirement import Slot
from tests.attest_documents import (
    POLICY,
    SLOT,
    THAI_POLICY,
    changed,
    half_scan,
    hand_in,
    pdf,
    scan,
    statement,
    word,
)

DAY = date(2026, 7, 1)
ROWS: dict[str, Slot | None] = {"BKP-01": SLOT, "BKP-02": SLOT, "BKP-03": None}
Change = tuple[str, object]
REAL = reader.read
KNOWN: dict[object, Answer] = {}


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the same bytes is asked of a real child once; how it is read is another file's test."""

    def read(documents: dict[Path, reader.Spans]) -> dict[Path, Answer]:
        keys = {
            path: (path.read_bytes() if path.is_file() else path, spans) for path, spans in documents.items()
        }
        found = REAL({path: spans for path, spans in documents.items() if keys[path] not in KNOWN})
        KNOWN.update({keys[path]: answer for path, answer in found.items()})
        return {path: KNOWN[key] for path, key in keys.items()}

    monkeypatch.setattr(reader, "read", read)


def verdicts(folder: Path, day: date = DAY) -> dict[str, Attested]:
    return {
        one.attestation.requirement: assess(ROWS[one.attestation.requirement], one, day)
        for one in gather(folder, ROWS, day)
    }


def one(
    folder: Path, data: bytes | None = None, *changes: Change, file: str = "a.pdf", day: date = DAY
) -> Attested:
    """Hand in two attestations, change the first; the second must pass as if nothing had happened."""
    data = pdf() if data is None else data
    said = statement("BKP-01", file, data)
    for place, value in changes:
        changed(said, place, value)
    hand_in(folder, said, data)
    other = word(POLICY)
    hand_in(folder, statement("BKP-02", "other.docx", other), other)
    found = verdicts(folder, day)
    if day == DAY:
        assert found["BKP-02"].verdict is Verdict.PASS, found["BKP-02"].reason
    return found["BKP-01"]


def test_missing_is_not_run() -> None:
    found = assess(SLOT, None, DAY)
    assert (found.verdict, found.reason.en) == (Verdict.NOT_RUN, "no statement was handed in")
    assert due_on(SLOT, None, DAY) is None


@pytest.mark.parametrize(
    ("make", "file", "changes"),
    [
        (pdf, "a.pdf", []),
        (pdf, "a.pdf", [("documents.0.pages", "1")]),
        (pdf, "name-says-nothing.bin", []),
        (lambda: pdf(["Cover"], POLICY), "a.pdf", [("documents.0.pages", "2")]),
        (lambda: word(POLICY), "a.docx", []),
        (lambda: word(POLICY), "a.docx", [("documents.0.issued", "2569-05-31")]),
        (lambda: word(THAI_POLICY), "a.docx", [("documents.0.section", "4.2 การซ้อมกู้คืน")]),
        (
            lambda: word(["Backup drill", "31/05/2569", "Restore"], headings=(2,)),
            "a.docx",
            [("documents.0.section", "7.3 Restore")],
        ),
        (half_scan, "a.pdf", []),
    ],
)
def test_sound_ones_pass(tmp_path: Path, make: Callable[[], bytes], file: str, changes: list[Change]) -> None:
    found = one(tmp_path, make(), *changes, file=file)
    assert found.verdict is Verdict.PASS, found.reason
    assert "Somchai Tuayang" in found.reason.en
    assert "1 มิถุนายน 2570" in found.reason.th
    assert found.documents[0].issued == "2026-05-31"
    assert found.documents[0].digest == hashlib.sha256((tmp_path / file).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("changes", "verdict", "says"),
    [
        ([("expires", "2026-06-30")], Verdict.NEEDS_REVIEW, "the statement expired on 30 June 2026"),
        ([("documents.0.expires", "2569-06-30")], Verdict.NEEDS_REVIEW, "a.pdf expired on 30 June 2026"),
        ([("author.on", "2026-07-02"), ("approver.on", "2026-07-02")], Verdict.NEEDS_REVIEW, "in the future"),
        ([("approver.on", "2026-07-02")], Verdict.NEEDS_REVIEW, "the approval is dated 2 July 2026"),
        ([("approver.on", "2026-05-31")], Verdict.NEEDS_REVIEW, "before it was written on 1 June 2026"),
        ([("documents.0.issued", "2026-07-02")], Verdict.NEEDS_REVIEW, "a.pdf is issued on 2 July 2026"),
        ([("documents.0.issued", "2025-01-05")], Verdict.NEEDS_REVIEW, "542 days ago; at most 400"),
        (
            [("documents.0.issued", "2026-05-30")],
            Verdict.NEEDS_REVIEW,
            "30 May 2026, does not stand in a.pdf",
        ),
        ([("approver.name", "Somchai Tuayang")], Verdict.NEEDS_REVIEW, "the same person"),
        ([("approver.name", " SOMCHAI  tua\u200byang ")], Verdict.NEEDS_REVIEW, "the same person"),
        ([("approver.name", "Tuayang, Mr. Somchai")], Verdict.NEEDS_REVIEW, "the same person"),
        ([("documents.0.pages", "2")], Verdict.NEEDS_REVIEW, "p. 2, “4.2 Restore drill” is not in a.pdf"),
        (
            [("documents.0.section", "4.3 Restore drill")],
            Verdict.NEEDS_REVIEW,
            "“4.3 Restore drill” is not in",
        ),
        ([("documents.0.section", "restored in a drill")], Verdict.NEEDS_REVIEW, "is not in a.pdf"),
        ([("outcome", "not_met")], Verdict.FAIL, "that it is not met"),
        ([("outcome", "not_met"), ("expires", "2026-06-30")], Verdict.NEEDS_REVIEW, "expired"),
        (
            [("documents.0.sha256", "0" * 64)],
            Verdict.INCONCLUSIVE,
            "a.pdf is not the document that was attested",
        ),
    ],
)
def test_each_trouble_is_named(tmp_path: Path, changes: list[Change], verdict: Verdict, says: str) -> None:
    found = one(tmp_path, None, *changes)
    assert found.verdict is verdict, found.reason
    assert says in found.reason.en
    assert any("\u0e00" < c < "\u0e7f" for c in found.reason.th)


def test_thai_reasons_use_the_buddhist_era(tmp_path: Path) -> None:
    assert "คำรับรองสิ้นอายุเมื่อวันที่ 30 มิถุนายน 2569" in one(tmp_path, None, ("expires", "2026-06-30")).reason.th


def test_missing_words_are_named(tmp_path: Path) -> None:
    found = one(tmp_path, pdf(["31 May 2026", "4.2 Restore drill"]))
    assert found.verdict is Verdict.NEEDS_REVIEW
    assert found.reason.en == "none of the expected words stands there: “สำรองข้อมูล”, “backup”"


def test_words_may_stand_in_different_documents(tmp_path: Path) -> None:
    first, second = pdf(["Backup", "31 May 2026", "4.2 Restore"]), pdf(["Drill", "31 May 2026"])
    said = statement("BKP-01", "a.pdf", first)
    said["documents"].append(statement("", "b.pdf", second)["documents"][0] | {"section": "Drill"})
    changed(said, "documents.0.section", "4.2 Restore")
    (tmp_path / "b.pdf").write_bytes(second)
    hand_in(tmp_path, said, first)
    assert verdicts(tmp_path)["BKP-01"].verdict is Verdict.PASS


def test_several_troubles_are_joined_under_the_worst(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        None,
        ("documents.0.sha256", "0" * 64),
        ("expires", "2026-06-30"),
        ("approver.name", "somchai tuayang"),
    )
    assert found.verdict is Verdict.INCONCLUSIVE
    for words in ("the same person", "expired on", "is not the document"):
        assert words in found.reason.en


@pytest.mark.parametrize("data", [scan(), scan("Scanned by Example Scanner")], ids=["bare", "stamped"])
def test_a_scan_needs_a_reader_who_is_not_the_author(tmp_path: Path, data: bytes) -> None:
    found = one(tmp_path, data, ("documents.0.section", None), ("documents.0.pages", "1"))
    assert found.verdict is Verdict.NEEDS_REVIEW
    assert "no text that a machine can read, as in a scan" in found.reason.en
    assert "`examined`" in found.reason.en


READ = {"name": "Napa Chaiyo", "position": "Auditor", "on": "2026-06-03"}


@pytest.mark.parametrize(
    ("examined", "verdict"),
    [
        (READ, Verdict.PASS),
        (READ | {"name": "somchai  TUAYANG"}, Verdict.NEEDS_REVIEW),
        (READ | {"on": "2026-07-02"}, Verdict.NEEDS_REVIEW),
        (READ | {"on": "2026-05-30"}, Verdict.NEEDS_REVIEW),
    ],
    ids=["another", "the author", "in the future", "before it was issued"],
)
def test_who_may_have_read_a_scan(tmp_path: Path, examined: dict[str, str], verdict: Verdict) -> None:
    found = one(tmp_path, scan(), ("examined", examined))
    assert found.verdict is verdict
    if verdict is Verdict.PASS:
        assert "read by Napa Chaiyo on 3 June 2026, for no machine could (a.pdf: no text" in found.reason.en


def test_a_reader_does_not_mend_what_a_machine_could_read(tmp_path: Path) -> None:
    found = one(tmp_path, pdf(["31 May 2026", "4.2 Restore drill"]), ("examined", READ))
    assert (found.verdict, "expected words" in found.reason.en) == (Verdict.NEEDS_REVIEW, True)


def test_a_page_that_is_missing_from_a_scan_is_missing_whoever_read_it(tmp_path: Path) -> None:
    found = one(tmp_path, scan(), ("documents.0.pages", "2"), ("examined", READ))
    assert (found.verdict, "is not in a.pdf" in found.reason.en) == (Verdict.NEEDS_REVIEW, True)


def test_a_word_that_is_not_found_may_stand_on_a_scanned_page(tmp_path: Path) -> None:
    data = half_scan()
    asked = Slot(what=SLOT.what, words=(("quarantine",),))
    hand_in(tmp_path, statement("BKP-01", "a.pdf", data), data)
    (handed,) = gather(tmp_path, {"BKP-01": asked}, DAY)
    assert handed.inspections[0].words == (None,)
    assert "pages 2 of 2" in assess(asked, handed, DAY).reason.en


def test_a_docx_has_no_pages(tmp_path: Path) -> None:
    data = word(POLICY)
    changes: list[Change] = [("documents.0.section", None), ("documents.0.pages", "1")]
    found = one(tmp_path, data, *changes, file="a.docx")
    assert (found.verdict, "a DOCX has no fixed pages" in found.reason.en) == (Verdict.NEEDS_REVIEW, True)


def test_words_asked_for_since_it_was_handed_in_are_not_taken_as_found(tmp_path: Path) -> None:
    data = pdf()
    hand_in(tmp_path, statement("BKP-01", "a.pdf", data), data)
    (handed,) = gather(tmp_path, {"BKP-01": SLOT}, DAY)
    asked = Slot(what=SLOT.what, words=(*SLOT.words, ("quarantine",)))
    assert assess(asked, handed, DAY).verdict is Verdict.NEEDS_REVIEW


def test_a_row_without_a_slot_asks_for_no_words(tmp_path: Path) -> None:
    data = pdf(["31 May 2026", "4.2 Restore drill"])
    hand_in(tmp_path, statement("BKP-03", "a.pdf", data), data)
    assert verdicts(tmp_path)["BKP-03"].verdict is Verdict.PASS


@pytest.mark.parametrize("make", [pdf, lambda: word(POLICY)], ids=["pdf", "docx"])
def test_any_altered_byte_is_seen_and_never_bad_input(tmp_path: Path, make: Callable[[], bytes]) -> None:
    data = make()
    hand_in(tmp_path, statement("BKP-01", "a.doc", data), data)
    for place in {0, len(data) // 3, len(data) // 2, len(data) - 2, len(data) - 1}:
        altered = bytearray(data)
        altered[place] ^= 1
        (tmp_path / "a.doc").write_bytes(altered)
        found = verdicts(tmp_path)["BKP-01"]
        assert found.verdict is Verdict.INCONCLUSIVE, (place, found.reason)
        assert "not the document that was attested" in found.reason.en


def test_expiry_acts_without_touching_files(tmp_path: Path) -> None:
    data = pdf()
    changes: dict[str, Any] = {"expires": "2026-07-01"}
    hand_in(tmp_path, statement("BKP-01", "a.pdf", data) | changes, data)
    (handed,) = gather(tmp_path, ROWS, DAY)
    assert [assess(SLOT, handed, day).verdict for day in (DAY, date(2026, 7, 2))] == [
        Verdict.PASS,
        Verdict.NEEDS_REVIEW,
    ]


@pytest.mark.parametrize(
    ("place", "value", "age", "due"),
    [
        ("expires", "2026-09-09", 400, date(2026, 9, 9)),
        ("documents.0.expires", "2569-08-08", 400, date(2026, 8, 8)),
        ("documents.0.number", "7", 31, date(2026, 7, 1)),
        ("documents.0.number", "7", None, date(2027, 6, 1)),
    ],
)
def test_the_last_day_is_the_earliest(
    tmp_path: Path, place: str, value: str, age: int | None, due: date
) -> None:
    data, slot = pdf(), Slot(what=Text("", ""), max_age_days=age)
    hand_in(tmp_path, changed(statement("BKP-01", "a.pdf", data), place, value), data)
    (handed,) = gather(tmp_path, ROWS, DAY)
    assert due_on(slot, handed, DAY) == due
    assert assess(slot, handed, due).verdict is Verdict.PASS
    assert assess(slot, handed, date.fromordinal(due.toordinal() + 1)).verdict is Verdict.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("นายสมชาย ใจดี", "สมชาย  ใจดี", True),
        ("นพ.สมชาย ใจดี", "ดร. สมชาย ใจดี", True),
        ("น้ำ ใจดี", "นํ้า ใจดี", True),
        ("Dr. Somchai Jaidee", "JAIDEE Somchai", True),
        ("สมชาย ใจดี", "สมหญิง ใจดี", False),
        ("Somchai Jaidee", "Somchai Jaidee-Wong", False),
    ],
)
def test_one_person_under_two_spellings(left: str, right: str, equal: bool) -> None:
    assert same(left, right) is same(right, left) is equal


BAD: list[tuple[list[Change], str]] = [
    ([("requirement", "BKP-1")], "did you mean `BKP-0"),
    ([("requirement", "ZZZ-99")], "see `moph-harness requirements list`"),
    ([("requirement", "BKP-02")], "BKP-02 is attested in"),
    ([("expires", "31/05/2026")], "expires: `31/05/2026` is not a date"),
    ([("expires", "2026-02-30")], "expires: `2026-02-30` is not a date"),
    ([("author.on", "soon")], "author.on: `soon` is not a date"),
    ([("documents.0.issued", "2569-13-01")], "documents[0].issued: `2569-13-01` is not a date"),
    ([("documents.0.section", None)], "neither `pages` nor `section`"),
    ([("documents.0.section", " ")], "neither `pages` nor `section`"),
    ([("documents.0.pages", "5-3")], "pages `5-3`: pages count from 1 upward"),
    ([("documents.0.pages", "0")], "pages `0`: pages count from 1 upward"),
    ([("documents.0.sha256", "abc")], "found `abc`"),
    ([("documents.0.sha", "abc")], "unknown key `sha`; did you mean `sha256`?"),
    ([("documents", [])], "Expected `array` of length >= 1"),
    ([("approver", None)], "key `approver` is missing here"),
    ([("approver.name", " ")], "approver.name is empty"),
    ([("statement", "")], "`statement` is empty"),
    ([("outcome", "yes")], "found `yes`"),
    ([("documents.0.file", "none.pdf")], "document `none.pdf` is not there"),
    ([("documents.0.file", "../out.pdf")], "document `../out.pdf` is outside"),
    ([("documents.0.file", "link.pdf")], "document `link.pdf` is outside"),
    ([("documents.0.file", "loop.pdf")], "cannot be a file"),
    ([("documents.0.file", "a\0.pdf")], "cannot be a file"),
    ([("documents.0.file", "x" * 5000)], "cannot be a file"),
    ([("documents.0.file", "folder")], "document `folder` is not a file"),
]


@pytest.mark.parametrize(("changes", "says"), BAD, ids=[says for _, says in BAD])
def test_bad_input_is_one_sentence(tmp_path: Path, changes: list[Change], says: str) -> None:
    folder = tmp_path / "in"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "out.pdf").write_bytes(pdf())
    (folder / "link.pdf").symlink_to(tmp_path / "out.pdf")
    (folder / "loop.pdf").symlink_to("loop.pdf")
    data = pdf()
    said = statement("BKP-01", "a.pdf", data)
    hand_in(folder, statement("BKP-02", "a.pdf", data), data)
    hand_in(folder, said, data)
    for place, value in changes:
        changed(said, place, value)
    (folder / "BKP-01.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    with pytest.raises(BadInput) as wrong:
        gather(folder, ROWS, DAY)
    assert says in str(wrong.value)
    assert str(wrong.value).startswith(str(folder))
    assert "\n" not in str(wrong.value)


def test_an_absolute_path_is_refused_even_inside(tmp_path: Path) -> None:
    data = pdf()
    said = statement("BKP-01", "a.pdf", data)
    hand_in(tmp_path, said, data)
    hand_in(tmp_path, changed(said, "documents.0.file", str(tmp_path / "a.pdf")), data)
    with pytest.raises(BadInput, match="is outside"):
        gather(tmp_path, ROWS, DAY)


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    data = pdf()
    (tmp_path / "real.pdf").write_bytes(data)
    (tmp_path / "a.pdf").symlink_to("real.pdf")
    hand_in(tmp_path, statement("BKP-01", "a.pdf", data), data)
    assert verdicts(tmp_path)["BKP-01"].verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("b.yaml", "requirement: &a BKP-01\noutcome: *a\n", "alias"),
        ("b.yaml", "requirement: BKP-01\nrequirement: BKP-02\n", "stands here and on line 1"),
        ("b.yaml", "{" * 90, "b.yaml"),
        ("b.yaml", "- a\n", "expected keys and values at the top"),
        ("b.yml", "requirement: BKP-01\n", "name it b.yaml"),
    ],
)
def test_broken_yaml_is_one_sentence(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as wrong:
        gather(tmp_path, ROWS, DAY)
    assert says in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a folder"):
        gather(tmp_path / "none", ROWS, DAY)
    (tmp_path / "b.yaml").mkdir()
    with pytest.raises(BadInput, match=r"b\.yaml: is not a file"):
        gather(tmp_path, ROWS, DAY)


def test_an_empty_folder_hands_nothing_in(tmp_path: Path) -> None:
    handed: tuple[Handed, ...] = gather(tmp_path, ROWS, DAY)
    assert handed == ()
