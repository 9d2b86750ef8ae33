"""The whole pipeline on the demo platform: reproducible, resumable, tamper-evident, inside its ceiling."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from harness import audit
from harness.cli import main
from harness.demo import DemoPlatform
from harness.errors import BadInput, Exit, IntegrityError
from harness.model import Decision, Verdict
from harness.record import Run
from harness.run import judge_folder, left
from harness.store import Head, RunFolder


def quiet(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def platform() -> Iterator[DemoPlatform]:
    with DemoPlatform(frozenset()) as running:
        yield running


@pytest.fixture(scope="module")
def whole(platform: DemoPlatform, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    out = tmp_path_factory.mktemp("runs") / "whole"
    return audit.audit(platform.target_path, "baseline", out, resume=False, progress=quiet), out


def copied(folder: Path, to: Path) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            place = to / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    return to


def test_the_demo_platform_conforms(whole: tuple[Run, Path]) -> None:
    record, _ = whole
    wrong = [(i.id, i.verdict, [r.reason.en for r in i.results]) for i in record.items if i.verdict not in
             (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO)]  # fmt: skip
    assert wrong == []
    assert record.decision is Decision.CONFORMANT
    assert record.complete


def test_every_selected_pair_has_exactly_one_result(whole: tuple[Run, Path]) -> None:
    record, out = whole
    head = RunFolder(out).read("run.json", Head)
    for item in record.items:
        subjects = [r.subject for r in item.results]
        assert subjects
        assert len(subjects) == len(set(subjects))
    assert left(RunFolder(out)) == []
    assert len(head.plan) == len(set(head.plan))


def test_every_pass_rests_on_evidence_and_an_assertion(whole: tuple[Run, Path]) -> None:
    record, out = whole
    for item in record.items:
        for result in item.results:
            if result.verdict is Verdict.PASS:
                assert result.assertions >= 1
                assert result.evidence is not None
                assert RunFolder(out).digest(result.evidence) == result.digest


def test_judging_again_gives_the_same_bytes(whole: tuple[Run, Path], tmp_path: Path) -> None:
    there = copied(whole[1], tmp_path / "again")
    before = (there / "results.json").read_bytes()
    judge_folder(RunFolder(there))
    assert (there / "results.json").read_bytes() == before


@pytest.mark.parametrize("change", ["alter", "remove", "add"])
def test_changed_evidence_is_noticed(whole: tuple[Run, Path], tmp_path: Path, change: str) -> None:
    there = copied(whole[1], tmp_path / "changed")
    some = next(there.glob("evidence/*/*.json"))
    if change == "alter":
        some.write_bytes(some.read_bytes().replace(b"a", b"b", 1))
    elif change == "remove":
        some.unlink()
    else:
        some.with_name("Added.json").write_bytes(some.read_bytes())
    with pytest.raises(IntegrityError):
        judge_folder(RunFolder(there))
    assert CliRunner().invoke(main, ["judge", str(there)]).exit_code == Exit.INTEGRITY


def test_a_killed_run_continues_without_asking_again(platform: DemoPlatform, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    gate = "ci-gate"  # without danger classes: a run killed while an account is locked leaves it locked
    command = [sys.executable, "-m", "harness", "run", str(platform.target_path), "--out", str(out)]
    command += ["--profile", gate]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while not list(out.glob("evidence/*/*.json")) and time.monotonic() < until:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    kept = {p: p.stat().st_mtime_ns for p in out.glob("evidence/*/*.json")}
    assert kept
    assert left(RunFolder(out)), "it was killed too late to show anything"
    half = judge_folder(RunFolder(copied(out, tmp_path / "half")))
    assert not half.complete
    assert half.decision is Decision.UNDETERMINED
    whole = audit.audit(platform.target_path, gate, out, resume=True, progress=quiet)
    assert whole.complete
    assert whole.decision is Decision.CONFORMANT
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
    assert not list(out.rglob("*.part"))


def test_a_half_collected_run_never_looks_whole(
    platform: DemoPlatform, whole: tuple[Run, Path], tmp_path: Path
) -> None:
    there = copied(whole[1], tmp_path / "half")
    (there / "manifest.json").unlink()
    next(there.glob("evidence/*/*.json")).unlink()
    head = RunFolder(there).read("run.json", Head)
    RunFolder(there).write("run.json", msgspec.json.encode(msgspec.structs.replace(head, finished=None)))
    record = judge_folder(RunFolder(there))
    assert not record.complete
    assert record.decision is Decision.UNDETERMINED
    assert Verdict.NOT_RUN in {i.verdict for i in record.items}


def test_resume_refuses_another_target_and_another_profile(
    platform: DemoPlatform, whole: tuple[Run, Path], tmp_path: Path
) -> None:
    there = copied(whole[1], tmp_path / "other")
    other = platform.target_path.with_name("other.yaml")
    other.write_text(re.sub(r"(?m)^owner: .*$", "owner: Somebody Else", platform.target_path.read_text()))
    with pytest.raises(BadInput, match="another target"):
        audit.audit(other, "baseline", there, resume=True, progress=quiet)
    with pytest.raises(BadInput, match="already holds something"):
        audit.audit(platform.target_path, "baseline", there, resume=False, progress=quiet)


def test_the_ceiling_ends_a_run_undecided(platform: DemoPlatform, tmp_path: Path) -> None:
    low = platform.target_path.with_name("low.yaml")
    low.write_text(re.sub(r"max_requests: \d+", "max_requests: 40", platform.target_path.read_text()))
    record = audit.audit(low, "baseline", tmp_path / "low", resume=False, progress=quiet)
    assert sum(f.requests + f.connections for f in record.footprint) <= 80
    assert record.decision is Decision.UNDETERMINED
    assert Verdict.NOT_RUN in {i.verdict for i in record.items}


def test_nothing_is_sent_outside_the_window(platform: DemoPlatform, tmp_path: Path) -> None:
    shut = platform.target_path.with_name("shut.yaml")
    window = "scope:\n  window: {from: 2020-01-01T00:00:00+07:00, until: 2020-01-02T00:00:00+07:00}"
    shut.write_text(platform.target_path.read_text().replace("scope:", window, 1))
    found = CliRunner().invoke(main, ["run", str(shut), "--out", str(tmp_path / "shut")])
    assert found.exit_code == Exit.REFUSED
    assert not (tmp_path / "shut").exists()


def test_no_secret_of_the_demo_reaches_the_disk(platform: DemoPlatform, whole: tuple[Run, Path]) -> None:
    from harness import target
    from harness.secrets import credentials

    secrets, lacking = credentials(target.load(platform.target_path))
    assert secrets
    assert not lacking
    for path in whole[1].rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [name for name, secret in secrets.items() if secret.encode() in data], path


def test_the_command_line_judges_and_reports(whole: tuple[Run, Path], tmp_path: Path) -> None:
    there = copied(whole[1], tmp_path / "cli")
    assert CliRunner().invoke(main, ["judge", str(there)]).exit_code == Exit.MET
    for lang in ("th", "en"):
        out = tmp_path / f"{lang}.html"
        found = CliRunner().invoke(main, ["report", str(there), "--lang", lang, "--out", str(out)])
        assert found.exit_code == Exit.MET
        assert out.read_bytes() == (there / f"report.{lang}.html").read_bytes()
    assert CliRunner().invoke(main, ["report", str(there), "--format", "json"]).exit_code == Exit.MET
