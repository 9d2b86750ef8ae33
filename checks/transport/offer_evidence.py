"""What an endpoint offers: versions, suites in its order, groups, finite-field parameters."""

from msgspec import Struct

from harness.evidence import Evidence


class VersionOffer(Struct, frozen=True, forbid_unknown_fields=True):
    """One protocol version, asked with every suite by elimination.

    `outcome` is offered, refused or unknown, `how` the deciding answer in words. `suites` are the accepted
    ones in the order the server took them from a client that lists the strongest first; `complete` says that
    a refusal, not a fault, ended the list. `worst_first` is the suite it took from a client that lists the
    weakest first ("" when not asked).
    """

    name: str
    outcome: str
    how: str
    suites: tuple[str, ...] = ()
    complete: bool = True
    worst_first: str = ""


class GroupOffer(Struct, frozen=True, forbid_unknown_fields=True):
    """The key-exchange groups of one version in the order the server took them; `complete` as in VersionOffer."""

    version: str
    groups: tuple[str, ...]
    complete: bool
    how: str


class FiniteField(Struct, frozen=True, forbid_unknown_fields=True):
    """A Diffie-Hellman prime as the server sent it: size in bits, its name if it is a published one,
    whether it is prime, whether (p-1)/2 is prime too, and the start of the SHA-256 of its bytes."""

    version: str
    bits: int
    name: str
    prime: bool
    safe: bool
    digest: str


class TlsOffer(Evidence, frozen=True):
    """All an endpoint offers. `preferred` is the version a client that offers TLS 1.3 and 1.2 gets ("" none);
    `control` says which question on the same path was answered, "" if none was."""

    versions: tuple[VersionOffer, ...]
    preferred: str = ""
    groups: tuple[GroupOffer, ...] = ()
    fields: tuple[FiniteField, ...] = ()
    control: str = ""

    def version(self, name: str) -> VersionOffer:
        """The offer of one version; unknown when it was not asked."""
        found = (v for v in self.versions if v.name == name)
        return next(found, VersionOffer(name, "unknown", "not asked"))

    def offered(self) -> tuple[VersionOffer, ...]:
        """The versions the endpoint negotiates, oldest first."""
        return tuple(v for v in self.versions if v.outcome == "offered")

    def unsettled(self) -> tuple[VersionOffer, ...]:
        """Versions of which the whole answer is not known."""
        return tuple(v for v in self.versions if v.outcome == "unknown" or not v.complete)
