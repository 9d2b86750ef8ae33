"""The TLS engine against real servers: the suites sslyze finds, every fault told apart, and no pass by silence."""

import importlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import registry
from harness.demo import tls_raw as raw
from harness.demo.tls_faults import FAULTS, FaultContext, prepare
from harness.evidence import MEANING, Cause, Missing
from harness.judge import judge_one
from harness.model import Verdict
from harness.target import Endpoint
from harness.wire import WireError
from tests.tls_servers import (
    HOST,
    Loopback,
    Serve,
    drain,
    identity,
    library,
    modern_context,
    platform,
    relay,
    serving,
    silent,
)

Verdicts = dict[str, Verdict]


def module(name: str) -> Any:
    return importlib.import_module(f"harness.checks.transport.{name}")


LINE, SESSION = module("probe_line"), module("probe_session")
PROBES = {
    name: getattr(module(f"probe_{place}"), f"tls_{place}")
    for name, place in {
        "TlsOffer": "offer",
        "TlsFeatures": "features",
        "TlsFlaws": "flaws",
        "TlsSessions": "session",
        "TlsNames": "names",
        "TlsClientAuth": "clientauth",
    }.items()
}
CHECKS = {id: spec for id, spec in registry.checks().items() if id.startswith("TLS-")}
#: Which check each fault of the demo moves; each of the others must stay where it was.
MOVES = {
    "ssl2": "TLS-01", "ssl3": "TLS-02", "tls10": "TLS-03", "tls11": "TLS-04", "prefers-tls12": "TLS-05",
    "rc4": "TLS-06", "3des": "TLS-07", "static-rsa": "TLS-08", "small-field": "TLS-11", "weak-curve": "TLS-12",
    "heartbleed": "TLS-14", "ccs-injection": "TLS-15", "robot": "TLS-16", "compression": "TLS-17",
    "no-secure-renegotiation": "TLS-18", "fallback-accepted": "TLS-20", "no-extended-master-secret": "TLS-21",
    "early-data": "TLS-22", "long-tickets": "TLS-23", "npn": "TLS-25", "grease-intolerant": "TLS-27",
}  # fmt: skip


def collect(name: str, port: int, *, claims: tuple[str, ...] = (), host: str = HOST) -> Any:
    """The evidence of one probe."""
    endpoint = Endpoint(id="x", host=host, port=port, components=(), claims=frozenset(claims))
    return PROBES[name](endpoint, Loopback())


def verdicts(port: int, *names: str, claims: tuple[str, ...] = ()) -> Verdicts:
    """Verdict of every TLS check, or of those that need the named evidence."""
    found = {}
    for name in names or PROBES:
        evidence = collect(name, port, claims=claims)
        for id, spec in CHECKS.items():
            if spec.evidence.__name__ != name:
                continue
            if isinstance(evidence, Missing):
                found[id] = MEANING[evidence.cause][0]
            else:
                found[id] = judge_one(spec, evidence, spec.settings).verdict
    return found


def suites(evidence: Any) -> dict[str, set[str]]:
    return {v.name: set(v.suites) for v in evidence.versions if v.outcome == "offered"}


@pytest.fixture(scope="module", autouse=True)
def _prepared() -> None:
    """Imports and keys that faults need, before any probe waits for them."""
    prepare(FAULTS)


@pytest.fixture(scope="module")
def who(tmp_path_factory: pytest.TempPathFactory) -> FaultContext:
    return identity(tmp_path_factory.mktemp("ec"))


@pytest.fixture(scope="module")
def rsa(tmp_path_factory: pytest.TempPathFactory) -> FaultContext:
    return identity(tmp_path_factory.mktemp("rsa"), "rsa")


@pytest.fixture(scope="module")
def sound(who: FaultContext) -> Iterator[int]:
    with serving(platform(who, modern_context(who))) as running:
        yield running.port


