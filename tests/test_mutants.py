"""Every switch of the demo platform fails exactly its checks; without a switch the platform conforms.

`pytest tests/test_mutants.py -s` prints the matrix: one row for each switch that is on, one mark for each check that moved.
Switches are on in groups, each switch in two groups with nobody else in common (`tests/grouping.py` says what that proves);
with ALONE=1 in the environment each is on alone. It is watched by the checks of its own part of the platform, and codes and
links are left to live where no switch of the group is about their end; with FULL_MATRIX=1 each is on alone, watched by all
checks, and everything is waited for. Checks of other parts may then be left open, and no more: where a certificate does not
verify no password is typed.
"""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from harness import registry
from harness import target as targets
from harness.catalogue import empty
from harness.demo import DEFECTS, DemoPlatform
from harness.locking import Given, lock
from harness.model import Decision, Obligation, Text, Verdict
from harness.profile import Layer, Locked, Use
from harness.record import Run
from harness.run import RESULTS, collect_into, judge_folder, start
from harness.secrets import credentials
from harness.store import RunFolder
from harness.target import Target
from tests.grouping import Group, told
from tests.switches_apart import PARTS, groupings, watching

#: Settings under which these checks speak of the demo, whose CA is its own and whose owner wants no wildcard.
SETTINGS: dict[str, dict[str, Any]] = {"CRT-09": {"private_ca": True}, "CRT-11": {"wildcards": False}}
#: Checks that have no switch because no answer of a platform can fail them: they only report.
REPORTING = {"TLS-13", "RPT-13"}
#: Checks of FHIR servers, which the demo is not.
ELSEWHERE: set[str] = set()
ALL = frozenset().union(*PARTS)
FULL = bool(os.environ.get("FULL_MATRIX"))
ALONE = FULL or bool(os.environ.get("ALONE"))
#: What is on together in one run.
TRIED: tuple[Group, ...] = tuple((name,) for name in DEFECTS) if ALONE else groupings()
#: Checks that wait for something to end.
PATIENT = {"OAU-22", "ATN-16"}
QUIET = {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO}


def every_check(domains: frozenset[str] = ALL) -> Locked:
    """A profile of every check of these domains, all binding."""
    checks = registry.checks()
    uses = {id: Use(Obligation.MUST, SETTINGS.get(id, {})) for id in checks if checks[id].domain in domains}
    text = Text("every check", "ทุกข้อ")
    layer = Layer(id="every-check", version="1", title=text, source="tests", checks=uses)
    return lock(Given(layer, empty(), checks, Path(__file__)))


def audited(
    defects: Iterable[str], folder: Path, domains: frozenset[str] = ALL, *, patient: bool = True
) -> Run:
    """The record of one whole run against the demo with these defects."""
    with DemoPlatform(defects) as demo:
        wanted = targets.load(demo.target_path)
        wanted = wanted if patient else hurried(wanted)
        run = start(wanted, every_check(domains), folder / "run")
        collect_into(run, credentials(wanted)[0], lambda _: None)
    return judge_folder(run)


def hurried(wanted: Target) -> Target:
    """The same target, which does not declare what the checks would wait for."""
    providers = tuple(replace(one, code_seconds=None) for one in wanted.providers)
    logins = tuple(replace(one, reset_seconds=None) for one in wanted.logins)
    return replace(wanted, providers=providers, logins=logins)


def verdicts(record: Run) -> dict[str, Verdict]:
    """The verdict of every check, and of every check on every subject."""
    by_subject = {f"{r.check} {r.subject}": r.verdict for item in record.items for r in item.results}
    return {item.id: item.verdict for item in record.items} | by_subject


def reasons(record: Run, names: Iterable[str]) -> list[str]:
    """What the report says of these checks."""
    wanted = {name.partition(" ")[0] for name in names}
    return [
        f"{r.check} {r.subject}: {r.verdict} {r.reason.en}"
        for item in record.items
        for r in item.results
        if item.id in wanted
    ]


