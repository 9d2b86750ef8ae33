"""Looks at one id_token as a careful client would (OpenID Connect Core 1.0 §3.1.3.7); says what holds, keeps no value."""

import hashlib
import hmac
import time
from email.utils import parsedate_to_datetime

from cryptography.exceptions import UnsupportedAlgorithm

from harness.scope import WireError

from .authorization_evidence import IdToken
from .probe_flow import Flow, Tokens, read
from .probe_jose import Claims, b64u, parse, verified

#: Keys of a JWKS that are tried; a provider has a handful.
_MOST_KEYS = 20
_HMAC = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def looked_at(flow: Flow, tokens: Tokens) -> IdToken:
    """Everything that can be said of the id_token of these tokens."""
    text = tokens.data.get("id_token")
    here = tokens.page.exchange.id
    if not isinstance(text, str) or not text:
        return IdToken(present=False, exchange=here)
    parsed = parse(text)
    if parsed is None:
        return IdToken(present=True, exchange=here)
    header, claims = parsed
    signature, doubt = _signature(flow, text, header)
    now = _now(tokens)
    client = flow.client().client_id
    audience = claims.get("aud")
    meant = audience if isinstance(audience, list) else [audience]
    issuers = (flow.metadata.get("issuer"), flow.issuer.issuer)
    return IdToken(
        present=True,
        readable=True,
        alg=str(header.get("alg", ""))[:20],
        signature=signature,
        doubt=doubt,
        issuer=isinstance(claims.get("iss"), str) and claims["iss"] in issuers,
        audience=client in meant,
        audiences=len(meant),
        azp=claims["azp"] == client if "azp" in claims else None,
        subject=isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
        expires_in=_seconds(claims.get("exp"), now),
        issued_ago=_ago(claims.get("iat"), now),
        at_hash=_at_hash(header, claims, tokens.access),
        exchange=here,
    )


def _signature(flow: Flow, text: str, header: Claims) -> tuple[bool | None, str]:
    alg = str(header.get("alg", ""))
    if alg.lower() == "none" or not text.rpartition(".")[2]:
        return False, "it is not signed"
    if alg in _HMAC:
        return _macced(flow, text, alg)
    keys = _keys(flow, header)
    if keys is None:
        return None, "the JWKS cannot be read"
    if not keys:
        return False, "the JWKS holds no key of that kid"
    results = [_verifies(text, alg, key) for key in keys]
    if True in results:
        return True, ""
    return (
        (False, "no key of the JWKS verifies it")
        if False in results
        else (None, f"no key could be used with {alg[:20]}")
    )


def _macced(flow: Flow, text: str, alg: str) -> tuple[bool | None, str]:
    """An HMAC under the client's secret, which only a client that has one can ask for."""
    client = flow.client()
    if client.auth not in ("client_secret_basic", "client_secret_post"):
        return None, f"{alg} without a client secret"
    signed, _, mac = text.rpartition(".")
    secret = flow.wire.secret(flow.issuer.secret("main"))
    good = hmac.digest(secret.encode(), signed.encode(), _HMAC[alg])
    return hmac.compare_digest(b64u(good), mac), "the client secret does not verify it"


def _keys(flow: Flow, header: Claims) -> list[Claims] | None:
    """The keys of the JWKS that the token may mean: those it names, else all; None where there is no JWKS to read."""
    try:
        page = flow.agent.fetch("GET", flow.endpoint("jwks_uri"), label="JWKS")
    except WireError:
        return None
    found = read(page).get("keys")
    keys = [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []
    if page.status != 200 or not keys:
        return None
    kid = header.get("kid")
    return [key for key in keys if kid is None or key.get("kid") == kid][:_MOST_KEYS]


def _verifies(text: str, alg: str, key: Claims) -> bool | None:
    """Whether this key verifies the token; None where it cannot be used at all."""
    try:
        return verified(text, key)
    except (ValueError, TypeError, KeyError, OverflowError, UnsupportedAlgorithm):
        return None


def _at_hash(header: Claims, claims: Claims, access: str) -> bool | None:
    """Whether at_hash is the left half of the access token's hash; None where it is not there."""
    if "at_hash" not in claims:
        return None
    alg = str(header.get("alg", ""))
    name = {"384": "sha384", "512": "sha512"}.get(alg[-3:], "sha512" if alg.startswith("Ed") else "sha256")
    digest = hashlib.new(name, access.encode()).digest()
    return bool(claims["at_hash"] == b64u(digest[: len(digest) // 2]))


def _now(tokens: Tokens) -> float:
    """The platform's clock as its answer tells it, else ours: a clock of ours that is wrong must not fail a token."""
    said = tokens.page.exchange.value("date")
    try:
        return parsedate_to_datetime(said or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return time.time()


def _seconds(value: object, now: float) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
        return None
    return round(value - now)


def _ago(value: object, now: float) -> int | None:
    found = _seconds(value, now)
    return None if found is None else -found
