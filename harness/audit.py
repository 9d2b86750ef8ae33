"""One audit from files to reports: what `run`, `demo` and the tests call."""

from collections.abc import Callable
from pathlib import Path

from harness import profile as profiles
from harness import registry, rollup, target
from harness.errors import BadInput, Exit, Refused
from harness.record import Run
from harness.run import collect_into, judge_folder, start
from harness.scope import Names, window_open
from harness.secrets import credentials
from harness.store import Head, RunFolder

LANGUAGES = ("th", "en")


def audit(file: Path, profile: str, out: Path, *, resume: bool, progress: Callable[[str], None]) -> Run:
    """Collect, judge, and write both reports into `out`. Raises BadInput, Refused, IntegrityError."""
    from harness import present

    wanted = target.load(file)
    _refuse_closed(wanted)
    locked = profiles.load(profile, registry.checks())
    folder = _continue(out, wanted, locked) if resume else start(wanted, locked, out)
    found, _ = credentials(wanted)
    if folder.read("run.json", Head).finished is None:
        collect_into(folder, found, progress)
    record = judge_folder(folder)
    for lang in LANGUAGES:
        folder.write(f"report.{lang}.html", present.render(record, "html", lang).encode())
    return record


def gate(record: Run) -> Exit:
    """The exit code of a run."""
    return rollup.exit_code(record.decision)


def _refuse_closed(wanted: target.Target) -> None:
    from datetime import UTC, datetime

    Names(wanted)  # reports mistakes in hosts, networks and connect_to before anything is written
    if not window_open(wanted.scope, datetime.now(UTC)):
        raise Refused(f"now is outside the agreed window {wanted.scope.window}; nothing was sent")


def _continue(out: Path, wanted: target.Target, locked: profiles.Locked) -> RunFolder:
    folder = RunFolder.existing(out)
    head = folder.read("run.json", Head)
    if folder.read("target.json", target.Target) != wanted:
        raise BadInput(f"{out} was started with another target; give the same file, or another --out")
    if head.profile_digest != locked.digest:
        raise BadInput(f"{out} was started with another profile; give the same one, or another --out")
    return folder