@pytest.fixture(scope="module")
def before(sound: int) -> Verdicts:
    return verdicts(sound)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is what these tests are about: wait for it only shortly."""
    monkeypatch.setattr(LINE, "PATIENCE", 1.2)
    monkeypatch.setattr(LINE, "_silent", {})


def test_a_sound_platform_passes(before: Verdicts) -> None:
    assert set(before.values()) <= {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO}


def test_every_fault_is_tested() -> None:
    assert set(MOVES) == set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_fails_its_check_and_moves_no_other(name: str, who: FaultContext, before: Verdicts) -> None:
    with serving(platform(who, modern_context(who), name)) as running:
        after = verdicts(running.port)
    assert {id: v for id, v in after.items() if v != before[id]} == {MOVES[name]: Verdict.FAIL}


@pytest.mark.parametrize("name", ["early-data", "long-tickets"])
def test_tls13_is_looked_into_where_tls12_is_preferred(
    name: str, who: FaultContext, before: Verdicts
) -> None:
    with serving(platform(who, modern_context(who), "prefers-tls12", name)) as running:
        after = verdicts(running.port, "TlsOffer", "TlsSessions")
    moved = {id: v for id, v in after.items() if v != before[id]}
    assert moved == {"TLS-05": Verdict.FAIL, MOVES[name]: Verdict.FAIL}


def test_an_answer_withheld_from_tls13_alone_leaves_early_data_open(
    who: FaultContext, before: Verdicts, hasty: None
) -> None:
    def withheld(sock: socket.socket) -> None:
        hello = raw.read_hello(raw.peek(sock))
        if hello and hello.versions == (0x0304,):
            silent(sock)
        else:
            platform(who, modern_context(who), "prefers-tls12")(sock)

    with serving(withheld) as running:
        after = verdicts(running.port, "TlsSessions")
    assert {id for id, v in after.items() if v != before[id]} >= {"TLS-22"}
    assert after["TLS-22"] is Verdict.INCONCLUSIVE


def edited(who: FaultContext, case: str) -> ssl.SSLContext:
    context = modern_context(who)
    if case == "cbc-first":
        context.set_ciphers("ECDHE+AES128+SHA256:ECDHE+AESGCM")
    elif case == "client-order":
        context.set_ciphers("ECDHE+AESGCM:ECDHE+AES")
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    elif case == "renegotiation":
        context.options &= ~ssl.OP_NO_RENEGOTIATION
        context.options |= 1 << 8  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION of OpenSSL 3
    return context


@pytest.mark.parametrize(
    ("case", "id"), [("cbc-first", "TLS-09"), ("client-order", "TLS-10"), ("renegotiation", "TLS-19")]
)
def test_what_python_can_be_talked_into_is_found(
    case: str, id: str, who: FaultContext, before: Verdicts
) -> None:
    with serving(platform(who, edited(who, case))) as running:
        after = verdicts(running.port)
    assert {i: v for i, v in after.items() if v != before[i]} == {id: Verdict.FAIL}


def test_another_tenants_certificate_is_found(who: FaultContext, tmp_path: Path) -> None:
    other = modern_context(identity(tmp_path, host="records.other-hospital.go.th"))
    context = modern_context(who)

    def choose(sock: Any, name: str, _: Any) -> None:
        if name != HOST:
            sock.context = other

    context.sni_callback = choose
    with serving(platform(who, context)) as running:
        assert verdicts(running.port, "TlsNames")["TLS-26"] is Verdict.FAIL


def test_a_platform_that_serves_clear_text_is_found(who: FaultContext) -> None:
    def serve(sock: Any) -> None:
        if raw.peek(sock)[:1].isupper():
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            drain(sock)
        else:
            platform(who, modern_context(who))(sock)

    with serving(serve) as running:
        assert verdicts(running.port, "TlsNames")["TLS-29"] is Verdict.FAIL


@pytest.mark.parametrize(("mode", "verdict"), [(ssl.CERT_REQUIRED, "pass"), (ssl.CERT_OPTIONAL, "fail")])
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_required_client_certificates_are_told_from_optional_ones(
    mode: ssl.VerifyMode, verdict: str, newest: ssl.TLSVersion, who: FaultContext
) -> None:
    context = modern_context(who)
    context.maximum_version = newest
    context.verify_mode = mode
    context.load_verify_locations(who.chain)
    with serving(platform(who, context)) as running:
        assert verdicts(running.port, "TlsClientAuth", claims=("mtls",))["TLS-28"] == verdict


def test_nothing_is_sent_to_an_endpoint_that_claims_no_mtls(sound: int) -> None:
    wire = Loopback()
    endpoint = Endpoint(id="x", host=HOST, port=sound, components=())
    assert not PROBES["TlsClientAuth"](endpoint, wire).claimed
    assert wire.connections == 0


# -- the same answers as sslyze -------------------------------------------------------------------------------

_COMMANDS = ("SSL_2_0", "SSL_3_0", "TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3")


def by_sslyze(
    port: int, versions: tuple[str, ...] = _COMMANDS, more: tuple[str, ...] = ()
) -> tuple[dict[str, set[str]], Any]:
    """(suites by version, the scan result) by sslyze itself."""
    from sslyze import ScanCommand, Scanner, ServerNetworkLocation, ServerScanRequest

    commands = {ScanCommand[f"{v}_CIPHER_SUITES"] for v in versions} | {ScanCommand[m] for m in more}
    scanner = Scanner()
    place = ServerNetworkLocation(HOST, port, ip_address="127.0.0.1")
    scanner.queue_scans([ServerScanRequest(server_location=place, scan_commands=commands)])
    result = next(iter(scanner.get_results())).scan_result
    found = {}
    for version in versions:
        attempt = getattr(result, f"{version.lower()}_cipher_suites")
        assert attempt.result is not None, (version, attempt.error_trace)
        names = {one.cipher_suite.name for one in attempt.result.accepted_cipher_suites}
        if names:
            found[f"{version[:3]} {version[4:].replace('_', '.')}"] = names
    return found, result


def test_the_suites_are_those_of_sslyze_on_a_python_server(who: FaultContext, sound: int) -> None:
    assert suites(collect("TlsOffer", sound)) == by_sslyze(sound)[0]


def test_the_suites_are_those_of_sslyze_with_everything_on(rsa: FaultContext) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:eNULL:aNULL:@SECLEVEL=0")
    context.load_cert_chain(rsa.chain, rsa.key)
    with serving(platform(rsa, context)) as running:
        assert suites(collect("TlsOffer", running.port)) == by_sslyze(running.port)[0]


OLD_LIBRARY = {
    "cipherNames": ["rc4", "3des", "aes128"],
    "macNames": ["sha", "md5"],
    "keyExchangeNames": ["rsa"],
}


@pytest.mark.parametrize(
    ("least", "most", "asked"),
    [((3, 0), (3, 0), ("SSL_3_0", "TLS_1_0")), ((3, 0), (3, 1), ("SSL_3_0", "TLS_1_0"))],
)
def test_the_suites_are_those_of_sslyze_on_ssl3_rc4_and_3des(
    rsa: FaultContext, least: tuple[int, int], most: tuple[int, int], asked: tuple[str, ...]
) -> None:
    with serving(library(rsa, minVersion=least, maxVersion=most, **OLD_LIBRARY)) as running:
        ours = suites(collect("TlsOffer", running.port))
        assert ours == by_sslyze(running.port, asked)[0]
    assert "SSL 3.0" in ours


def test_a_library_that_is_strict_about_groups_keeps_its_tls13(rsa: FaultContext) -> None:
    """tlslite-ng refuses a TLS 1.3 hello that names a group retired from it; found while this was built."""
    with serving(library(rsa, minVersion=(3, 4), maxVersion=(3, 4))) as running:
        offer = collect("TlsOffer", running.port)
    assert suites(offer).keys() == {"TLS 1.3"}
    assert "x25519" in offer.groups[0].groups


# -- servers that stumble -------------------------------------------------------------------------------------


def chokes_on_long_lists(sock: Any) -> None:
    """Speaks TLS 1.2 with two suites, but resets on a hello with more than 60."""
    hello = raw.read_hello(raw.peek(sock))
    if hello is None or len(hello.suites) > 60:
        return
    shared = [s for s in (0xC013, 0x002F) if s in hello.suites]
    if hello.version == raw.TLS12 and shared:
        sock.sendall(
            raw.server_hello(hello, shared[0]) + raw.rest_of_flight(raw.TLS12, bytes(40), raw.on_curve())
        )
    else:
        sock.sendall(raw.record(21, raw.TLS12, b"\x02\x28"))
    drain(sock)


def test_a_version_is_not_lost_to_a_server_that_chokes_on_long_lists() -> None:
    with serving(chokes_on_long_lists) as running:
        offer = collect("TlsOffer", running.port)
    assert suites(offer) == {
        "TLS 1.2": {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"}
    }
    assert offer.version("TLS 1.2").complete


def odd_after_hello(sock: Any) -> None:
    """Negotiates SSL 3.0 and then sends what no library understands, as a Java server was seen to do."""
    hello = raw.read_hello(raw.peek(sock))
    if hello and 0x002F in hello.suites:
        message = raw.server_hello(raw.ClientHello(0x0300, b"", (), b"", {}), 0x002F)
        sock.sendall(message + raw.record(22, 0x0300, b"\x0c\x00\x00\x02\x03\x00"))
    else:
        sock.sendall(raw.record(21, 0x0300, b"\x02\x28"))
    drain(sock)


def test_a_version_is_not_lost_to_an_odd_message_after_the_server_hello() -> None:
    with serving(odd_after_hello) as running:
        assert suites(collect("TlsOffer", running.port)) == {"SSL 3.0": {"TLS_RSA_WITH_AES_128_CBC_SHA"}}


def test_a_silent_port_is_asked_twice_in_all_and_never_passes(hasty: None) -> None:
    with serving(silent) as running:
        wire, found = Loopback(), []
        for name, probe in PROBES.items():
            if name != "TlsClientAuth":
                found.append(probe(Endpoint(id="x", host=HOST, port=running.port, components=()), wire))
    assert [one.cause for one in found] == [Cause.TIMEOUT] * 5
    assert wire.connections == 2


def test_a_port_that_does_not_speak_tls_says_so(hasty: None) -> None:
    def ssh(sock: Any) -> None:
        sock.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        drain(sock)

    with serving(ssh) as running:
        assert collect("TlsOffer", running.port).cause is Cause.TLS


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]

    class Refusing(Loopback):
        def connect(self, host: str, port: int) -> socket.socket:
            raise WireError(Cause.UNREACHABLE, "refused")

    with pytest.raises(WireError):
        PROBES["TlsOffer"](Endpoint(id="x", host=HOST, port=port, components=()), Refusing())


def test_stalls_in_the_middle_leave_the_verdict_open(hasty: None, sound: int) -> None:
    """The first hello is answered; everything after it is held back."""
    state = {"first": True}

    def serve(sock: Any) -> None:
        first, state["first"] = state["first"], False
        relay(sound, lambda sent, got: got if first else None)(sock)

    with serving(serve) as running:
        found = verdicts(running.port, "TlsOffer")
    assert found["TLS-01"] is found["TLS-06"] is found["TLS-12"] is Verdict.INCONCLUSIVE


# -- flaws behind a box that drops or cuts -----------------------------------------------------------------------

HEARTBEAT, CCS = b"\x18\x03\x03", b"\x14\x03\x03\x00\x01\x01"


def holding(port: int, sign: bytes) -> Serve:
    return relay(port, lambda sent, got: None if sign in sent else got)


def cutting(port: int, sign: bytes) -> Serve:
    return relay(port, lambda sent, got: b"RST" if sign in sent else got)


@pytest.mark.parametrize(("sign", "id"), [(HEARTBEAT, "TLS-14"), (CCS, "TLS-15")])
@pytest.mark.parametrize("fault", ["none", "vulnerable"])
def test_a_held_back_answer_is_inconclusive(
    sign: bytes, id: str, fault: str, who: FaultContext, hasty: None
) -> None:
    name = {"TLS-14": "heartbleed", "TLS-15": "ccs-injection"}[id]
    names = (name,) if fault == "vulnerable" else ()
    with (
        serving(platform(who, modern_context(who), *names)) as behind,
        serving(holding(behind.port, sign)) as running,
    ):
        assert verdicts(running.port, "TlsFlaws")[id] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("sign", "id"), [(b"moph-harness-one", "TLS-14"), (CCS, "TLS-15")])
def test_a_connection_cut_on_the_attack_alone_is_blocked_and_not_safe(
    sign: bytes, id: str, who: FaultContext, hasty: None, sound: int
) -> None:
    with serving(cutting(sound, sign)) as running:
        assert verdicts(running.port, "TlsFlaws")[id] is Verdict.INCONCLUSIVE


def test_a_robot_probe_held_back_is_inconclusive(rsa: FaultContext, hasty: None) -> None:
    context = modern_context(rsa, "kRSA+AESGCM:ECDHE+AESGCM")
    with serving(platform(rsa, context)) as behind:
        assert verdicts(behind.port, "TlsFlaws")["TLS-16"] is Verdict.PASS
        with serving(holding(behind.port, CCS)) as running:
            assert verdicts(running.port, "TlsFlaws")["TLS-16"] is Verdict.INCONCLUSIVE


def discards_heartbeats(who: FaultContext) -> Serve:
    """As OpenSSL 1.0.1g: a malformed heartbeat is dropped in silence, a valid one is answered."""

    def serve(sock: Any) -> None:
        hello = raw.read_hello(raw.peek(sock))
        if hello is None or 15 not in hello.extensions:
            return platform(who, modern_context(who))(sock)
        raw.next_record(sock)
        sock.sendall(raw.server_hello(hello, 0xC02B, raw.RENEGOTIATION + raw.extension(15, b"\x01")))
        sock.sendall(raw.rest_of_flight(raw.TLS12, raw.der(who.chain), raw.on_curve()))
        while (got := raw.next_record(sock)) and got[0] == 24:
            size = int.from_bytes(got[1][1:3], "big")
            if size + 19 <= len(got[1]):
                sock.sendall(raw.record(24, raw.TLS12, b"\x02" + got[1][1 : 3 + size] + bytes(16)))
        return None

    return serve


def test_a_server_that_discards_bad_heartbeats_is_safe(who: FaultContext, hasty: None) -> None:
    with serving(discards_heartbeats(who)) as running:
        assert verdicts(running.port, "TlsFlaws")["TLS-14"] is Verdict.PASS


@pytest.mark.parametrize(
    ("counts", "ends", "state"),
    [
        ([10, 10], ["all", "all"], "accepted"),
        ([0, 0], ["no renegotiation"] * 2, "refused"),
        ([3, 3], ["closed"] * 2, "limited"),
        ([10, 0], ["all", "closed"], "varying"),
        ([0, 0], ["stalled"] * 2, "stalled"),
    ],
)
def test_renegotiation_is_decided_by_repetition(counts: list[int], ends: list[str], state: str) -> None:
    assert SESSION._state(counts, ends) == state


def test_every_suite_sslyze_knows_is_asked_for() -> None:
    from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuitesRepository
    from sslyze.server_connectivity import TlsVersionEnum

    numbers = module("suites")
    known = set(numbers.NAMES.values()) | set(numbers.SSL2.values())
    for version in TlsVersionEnum:
        assert {s.name for s in CipherSuitesRepository.get_all_cipher_suites(version)} <= known


# -- nginx ----------------------------------------------------------------------------------------------------

_BLOCK = """server {{ listen {{{name}}} ssl; ssl_certificate {chain}; ssl_certificate_key {key}; {more}
  location / {{ return 200 "ok"; }} }}"""
_NGINX = {
    "modern": "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;",
    "intermediate": "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:DHE+AESGCM:AES128-GCM-SHA256;",
    "weak": "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:eNULL:aNULL:@SECLEVEL=0;"
    "ssl_prefer_server_ciphers on; ssl_early_data on;",
    "mutual": "ssl_protocols TLSv1.2 TLSv1.3; ssl_verify_client on; ssl_client_certificate {chain};",
}


@pytest.fixture(scope="module")
def nginx_ports(
    who: FaultContext, rsa: FaultContext, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    from tests.nginx_server import nginx

    folder = tmp_path_factory.mktemp("nginx")
    folder.parent.chmod(0o755)
    blocks = ""
    for name, more in _NGINX.items():
        own = who if name in ("modern", "mutual") else rsa
        more = more.replace("{chain}", str(own.chain))
        blocks += _BLOCK.format(name=name, chain=own.chain, key=own.key, more=more)
    with nginx(Path(folder), blocks, tuple(_NGINX)) as running:
        yield running


MORE = ("HEARTBLEED", "OPENSSL_CCS_INJECTION", "ROBOT", "SESSION_RENEGOTIATION", "TLS_FALLBACK_SCSV",
        "TLS_COMPRESSION", "TLS_EXTENDED_MASTER_SECRET", "TLS_1_3_EARLY_DATA")  # fmt: skip


def opinion(result: Any) -> Verdicts:
    """What sslyze says, as verdicts of our checks."""
    robot = result.robot.result.robot_result.name
    renegotiation = result.session_renegotiation.result
    bad = {
        "TLS-14": result.heartbleed.result.is_vulnerable_to_heartbleed,
        "TLS-15": result.openssl_ccs_injection.result.is_vulnerable_to_ccs_injection,
        "TLS-16": robot.startswith("VULNERABLE"),
        "TLS-17": result.tls_compression.result.supports_compression,
        "TLS-18": not renegotiation.supports_secure_renegotiation,
        "TLS-19": renegotiation.is_vulnerable_to_client_renegotiation_dos,
        "TLS-20": not result.tls_fallback_scsv.result.supports_fallback_scsv,
        "TLS-21": not result.tls_extended_master_secret.result.supports_ems_extension,
        "TLS-22": result.tls_1_3_early_data.result.supports_early_data,
    }
    return {id: Verdict.FAIL if wrong else Verdict.PASS for id, wrong in bad.items()}


@pytest.mark.system
@pytest.mark.parametrize("name", ["modern", "intermediate", "weak"])
def test_nginx_gets_the_verdicts_of_sslyze(name: str, nginx_ports: Any) -> None:
    port = nginx_ports.ports[name]
    theirs, result = by_sslyze(port, more=MORE)
    assert suites(collect("TlsOffer", port)) == theirs
    wanted, ours = opinion(result), verdicts(port)
    assert {id: ours[id] for id in wanted} == wanted


@pytest.mark.system
def test_a_modern_nginx_costs_at_most_a_hundred_connections(nginx_ports: Any) -> None:
    before = nginx_ports.accepted()
    verdicts(nginx_ports.ports["modern"])
    assert nginx_ports.accepted() - before <= 100


@pytest.mark.system
def test_nginx_that_finishes_the_handshake_and_says_400_requires_certificates(nginx_ports: Any) -> None:
    found = verdicts(nginx_ports.ports["mutual"], "TlsClientAuth", claims=("mtls",))
    assert found["TLS-28"] is Verdict.PASS


@pytest.mark.system
@pytest.mark.parametrize("case", ["expired", "wrong host"])
def test_a_bad_certificate_hides_nothing(case: str, tmp_path: Path) -> None:
    """TLS questions do not depend on the certificate: the same suites and verdicts as sslyze finds."""
    kind = {"days": -1} if case == "expired" else {"host": "elsewhere.example"}
    own = identity(tmp_path, **kind)
    with serving(platform(own, modern_context(own))) as running:
        theirs, result = by_sslyze(running.port, more=MORE)
        assert suites(collect("TlsOffer", running.port)) == theirs
        wanted, ours = opinion(result), verdicts(running.port)
        assert {id: ours[id] for id in wanted} == wanted
