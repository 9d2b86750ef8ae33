"""Userinfo (OpenID Connect Core 1.0 §5.3), introspection (RFC 7662) and revocation (RFC 7009)."""

from typing import TYPE_CHECKING, Any

from harness.demo.hosts import ISSUER
from harness.demo.idp_client_auth import authenticated, confidential
from harness.demo.idp_clients import Client
from harness.demo.idp_dpop import bound
from harness.demo.idp_messages import OAuthError, challenge, credentials, endpoint, form, told
from harness.demo.idp_store import Access, Grant
from harness.demo.idp_tokens import own_access
from harness.demo.messages import Request, Response
from harness.demo.people import Person
from harness.demo.replies import data

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App


@endpoint
def userinfo(request: Request, app: "App") -> Response:
    """Who the token is about, and no more than its scopes allow."""
    idp = app.idp
    scheme, raw = credentials(request)
    if not raw:
        if not idp.rules.userinfo_guarded:
            return data(_about(idp, app.people.patients[0], ("openid", "profile")))
        raise OAuthError("invalid_request", status=401, headers=challenge("Bearer"))
    found = own_access(idp, raw)
    if found is None or not bound(idp, request, (scheme, raw), found[1], ISSUER):
        raise OAuthError("invalid_token", status=401, headers=challenge("Bearer", "invalid_token"))
    access = found[0]
    if access.grant.person is None or "openid" not in access.scope:
        raise OAuthError("insufficient_scope", status=403, headers=challenge("Bearer", "insufficient_scope"))
    return data(_about(idp, access.grant.person, access.scope))


def _about(idp: "IdentityProvider", person: Person, scope: tuple[str, ...]) -> dict[str, Any]:
    name = {"name": person.thai_name} if "profile" in scope else {}
    return {"sub": idp.subjects[person.name]} | name


@endpoint
def introspect(request: Request, app: "App") -> Response:
    """Whether a token is good, told to the client that has it and to nobody else (RFC 7662 §2.1, §4)."""
    idp, params = app.idp, form(request)
    client = None
    if idp.rules.introspection_guarded or request.values("authorization"):
        client = confidential(idp, request, params)
    raw = params.get("token", "")
    found = own_access(idp, raw)
    if found is not None and _may_know(client, found[0].grant):
        return told({"active": True, "token_type": "DPoP" if "cnf" in found[1] else "Bearer"} | found[1])
    grant = idp.store.refresh.get(raw)
    if grant is not None and not grant.revoked and _may_know(client, grant):
        return told({"active": True, "client_id": grant.client_id, "scope": " ".join(grant.scope)})
    return told({"active": False})


def _may_know(client: Client | None, grant: Grant) -> bool:
    """Its own tokens; every one where there is no client, which is a defect."""
    return client is None or grant.client_id == client.id


@endpoint
def revoke(request: Request, app: "App") -> Response:
    """Take a token back: a refresh token with all that came of it, an access token alone. Unknown ones are no error."""
    idp, params = app.idp, form(request)
    client = authenticated(idp, request, params)
    raw = params.get("token", "")
    found = own_access(idp, raw)
    known: Access | Grant | None = found[0] if found else idp.store.refresh.get(raw)
    if known is not None:
        owner = known.grant if isinstance(known, Access) else known
        if owner.client_id != client.id:
            raise OAuthError("unauthorized_client", "the token is not this client's")
        known.revoked = True
    return told({})
