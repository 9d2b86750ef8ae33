"""The demo's identity provider and the API that trusts it: right by default, and each switch opens exactly its door.

Attacks are made by hand, with the flow and the tokens that the identity probes use, over a wire.
"""

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from harness.checks.identity import probe_jose as jose
from harness.checks.identity.probe_client_auth import assertion
from harness.checks.identity.probe_flow import Answer, Ask, Flow

from harness import target
from harness.agent import Agent, Page, forms
from harness.demo import DemoPlatform
from harness.demo.compact import holds, public_jwk, read
from harness.demo.defects import DEFECTS
from harness.demo.idp import ROUTES
from harness.demo.idp_rules import CODE_SECONDS
from harness.demo.idp_store import Expiring
from harness.idtarget import Issuer
from harness.scope import Gate, Names
from harness.secrets import credentials
from harness.wire import Wire

ISSUER, RECORD = "https://id.demo.test", "https://api.demo.test/patients/me"
Claims = dict[str, Any]


class Lab:
    """A running platform, and everything to attack it with."""

    def __init__(self, demo: DemoPlatform, wire: Wire) -> None:
        self.demo, self.wire = demo, wire
        (issuer,) = target.subjects(wire.target)["issuer"]
        assert isinstance(issuer, Issuer)
        self.issuer, self.agent = issuer, Agent(wire)
        self.key = jose.private_key(wire.secret("id.signing"))
        self.flow = self.browser()

    def browser(self) -> Flow:
        """Somebody who was never here."""
        return Flow(self.wire, self.issuer)

    def token(self, **changes: str) -> str:
        """A good access token of the main client."""
        return str(self.browser().tokens(**changes)[0].access)

    def open(self, token: str, *, scheme: str = "Bearer", path: str = "", proof: str = "") -> int | None:
        """The API's answer to a token."""
        headers = [("Authorization", f"{scheme} {token}")] if token else []
        headers += [("DPoP", proof)] if proof else []
        return self.agent.fetch("GET", RECORD + path, headers=headers).status

    def forged(self, *, header: Claims | None = None, key: Any = None, **claims: Any) -> str:
        """The genuine token with changes, signed again."""
        was, said = parsed(self.token())
        return str(jose.signed(was | (header or {}), said | claims, key or self.key))

    def document(self, path: str) -> Claims:
        """A JSON document of the provider."""
        found = json.loads(Agent(self.wire).fetch("GET", ISSUER + path).body)
        assert isinstance(found, dict)
        return found

    def proof(self, method: str, url: str, key: ec.EllipticCurvePrivateKey, **claims: Any) -> str:
        """A DPoP proof."""
        jwk = {k: v for k, v in jose.jwk_of(key, "").items() if k not in ("kid", "alg")}
        said = {"htm": method, "htu": url, "iat": int(time.time()), "jti": jose.b64u(os.urandom(9))} | claims
        return str(jose.signed({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}, said, key))


def parsed(token: str) -> tuple[Claims, Claims]:
    header, claims = jose.parse(token) or ({}, {})
    return header, claims


@contextmanager
def lab(*switches: str) -> Iterator[Lab]:
    with DemoPlatform(switches) as demo:
        wanted = target.load(demo.target_path)
        secrets = credentials(wanted)[0]
        with Wire(
            wanted, Names(wanted), Gate(wanted.scope), prefix="t", seconds=3600, credentials=secrets
        ) as wire:
            yield Lab(demo, wire)


@pytest.fixture(scope="module")
def good() -> Iterator[Lab]:
    with lab() as found:
        yield found


# -- the attacks: each returns whether it worked ---------------------------------------------------


def redirect_prefix(at: Lab) -> bool:
    ask = at.flow.ask(redirect_uri=at.flow.client().redirect_uri + "evil")
    return bool(at.browser().authorize(ask).code)


def open_redirector(at: Lab) -> bool:
    page = ask_for(at, client_id="nobody", redirect_uri="https://evil.example/")
    return page.location.startswith("https://evil.example/")


def ask_for(at: Lab, **changes: str | None) -> Page:
    """The first answer to an authorization request of a fresh browser."""
    ask = at.flow.ask(**changes)
    page: Page = at.browser().authorize(ask, sign_in=False).page
    return page


