"""The token endpoint and its neighbours: a real OpenID Provider (npm oidc-provider), strict and careless, and hostile ones."""

import json
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from harness.checks.identity.probe_jose import b64u, parse, verified
from harness.checks.identity.probe_jose_keys import private_member
from harness.checks.identity.probe_token_proofs import Prover
from harness.checks.identity.token_evidence import RefreshTrials
from harness.checks.identity.token_judging import settle
from joserfc import jws
from joserfc.jwk import ECKey

from harness import registry, target
from harness.evidence import MEANING, Envelope, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Account, Client, Provider, SignIn
from harness.judge import judge_one
from harness.model import Judgement, Text, Verdict
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.target import Component, Limits, ScopeRules, Secret, Target
from tests.oidc_server import CARELESS, WEAK, Oidc, oidc
from tests.web_active_servers import Answer, Reply, raw_server, serving

#: Each check and the probe that collects for it.
MINE = {
    "OAU-09": "refresh_rotation",
    "OAU-10": "refresh_trials",
    "OAU-11": "client_auth",
    "OAU-12": "client_assertions",
    "OAU-13": "token_answers",
    "OAU-16": "token_revocation",
    "OAU-19": "dpop_proofs",
    "OAU-20": "client_registration",
    "OAU-21": "pushed_requests",
    "OID-09": "provider_logout",
}
SINGLE = [name for name, check in WEAK.items() if check in MINE]
#: One function of that provider authenticates clients everywhere, so the other endpoints are as open as the first.
TOO = {"secret-unchecked": {"OAU-16", "OAU-21"}}
QUIET = {Verdict.PASS, Verdict.NOT_APPLICABLE}


# -- a real provider ----------------------------------------------------------------------------------------


def judgement(id: str, envelope: Envelope, **settings: Any) -> Judgement:
    spec = registry.checks()[id]
    evidence = envelope.open(spec.evidence)
    if isinstance(evidence, Missing):
        verdict, fault = MEANING[evidence.cause]
        return Judgement(verdict, evidence.reason, 0, fault=fault)
    return judge_one(spec, evidence, spec.settings | settings)


def judged(running: Oidc) -> dict[str, Judgement]:
    return {id: judgement(id, running.collect(probe)) for id, probe in MINE.items()}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oidc]:
    from tests import conftest

    with oidc(tmp_path_factory.mktemp("strict"), online=dict(conftest._ONLINE)) as running:
        yield running


@pytest.mark.system
def test_a_strict_provider_passes_everything(strict: Oidc) -> None:
    found = judged(strict)
    assert {id: j.reason.en for id, j in found.items() if j.verdict not in QUIET} == {}
    assert {id for id, j in found.items() if j.verdict is Verdict.NOT_APPLICABLE} == {"OAU-20"}
    assert found["OAU-12"].assertions >= 20
    assert found["OAU-19"].assertions >= 40


@pytest.mark.system
def test_no_secret_stands_in_the_evidence_and_it_is_small(strict: Oidc) -> None:
    secrets = [p.read_text(encoding="utf-8").strip() for p in strict.file.parent.glob("*.secret")]
    for probe in MINE.values():
        text = bytes(strict.collect(probe).value).decode()
        assert len(text) < 500_000
        assert "eyJ" not in text
        assert not [s for s in secrets if s in text or json.dumps(s)[1:-1] in text]


@pytest.mark.system
def test_what_a_profile_may_ask_beyond_the_standard(strict: Oidc) -> None:
    """This provider rotates for all clients, takes long assertions and remembers proofs: as its code says."""
    assert judgement("OAU-09", strict.collect(MINE["OAU-09"]), confidential_too=True).verdict is Verdict.PASS
    lenient = judgement("OAU-12", strict.collect(MINE["OAU-12"]), policy=True)
    assert lenient.verdict is Verdict.FAIL
    assert "exp in a year" in lenient.reason.en
    assert judgement("OAU-19", strict.collect(MINE["OAU-19"]), replay_refused=True).verdict is Verdict.PASS


@pytest.mark.system
@pytest.mark.parametrize("weak", SINGLE)
def test_a_single_weakness_is_found_by_its_check_alone(
    weak: str, tmp_path: Path, online: dict[str, str]
) -> None:
    with oidc(tmp_path, [weak], online) as running:
        found = judged(running)
    failing = {id for id, j in found.items() if j.verdict is Verdict.FAIL}
    assert failing - TOO.get(weak, set()) == {WEAK[weak]}, {id: j.reason.en for id, j in found.items()}
    assert {j.verdict for j in found.values()} <= {*QUIET, Verdict.FAIL}


