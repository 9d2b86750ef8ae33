"""The DNS and mail probes against a real zone and a real mail host on loopback, judged by the real checks."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from harness.demo.ca import Defect as CaDefect
from harness.demo.ca import DemoCA
from harness.demo.mailhost import DemoMailHost, MailDefect
from harness.demo.nameserver import DnsServer
from harness.demo.zone import DemoZone, ZoneDefect
from harness.evidence import MEANING, Cause, Missing
from harness.registry import checks, probes
from harness.scope import Gate, Names
from harness.target import Component, Resolver, ScopeRules, Target, subjects
from harness.wire import Wire

HOST = "portal.demo.test"
POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mail.demo.test\r\nmax_age: 604800\r\n"
DOMAIN_CHECKS = (
    "DNS-01",
    "DNS-02",
    "DNS-03",
    "DNS-04",
    "DNS-05",
    "DNS-06",
    "MAI-01",
    "MAI-02",
    "MAI-03",
    "MAI-04",
)


class Stage:
    """A zone, its two servers, a mail host and an HTTPS host, and a wire that leads to them."""

    def __init__(
        self,
        folder: Path,
        zone: tuple[ZoneDefect, ...] = (),
        mail: tuple[MailDefect, ...] = (),
        mail_ca: tuple[CaDefect, ...] = (),
        *,
        extra: str = "",
        policy: str = POLICY,
        hosts: tuple[str, ...] = (HOST, "demo.test", "ns1.demo.test", "mail.demo.test", "mta-sts.demo.test"),
        anchor: bool = True,
    ) -> None:
        self.open = contextlib.ExitStack()
        self.ca = DemoCA(folder)
        web = self.ca.issue([HOST, "mta-sts.demo.test"], file="web")
        issued = self.ca.issue(["mail.demo.test"], mail_ca, file="mail")
        leaves = {(HOST, 443): web.certificate.public_bytes(Encoding.DER)}
        self.zone = DemoZone("demo.test", [HOST], zone, leaves=leaves, extra=extra)
        self.resolver = self.open.enter_context(DnsServer(self.zone, resolves=True))
        self.authority = self.open.enter_context(DnsServer(self.zone, resolves=False))
        self.mail = self.open.enter_context(DemoMailHost(issued.certfile, issued.keyfile, mail))
        self.web = self.open.enter_context(_serve(web, policy))
        file = str(self.zone.write_anchor(folder)) if anchor else None
        self.target = Target(
            name="t",
            owner="t",
            scope=ScopeRules(
                authorised_by="t",
                document="t",
                contact="t@demo.test",
                hosts=hosts,
                ports=(443, 53, 25),
                addresses=("127.0.0.0/8",),
                requests_per_second=10_000,
            ),
            components=(Component(name="portal", kind="portal", base_url=f"https://{HOST}/"),),
            mail_domains=("demo.test",),
            ca_file=str(self.ca.ca_file),
            resolver=Resolver(address="127.0.0.1", port=self.resolver.port, trust_anchor=file),
            connect_to={
                "ns1.demo.test:53": f"127.0.0.1:{self.authority.port}",
                "mail.demo.test:25": f"127.0.0.1:{self.mail.port}",
                f"{HOST}:443": f"127.0.0.1:{self.web}",
                "mta-sts.demo.test:443": f"127.0.0.1:{self.web}",
            },
        )
        self.target = msgspec.structs.replace(
            self.target,
            limits=msgspec.structs.replace(self.target.limits, read_seconds=0.5, total_seconds=3.0),
        )

    def ask(self, check: str) -> Any:
        """Collect for one check and judge: the judgement, or Missing."""
        spec = checks()[check]
        probe = probes()[spec.evidence]
        subject = subjects(self.target)[probe.kind][0]
        with Wire(self.target, Names(self.target), Gate(self.target.scope), prefix="t", seconds=20) as wire:
            evidence = probe.collect(subject, wire)
        if isinstance(evidence, Missing):
            return evidence
        stored = msgspec.json.decode(msgspec.json.encode(evidence), type=spec.evidence)
        assert stored == evidence, "evidence survives the disk"
        return spec.rule(stored)

    def verdict(self, check: str) -> str:
        judged = self.ask(check)
        return str(MEANING[judged.cause][0] if isinstance(judged, Missing) else judged.verdict)


@contextlib.contextmanager
def _serve(issued: Any, policy: str) -> Iterator[int]:
    import socket

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certfile, issued.keyfile)
    listener = socket.create_server(("127.0.0.1", 0))
    reply = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(policy)}\r\nConnection: close\r\n\r\n{policy}"

    def run() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as secure:
                secure.recv(4096)
                secure.sendall(reply.encode())

    threading.Thread(target=run, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Any]:
    with contextlib.ExitStack() as closing:

        def make(*args: Any, **options: Any) -> Stage:
            made = Stage(tmp_path, *args, **options)
            closing.enter_context(made.open)
            return made

        yield make


@pytest.mark.parametrize("check", DOMAIN_CHECKS)
def test_conforming(stage: Any, check: str) -> None:
    judged = stage().ask(check)
    assert getattr(judged, "verdict", None) == "pass", judged.reason.en


ZONE_MATRIX: list[tuple[ZoneDefect, str]] = [
    ("bad_signature", "DNS-01"),
    ("expired_signature", "DNS-01"),
    ("no_caa", "DNS-02"),
    ("bad_caa", "DNS-02"),
    ("dangling_alias", "DNS-03"),
    ("dangling_server", "DNS-03"),
    ("bad_https", "DNS-04"),
    ("bad_tlsa", "DNS-05"),
    ("transfer", "DNS-06"),
    ("recursion", "DNS-06"),
    ("no_spf", "MAI-01"),
    ("two_spf", "MAI-01"),
    ("spf_open", "MAI-01"),
    ("spf_lookups", "MAI-01"),
    ("spf_void", "MAI-01"),
    ("no_dmarc", "MAI-02"),
    ("dmarc_none", "MAI-02"),
    ("no_sts", "MAI-03"),
    ("no_reporting", "MAI-03"),
]


@pytest.mark.parametrize(("defect", "check"), ZONE_MATRIX)
def test_defect_fails_its_check_alone(stage: Any, defect: ZoneDefect, check: str) -> None:
    there = stage((defect,))
    judged = {c: there.verdict(c) for c in DOMAIN_CHECKS}
    failing = [c for c, v in judged.items() if v == "fail"]
    expected = ["DNS-01", "DNS-05"] if defect == "expired_signature" else [check]
    assert failing == expected, judged


def test_alias_to_another_zone_is_validated_in_its_own(stage: Any) -> None:
    there = stage(("dangling_alias",))
    judged = there.ask("DNS-01")
    assert judged.verdict == "pass", judged.reason.en
    assert "anchor demo.test." in judged.reason.en


def test_unsigned_zone(stage: Any) -> None:
    judged = stage(("unsigned",)).ask("DNS-01")
    assert judged.verdict == "fail"
    assert "not signed" in judged.reason.en


def test_no_anchor_above_is_not_known(stage: Any) -> None:
    judged = stage(anchor=False).ask("DNS-01")  # the demo's resolver knows neither "test" nor the root
    assert judged.verdict == "fail"
    assert "no DS record" in judged.reason.en


@pytest.mark.parametrize(
    "check", ["DNS-01", "DNS-02", "DNS-03", "DNS-04", "DNS-06", "MAI-01", "MAI-02", "MAI-03", "MAI-04"]
)
@pytest.mark.parametrize("defect", ["servfail", "silent"])
def test_broken_resolver_is_inconclusive(stage: Any, defect: ZoneDefect, check: str) -> None:
    assert stage((defect,)).verdict(check) == "inconclusive"


@pytest.mark.parametrize("check", DOMAIN_CHECKS)
def test_markup_in_the_zone_changes_nothing(stage: Any, check: str) -> None:
    assert stage(("markup",)).verdict(check) == "pass"


@pytest.mark.parametrize(
    ("mail", "verdict", "says"),
    [
        (("no_starttls",), "fail", "not offered"),
        (("silent",), "inconclusive", "TimeoutError"),
        (("busy",), "inconclusive", "554"),
        (("broken_tls",), "inconclusive", "handshake failed"),
        (("endless",), "inconclusive", "no end"),
        (("markup",), "pass", ""),
    ],
)
def test_mail_host(stage: Any, mail: tuple[MailDefect, ...], verdict: str, says: str) -> None:
    judged = stage((), mail).ask("MAI-04")
    assert judged.verdict == verdict
    assert says in judged.reason.en


@pytest.mark.parametrize("defect", ["expired", "wrong_host", "self_signed", "unknown_ca", "no_san"])
def test_mail_host_with_a_bad_certificate(stage: Any, defect: CaDefect) -> None:
    assert stage((), (), (defect,)).verdict("MAI-04") == "fail"


def test_nothing_outside_the_scope_is_contacted(stage: Any) -> None:
    there = stage(hosts=(HOST, "demo.test"))
    for check in ("DNS-06", "MAI-03", "MAI-04"):
        missing = there.ask(check)
        assert isinstance(missing, Missing)
        assert missing.cause is Cause.OUT_OF_SCOPE


def test_domain_without_mail(stage: Any) -> None:
    there = stage(("no_mx",))
    assert [there.verdict(c) for c in ("MAI-03", "MAI-04")] == ["not_applicable"] * 2


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (POLICY.replace("enforce", "testing"), "mode testing"),
        (POLICY.replace("mail.demo", "other.demo"), "does not name mail.demo.test"),
        (POLICY.replace("604800", "abc"), "max_age"),
        ("<html>not found</html>", "version"),
    ],
)
def test_sts_policy_file(stage: Any, policy: str, says: str) -> None:
    judged = stage(policy=policy).ask("MAI-03")
    assert judged.verdict == "fail"
    assert says in judged.reason.en


@pytest.mark.parametrize(
    ("extra", "verdict"),
    [
        ('deep IN TXT "v=spf1 include:deep.demo.test -all"\n', "pass"),
        ("", "pass"),
    ],
)
def test_spf_follows_only_what_the_domain_names(stage: Any, extra: str, verdict: str) -> None:
    assert stage(extra=extra).verdict("MAI-01") == verdict


def test_spf_loop_and_redirect(stage: Any) -> None:
    loop = '@ IN TXT "v=spf1 include:a.demo.test -all"\na IN TXT "v=spf1 include:a.demo.test -all"\n'
    judged = stage(("no_spf",), extra=loop).ask("MAI-01")
    assert judged.verdict == "fail"
    assert "includes itself" in judged.reason.en


def test_redirect_gives_the_ending(stage: Any) -> None:
    redirect = '@ IN TXT "v=spf1 redirect=a.demo.test"\na IN TXT "v=spf1 mx ~all"\n'
    judged = stage(("no_spf",), extra=redirect).ask("MAI-01")
    assert judged.verdict == "pass"
    assert "2 lookups" in judged.reason.en