def pkce_plain(at: Lab) -> bool:
    flow, verifier = at.browser(), jose.b64u(os.urandom(32))
    ask = flow.ask(code_challenge=verifier, code_challenge_method="plain")
    answer = flow.authorize(ask)
    return bool(answer.code and flow.redeem(answer, ask, code_verifier=verifier).access)


def coded(flow: Flow, **changes: str) -> tuple[Answer, Ask]:
    ask = flow.ask(**changes)
    answer = flow.authorize(ask)
    assert answer.code, answer.error or answer.page.status
    return answer, ask


def code_replayed(at: Lab) -> bool:
    answer, ask = coded(at.flow)
    first = at.flow.redeem(answer, ask)
    assert at.open(first.access) == 200
    again = at.flow.redeem(answer, ask)
    assert bool(again.access) == (at.open(first.access) == 200)  # reuse takes back what was given
    return bool(again.access)


def code_late(at: Lab) -> bool:
    answer, ask = coded(at.flow)
    time.sleep(CODE_SECONDS + 0.5)
    return bool(at.flow.redeem(answer, ask).access)


def code_unbound(at: Lab) -> bool:
    answer, ask = coded(at.flow)
    elsewhere = at.flow.redeem(answer, ask, redirect_uri="https://app.demo.test/elsewhere")
    return bool(elsewhere.access or at.flow.redeem(answer, ask, "other").access)


def implicit(at: Lab) -> bool:
    answer = at.browser().authorize(at.flow.ask(response_type="token"))
    return answer.fragment and bool(answer.params.get("access_token"))


def state_cut(at: Lab) -> bool:
    state = "s" * 500
    return bool(at.browser().authorize(at.flow.ask(state=state)).params["state"] != state)


def iss_wrong(at: Lab) -> bool:
    return bool(at.browser().authorize(at.flow.ask()).params["iss"] != ISSUER)


def refresh_kept(at: Lab) -> bool:
    first = str(at.browser().tokens()[0].data["refresh_token"])
    second = at.flow.refresh(first)
    assert second.access
    again = at.flow.refresh(first)
    family = at.flow.refresh(str(second.data["refresh_token"]))
    assert bool(again.access) == bool(family.access)  # the second use of an old one ends the family
    return bool(again.access)


def refresh_widened(at: Lab) -> bool:
    narrow = str(at.browser().tokens(scope="openid")[0].data["refresh_token"])
    return bool(at.flow.refresh(narrow, scope="openid patient.read").access)


def secret_unchecked(at: Lab) -> bool:
    answer, ask = coded(at.flow)
    said = {
        "grant_type": "authorization_code",
        "code": answer.code,
        "redirect_uri": ask.params["redirect_uri"],
    }
    guess = {"client_id": "demo-main", "client_secret": "guess", "code_verifier": ask.verifier}
    found = at.flow.post("token_endpoint", said | guess, None)
    assert found.access or (found.page.status, found.error) == (401, "invalid_client")
    return bool(found.access)


def machine(at: Lab, **claims: object) -> bool:
    """Whether the machine gets a token with an assertion of these claims."""
    client, pem = at.flow.client("machine"), at.wire.secret(at.issuer.secret("machine"))
    said = assertion(client, pem, str(claims.pop("audience", f"{ISSUER}/token")), **claims)
    return bool(at.flow.post("token_endpoint", {"grant_type": "client_credentials"} | said, None).access)


def assertion_lax(at: Lab) -> bool:
    assert machine(at)
    assert machine(at, audience=ISSUER)
    assert not machine(at, iss="someone")
    lasting = machine(at, exp=int(time.time()) + 3600)
    foreign = machine(at, audience="https://other.example/token")
    again = machine(at, jti="once") and machine(at, jti="once")
    assert lasting == foreign == again
    return again


def tokens_cached(at: Lab) -> bool:
    headers = {name.lower(): value for name, value in at.browser().tokens()[0].page.headers}
    return headers.get("cache-control") != "no-store"


def bearer_query(at: Lab) -> bool:
    query = urlencode({"access_token": at.token()})
    return at.agent.fetch("GET", f"{RECORD}?{query}").status == 200


