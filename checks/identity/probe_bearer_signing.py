"""The signing key of a test environment, and the times of a token."""

import os
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from harness.evidence import Cause
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_bearer_held import Held
from .probe_jose import Claims, algorithm, b64u, jwk_of, private_key, signed
from .probe_jose_keys import SigningKey


class Signer:
    """Makes tokens like the genuine one, fresh, and signed as the provider would. None as a value takes a member out."""

    def __init__(self, key: PrivateKeyTypes, header: Claims, claims: Claims) -> None:
        self.key, self.header, self.claims = key, header, claims

    def token(self, claims: Claims | None = None, *, header: Claims | None = None) -> str:
        """A token of five minutes with these changes."""
        return signed(_changed(self.header, header), _changed(self._fresh(), claims), self.key)

    def expired(self) -> str:
        """A token that ended an hour ago."""
        now = int(time.time())
        return self.token(
            {"iat": now - 7200, "exp": now - 3600, **({"nbf": now - 7200} if "nbf" in self.claims else {})}
        )

    def doubled(self) -> str:
        """A token with two ends of validity: first one to come, then one that is past."""
        now = int(time.time())
        claims = {k: v for k, v in self._fresh().items() if k not in ("exp", "nbf")}
        return signed(
            self.header, _Twice(claims | {"iat": now - 7200, "exp": now - 3600}, now + 300), self.key
        )

    def _fresh(self) -> Claims:
        now = int(time.time())
        fresh: Claims = {"iat": now, "exp": now + 300}
        if "nbf" in self.claims:
            fresh["nbf"] = now
        if "jti" in self.claims:
            fresh["jti"] = b64u(os.urandom(12))
        return self.claims | fresh


class _Twice(dict[str, Any]):
    """Claims whose `exp` is written twice: json asks a dictionary of another class for its items."""

    def __init__(self, claims: Claims, first: int) -> None:
        super().__init__(claims)
        self._first = first

    def items(self) -> Any:
        """The other end, then everything."""
        return [("exp", self._first), *super().items()]


def _changed(members: Claims, changes: Claims | None) -> Claims:
    return {k: v for k, v in (members | (changes or {})).items() if v is not None}


def signer(found: Held, issuer: Issuer, wire: Wire) -> Signer:
    """The test environment's signing key at work. Raises WireError where the target names none, or none that can sign."""
    try:
        key = private_key(wire.secret(f"{issuer.id}.signing"))
        alg = algorithm(key, [str(found.header.get("alg", ""))])
    except (ValueError, TypeError) as wrong:
        raise WireError(
            Cause.NO_CREDENTIAL, f"the signing key cannot be used: {type(wrong).__name__}"
        ) from None
    assert isinstance(key, SigningKey)
    return Signer(key, found.header | {"alg": alg} | _kid(found, key), found.claims)


def _kid(found: Held, key: SigningKey) -> Claims:
    """The kid under which the key set holds this key."""
    mine = jwk_of(key, "")
    same = [name for name in ("n", "x", "y") if name in mine]
    kids = [k.get("kid") for k in found.public_keys() if all(k.get(name) == mine[name] for name in same)]
    return {"kid": kids[0]} if kids and kids[0] is not None else {}


def lifetime(claims: Claims) -> int | None:
    """Seconds from issue to end; None without an end. Without an issue: from now."""
    end, start = _number(claims.get("exp")), _number(claims.get("iat"))
    return None if end is None else int(end - (time.time() if start is None else start))


def left(claims: Claims) -> float | None:
    """Seconds until the end; None without one."""
    end = _number(claims.get("exp"))
    return None if end is None else end - time.time()


def _number(value: object) -> float | None:
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53
        else None
    )
