"""Sign-ins through national providers: the levels, the providers that the harness plays, and hostile platforms."""

import base64
import http.client
import itertools
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from harness.checks.relying import probe_scene, probe_server
from harness.checks.relying.probe_moph_mock import Moph
from harness.checks.relying.probe_people import MISTYPED, NAMESAKE, PATIENT, STRANGER
from harness.checks.relying.probe_stage import state_facts
from harness.checks.relying.probe_thaid_mock import BASE, Thaid
from harness.checks.relying.probe_tokens import SIGNATURES, Signer, half_hash
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from harness import registry
from harness import target as targets
from harness.demo import DemoPlatform
from harness.demo.relying_desk import TEST_NUMBER
from harness.demo.relying_ways import LEVELS
from harness.evidence import Cause, Envelope
from harness.idtarget import Relying, Secret
from harness.judge import judge_one
from harness.levels import AAL, IAL, below, reaches, step
from harness.model import Verdict
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names, WireError
from harness.secrets import credentials
from harness.secretvalues import is_citizen_id
from harness.target import Component, Limits, RelyingParty, ScopeRules, Target

SECRET = "a-secret-of-the-test-only"
PROBES = {kind.__name__: spec for kind, spec in registry.probes().items() if spec.kind == "relying"}
CHECKS = [spec for spec in registry.checks().values() if spec.domain == "relying"]


# -- levels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [IAL, AAL])
def test_levels_are_totally_ordered(order: tuple[str, ...]) -> None:
    for (low, a), (high, b) in itertools.product(enumerate(order), repeat=2):
        assert reaches(order, a, b) == (low >= high)
        assert (a in below(order, b)) == (low < high)


@pytest.mark.parametrize(
    "said", [None, "", "2.10", "3.0", "03", " 3", "3 ", "high", 3, 2.3, True, [], {}, "๓", "2,3"]
)
def test_what_is_no_level_is_the_lowest(said: object) -> None:
    assert step(IAL, said) == 0
    assert [reaches(IAL, said, floor) for floor in IAL] == [True] + [False] * (len(IAL) - 1)


def test_a_floor_that_is_no_level_is_refused() -> None:
    with pytest.raises(ValueError, match="not in"):
        reaches(IAL, "3", "2.4")


def test_the_demo_knows_the_same_levels_and_the_same_patient() -> None:
    assert LEVELS == IAL
    assert PATIENT.pid == TEST_NUMBER


def test_test_persons_have_numbers_that_nobody_has() -> None:
    assert all(is_citizen_id(p.pid) and p.pid.startswith("9") for p in (PATIENT, NAMESAKE, STRANGER))
    assert not is_citizen_id(MISTYPED.pid)
    assert NAMESAKE.name == MISTYPED.name == PATIENT.name != STRANGER.name


# -- the providers that are played ------------------------------------------------------------------------


@contextmanager
def played(provider: Any, listen: str = "127.0.0.1:0") -> Iterator[int]:
    """A provider at a free port."""
    if listen.endswith(":0"):
        listen = f"127.0.0.1:{free()}"
    with probe_server.listening(listen, provider.answer, 5):
        yield int(listen.rpartition(":")[2])


def free() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return int(server.server_address[1])


def ask(
    port: int, method: str, path: str, fields: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(fields, dict) else {}
    body = urlencode(fields) if isinstance(fields, dict) else fields
    connection.request(method, path, body, kind | (headers or {}))
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, json.loads(text) if text.startswith(("{", "[")) else text


def basic(client: str = "client", secret: str = SECRET) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


@pytest.fixture
def thaid() -> Iterator[tuple[Thaid, int]]:
    provider = Thaid("http://127.0.0.1:1", "client", SECRET)
    with played(provider) as port:
        yield provider, port


@pytest.fixture
def moph() -> Iterator[tuple[Moph, int]]:
    provider = Moph("http://127.0.0.1:1", "client", SECRET)
    with played(provider) as port:
        yield provider, port


def scene(**more: Any) -> probe_scene.Scene:
    return probe_scene.Scene(**({"name": "test"} | more))


ASKED = {"redirect_uri": "https://rp.test/cb", "scope": "openid pid name ial", "nonce": "n-1", "state": "s"}


def redeem(
    provider: Thaid, port: int, wanted: probe_scene.Scene, asked: dict[str, str] = ASKED
) -> tuple[int, Any]:
    code = provider.issue(wanted, asked)
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked["redirect_uri"]}
    return ask(port, "POST", f"{BASE}/token/", fields, basic())


