"""Every check of the domain on a second real provider, Django with django-oauth-toolkit: strict, careless, overridden."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from harness import registry
from harness.evidence import MEANING, Envelope, Missing
from harness.judge import judge_one
from harness.model import Judgement
from tests.django_server import CARELESS, WEAK, dot
from tests.oidc_server import Oidc

FAMILIES = ("JWK", "JWT", "OAU", "OID")
#: What the strict configuration gives, where that is no pass, with the reason in the toolkit's own terms.
STRICT = {
    # access tokens are random strings that the resource looks up in its database (oauthlib's default generator)
    **{f"JWT-{n:02}": ("not_applicable", "signed JWTs") for n in (1, 2, 3, 4, 5, 6, 7, 8, 10)},
    "JWT-12": ("not_applicable", "opaque"),
    # OAuth2Validator.validate_id_token: "when users try to access resources, check that provided id_token is valid"
    "JWT-09": ("fail", "the id_token 200"),
    # check_redirect_to_uri_allowed compares urlsplit(…).hostname, which is in small letters; RFC 9700 wants the strings
    "OAU-01": ("fail", "granted: host in other case 302 a code was sent there"),
    # iss is added to codes only: OAuthLibMixin.error_response does not know it, although the metadata promise it
    "OAU-08": ("fail", "error: missing"),
    # clients authenticate by a secret or not at all; neither DPoP nor pushed requests nor (unless DCR_ENABLED) registration
    "OAU-12": ("not_applicable", "private_key_jwt"),
    "OAU-19": ("not_applicable", "DPoP"),
    "OAU-20": ("not_applicable", "registration endpoint"),
    "OAU-21": ("not_applicable", "pushed requests"),
    # ConnectDiscoveryInfoView offers HS256 whatever the applications' algorithms are
    "OID-03": ("fail", "offered: HS256 in id_token_signing_alg_values_supported"),
    # validate_silent_login is left to the project by the toolkit; without it prompt=none ends in NotImplementedError
    "OID-06": ("inconclusive", "prompt=none without a session 500"),
    # max_age is read nowhere in the toolkit
    "OID-07": ("fail", "nobody had to sign in again"),
}
#: Weaknesses that no option plants, and one that another hides.
OVERRIDDEN = (*(name for name in WEAK if name not in CARELESS), "reuse-unnoticed")


def checks() -> list[str]:
    return sorted(id for id in registry.checks() if id.partition("-")[0] in FAMILIES)


def collected(running: Oidc, ids: Iterable[str]) -> dict[str, Envelope]:
    """The evidence for these checks, by check; each probe runs once."""
    wanted = {id: registry.checks()[id].evidence for id in ids}
    probes = {p.evidence: p.name for p in registry.probes().values() if p.evidence in wanted.values()}
    found = {evidence: running.collect(name) for evidence, name in probes.items()}
    return {id: found[evidence] for id, evidence in wanted.items()}


def judged(envelopes: dict[str, Envelope]) -> dict[str, Judgement]:
    return {id: _judgement(id, envelope) for id, envelope in envelopes.items()}


def _judgement(id: str, envelope: Envelope) -> Judgement:
    spec = registry.checks()[id]
    evidence = envelope.open(spec.evidence)
    if isinstance(evidence, Missing):
        verdict, fault = MEANING[evidence.cause]
        return Judgement(verdict, evidence.reason, 0, fault=fault)
    return judge_one(spec, evidence, spec.settings)


def unlike(found: dict[str, Judgement], expected: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Checks whose verdict or reason is not the expected one; a pass where nothing is said."""
    wrong = {}
    for id, judgement in found.items():
        verdict, says = expected.get(id, ("pass", ""))
        if judgement.verdict.value != verdict or says not in judgement.reason.en:
            wrong[id] = f"{judgement.verdict.value}: {judgement.reason.en}"
    return wrong


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Envelope]]]:
    folder = tmp_path_factory.mktemp("strict")
    with dot(folder) as running:
        yield folder, collected(running, checks())


def test_a_strict_provider_fails_only_in_what_the_toolkit_does_wrong(
    strict: tuple[Path, dict[str, Envelope]],
) -> None:
    found = judged(strict[1])
    assert len(found) >= 44
    assert unlike(found, STRICT) == {}


def test_the_controls_are_those_of_a_provider_with_two_documents(
    strict: tuple[Path, dict[str, Envelope]],
) -> None:
    """Revocation and introspection stand in the document of RFC 8414 only, and a session is seen without prompt=none."""
    found = judged({id: strict[1][id] for id in ("OAU-16", "OID-09")})
    assert found["OAU-16"].assertions >= 14
    assert "as the client `other` 200 the token lives" in found["OAU-16"].reason.en
    assert "a logout with a valid hint ends the session was granted" in found["OID-09"].reason.en


def test_no_secret_stands_in_the_evidence_and_it_is_small(strict: tuple[Path, dict[str, Envelope]]) -> None:
    folder, envelopes = strict
    secrets = [p.read_text(encoding="utf-8").strip() for p in folder.glob("*.secret")]
    assert len(secrets) >= 4
    for envelope in envelopes.values():
        text = bytes(envelope.value).decode()
        assert len(text) < 500_000
        assert "eyJ" not in text
        assert not re.search(r"csrf(middleware)?token=(?!\[)", text)
        assert not [s for s in secrets if s in text or json.dumps(s)[1:-1] in text]


def test_a_careless_provider_is_found_out_in_everything(tmp_path: Path) -> None:
    with dot(tmp_path, CARELESS) as running:
        found = judged(collected(running, checks()))
    planted = {check: ("fail", "") for check, _ in (WEAK[name] for name in CARELESS)}
    assert unlike(found, STRICT | planted) == {}
    for check, says in (WEAK[name] for name in CARELESS if name != "reuse-unnoticed"):
        assert says in found[check].reason.en, check
    counted = dict(found["OAU-20"].facts)
    assert counted["clients registered"] == counted["deleted again"] != "0"


def test_rules_that_a_project_overrides_are_missed(tmp_path: Path) -> None:
    wanted = {WEAK[name] for name in OVERRIDDEN}
    with dot(tmp_path, OVERRIDDEN) as running:
        found = judged(collected(running, {check for check, _ in wanted}))
    assert unlike(found, {check: ("fail", says) for check, says in wanted}) == {}