def scope_ignored(at: Lab) -> bool:
    narrow = at.token(scope="openid patient.read")
    assert at.open(narrow) == 200
    status = at.open(narrow, path="/notes")
    assert status in (200, 403)
    return status == 200


def introspection_open(at: Lab) -> bool:
    token = at.token()
    assert at.flow.post("introspection_endpoint", {"token": token}).data["active"] is True
    assert at.flow.post("introspection_endpoint", {"token": token}, "other").data == {"active": False}
    return at.flow.post("introspection_endpoint", {"token": token}, None).data.get("active") is True


def authorize_framed(at: Lab) -> bool:
    headers = dict(ask_for(at).headers)
    return "frame-ancestors" not in headers["Content-Security-Policy"] and "X-Frame-Options" not in headers


def redirect_307(at: Lab) -> bool:
    return bool(at.browser().authorize(at.flow.ask()).page.status == 307)


def dpop_lax(at: Lab) -> bool:
    key = ec.generate_private_key(ec.SECP256R1())

    def post(proof: str) -> Any:
        answer, ask = coded(at.flow)
        said = {"grant_type": "authorization_code", "code": answer.code, "code_verifier": ask.verifier}
        back = {"redirect_uri": ask.params["redirect_uri"]}
        return at.flow.post("token_endpoint", said | back, headers=(("DPoP", proof),))

    proof = at.proof("POST", f"{ISSUER}/token", key)
    found = post(proof)
    assert found.data["token_type"] == "DPoP"
    used = jose.b64u(hashlib.sha256(found.access.encode()).digest())
    assert at.open(found.access, scheme="DPoP", proof=at.proof("GET", RECORD, key, ath=used)) == 200
    assert at.open(found.access) == 401
    assert at.open(found.access, scheme="DPoP", proof=at.proof("GET", RECORD, key)) == 401
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert at.open(found.access, scheme="DPoP", proof=at.proof("GET", RECORD, stranger, ath=used)) == 401
    again = bool(post(proof).access)
    assert again == bool(post(at.proof("GET", "https://other.example/", key)).access)
    return again


def registration_open(at: Lab) -> bool:
    return bool(register(at, "")["status"] == 201)


def register(at: Lab, token: str, uri: str = "https://new.example/callback") -> Claims:
    headers = [("Content-Type", "application/json")]
    headers += [("Authorization", f"Bearer {token}")] if token else []
    page = at.agent.fetch(
        "POST", f"{ISSUER}/register", body=json.dumps({"redirect_uris": [uri]}).encode(), headers=headers
    )
    return dict(json.loads(page.body), status=page.status)


def par_reused(at: Lab) -> bool:
    ask = at.flow.ask()
    pushed = at.flow.post("pushed_authorization_request_endpoint", ask.params)
    assert (pushed.page.status, pushed.data["expires_in"]) == (201, 60)
    brief = Ask({"client_id": "demo-main", "request_uri": str(pushed.data["request_uri"])}, ask.verifier)
    theft = Ask(brief.params | {"client_id": "demo-other"}, ask.verifier)
    assert not at.browser().authorize(theft).code
    first = at.flow.authorize(brief)
    assert at.flow.redeem(first, ask).access
    return bool(at.flow.authorize(brief).code)


def let_in(at: Lab, token: str) -> bool:
    """Whether the API takes a token, the genuine one being taken and nonsense not."""
    assert at.open(at.token()) == 200
    assert at.open("a.b.c") == at.open("") == 401
    return at.open(token) == 200


def signature_unchecked(at: Lab) -> bool:
    token = at.token()
    assert at.open(jose.unsigned({**parsed(token)[0], "alg": "none"}, parsed(token)[1])) == 401
    return let_in(at, jose.flipped(token)) and let_in(at, token.rpartition(".")[0] + ".")


def alg_none(at: Lab) -> bool:
    header, claims = parsed(at.token())
    assert at.open(jose.flipped(at.token())) == 401
    return all(let_in(at, jose.unsigned(header | {"alg": name}, claims)) for name in ("none", "nOnE"))


def hmac_public(at: Lab) -> bool:
    header, claims = parsed(at.token())
    jwk = next(key for key in at.document("/jwks")["keys"] if key["kid"] == header["kid"])
    pem = jose.public_key(jwk).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secrets = (pem, json.dumps(jwk, separators=(",", ":")).encode())
    assert at.open(jose.macced(header | {"alg": "HS256"}, claims, b"")) == 401
    return all(let_in(at, jose.macced(header | {"alg": "HS256"}, claims, secret)) for secret in secrets)