def test_a_sound_id_token_holds_by_an_independent_library(thaid: tuple[Thaid, int]) -> None:
    provider, port = thaid
    status, said = redeem(provider, port, scene(ial="2.3"))
    keys = KeySet.import_key_set(ask(port, "GET", "/jwks/")[1])
    claims = jwt.decode(said["id_token"], keys, algorithms=["RS256"]).claims
    assert status == 200
    assert claims["iss"] == ask(port, "GET", "/.well-known/openid-configuration")[1]["issuer"]
    assert (claims["aud"], claims["nonce"], claims["ial"]) == ("client", "n-1", "2.3")
    assert (claims["sub"], claims["pid"]) == (PATIENT.pid, PATIENT.pid)
    assert claims["at_hash"] == half_hash(said["access_token"])
    assert 0 < claims["exp"] - claims["iat"] <= 900


@pytest.mark.parametrize("fault", SIGNATURES)
def test_no_faulty_signature_holds(fault: str) -> None:
    signer = Signer()
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(
            signer.token({"sub": "x"}, fault), KeySet.import_key_set(signer.jwks), algorithms=["RS256"]
        )


def test_thaid_keeps_the_quirks_of_its_document(thaid: tuple[Thaid, int]) -> None:
    provider, port = thaid
    _, said = redeem(provider, port, scene())
    assert probe_server.later(800) < said["expire_in"] <= probe_server.later(901)
    assert "refresh_token" not in said
    assert "pid" not in said  # with openid the values stand in the id_token only
    _, flat = redeem(provider, port, scene(ial=None), ASKED | {"scope": "pid ial"})
    assert (flat["pid"], "id_token" in flat, "ial" in flat) == (PATIENT.pid, False, False)
    assert redeem(provider, port, scene(expire_in=900))[1]["expire_in"] == 900


def test_thaid_tells_and_revokes_tokens(thaid: tuple[Thaid, int]) -> None:
    provider, port = thaid
    token = redeem(provider, port, scene())[1]["access_token"]
    sent = {"token": f"Bearer {token}"}
    assert ask(port, "POST", f"{BASE}/introspect/", sent, basic())[1]["active"] is True
    assert ask(port, "POST", f"{BASE}/introspect/", sent, basic(secret="wrong"))[0] == 401
    assert ask(port, "POST", f"{BASE}/revoke/", sent, basic())[1]["message"] == "revoked"
    assert ask(port, "POST", f"{BASE}/introspect/", sent, basic())[1] == {"active": False}
    assert [call.call for call in provider.calls if call.known] == ["token", "introspect", "revoke"]


def test_a_code_is_good_once_unless_the_scene_says_twice(thaid: tuple[Thaid, int]) -> None:
    provider, port = thaid
    for twice, answers in ((False, [200, 400, 400]), (True, [200, 200, 400])):
        code = provider.issue(scene(twice=twice), ASKED)
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://rp.test/cb"}
        assert [ask(port, "POST", f"{BASE}/token/", fields, basic())[0] for _ in range(3)] == answers


def test_where_the_secret_stood_is_noted_and_the_secret_is_not(thaid: tuple[Thaid, int]) -> None:
    provider, port = thaid
    fields = {"grant_type": "authorization_code", "code": provider.issue(scene(), ASKED)}
    both = fields | {
        "client_id": "client",
        "client_secret": SECRET,
        "redirect_uri": "https://elsewhere.test/",
    }
    assert ask(port, "POST", f"{BASE}/token/?k={SECRET}", both, basic())[0] == 200
    assert provider.calls[-1].secret_in == ("basic", "body", "query")
    assert provider.calls[-1].same_redirect is False
    assert SECRET not in str(provider.calls)
    ask(port, "POST", f"{BASE}/token/", fields)
    assert (provider.calls[-1].status, provider.calls[-1].secret_in) == (401, ())


