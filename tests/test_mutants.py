"""Every switch of the demo platform fails exactly its checks; without a switch the platform conforms.

`pytest tests/test_mutants.py -s` prints the matrix: one row for each switch, one mark for each check that moved.
"""

import pytest
from harness import registry
from harness import target as targets
from harness.demo import DEFECTS, DemoPlatform
from harness.model import Decision, Obligation, Text, Verdict
from harness.profile import Profile, Use, lock
from harness.run import collect_into, judge_folder, start
from harness.secrets import credentials

#: Settings that make a check speak on the demo, whose CA is its own.
SETTINGS = {"CRT-09": {"private_ca": True}}
#: Checks that have no switch because no answer of a platform can fail them: they only report.
REPORTING: set[str] = set()
QUIET = {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO}


def every_check(**only):
    """A profile of every check (or of `only`), all binding."""
    checks = registry.checks()
    uses = {id: Use(Obligation.MUST, SETTINGS.get(id, {})) for id in checks if not only or id in only}
    text = Text("every check", "ทุกข้อ")
    profile = Profile(id="every-check", version="1", title=text, source="tests", checks=uses)
    return lock(profile, checks, "tests/test_mutants.py")


def audited(defects, folder):
    """The record of one whole run against the demo with these defects."""
    with DemoPlatform(defects) as demo:
        wanted = targets.load(demo.target_path)
        run = start(wanted, every_check(), folder / "run")
        collect_into(run, credentials(wanted)[0], lambda _: None)
    return judge_folder(run)


def verdicts(record):
    return {item.id: item.verdict for item in record.items}


def reasons(record, id):
    item = next(item for item in record.items if item.id == id)
    return [f"{r.subject}: {r.verdict} {r.reason.en}" for r in item.results]


@pytest.fixture(scope="module")
def conforming(tmp_path_factory):
    return audited((), tmp_path_factory.mktemp("conforming"))


def test_without_a_switch_the_platform_conforms(conforming):
    loud = {id: reasons(conforming, id) for id, v in verdicts(conforming).items() if v not in QUIET}
    assert not loud
    assert conforming.decision is Decision.CONFORMANT


def test_every_check_has_exactly_one_switch():
    tripped = [check for defect in DEFECTS.values() for check in defect.checks]
    assert sorted(tripped) == sorted(set(registry.checks()) - REPORTING)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_switch_moves_its_check_and_nothing_else(name, conforming, tmp_path):
    defect, before = DEFECTS[name], verdicts(conforming)
    record = audited({name}, tmp_path)
    moved = {id: v for id, v in verdicts(record).items() if v != before[id]}
    print(f"\n{name:<24}" + "  ".join(f"{id}: {before[id]} → {v}" for id, v in moved.items()), end="")
    wanted = dict.fromkeys(defect.checks, Verdict(defect.becomes))
    assert moved == wanted, {id: reasons(record, id) for id in {*moved, *wanted}}


def test_every_defect_together_is_a_bad_platform(tmp_path):
    record = audited({name for name, defect in DEFECTS.items() if defect.combinable}, tmp_path)
    failed = {id for id, v in verdicts(record).items() if v is Verdict.FAIL}
    assert record.decision is Decision.NON_CONFORMANT
    assert len(failed) > len(record.items) / 2
