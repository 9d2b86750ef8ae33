"""The provider's signing keys: the one in use, and the next, which is published before it is used."""

import secrets
import threading
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from harness.demo.compact import Key, algorithm
from harness.demo.idp_rules import Claims


class Keys:
    """An RS256 key that signs and an ES256 key that will (OpenID Connect Core 1.0 §10.1.1). Made when first needed."""

    def __init__(self) -> None:
        self._made: tuple[Key, ...] = ()
        self._lock = threading.Lock()

    @property
    def all(self) -> tuple[Key, ...]:
        """The key in use first."""
        with self._lock:
            if not self._made:
                self._made = (
                    RSAKey.generate_key(2048, _named("RS256"), private=True),
                    ECKey.generate_key("P-256", _named("ES256"), private=True),
                )
            return self._made

    def find(self, kid: object) -> Key | None:
        """The key of exactly this name."""
        return next((key for key in self.all if key.kid == kid), None)

    def published(self) -> list[dict[str, Any]]:
        """The public halves (RFC 7517)."""
        return [dict(key.as_dict(private=False)) for key in self.all]

    def sign(self, kind: str, claims: Claims) -> str:
        """A token of this `typ`, signed with the key in use."""
        key = self.all[0]
        header = {"alg": algorithm(key), "typ": kind, "kid": key.kid}
        return jwt.encode(header, claims, key, [algorithm(key)])


def _named(alg: str) -> Any:
    return {"use": "sig", "alg": alg, "kid": secrets.token_urlsafe(8)}
