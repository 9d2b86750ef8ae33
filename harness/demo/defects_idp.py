"""Defects of the identity provider's OpenID Connect side: metadata, keys, ID tokens, sessions."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from harness.demo.behaviour import Behaviour
from harness.demo.compact import b64u
from harness.demo.hosts import HOSTS
from harness.demo.idp_keys import Keys
from harness.demo.idp_rules import left_half
from harness.demo.switch import Change, Defect, listed, setting

Jwks = list[dict[str, Any]]


def published(name: str, value: Any) -> Change:
    """Say something else in the metadata."""

    def change(behaviour: Behaviour) -> None:
        behaviour.idp.metadata[name] = value

    return change


def private_half(keys: Keys, shown: Jwks) -> None:
    """Publish the next key whole."""
    shown[-1] = dict(keys.all[-1].as_dict(private=True))


def weak_key(keys: Keys, shown: Jwks) -> None:
    """Publish a key of an earlier decade beside the good ones."""
    numbers = rsa.generate_private_key(65537, 1024).public_key().public_numbers()  # noqa: S505
    named = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "from-2009"}
    shown.append(named | {"n": b64u(numbers.n.to_bytes(128, "big")), "e": "AQAB"})


def _defect(name: str, check: str, title: str, change: Change) -> Defect:
    return Defect(name, (check,), title, "identity", change)


DEFECTS: tuple[Defect, ...] = (
    _defect(
        "oid-issuer-wrong",
        "OID-01",
        "The metadata name another issuer than the one they were found under",
        published("issuer", f"https://{HOSTS['portal']}"),
    ),
    _defect(
        "oid-endpoint-http",
        "OID-02",
        "The metadata name an endpoint over plain HTTP",
        published("device_authorization_endpoint", f"http://{HOSTS['id']}/device"),
    ),
    _defect(
        "oid-alg-none",
        "OID-03",
        "The metadata offer unsigned ID tokens",
        published("id_token_signing_alg_values_supported", ["RS256", "ES256", "none"]),
    ),
    _defect(
        "oid-at-hash-wrong",
        "OID-04",
        "at_hash in the ID token is not that of the access token",
        setting("idp.at_hash", lambda token: left_half(token[:-1])),
    ),
    _defect(
        "oid-nonce-missing",
        "OID-05",
        "The ID token does not repeat the nonce",
        setting("idp.nonce_kept", False),
    ),
    _defect(
        "oid-prompt-ignored",
        "OID-06",
        "prompt=none shows the sign-in page in a browser that was never here",
        setting("idp.silent", lambda request: bool(request.cookies)),
    ),
    _defect(
        "oid-max-age-ignored",
        "OID-07",
        "max_age does not make anybody sign in again",
        setting("idp.max_age", False),
    ),
    _defect(
        "oid-userinfo-open",
        "OID-08",
        "Userinfo tells about a person without a token",
        setting("idp.userinfo_guarded", False),
    ),
    _defect(
        "oid-logout-open",
        "OID-09",
        "Signing out asks for no hint and leads wherever the request says",
        setting("idp.logout_guarded", False),
    ),
    _defect(
        "jwk-private",
        "JWK-01",
        "The key set holds a private key",
        listed("idp.jwks", private_half),
    ),
    _defect("jwk-weak", "JWK-02", "The key set holds an RSA key of 1024 bits", listed("idp.jwks", weak_key)),
)
