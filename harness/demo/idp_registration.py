"""Dynamic registration (RFC 7591), closed to whoever holds no initial access token, and its management (RFC 7592)."""

import json
import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from harness.demo.idp_clients import Client, Method
from harness.demo.idp_messages import OAuthError, challenge, credentials, endpoint, told
from harness.demo.messages import Request, Response

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App

_METHODS: dict[str, tuple[Method, ...]] = {
    "client_secret_basic": ("client_secret_basic",),
    "client_secret_post": ("client_secret_post",),
    "none": ("none",),
}


@endpoint
def register(request: Request, app: "App") -> Response:
    """Take a client on. It gets no more than the apps that were registered by hand."""
    idp = app.idp
    scheme, token = credentials(request)
    known = scheme == "bearer" and secrets.compare_digest(
        token.encode("utf-8", "replace"), idp.clients.initial_token.encode()
    )
    if not known and idp.rules.registration_guarded:
        raise _denied()
    client = _read(request)
    management = idp.clients.add(client)
    if management is None:
        raise OAuthError("temporarily_unavailable", status=503)
    said = _shown(idp, client) | {"registration_access_token": management}
    return told(
        said | ({} if client.public else {"client_secret": client.secret, "client_secret_expires_at": 0}),
        status=201,
    )


@endpoint
def look(request: Request, app: "App") -> Response:
    """What is registered, for whoever manages it."""
    return told(_shown(app.idp, _managed(request, app.idp)))


@endpoint
def remove(request: Request, app: "App") -> Response:
    """Take the client off again."""
    app.idp.clients.remove(_managed(request, app.idp).id)
    return Response(kind="tokens", status=204)


def _managed(request: Request, idp: "IdentityProvider") -> Client:
    scheme, token = credentials(request)
    client = idp.clients.managed(request.query.get("client_id", ""), token) if scheme == "bearer" else None
    if client is None:
        raise _denied()
    return client


def _denied() -> OAuthError:
    return OAuthError("invalid_token", status=401, headers=challenge("Bearer", "invalid_token"))


def _read(request: Request) -> Client:
    """The client that the request describes. Raises OAuthError (RFC 7591 §3.2.2)."""
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        raise OAuthError("invalid_client_metadata") from None
    uris = said.get("redirect_uris") if isinstance(said, dict) else None
    if not isinstance(uris, list) or not 0 < len(uris) <= 5 or not all(map(_usable, uris)):
        raise OAuthError("invalid_redirect_uri")
    method = said.get("token_endpoint_auth_method", "client_secret_basic")
    if not isinstance(method, str) or method not in _METHODS:
        raise OAuthError("invalid_client_metadata", "token_endpoint_auth_method")
    return Client(
        id=f"app-{secrets.token_hex(8)}",
        methods=_METHODS[method],
        redirect_uris=tuple(uris),
        scope=("openid",),
        secret="" if method == "none" else secrets.token_urlsafe(24),
    )


def _usable(uri: Any) -> bool:
    """Whether it is an https address without fragment or user (RFC 9700 §2.1)."""
    if not isinstance(uri, str) or len(uri) > 500 or not uri.isascii() or not uri.isprintable() or " " in uri:
        return False
    try:
        parts = urlsplit(uri)
        named = re.fullmatch(r"[a-z0-9.-]{1,253}", parts.hostname or "")  # no wildcard (RFC 9700 §4.1.3)
        return parts.scheme == "https" and bool(named) and "#" not in uri and not parts.username
    except ValueError:
        return False


def _shown(idp: "IdentityProvider", client: Client) -> dict[str, Any]:
    return {
        "client_id": client.id,
        "registration_client_uri": f"{idp.at('register')}?client_id={client.id}",
        "redirect_uris": list(client.redirect_uris),
        "token_endpoint_auth_method": client.methods[0],
        "grant_types": list(client.grants),
        "response_types": ["code"],
        "scope": " ".join(client.scope),
    }
