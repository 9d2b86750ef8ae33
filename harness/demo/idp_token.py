"""The token endpoint: a code, a refresh token or the client's own word for tokens (RFC 6749 §4.1.3, §6, §4.4)."""

import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harness.demo.hosts import API, AUDIENCES, FHIR
from harness.demo.idp_client_auth import authenticated
from harness.demo.idp_clients import Client
from harness.demo.idp_dpop import proven_key
from harness.demo.idp_messages import OAuthError, Params, endpoint, form, told
from harness.demo.idp_rules import REFRESH_SECONDS
from harness.demo.idp_store import Code, Grant
from harness.demo.idp_tokens import given, refresh_token
from harness.demo.messages import Request, Response

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1
_SPENT_SECONDS = 3600


@endpoint
def token(request: Request, app: "App") -> Response:
    """Know the client, then the key it proves to hold, then look at what it brings."""
    idp, params = app.idp, form(request)
    client = authenticated(idp, request, params)
    key = proven_key(idp, request)
    wanted = params.get("grant_type", "")
    if not wanted:
        raise OAuthError("invalid_request", "grant_type is required")
    if wanted not in _GRANTS:
        raise OAuthError("unsupported_grant_type")
    if wanted not in client.grants:
        raise OAuthError("unauthorized_client")
    return told(_GRANTS[wanted](idp, client, params, key))


def _redeemed(idp: "IdentityProvider", client: Client, params: Params, key: str) -> dict[str, Any]:
    """Tokens for a code. Its second use revokes what the first was given (RFC 6749 §4.1.2)."""
    secret = params.get("code", "")
    if (spent := idp.store.spent_codes.get(secret)) and idp.rules.code_once:
        spent.revoked = True
    code = idp.store.codes.get(secret)
    if code is None or not _belongs(idp, code, client, params):
        raise OAuthError("invalid_grant")
    if code.key and code.key != key:
        raise OAuthError("invalid_dpop_proof")
    if idp.rules.code_once and idp.store.codes.pop(secret) is None:
        raise OAuthError("invalid_grant")
    grant = code.grant
    grant.client_id, grant.key = client.id, key if client.public else ""
    idp.store.spent_codes.put(secret, grant, _SPENT_SECONDS)
    _aimed(grant, params)
    return given(idp, grant, grant.scope, key, code) | {"refresh_token": refresh_token(idp, grant)}


def _belongs(idp: "IdentityProvider", code: Code, client: Client, params: Params) -> bool:
    """Whether the code is brought by the client that asked for it, with its redirect URI and its PKCE verifier."""
    same = code.grant.client_id == client.id and code.redirect_uri == params.get("redirect_uri")
    verifier = params.get("code_verifier", "")
    if not _VERIFIER.fullmatch(verifier) or (idp.rules.code_bound and not same):
        return False
    return secrets.compare_digest(
        idp.rules.challenges[code.method](verifier).encode(),
        code.challenge.encode("utf-8", "surrogateescape"),
    )


def _refreshed(idp: "IdentityProvider", client: Client, params: Params, key: str) -> dict[str, Any]:
    """Tokens for a refresh token, which is replaced; an old one that comes back was stolen, so the grant ends."""
    secret = params.get("refresh_token", "")
    if (spent := idp.store.spent_refresh.get(secret)) and idp.rules.refresh_rotates:
        spent.revoked = True
    grant = idp.store.refresh.get(secret)
    if grant is None or grant.revoked or grant.client_id != client.id:
        raise OAuthError("invalid_grant")
    if grant.key and grant.key != key:
        raise OAuthError("invalid_dpop_proof")
    scope = tuple(params.get("scope", "").split()) or grant.scope
    narrows = idp.rules.smart_refresh_narrows if grant.audience == FHIR else idp.rules.refresh_narrows
    if narrows and set(scope) - set(grant.scope):
        raise OAuthError("invalid_scope")
    _aimed(grant, params)
    if idp.rules.refresh_rotates and idp.store.refresh.pop(secret) is None:
        raise OAuthError("invalid_grant")
    idp.store.spent_refresh.put(secret, grant, REFRESH_SECONDS)
    return given(idp, grant, scope, key) | {"refresh_token": refresh_token(idp, grant)}


def _own(idp: "IdentityProvider", client: Client, params: Params, key: str) -> dict[str, Any]:
    """A token for the client itself; it is nobody's, so no person's record opens to it."""
    scope = tuple(params.get("scope", "").split()) or client.scope
    if set(scope) - set(client.scope):
        raise OAuthError("invalid_scope")
    grant = Grant(client.id, None, scope, FHIR if client.service else API)
    _aimed(grant, params)
    return given(idp, grant, scope, key)


def _aimed(grant: Grant, params: Params) -> None:
    """The audience asked for (RFC 8707 §2.2), which is the one that the person was asked about."""
    wanted = params.get("resource", grant.audience)
    if (wanted not in AUDIENCES and wanted != grant.audience) or (
        grant.person is not None and wanted != grant.audience
    ):
        raise OAuthError("invalid_target")
    grant.audience = wanted


_GRANTS: dict[str, Callable[["IdentityProvider", Client, Params, str], dict[str, Any]]] = {
    "authorization_code": _redeemed,
    "refresh_token": _refreshed,
    "client_credentials": _own,
}