def jwk_header(at: Lab) -> bool:
    mine = rsa.generate_private_key(65537, 2048)
    for name in ("jku", "x5u", "x5c"):
        assert at.open(at.forged(key=mine, header={name: "https://evil.example/"})) == 401
    return let_in(at, at.forged(key=mine, header={"jwk": jose.jwk_of(mine, "mine")}))


def kid_path(at: Lab) -> bool:
    header, claims = parsed(at.token())
    assert at.open(jose.macced(header | {"alg": "HS256", "kid": "unknown"}, claims, b"")) == 401
    return let_in(at, jose.macced(header | {"alg": "HS256", "kid": "../../dev/null"}, claims, b""))


def expired(at: Lab) -> bool:
    now = int(time.time())
    assert at.open(at.forged(nbf=now + 600)) == 401
    assert at.open(at.forged(iat=now + 600)) == 401
    return let_in(at, at.forged(iat=now - 900, exp=now - 1))


def audience(at: Lab) -> bool:
    mixed = let_in(at, at.forged(aud=["https://api.demo.test/", "https://other.example/"]))
    genuine = at.token(resource="https://portal.demo.test/")
    assert parsed(genuine)[1]["aud"] == "https://portal.demo.test/"
    assert mixed == (at.open(genuine) == 200)
    return mixed


def any_issuer(at: Lab) -> bool:
    return let_in(at, at.forged(iss=f"{ISSUER}/"))


def id_token_taken(at: Lab) -> bool:
    return let_in(at, str(at.browser().tokens()[0].data["id_token"]))


def crit_ignored(at: Lab) -> bool:
    assert at.open(jose.flipped(at.forged(header={"crit": ["exp"]}))) == 401
    return let_in(at, at.forged(header={"crit": ["moph"], "moph": True}))


def long_lived(at: Lab) -> bool:
    claims = parsed(at.token())[1]
    return bool(claims["exp"] - claims["iat"] > 900)


def personal(at: Lab) -> bool:
    return not parsed(at.token())[1].keys() <= {
        "iss",
        "aud",
        "sub",
        "client_id",
        "iat",
        "exp",
        "jti",
        "scope",
    }


def issuer_wrong(at: Lab) -> bool:
    return bool(at.document("/.well-known/openid-configuration")["issuer"] != ISSUER)


def endpoint_http(at: Lab) -> bool:
    return any(str(value).startswith("http://") for value in at.flow.metadata.values())


def offers_none(at: Lab) -> bool:
    return "none" in at.flow.metadata["id_token_signing_alg_values_supported"]


def at_hash_wrong(at: Lab) -> bool:
    tokens, _ = at.browser().tokens()
    return bool(parsed(str(tokens.data["id_token"]))[1]["at_hash"] != jose.left_half(tokens.access))


def nonce_missing(at: Lab) -> bool:
    tokens, ask = at.browser().tokens()
    return bool(parsed(str(tokens.data["id_token"]))[1].get("nonce") != ask.params["nonce"])


def prompt_ignored(at: Lab) -> bool:
    page = ask_for(at, prompt="none")
    assert page.status == 200 or "error=login_required" in page.location
    return page.status == 200


def max_age_ignored(at: Lab) -> bool:
    flow = at.browser()
    flow.tokens()
    return bool(flow.authorize(flow.ask(max_age="0"), sign_in=False).code)


def userinfo_open(at: Lab) -> bool:
    return at.agent.fetch("GET", f"{ISSUER}/userinfo").status == 200


def logout_open(at: Lab) -> bool:
    flow = at.browser()
    flow.tokens()
    page = flow.agent.fetch("GET", f"{ISSUER}/logout?post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F")
    gone = not flow.authorize(flow.ask(prompt="none")).code
    assert gone == page.location.startswith("https://evil.example/")
    return gone


def private_jwk(at: Lab) -> bool:
    return any({"d", "p", "q", "k"} & key.keys() for key in at.document("/jwks")["keys"])


