"""Proof of possession (RFC 9449): a token bound to a key is worth nothing to whoever only overheard it."""

import hashlib
import time
from typing import TYPE_CHECKING

from harness.demo.compact import b64u, holds, public_jwk, read
from harness.demo.hosts import ISSUER
from harness.demo.idp_messages import OAuthError
from harness.demo.idp_rules import PROOF_SECONDS, SKEW_SECONDS, Claims, Moment
from harness.demo.messages import Request

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider

ALGORITHMS = ("ES256", "RS256")
_KNOWN = frozenset({"typ", "alg", "jwk"})


def proven_key(idp: "IdentityProvider", request: Request, *, token: str = "", origin: str = ISSUER) -> str:
    """The thumbprint of the key that the request's proof is signed with, "" without a proof.

    `token` is the access token that goes with the proof. Raises OAuthError for a proof that does not hold.
    """
    proofs = request.values("dpop")
    if not proofs:
        return ""
    expected = {"htm": request.method, "htu": origin + request.path}
    if token:
        expected["ath"] = b64u(hashlib.sha256(token.encode()).digest())
    try:
        if len(proofs) > 1:
            raise ValueError("one proof, not several")  # noqa: TRY301 — answered like every other fault of a proof
        return _checked(idp, proofs[0], expected)
    except ValueError:
        raise OAuthError("invalid_dpop_proof") from None


def _checked(idp: "IdentityProvider", raw: str, expected: dict[str, str]) -> str:
    """The thumbprint of a proof's key. Raises ValueError (RFC 9449 §4.3)."""
    proof = read(raw)
    if proof.header.get("typ") != "dpop+jwt" or proof.header.keys() - _KNOWN:
        raise ValueError("not a proof")
    key = public_jwk(proof.header.get("jwk"))
    thumbprint = key.thumbprint()
    keep = PROOF_SECONDS + 2 * SKEW_SECONDS
    moment = Moment(time.time(), expected, lambda jti: idp.store.once(f"{thumbprint} {jti}", keep))
    if not holds(proof, key):
        raise ValueError("signature")
    for name, rule in idp.rules.proofs.items():
        if not rule(proof.claims, moment):
            raise ValueError(name)
    return thumbprint


def bound(
    idp: "IdentityProvider", request: Request, sent: tuple[str, str], claims: Claims, origin: str
) -> bool:
    """Whether the request uses a token as it may be used: bound ones with their key's proof, others as bearer."""
    binding = claims.get("cnf")
    key = binding.get("jkt") if isinstance(binding, dict) else None
    scheme, token = sent
    if scheme == "bearer":
        return key is None or not idp.rules.binding_kept
    if scheme != "dpop" or not key:
        return False
    try:
        return bool(proven_key(idp, request, token=token, origin=origin) == key)
    except OAuthError:
        return False
