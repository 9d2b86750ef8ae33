"""Authorization requests: only `code`, only with PKCE, only to an address that is registered."""

from typing import TYPE_CHECKING

from msgspec import Struct

from harness.demo.hosts import API, AUDIENCES, FHIR
from harness.demo.idp_clients import Client
from harness.demo.idp_messages import OAuthError, Params

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider

_PROMPTS = frozenset({"none", "login", "consent", "select_account"})


class Ask(Struct, frozen=True):
    """A request whose client and redirect URI are known to be right."""

    client: Client
    redirect_uri: str
    params: Params

    @property
    def prompts(self) -> set[str]:
        """What `prompt` asks for."""
        return set(self.params.get("prompt", "").split())

    @property
    def scope(self) -> tuple[str, ...]:
        """The scopes asked for, each once."""
        return tuple(dict.fromkeys(self.params.get("scope", "").split()))

    @property
    def smart(self) -> bool:
        """Whether it asks for access to the FHIR server."""
        return "aud" in self.params or any(one.startswith(("patient/", "launch")) for one in self.scope)

    @property
    def audience(self) -> str:
        """Who the tokens are for."""
        return FHIR if self.smart else self.params.get("resource", API)


def addressed(idp: "IdentityProvider", params: Params) -> Ask:
    """Know the client and compare the redirect URI, character by character (RFC 9700 §4.1.3). Raises OAuthError."""
    client = idp.clients.find(params.get("client_id", ""))
    if client is None or "authorization_code" not in client.grants:
        raise OAuthError("invalid_client", "the client is not known")
    given = params.get("redirect_uri", "")
    if not any(idp.rules.redirect_matches(registered, given) for registered in client.redirect_uris):
        raise OAuthError("invalid_redirect_uri", "the redirect URI is not registered")
    return Ask(client, given, params)


def examine(idp: "IdentityProvider", ask: Ask) -> None:
    """Everything else that a request must be. Raises OAuthError."""
    params = ask.params
    if "request" in params:
        raise OAuthError("request_not_supported")
    if "response_type" not in params:
        raise OAuthError("invalid_request", "response_type is required")
    if params["response_type"] not in ("code", *idp.rules.response_types):
        raise OAuthError("unsupported_response_type")
    if params["response_type"] == "code":
        _coded(idp, params)
    if not ask.scope or set(ask.scope) - set(ask.client.scope):
        raise OAuthError("invalid_scope")
    if params.get("resource", API) not in AUDIENCES:
        raise OAuthError("invalid_target")
    if ask.smart and idp.rules.aud_checked and params.get("aud") != FHIR:
        raise OAuthError("invalid_request", "aud is not the FHIR server")
    if ask.prompts - _PROMPTS or ("none" in ask.prompts and len(ask.prompts) > 1):
        raise OAuthError("invalid_request", "prompt")
    if not params.get("max_age", "0").isdecimal() or len(params.get("max_age", "")) > 9:
        raise OAuthError("invalid_request", "max_age")


def _coded(idp: "IdentityProvider", params: Params) -> None:
    """PKCE with S256, for every client (RFC 7636 §4.4.1, RFC 9700 §2.1.1); a missing method would mean `plain`."""
    if params.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "response_mode is query")
    if params.get("code_challenge_method", "plain") not in idp.rules.challenges:
        raise OAuthError("invalid_request", "PKCE with S256 is required")
    if not 43 <= len(params.get("code_challenge", "")) <= 128:
        raise OAuthError("invalid_request", "code_challenge is required")
