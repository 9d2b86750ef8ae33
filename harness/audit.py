"""One audit from files to reports: what `run`, `demo` and the tests call."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from harness import locking, registry, rollup, tailor, target
from harness.errors import BadInput, Exit, Refused
from harness.overlay import Overlay, today
from harness.profile import Locked
from harness.record import Run
from harness.run import collect_into, judge_folder, start
from harness.scope import Names, window_open
from harness.secrets import credentials
from harness.store import Head, RunFolder

LANGUAGES = ("th", "en")


def audit(
    file: Path,
    profile: str,
    out: Path,
    *,
    resume: bool,
    progress: Callable[[str], None],
    attestations: Path | None = None,
    waivers: Path | None = None,
) -> Run:
    """Collect, judge, and write both reports into `out`. Raises BadInput, Refused, IntegrityError."""
    locked = locking.load(profile, registry.checks())
    stated = target.load(file)
    tailor.check_facts(stated, locked)
    wanted = tailor.narrowed(stated, locked)
    _refuse_closed(wanted)
    over = _handed_in(wanted, locked, attestations, waivers, today())
    found, _ = credentials(wanted)
    folder = _continue(out, wanted, locked) if resume else start(wanted, locked, out)
    _keep(folder, over, attestations, waivers)
    if folder.read("run.json", Head).finished is None:
        collect_into(folder, found, progress)
    return report(folder, judge_folder(folder))


def again(folder: RunFolder, as_of: date | None, attestations: Path | None, waivers: Path | None) -> Run:
    """Judge a run folder again, offline, with what is handed in now in place of what was. Raises BadInput."""
    folder.verify()
    wanted = folder.read("target.json", target.Target)
    locked = folder.read("profile.json", Locked)
    over = _handed_in(wanted, locked, attestations, waivers, as_of or today())
    _keep(folder, over, attestations, waivers)
    record = judge_folder(folder, as_of)
    given = over is not None or as_of is not None
    return report(folder, record) if given else record  # else the reports there still say what was judged


def report(folder: RunFolder, record: Run) -> Run:
    """Write the reports of a judged run beside it."""
    from harness import present

    for lang in LANGUAGES:
        folder.write(f"report.{lang}.html", present.render(record, "html", lang).encode())
    return record


def gate(record: Run) -> Exit:
    """The exit code of a run: a waiver that cannot stand is a mistake in the input, whatever the verdicts say."""
    return Exit.USAGE if record.ledger.faults else rollup.exit_code(record.decision)


def _handed_in(
    wanted: target.Target, locked: Locked, attestations: Path | None, waivers: Path | None, as_of: date
) -> Overlay | None:
    if attestations is None and waivers is None:
        return None
    from harness import handin  # opens documents; a run without any needs none of that

    subjects = [s.id for found in target.subjects(wanted).values() for s in found]
    return handin.read(attestations, waivers, locked, subjects, as_of)


def _keep(folder: RunFolder, over: Overlay | None, attestations: Path | None, waivers: Path | None) -> None:
    if over is not None:
        from harness import handin

        handin.keep(folder, over, attestations, waivers)


def _refuse_closed(wanted: target.Target) -> None:
    from datetime import UTC, datetime

    Names(wanted)  # reports mistakes in hosts, networks and connect_to before anything is written
    if not window_open(wanted.scope, datetime.now(UTC)):
        raise Refused(f"now is outside the agreed window {wanted.scope.window}; nothing was sent")


def _continue(out: Path, wanted: target.Target, locked: Locked) -> RunFolder:
    folder = RunFolder.existing(out)
    head = folder.read("run.json", Head)
    if folder.read("target.json", target.Target) != wanted:
        raise BadInput(f"{out} was started with another target; give the same file, or another --out")
    if head.profile_digest != locked.digest:
        raise BadInput(f"{out} was started with another profile; give the same one, or another --out")
    return folder
