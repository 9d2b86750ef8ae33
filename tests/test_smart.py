"""Apps and services at a FHIR server: what is right passes, what cannot be shown is said, and words mean what they say."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from harness.checks.identity.probe_smart_server import Seen, Server, about, of_category
from harness.checks.identity.smart_words import LABORATORY, VITAL, covers, narrowed

from harness import registry, target
from harness.demo import DemoPlatform
from harness.errors import BadInput
from harness.evidence import MEANING, Evidence, Exchange, Missing
from harness.judge import judge_one
from harness.model import Fault, Judgement
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.secrets import credentials

CHECKS = tuple(f"SMT-{n:02}" for n in range(3, 10))
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoPlatform]:
    with DemoPlatform() as running:
        yield running


def described(demo: DemoPlatform, edit: Edit) -> target.Target:
    """The demo's target file with a change."""
    content = yaml.safe_load(demo.target_path.read_text(encoding="utf-8"))
    edit(content)
    place = demo.target_path.with_name("changed-target.yaml")
    place.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return target.load(place)


def judged(demo: DemoPlatform, edit: Edit, checks: tuple[str, ...] = CHECKS) -> dict[str, Judgement]:
    """The checks on the demo as this target describes it; each probe runs once."""
    wanted = described(demo, edit)
    (issuer,) = target.subjects(wanted)["issuer"]
    around = Surroundings(wanted, Names(wanted), Gate(wanted.scope), credentials(wanted)[0], b"s" * 32)
    specs = {check: registry.checks()[check] for check in checks}
    probes, found = registry.probes(), {}
    for kind in {spec.evidence for spec in specs.values()}:
        found[kind] = run_probe(probes[kind], issuer, around).open(kind)
    return {check: _one(spec, found[spec.evidence]) for check, spec in specs.items()}


def _one(spec: registry.CheckSpec, evidence: Evidence | Missing) -> Judgement:
    if isinstance(evidence, Missing):
        return Judgement(MEANING[evidence.cause][0], evidence.reason)
    return judge_one(spec, evidence, spec.settings)


def verdicts(found: dict[str, Judgement]) -> dict[str, str]:
    return {check: judgement.verdict.value for check, judgement in found.items()}


def provider(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["providers"][0]
    return found


def test_a_right_server_passes(demo: DemoPlatform) -> None:
    found = judged(demo, lambda content: None)
    assert set(verdicts(found).values()) == {"pass"}, {c: j.reason.en for c, j in found.items()}
    assert dict(found["SMT-07"].facts) == {"policy: granted": "none"}


def test_without_a_fhir_server_nothing_applies(demo: DemoPlatform) -> None:
    def none(content: dict[str, Any]) -> None:
        content["components"] = [c for c in content["components"] if c["kind"] != "fhir"]
        content["facts"]["fhir"] = "no"
        del provider(content)["fhir"]

    assert set(verdicts(judged(demo, none)).values()) == {"not_applicable"}


def test_a_fhir_server_that_is_not_tied_to_the_provider_is_said(demo: DemoPlatform) -> None:
    found = judged(demo, lambda content: provider(content).pop("fhir"))
    assert set(verdicts(found).values()) == {"not_run"}
    assert all("names no `fhir`" in j.reason.en for j in found.values())


def test_without_a_service_nobody_shows_that_the_other_patient_is_there(demo: DemoPlatform) -> None:
    found = judged(demo, lambda content: provider(content)["clients"].pop("service"))
    lacking = {check for check, verdict in verdicts(found).items() if verdict == "not_run"}
    assert lacking == {"SMT-04", "SMT-07", "SMT-09"}
    assert set(verdicts(found).values()) == {"pass", "not_run"}


def test_another_patient_who_is_not_there_proves_nothing(demo: DemoPlatform) -> None:
    found = judged(demo, lambda content: provider(content)["fhir"].update(other_patient="nobody"))
    unsure = {check for check, verdict in verdicts(found).items() if verdict == "inconclusive"}
    assert unsure == {"SMT-04", "SMT-09"}


def test_a_patient_who_is_another_than_the_one_signed_in_proves_nothing(demo: DemoPlatform) -> None:
    def swapped(content: dict[str, Any]) -> None:
        fhir = provider(content)["fhir"]
        fhir["patient"], fhir["other_patient"] = fhir["other_patient"], fhir["patient"]

    found = judged(demo, swapped, ("SMT-03", "SMT-04", "SMT-05", "SMT-06", "SMT-09"))
    assert set(verdicts(found).values()) == {"inconclusive"}
    assert all("another patient" in j.reason.en for j in found.values())


def test_without_a_signing_key_no_ended_token_can_be_made(demo: DemoPlatform) -> None:
    found = judged(demo, lambda content: provider(content).pop("signing_key"), ("SMT-03", "SMT-06"))
    assert verdicts(found) == {"SMT-03": "pass", "SMT-06": "inconclusive"}
    assert found["SMT-06"].fault is Fault.CREDENTIALS


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda p: p["fhir"].update(component="nowhere"), "there is no component `nowhere`"),
        (
            lambda p: p["fhir"].update(component="api"),
            "component `api` is of kind api; expected one of kind fhir",
        ),
        (lambda p: p["fhir"].update(patient="p-0002"), "both `p-0002`; name two patients"),
        (lambda p: p["fhir"].update(patient="Patient/1"), "found .Patient/1."),
    ],
)
def test_a_target_that_does_not_hold_together_is_refused(demo: DemoPlatform, edit: Edit, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        described(demo, lambda content: edit(provider(content)))


# -- words and answers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "asked", "expected"),
    [
        ("patient/Observation.rs", ("Observation", "s", LABORATORY), True),
        ("patient/Observation.r", ("Observation", "s", LABORATORY), False),
        ("patient/Patient.rs", ("Observation", "r", ""), False),
        ("patient/*.read", ("Observation", "s", VITAL), True),
        ("patient/*.write", ("Observation", "s", VITAL), False),
        ("user/Observation.*", ("Observation", "r", VITAL), True),
        (narrowed(LABORATORY), ("Observation", "s", LABORATORY), True),
        (narrowed(LABORATORY), ("Observation", "s", VITAL), False),
        ("patient/Observation.rs?category=laboratory,vital-signs", ("Observation", "s", VITAL), True),
        ("patient/Observation.rs?code=1234-5", ("Observation", "s", VITAL), True),  # not known: perhaps
        ("launch/patient", ("Patient", "r", ""), False),
        ("openid", ("Patient", "r", ""), False),
        ("patient/Observation.sr", ("Observation", "s", ""), False),  # the letters have an order
    ],
)
def test_a_scope_is_for_what_its_words_say(scope: str, asked: tuple[str, str, str], expected: bool) -> None:
    assert covers([scope], *asked) is expected


