"""The authorization endpoint, the code and the id_token of a real OpenID Provider (npm oidc-provider), strict and careless."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.checks.identity.probe_redirects import variants

from harness import registry
from harness.evidence import Missing
from harness.judge import judge_one
from harness.model import Judgement, Verdict
from tests.conftest import _ONLINE
from tests.oidc_server import CARELESS, WEAK, Oidc, oidc

#: Each check and the probe that collects for it.
MINE = {
    "OAU-01": "redirect_trials",
    "OAU-02": "redirect_trials",
    "OAU-03": "pkce_trials",
    "OAU-04": "code_trials",
    "OAU-05": "code_trials",
    "OAU-06": "authorization_trials",
    "OAU-07": "authorization_trials",
    "OAU-08": "authorization_trials",
    "OAU-18": "authorization_trials",
    "OID-04": "openid_trials",
    "OID-05": "openid_trials",
    "OID-06": "openid_trials",
    "OID-07": "openid_trials",
    "OID-08": "openid_trials",
}
#: Collected apart from the others, for it waits for a code to end.
LIFE = {"OAU-22": "code_life"}
SINGLE = [name for name, check in WEAK.items() if check in MINE]
#: Two checks see what one weakness does: an error sent to any address is also sent to one that was not registered.
BOTH = {"open-redirector": {"OAU-01"}}


def judged(running: Oidc, checks: dict[str, str] = MINE) -> dict[str, Judgement]:
    collected = {probe: running.collect(probe) for probe in set(checks.values())}
    found = {}
    for id, probe in checks.items():
        spec = registry.checks()[id]
        evidence = collected[probe].open(spec.evidence)
        assert not isinstance(evidence, Missing), evidence
        found[id] = judge_one(spec, evidence, spec.settings)
    return found


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oidc]:
    with oidc(tmp_path_factory.mktemp("strict"), online=_ONLINE) as running:
        yield running


@pytest.mark.system
def test_a_strict_provider_passes_everything(strict: Oidc) -> None:
    found = judged(strict)
    assert {id: j.reason.en for id, j in found.items() if j.verdict is not Verdict.PASS} == {}
    assert dict(found["OAU-04"].facts)["tokens of the code after its second use"].count("works") == 0


@pytest.mark.system
def test_no_secret_stands_in_the_evidence(strict: Oidc) -> None:
    secrets = [p.read_text(encoding="utf-8") for p in strict.file.parent.glob("*.secret")]
    for probe in sorted(set(MINE.values())):
        text = bytes(strict.collect(probe).value).decode()
        assert len(text) < 500_000
        assert not [s for s in secrets if s in text]
        assert "eyJ" not in text


@pytest.mark.system
def test_a_code_that_nobody_redeemed_ends(strict: Oidc) -> None:
    found = judged(strict, LIFE)["OAU-22"]
    assert found.verdict is Verdict.PASS, found.reason.en
    assert "a code 10 s old 400 invalid_grant" in found.reason.en


@pytest.mark.system
def test_a_code_that_outlives_its_declared_life_is_found(tmp_path: Path, online: dict[str, str]) -> None:
    with oidc(tmp_path, ["code-long-lived"], online) as running:
        assert judged(running, LIFE)["OAU-22"].verdict is Verdict.FAIL


@pytest.mark.system
@pytest.mark.parametrize("weak", SINGLE)
def test_a_single_weakness_is_found_by_its_check_alone(
    weak: str, tmp_path: Path, online: dict[str, str]
) -> None:
    with oidc(tmp_path, [weak], online) as running:
        found = judged(running)
    failing = {id for id, j in found.items() if j.verdict is Verdict.FAIL}
    assert failing - BOTH.get(weak, set()) == {WEAK[weak]}, {id: j.reason.en for id, j in found.items()}


@pytest.mark.system
def test_a_careless_provider_is_found_out(tmp_path: Path, online: dict[str, str]) -> None:
    with oidc(tmp_path, CARELESS, online) as running:
        found = judged(running)
    failing = {id for id, j in found.items() if j.verdict is Verdict.FAIL}
    assert failing == {WEAK[name] for name in CARELESS} & set(MINE), {
        id: j.reason.en for id, j in found.items()
    }


def test_there_are_more_than_fourteen_variants_and_each_differs_once() -> None:
    registered = "https://app.test/callback"
    found = variants(registered)
    assert len(found) >= 24
    assert len(set(found.values())) == len(found)
    assert registered not in found.values()


@pytest.mark.parametrize(
    "registered",
    ["http://127.0.0.1:8000/cb", "org.example:/cb", "https://app.test/cb?x=1", "https://app.test"],
)
def test_variants_can_be_made_of_any_registered_address(registered: str) -> None:
    assert all(url != registered for url in variants(registered).values())
    if "127.0.0.1" in registered:
        assert "other port" not in variants(registered)


@pytest.mark.system
def test_a_provider_that_takes_pushed_requests_only_is_gone_through_all_the_same(
    tmp_path: Path, online: dict[str, str]
) -> None:
    """Requests that it turns down never reach the browser, so no answer of theirs holds a state or an issuer."""
    with oidc(tmp_path, ["par-required"], online) as running:
        found = judged(running)
    assert {id: j.reason.en for id, j in found.items() if j.verdict is not Verdict.PASS} == {}
    assert "query added 400" in found["OAU-01"].reason.en
    assert found["OAU-07"].assertions == 4


@pytest.mark.system
def test_weaknesses_are_found_behind_pushed_requests(tmp_path: Path, online: dict[str, str]) -> None:
    planted = ("redirect-prefix", "pkce-optional", "implicit", "state-cut")
    with oidc(tmp_path, ["par-required", *planted], online) as running:
        found = judged(running)
    failing = {id for id, j in found.items() if j.verdict is Verdict.FAIL}
    assert failing == {WEAK[name] for name in planted}, {id: j.reason.en for id, j in found.items()}
