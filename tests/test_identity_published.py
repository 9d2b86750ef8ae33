"""What a provider publishes: a real one strict and careless, and small ones that publish badly, hugely or not at all."""

import json
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from harness.checks.identity.probe_jose import b64u, jwk_of
from msgspec.structs import replace

from harness.evidence import Envelope
from harness.idtarget import Account, Client, Provider, SignIn
from harness.model import Judgement
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.target import Component, Limits, ScopeRules, Secret, Target, subjects
from tests.bearer_servers import judged, spec_of
from tests.oidc_server import oidc
from tests.web_active_servers import Answer, Reply, serving

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
GOOD_KEY = jwk_of(rsa.generate_private_key(65537, 2048), "one") | {"use": "sig"}
SAFE = {**HTML, "Content-Security-Policy": "frame-ancestors 'none'", "Referrer-Policy": "no-referrer"}
PAGE = (
    '<form method="post"><input name="u"><input type="password" name="p"></form><script src="/a.js"></script>'
)


def metadata(base: str, **changes: Any) -> dict[str, Any]:
    good = {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }
    return {k: v for k, v in (good | changes).items() if v is not None}


def provider(
    changes: dict[str, Any] | None = None, keys: Any = None, page: Reply = (200, SAFE, PAGE)
) -> Answer:
    """A small provider; `changes` replace members of its metadata, `keys` its key set."""

    def answer(request: BaseHTTPRequestHandler, path: str) -> Reply:
        base = f"http://{request.headers['Host']}"
        if path == "/.well-known/openid-configuration":
            return 200, JSON, json.dumps(metadata(base, **(changes or {})))
        if path == "/jwks":
            return 200, JSON, json.dumps({"keys": [GOOD_KEY]} if keys is None else keys)
        return page if path.startswith("/authorize") else (404, HTML, "no")

    return answer


def around(port: int, kind: str = "idp", facts: dict[str, str] | None = None) -> Surroundings:
    base = f"http://127.0.0.1:{port}"
    rules = ScopeRules(
        authorised_by="test", document="none", contact="nobody@demo.test", hosts=("127.0.0.1",), ports=(port,),
        addresses=("127.0.0.0/8",), requests_per_second=10_000,
    )  # fmt: skip
    nowhere = Secret(env="NOT_SET")
    described = Provider(
        component="id",
        sign_in=SignIn(account=Account(username="a", password=nowhere)),
        clients={"main": Client(client_id="main", redirect_uri="https://app.test/cb", secret=nowhere)},
    )
    component = Component(name="id", kind=kind, base_url=f"{base}/")  # type: ignore[arg-type]
    limits = Limits(connect_seconds=1, read_seconds=0.5, total_seconds=1)
    target = Target(
        name="t", owner="t", scope=rules, components=(component,), providers=(described,), limits=limits,
        facts=facts or {},
    )  # fmt: skip
    return Surroundings(target, Names(target), Gate(rules), {}, b"salt" * 8)


def ask(check: str, answer: Answer, **settings: Any) -> Judgement:
    with serving(answer) as (port, _):
        return judged(check, gathered(check, around(port)), **settings)


def gathered(check: str, surroundings: Surroundings) -> Envelope:
    spec = spec_of(check)
    return run_probe(spec, subjects(surroundings.target)[spec.kind][0], surroundings)


