"""The demo's names: the records of its zone, signed, with a switch for each defect. `nameserver` serves them."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, cast

import dns.dnssec
import dns.name
import dns.rdatatype
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec
from dns.rdtypes.ANY.RRSIG import RRSIG

ZoneDefect = Literal[
    "unsigned",
    "bad_signature",
    "expired_signature",
    "no_caa",
    "bad_caa",
    "dangling_alias",
    "dangling_server",
    "bad_https",
    "bad_tlsa",
    "transfer",
    "recursion",
    "servfail",
    "silent",
    "markup",
    "no_spf",
    "two_spf",
    "spf_open",
    "spf_lookups",
    "spf_void",
    "no_dmarc",
    "dmarc_none",
    "no_sts",
    "no_reporting",
    "no_mx",
]
_DAY = 86_400


class DemoZone:
    """The records of `origin` with the wanted defects, signed with a fresh ECDSA P-256 key unless unsigned.

    `hosts` are the platform's host names inside the zone, all at 127.0.0.1; the first one has the aliases and HTTPS
    defects. `leaves` maps (host, port) to a served certificate in DER, for TLSA records. `extra` is appended in
    master file form.
    """

    def __init__(
        self,
        origin: str = "demo.test",
        hosts: Iterable[str] = ("portal.demo.test",),
        defects: Iterable[ZoneDefect] = (),
        *,
        leaves: Mapping[tuple[str, int], bytes] | None = None,
        extra: str = "",
    ) -> None:
        self.origin, self.defects = origin, frozenset(defects)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.public = dns.dnssec.make_dnskey(self.key.public_key(), "ECDSAP256SHA256", flags=257)
        text = _records(origin, tuple(hosts), self.defects) + _tlsa(leaves or {}, self.defects) + extra
        self.zone = dns.zone.from_text(text, origin=origin, relativize=False)
        if "unsigned" not in self.defects:
            self._sign()

    def write_anchor(self, folder: Path) -> Path:
        """Write the DS record that a target names as `resolver.trust_anchor`."""
        ds = dns.dnssec.make_ds(dns.name.from_text(self.origin), self.public, "SHA256")
        file = folder / "trust-anchor.ds"
        file.write_text(f"{self.origin}. 3600 IN DS {ds}\n")
        return file

    def _sign(self) -> None:
        shift = -30 * _DAY if "expired_signature" in self.defects else 0
        now = int(time.time()) + shift
        keys: list[Any] = [(self.key, self.public)]
        dns.dnssec.sign_zone(
            self.zone, keys=keys, dnskey_ttl=3600, inception=now - 3600, expiration=now + 14 * _DAY
        )
        if "bad_signature" in self.defects:
            for node in self.zone.nodes.values():
                for rdataset in node:
                    if rdataset.rdtype == dns.rdatatype.RRSIG and rdataset.covers == dns.rdatatype.A:
                        good = cast(RRSIG, rdataset[0])
                        rdataset.clear()
                        rdataset.add(_spoilt(good))


def _spoilt(signature: RRSIG) -> RRSIG:
    return cast(RRSIG, signature.replace(signature=bytes(b ^ 1 for b in signature.signature)))


def _records(origin: str, hosts: tuple[str, ...], defects: frozenset[str]) -> str:
    servers = ["ns1"] + (["ns-gone"] if "dangling_server" in defects else [])
    lines = [
        "$TTL 300",
        "@ IN SOA ns1 hostmaster 1 3600 600 86400 300",
        *(f"@ IN NS {server}" for server in servers),
        *(f"{name} IN A 127.0.0.1" for name in ("@", "ns1", "mail", "mta-sts")),
        *_issuers(defects),
        *_hosts(hosts, defects),
        *_mail(origin, defects),
    ]
    if "markup" in defects:
        lines.append('@ IN TXT "<script>alert(1)</script>"')
    return "\n".join(lines) + "\n"


def _issuers(defects: frozenset[str]) -> list[str]:
    if "no_caa" in defects:
        return []
    tag = '128 unheard "of"' if "bad_caa" in defects else '0 issue "ca.demo.test"'
    return [f"@ IN CAA {tag}", '@ IN CAA 0 iodef "mailto:security@demo.test"']


def _hosts(hosts: tuple[str, ...], defects: frozenset[str]) -> list[str]:
    lines = []
    for at, host in enumerate(hosts):
        if at == 0 and "dangling_alias" in defects:
            lines.append(f"{host}. IN CNAME forgotten.provider.test.")
            continue
        lines.append(f"{host}. IN A 127.0.0.1")
        wrong = at == 0 and "bad_https" in defects
        hint = "192.0.2.7" if wrong else "127.0.0.1"
        lines.append(f'{host}. IN HTTPS 1 . alpn="http/1.1" ipv4hint={hint}')
    return lines


def _mail(origin: str, defects: frozenset[str]) -> list[str]:
    spf = {
        "no_spf": [],
        "two_spf": ["v=spf1 mx -all", "v=spf1 a -all"],
        "spf_open": ["v=spf1 mx ?all"],
        "spf_lookups": ["v=spf1 " + " ".join(f"exists:mail.{origin}" for _ in range(11)) + " -all"],
        "spf_void": ["v=spf1 a:x1.test a:x2.test a:x3.test -all"],
    }
    policies = next((v for k, v in spf.items() if k in defects), ["v=spf1 mx -all"])
    lines = [f'@ IN TXT "{p}"' for p in policies]
    if "no_mx" not in defects:
        lines.append("@ IN MX 10 mail")
    if "no_dmarc" not in defects:
        policy = "none" if "dmarc_none" in defects else "reject"
        lines.append(f'_dmarc IN TXT "v=DMARC1; p={policy}; rua=mailto:dmarc@{origin}"')
    if "no_sts" not in defects:
        lines.append('_mta-sts IN TXT "v=STSv1; id=20261122"')
    if "no_reporting" not in defects:
        lines.append(f'_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:tls@{origin}"')
    return lines


def _tlsa(leaves: Mapping[tuple[str, int], bytes], defects: frozenset[str]) -> str:
    """`3 0 1`: the SHA-256 of the whole certificate of each place."""
    lines = []
    for (host, port), der in leaves.items():
        digest = hashlib.sha256(b"another" if "bad_tlsa" in defects else der).hexdigest()
        lines.append(f"_{port}._tcp.{host}. IN TLSA 3 0 1 {digest}\n")
    return "".join(lines)