@pytest.mark.system
def test_a_careless_provider_is_found_out_and_left_clean(tmp_path: Path, online: dict[str, str]) -> None:
    with oidc(tmp_path, CARELESS, online) as running:
        found = judged(running)
        open_too = judgement("OAU-20", running.collect(MINE["OAU-20"]), open_by_policy=True)
    failing = {id for id, j in found.items() if j.verdict is Verdict.FAIL}
    assert failing == {WEAK[name] for name in CARELESS} & set(MINE)
    counted = dict(found["OAU-20"].facts)
    assert counted["clients registered"] == counted["deleted again"] != "0"
    assert open_too.verdict is Verdict.FAIL  # this provider registers http addresses (RFC 9700 §2.6)
    assert "http:" in open_too.reason.en


# -- hostile and broken ones --------------------------------------------------------------------------------


def surroundings(port: int, *, clients: dict[str, Client] | None = None) -> Surroundings:
    rules = ScopeRules(
        authorised_by="test",
        document="none",
        contact="nobody@demo.test",
        hosts=("127.0.0.1",),
        ports=(port,),
        addresses=("127.0.0.0/8",),
        requests_per_second=10_000,
        dangers=frozenset({"write"}),
    )
    account = Account(username="person-one", password=Secret(env="UNUSED"))
    known = clients or {
        "main": Client(client_id="main", redirect_uri="https://app.test/cb"),
        "other": Client(client_id="other", redirect_uri="https://app.test/cb"),
        "public": Client(client_id="public", redirect_uri="https://app.test/cb", auth="none"),
        "machine": Client(client_id="machine", auth="private_key_jwt"),
    }
    provider = Provider(component="id", sign_in=SignIn(account=account), clients=known)  # type: ignore[arg-type]
    described = Target(
        name="t",
        owner="t",
        scope=rules,
        components=(Component(name="id", kind="idp", base_url=f"http://127.0.0.1:{port}/"),),
        providers=(provider,),
        limits=Limits(connect_seconds=1, read_seconds=0.4, total_seconds=0.8),
    )
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    words = {
        "id.password": "correct horse 4711",
        "id.main": "m" * 40,
        "id.other": "o" * 40,
        "id.machine": pem,
    }
    return Surroundings(described, Names(described), Gate(rules), words, b"salt" * 8)


def told(around: Surroundings) -> dict[str, Judgement]:
    (subject,) = target.subjects(around.target)["issuer"]
    probes = {spec.name: spec for spec in registry.probes().values()}
    return {id: judgement(id, run_probe(probes[name], subject, around)) for id, name in MINE.items()}


def metadata(port: int, **changes: Any) -> dict[str, Any]:
    here = f"http://127.0.0.1:{port}"
    names = (
        "authorization",
        "token",
        "revocation",
        "introspection",
        "registration",
        "end_session",
        "userinfo",
    )
    said = {f"{name}_endpoint": f"{here}/{name}" for name in names}
    said["pushed_authorization_request_endpoint"] = f"{here}/par"
    lists = {
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt", "none"],
    }
    return {"issuer": here, **said, **lists, **changes}


def publishing(
    rest: Callable[[BaseHTTPRequestHandler, str], Reply], changes: dict[str, Any] | None = None
) -> Answer:
    def answer(request: BaseHTTPRequestHandler, path: str) -> Reply:
        if path.startswith("/.well-known/"):
            port = request.server.server_address[1]  # type: ignore[index]
            body = json.dumps(metadata(int(port), **(changes or {})))
            return 200, {"Content-Type": "application/json"}, body
        return rest(request, path)

    return answer


def html(_request: BaseHTTPRequestHandler, _path: str) -> Reply:
    return 200, {"Content-Type": "text/html"}, "<h1>ขออภัย ระบบปิดปรับปรุง</h1>"


def failing(_request: BaseHTTPRequestHandler, _path: str) -> Reply:
    return 503, {"Content-Type": "text/plain"}, "down"


def looping(_request: BaseHTTPRequestHandler, path: str) -> Reply:
    return 302, {"Location": path}, ""


def leaving(_request: BaseHTTPRequestHandler, _path: str) -> Reply:
    return 302, {"Location": "https://elsewhere.example/login"}, ""


