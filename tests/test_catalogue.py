"""The catalogue holds together, covers what it says it covers, and refuses what does not fit. A failure here fails the build."""

import shutil
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from harness import catalogue, coverage, locking, registry
from harness.catalogue import Catalogue
from harness.coverage import Status
from harness.errors import BadInput
from harness.layering import shipped
from harness.model import Obligation, Text
from harness.requirement import Confidence, Limit, Method, Part, Requirement

KNOWN = catalogue.load()
CHECKS = registry.checks()
ROWS = list(KNOWN.rows())
#: Rows of the compiled standards, section by section; the catalogue leaves none out and invents none.
PREFIXES = {
    "CTAM": 19, "COC": 19, "SH": 2, "HS4": 5, "MWEB": 1, "CISO": 1, "WSS": 63, "CAT": 7, "CII": 6, "CLD": 4,
    "VULN": 2, "GWS": 10, "ETX": 2, "IDA": 20, "THD": 13, "HID": 8, "PRV": 8, "MAC": 6, "ALT": 4, "LINE": 3,
    "CID": 6, "HC": 8, "TERM": 6, "HL": 17, "TC": 10, "PHR": 15, "F43": 4, "NH": 3, "IOT": 4, "LOG": 9, "PD": 24,
    "MH": 3, "DG": 11, "TGX": 7, "API": 11,
}  # fmt: skip


def test_every_row_is_in() -> None:
    found: dict[str, int] = {}
    for _, id, _ in ROWS:
        found[id.partition("-")[0]] = found.get(id.partition("-")[0], 0) + 1
    assert found == PREFIXES
    assert sum(found.values()) == 341


def test_nothing_is_cited_that_does_not_exist_and_no_must_row_is_forgotten() -> None:
    assert list(coverage.faults(KNOWN, CHECKS)) == []


@pytest.mark.parametrize("profile", shipped())
def test_every_shipped_profile_locks(profile: str) -> None:
    """A threshold looser than its row accepts, an undecided conflict or an unknown name would refuse here."""
    locked = locking.load(profile, CHECKS)
    assert locked.id == profile
    assert locked.checks or locked.requirements


def test_there_is_a_profile_for_each_standard() -> None:
    assert set(KNOWN.standards) <= set(shipped())
    for id in KNOWN.standards:
        assert set(locking.load(id, CHECKS).requirements) == set(KNOWN.standards[id].requirements)


def test_the_committees_profile_selects_every_row() -> None:
    locked = locking.load("moph-bma", CHECKS)
    assert len(locked.requirements) == 341
    assert {gate.part for gate in locked.gates.values()} == {Part.TECHNICAL, Part.GOVERNANCE}


@pytest.mark.parametrize(("standard", "id", "row"), ROWS, ids=[id for _, id, _ in ROWS])
def test_a_row_is_complete(standard: str, id: str, row: Requirement) -> None:
    for text in (
        row.title,
        *(t for t in (row.note, row.not_tested, row.derived) if t),
        *row.planned.values(),
    ):
        assert text.en.strip()
        assert text.th.strip()
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in text.th), f"{id}: no Thai in {text.th}"
    assert row.confidence in Confidence
    if Method.TEST not in row.methods:
        assert not row.planned
        assert not row.checks
    if row.evidence is None and not row.derived:
        assert Method.TEST in row.methods or row.not_tested


def test_no_row_is_surer_than_its_best_source() -> None:
    rank = list(Confidence)
    for _, id, row in ROWS:
        best = min((KNOWN.sources[key].confidence for key in row.sources), key=rank.index)
        assert rank.index(row.confidence) >= rank.index(best), id


def test_the_same_planned_check_says_the_same_kind_of_thing() -> None:
    """One id, one test: ids shared by rows do not wander between families."""
    for _, id, row in ROWS:
        for name in row.planned:
            prefix, _, number = name.partition("-")
            assert prefix.isupper(), f"{id}: {name}"
            assert number.isdigit(), f"{id}: {name}"


def test_facts_that_can_be_probed_are_probed_by_checks_that_exist() -> None:
    probed = {name: fact.probed_by for name, fact in KNOWN.facts.items() if fact.probed_by}
    assert probed
    assert set(probed.values()) <= set(CHECKS)


def row(**changes: object) -> Requirement:
    text = Text("x", "ก")
    plain = Requirement(
        title=text,
        obligation=Obligation.MUST,
        methods=(Method.TEST,),
        part=Part.TECHNICAL,
        sources=("WSS-APP",),
        confidence=Confidence.SECONDARY,
        checks=("HTTP-03",),
    )
    return replace(plain, **changes)


