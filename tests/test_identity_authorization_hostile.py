"""Providers that misbehave: inconclusive with the reason, never a verdict, never a crash, and the password once."""

import base64
import json
from typing import Any

import pytest
from harness.checks.identity.probe_authorization import authorization_trials
from harness.checks.identity.probe_code import code_trials
from harness.checks.identity.probe_openid import openid_trials
from harness.checks.identity.probe_pkce import pkce_trials
from harness.checks.identity.probe_redirects import delivered, redirect_trials, variants

from harness import registry
from harness.agent import Page
from harness.evidence import MEANING, Exchange, Missing
from harness.judge import judge_one
from harness.model import Verdict
from tests.identity_hostile import PASSWORD, Behave, Hostile, Reply, hostile, metadata

PROBES = (redirect_trials, authorization_trials, pkce_trials, code_trials, openid_trials)
FORM = b"<form method=post action=/login><input name=u><input type=password name=p></form>"


def html(_path: str, _params: dict[str, str], _base: str) -> Reply:
    return 200, "text/html", b"<h1>Welcome</h1>"


def at_authorize(reply: Reply) -> Behave:
    def behave(path: str, _params: dict[str, str], base: str) -> Reply:
        return metadata(base) if path.startswith("/.well-known/") else reply

    return behave


def loop(path: str, _params: dict[str, str], base: str) -> Reply:
    return metadata(base) if path.startswith("/.well-known/") else (302, f"{base}/authorize?again=1", b"")


BAD: dict[str, Behave] = {
    "a page for metadata": html,
    "metadata of five megabytes": lambda p, q, b: (
        200,
        "application/json",
        b'{"issuer": "' + b"x" * 5_000_000 + b'"}',
    ),
    "a list for metadata": lambda p, q, b: (200, "application/json", b"[1, 2]"),
    "a loop": loop,
    "out of scope": at_authorize((302, "https://elsewhere.test/login?client_id=x", b"")),
    "the password is never right": at_authorize((200, "text/html", FORM)),
    "an error page": at_authorize((500, "text/html", b"<h1>oops</h1>")),
    "an address that is none": at_authorize((302, "https://[::1/callback?code=1", b"")),
    "a form that posts to itself": at_authorize(
        (200, "text/html", b"<form method=post action=/x><input name=a></form>")
    ),
}


def verdicts(running: Hostile) -> dict[str, tuple[Verdict, str]]:
    registry.probes()
    found = {}
    for probe in PROBES:
        spec = next(s for s in registry.probes().values() if s.collect is probe)
        envelope = running.collect(spec)
        for check in registry.checks().values():
            if check.evidence is not spec.evidence:
                continue
            evidence = envelope.open(spec.evidence)
            if isinstance(evidence, Missing):
                found[check.id] = (MEANING[evidence.cause][0], evidence.reason.en)
            else:
                judged = judge_one(check, evidence, check.settings)
                found[check.id] = (judged.verdict, judged.reason.en)
    return found


@pytest.mark.parametrize("name", BAD)
@pytest.mark.usefixtures("must_end")
def test_a_provider_that_misbehaves_gives_no_verdict(name: str) -> None:
    with hostile(BAD[name]) as running:
        found = verdicts(running)
    assert {v for v, _ in found.values()} == {Verdict.INCONCLUSIVE}, found
    assert len(running.asked) < 400
    assert sum("p=synthetic" in asked for asked in running.asked) <= 2 * len(PROBES)
    assert not [why for _, why in found.values() if PASSWORD in why]


