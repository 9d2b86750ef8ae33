"""The certificate probe against real TLS servers on loopback: every defect of the demo's CA, judged by the real checks."""

import contextlib
import datetime
import random
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from harness import registry
from harness.demo.ca import Defect, DemoCA, Issued, Issuer
from harness.evidence import Cause, Missing
from harness.judge import judge_one
from harness.scope import Gate, Names
from harness.target import Component, Limits, ScopeRules, Target, subjects
from harness.wire import Wire

HOST = "portal.demo.test"
CHECKS = {id: spec for id, spec in registry.checks().items() if id.startswith("CRT-")}
SPEC = CHECKS["CRT-01"].evidence
#: What the demo's profile sets, so that its private CA plays a public one.
SETTINGS: dict[str, dict[str, Any]] = {"CRT-09": {"private_ca": True}}
Serve = Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(serve: Serve) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), sock:
                serve(sock)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # else the accepting thread keeps the port open
        listener.close()


def tls(issued: Issued, change: Callable[[ssl.SSLContext], None] = lambda _: None) -> Serve:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(issued.certfile, issued.keyfile)
    change(context)

    def serve(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as secure:
            secure.recv(1)

    return serve


def collect(port: int, ca_file: Path | None, host: str = HOST) -> Any:
    target = Target(
        name="t",
        owner="t",
        scope=ScopeRules(
            authorised_by="t", document="t", contact="t@demo.test", hosts=(host,), requests_per_second=10_000
        ),
        components=(Component(name="portal", kind="portal", base_url=f"https://{host}/"),),
        ca_file=str(ca_file) if ca_file else None,
        connect_to={f"{host}:443": f"127.0.0.1:{port}"},
        limits=Limits(connect_seconds=1, read_seconds=0.5, total_seconds=1.5),
    )
    spec = registry.probes()[SPEC]
    with Wire(target, Names(target), Gate(target.scope), prefix="t", seconds=10) as wire:
        evidence = spec.collect(subjects(target)["endpoint"][0], wire)
    if not isinstance(evidence, Missing):
        assert msgspec.json.decode(msgspec.json.encode(evidence), type=SPEC) == evidence
    return evidence


def judge(evidence: Any) -> dict[str, Any]:
    return {
        id: judge_one(spec, evidence, {**spec.settings, **SETTINGS.get(id, {})})
        for id, spec in CHECKS.items()
    }


def not_passing(evidence: Any) -> dict[str, str]:
    return {
        id: str(j.verdict) for id, j in judge(evidence).items() if j.verdict not in ("pass", "not_applicable")
    }


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> DemoCA:
    return DemoCA(tmp_path_factory.mktemp("ca"))


def test_conforming(ca: DemoCA) -> None:
    with listening(tls(ca.issue([HOST]))) as port:
        judged = judge(collect(port, ca.ca_file))
    assert {id: str(j.verdict) for id, j in judged.items()} == {
        id: "not_applicable" if id == "CRT-07" else "pass" for id in CHECKS
    }


@pytest.mark.parametrize(
    ("defect", "check"),
    [
        ("unknown_ca", "CRT-01"),
        ("self_signed", "CRT-01"),
        ("wrong_host", "CRT-02"),
        ("no_san", "CRT-02"),
        ("expired", "CRT-03"),
        ("expires_soon", "CRT-03"),
        ("not_yet_valid", "CRT-03"),
        ("long_life", "CRT-04"),
        ("weak_key", "CRT-05"),
        ("sha1", "CRT-05"),
        ("weak_intermediate", "CRT-05"),
        ("wrong_order", "CRT-06"),
        ("must_staple_without_staple", "CRT-07"),
        ("one_sct", "CRT-09"),
        ("no_server_auth", "CRT-10"),
        ("ca_leaf", "CRT-10"),
        ("short_serial", "CRT-10"),
    ],
)
def test_defect_fails_its_check_alone(ca: DemoCA, defect: Defect, check: str) -> None:
    with listening(tls(ca.issue([HOST], [defect]))) as port:
        assert not_passing(collect(port, ca.ca_file)) == {check: "fail"}


def test_missing_intermediate_fails_both_checks_that_it_breaks(ca: DemoCA) -> None:
    with listening(tls(ca.issue([HOST], ["missing_intermediate"]))) as port:
        assert not_passing(collect(port, ca.ca_file)) == {"CRT-01": "fail", "CRT-06": "fail"}


def test_wildcard_is_for_a_person_to_judge(ca: DemoCA) -> None:
    with listening(tls(ca.issue([HOST], ["wildcard"]))) as port:
        assert not_passing(collect(port, ca.ca_file)) == {"CRT-11": "needs_review"}


def test_public_roots_do_not_trust_the_demo(ca: DemoCA) -> None:
    with listening(tls(ca.issue([HOST]))) as port:
        evidence = collect(port, None)
    assert judge(evidence)["CRT-01"].verdict == "fail"


@pytest.mark.parametrize("defect", ["many_names", "markup"])
def test_hostile_certificates_are_bounded(ca: DemoCA, defect: Defect) -> None:
    with listening(tls(ca.issue([HOST], [defect]))) as port:
        evidence = collect(port, ca.ca_file)
    assert len(msgspec.json.encode(evidence)) < 20_000
    assert not_passing(evidence) == {}


def test_address_in_the_certificate(ca: DemoCA) -> None:
    with listening(tls(ca.issue(["127.0.0.1"]))) as port:
        assert judge(collect(port, ca.ca_file, "127.0.0.1"))["CRT-02"].verdict == "pass"
        assert judge(collect(port, ca.ca_file, "127.0.0.2"))["CRT-02"].verdict == "fail"


def test_intermediate_as_the_only_anchor(ca: DemoCA, tmp_path: Path) -> None:
    file = tmp_path / "intermediate.pem"
    file.write_bytes(ca.intermediate.certificate.public_bytes(Encoding.PEM))
    with listening(tls(ca.issue([HOST]))) as port:
        assert judge(collect(port, file))["CRT-01"].verdict == "pass"


def test_mutual_tls_does_not_hide_the_chain(ca: DemoCA) -> None:
    def demand(context: ssl.SSLContext) -> None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(ca.ca_file)

    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):

        def change(context: ssl.SSLContext, version: ssl.TLSVersion = version) -> None:
            demand(context)
            context.maximum_version = version

        with listening(tls(ca.issue([HOST]), change)) as port:
            assert not_passing(collect(port, ca.ca_file)) == {}


