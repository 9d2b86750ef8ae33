"""Keys for tokens made by hand: of which kind, for which algorithms, and as JWKs (RFC 7517, RFC 7518, RFC 8037)."""

import base64
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Claims = dict[str, Any]
Edwards = ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | Edwards
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
_CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
#: JWK name and algorithm of each curve, by the name that the library knows it under.
_ELLIPTIC = {
    "secp256r1": ("P-256", "ES256"),
    "secp384r1": ("P-384", "ES384"),
    "secp521r1": ("P-521", "ES512"),
}
_EDWARDS: dict[str, Callable[[bytes], PublicKey]] = {
    "Ed25519": ed25519.Ed25519PublicKey.from_public_bytes,
    "Ed448": ed448.Ed448PublicKey.from_public_bytes,
}
_RSA = ("RS256", "PS256", "RS384", "PS384", "RS512", "PS512")
#: What a key of ours can sign, the usual first. EdDSA with Ed25519 is also called by its own name (RFC 9864).
SIGNS = ("ES256", "RS256", "PS256", "ES384", "RS384", "PS384", "EdDSA", "Ed25519", "ES512", "RS512", "PS512")


def b64u(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """The bytes behind base64url text. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def digest_of(alg: str) -> hashes.HashAlgorithm | None:
    """The hash of an algorithm's name; None where it has none of its own."""
    found = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
    return found.get(alg[2:])


def algorithms(key: object) -> tuple[str, ...]:
    """The algorithms that go with this key, the usual first; none for a key of another kind."""
    if isinstance(key, rsa.RSAPrivateKey):
        return _RSA
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _ELLIPTIC:
        return (_ELLIPTIC[key.curve.name][1],)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return ("EdDSA", "Ed25519")
    return ("EdDSA", "Ed448") if isinstance(key, ed448.Ed448PrivateKey) else ()


def algorithm(key: object, offered: Iterable[str] = ()) -> str:
    """The usual algorithm of this key, or the first that is offered. Raises ValueError for a key that signs nothing."""
    known = algorithms(key)
    if not known:
        raise ValueError("a test key is RSA, Ed25519, Ed448, or on the curve P-256, P-384 or P-521")
    return next((alg for alg in offered if alg in known), known[0])


def key_for(alg: str) -> SigningKey:
    """A new key for this algorithm; an RSA key for those that are not known."""
    curve = next((name for name, used in _ELLIPTIC.values() if used == alg), None)
    if curve is not None:
        return ec.generate_private_key(_CURVES[curve])
    if alg in ("EdDSA", "Ed25519"):
        return ed25519.Ed25519PrivateKey.generate()
    return ed448.Ed448PrivateKey.generate() if alg == "Ed448" else rsa.generate_private_key(65537, 2048)


def key_like(key: object) -> SigningKey:
    """A new key of the same kind."""
    return key_for(algorithms(key)[-1] if algorithms(key) else "")


def public_key(jwk: Claims) -> PublicKey:
    """A public JWK as a key. Raises ValueError where it is of no known kind, or is damaged."""
    try:
        if jwk.get("kty") == "RSA":
            n, e = (int.from_bytes(unb64u(jwk[name]), "big") for name in ("n", "e"))
            return rsa.RSAPublicNumbers(e, n).public_key()
        if jwk.get("kty") == "OKP":
            return _EDWARDS[jwk["crv"]](unb64u(jwk["x"]))
        x, y = (int.from_bytes(unb64u(jwk[name]), "big") for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, _CURVES[jwk["crv"]]).public_key()
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a usable public key: {wrong}") from None


def jwk_of(key: SigningKey, kid: str) -> Claims:
    """The public half of a key as a JWK."""
    named = {"kid": kid, "alg": algorithm(key)}
    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        x = b64u(key.public_key().public_bytes_raw())
        return {"kty": "OKP", "crv": algorithms(key)[1], "x": x} | named
    numbers = key.public_key().public_numbers()
    if isinstance(numbers, rsa.RSAPublicNumbers):
        return {"kty": "RSA", "n": _octets(numbers.n), "e": _octets(numbers.e, 3)} | named
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    x, y = (_octets(value, (key.key_size + 7) // 8) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": _ELLIPTIC[key.curve.name][0], "x": x, "y": y} | named


def private_member(key: SigningKey) -> Claims:
    """The member `d` of the private JWK, which no message may hold."""
    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return {"d": b64u(key.private_bytes_raw())}
    numbers = key.private_numbers()
    d = numbers.d if isinstance(numbers, rsa.RSAPrivateNumbers) else numbers.private_value
    return {"d": _octets(d, (key.key_size + 7) // 8)}


@lru_cache(32)
def private_key(pem: str) -> PrivateKeyTypes:
    """A private key from PEM text, which may have lost its line breaks on the way. Raises ValueError.

    Read once: the library proves an RSA key to be one, which takes longer than a request on loopback.
    """
    return load_pem_private_key(pem.replace("\\n", "\n").encode(), None)


def _octets(value: int, size: int = 0) -> str:
    return b64u(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))