def test_the_services_of_the_ministry_answer_as_their_manual_says(moph: tuple[Moph, int]) -> None:
    provider, port = moph
    mine = {"client_id": "client", "client_secret": SECRET}
    code = provider.issue(scene(upper_hash=True), {"redirect_uri": "https://rp.test/cb"})
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://rp.test/cb"}
    _, health = ask(port, "POST", "/api/v1/token", fields | mine)
    token, headers = health["data"]["access_token"], {"client-id": "client", "secret-key": SECRET}
    assert (health["status"], health["data"]["expires_in"]) == ("success", 31_536_000)
    pem = ask(port, "GET", "/api/v1/oauth/public-key", headers=headers)[1]
    jwt.decode(token, RSAKey.import_key(pem), algorithms=["RS256"])
    person = ask(port, "GET", "/go-api/v1/profile", headers={"Authorization": f"Bearer {token}"})[1]["data"]
    assert person["hash_id_card_num"] == PATIENT.hashed.upper()
    assert PATIENT.pid not in json.dumps(person)
    assert set(person["ial"]) == {"level", "auth_method_name", "verified_at"}
    asked = json.dumps({"client_id": "client", "secret_key": SECRET, "token_by": "Health ID", "token": token})
    said = ask(port, "POST", "/api/v1/services/token", asked, {"Content-Type": "application/json"})[1]["data"]
    assert said["expires_in"] == 86_400
    bearer = {"Authorization": f"Bearer {said['access_token']}"}
    assert ask(port, "GET", "/api/v1/services/profile", headers=bearer)[0] == 401
    profile = ask(port, "GET", "/api/v1/services/profile", headers=bearer | headers)[1]["data"]
    assert profile["organization"][0]["license_id_verify"] is True
    provider.removed.add("test")
    assert ask(port, "POST", "/api/v1/services/token", asked, {"Content-Type": "application/json"})[0] == 400


# -- the server ---------------------------------------------------------------------------------------------


def test_it_is_gone_afterwards() -> None:
    with played(Thaid("", "client", SECRET)) as port:
        assert ask(port, "GET", "/jwks/")[0] == 200
    with pytest.raises(ConnectionRefusedError):
        ask(port, "GET", "/jwks/")
    with played(Thaid("", "client", SECRET), f"127.0.0.1:{port}") as again:
        assert again == port


@pytest.mark.parametrize("listen", ["0.0.0.0:9443", "203.0.113.9:9443", "example.org:9443", ":9443"])
def test_it_listens_on_loopback_only(listen: str) -> None:
    with (
        pytest.raises(WireError) as refused,
        probe_server.listening(listen, Thaid("", "client", SECRET).answer, 1),
    ):
        pass
    assert refused.value.cause is Cause.OUT_OF_SCOPE


def test_an_address_in_use_is_a_reason_not_a_crash() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        listen = f"127.0.0.1:{other.server_address[1]}"
        with (
            pytest.raises(WireError) as refused,
            probe_server.listening(listen, Thaid("", "c", "s").answer, 1),
        ):
            pass
    assert refused.value.cause is Cause.TOOL_ABSENT


def test_two_at_one_address_take_turns(must_end: None) -> None:
    listen, order = f"127.0.0.1:{free()}", []
    entered = threading.Event()

    def second() -> None:
        entered.wait(10)
        with probe_server.listening(listen, Thaid("", "c", "s").answer, 30):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with probe_server.listening(listen, Thaid("", "c", "s").answer, 1):
        entered.set()
        with pytest.raises(WireError), probe_server.listening(listen, Thaid("", "c", "s").answer, 0):
            pass
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [("x" * 70_000, 413), ("[" * 60_000, 401), ("&" * 60_000, 401), ("\x00\xff", 401)],
)
def test_hostile_calls_are_bounded(thaid: tuple[Thaid, int], sent: str, status: int) -> None:
    _, port = thaid
    kind = {
        "Content-Type": "application/json" if sent.startswith("[") else "application/x-www-form-urlencoded"
    }
    assert ask(port, "POST", f"{BASE}/token/", sent.encode("latin-1"), kind)[0] == status
    assert ask(port, "GET", "/jwks/")[0] == 200


# -- the demo ---------------------------------------------------------------------------------------------


def collected(target: Target, party: RelyingParty, creds: dict[str, str], *names: str) -> dict[str, Envelope]:
    around = Surroundings(target, Names(target), Gate(target.scope), creds, os.urandom(16))
    return {name: run_probe(PROBES[name], party, around) for name in names or PROBES}


def verdicts(found: dict[str, Envelope]) -> dict[str, Verdict]:
    result = {}
    for spec in CHECKS:
        envelope = found.get(spec.evidence.__name__)
        if envelope is not None and envelope.missing is None:
            result[spec.id] = judge_one(spec, envelope.open(spec.evidence), spec.settings).verdict  # type: ignore[arg-type]
    return result


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, dict[str, str], DemoPlatform]]:
    with DemoPlatform() as platform:
        target = targets.load(platform.target_path)
        yield target, credentials(target)[0], platform


