"""What the certificate probe brings back: plain facts of each certificate received, and how they hang together.

Every text comes from the platform and is bounded by the probe (`BOUND` characters, `MOST` entries); it may hold
markup. Times are ISO 8601 in UTC. Fingerprints are SHA-256 in hex.
"""

from datetime import datetime

from msgspec import Struct

from harness.evidence import Evidence

#: OpenSSL's X509_V_ERR_* numbers that checks of their own judge: dates (CRT-03), key and digest (CRT-05), purpose (CRT-10).
_ELSEWHERE = frozenset({9, 10, 26, 66, 67, 68})
#: "Found no issuer" in its variants. OpenSSL wants a self-signed root; a CA file may name an intermediate as anchor
#: (RFC 5280 §6.1.1 d), and our own path building accepts that.
_NO_WAY = frozenset({2, 18, 19, 20, 21})
#: Longest text, and most entries of a list, that the probe keeps of a certificate.
BOUND, MOST = 200, 100


class Certificate(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One certificate as received.

    `key` is RSA, EC, Ed25519, Ed448, DSA or another type's name, `bits` its size; `hash` is the digest of its
    signature ("" for EdDSA, which has none to choose). `key_usage` and `purposes` (extended key usage, by name or
    OID) are None where the extension is absent. `names` and `addresses` are the subject alternative names, those
    near the host first, `names_sent` how many there were. `scts` are the ids of the logs whose timestamps are
    embedded. `unread` names what could not be parsed.
    """

    subject: str = ""
    issuer: str = ""
    version: int = 3
    serial_bits: int = 127
    not_before: str = ""
    not_after: str = ""
    key: str = ""
    bits: int = 0
    hash: str = ""
    self_signed: bool = False
    is_ca: bool = False
    key_usage: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    names_sent: int = 0
    ocsp: tuple[str, ...] = ()
    must_staple: bool = False
    scts: tuple[str, ...] = ()
    fingerprint: str = ""
    key_fingerprint: str = ""
    unread: tuple[str, ...] = ()

    def lacks(self, *fields: str) -> tuple[str, ...]:
        """Which of these fields the probe could not parse, with the parser's word for it."""
        return tuple(u for u in self.unread if u.partition(":")[0] in fields)

    @property
    def starts(self) -> datetime:
        """The first moment of validity."""
        return datetime.fromisoformat(self.not_before)

    @property
    def ends(self) -> datetime:
        """The last moment of validity (inclusive, RFC 5280 §4.1.2.5)."""
        return datetime.fromisoformat(self.not_after)


class Staple(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The stapled OCSP response. `status` is good, revoked or unknown; `outcome` the responder's own status word.

    `matches` says that it speaks of the leaf's serial number, `signed` that the issuer or its delegate signed it
    (None: the issuer's certificate was not there to check with).
    """

    outcome: str = "successful"
    status: str = ""
    produced: str = ""
    this_update: str = ""
    next_update: str = ""
    matches: bool = True
    signed: bool | None = True
    scts: tuple[str, ...] = ()


class Path(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The way from the leaf to a trust anchor that the harness built: positions in `certificates`, leaf first.

    `anchor` is the anchor's subject, "" when none was reached; `public` says that it is one of the public roots.
    `top` is the issuer that was looked for last. `code` and `message` are OpenSSL's own result of verifying the
    chain as received: 0 is good.
    """

    steps: tuple[int, ...] = (0,)
    anchor: str = ""
    public: bool = False
    top: str = ""
    code: int = 0
    message: str = ""


class ServedChain(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """The chain a TLS endpoint presented for `host`, seen at `seen_at`.

    `sent` counts the certificates received, of which at most ten are in `certificates`; `links[i]` says that
    certificate i was signed by certificate i+1. `trust` is "ca_file" or "public": the roots that were used.
    `asked_staple` counts the handshakes that asked for an OCSP response.
    """

    host: str
    port: int = 443
    seen_at: str
    certificates: tuple[Certificate, ...]
    sent: int = 1
    links: tuple[bool, ...] = ()
    trust: str = "public"
    path: Path = Path()
    staple: Staple | None = None
    asked_staple: int = 1

    @property
    def leaf(self) -> Certificate:
        """The server's own certificate: the first one sent (RFC 8446 §4.4.2)."""
        return self.certificates[0]

    @property
    def used(self) -> tuple[Certificate, ...]:
        """The certificates on the way to the anchor, leaf first; others that were sent decide nothing."""
        return tuple(self.certificates[step] for step in self.path.steps)

    @property
    def anchored(self) -> bool:
        """Whether the chain leads to a trusted root, whatever its dates, keys and purposes."""
        return self.path.code == 0 or (bool(self.path.anchor) and self.path.code in _ELSEWHERE | _NO_WAY)

    @property
    def is_public(self) -> bool:
        """Whether the public web's rules bind it: its anchor is a public root, or the target names no CA of its own."""
        return self.path.public or self.trust == "public"

    @property
    def clock(self) -> datetime:
        """When the chain was seen."""
        return datetime.fromisoformat(self.seen_at)
