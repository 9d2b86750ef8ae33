"""Pushed authorization requests (RFC 9126): the client sends its request itself, the browser carries only a reference."""

from typing import TYPE_CHECKING

from harness.demo.idp_client_auth import authenticated
from harness.demo.idp_dpop import proven_key
from harness.demo.idp_messages import OAuthError, Params, endpoint, form, told
from harness.demo.idp_requests import addressed, examine
from harness.demo.idp_rules import PUSHED_SECONDS
from harness.demo.messages import Request, Response

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App

_PREFIX = "urn:ietf:params:oauth:request_uri:"
_PROOFS = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


@endpoint
def push(request: Request, app: "App") -> Response:
    """Keep a request for a minute, if it would be answered at the authorization endpoint."""
    idp, params = app.idp, form(request)
    client = authenticated(idp, request, params)
    if "request_uri" in params:
        raise OAuthError("invalid_request", "request_uri is not pushed")
    kept = {name: value for name, value in params.items() if name not in _PROOFS} | {"client_id": client.id}
    examine(idp, addressed(idp, kept))
    if key := proven_key(idp, request):
        kept["dpop_jkt"] = key  # RFC 9449 §10.1
    reference = idp.pushed.new(kept, PUSHED_SECONDS)
    return told({"request_uri": _PREFIX + reference, "expires_in": PUSHED_SECONDS}, status=201)


def taken(idp: "IdentityProvider", params: Params) -> Params:
    """The parameters of an authorization request: those given, or those pushed before by the same client, once."""
    place = params.get("request_uri")
    if place is None:
        return params
    reference = place.removeprefix(_PREFIX)
    pushed = idp.pushed.get(reference)
    if pushed is None or pushed["client_id"] != params.get("client_id"):
        raise OAuthError("invalid_request_uri")
    if idp.rules.pushed_once and idp.pushed.pop(reference) is None:
        raise OAuthError("invalid_request_uri")
    return pushed  # nothing beside the reference counts (RFC 9126 §4)
