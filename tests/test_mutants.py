"""Every switch of the demo platform fails exactly its checks; without a switch the platform conforms.

`pytest tests/test_mutants.py -s` prints the matrix: one row for each switch, one mark for each check that moved.
A switch is watched by the checks of its own part of the platform, and codes and links are left to live where the switch is not
about their end; with FULL_MATRIX=1 in the environment it is watched by all of them and everything is waited for.
"""

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
from harness.run import collect_into, judge_folder, start
from harness.secrets import credentials
from harness.target import Target

#: Settings under which these checks speak of the demo, whose CA is its own and whose owner wants no wildcard.
SETTINGS: dict[str, dict[str, Any]] = {"CRT-09": {"private_ca": True}, "CRT-11": {"wildcards": False}}
#: Checks that have no switch because no answer of a platform can fail them: they only report.
REPORTING = {"TLS-13", "RPT-13"}
#: Checks of FHIR servers, which the demo is not.
ELSEWHERE: set[str] = set()
#: Parts of the platform that do not touch one another; each is watched by the checks of its domains.
PARTS = (
    frozenset({"transport", "certificates", "names", "web", "denials"}),
    frozenset({"identity"}),
    frozenset({"sessions"}),
    frozenset({"relying"}),
)
ALL = frozenset().union(*PARTS)
FULL = bool(os.environ.get("FULL_MATRIX"))
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


def watching(checks: Iterable[str]) -> frozenset[str]:
    """The domains that watch switches of these checks."""
    domains = {registry.checks()[check].domain for check in checks}
    if FULL:
        return ALL
    return frozenset().union(*(part for part in PARTS if part & domains))


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


@pytest.fixture(scope="module")
def conforming(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return audited((), tmp_path_factory.mktemp("conforming"))


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The conforming platform, nothing waited for."""
    return audited((), tmp_path_factory.mktemp("at-once"), patient=False)


def test_without_a_switch_the_platform_conforms(conforming: Run) -> None:
    loud = [name for name, verdict in verdicts(conforming).items() if verdict not in QUIET]
    assert not loud, reasons(conforming, loud)
    assert conforming.decision is Decision.CONFORMANT


def test_every_domain_is_watched() -> None:
    assert {spec.domain for spec in registry.checks().values()} == ALL


def test_every_check_has_exactly_one_switch() -> None:
    tripped = [check for defect in DEFECTS.values() for check in defect.checks]
    assert sorted(tripped) == sorted(set(registry.checks()) - REPORTING - ELSEWHERE)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_switch_moves_its_check_and_nothing_else(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    defect = DEFECTS[name]
    patient = FULL or not PATIENT.isdisjoint(defect.checks)
    before = verdicts(request.getfixturevalue("conforming" if patient else "at_once"))
    record = audited({name}, tmp_path, watching(defect.checks), patient=patient)
    moved = {what: verdict for what, verdict in verdicts(record).items() if verdict != before.get(what)}
    print(f"\n{name:<28}", *(f"{w}: {before[w]} → {v}" for w, v in moved.items() if " " not in w), end="")
    assert {w for w in moved if " " not in w} == set(defect.checks), reasons(record, [*moved, *defect.checks])
    assert {w.partition(" ")[0] for w in moved} == set(defect.checks), reasons(record, moved)
    assert set(moved.values()) == {Verdict.FAIL}, reasons(record, moved)
    assert record.decision is Decision.NON_CONFORMANT


def test_all_defects_together_all_show(tmp_path: Path) -> None:
    together = {name: defect for name, defect in DEFECTS.items() if defect.combinable}
    record = audited(together, tmp_path)
    shown = verdicts(record)
    hidden = [check for d in together.values() for check in d.checks if shown[check] is not Verdict.FAIL]
    assert not hidden, reasons(record, hidden)
    assert record.decision is Decision.NON_CONFORMANT
