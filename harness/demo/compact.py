"""Compact tokens (RFC 7515) read strictly: nothing in a header is believed but the name of a key that we know."""

import base64
import json
import re
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

Key = RSAKey | ECKey
Members = dict[str, Any]
#: Longer ones are refused unread.
MOST_CHARACTERS = 8_192
_PART = re.compile(r"[A-Za-z0-9_-]*")
#: Header parameters by which a sender would choose the key that verifies (RFC 8725 §3.10).
KEY_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c"})


class Token(Struct, frozen=True):
    """A token taken apart, nothing of it verified. `raw` is the token itself."""

    raw: str
    header: Members
    claims: Members

    @property
    def signed(self) -> bytes:
        """What the signature is over (RFC 7515 §5.1)."""
        return self.raw.rpartition(".")[0].encode()

    @property
    def signature(self) -> bytes:
        """The bytes of the signature, none in an unsecured token."""
        return unb64u(self.raw.rpartition(".")[2])


class _Registry(jws.JWSRegistry):
    max_header_length = 4_096  # a DPoP proof carries an RSA key


def b64u(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """The bytes behind base64url text without padding. Raises ValueError, also for characters that do not belong."""
    if not _PART.fullmatch(text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(raw: str) -> Token:
    """Take a compact token apart. Raises ValueError for what is none, names a member twice or is endless."""
    parts = raw.split(".")
    if len(raw) > MOST_CHARACTERS or len(parts) != 3:
        raise ValueError("not a compact token")
    try:
        header, claims = (json.loads(unb64u(part), object_pairs_hook=_unique) for part in parts[:2])
    except RecursionError:
        raise ValueError("too deep") from None
    unb64u(parts[2])
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError("header and claims are objects")  # noqa: TRY004 — whoever reads a token catches one thing
    return Token(raw, header, claims)


def _unique(pairs: list[tuple[str, Any]]) -> Members:
    """An object whose names are unique (RFC 7515 §4: duplicates must be rejected)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def algorithm(key: Key) -> str:
    """The one algorithm of a key: the key fixes it, never the token (RFC 8725 §3.1)."""
    return "RS256" if isinstance(key, RSAKey) else "ES256"


def holds(token: Token, key: Key) -> bool:
    """Whether the signature is this key's, by this key's algorithm, with no unknown critical header."""
    allowed = _Registry(algorithms=[algorithm(key)])
    try:
        jws.deserialize_compact(token.raw, key, registry=allowed)
    except (JoseError, ValueError):
        return False
    return True


def public_jwk(value: object) -> Key:
    """A public RSA (2048 bits or more) or P-256 key from a JWK. Raises ValueError for any other, or a private one."""
    if not isinstance(value, dict) or {"d", "k", "p", "q"} & value.keys():
        raise ValueError("not a public key")
    members: dict[str, str | list[str]] = {
        name: str(value[name]) for name in ("kty", "n", "e", "crv", "x", "y") if name in value
    }
    elliptic = members.get("kty") == "EC"
    if members.get("crv") != "P-256" if elliptic else len(unb64u(str(members.get("n", "")))) < 256:
        raise ValueError("a key too weak")
    try:
        return ECKey.import_key(members) if elliptic else RSAKey.import_key(members)
    except (JoseError, TypeError, KeyError) as wrong:
        raise ValueError("not a usable key") from wrong