def form_for_ever(_request: BaseHTTPRequestHandler, path: str) -> Reply:
    form = f'<form method="post" action="{path}"><input type="password" name="p"><input name="u"></form>'
    return 200, {"Content-Type": "text/html"}, form


def deep(_request: BaseHTTPRequestHandler, _path: str) -> Reply:
    return 200, {"Content-Type": "application/json"}, "[" * 100_000


@pytest.mark.parametrize("rest", [html, failing, looping, leaving, form_for_ever, deep])
@pytest.mark.usefixtures("must_end")
def test_a_provider_behind_which_nothing_works_is_not_judged(rest: Answer) -> None:
    with serving(publishing(rest)) as (port, _):
        found = told(surroundings(port))
    decided = {id: j.reason.en for id, j in found.items() if j.verdict is not Verdict.INCONCLUSIVE}
    assert decided == {}


@pytest.mark.parametrize("rest", [html, failing, looping, deep])
@pytest.mark.parametrize("place", [{}, {"pushed_authorization_request_endpoint": None}])
@pytest.mark.usefixtures("must_end")
def test_a_provider_that_asks_for_pushed_requests_and_takes_none_is_not_judged(
    rest: Answer, place: dict[str, Any]
) -> None:
    with serving(publishing(rest, {"require_pushed_authorization_requests": True} | place)) as (port, _):
        found = told(surroundings(port))
    decided = {id: j.reason.en for id, j in found.items() if j.verdict is not Verdict.INCONCLUSIVE}
    assert set(decided) <= ({"OAU-21"} if place else set()), decided


@pytest.mark.parametrize(
    ("issuer", "verdict"), [("", "inconclusive"), ("https://elsewhere.example", "not_applicable")]
)
@pytest.mark.usefixtures("must_end")
def test_an_endpoint_may_stand_in_the_second_document_of_the_same_issuer(issuer: str, verdict: str) -> None:
    def answer(request: BaseHTTPRequestHandler, path: str) -> Reply:
        port = int(request.server.server_address[1])  # type: ignore[index]
        whole, ends = metadata(port), ("revocation_endpoint", "introspection_endpoint")
        if path == "/.well-known/openid-configuration":
            return 200, {}, json.dumps({k: v for k, v in whole.items() if k not in ends})
        if path == "/.well-known/oauth-authorization-server":
            return 200, {}, json.dumps(whole | ({"issuer": issuer} if issuer else {}))
        return failing(request, path)

    with serving(answer) as (port, _):
        assert told(surroundings(port))["OAU-16"].verdict.value == verdict


@pytest.mark.usefixtures("must_end")
def test_html_instead_of_metadata_is_inconclusive() -> None:
    with serving(html) as (port, _):
        found = told(surroundings(port))
    assert {j.verdict for j in found.values()} == {Verdict.INCONCLUSIVE}


@pytest.mark.usefixtures("must_end")
def test_a_provider_that_never_answers_is_inconclusive() -> None:
    def mute(connection: socket.socket) -> None:
        connection.recv(65536)

    with raw_server(mute) as port:
        found = told(surroundings(port))
    assert {j.verdict for j in found.values()} == {Verdict.INCONCLUSIVE}


WRONG_TYPES = [
    {"token_endpoint": 7, "authorization_endpoint": ["x"], "scopes_supported": "openid"},
    {
        "token_endpoint": "https://elsewhere.example/token",
        "registration_endpoint": "https://elsewhere.example/r",
    },
    {"dpop_signing_alg_values_supported": [None, 3, "x" * 10_000], "grant_types_supported": {"a": 1}},
    {"token_endpoint": "http://elsewhere.example/token"},
    {"token_endpoint": "::::", "revocation_endpoint": "\u0000"},
]


@pytest.mark.parametrize("changes", WRONG_TYPES)
@pytest.mark.usefixtures("must_end")
def test_metadata_of_the_wrong_kind_breaks_nothing(changes: dict[str, Any]) -> None:
    with serving(publishing(failing, changes)) as (port, _):
        found = told(surroundings(port))
    assert not {
        id: j.reason.en for id, j in found.items() if j.verdict in (Verdict.ERROR, Verdict.PASS, Verdict.FAIL)
    }


