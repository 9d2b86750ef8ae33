"""The demo's own certification authority: root, intermediate and leaves, with one switch per certificate defect.

Everything is made fresh, in memory, in milliseconds (EC P-256), and written as PEM files to a folder. Nothing here
is a secret of anyone: the keys protect a platform of invented data on loopback.
"""

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from msgspec import Struct

from harness.demo.certparts import Key, key_pem, pem, scts, usage, with_sha1

Defect = Literal[
    "expired",
    "expires_soon",
    "not_yet_valid",
    "wrong_host",
    "no_san",
    "self_signed",
    "unknown_ca",
    "weak_key",
    "weak_intermediate",
    "sha1",
    "long_life",
    "missing_intermediate",
    "wrong_order",
    "no_server_auth",
    "ca_leaf",
    "short_serial",
    "must_staple_without_staple",
    "one_sct",
    "no_sct",
    "wildcard",
    "many_names",
    "markup",
]
_DAY = timedelta(days=1)
_ORG = "Demo Health Platform (synthetic)"


class Issuer(Struct, frozen=True):
    """A CA certificate with its key."""

    certificate: x509.Certificate
    key: Key


class Issued(Struct, frozen=True):
    """A leaf with its key and the chain the server should send after it (leaf not included)."""

    certificate: x509.Certificate
    key: Key
    chain: tuple[x509.Certificate, ...]
    certfile: Path
    keyfile: Path


