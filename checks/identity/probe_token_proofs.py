"""DPoP proofs made by hand (RFC 9449 §4.2): good ones, and ones that are wrong in one thing only."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator

from harness.evidence import Cause
from harness.scope import WireError

from .probe_jose import Claims, b64u, flipped, jwk_of, macced, signed, unsigned
from .probe_jose_keys import SIGNS, key_for, private_member

Fault = tuple[str, Callable[[], str]]
_HOUR = 3600


class Prover:
    """One key and what the server asked of its proofs so far."""

    def __init__(self, offered: list[str]) -> None:
        alg = next((alg for alg in SIGNS if alg in offered), None)
        if alg is None:
            raise WireError(Cause.TOOL_ABSENT, f"the metadata offer none of {', '.join(SIGNS)} for proofs")
        self.key, self.alg = key_for(alg), alg
        self.offered, self.nonce = offered, ""

    @property
    def jwk(self) -> Claims:
        """The public key as it stands in a proof."""
        return {name: value for name, value in jwk_of(self.key, "").items() if name not in ("kid", "alg")}

    def header(self, **changes: object) -> Claims:
        """The header of a good proof; None removes a member."""
        return _but({"typ": "dpop+jwt", "alg": self.alg, "jwk": self.jwk}, changes)

    def claims(self, method: str, url: str, token: str = "", **changes: object) -> Claims:
        """The claims of a good proof, with `ath` where it goes with an access token; None removes a claim."""
        place = url.partition("?")[0].partition("#")[0]
        said: Claims = {
            "htm": method,
            "htu": place,
            "iat": int(time.time()),
            "jti": secrets.token_urlsafe(16),
        }
        if token:
            said["ath"] = b64u(hashlib.sha256(token.encode()).digest())
        return _but(said | ({"nonce": self.nonce} if self.nonce else {}), changes)

    def proof(self, method: str, url: str, token: str = "", **changes: object) -> str:
        """A good proof but for these claims."""
        return signed(self.header(), self.claims(method, url, token, **changes), self.key)

    def faults(self, method: str, url: str, token: str = "") -> Iterator[Fault]:
        """Names and makers of proofs that RFC 9449 §4.3 lets no server accept; made when sent, for they age."""
        now, wrong = int(time.time()), "PUT"

        def said(**changes: object) -> Callable[[], str]:
            return lambda: self.proof(method, url, token, **changes)

        def headed(**changes: object) -> Callable[[], str]:
            return lambda: signed(self.header(**changes), self.claims(method, url, token), self.key)

        yield "another htm", said(htm=wrong)
        yield "htu of another server", said(htu="https://other.example/token")
        yield "htu of another path", said(htu=f"{url.partition('?')[0]}/other")
        for name in ("htm", "htu", "jti", "iat"):
            yield f"no {name}", said(**{name: None})
        yield "no typ", headed(typ=None)
        yield "typ JWT", headed(typ="JWT")
        yield "no jwk", headed(jwk=None)
        yield "private key in jwk", headed(jwk=self.jwk | private_member(self.key))
        yield "alg none", lambda: unsigned(self.header(alg="none"), self.claims(method, url, token))
        yield "alg HS256", lambda: self._symmetric(method, url, token)
        yield "signature with one bit changed", lambda: flipped(self.proof(method, url, token))
        yield "signed by another key", lambda: self._another(method, url, token)
        if self.nonce:
            yield "a made-up nonce", said(nonce=secrets.token_urlsafe(16))
            yield "no nonce", said(nonce=None)
        else:
            yield "iat an hour ago", said(iat=now - _HOUR)
            yield "iat in an hour", said(iat=now + _HOUR)

    def _symmetric(self, method: str, url: str, token: str) -> str:
        secret = secrets.token_bytes(32)
        header = self.header(alg="HS256", jwk={"kty": "oct", "k": b64u(secret)})
        return macced(header, self.claims(method, url, token), secret)

    def _another(self, method: str, url: str, token: str) -> str:
        other = Prover(self.offered)
        return signed(self.header(), self.claims(method, url, token), other.key)


def _but(values: Claims, changes: dict[str, object]) -> Claims:
    return {name: value for name, value in (values | changes).items() if value is not None}