@pytest.mark.parametrize(
    ("provider", "ids"),
    [("thaid", "RPT"), ("health-id", "RPH"), ("provider-id", "RPP")],
)
def test_the_demo_conforms(
    demo: tuple[Target, dict[str, str], DemoPlatform], provider: str, ids: str
) -> None:
    target, creds, _ = demo
    party = next(p for p in targets.subjects(target)["relying"] if p.id == f"portal/{provider}")
    assert isinstance(party, RelyingParty)
    found = collected(target, party, creds)
    said = verdicts(found)
    assert {id for id in said if id.startswith("RP")} == {s.id for s in CHECKS if s.id.startswith(ids)}
    assert set(said.values()) <= {Verdict.PASS, Verdict.INFO, Verdict.NOT_APPLICABLE}, said
    stored = b"".join(bytes(envelope.value) for envelope in found.values())
    assert len(stored) < 300_000
    assert creds[party.id].encode() not in stored
    assert not [
        p for p in (PATIENT, NAMESAKE, STRANGER) if p.pid.encode() in stored or p.hashed.encode() in stored
    ]


def test_a_platform_with_other_client_credentials_is_no_finding(
    demo: tuple[Target, dict[str, str], DemoPlatform],
) -> None:
    target, creds, _ = demo
    party = next(p for p in targets.subjects(target)["relying"] if p.id == "portal/thaid")
    assert isinstance(party, RelyingParty)
    found = collected(target, party, creds | {party.id: "another-secret-entirely"}, "ThaidTrials")
    said = verdicts(found)
    assert said["RPT-06"] is Verdict.INCONCLUSIVE
    assert Verdict.FAIL not in {said[id] for id in ("RPT-02", "RPT-06", "RPT-07", "RPT-10", "RPT-12")}


def test_without_the_secret_nothing_is_played(demo: tuple[Target, dict[str, str], DemoPlatform]) -> None:
    target, _, _ = demo
    for party in targets.subjects(target)["relying"]:
        assert isinstance(party, RelyingParty)
        found = collected(target, party, {}, "LevelTrials")
        assert found["LevelTrials"].missing
        assert found["LevelTrials"].missing.cause is Cause.NO_CREDENTIAL


# -- hostile platforms ---------------------------------------------------------------------------------------

Page = tuple[int, dict[str, str], bytes]


