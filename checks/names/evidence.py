"""What the DNS and mail probes bring back. Every text comes from strangers and is bounded; it may hold markup."""

from msgspec import Struct

from harness.evidence import Evidence, Exchange


class Lookup(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One question and what came of it.

    `outcome` is found, empty (the name exists, not this type), nxdomain, or failed (time-out, SERVFAIL, refusal,
    nonsense: `detail` says which). Records are in presentation form, TXT records joined and unquoted, at most 50 of
    at most 1000 characters.
    """

    name: str
    type: str = "A"
    outcome: str = "found"
    records: tuple[str, ...] = ()
    detail: str = ""

    @property
    def failed(self) -> bool:
        """Whether nothing can be concluded from it."""
        return self.outcome == "failed"

    @property
    def absent(self) -> bool:
        """Whether the DNS said that there is no such record."""
        return self.outcome in ("empty", "nxdomain")


class Caa(Struct, frozen=True, forbid_unknown_fields=True):
    """One CAA property (RFC 8659 §4)."""

    flags: int
    tag: str
    value: str


class Service(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One HTTPS record (RFC 9460): priority 0 is an alias. `keys` are its parameters, `hints` its address hints."""

    priority: int
    target: str = "."
    alpn: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class HostRecords(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """A host's records: where its aliases lead, its CAA set (with the name it was found at), its HTTPS records, its
    zone's name servers each with their addresses."""

    host: str
    aliases: tuple[str, ...] = ()
    addresses: Lookup
    caa: Lookup
    properties: tuple[Caa, ...] = ()
    https: Lookup
    services: tuple[Service, ...] = ()
    servers: tuple[Lookup, ...] = ()
    servers_asked: Lookup


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One step of a DNSSEC chain: what was checked of which zone, and what came of it ("" is good)."""

    zone: str
    what: str
    wrong: str = ""


class SignedHost(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """DNSSEC of a host, validated by the harness itself from `anchor` down.

    `state` is secure, insecure (no signature, or no DS in the parent), bogus (a signature does not hold) or unknown
    (no anchor above, an algorithm we cannot check). `given` says that the target's own anchor file was used, else
    the IANA root keys were. `ad` is what the resolver claimed: noted, never relied upon.
    """

    host: str
    state: str
    anchor: str = "."
    given: bool = False
    links: tuple[Link, ...] = ()
    ad: bool = False


class NameServer(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How one authoritative server behaves over TCP.

    `control` is the answer to an ordinary SOA question; `transfer` of a zone transfer: given, refused or unknown;
    `recursion` for a name that is not its own: given, refused or unknown. `reached` is yes, no or out_of_scope.
    """

    host: str
    reached: str = "yes"
    control: bool = False
    transfer: str = "unknown"
    recursion: str = "unknown"
    detail: str = ""


class ServerManners(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """The authoritative servers of the zone that holds the host, at most four."""

    host: str
    zone: str
    servers: tuple[NameServer, ...]


class Tlsa(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One TLSA record (RFC 6698 §2): its three numbers, its data in hex (bounded), whether it matches the chain."""

    usage: int
    selector: int
    matching: int
    data: str = ""
    matches: bool = False


class DaneBinding(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """The TLSA records of an endpoint, compared with the chain it serves; `state` as in SignedHost."""

    host: str
    port: int = 443
    lookup: Lookup
    state: str = "unknown"
    records: tuple[Tlsa, ...] = ()
    verified: bool = False
    chain_fault: str = ""


class SenderPolicy(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """SPF (RFC 7208), followed to its end as a receiver would in the worst case.

    `policies` are the records that start with v=spf1; `lookups` counts terms that ask the DNS (limit 10), `void`
    those without an answer (limit 2); `ending` is the qualifier of the last `all` reached through redirects:
    "-", "~", "?", "+", or "" when there is none. `errors` are permanent errors, `open` questions that failed.
    """

    domain: str
    lookup: Lookup
    policies: tuple[str, ...] = ()
    lookups: int = 0
    void: int = 0
    ending: str = ""
    errors: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


class DmarcPolicy(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """The TXT sets met on the walk from `_dmarc.DOMAIN` up to the top-level domain (RFC 9989 §4.10)."""

    domain: str
    walk: tuple[Lookup, ...]


class TransportPolicy(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """MTA-STS (RFC 8461) and TLS reporting (RFC 8460) of a mail domain, with its mail hosts."""

    domain: str
    mx: Lookup
    sts: Lookup
    reporting: Lookup
    policy: Exchange | None = None


class MailHost(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One MX host over SMTP. `reached` is yes, no or out_of_scope; `offered` says that STARTTLS is.

    `valid` is what OpenSSL made of the certificate: it leads to a trusted root, holds now and names the host; None
    when no handshake came about. `detail` says what went wrong.
    """

    host: str
    reached: str = "yes"
    offered: bool = False
    valid: bool | None = None
    detail: str = ""


class MailHosts(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """The mail exchangers of a domain, at most five, each greeted once."""

    domain: str
    mx: Lookup
    hosts: tuple[MailHost, ...] = ()


def exchangers(mx: Lookup) -> tuple[str, ...]:
    """The MX host names in order of preference; a null MX ("0 .", RFC 7505) gives none."""
    ranked = sorted(
        (int(r.split()[0]), r.split()[1].rstrip(".").lower()) for r in mx.records if len(r.split()) == 2
    )
    return tuple(dict.fromkeys(host for _, host in ranked if host))
