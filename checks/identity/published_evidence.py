"""Evidence of what a provider publishes: its metadata, its keys, its sign-in page; and what a FHIR server publishes of SMART."""

from typing import Any

from msgspec import Struct

from harness.evidence import Evidence, Exchange


class Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metadata document as asked for.

    `members` are the members that this kind of document may have, strings redacted and bounded; `parsed` says
    that the body was one JSON object. The exchange keeps its body only where it was none.
    """

    place: str
    exchange: Exchange
    parsed: bool = False
    members: dict[str, Any] = {}


class Key(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a JSON Web Key says of itself. `bits` and `exponent` are measured, `private` names secret members.

    `fault` says why the key cannot be used by anybody.
    """

    kty: str = ""
    kid: str = ""
    crv: str = ""
    use: str = ""
    alg: str = ""
    operations: tuple[str, ...] = ()
    bits: int = 0
    exponent: int = 0
    private: tuple[str, ...] = ()
    fault: str = ""

    @property
    def name(self) -> str:
        """The key in a few words."""
        return f"{self.kid or '(no kid)'} ({self.crv or self.kty or 'no kty'})"


class KeySet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key set behind `jwks_uri`; `count` keys were there, of which `keys` were read."""

    url: str
    exchange: Exchange
    parsed: bool = False
    count: int = 0
    keys: tuple[Key, ...] = ()


class Published(Evidence, frozen=True, kw_only=True):
    """What a provider publishes. `expected` are the issuer names that the target file allows.

    `keys` is None where no document names a key set.
    """

    expected: tuple[str, ...]
    documents: tuple[Document, ...]
    keys: KeySet | None = None


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Something a page loads: the element, and where from; `own` for hosts of the platform."""

    element: str
    host: str
    own: bool


class AuthorizationPage(Evidence, frozen=True, kw_only=True):
    """The page that a good authorization request ends at, before anybody signs in.

    `html` says that markup was read to its end, `form` that it asks for a password, `referrer` what
    its <meta name=referrer> say. The exchange keeps no body.
    """

    exchange: Exchange
    html: bool
    form: bool
    parts: tuple[Part, ...] = ()
    referrer: tuple[str, ...] = ()


class SmartConfiguration(Evidence, frozen=True, kw_only=True):
    """What a component answers at /.well-known/smart-configuration.

    `document` is None where the target says that this component is no FHIR server; `named` says that it calls
    this component one.
    """

    named: bool
    document: Document | None = None