def test_old_protocol_versions_do_not_hide_the_chain(ca: DemoCA) -> None:
    def old(context: ssl.SSLContext) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1

    with listening(tls(ca.issue([HOST]), old)) as port:
        assert not_passing(collect(port, ca.ca_file)) == {}


def silent(sock: socket.socket) -> None:
    sock.recv(1)
    threading.Event().wait(3)


def dripping(sock: socket.socket) -> None:
    sock.sendall(b"\x16\x03\x03\x40\x00")
    for _ in range(100):
        sock.sendall(b"\x00")
        threading.Event().wait(0.1)


@pytest.mark.parametrize(
    ("serve", "causes"),
    [
        (silent, {Cause.TIMEOUT}),
        (dripping, {Cause.TIMEOUT, Cause.TLS}),
        (lambda sock: sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), {Cause.TLS}),
        (lambda sock: None, {Cause.TLS}),
        (lambda sock: sock.sendall(random.Random(1).randbytes(5000)), {Cause.TLS}),
    ],
)
def test_no_handshake_is_missing_with_its_cause(ca: DemoCA, serve: Serve, causes: set[Cause]) -> None:
    with listening(serve) as port:
        missing = collect(port, ca.ca_file)
    assert isinstance(missing, Missing)
    assert missing.cause in causes