def weak_jwk(at: Lab) -> bool:
    keys = [jose.public_key(key) for key in at.document("/jwks")["keys"]]
    return any(isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048 for key in keys)


ATTACKS: dict[str, Callable[[Lab], bool]] = {
    "oid-issuer-wrong": issuer_wrong, "oid-endpoint-http": endpoint_http, "oid-alg-none": offers_none,
    "oid-at-hash-wrong": at_hash_wrong, "oid-nonce-missing": nonce_missing, "oid-prompt-ignored": prompt_ignored,
    "oid-max-age-ignored": max_age_ignored, "oid-userinfo-open": userinfo_open, "oid-logout-open": logout_open,
    "jwk-private": private_jwk, "jwk-weak": weak_jwk, "oau-redirect-prefix": redirect_prefix,
    "oau-open-redirector": open_redirector, "oau-pkce-plain": pkce_plain, "oau-code-replayed": code_replayed,
    "oau-code-unbound": code_unbound, "oau-code-long-lived": code_late, "oau-implicit": implicit, "oau-state-cut": state_cut,
    "oau-iss-wrong": iss_wrong, "oau-refresh-kept": refresh_kept, "oau-refresh-widened": refresh_widened,
    "oau-secret-unchecked": secret_unchecked, "oau-assertion-lax": assertion_lax,
    "oau-tokens-cached": tokens_cached, "oau-bearer-query": bearer_query, "oau-scope-ignored": scope_ignored,
    "oau-introspection-open": introspection_open, "oau-authorize-framed": authorize_framed,
    "oau-redirect-307": redirect_307, "oau-dpop-lax": dpop_lax, "oau-registration-open": registration_open,
    "oau-par-reused": par_reused, "jwt-unsigned-bit": signature_unchecked, "jwt-none": alg_none,
    "jwt-hmac-public": hmac_public, "jwt-jwk-header": jwk_header, "jwt-kid-path": kid_path,
    "jwt-expired": expired, "jwt-audience": audience, "jwt-issuer": any_issuer, "jwt-id-token": id_token_taken,
    "jwt-crit": crit_ignored, "jwt-long": long_lived, "jwt-personal": personal,
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_the_conforming_provider_withstands(name: str, good: Lab) -> None:
    assert not ATTACKS[name](good)


@pytest.mark.parametrize("name", ATTACKS)
def test_the_switch_lets_it_through(name: str) -> None:
    with lab(name) as at:
        assert ATTACKS[name](at)


def test_every_switch_of_the_provider_is_attacked() -> None:
    assert set(ATTACKS) == {name for name, defect in DEFECTS.items() if defect.where == "identity"}


# -- what else is right ----------------------------------------------------------------------------


def test_metadata_are_the_same_at_both_places_and_name_what_is_there(good: Lab) -> None:
    said = good.document("/.well-known/openid-configuration")
    assert said == good.document("/.well-known/oauth-authorization-server")
    assert said["issuer"] == ISSUER
    places = [value for name, value in said.items() if name.endswith("_endpoint") or name == "jwks_uri"]
    assert len(places) == 9
    for place in places:
        assert Agent(good.wire).fetch("OPTIONS", place).status == 204


def test_keys_are_two_and_named(good: Lab) -> None:
    keys = good.document("/jwks")["keys"]
    assert [(key["alg"], key["use"]) for key in keys] == [("RS256", "sig"), ("ES256", "sig")]
    assert len({key["kid"] for key in keys}) == 2


def test_other_clients_get_their_tokens(good: Lab) -> None:
    for role in ("other", "public"):
        assert good.browser().tokens(role)[0].access
    found = good.flow.post("token_endpoint", {"grant_type": "client_credentials"}, "machine")
    assert "refresh_token" not in found.data
    assert good.open(found.access) == 403


def test_a_sign_in_form_works_once_and_in_its_own_browser(good: Lab) -> None:
    flow = good.browser()
    page = flow.authorize(flow.ask(), sign_in=False).page
    (form,) = forms(page)
    account = good.demo.people.patients[0]
    wrong = flow.agent.fetch("POST", form.action, form=form.filled(account.name, "wrong"))
    assert wrong.status == 403
    (fresh,) = forms(wrong)
    right = fresh.filled(account.name, account.password)
    assert (
        good.browser().agent.fetch("POST", form.action, form=right).status == 400
    )  # another browser spends it
    assert flow.agent.fetch("POST", form.action, form=right).status == 400
    page = flow.authorize(flow.ask(), sign_in=False).page
    done = flow.agent.fetch("POST", form.action, form=forms(page)[0].filled(account.name, account.password))
    assert done.status == 303
    assert "code=" in done.location
    cookie = next(value for name, value in done.headers if name.lower() == "set-cookie")
    assert re.fullmatch(r"__Host-id-session=[\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax", cookie)


def test_guessing_passwords_locks_the_account() -> None:
    with lab() as at:
        account = at.demo.people.patients[0]

        def enter(flow: Flow, password: str) -> int | None:
            page = flow.authorize(flow.ask(), sign_in=False).page
            filled = forms(page)[0].filled(account.name, password)
            done: Page = flow.agent.fetch("POST", forms(page)[0].action, form=filled)
            return done.status

        assert [enter(at.browser(), "guess") for _ in range(5)] == [403] * 5
        assert enter(at.browser(), account.password) == 429


def test_what_a_browser_claims_in_its_cookie_is_not_given_back(good: Lab) -> None:
    url = f"{ISSUER}/authorize?{urlencode(good.flow.ask().params)}"
    page = Agent(good.wire).fetch(
        "GET", url, headers=[("Cookie", '__Host-id-browser="x\\015\\012Evil: yes"')]
    )
    assert page.status == 200
    assert "Evil" not in str(page.headers)


def test_the_sign_in_page_leads_to_the_client_only(good: Lab) -> None:
    headers = dict(ask_for(good).headers)
    assert "form-action 'self' https://app.demo.test;" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("state", ["a b+c%2B&=#", "ก้อนหิน", "x" * 6000, "%ff%fe", "\r\nEvil: yes"])
def test_state_comes_back_as_it_was(good: Lab, state: str) -> None:
    assert good.flow.authorize(good.flow.ask(state=state)).params["state"] == state


def test_state_need_not_be_text(good: Lab) -> None:
    raw = urlencode(good.flow.ask(state=None).params) + "&state=%ff%00%fe"
    page = good.browser().agent.fetch("GET", f"{ISSUER}/authorize?{raw}&prompt=none")
    assert "state=%FF%00%FE" in page.location


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"resource": "https://other.example/"}, "invalid_target"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "sing"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
    ],
)
def test_requests_that_are_wrong_are_told_to_the_client(
    good: Lab, changes: dict[str, str | None], error: str
) -> None:
    answer = good.flow.authorize(good.flow.ask(**changes))
    assert (answer.error, answer.params["iss"]) == (error, ISSUER)


