"""Tokens of the providers that the harness plays, sound or wrong in one thing; built by hand, for libraries refuse."""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct, field

from harness.once import once

Claims = dict[str, Any]
#: Faults of the signature; every other fault is one of the claims.
SIGNATURES = ("changed signature", "foreign key", "no signature", "alg none", "HS256 with the public key")


@once
def _key(which: str) -> rsa.RSAPrivateKey:
    """The provider's own key and a foreign one; made once a process, for they cost a tenth of a second each."""
    return rsa.generate_private_key(65537, 2048)


class Signer(Struct):
    """Signs for one provider. Each run names the key anew, so that a platform's cache does not meet an old one."""

    kid: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def pem(self) -> str:
        """The public key as PEM."""
        public = _key("own").public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK Set (RFC 7517)."""
        numbers = _key("own").public_key().public_numbers()
        n, e = (b64u(v.to_bytes((v.bit_length() + 7) // 8, "big")) for v in (numbers.n, numbers.e))
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e}]}

    def token(self, claims: Claims, fault: str = "") -> str:
        """A compact RS256 token; `fault` names one of SIGNATURES, or is none of them."""
        alg = {"alg none": "none", "HS256 with the public key": "HS256"}.get(fault, "RS256")
        text = f"{_part({'alg': alg, 'typ': 'JWT', 'kid': self.kid})}.{_part(claims)}"
        return f"{text}.{b64u(self._signature(text.encode(), fault))}"

    def _signature(self, text: bytes, fault: str) -> bytes:
        if fault in ("no signature", "alg none"):
            return b""
        if fault == "HS256 with the public key":
            return hmac.digest(self.pem.encode(), text, "sha256")
        made = _key("foreign" if fault == "foreign key" else "own").sign(
            text, padding.PKCS1v15(), hashes.SHA256()
        )
        return bytes([*made[:100], made[100] ^ 1, *made[101:]]) if fault == "changed signature" else made


def b64u(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def half_hash(token: str) -> str:
    """at_hash of an access token (OpenID Connect Core 1.0 §3.1.3.6)."""
    return b64u(hashlib.sha256(token.encode()).digest()[:16])


def _part(value: object) -> str:
    return b64u(json.dumps(value, separators=(",", ":")).encode())
