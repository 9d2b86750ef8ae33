"""`attest new` and `attest verify`, and the samples of the demo."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from harness.attest import command, samples
from harness.attest.assess import assess
from harness.attest.load import gather
from harness.catalogue import Catalogue
from harness.errors import BadInput, Exit
from harness.model import Obligation, Text, Verdict
from harness.requirement import Confidence, Impact, Method, Part, Requirement, Score, Slot, Standard
from tests.attest_documents import SLOT, changed, hand_in, pdf, statement

DAY = date(2026, 7, 1)


def row(**more: object) -> Requirement:
    plain = {
        "title": Text("Backups are kept", "มีการสำรองข้อมูล"),
        "obligation": Obligation.MUST,
        "methods": (Method.EXAMINE,),
        "part": Part.GOVERNANCE,
        "sources": ("S",),
        "confidence": Confidence.OFFICIAL,
    }
    return Requirement(**(plain | more))  # type: ignore[arg-type]


ROWS = {
    "BKP-01": row(evidence=SLOT, title=Text("Backups\nare: kept # always", "มีการสำรอง\nข้อมูล")),
    "BKP-02": row(evidence=SLOT),
    "BKP-03": row(checks=("TLS-01", "TLS-02")),
    "BKP-04": row(planned={"BK-01": Text("a", "ก")}),
    "BKP-05": row(derived=Text("it is counted", "นับ")),
    "BKP-06": row(not_tested=Text("no one may look", "ดูไม่ได้")),
}
SCORE = Score(
    title=Text("Score", "คะแนน"),
    items=("BKP-01",),
    declared_in="BKP-02",
    impact={"outage": Impact(Text("Outage", "ระบบล่ม"), {"none": 50, "day": 40})},
    sources=("S",),
    confidence=Confidence.OFFICIAL,
)


@pytest.fixture(autouse=True)
def _small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    name = Text("Sample", "ตัวอย่าง")
    standard = Standard(
        id="sample",
        title=name,
        issuer=name,
        edition=Text("1", "๑"),
        about=name,
        requirements=ROWS,
        scores={"s": SCORE},
    )
    found = Catalogue(standards={"sample": standard}, sources={}, facts={}, conflicts={}, references={})
    monkeypatch.setattr("harness.catalogue.load", lambda: found)


def test_the_stub_says_what_is_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.new("bkp-01", tmp_path / "new") is Exit.MET
    text = (tmp_path / "new/BKP-01.yaml").read_text(encoding="utf-8")
    for words in (
        SLOT.what.en,
        SLOT.what.th,
        "Backups are: kept # always",
        "มีการสำรอง ข้อมูล",
        "สำรองข้อมูล, backup",
        "400",
    ):
        assert words in text
    assert "figures" not in text
    assert str(tmp_path / "new/BKP-01.yaml") in capsys.readouterr().out


def test_the_stub_asks_for_the_figures_of_a_score(tmp_path: Path) -> None:
    command.new("BKP-02", tmp_path)
    found = yaml.safe_load((tmp_path / "BKP-02.yaml").read_text(encoding="utf-8"))
    assert found["figures"] == {"outage": "FILL-IN: one of none, day"}


def test_an_unfilled_stub_fails_value_by_value_until_it_is_filled_in(tmp_path: Path) -> None:
    """Each sentence names the next value; with all of them filled in, the stub is a sound attestation."""
    command.new("BKP-02", tmp_path)
    path, data = tmp_path / "BKP-02.yaml", pdf()
    (tmp_path / "a.pdf").write_bytes(data)
    sound = statement("BKP-02", "a.pdf", data)
    values = {
        **sound["documents"][0],
        "outcome": "met",
        "statement": "Done.",
        "expires": "2027-05-31",
        "outage": "none",
    }
    people = [sound["author"], sound["approver"]]
    asked = 0
    while "FILL-IN:" in "".join(
        s for s in path.read_text(encoding="utf-8").splitlines() if not s.startswith("#")
    ):
        with pytest.raises(BadInput, match="is not filled in yet; write it in place of FILL-IN") as wrong:
            command.verify(tmp_path, DAY, as_json=False)
        number, name = int(str(wrong.value).split(":")[1]), str(wrong.value).split("`")[1]
        lines = path.read_text(encoding="utf-8").splitlines()
        who = (
            people[0]
            if number < lines.index(next(s for s in lines if s.startswith("approver")))
            else people[1]
        )
        value = values[name] if name in values else who[name]
        start = lines[number - 1].partition('"')[0]
        lines[number - 1] = f"{start}{json.dumps(value)}"
        path.write_text("\n".join(lines), encoding="utf-8")
        asked += 1
    assert asked == 17
    assert command.verify(tmp_path, DAY, as_json=False) is Exit.MET


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "BKP-01.yaml").write_text("mine")
    with pytest.raises(BadInput, match=r"BKP-01\.yaml exists"):
        command.new("BKP-01", tmp_path)
    assert (tmp_path / "BKP-01.yaml").read_text() == "mine"
    (tmp_path / "BKP-02.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="exists"):
        command.new("BKP-02", tmp_path)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("BKP-1", "there is no requirement BKP-1; did you mean `BKP-0"),
        ("../x", "there is no requirement ../X; see `moph-harness requirements list`"),
        ("BKP-03", "BKP-03 takes no attestation; the checks TLS-01, TLS-02 decide it"),
        ("BKP-04", "a check that does not exist yet is to decide it: BK-01"),
        ("BKP-05", "it follows from other results: it is counted"),
        ("BKP-06", "nobody decides it here: no one may look"),
    ],
)
def test_rows_that_take_no_attestation(id: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as wrong:
        command.new(id, tmp_path / "new")
    assert says in str(wrong.value)
    assert not (tmp_path / "new").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        command.new("BKP-01", tmp_path / "file" / "folder")


@pytest.mark.parametrize(
    ("place", "value", "exit"),
    [
        ("statement", "Done.", Exit.MET),
        ("outcome", "not_met", Exit.NOT_MET),
        ("expires", "2026-06-30", Exit.UNDECIDED),
        ("documents.0.sha256", "0" * 64, Exit.UNDECIDED),
    ],
)
def test_verify_prints_and_exits(
    place: str, value: str, exit: Exit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = pdf()
    for id in ("BKP-01", "BKP-02"):
        hand_in(tmp_path, statement(id, "a.pdf", data), data)
    hand_in(tmp_path, changed(statement("BKP-01", "a.pdf", data), place, value), data)
    assert command.verify(tmp_path, DAY, as_json=False) is exit
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == ["BKP-01", "BKP-02"]
    verdict = {Exit.MET: "pass", Exit.NOT_MET: "fail"}.get(exit)
    assert [line.split()[1] for line in lines if line[0] != " "][1] == "pass"
    assert verdict is None or lines[0].split()[1] == verdict
    assert lines[1].split() == ["a.pdf", "1", "page,", "“4.2", "Restore", "drill”", "sha256", statement("", "", data)["documents"][0]["sha256"]]  # fmt: skip
    assert command.verify(tmp_path, DAY, as_json=True) is exit
    found = json.loads(capsys.readouterr().out)
    assert [one["requirement"] for one in found] == ["BKP-01", "BKP-02"]
    assert found[1]["counts_until"] == "2027-06-01"
    assert found[1]["documents"][0]["pages"] == 1


def test_verify_needs_something_to_verify(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no attestation here"):
        command.verify(tmp_path, DAY, as_json=False)


def test_an_attestation_of_a_row_that_a_check_decides_is_refused(tmp_path: Path) -> None:
    data = pdf()
    hand_in(tmp_path, statement("BKP-03", "a.pdf", data), data)
    with pytest.raises(BadInput, match="no requirement `BKP-03` takes an attestation"):
        command.verify(tmp_path, DAY, as_json=False)


def test_control_characters_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = pdf()
    said = changed(statement("BKP-01", "a.pdf", data), "documents.0.section", "4.2\x1b[31m Restore")
    hand_in(tmp_path, said, data)
    command.verify(tmp_path, DAY, as_json=False)
    assert "\x1b[31m R" not in capsys.readouterr().out


def test_samples_pass_on_their_day(tmp_path: Path) -> None:
    thai_only = Slot(what=Text("Order", "คำสั่ง"), words=(("คำสั่ง",), ("2561", "๒๕๖๑")), max_age_days=7)
    rows = {"BKP-01": SLOT, "BKP-02": SLOT, "ORD-01": thai_only, "ORD-02": Slot(what=Text("x", "ก"))}
    samples.write(tmp_path / "s", rows, DAY)
    handed = gather(tmp_path / "s", dict(rows), DAY)
    found = {
        one.attestation.requirement: assess(rows[one.attestation.requirement], one, DAY) for one in handed
    }
    assert {id: attested.verdict for id, attested in found.items()} == dict.fromkeys(rows, Verdict.PASS)
    assert {p.name for p in (tmp_path / "s").iterdir() if p.suffix != ".yaml"} == {
        "BKP-01.pdf",
        "BKP.docx",
        "ORD.docx",
    }
    figures = {one.attestation.requirement: one.attestation.figures for one in handed}
    assert figures["BKP-02"] == {"outage": "none"}
    assert figures["BKP-01"] == {}


def test_a_sample_that_expires_or_changes_stops_passing_alone(tmp_path: Path) -> None:
    rows = {"BKP-01": SLOT, "ORD-01": SLOT}
    samples.write(tmp_path, rows, DAY)
    altered = bytearray((tmp_path / "ORD.docx").read_bytes())
    altered[len(altered) // 2] ^= 1
    (tmp_path / "ORD.docx").write_bytes(altered)
    handed = gather(tmp_path, dict(rows), DAY)
    assert [assess(SLOT, one, DAY).verdict for one in handed] == [Verdict.PASS, Verdict.INCONCLUSIVE]
    (tmp_path / "ORD-01.yaml").unlink()
    assert [one.attestation.requirement for one in gather(tmp_path, dict(rows), DAY)] == ["BKP-01"]


def test_a_folder_for_samples_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        samples.write(tmp_path / "file", {"BKP-01": SLOT}, DAY)