@pytest.mark.parametrize("extra", ["client_id=demo-other", "redirect_uri=https://evil.example/", "state=2"])
def test_doubled_parameters_are_shown(good: Lab, extra: str) -> None:
    query = urlencode(good.flow.ask().params)
    page = good.agent.fetch("GET", f"{ISSUER}/authorize?{query}&{extra}")
    assert (page.status, page.location) == (400, "")


def test_the_token_endpoint_wants_a_form_and_nothing_in_the_address(good: Lab) -> None:
    agent = Agent(good.wire)
    said = {"grant_type": "client_credentials", "client_id": "demo-main", "client_secret": "x"}
    assert agent.fetch("POST", f"{ISSUER}/token?{urlencode(said)}", form=[]).status == 400
    assert agent.fetch("POST", f"{ISSUER}/token", body=json.dumps(said).encode()).status == 400
    assert agent.fetch("GET", f"{ISSUER}/token").status == 405
    assert agent.fetch("POST", f"{ISSUER}/token", form=[*said.items(), ("client_id", "x")]).status == 400


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"client_secret": "x", "client_id": "demo-main"}, "invalid_request"),
    ],
)
def test_token_errors(good: Lab, form: dict[str, str], error: str) -> None:
    found = good.flow.post("token_endpoint", form)
    assert (found.page.status, found.error) == (400, error)