def with_row(changed: Requirement) -> Catalogue:
    wss = replace(KNOWN.standards["wss"], requirements={"WSS-N09": changed})
    return replace(KNOWN, standards={"wss": wss})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (row(checks=(), planned={}), "neither check nor evidence nor a reason"),
        (row(sources=("NOWHERE",)), "unknown source `NOWHERE`"),
        (row(applies={"fihr": ("yes",)}), "unknown fact `fihr`"),
        (row(applies={"fhir": ("maybe",)}), "unknown value of `fhir` `maybe`"),
        (row(limits={"HTTP-04.x": Limit(at_least=1)}), "expected CHECK.setting with a check of this row"),
        (row(limits={"HTTP-03.at_least": Limit()}), "exactly one of"),
        (row(limits={"HTTP-03.at_least": Limit(at_least=1, at_most=2)}), "exactly one of"),
    ],
)
def test_a_row_that_does_not_fit_is_named(changed: Requirement, said: str) -> None:
    assert any(said in fault for fault in catalogue.faults(with_row(changed)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (row(checks=("HTTP-99",)), "cites check HTTP-99, which does not exist"),
        (row(planned={"HTTP-03": Text("x", "ก")}), "plans check HTTP-03, which exists"),
    ],
)
def test_a_citation_that_does_not_hold_fails_the_build(changed: Requirement, said: str) -> None:
    assert any(said in fault for fault in coverage.faults(with_row(changed), CHECKS))


def test_a_check_that_cites_an_unknown_clause_fails_the_build() -> None:
    spec = CHECKS["HTTP-03"]
    for citation in ("ASVS 5.0.0-99.1.1", "RFC", "Nobody's Standard §1"):
        changed = {"HTTP-03": replace(spec, verifies=(citation,))}
        assert any(citation in fault for fault in coverage.faults(KNOWN, changed))


def test_asvs_is_known_with_its_levels() -> None:
    levels = list(KNOWN.references["ASVS 5.0.0"].clauses.values())
    assert [levels.count(n) for n in (1, 2, 3)] == [70, 183, 92]  # OWASP ASVS 5.0.0, May 2025


def test_most_checks_cite_asvs_where_it_has_a_clause() -> None:
    cited = [s.id for s in CHECKS.values() if any(v.startswith("ASVS 5.0.0-") for v in s.verifies)]
    assert len(cited) >= 40


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (row(), Status.TESTED),
        (row(planned={"X-1": Text("x", "ก")}), Status.PLANNED),
        (row(checks=(), not_tested=Text("x", "ก")), Status.UNREACHABLE),
        (row(checks=(), derived=Text("x", "ก")), Status.DERIVED),
    ],
)
def test_what_is_planned_is_never_called_covered(changed: Requirement, expected: Status) -> None:
    assert coverage.status(changed) is expected


def test_a_folder_of_ones_own_replaces_a_standard(tmp_path: Path) -> None:
    shutil.copy(catalogue.folder() / "tgix.yaml", tmp_path / "tgix.yaml")
    text = (tmp_path / "tgix.yaml").read_text(encoding="utf-8")
    (tmp_path / "tgix.yaml").write_text(text.replace("TGX-01:", "TGX-81:", 1), encoding="utf-8")
    found = catalogue.load(tmp_path)
    assert found.row("TGX-81") is not None
    assert found.row("TGX-01") is None
    assert found.row("WSS-N09") == KNOWN.row("WSS-N09")


def test_a_file_must_be_named_after_its_standard(tmp_path: Path) -> None:
    shutil.copy(catalogue.folder() / "tgix.yaml", tmp_path / "mine.yaml")
    with pytest.raises(BadInput, match=r"id is `tgix`; expected the file's own name, `mine`"):
        catalogue.load(tmp_path)


def test_an_empty_folder_of_ones_own_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no \.yaml file here"):
        catalogue.load(tmp_path)


def test_a_row_twice_is_refused(tmp_path: Path) -> None:
    shutil.copy(catalogue.folder() / "tgix.yaml", tmp_path / "extra.yaml")
    text = (tmp_path / "extra.yaml").read_text(encoding="utf-8")
    (tmp_path / "extra.yaml").write_text(text.replace("id: tgix", "id: extra", 1), encoding="utf-8")
    with pytest.raises(BadInput, match="ids are unique"):
        catalogue.load(tmp_path)


def test_scores_weigh_a_hundred() -> None:
    score = KNOWN.standards["ctam"].scores["ctam-plus"]
    assert score.items == tuple(f"CTAM-{n:02}" for n in range(1, 18))
    lighter = replace(score, passed_weight=60)
    changed = replace(KNOWN.standards["ctam"], scores={"ctam-plus": lighter})
    faults = catalogue.faults(replace(KNOWN, standards={**KNOWN.standards, "ctam": changed}))
    assert any("the weights add up to 90" in fault for fault in faults)


@pytest.mark.parametrize("path", sorted(catalogue.folder().glob("*.yaml")), ids=lambda p: p.name)
def test_both_yaml_readers_agree_on_our_files(path: Path) -> None:
    """The quick reader and PyYAML's own see the same texts."""
    from harness import quickyaml

    assert quickyaml.plain(path.read_text(encoding="utf-8")) == yaml.load(
        path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader
    )