def test_closed_port_and_bad_ca_file(ca: DemoCA, tmp_path: Path) -> None:
    with listening(silent) as port:
        pass
    assert collect(port, ca.ca_file).cause is Cause.UNREACHABLE
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate\n")
    assert collect(port, empty).cause is Cause.TOOL_ABSENT


def test_garbage_in_the_place_of_fields_never_raises(ca: DemoCA) -> None:
    from harness.checks.certificates.probe_read import read

    der = bytearray(ca.issue([HOST]).certificate.public_bytes(Encoding.DER))
    dice, read_ones = random.Random(7), 0
    for _ in range(3000):
        spoilt = bytes(b if dice.random() > 0.01 else dice.randrange(256) for b in der)
        with contextlib.suppress(ValueError, x509.InvalidVersion), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            certificate = x509.load_der_x509_certificate(spoilt)
            assert read(certificate, HOST).fingerprint
            read_ones += 1
    assert read_ones > 100


def response(
    ca: DemoCA, leaf: x509.Certificate, signer: Issuer, status: ocsp.OCSPCertStatus, days: int = 3
) -> bytes:
    now = datetime.datetime.now(datetime.UTC)
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf,
        issuer=ca.intermediate.certificate,
        algorithm=hashes.SHA1(),
        cert_status=status,
        this_update=now - datetime.timedelta(days=5),
        next_update=now + datetime.timedelta(days=days),
        revocation_time=now if revoked else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("how", "verdict", "says"),
    [
        ("good", "pass", "says good"),
        ("revoked", "fail", "says revoked"),
        ("unknown", "fail", "says unknown"),
        ("stale", "fail", "ran out"),
        ("forged", "fail", "not signed by the issuer"),
        ("other", "fail", "another certificate"),
        ("garbage", "fail", "unreadable"),
        ("refused", "fail", "try_later"),
    ],
)
def test_stapled_response(ca: DemoCA, how: str, verdict: str, says: str) -> None:
    from harness.checks.certificates.probe_staple import read_staple

    issued, other = ca.issue([HOST], file="ocsp"), ca.issue([HOST], file="ocsp-other")
    status = getattr(ocsp.OCSPCertStatus, how.upper(), ocsp.OCSPCertStatus.GOOD)
    signer = DemoCA(ca.folder / "forger").intermediate if how == "forged" else ca.intermediate
    leaf = other.certificate if how == "other" else issued.certificate
    der = response(ca, leaf, signer, status, -1 if how == "stale" else 3)
    if how == "garbage":
        der = b"\x30\x03\x0a\x01"
    elif how == "refused":
        unsuccessful = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
        der = unsuccessful.public_bytes(Encoding.DER)
    staple = read_staple(der, issued.certificate, ca.intermediate.certificate)
    with listening(tls(issued)) as port:
        evidence = msgspec.structs.replace(collect(port, ca.ca_file), staple=staple)
    judged = judge(evidence)["CRT-07"]
    assert judged.verdict == verdict
    assert says in judged.reason.en


@pytest.mark.parametrize(
    ("pattern", "host", "good"),
    [
        ("portal.demo.test", "PORTAL.demo.test.", True),
        ("*.demo.test", "portal.demo.test", True),
        ("*.demo.test", "a.portal.demo.test", False),
        ("*.demo.test", "demo.test", False),
        ("p*.demo.test", "portal.demo.test", False),
        ("portal.*.test", "portal.demo.test", False),
        ("*.test", "demo.test", False),
        ("*", "test", False),
        ("", "", False),
        ("xn--12c1fe0br.xn--o3cw4h", "ไทย.ไทย", False),
        ("xn--o3cw4h.xn--o3cw4h", "ไทย.ไทย", True),
    ],
)
def test_names_match_as_rfc_9525_says(pattern: str, host: str, good: bool) -> None:
    from harness.checks.certificates.matching import matches

    assert matches(pattern, host) is good