def made_once(factory: pytest.TempPathFactory, name: str, *, patient: bool) -> Run:
    """The conforming platform's record, made by whichever worker of this test run needs it first."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / name / "run" / RESULTS).is_file():
            audited((), base / name, patient=patient)
    return RunFolder(base / name / "run").read(RESULTS, Run)


@pytest.fixture(scope="module")
def conforming(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made_once(tmp_path_factory, "conforming", patient=True)


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The conforming platform, nothing waited for."""
    return made_once(tmp_path_factory, "at-once", patient=False)


def test_without_a_switch_the_platform_conforms(conforming: Run) -> None:
    loud = [name for name, verdict in verdicts(conforming).items() if verdict not in QUIET]
    assert not loud, reasons(conforming, loud)
    assert conforming.decision is Decision.CONFORMANT


def test_every_domain_is_watched() -> None:
    assert {spec.domain for spec in registry.checks().values()} == ALL


def test_every_check_has_exactly_one_switch() -> None:
    tripped = [check for defect in DEFECTS.values() for check in defect.checks]
    assert sorted(tripped) == sorted(set(registry.checks()) - REPORTING - ELSEWHERE)


def show(group: Group, before: dict[str, Verdict], moved: dict[str, Verdict]) -> None:
    """The matrix: a row for each switch of the group, and one for what belongs to none of them."""
    left = {what for what in moved if " " not in what}
    for name in group:
        mine = sorted(left & set(DEFECTS[name].checks))
        print(f"\n{name:<28}", *(f"{w}: {before[w]} → {moved[w]}" for w in mine), end="")
        left -= set(mine)
    if left:
        print(f"\n{'(nobody)':<28}", *(f"{w}: {before.get(w)} → {moved[w]}" for w in sorted(left)), end="")


def strayed(owners: Iterable[str], moved: dict[str, Verdict]) -> list[str]:
    """What moved that belongs to none of them or otherwise than to a failure, and what did not move."""
    wanted = set(owners)
    own = {
        what
        for what, verdict in moved.items()
        if what.partition(" ")[0] in wanted and verdict is Verdict.FAIL
    }
    return sorted({*moved, *wanted} - own)


@pytest.mark.parametrize("group", TRIED, ids="+".join)
def test_switches_move_their_checks_and_nothing_else(
    group: Group, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    owners = {check: name for name in group for check in DEFECTS[name].checks}
    patient = FULL or not PATIENT.isdisjoint(owners)
    before = verdicts(request.getfixturevalue("conforming" if patient else "at_once"))
    domains = watching(owners)
    record = audited(group, tmp_path, ALL if FULL else domains, patient=patient)
    moved = {what: verdict for what, verdict in verdicts(record).items() if verdict != before.get(what)}
    show(group, before, moved)
    said = "\n".join([told(group, owners, moved), *reasons(record, strayed(owners, moved))])
    elsewhere = {what for what in moved if registry.checks()[what.partition(" ")[0]].domain not in domains}
    left_open = {what for what in elsewhere if moved.pop(what) is Verdict.INCONCLUSIVE}
    assert elsewhere == left_open, said
    assert {w for w in moved if " " not in w} == set(owners), said
    assert {w.partition(" ")[0] for w in moved} == set(owners), said
    assert set(moved.values()) == {Verdict.FAIL}, said
    assert record.decision is Decision.NON_CONFORMANT


def test_all_defects_together_all_show(tmp_path: Path) -> None:
    together = {name: defect for name, defect in DEFECTS.items() if defect.combinable}
    record = audited(together, tmp_path)
    shown = verdicts(record)
    hidden = [check for d in together.values() for check in d.checks if shown[check] is not Verdict.FAIL]
    assert not hidden, reasons(record, hidden)
    assert record.decision is Decision.NON_CONFORMANT
