"""Defects of the API's token verification, and of what access tokens are like: the attacks of RFC 8725."""

import hmac
import json
from collections.abc import Iterator
from typing import Any

from joserfc import jws

from harness.demo.access import ClaimRule, Trust
from harness.demo.behaviour import Behaviour
from harness.demo.compact import KEY_HEADERS, Key, Token, algorithm, holds, public_jwk
from harness.demo.idp_keys import Keys
from harness.demo.people import Person
from harness.demo.switch import Change, Defect, listed, setting

_PLAIN_HEADER = frozenset({"alg", "kid", "typ"})


def any_signature(token: Token, keys: Keys) -> bool:
    """The right algorithm and key are named; nobody computes."""
    key = keys.find(token.header.get("kid"))
    return (
        key is not None and token.header.get("alg") == algorithm(key) and token.header.keys() <= _PLAIN_HEADER
    )


def no_signature(token: Token, keys: Keys) -> bool:
    """The header says that there is none."""
    return str(token.header.get("alg")).lower() == "none"


def public_key_as_secret(token: Token, keys: Keys) -> bool:
    """The algorithm is the token's choice, and the public key is whatever that algorithm needs."""
    secrets = (form for key in keys.all for form in _forms(key))
    return any(_macced(token, secret) for secret in secrets)


def _forms(key: Key) -> Iterator[bytes]:
    pem = key.as_pem(private=False)
    yield from (pem, pem.rstrip(b"\n"), key.as_der(private=False))
    yield json.dumps(key.as_dict(private=False), separators=(",", ":")).encode()


def key_in_header(token: Token, keys: Keys) -> bool:
    """The token brings the key that it is verified with."""
    return "jwk" in token.header and holds(token, public_jwk(token.header["jwk"]))


def key_from_file(token: Token, keys: Keys) -> bool:
    """The kid is a file name; a path that leads out of the folder finds an empty file."""
    return "/" in str(token.header.get("kid")) and _macced(token, b"")


def _macced(token: Token, secret: bytes) -> bool:
    good = hmac.digest(secret, token.signed, "sha256")
    return token.header.get("alg") == "HS256" and hmac.compare_digest(good, token.signature)


def whatever_is_critical(token: Token, keys: Keys) -> bool:
    """The signature is good; what the header says must be understood is not looked at."""
    key = keys.find(token.header.get("kid"))
    if key is None or token.header.get("alg") != algorithm(key):
        return False
    return bool(jws.JWSRegistry.algorithms[algorithm(key)].verify(token.signed, token.signature, key))


def about(person: Person) -> dict[str, str]:
    """What nobody needs to know who only carries the token."""
    return {"name": person.thai_name, "birthdate": "1980-01-01", "phone_number": "+66 80 000 0000"}


def _header_free(name: str, trust: Trust) -> Change:
    """Leave a rule about the header out, and believe what follows from that."""

    def change(behaviour: Behaviour) -> None:
        del behaviour.access.headers[name]
        behaviour.access.trusted.append(trust)

    return change


def _key_free(behaviour: Behaviour) -> None:
    behaviour.access.headers["keys"] = lambda header: not (KEY_HEADERS - {"jwk"}) & header.keys()
    behaviour.access.trusted.append(key_in_header)


def _claim_free(name: str) -> Change:
    def change(behaviour: Behaviour) -> None:
        del behaviour.access.kinds["at+jwt"][name]

    return change


def _id_tokens(behaviour: Behaviour) -> None:
    """An ID token is taken for what it says of the person."""
    rules: dict[str, ClaimRule] = dict(behaviour.access.kinds["at+jwt"])
    rules.pop("aud", None)
    behaviour.access.kinds["jwt"] = rules
    behaviour.access.unscoped.add("jwt")


def _trusting(trust: Trust) -> Change:
    return listed("access.trusted", trust)


def _defect(name: str, number: int, title: str, change: Any) -> Defect:
    return Defect(name, (f"JWT-{number:02}",), title, "identity", change)


DEFECTS: tuple[Defect, ...] = (
    _defect("jwt-unsigned-bit", 1, "Signatures of access tokens are not computed", _trusting(any_signature)),
    _defect("jwt-none", 2, "Access tokens without a signature are believed", _trusting(no_signature)),
    _defect(
        "jwt-hmac-public",
        3,
        "The public key is taken for the secret of an HMAC",
        _trusting(public_key_as_secret),
    ),
    _defect("jwt-jwk-header", 4, "Access tokens are verified with the key they bring", _key_free),
    _defect("jwt-kid-path", 5, "The kid of an access token is a path to a key", _trusting(key_from_file)),
    _defect("jwt-expired", 6, "Access tokens are taken after their time", _claim_free("exp")),
    _defect("jwt-audience", 7, "Access tokens for others are taken", _claim_free("aud")),
    _defect("jwt-issuer", 8, "Access tokens of any issuer are taken", _claim_free("iss")),
    _defect("jwt-id-token", 9, "ID tokens are taken for access tokens", _id_tokens),
    _defect(
        "jwt-crit",
        10,
        "Critical headers that nobody knows are passed over",
        _header_free("crit", whatever_is_critical),
    ),
    _defect("jwt-long", 11, "Access tokens live for a day", setting("idp.access_seconds", 86_400)),
    _defect("jwt-personal", 12, "Access tokens tell who the person is", setting("idp.personal", about)),
)