CASES: list[tuple[str, Answer, str, str]] = [
    ("OID-01", provider(), "pass", "issuer http://127"),
    ("OID-01", provider({"issuer": "https://elsewhere.test"}), "fail", "issuer is `https://elsewhere.test`"),
    ("OID-01", provider({"issuer": 17}), "fail", "issuer is `17`"),
    ("OID-01", lambda r, p: (404, HTML, "no"), "fail", "no metadata are published"),
    ("OID-01", lambda r, p: (200, HTML, "<h1>app</h1>"), "inconclusive", "no JSON object"),
    ("OID-01", lambda r, p: (200, JSON, "[" * 100_000), "inconclusive", "no JSON object"),
    ("OID-01", lambda r, p: (302, {"Location": "https://far.test/"}, ""), "inconclusive", "leads on to https://far.test"),
    ("OID-01", lambda r, p: (302, {"Location": p}, ""), "inconclusive", "leads on"),
    ("OID-01", lambda r, p: (503, HTML, ""), "inconclusive", "answered 503"),
    ("OID-01", lambda r, p: (200, {"Content-Type": "text/plain"}, json.dumps(metadata(f"http://{r.headers['Host']}"))), "fail", "media type"),
    ("OID-02", provider(), "inconclusive", "plain http on loopback"),
    ("OID-02", provider({"token_endpoint": None}), "fail", "token_endpoint is missing"),
    ("OID-02", provider({"userinfo_endpoint": "http://id.test/me"}), "fail", "userinfo_endpoint is plain http"),
    ("OID-02", provider({"userinfo_endpoint": "/me"}), "fail", "no absolute address"),
    ("OID-02", provider({"response_types_supported": "code"}), "fail", "no list of strings"),
    ("OID-02", provider({"claims_parameter_supported": "true"}), "fail", "neither true nor false"),
    ("OID-03", provider(), "pass", "ES256"),
    ("OID-03", provider({"id_token_signing_alg_values_supported": ["RS256", "none"]}), "fail", "none in id_token"),
    ("OID-03", provider({"id_token_signing_alg_values_supported": 3}), "inconclusive", "list no signature"),
    ("OID-03", provider({"token_endpoint_auth_signing_alg_values_supported": ["RS256", "none"]}), "fail", "token_endpoint"),
    ("JWK-01", provider(), "inconclusive", "plain http on loopback"),
    ("JWK-01", provider(keys={"keys": [GOOD_KEY | {"d": "AAAA"}]}), "fail", "one .RSA.: d"),
    ("JWK-01", provider(keys={"keys": [{"kty": "oct", "k": "AAAA"}]}), "fail", "k$"),
    ("JWK-01", provider(keys={"keys": []}), "inconclusive", "no key"),
    ("JWK-01", provider(keys=[1]), "inconclusive", "no JSON key set"),
    ("JWK-01", provider({"jwks_uri": "https://far.test/jwks"}), "inconclusive", "outside the scope"),
    ("JWK-01", provider({"jwks_uri": None}), "not_applicable", "name no"),
    ("JWK-01", provider(keys={"keys": [GOOD_KEY | {"pad": "x" * 5_000_000}]}), "inconclusive", "too large"),
    ("JWK-02", provider(), "pass", "2048 bits"),
    ("JWK-02", provider(keys={"keys": [{"kty": "RSA", "kid": "a", "n": "AQ", "e": "AQAB"}]}), "fail", "1 bits, below 2048"),
    ("JWK-02", provider(keys={"keys": [{"kty": "RSA", "kid": "a", "n": "%%", "e": []}]}), "fail", "cannot be used"),
    ("JWK-02", provider(keys={"keys": [{"kty": "RSA", "n": "AQ" * 800_000, "e": "AQAB"}]}), "fail", "far too long"),
    ("JWK-02", provider(keys={"keys": [{"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}]}), "fail", "do not make a key"),
    ("JWK-02", provider(keys={"keys": [GOOD_KEY, GOOD_KEY]}), "fail", "stands for 2 keys"),
    ("JWK-02", provider(keys={"keys": ["no", None, 3]}), "fail", "not an object"),
    ("JWK-02", provider(keys={"keys": [GOOD_KEY | {"alg": "ES256"}]}), "fail", "alg ES256 does not go with it"),
    ("JWK-02", provider(keys={"keys": [{"kty": "AKP", "kid": "q", "alg": "ML-DSA-65", "pub": "AA"}]}), "inconclusive", "no key of a known kind"),
    ("OAU-17", provider(), "pass", "framing denied"),
    ("OAU-17", provider(page=(200, HTML, PAGE)), "fail", "other sites may frame it; no referrer policy"),
    ("OAU-17", provider(page=(200, SAFE, PAGE + '<link rel="stylesheet" href="//cdn.far.test/a.css">')), "fail", "link from cdn.far.test"),
    ("OAU-17", provider(page=(200, SAFE, PAGE + "<style>@import 'https://f.far.test/a'; b{background:url(data:x)}</style>")), "fail", "style from f.far.test"),
    ("OAU-17", provider(page=(200, SAFE | {"Content-Security-Policy": "frame-ancestors https:"}, PAGE)), "fail", "any site"),
    ("OAU-17", provider(page=(302, {"Location": "https://far.test/login"}, "")), "inconclusive", "led to https://far.test"),
    ("OAU-17", provider(page=(500, HTML, "")), "inconclusive", "answered 500"),
    ("OAU-17", provider(page=(200, SAFE, "")), "inconclusive", "could not be read"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "answer", "expected", "says"), CASES)
@pytest.mark.usefixtures("must_end")
def test_a_small_provider(check: str, answer: Answer, expected: str, says: str) -> None:
    import re

    found = ask(check, answer)
    assert found.verdict.value == expected, found.reason.en
    assert re.search(says, found.reason.en), found.reason.en


@pytest.mark.usefixtures("must_end")
def test_a_provider_that_never_answers_or_goes_in_circles() -> None:
    def silent(request: BaseHTTPRequestHandler, path: str) -> Reply:
        time.sleep(1.5)
        return 200, JSON, "{}"

    circles = provider(page=(302, {"Location": "/authorize"}, ""))
    assert ask("OID-01", silent).verdict.value == "inconclusive"
    assert ask("OAU-17", circles).verdict.value == "inconclusive"


def test_rsa_bits_is_a_setting() -> None:
    assert ask("JWK-02", provider(), rsa_bits=3072).verdict.value == "fail"


def test_the_issuer_of_the_target_file_is_exact_and_an_inferred_one_may_have_a_slash() -> None:
    with serving(provider()) as (port, _):
        plain = around(port)
        named = replace(plain.target.providers[0], issuer=f"http://127.0.0.1:{port}/")
        exact = Surroundings(
            replace(plain.target, providers=(named,)), plain.names, plain.gate, {}, b"s" * 32
        )
        assert judged("OID-01", gathered("OID-01", exact)).verdict.value == "fail"

    def slashed(request: BaseHTTPRequestHandler, path: str) -> Reply:
        return (
            200,
            JSON,
            json.dumps(
                metadata(f"http://{request.headers['Host']}", issuer=f"http://{request.headers['Host']}/")
            ),
        )

    assert ask("OID-01", slashed).verdict.value == "pass"


def smart(**changes: Any) -> Answer:
    good = {
        "token_endpoint": "https://id.test/token",
        "authorization_endpoint": "https://id.test/authorize",
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["launch-standalone"],
    }
    body = json.dumps({k: v for k, v in (good | changes).items() if v is not None})
    return lambda r, p: (200, JSON, body) if p == "/.well-known/smart-configuration" else (404, HTML, "")


SMART = [
    (smart(), "fhir", {}, "pass", "pass"),
    (smart(token_endpoint=None), "fhir", {}, "fail", "pass"),
    (smart(token_endpoint="/token"), "fhir", {}, "fail", "pass"),
    (smart(capabilities=["sso-openid-connect"]), "fhir", {}, "fail", "pass"),
    (smart(code_challenge_methods_supported=["S256", "plain"]), "fhir", {}, "pass", "fail"),
    (smart(code_challenge_methods_supported=None), "fhir", {}, "pass", "fail"),
    (lambda r, p: (404, HTML, ""), "fhir", {}, "fail", "inconclusive"),
    (lambda r, p: (200, HTML, "<h1>app</h1>"), "fhir", {}, "inconclusive", "inconclusive"),
    (smart(), "api", {"fhir": "no"}, "not_applicable", "not_applicable"),
    (smart(), "api", {"fhir": "yes"}, "pass", "pass"),
    (lambda r, p: (404, HTML, ""), "api", {"fhir": "yes"}, "inconclusive", "inconclusive"),
    (smart(), "portal", {"fhir": "yes"}, "not_applicable", "not_applicable"),
]


@pytest.mark.parametrize(("answer", "kind", "facts", "first", "second"), SMART)
def test_smart_configuration(
    answer: Answer, kind: str, facts: dict[str, str], first: str, second: str
) -> None:
    with serving(answer) as (port, _):
        envelope = gathered("SMT-01", around(port, kind, facts))
    found = [judged(check, envelope) for check in ("SMT-01", "SMT-02")]
    assert [j.verdict.value for j in found] == [first, second], [j.reason.en for j in found]


def test_no_private_key_and_no_page_is_kept() -> None:
    secret = b64u(b"private exponent of a key")
    with serving(provider(keys={"keys": [GOOD_KEY | {"d": secret}]})) as (port, _):
        stored = b"".join(bytes(gathered(c, around(port)).value) for c in ("JWK-01", "OAU-17"))
    assert secret.encode() not in stored
    assert b"<form" not in stored


REAL = ("OID-01", "OID-02", "OID-03", "JWK-01", "JWK-02", "OAU-17", "JWT-09", "JWT-11", "OAU-14")


@pytest.mark.system
@pytest.mark.parametrize("weak", [(), ("hmac-id-token", "framed", "long-lived", "bearer-query")])
def test_a_real_provider(weak: tuple[str, ...], tmp_path: Path, online: dict[str, str]) -> None:
    """npm oidc-provider: strict nothing fails; careless what was planted is found, and nothing else."""
    planted = {
        "hmac-id-token": "OID-03",
        "framed": "OAU-17",
        "long-lived": "JWT-11",
        "bearer-query": "OAU-14",
    }
    with oidc(tmp_path, weak, online) as running:
        found = {check: judged(check, running.collect(spec_of(check).name)) for check in REAL}
    wrong = {check for check, judgement in found.items() if judgement.verdict.value != "pass"}
    assert wrong == {planted[name] for name in weak}, {c: found[c].reason.en for c in wrong}
    assert all(found[check].verdict.value == "fail" for check in wrong)
