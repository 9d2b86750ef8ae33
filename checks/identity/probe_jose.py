"""Tokens built and taken apart by hand: good libraries refuse to make what an attacker makes (RFC 7515, RFC 7519)."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Claims = dict[str, Any]
_CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}


def b64u(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """The bytes behind base64url text. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


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
    except ValueError:
        return None
    return (header, claims) if isinstance(header, dict) and isinstance(claims, dict) else None


def signed(header: Claims, claims: Claims, key: PrivateKeyTypes) -> str:
    """A compact token signed as the key's type asks: RS256, or PS256 where the header says so; ES256 with P-256."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{b64u(_sign(text.encode(), key, str(header.get('alg', ''))))}"


def _sign(data: bytes, key: PrivateKeyTypes, alg: str) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        if alg.startswith("PS"):
            return key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        size = (key.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    raise ValueError("a test key is RSA or an elliptic curve")


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
    """Whether the token's signature verifies under this public JWK (RSA or EC). Raises ValueError for another key."""
    text, _, signature = token.rpartition(".")
    parsed = parse(token)
    alg = str(parsed[0].get("alg", "")) if parsed else ""
    try:
        _verify(text.encode(), unb64u(signature), alg, jwk)
    except InvalidSignature:
        return False
    return True


def _verify(data: bytes, signature: bytes, alg: str, jwk: Claims) -> None:
    digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}.get(alg[2:])
    if digest is None:
        raise ValueError(f"algorithm {alg!r}")
    key = public_key(jwk)
    if isinstance(key, rsa.RSAPublicKey) and alg.startswith("PS"):
        key.verify(signature, data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    elif isinstance(key, rsa.RSAPublicKey) and alg.startswith("RS"):
        key.verify(signature, data, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and alg.startswith("ES"):
        half = len(signature) // 2
        r, s = (int.from_bytes(x, "big") for x in (signature[:half], signature[half:]))
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest))
    else:
        raise ValueError(f"algorithm {alg!r} does not go with a {jwk.get('kty')} key")


def public_key(jwk: Claims) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """A public JWK as a key. Raises ValueError where it is not RSA or a NIST curve, or is damaged."""
    try:
        if jwk.get("kty") == "RSA":
            n, e = (int.from_bytes(unb64u(jwk[name]), "big") for name in ("n", "e"))
            return rsa.RSAPublicNumbers(e, n).public_key()
        x, y = (int.from_bytes(unb64u(jwk[name]), "big") for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, _CURVES[jwk["crv"]]).public_key()
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a usable public key: {wrong}") from None


def jwk_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, kid: str) -> Claims:
    """The public half of a key as a JWK."""
    numbers = key.public_key().public_numbers()
    if isinstance(numbers, rsa.RSAPublicNumbers):
        n = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        return {
            "kty": "RSA",
            "n": b64u(n),
            "e": b64u(numbers.e.to_bytes(3, "big")),
            "kid": kid,
            "alg": "RS256",
        }
    size = (key.key_size + 7) // 8
    x, y = (b64u(v.to_bytes(size, "big")) for v in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256"}


def private_key(pem: str) -> PrivateKeyTypes:
    """A private key from PEM text, which may have lost its line breaks on the way. Raises ValueError."""
    return load_pem_private_key(pem.replace("\\n", "\n").encode(), None)


def algorithm(key: PrivateKeyTypes) -> str:
    """The signature algorithm that `signed` uses for this key."""
    return "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"


def left_half(value: str) -> str:
    """at_hash or c_hash for a SHA-256 algorithm (OpenID Connect Core 1.0 §3.1.3.6)."""
    return b64u(hashlib.sha256(value.encode()).digest()[:16])
