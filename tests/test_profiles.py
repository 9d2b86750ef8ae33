"""Profiles: layers, selections, limits, conflicts, facts; and what is refused, in one sentence each."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from harness import difference, layering, locking, registry, tailor
from harness import target as targets
from harness.errors import BadInput
from harness.model import Obligation
from harness.profile import Locked
from harness.requirement import Part

CHECKS = registry.checks()
HEAD: dict[str, Any] = {
    "id": "mine",
    "version": "1",
    "title": {"en": "Mine", "th": "ของเรา"},
    "source": "tests",
}


def write(folder: Path, name: str = "mine", **said: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(HEAD | {"id": name} | said, allow_unicode=True), encoding="utf-8")
    return path


def lock(folder: Path, **said: Any) -> Locked:
    return locking.load(str(write(folder, **said)), CHECKS)


def test_one_threshold_in_a_layer_of_ones_own(tmp_path: Path) -> None:
    ours = locking.load("cocsirt", CHECKS)
    theirs = lock(tmp_path, extends=["cocsirt"], checks={"HTTP-03": {"with": {"at_least": "63072000"}}})
    assert theirs.checks["HTTP-03"].settings["at_least"] == 63072000
    changed = [row for row in difference.rows(ours, theirs) if row[0] != "profile"]
    assert changed == [("setting", "HTTP-03.at_least", "31536000", "63072000")]
    assert theirs.digest != ours.digest
    assert theirs.layers == (("common", "2026.1"), ("cocsirt", "2026.1"), ("mine", "1"))


def test_the_last_layer_wins(tmp_path: Path) -> None:
    write(tmp_path, "low", extends=["baseline"], checks={"CRT-03": {"with": {"days_left": "20"}}})
    write(tmp_path, "high", extends=["low.yaml"], checks={"CRT-03": {"obligation": "should"}})
    found = locking.load(str(tmp_path / "high.yaml"), CHECKS).checks["CRT-03"]
    assert (found.obligation, found.settings["days_left"]) == (Obligation.SHOULD, 20)


def test_a_threshold_looser_than_the_row_accepts_is_refused(tmp_path: Path) -> None:
    said = {"checks": {"TLS-05": {"with": {"tls13_required": "false"}}}}
    with pytest.raises(
        BadInput, match=r"TLS-05.*tls13_required.*is False; WSS-N09 accepts only true.*without"
    ):
        lock(tmp_path, extends=["wss"], **said)


def test_a_default_is_tightened_to_the_row(tmp_path: Path) -> None:
    assert CHECKS["TLS-05"].settings["tls13_required"] is False
    assert locking.load("wss", CHECKS).checks["TLS-05"].settings["tls13_required"] is True


def test_a_row_left_out_takes_its_limit_along_and_is_reported(tmp_path: Path) -> None:
    why = {"en": "not asked of this platform", "th": "ไม่ได้กำหนดสำหรับแพลตฟอร์มนี้"}
    found = lock(tmp_path, extends=["wss"], without={"WSS-N09": why})
    assert "WSS-N09" not in found.requirements
    assert found.not_covered["WSS-N09"].why.en == why["en"]
    assert "TLS-05" not in found.checks


def test_selection_by_obligation_part_and_id(tmp_path: Path) -> None:
    common = {"extends": ["layers/common.yaml"]}
    (tmp_path / "layers").mkdir()
    shared = layering.shipped()["wss"].parent / "layers" / "common.yaml"
    (tmp_path / "layers" / "common.yaml").write_bytes(shared.read_bytes())
    musts = lock(tmp_path, select=[{"standards": ["wss"], "obligations": ["must"]}], **common)
    assert {c.obligation for c in musts.requirements.values()} == {Obligation.MUST}
    governance = lock(tmp_path, select=[{"standards": ["pdpa-logs"], "parts": ["governance"]}], **common)
    assert {c.row.part for c in governance.requirements.values()} <= {Part.GOVERNANCE, Part.BOTH}
    one = lock(tmp_path, select=[{"standards": ["wss"], "only": ["WSS-N11"]}], **common)
    assert list(one.requirements) == ["WSS-N11"]
    raised = lock(
        tmp_path,
        select=[{"standards": ["wss"], "only": ["WSS-N11"]}],
        obligations={"WSS-N11": "must"},
        **common,
    )
    assert raised.requirements["WSS-N11"].obligation is Obligation.MUST


def test_an_undecided_conflict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"conflict CONF-01 .* without deciding it; write `decides: .*classes, free"
    ):
        lock(tmp_path, select=[{"standards": ["cocsirt"], "only": ["COC-05"]}])


def test_a_decided_conflict_rules_the_other_side_out(tmp_path: Path) -> None:
    found = lock(
        tmp_path, select=[{"standards": ["cocsirt"], "only": ["COC-05"]}], decides={"CONF-01": "free"}
    )
    assert found.requirements["COC-05"].overruled == "CONF-01"
    kept = lock(
        tmp_path, select=[{"standards": ["cocsirt"], "only": ["COC-05"]}], decides={"CONF-01": "classes"}
    )
    assert kept.requirements["COC-05"].overruled is None


def test_a_side_sets_the_threshold_it_stands_for(tmp_path: Path) -> None:
    select = [{"standards": ["cocsirt"], "only": ["COC-12"]}]
    found = lock(tmp_path, select=select, decides={"CONF-03": "two_years", "CONF-09": "omit"})
    assert found.checks["HTTP-03"].settings["at_least"] == 63072000


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown standard": (
        {"select": [{"standards": ["wsss"]}]},
        "standard `wsss` does not exist; did you mean `wss`",
    ),
    "unknown row": ({"select": [{"standards": ["wss"], "only": ["WSS-N99"]}]}, "`WSS-N99` does not exist"),
    "unknown check": ({"checks": {"HTPP-03": {"obligation": "must"}}}, "did you mean `HTTP-03`"),
    "no force": (
        {"checks": {"HTTP-03": {}}},
        "`HTTP-03` is named, but no layer and no requirement selects it",
    ),
    "nothing": ({}, "selects nothing"),
    "unknown layer": ({"extends": ["basline"]}, "did you mean `baseline`"),
    "unknown fact": ({"extends": ["baseline"], "requires": ["categry"]}, "did you mean `category`"),
    "unknown side": ({"extends": ["wss"], "decides": {"CONF-04": "rediect"}}, "did you mean `redirect`"),
    "unknown conflict": (
        {"extends": ["wss"], "decides": {"CONF-99": "x"}},
        "conflict `CONF-99` does not exist",
    ),
    "left out, never in": (
        {"extends": ["baseline"], "without": {"HTTP-99": {"en": "x", "th": "ก"}}},
        "`HTTP-99` is named, but no layer",
    ),
    "force of a row not taken": (
        {"extends": ["wss"], "obligations": {"CTAM-01": "may"}},
        "`CTAM-01` does not exist",
    ),
    "no such setting": (
        {"extends": ["baseline"], "checks": {"HTTP-03": {"with": {"atleast": "1"}}}},
        "has no setting `atleast`; its settings: at_least, subdomains",
    ),
    "wrong type": (
        {"extends": ["baseline"], "checks": {"HTTP-03": {"with": {"at_least": "much"}}}},
        "setting `at_least`: Expected `int`",
    ),
    "unknown key": ({"extend": ["baseline"]}, "unknown key `extend`; did you mean `extends`"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_said_in_one_sentence(case: str, tmp_path: Path) -> None:
    said, words = REFUSED[case]
    with pytest.raises(BadInput) as wrong:
        lock(tmp_path, **said)
    assert words in str(wrong.value)
    assert "\n" not in str(wrong.value)
    assert "mine.yaml" in str(wrong.value) or "profile `" in str(wrong.value)


def test_a_profile_that_extends_itself_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "one", extends=["two.yaml"])
    write(tmp_path, "two", extends=["one.yaml"])
    with pytest.raises(BadInput, match="extends itself"):
        locking.load(str(tmp_path / "one.yaml"), CHECKS)


def test_no_two_rows_may_contradict_each_other_on_a_setting(tmp_path: Path) -> None:
    from harness import settings
    from harness.requirement import Limit

    limits = {"HTTP-03.at_least": [("A-01", Limit(at_least=10)), ("B-01", Limit(at_most=5))]}
    with pytest.raises(BadInput, match=r"no value of HTTP-03\.at_least satisfies both A-01 and B-01"):
        settings.explicit(CHECKS["HTTP-03"], {}, limits, tmp_path)


def target(folder: Path, **said: Any) -> targets.Target:
    path = folder / "target.yaml"
    scope = {"authorised_by": "x", "document": "y", "contact": "z", "hosts": ["portal.example"]}
    component = {"name": "portal", "kind": "portal", "base_url": "https://portal.example/"}
    api = {"name": "api", "kind": "api", "base_url": "https://portal.example/api/"}
    plain = {"name": "n", "owner": "o", "scope": scope, "components": [component, api]}
    path.write_text(yaml.safe_dump(plain | said), encoding="utf-8")
    return targets.load(path)


def test_a_required_fact_must_be_stated(tmp_path: Path) -> None:
    locked = locking.load("ctam", CHECKS)
    with pytest.raises(BadInput, match=r"needs the fact `category` .*one of low, medium, high"):
        tailor.check_facts(target(tmp_path), locked)
    tailor.check_facts(target(tmp_path, facts={"category": "high"}), locked)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"categry": "high"}, "unknown fact `categry`; did you mean `category`"),
        ({"category": "extreme"}, "fact `category` is `extreme`; expected one of low, medium, high"),
    ],
)
def test_facts_are_checked_by_name_and_value(tmp_path: Path, facts: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        tailor.check_facts(target(tmp_path, facts=facts), locking.load("baseline", CHECKS))


def test_a_profile_may_look_at_some_components_only(tmp_path: Path) -> None:
    locked = lock(tmp_path, extends=["baseline"], components=["api"], dangers=["injection"])
    stated = target(tmp_path)
    assert [c.name for c in tailor.narrowed(stated, locked).components] == ["api"]
    none = lock(tmp_path, extends=["baseline"], components=["fhir"])
    with pytest.raises(BadInput, match="looks at components of kind fhir; the target has none"):
        tailor.narrowed(stated, none)


def test_a_gate_before_deployment_sends_nothing_dangerous() -> None:
    locked = locking.load("ci-gate", CHECKS)
    assert locked.dangers == ()
    needed = {CHECKS[id].evidence for id in locked.checks}
    dangerous = {p.evidence for p in registry.probes().values() if p.danger}
    assert not needed & dangerous


def test_a_profile_does_not_differ_from_itself() -> None:
    locked = locking.load("wss", CHECKS)
    assert list(difference.rows(locked, locked)) == []