def test_a_code_lives_for_a_minute(good: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, ask = coded(good.flow)
    clock = time.monotonic
    monkeypatch.setattr("harness.demo.idp_store.time.monotonic", lambda: clock() + 61)
    found = good.demo.app.idp.store.codes.get(answer.code)
    monkeypatch.undo()
    assert found is None
    assert good.flow.redeem(answer, ask).access


def test_userinfo_tells_what_the_scopes_allow(good: Lab) -> None:
    tokens, _ = good.browser().tokens()
    subject = parsed(str(tokens.data["id_token"]))[1]["sub"]

    def said(token: str) -> Claims:
        page = good.agent.fetch("POST", f"{ISSUER}/userinfo", headers=[("Authorization", f"Bearer {token}")])
        found = json.loads(page.body)
        assert isinstance(found, dict)
        return found

    assert said(tokens.access) == {"sub": subject, "name": good.demo.people.patients[0].thai_name}
    assert said(good.token(scope="openid")) == {"sub": subject}
    assert "sub" not in said(good.token(scope="patient.read"))


def test_revoking(good: Lab) -> None:
    tokens, _ = good.browser().tokens()
    refresh = str(tokens.data["refresh_token"])
    assert good.flow.post("revocation_endpoint", {"token": refresh}, "other").page.status == 400
    assert good.flow.post("revocation_endpoint", {"token": "unknown"}).page.status == 200
    assert good.open(tokens.access) == 200
    assert good.flow.post("revocation_endpoint", {"token": refresh}).page.status == 200
    assert good.open(tokens.access) == 401
    assert good.flow.refresh(refresh).error == "invalid_grant"


def test_signing_out(good: Lab) -> None:
    flow = good.browser()
    tokens, _ = flow.tokens()
    hint = str(tokens.data["id_token"])

    def leave(**params: str) -> Page:
        page: Page = flow.agent.fetch("GET", f"{ISSUER}/logout?{urlencode(params)}")
        return page

    back = "https://app.demo.test/main/signed-out"
    assert leave(id_token_hint=jose.flipped(hint)).status == 400
    assert leave(id_token_hint=tokens.access).status == 400
    assert leave(id_token_hint=hint, post_logout_redirect_uri=f"{back}/x").status == 400
    assert flow.authorize(flow.ask(prompt="none")).code
    gone = leave(id_token_hint=hint, post_logout_redirect_uri=back, state="s")
    assert (gone.status, gone.location) == (303, f"{back}?state=s")
    assert flow.authorize(flow.ask(prompt="none")).error == "login_required"


def test_signing_out_without_a_hint_asks_the_person(good: Lab) -> None:
    flow = good.browser()
    flow.tokens()
    (form,) = forms(flow.agent.fetch("GET", f"{ISSUER}/logout"))
    assert good.browser().agent.fetch("POST", form.action, form=form.fields).status == 400
    (form,) = forms(flow.agent.fetch("GET", f"{ISSUER}/logout"))
    assert flow.agent.fetch("POST", form.action, form=form.fields).status == 200
    assert flow.authorize(flow.ask(prompt="none")).error == "login_required"


def test_registering_with_the_initial_token(good: Lab) -> None:
    token = good.demo.app.idp.clients.initial_token
    for uri in ("http://new.example/", "https://*.example/", "https://new.example/#x", "javascript:alert(1)"):
        assert register(good, token, uri)["error"] == "invalid_redirect_uri"
    made = register(good, token)
    assert made["status"] == 201
    place, headers = (
        made["registration_client_uri"],
        [("Authorization", f"Bearer {made['registration_access_token']}")],
    )
    assert good.agent.fetch("GET", place, headers=headers).status == 200
    assert good.agent.fetch("DELETE", place, headers=[("Authorization", "Bearer x")]).status == 401
    assert good.agent.fetch("DELETE", place, headers=headers).status == 204
    assert good.agent.fetch("GET", place, headers=headers).status == 401


def test_a_public_clients_refresh_token_is_bound_to_its_key(good: Lab) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    answer, ask = coded(
        good.flow, client_id="demo-public", redirect_uri="https://app.demo.test/public/callback"
    )
    form = {"grant_type": "authorization_code", "code": answer.code, "code_verifier": ask.verifier}
    form |= {"redirect_uri": ask.params["redirect_uri"]}

    def post(said: dict[str, str], proof: str | None) -> Any:
        headers = (("DPoP", proof),) if proof else ()
        return good.flow.post("token_endpoint", said, "public", headers=headers)

    def proof() -> str:
        return good.proof("POST", f"{ISSUER}/token", key)

    refresh = {"grant_type": "refresh_token", "refresh_token": post(form, proof()).data["refresh_token"]}
    assert post(refresh, None).error == "invalid_dpop_proof"
    assert post(refresh, proof()).data["token_type"] == "DPoP"


@pytest.mark.parametrize(
    "raw",
    ["", "a.b", "a.b.c.d", "e30.e30.=", "e30.W10.", "W10.e30.", "e30 .e30.", "x" * 9000 + ".e30.", "e30.\u0e01.",
     jose.b64u(b'{"alg":"RS256","alg":"none"}') + ".e30.", jose.b64u(b"[" * 5000) + ".e30."],
)  # fmt: skip
def test_tokens_that_are_none(raw: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — any of them
        read(raw)


def test_keys_in_proofs_are_public_and_strong() -> None:
    weak, strong = rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256R1())
    private: list[object] = [jose.jwk_of(weak, ""), jose.jwk_of(strong, "") | {"d": "eA"}]
    for jwk in ({}, [], {"kty": "oct", "k": "eA"}, *private):
        with pytest.raises(ValueError):  # noqa: PT011 — any of them
            public_jwk(jwk)
    token = jose.signed({"alg": "ES256"}, {"a": 1}, strong)
    assert holds(read(token), public_jwk(jose.jwk_of(strong, "")))


def test_what_is_remembered_is_bounded_and_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Expiring, "MOST", 3)
    store: Expiring[int] = Expiring()
    for number in range(5):
        store.put(str(number), number, 60)
    assert [store.get(str(number)) for number in range(5)] == [None, None, 2, 3, 4]
    assert store.new(9, -1)
    assert store.get("3") == 3
    taken: list[int | None] = []
    threads = [threading.Thread(target=lambda: taken.append(store.pop("4"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(4) == 1
    assert store.first("new", 1, 60)
    assert not store.first("new", 1, 60)


_JUNK = ("%ff%fe", "%00", "%ED%A0%80", "ก", "a" * 5000, "..", "[]", "e30.e30.e30", "eyJhIjoiXHVkODAwIn0.e30.")
_NAMES: tuple[str, ...] = (
    "code", "code_verifier", "refresh_token", "token", "client_secret", "client_assertion", "state", "nonce",
    "scope", "redirect_uri", "request_uri", "id_token_hint", "csrf_token", "confirm_token", "username",
    "password", "max_age", "prompt", "resource", "code_challenge", "post_logout_redirect_uri", "response_type",
)  # fmt: skip


@pytest.mark.parametrize("path", sorted(path for path, methods in ROUTES.items() if "POST" in methods))
def test_nonsense_is_answered(good: Lab, path: str) -> None:
    fixed = {"grant_type": "authorization_code", "client_id": "demo-public"}
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    more = [kind, ("DPoP", "e30.e30.e30"), ("Authorization", "Basic e30")]
    trials = [(_NAMES, junk, headers) for junk in _JUNK for headers in ([kind], more)]
    trials += [((name,), "%ED%A0%80", [kind]) for name in _NAMES]
    for names, junk, headers in trials:
        body = "&".join([urlencode(fixed), *(f"{name}={junk}" for name in names)]).encode()
        status = good.agent.fetch("POST", ISSUER + path, body=body, headers=headers).status
        assert status is not None, (junk, names)
        assert status < 500, (junk, names)


def test_a_password_that_is_no_text_is_wrong(good: Lab) -> None:
    flow = good.browser()
    (form,) = forms(flow.authorize(flow.ask(), sign_in=False).page)
    body = f"{urlencode(form.fields[:1])}&username=%ff&password=%ED%A0%80".encode()
    kind = [("Content-Type", "application/x-www-form-urlencoded")]
    assert flow.agent.fetch("POST", form.action, body=body, headers=kind).status == 403


def test_no_secret_is_readable_by_others(good: Lab) -> None:
    folder = good.demo.target_path.parent
    for name in (
        "id-main.secret",
        "id-machine.pem",
        "id-signing.pem",
        "id-registration.token",
        "patient-a.password",
    ):
        assert (folder / name).stat().st_mode & 0o077 == 0