def test_the_password_is_given_once_for_each_request() -> None:
    with hostile(BAD["the password is never right"]) as running:
        running.collect(next(s for s in registry.probes().values() if s.collect is redirect_trials))
    assert sum("p=synthetic" in asked for asked in running.asked) == 1


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def issuing(jwks: Reply, header: dict[str, Any]) -> Behave:
    """A provider that gives everybody a code and an id_token whose signature is noise."""

    def behave(path: str, params: dict[str, str], base: str) -> Reply:
        if path.startswith("/.well-known/"):
            return metadata(base)
        if path == "/authorize":
            return 302, f"{params['redirect_uri']}?code=c0de&state={params['state']}", b""
        if path == "/jwks":
            return jwks
        claims = {"iss": base, "aud": "main", "sub": "p", "exp": 4e9, "iat": 1}
        token = f"{_part(header)}.{_part(claims)}.{_part(claims)}"
        tokens = {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
        return 200, "application/json", json.dumps(tokens).encode()

    return behave


RS = {"alg": "RS256", "kid": "a"}
BIT = {"keys": [{"kty": "RSA", "kid": "a", "n": "AQ", "e": "AQAB"}]}
GOOD_KEY = {
    "keys": [{"kty": "RSA", "kid": "a", "n": base64.urlsafe_b64encode(b"\xc1" * 256).decode(), "e": "AQAB"}]
}
KEYS: dict[str, tuple[Reply, dict[str, Any], Verdict]] = {
    "a page": ((200, "text/html", b"<h1>keys</h1>"), RS, Verdict.INCONCLUSIVE),
    "five megabytes": (
        (200, "application/json", b'{"keys": [' + b"{}," * 2_000_000 + b"{}]}"),
        RS,
        Verdict.INCONCLUSIVE,
    ),
    "a key of one bit": ((200, "application/json", json.dumps(BIT).encode()), RS, Verdict.INCONCLUSIVE),
    "keys of no kind": (
        (200, "application/json", b'{"keys": [1, null, {"kty": {}, "kid": "a"}]}'),
        RS,
        Verdict.INCONCLUSIVE,
    ),
    "a sound key, a wrong signature": (
        (200, "application/json", json.dumps(GOOD_KEY).encode()),
        RS,
        Verdict.FAIL,
    ),
    "no such kid": (
        (200, "application/json", json.dumps(GOOD_KEY).encode()),
        {"alg": "RS256", "kid": "b"},
        Verdict.FAIL,
    ),
    "unsigned": ((200, "application/json", b"{}"), {"alg": "NonE"}, Verdict.FAIL),
    "an algorithm nobody knows": (
        (200, "application/json", json.dumps(GOOD_KEY).encode()),
        {"alg": "ZZ999", "kid": "a"},
        Verdict.INCONCLUSIVE,
    ),
}


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.usefixtures("must_end")
def test_keys_that_cannot_be_used_decide_nothing(name: str) -> None:
    jwks, header, expected = KEYS[name]
    with hostile(issuing(jwks, header)) as running:
        spec = next(s for s in registry.probes().values() if s.collect is openid_trials)
        envelope = running.collect(spec)
    evidence = envelope.open(spec.evidence)
    assert not isinstance(evidence, Missing), evidence
    assert len(envelope.value) < 200_000
    judged = {
        id: judge_one(c, evidence, c.settings)
        for id, c in registry.checks().items()
        if c.evidence is spec.evidence
    }
    assert judged["OID-04"].verdict is expected, judged["OID-04"].reason.en
    assert judged["OID-06"].verdict is Verdict.FAIL  # a code for nobody


# -- what counts as delivered ---------------------------------------------------------------------------

REGISTERED = "https://app.test/callback"
SENT = [
    ("path extended", "https://app.test/callback/moph?code=1", True),
    ("path extended", "https://app.test/callback?code=1", False),
    ("path extended", "/error?error=invalid_redirect_uri", False),
    ("path extended", "https://id.test/error?error=invalid_request", False),
    ("path cut", "https://app.test/callback?code=1", False),
    ("path cut", "https://app.test/?code=1", True),
    ("query added", "https://app.test/callback?moph=1&code=1", True),
    ("query added", "https://app.test/callback?code=1", False),
    ("fragment added", "https://app.test/callback?code=1#moph", True),
    ("host in other case", "https://APP.TEST/callback?code=1", True),
    ("host in other case", "https://app.test/callback?code=1", False),
    ("user part", "https://app.test@moph.invalid/callback?error=x", True),
    ("backslash", "https://moph.invalid\\@app.test/callback?code=1", True),
    ("encoded slash", "https://app.test/callback%2Fmoph?code=1", True),
    ("look-alike letter", "https://xn--pp-6kc.test/callback?code=1", True),
    ("another host", "https://thaid.test/authorize?client_id=1&redirect_uri=https://id.test/back", False),
    ("other scheme", "moph-app://app.test/callback?code=1", True),
]


@pytest.mark.parametrize(("name", "place", "expected"), SENT)
def test_what_counts_as_delivered(name: str, place: str, expected: bool) -> None:
    exchange = Exchange(id="x", status=302, url="https://id.test/authorize")
    page = Page(exchange, "https://id.test/authorize", (("Location", place),), b"", place)
    assert delivered(page, variants(REGISTERED)[name], REGISTERED) is expected


def test_a_page_that_refreshes_delivers() -> None:
    body = b'<meta http-equiv="refresh" content="0; url=https://moph.invalid/callback?code=1">'
    page = Page(Exchange(id="x", status=200), "https://id.test/authorize", (), body, "")
    assert delivered(page, "https://moph.invalid/callback", REGISTERED)


def test_a_page_that_only_names_the_address_does_not_deliver() -> None:
    body = b"<p>redirect_uri https://moph.invalid/callback is not registered</p>"
    page = Page(Exchange(id="x", status=400), "https://id.test/authorize", (), body, "")
    assert not delivered(page, "https://moph.invalid/callback", REGISTERED)