class Canned:
    """A wire that answers everything with the same status and body."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.body = status, body

    def http(self, method: str, url: str, **how: Any) -> Exchange:
        how["inspect"]((), self.body)
        return Exchange(id="x", label="", url=url, status=self.status)


def seen(status: int, body: str) -> Seen:
    wire: Any = Canned(status, body.encode())
    return Server(wire, "https://fhir.example/r4").get("Patient/b", "token", "")


OTHER = '{"resourceType": "Patient", "id": "b"}'
RESULT = '{"resourceType": "Observation", "subject": {"reference": "https://fhir.example/r4/Patient/b/_history/2"}}'
ISSUE = '{"resourceType": "OperationOutcome", "issue": [{"diagnostics": "Patient/b is not yours"}]}'


def bundle(*resources: str) -> str:
    entries = ", ".join(f'{{"resource": {one}}}' for one in resources)
    return f'{{"resourceType": "Bundle", "link": [{{"url": "?patient=b"}}], "entry": [{entries}]}}'


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, OTHER, True),
        (200, RESULT, True),
        (200, bundle(ISSUE, OTHER), True),
        (200, bundle(bundle(RESULT)), True),
        (200, bundle(), False),
        (200, bundle(ISSUE), False),
        (200, OTHER.replace('"b"', '"bb"'), False),
        (200, '{"resourceType": "Observation", "subject": {"reference": "Patient/ab"}}', False),
        (200, '{"resourceType": "Observation", "subject": [7], "patient": {"reference": 1}}', False),
        (200, '{"resourceType": "Bundle", "entry": {"resource": 1}}', False),
        (200, '{"id": "b"}', None),
        (200, "<html>signed out</html>", None),
        (200, "[" * 100_000, None),
        (403, OTHER, False),
        (404, ISSUE, False),
        (302, "", False),
        (429, "", None),
        (500, OTHER, None),
    ],
)
def test_an_answer_is_a_grant_only_where_it_holds_the_other_record(
    status: int, body: str, expected: bool | None
) -> None:
    assert seen(status, body).holds(about("b")) is expected


def test_a_category_is_read_from_the_resource() -> None:
    coded = '{"resourceType": "Observation", "category": [7, {"coding": [{"code": "vital-signs"}]}, {"coding": null}, {"coding": 7}]}'
    assert seen(200, coded).holds(of_category(VITAL))
    assert not seen(200, coded).holds(of_category(LABORATORY))
    assert not seen(200, coded.replace('"vital-signs"', "[]")).holds(of_category(VITAL))