@contextmanager
def platform(answer: Callable[[str], Page | None]) -> Iterator[int]:
    """A platform that answers as told; None: not at all."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answer(self.path)
            if found is None:
                stop.wait(30)
                return
            self.send_response(found[0])
            for name, value in (found[1] | {"Content-Length": str(len(found[2]))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(found[2])

        do_POST = do_GET

        def log_message(self, *_: object) -> None: ...

    stop = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def met(
    answer: Callable[[str], Page | None], provider: str = "thaid"
) -> tuple[dict[str, Envelope], list[str]]:
    """What the probes make of such a platform, and the paths they asked."""
    asked: list[str] = []

    def noted(path: str) -> Page | None:
        asked.append(path)
        return answer(path)

    with platform(noted) as port:
        relying = Relying(
            component="portal",
            provider=provider,  # type: ignore[arg-type]
            listen=f"127.0.0.1:{free()}",
            start="/start",
            home="/home",
            client_id="client",
            secret=Secret(env="UNUSED"),
            functions={"record": "/record"},
        )
        target = Target(
            name="hostile",
            owner="tests",
            scope=ScopeRules(
                authorised_by="tests",
                document="none",
                contact="nobody@example.org",
                hosts=("127.0.0.1",),
                ports=(port,),
                addresses=("127.0.0.0/8",),
                requests_per_second=5000,
            ),
            components=(Component(name="portal", kind="portal", base_url=f"http://127.0.0.1:{port}/"),),
            relying=(relying,),
            limits=Limits(connect_seconds=1, read_seconds=0.5, total_seconds=1, body_bytes=200_000),
        )
        party = targets.subjects(target)["relying"][0]
        assert isinstance(party, RelyingParty)
        return collected(target, party, {party.id: SECRET}), asked


def to(place: str) -> Page:
    return 302, {"Location": place}, b""


HOSTILE: dict[str, Callable[[str], Page | None]] = {
    "out of scope": lambda path: to("https://evil.example.org/") if path == "/start" else to("/"),
    "loop": lambda path: to("/start?again"),
    "silence": lambda path: None,
    "no redirect": lambda path: (200, {}, b"<html>") if path == "/start" else to("/"),
    "not a url": lambda path: to("http://[::1/"),
    "unavailable": lambda path: (503, {"Retry-After": "9"}, b"later"),
    "home is open": lambda path: (200, {}, b"welcome"),
    "a page of five megabytes": lambda path: (500, {}, b"x" * 5_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("provider", ["thaid", "health-id", "provider-id"])
def test_hostile_platforms_are_inconclusive(name: str, provider: str, must_end: None) -> None:
    found, asked = met(HOSTILE[name], provider)
    for envelope in found.values():
        said = verdicts({envelope.schema: envelope})
        assert not {Verdict.PASS, Verdict.FAIL, Verdict.ERROR} & set(said.values()), (name, said)
        assert envelope.missing is None or envelope.missing.cause is not Cause.CRASH, envelope.missing
    assert len(asked) < 200


def test_a_platform_that_points_to_the_real_provider_is_not_tried(must_end: None) -> None:
    place = f"https://imauth.bora.dopa.go.th{BASE}/auth/?" + urlencode(
        {
            "response_type": "code",
            "client_id": "client",
            "redirect_uri": "https://rp.test/",
            "scope": "pid",
            "state": "x",
        }
    )
    found, asked = met(lambda path: to(place) if path.startswith("/start") else to("/"))
    said = verdicts(found)
    assert said["RPT-01"] is Verdict.PASS
    assert said["RPT-02"] is not Verdict.PASS
    assert said["RPT-06"] is not Verdict.PASS
    assert found["LevelTrials"].missing
    assert not [path for path in asked if "code=" in path]


def test_a_platform_that_lets_everybody_in_fails(must_end: None) -> None:
    entered = threading.Event()

    def careless(path: str) -> Page | None:
        if path.startswith("/start"):
            asked = ASKED | {
                "response_type": "code",
                "client_id": "client",
                "redirect_uri": f"{base[0]}/back",
            }
            return to(f"http://{base[1]}{BASE}/auth/?{urlencode(asked)}")
        if path.startswith("/back"):
            entered.set()
            return to("/home")
        return (200, {}, b"in") if entered.is_set() else to("/login")

    base = ["", ""]
    with platform(careless) as port:
        listen = f"127.0.0.1:{free()}"
        base[:] = [f"http://127.0.0.1:{port}", listen]
        relying = Relying(
            component="portal", provider="thaid", listen=listen, start="/start", home="/home",
            client_id="client", secret=Secret(env="UNUSED"), functions={"record": "/home"},
        )  # fmt: skip
        scope = ScopeRules(
            authorised_by="t", document="t", contact="t", hosts=("127.0.0.1",), ports=(port,),
            addresses=("127.0.0.0/8",), requests_per_second=5000,
        )  # fmt: skip
        component = Component(name="portal", kind="portal", base_url=f"{base[0]}/", logout="/out")
        target = Target(name="t", owner="t", scope=scope, components=(component,), relying=(relying,))
        party = targets.subjects(target)["relying"][0]
        assert isinstance(party, RelyingParty)
        said = verdicts(collected(target, party, {party.id: SECRET}, "ThaidTrials"))
        entered.clear()
        said |= verdicts(collected(target, party, {party.id: SECRET}, "LevelTrials"))
    failed = {id for id, verdict in said.items() if verdict is Verdict.FAIL}
    assert failed >= {"RPT-02", "RPT-03", "RPT-06", "RPT-07", "RPT-09", "RPT-10", "IAL-04"}
    assert Verdict.ERROR not in said.values()


# -- states -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "distinct", "most"),
    [
        ([f"state-{n:04d}" for n in range(20)], 20, 7),
        (["thaid_login"] * 10, 1, 0),
        ([f"17{n}00000000" for n in range(10)], 10, 4),
        ([], 0, 0),
    ],
)
def test_states_with_a_pattern_carry_few_bits(states: list[str], distinct: int, most: float) -> None:
    found = state_facts(states)
    assert found.distinct == distinct
    assert found.bits <= most


def test_random_states_carry_many() -> None:
    found = state_facts([secrets.token_urlsafe(24) for _ in range(12)])
    assert found.bits >= 128
    assert not found.ascending


def test_the_folder_holds_no_word_of_real_people() -> None:
    folder = Path(__file__).parent.parent / "checks" / "relying"
    digits = [w for p in folder.glob("*.py") for w in p.read_text(encoding="utf-8").split() if w.isdigit()]
    assert not [w for w in digits if is_citizen_id(w)]
