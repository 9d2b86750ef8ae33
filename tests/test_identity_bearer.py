"""Tokens at the resource: a right server is let alone, and each carelessness is found by its check and no other."""

import pytest
from harness.checks.identity import probe_bearer_signed
from harness.checks.identity.probe_bearer_contents import personal

from harness import registry
from harness.evidence import Envelope
from harness.model import Fault, Judgement, Verdict
from tests.bearer_servers import PEM, SECRETS, Platform, collected, judged, running

CHECKS = (*(f"JWT-{n:02}" for n in range(1, 13)), "OAU-14", "OAU-15")
JWT_ONLY = {*(f"JWT-{n:02}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 12))}
#: Each carelessness of the server, the check that must find it, and what it must say.
FAULTS = {
    "unverified": ("JWT-01", "one bit of the signature flipped 200"),
    "none": ("JWT-02", "alg nOnE 200"),
    "hmac": ("JWT-03", "HS256 with PEM 200"),
    "hmac-json": ("JWT-03", "the JWK as JSON 200"),
    "jwk": ("JWT-04", "a key of its own in jwk 200"),
    "jku": ("JWT-04", "jku to an http address of ours 200"),
    "jku-fetched": ("JWT-04", "the platform fetched an address .* jku to an https"),
    "kid-path": ("JWT-05", "kid an absolute path to an empty file 200"),
    "kid-sql": ("JWT-05", "kid an SQL query"),
    "kid-url": ("JWT-05", "kid an address of ours"),
    "time": ("JWT-06", "ended an hour ago 200; valid in an hour 200"),
    "audience": ("JWT-07", "another audience 200"),
    "issuer": ("JWT-08", "the issuer with a slash more or less 200"),
    "id-token": ("JWT-09", "the id_token 200"),
    "type": ("JWT-09", "a token of typ JWT 200"),
    "crit": ("JWT-10", "b64 false in crit 200"),
    "query": ("OAU-14", "the token in the query 200"),
    "silent": ("OAU-14", "without WWW-Authenticate"),
    "scope": ("OAU-15", "a token of scope openid 200"),
}


def audited(
    platform: Platform, checks: tuple[str, ...] = CHECKS, *, signing: bool = True
) -> dict[str, Judgement]:
    """Every check on this platform; each probe runs once."""
    known: dict[type, Envelope] = {}
    for check in checks:
        evidence = registry.checks()[check].evidence
        if evidence not in known:
            known[evidence] = collected(check, platform, signing=signing)
    return {check: judged(check, known[registry.checks()[check].evidence]) for check in checks}


def test_a_right_server_passes() -> None:
    with running(Platform(set())) as platform:
        found = audited(platform)
    assert {c: j.reason.en for c, j in found.items() if j.verdict is not Verdict.PASS} == {}
    assert dict(found["JWT-06"].facts) == {"issued tomorrow": "let in", "without an end": "refused"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_careless_server_fails_where_it_is_careless_and_nowhere_else(fault: str) -> None:
    import re

    check, says = FAULTS[fault]
    with running(Platform({fault})) as platform:
        found = audited(platform)
    assert {c for c, j in found.items() if j.verdict is not Verdict.PASS} == {check}
    assert found[check].verdict is Verdict.FAIL
    assert re.search(says, found[check].reason.en), found[check].reason.en


def test_a_form_body_is_for_a_person_to_judge() -> None:
    with running(Platform({"form"})) as platform:
        assert audited(platform, ("OAU-14",))["OAU-14"].verdict is Verdict.NEEDS_REVIEW


def test_a_resource_open_to_everybody_proves_nothing() -> None:
    with running(Platform({"open"})) as platform:
        found = audited(platform)
    said = {j.verdict for c, j in found.items() if c not in ("JWT-11", "JWT-12")}
    assert said == {Verdict.INCONCLUSIVE}
    assert "let in without a token too" in found["JWT-01"].reason.en


def test_a_resource_that_says_no_with_200_is_understood() -> None:
    with running(Platform({"says-no-with-200", "none"})) as platform:
        found = audited(platform, ("JWT-01", "JWT-02", "JWT-04"))
    assert [j.verdict.value for j in found.values()] == ["pass", "fail", "pass"]


def test_a_resource_that_breaks_is_inconclusive() -> None:
    with running(Platform({"breaks"})) as platform:
        found = audited(platform, ("JWT-01", "JWT-05", "JWT-06", "JWT-09", "OAU-14"))
    assert {j.verdict for j in found.values()} == {Verdict.INCONCLUSIVE}
    assert all(j.fault is Fault.TARGET for j in found.values())


def test_opaque_tokens_have_no_claims_to_forge() -> None:
    with running(Platform(set(), opaque=True)) as platform:
        found = audited(platform)
    assert {c for c, j in found.items() if j.verdict is Verdict.NOT_APPLICABLE} == JWT_ONLY
    assert found["JWT-09"].verdict is found["JWT-11"].verdict is found["OAU-14"].verdict is Verdict.PASS


def test_without_a_signing_key_what_cannot_be_proven_is_said() -> None:
    with running(Platform({"time", "issuer", "crit"})) as platform:
        found = audited(platform, ("JWT-06", "JWT-07", "JWT-08", "JWT-10"), signing=False)
    assert {j.verdict for j in found.values()} == {Verdict.INCONCLUSIVE}
    assert all("signing_key" in j.reason.en and j.fault is Fault.CREDENTIALS for j in found.values())


@pytest.mark.parametrize(("faults", "expected"), [(set(), "pass"), ({"audience"}, "fail")])
def test_a_genuine_token_for_another_resource_proves_the_audience(faults: set[str], expected: str) -> None:
    with running(Platform({"resource-honoured", *faults})) as platform:
        found = audited(platform, ("JWT-07",), signing=False)["JWT-07"]
    assert (found.verdict.value, found.assertions) == (expected, 1)


@pytest.mark.parametrize(
    ("faults", "claims", "expected"),
    [(set(), {}, "pass"), (set(), {"nbf": 1}, "needs_review"), ({"time"}, {}, "inconclusive")],
)
def test_a_short_lived_token_is_waited_for(
    faults: set[str], claims: dict[str, int], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_bearer_signed, "_AFTER", (1, 2))
    with running(Platform(faults, seconds=4, claims=claims)) as platform:
        found = audited(platform, ("JWT-06",), signing=False)["JWT-06"]
    assert found.verdict.value == expected, found.reason.en


def test_a_key_that_the_resource_does_not_know_proves_nothing() -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    stranger = rsa.generate_private_key(65537, 2048)
    pem = stranger.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with running(Platform(set())) as platform, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.bearer_servers.PEM", pem)
        found = audited(platform, ("JWT-06", "JWT-07", "JWT-08", "JWT-10"))
    assert {j.verdict for j in found.values()} == {Verdict.INCONCLUSIVE}
    assert "signed with the test key" in found["JWT-07"].reason.en


def test_a_key_that_cannot_be_read_is_no_crash() -> None:
    with running(Platform(set())) as platform, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "tests.bearer_servers.PEM", "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----"
        )
        found = audited(platform, ("JWT-06", "JWT-07", "JWT-09"))
    assert [j.verdict.value for j in found.values()] == ["inconclusive", "inconclusive", "pass"]


def test_without_a_resource_nothing_is_run() -> None:
    with running(Platform(set())) as platform:
        for check in ("JWT-01", "JWT-05", "JWT-06", "JWT-07", "JWT-09"):
            assert judged(check, collected(check, platform, resource=False)).verdict is Verdict.NOT_RUN
        assert judged("JWT-11", collected("JWT-11", platform, resource=False)).verdict is Verdict.PASS


def test_lifetimes() -> None:
    with running(Platform(set(), seconds=7200)) as platform:
        long = collected("JWT-11", platform)
    with running(Platform(set(), claims={"exp": None})) as platform:
        endless = judged("JWT-11", collected("JWT-11", platform))
    assert judged("JWT-11", long).verdict is Verdict.FAIL
    assert judged("JWT-11", long, at_most_seconds=7200).verdict is Verdict.PASS
    assert (endless.verdict, "without an end" in endless.reason.en) == (Verdict.FAIL, True)


#: A synthetic citizen id with a right check digit.
CITIZEN = "1101700203450"
TELLING = {
    "sub": CITIZEN,
    "given_name": "สมหญิง",
    "birthdate": "1980-01-02",
    "contact": ["patient@demo.test", "0812345678"],
    "user": {"address": {"street_address": "99 หมู่ 4"}},
    "email": "",
    "cid": "client-77",
    "updated_at": int(CITIZEN),
    "organization": [{"hcode": "10670", "name": "โรงพยาบาลตัวอย่าง", "address": "ขอนแก่น"}],
}


def test_personal_data_are_named_and_not_kept() -> None:
    with running(Platform(set(), claims=TELLING)) as platform:
        envelope = collected("JWT-12", platform)
    found = judged("JWT-12", envelope)
    assert found.verdict is Verdict.FAIL
    stored = bytes(envelope.value).decode()
    for value in (CITIZEN, "สมหญิง", "1980-01-02", "patient@demo.test", "0812345678", "99 หมู่ 4"):
        assert value not in stored
    named = personal(TELLING, lambda text: text)
    assert {p.claim for p in named} == {
        "sub",
        "given_name",
        "birthdate",
        "contact",
        "user.address",
        "user.address.street_address",
    }


@pytest.mark.parametrize(
    "claims", [{"a": {"b": [{"c": {"d": {"e": {"f": {"g": 1}}}}}]}}, {"x": list(range(10_000))}]
)
def test_strange_claims_end(claims: dict[str, object]) -> None:
    assert personal(claims, lambda text: text) == ()


def test_no_secret_and_no_record_is_kept() -> None:
    with running(Platform({"none", "jku", "query"})) as platform:
        stored = b"".join(
            bytes(collected(c, platform).value)
            for c in ("JWT-01", "JWT-05", "JWT-06", "JWT-07", "JWT-09", "JWT-11")
        )
    text = stored.decode()
    assert "E11" not in text
    assert "eyJ" not in text
    for secret in (*SECRETS.values(), PEM.splitlines()[1]):
        assert secret not in text
    assert len(stored) < 200_000
