"""The committee's profile on the demo platform: papers come, go, change and end, and exactly their rows move."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness import audit, locking, registry
from harness.attest import samples
from harness.demo import DemoPlatform
from harness.errors import BadInput, Exit
from harness.model import Decision, Verdict
from harness.overlay import today
from harness.record import Run
from harness.store import RunFolder

PROFILE = "moph-bma"
Verdicts = dict[str, Verdict]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    locked = locking.load(PROFILE, registry.checks())
    folder = tmp_path_factory.mktemp("papers")
    slots = {id: c.row.evidence for id, c in locked.requirements.items() if c.row.evidence is not None}
    samples.write(folder, slots, today())
    return folder


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, papers: Path) -> tuple[Path, Run]:
    """One whole run, with its papers."""
    place = tmp_path_factory.mktemp("runs") / "run"
    with DemoPlatform() as demo:
        record = audit.audit(
            demo.target_path, PROFILE, place, resume=False, progress=lambda _: None, attestations=papers
        )
    return place, record


@pytest.fixture
def again(done: tuple[Path, Run], papers: Path, tmp_path: Path) -> Callable[..., Run]:
    """Judge a copy of the run again, with a copy of its papers that `change` may touch."""

    def judged(
        change: Callable[[Path], object] = lambda _: None, at: date | None = None, waivers: Path | None = None
    ) -> Run:
        place, folder = tmp_path / "run", tmp_path / "papers"
        shutil.copytree(done[0], place)
        shutil.copytree(papers, folder)
        change(folder)
        return audit.again(RunFolder.existing(place), at, folder, waivers)

    return judged


def verdicts(record: Run) -> Verdicts:
    return {clause.id: clause.verdict for clause in record.ledger.clauses}


def moved(before: Run, after: Run) -> Verdicts:
    old, new = verdicts(before), verdicts(after)
    return {id: new[id] for id in new if new[id] is not old[id]}


def attested(record: Run) -> set[str]:
    """The rows in play whose document holds, whatever else they wait for."""
    return {
        c.id
        for c in record.ledger.clauses
        if c.attested is not None
        and c.attested.verdict is Verdict.PASS
        and c.verdict is not Verdict.NOT_APPLICABLE
    }


def test_every_row_has_a_verdict_and_the_report_two_parts(done: tuple[Path, Run]) -> None:
    place, record = done
    assert len(record.ledger.clauses) == 341
    assert [gate.id for gate in record.ledger.gates] == ["technical", "governance"]
    assert Verdict.FAIL not in verdicts(record).values()
    assert record.ledger.due == ()
    assert (place / "report.th.html").is_file()


def test_what_is_not_built_keeps_the_decision_open(done: tuple[Path, Run]) -> None:
    record = done[1]
    assert record.decision is Decision.UNDETERMINED
    open_ = {c.id for c in record.ledger.clauses if c.verdict is Verdict.NOT_COVERED}
    assert open_ == {
        c.id
        for c in record.ledger.clauses
        if (c.planned or (c.not_tested and not c.checks and c.expects is None))
        and c.verdict is not Verdict.NOT_APPLICABLE
    }


def test_nothing_moves_when_nothing_changes(done: tuple[Path, Run], again: Callable[..., Run]) -> None:
    assert moved(done[1], again()) == {}


def test_a_deleted_attestation_moves_its_row_alone(done: tuple[Path, Run], again: Callable[..., Run]) -> None:
    after = again(lambda folder: (folder / "CTAM-15.yaml").unlink())
    assert moved(done[1], after) == {"CTAM-15": Verdict.NOT_RUN}
    assert [due.requirement for due in after.ledger.due] == ["CTAM-15"]


def test_the_reports_beside_say_what_was_judged_last(again: Callable[..., Run], tmp_path: Path) -> None:
    again(lambda folder: (folder / "CTAM-15.yaml").unlink())
    report = (tmp_path / "run" / "report.en.html").read_text(encoding="utf-8")
    assert "no statement was handed in" in report


def test_an_altered_byte_moves_the_rows_that_cite_the_document(
    done: tuple[Path, Run], again: Callable[..., Run], papers: Path
) -> None:
    def cited(path: Path) -> set[str]:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {document["file"] for document in said["documents"]}

    name = min(cited(papers / "CTAM-15.yaml"))
    rows = {path.stem for path in papers.glob("*.yaml") if name in cited(path)}

    def alter(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(bytes(data))

    after = again(alter)
    assert set(moved(done[1], after)) == rows & attested(done[1])
    assert set(moved(done[1], after).values()) == {Verdict.INCONCLUSIVE}


def test_an_ended_statement_moves_its_row_alone(done: tuple[Path, Run], again: Callable[..., Run]) -> None:
    def end(folder: Path) -> None:
        path = folder / "CTAM-15.yaml"
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        said["expires"] = (today() + timedelta(days=3)).isoformat()
        path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")

    before = again(end)
    assert moved(done[1], before) == {}
    assert [due.requirement for due in before.ledger.due] == ["CTAM-15"]


def test_expiry_acts_without_touching_a_file(done: tuple[Path, Run], tmp_path: Path) -> None:
    place = tmp_path / "run"
    shutil.copytree(done[0], place)
    later = audit.again(RunFolder.existing(place), today() + timedelta(days=3650), None, None)
    before = verdicts(done[1])  # what nobody looked at weighs more than a paper to be reviewed
    assert set(moved(done[1], later)) == {id for id in attested(done[1]) if before[id] is Verdict.PASS}
    assert set(moved(done[1], later).values()) == {Verdict.NEEDS_REVIEW}
    back = audit.again(RunFolder.existing(place), today(), None, None)
    assert moved(done[1], back) == {}


def test_an_approver_of_ones_own_work_is_no_approver(
    done: tuple[Path, Run], again: Callable[..., Run]
) -> None:
    def approve(folder: Path) -> None:
        path = folder / "CTAM-15.yaml"
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        said["approver"] = dict(said["author"])
        path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")

    assert moved(done[1], again(approve)) == {"CTAM-15": Verdict.NEEDS_REVIEW}


def test_a_broken_paper_changes_nothing_on_disk(done: tuple[Path, Run], papers: Path, tmp_path: Path) -> None:
    place, folder = tmp_path / "run", tmp_path / "papers"
    shutil.copytree(done[0], place)
    shutil.copytree(papers, folder)
    (folder / "CTAM-15.yaml").write_text("requirement: CTAM-15\nrequirement: CTAM-16\n", encoding="utf-8")
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    with pytest.raises(BadInput, match=r"CTAM-15\.yaml:2:1.*keep one"):
        audit.again(RunFolder.existing(place), None, folder, None)
    assert {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} == before


def waiver(folder: Path, **changes: Any) -> Path:
    said = {
        "check": "HTTP-05", "subject": "portal", "owner": "นาง ก ตัวอย่าง", "approver": "นาย ข สมมติ",
        "reason": "the policy arrives with release 12", "issued": today().isoformat(),
        "expires": (today() + timedelta(days=60)).isoformat(),
    }  # fmt: skip
    path = folder / "waivers.yaml"
    path.write_text(
        yaml.safe_dump({"waivers": {"W-1": said | changes}}, allow_unicode=True), encoding="utf-8"
    )
    return path


def test_a_waiver_lies_over_a_failure_and_its_end_brings_it_back(papers: Path, tmp_path: Path) -> None:
    place = tmp_path / "run"
    with DemoPlatform(["csp-report-only"]) as demo:
        record = audit.audit(
            demo.target_path,
            "baseline",
            place,
            resume=False,
            progress=lambda _: None,
            waivers=waiver(tmp_path),
        )
    assert record.decision is Decision.CONFORMANT_WITH_WAIVERS
    assert audit.gate(record) is Exit.MET
    failed = [i for i in record.items if i.verdict is Verdict.FAIL]
    assert [i.id for i in failed] == ["HTTP-05"]
    assert failed[0].results[0].waiver == "W-1"
    later = audit.again(RunFolder.existing(place), today() + timedelta(days=61), None, None)
    assert later.decision is Decision.NON_CONFORMANT
    assert audit.gate(later) is Exit.USAGE
    assert "W-1" in later.ledger.faults[0]


def test_a_waiver_with_nothing_to_waive_is_a_mistake(tmp_path: Path, again: Callable[..., Run]) -> None:
    record = again(waivers=waiver(tmp_path))
    assert audit.gate(record) is Exit.USAGE
    assert "W-1" in record.ledger.faults[0]


def test_a_waiver_for_nobody_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with DemoPlatform() as demo, pytest.raises(BadInput, match="did you mean `portal`"):
        audit.audit(
            demo.target_path, "baseline", tmp_path / "run", resume=False, progress=lambda _: None,
            waivers=waiver(tmp_path, subject="protal"),
        )  # fmt: skip
    assert not (tmp_path / "run").exists()


def test_a_lie_about_what_is_offered_is_found(tmp_path: Path, papers: Path) -> None:
    with DemoPlatform(["hidden-fhir"]) as demo:
        record = audit.audit(
            demo.target_path,
            PROFILE,
            tmp_path / "run",
            resume=False,
            progress=lambda _: None,
            attestations=papers,
        )
    assert next(i for i in record.items if i.id == "FACT-01").verdict is Verdict.FAIL
    assert record.decision is Decision.NON_CONFORMANT
