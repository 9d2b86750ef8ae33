"""Tokens built and taken apart by hand: good libraries refuse to make what an attacker makes (RFC 7515, RFC 7519)."""

import hashlib
import hmac
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .probe_jose_keys import (
    Claims,
    algorithm,
    b64u,
    digest_of,
    jwk_of,
    private_key,
    public_key,
    unb64u,
)

_EDWARDS = frozenset({"EdDSA", "Ed25519", "Ed448"})


def part(value: object) -> str:
    """A header or claims set as a token part."""
    return b64u(json.dumps(value, separators=(",", ":")).encode())


def parse(token: str) -> tuple[Claims, Claims] | None:
    """Header and claims of a compact token, unverified; None where it is not one."""
    pieces = token.split(".")
    if len(pieces) != 3:
        return None
    try:
        header, claims = (json.loads(unb64u(piece)) for piece in pieces[:2])
    except (ValueError, RecursionError):
        return None
    return (header, claims) if isinstance(header, dict) and isinstance(claims, dict) else None


def signed(header: Claims, claims: Claims, key: PrivateKeyTypes) -> str:
    """A compact token signed as the header's alg says, or where that is none of the key's, as the key's usual one."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{b64u(_sign(text.encode(), key, str(header.get('alg', ''))))}"


def _sign(data: bytes, key: PrivateKeyTypes, alg: str) -> bytes:
    alg = algorithm(key, [alg])
    digest = digest_of(alg) or hashes.SHA256()
    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        if alg.startswith("PS"):
            return key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        return key.sign(data, padding.PKCS1v15(), digest)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
    size = (key.curve.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def macced(header: Claims, claims: Claims, secret: bytes) -> str:
    """A compact token with an HMAC-SHA256 over any bytes, a public key among them."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{b64u(hmac.digest(secret, text.encode(), 'sha256'))}"


def unsigned(header: Claims, claims: Claims) -> str:
    """A compact token with an empty signature."""
    return f"{part(header)}.{part(claims)}."


def flipped(token: str) -> str:
    """The token with one bit of its signature changed (not in the last character, whose low bits may not count)."""
    text, _, signature = token.rpartition(".")
    raw = bytearray(unb64u(signature))
    raw[len(raw) // 2] ^= 1
    return f"{text}.{b64u(bytes(raw))}"


def verified(token: str, jwk: Claims) -> bool:
    """Whether the token's signature verifies under this public JWK. Raises ValueError for a key that does not go with it."""
    text, _, signature = token.rpartition(".")
    parsed = parse(token)
    alg = str(parsed[0].get("alg", "")) if parsed else ""
    try:
        _verify(text.encode(), unb64u(signature), alg, jwk)
    except InvalidSignature:
        return False
    return True


def _verify(data: bytes, signature: bytes, alg: str, jwk: Claims) -> None:
    key, digest = public_key(jwk), digest_of(alg)
    if alg in _EDWARDS and isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, data)
    elif digest is None:
        raise ValueError(f"algorithm {alg!r}")
    elif isinstance(key, rsa.RSAPublicKey) and alg.startswith("PS"):
        key.verify(signature, data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    elif isinstance(key, rsa.RSAPublicKey) and alg.startswith("RS"):
        key.verify(signature, data, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and alg.startswith("ES"):
        half = len(signature) // 2
        r, s = (int.from_bytes(x, "big") for x in (signature[:half], signature[half:]))
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest))
    else:
        raise ValueError(f"algorithm {alg!r} does not go with a {jwk.get('kty')} key")


def left_half(value: str) -> str:
    """at_hash or c_hash for a SHA-256 algorithm (OpenID Connect Core 1.0 §3.1.3.6)."""
    return b64u(hashlib.sha256(value.encode()).digest()[:16])


__all__ = [
    "Claims",
    "algorithm",
    "b64u",
    "flipped",
    "jwk_of",
    "left_half",
    "macced",
    "parse",
    "part",
    "private_key",
    "public_key",
    "signed",
    "unb64u",
    "unsigned",
    "verified",
]