class DemoCA:
    """A root and an intermediate; `issue` makes leaves. `ca_file` is the PEM file that clients should trust."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self.folder, self.now = folder, now or datetime.now(UTC)
        self.root = self._authority("Demo Root CA", None)
        self.intermediate = self._authority("Demo Intermediate CA", self.root)
        self.ca_file = folder / "demo-ca.pem"
        folder.mkdir(parents=True, exist_ok=True)
        self.ca_file.write_bytes(pem(self.root.certificate))

    def issue(self, hosts: Iterable[str], defects: Iterable[Defect] = (), *, file: str = "leaf") -> Issued:
        """A leaf for host names and addresses with the wanted defects, written as FILE.pem (chain) and FILE.key."""
        wanted = frozenset(defects)
        key = _key(wanted)
        issuer = self._issuer(wanted)
        leaf = self._leaf(tuple(hosts), key, issuer, wanted)
        chain = self._chain(issuer, wanted)
        sent = (leaf, *chain)
        certfile, keyfile = self.folder / f"{file}.pem", self.folder / f"{file}.key"
        certfile.write_bytes(b"".join(map(pem, sent)))
        keyfile.write_bytes(key_pem(key))
        keyfile.chmod(0o600)
        return Issued(leaf, key, chain, certfile, keyfile)

    def _issuer(self, wanted: frozenset[str]) -> Issuer | None:
        if "self_signed" in wanted:
            return None
        if "unknown_ca" in wanted:
            return self._authority("Demo Intermediate CA", self._authority("Unknown Root CA", None))
        if "weak_intermediate" in wanted:
            return self._authority("Demo Intermediate CA", self.root, sha1=True)
        return self.intermediate

    def _chain(self, issuer: Issuer | None, wanted: frozenset[str]) -> tuple[x509.Certificate, ...]:
        if issuer is None or "missing_intermediate" in wanted:
            return ()
        if "wrong_order" in wanted:
            return (self.root.certificate, issuer.certificate)
        return (issuer.certificate,)

    def _authority(self, name: str, parent: Issuer | None, *, sha1: bool = False) -> Issuer:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        signer = parent or Issuer(None, key)  # type: ignore[arg-type]
        builder = _base(subject, parent.certificate.subject if parent else subject, key)
        builder = builder.not_valid_before(self.now - 30 * _DAY).not_valid_after(self.now + 3650 * _DAY)
        length = None if parent is None else 0
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=length), critical=True)
        builder = builder.add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        builder = _identifiers(builder, key, parent)
        made = builder.sign(signer.key, hashes.SHA256())
        return Issuer(with_sha1(made, signer.key) if sha1 else made, key)

    def _leaf(
        self, hosts: tuple[str, ...], key: Key, issuer: Issuer | None, wanted: frozenset[str]
    ) -> x509.Certificate:
        subject = _name("<script>alert(1)</script>" if "markup" in wanted else hosts[0])
        builder = _base(subject, issuer.certificate.subject if issuer else subject, key)
        start, end = self._dates(wanted)
        builder = builder.not_valid_before(start).not_valid_after(end)
        if "short_serial" in wanted:
            builder = _with_serial(builder, 4711)
        for extension, critical in _leaf_extensions(hosts, wanted, start):
            builder = builder.add_extension(extension, critical=critical)
        builder = _identifiers(builder, key, issuer)
        signer = issuer.key if issuer else key
        made = builder.sign(signer, hashes.SHA256())
        return with_sha1(made, signer) if "sha1" in wanted else made

    def _dates(self, wanted: frozenset[str]) -> tuple[datetime, datetime]:
        start, days = self.now - _DAY, 90
        if "expired" in wanted:
            start = self.now - 92 * _DAY
        elif "expires_soon" in wanted:
            start = self.now - 87 * _DAY
        elif "not_yet_valid" in wanted:
            start = self.now + 3 * _DAY
        elif "long_life" in wanted:
            days = 3650
        return start, start + days * _DAY - timedelta(seconds=1)


def _key(wanted: frozenset[str]) -> Key:
    if "weak_key" in wanted:
        return rsa.generate_private_key(65537, 1024)  # noqa: S505
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "TH"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, _ORG),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _base(subject: x509.Name, issuer: x509.Name, key: Key) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    return builder.public_key(key.public_key()).serial_number(x509.random_serial_number())


def _with_serial(builder: x509.CertificateBuilder, serial: int) -> x509.CertificateBuilder:
    builder._serial_number = serial
    return builder


def _identifiers(
    builder: x509.CertificateBuilder, key: Key, issuer: Issuer | None
) -> x509.CertificateBuilder:
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    if issuer is None:
        return builder
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return builder.add_extension(above, critical=False)


def _leaf_extensions(
    hosts: tuple[str, ...], wanted: frozenset[str], start: datetime
) -> list[tuple[Any, bool]]:
    eku = Eku.CLIENT_AUTH if "no_server_auth" in wanted else Eku.SERVER_AUTH
    found: list[tuple[Any, bool]] = [
        (x509.BasicConstraints(ca="ca_leaf" in wanted, path_length=None), True),
        (usage(digital_signature=True, key_cert_sign="ca_leaf" in wanted), True),
        (x509.ExtendedKeyUsage([eku]), False),
    ]
    if "no_san" not in wanted:
        found.append((x509.SubjectAlternativeName(_san(hosts, wanted)), False))
    if "must_staple_without_staple" in wanted:
        found.append((x509.TLSFeature([x509.TLSFeatureType.status_request]), False))
    count = 0 if "no_sct" in wanted else 1 if "one_sct" in wanted else 3
    if count:
        found.append((scts(count, start), False))
    return found


def _san(hosts: tuple[str, ...], wanted: frozenset[str]) -> list[x509.GeneralName]:
    if "wrong_host" in wanted:
        hosts = ("elsewhere.demo.test",)
    if "wildcard" in wanted:
        hosts = tuple(
            dict.fromkeys("*." + h.partition(".")[2] for h in hosts if "." in h and not _address(h))
        )
    if "many_names" in wanted:
        hosts = (*(f"h{i}.demo.test" for i in range(2000)), *hosts)
    if "markup" in wanted:
        hosts = (*hosts, "<img src=x onerror=alert(1)>.demo.test")
    return [x509.IPAddress(ip) if (ip := _address(h)) else x509.DNSName(h) for h in hosts]


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
