"""What the provider gives out: access tokens (RFC 9068), ID tokens (OpenID Connect Core 1.0 §2), refresh tokens."""

import secrets
import time
from typing import TYPE_CHECKING, Any

from harness.demo.compact import holds, read
from harness.demo.hosts import FHIR, ISSUER
from harness.demo.idp_rules import ID_SECONDS, REFRESH_SECONDS, Claims
from harness.demo.idp_store import Access, Code, Grant

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider

ACCESS_TYPE = "at+jwt"


def given(
    idp: "IdentityProvider", grant: Grant, scope: tuple[str, ...], key: str, code: Code | None = None
) -> dict[str, Any]:
    """The answer of the token endpoint; `key` is the thumbprint of the proof's key, `code` what it is given for."""
    access = access_token(idp, grant, scope, key)
    answer = {
        "access_token": access,
        "token_type": "DPoP" if key else "Bearer",
        "expires_in": idp.rules.access_seconds,
        "scope": " ".join(scope),
    }
    answer |= launched(grant)
    if code is not None and "openid" in scope:
        answer["id_token"] = id_token(idp, grant, access, code.nonce)
    return answer


def launched(grant: Grant) -> Claims:
    """The patient in context, for the app and for the FHIR server (SMART App Launch 2.2, launch context)."""
    return {"patient": grant.person.fhir_id} if grant.person and grant.audience == FHIR else {}


def access_token(idp: "IdentityProvider", grant: Grant, scope: tuple[str, ...], key: str = "") -> str:
    """A signed access token for one audience; whom it is about it says by an id that means nothing elsewhere."""
    now, jti = int(time.time()), secrets.token_urlsafe(16)
    expires = now + idp.rules.access_seconds
    claims: Claims = {
        "iss": ISSUER,
        "aud": grant.audience,
        "sub": idp.subject(grant),
        "client_id": grant.client_id,
        "iat": now,
        "exp": expires,
        "jti": jti,
        "scope": " ".join(scope),
    }
    if key:
        claims["cnf"] = {"jkt": key}
    claims |= launched(grant)
    if grant.person is not None:
        claims |= idp.rules.personal(grant.person)
    idp.store.access.put(jti, Access(grant, scope, expires), idp.rules.access_seconds + 60)
    return idp.keys.sign(ACCESS_TYPE, claims)


def id_token(idp: "IdentityProvider", grant: Grant, access: str, nonce: str) -> str:
    """Who signed in, when, and for which request of which client."""
    now = int(time.time())
    claims: Claims = {
        "iss": ISSUER,
        "aud": grant.client_id,
        "sub": idp.subject(grant),
        "iat": now,
        "exp": now + ID_SECONDS,
        "auth_time": grant.auth_time,
        "at_hash": idp.rules.at_hash(access),
    }
    if nonce and idp.rules.nonce_kept:
        claims["nonce"] = nonce
    return idp.keys.sign("JWT", claims)


def refresh_token(idp: "IdentityProvider", grant: Grant) -> str:
    """A fresh refresh token; only its digest stays here."""
    return idp.store.refresh.new(grant, REFRESH_SECONDS)


def own_access(idp: "IdentityProvider", raw: str) -> tuple[Access, Claims] | None:
    """The access token that we gave out in these very bytes and that is still good, with its claims."""
    try:
        token = read(raw)
    except ValueError:
        return None
    key = idp.keys.find(token.header.get("kid"))
    if key is None or token.header.get("typ") != ACCESS_TYPE or not holds(token, key):
        return None
    access = idp.store.access.get(str(token.claims.get("jti")))
    if access is None or not access.alive or access.expires <= time.time():
        return None
    return access, token.claims
