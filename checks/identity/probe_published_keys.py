"""Measures the keys of a JSON Web Key Set. Secret members are named, never kept."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.agent import Agent

from .probe_flow import read
from .probe_jose import public_key, unb64u
from .published_evidence import Key, KeySet

#: Keys that are read; a set that holds more is counted.
_MOST = 100
#: Characters of a member beyond which it is nobody's key (RSA of 16384 bits has 2731).
_LONGEST = 20_000
#: Members that make a key private or symmetric (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
#: Curves by their size in bits (RFC 7518 §6.2.1.1, RFC 8812 §3.1, RFC 8037 §2).
CURVES = {
    "P-256": 256, "P-384": 384, "P-521": 521, "secp256k1": 256,
    "Ed25519": 256, "Ed448": 456, "X25519": 256, "X448": 448,
}  # fmt: skip
_OCTETS = {"Ed25519": 32, "Ed448": 57, "X25519": 32, "X448": 56}


def key_set(agent: Agent, url: str) -> KeySet:
    """Fetch a key set and measure its keys."""
    page = agent.fetch("GET", url, label="key set")
    found = read(page).get("keys")
    if page.status != 200 or not page.exchange.complete or not isinstance(found, list):
        return KeySet(url=url, exchange=replace(page.exchange, body=page.exchange.body[:300]))
    return KeySet(
        url=url,
        exchange=replace(page.exchange, body=""),
        parsed=True,
        count=len(found),
        keys=tuple(measure(one, agent.wire.redacted) for one in found[:_MOST]),
    )


def measure(jwk: Any, clean: Callable[[str], str]) -> Key:
    """What there is to know of one key without keeping it."""
    if not isinstance(jwk, dict):
        return Key(fault="not an object")

    def text(name: str) -> str:
        return clean(str(jwk[name])[:100]) if name in jwk else ""

    operations = jwk.get("key_ops")
    bits, exponent, fault = _measured(jwk)
    return Key(
        kty=text("kty"),
        kid=text("kid"),
        crv=text("crv"),
        use=text("use"),
        alg=text("alg"),
        operations=tuple(str(o)[:40] for o in operations[:10]) if isinstance(operations, list) else (),
        bits=bits,
        exponent=exponent,
        private=tuple(name for name in _PRIVATE if name in jwk),
        fault=fault,
    )


def _measured(jwk: dict[str, Any]) -> tuple[int, int, str]:
    """(bits, public exponent, what makes the key unusable)."""
    kind = jwk.get("kty")
    if any(len(str(jwk.get(name, ""))) > _LONGEST for name in ("n", "e", "x", "y")):
        return 0, 0, "a member is far too long"
    try:
        if kind == "RSA":
            return _rsa(jwk)
        if kind == "EC" and jwk.get("crv") in CURVES:
            if jwk["crv"] != "secp256k1":
                public_key(jwk)  # raises where the point is not on the curve
            return CURVES[jwk["crv"]], 0, ""
        if kind == "OKP" and jwk.get("crv") in _OCTETS:
            right = len(unb64u(jwk["x"])) == _OCTETS[jwk["crv"]]
            return CURVES[jwk["crv"]], 0, "" if right else "x has the wrong length"
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        missing = isinstance(wrong, KeyError)
        return 0, 0, f"member {wrong.args[0]} is missing" if missing else "its members do not make a key"
    return 0, 0, ""


def _rsa(jwk: dict[str, Any]) -> tuple[int, int, str]:
    n, e = (int.from_bytes(unb64u(jwk[name]), "big") for name in ("n", "e"))
    fault = "" if n % 2 and n > 1 else "its modulus is even or one"
    if e < 3 or not e % 2:
        fault = fault or "its exponent is even or below 3"
    return n.bit_length(), min(e, 2**53), fault
