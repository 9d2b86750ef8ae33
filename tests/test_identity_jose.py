"""Tokens made by hand, beside a library that reads and writes them (joserfc)."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from harness.checks.identity.probe_jose import algorithm, flipped, jwk_of, public_key, signed, verified
from harness.checks.identity.probe_jose_keys import (
    SIGNS,
    SigningKey,
    algorithms,
    key_for,
    key_like,
    private_member,
)
from joserfc import jws, jwt
from joserfc.jwk import JWKRegistry

KEYS = {alg: key_for(alg) for alg in ("RS256", "ES256", "ES384", "ES512", "EdDSA", "Ed448")}
PAIRS = [(key, alg) for key in KEYS.values() for alg in algorithms(key)]


@pytest.mark.parametrize(("key", "alg"), PAIRS, ids=[alg for _, alg in PAIRS])
def test_what_is_signed_here_holds_there_and_what_is_changed_nowhere(key: SigningKey, alg: str) -> None:
    jwk = jwk_of(key, "one")
    there = JWKRegistry.import_key({k: v for k, v in jwk.items() if k != "alg"})
    token = signed({"alg": alg}, {"sub": "person-one"}, key)
    assert jwt.decode(token, there, algorithms=[alg]).claims == {"sub": "person-one"}
    assert verified(token, jwk)
    assert not verified(flipped(token), jwk)
    assert not verified(token, jwk_of(key_like(key), "two"))
    assert JWKRegistry.import_key(jwk | private_member(key)).is_private or "RSA" in jwk["kty"]


@pytest.mark.parametrize("alg", ["RS384", "PS256", "PS512", "ES384", "ES512", "Ed25519"])
def test_what_is_signed_there_holds_here(alg: str) -> None:
    key = key_for(alg)
    mine = JWKRegistry.import_key(_pem(key), {"RS": "RSA", "PS": "RSA", "ES": "EC"}.get(alg[:2], "OKP"))
    token = jws.serialize_compact({"alg": alg}, b'{"sub":"x"}', mine, algorithms=[alg])
    assert verified(token, jwk_of(key, ""))


def _pem(key: SigningKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    found: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return found


def test_the_algorithm_is_one_that_is_offered_and_goes_with_the_key() -> None:
    assert algorithm(KEYS["RS256"]) == "RS256"
    assert algorithm(KEYS["RS256"], ["ES384", "RS384"]) == "RS384"
    assert algorithm(KEYS["ES384"], ["RS384", "none"]) == "ES384"
    assert set(SIGNS) <= {alg for key in KEYS.values() for alg in algorithms(key)}
    for other in (ec.generate_private_key(ec.SECP256K1()), "no key"):
        with pytest.raises(ValueError, match="a test key is"):
            algorithm(other)


def test_a_key_of_another_kind_is_of_no_use() -> None:
    token = signed({"alg": "ES256"}, {}, KEYS["ES256"])
    for jwk in (
        jwk_of(KEYS["EdDSA"], ""),
        {"kty": "OKP", "crv": "X25519", "x": "AA"},
        {"kty": "oct", "k": "AA"},
        {},
    ):
        with pytest.raises(ValueError, match=r"key|algorithm"):
            verified(token, jwk)
    assert public_key(jwk_of(KEYS["Ed448"], "")).public_bytes_raw()