def test_without_the_test_clients_the_checks_are_not_run() -> None:
    none = Client(client_id="main", redirect_uri="https://app.test/cb")
    with serving(publishing(html)) as (port, _):
        found = told(surroundings(port, clients={"other": none}))
    assert found["OAU-11"].verdict is Verdict.NOT_RUN
    assert found["OAU-12"].verdict is Verdict.NOT_RUN
    assert found["OAU-09"].verdict is Verdict.NOT_RUN


def test_registration_asks_the_scope_for_consent() -> None:
    spec = next(s for s in registry.probes().values() if s.name == MINE["OAU-20"])
    assert spec.danger == {"write"}


# -- what is sent -------------------------------------------------------------------------------------------


def taken_apart(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found: tuple[dict[str, Any], dict[str, Any]] | None = parse(token)
    assert found is not None
    return found


@pytest.mark.parametrize("offered", [["ES256"], ["RS256"], ["ES384", "x"], ["PS256"], ["EdDSA"], ["Ed25519"]])
def test_a_good_proof_is_good_and_every_bad_one_is_bad_in_one_place(offered: list[str]) -> None:
    prover, place, token = Prover(offered), "https://id.test/token", "an-access-token"
    good = prover.proof("POST", f"{place}?x=1", token)
    header, claims = taken_apart(good)
    assert verified(good, header["jwk"])
    assert (header["typ"], claims["htm"], claims["htu"]) == ("dpop+jwt", "POST", place)
    assert "d" not in header["jwk"]
    names = set()
    for name, make in prover.faults("POST", place, token):
        names.add(name)
        other, said = taken_apart(make())
        changed = {k for k in header.keys() | other.keys() if header.get(k) != other.get(k)}
        changed |= {k for k in claims.keys() | said.keys() if claims.get(k) != said.get(k)} - {"iat", "jti"}
        assert len(changed - ({"jwk"} if name == "alg HS256" else set())) <= 1, name
    assert len(names) >= 16


def test_a_good_proof_holds_for_another_library() -> None:
    prover = Prover(["ES256"])
    proof = prover.proof("POST", "https://id.test/token")
    header, _ = taken_apart(proof)
    assert jws.deserialize_compact(proof, ECKey.import_key(header["jwk"]), algorithms=["ES256"]).payload
    assert b64u(b"x") == "eA"


def test_rsa_and_elliptic_keys_make_private_members_of_their_size() -> None:
    for offered, kind in ((["ES256"], ec.EllipticCurvePrivateKey), (["RS256"], rsa.RSAPrivateKey)):
        prover = Prover(offered)
        assert isinstance(prover.key, kind)
        assert "d" in private_member(prover.key)


# -- how it is judged ---------------------------------------------------------------------------------------

OK = Attempt(name="control", granted=True, status=200)
NO = Experiment(control=OK, attempts=(Attempt(name="bad", granted=False, status=400),))
YES = Experiment(control=OK, attempts=(Attempt(name="bad", granted=True, status=200),))
LAME = Experiment(control=Attempt(name="control", granted=False, status=400))
NOWHERE = Experiment(not_offered=Text("rule: {x}", "กฎ {x}"))


@pytest.mark.parametrize(
    ("experiments", "lacking", "verdict"),
    [
        ((NO, NO), (), Verdict.PASS),
        ((NO, NOWHERE), (), Verdict.PASS),
        ((YES, LAME), ("other",), Verdict.FAIL),
        ((LAME, NO), (), Verdict.INCONCLUSIVE),
        ((NO,), ("other",), Verdict.NOT_RUN),
        ((NOWHERE, NOWHERE), (), Verdict.NOT_APPLICABLE),
        ((), (), Verdict.INCONCLUSIVE),
    ],
)
def test_several_experiments_give_one_judgement(
    experiments: tuple[Experiment, ...], lacking: tuple[str, ...], verdict: Verdict
) -> None:
    found = RefreshTrials(experiments={str(n): e for n, e in enumerate(experiments)}, lacking=lacking)
    assert settle(found).verdict is verdict


def test_a_pass_on_many_attempts_counts_all_and_lists_few() -> None:
    many = tuple(Attempt(name=f"attempt-{n}", granted=False, status=400) for n in range(30))
    said = settle(RefreshTrials(experiments={"x": Experiment(control=OK, attempts=many)}))
    assert said.assertions == 30
    assert "30 attempts" in said.reason.en
    assert "attempt-20" not in said.reason.en
    assert "22 more" in said.reason.en
