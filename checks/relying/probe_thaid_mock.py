"""ThaID as its document of 25 September B.E. 2566 describes it: paths, Basic, `expire_in`, values by scope."""

import secrets
from typing import Any

from .probe_national import Grant, National, expired, live
from .probe_scene import THAID_SECONDS
from .probe_server import Call, Reply, later
from .probe_tokens import half_hash

BASE = "/api/v2/oauth2"
AUTHORIZE = f"{BASE}/auth/"


class Thaid(National):
    """ThaID, played at `base` (scheme and host); below it the paths of the document, discovery at the root."""

    def __init__(self, base: str, client_id: str, secret: str) -> None:
        super().__init__(base, client_id, secret)
        self.routes = {
            ("GET", "/.well-known/openid-configuration"): self._discovery,
            ("GET", "/jwks"): lambda call: self.noted(call, "keys", Reply(200, self.signer.jwks)),
            ("POST", f"{BASE}/token"): self.redeem,
            ("POST", f"{BASE}/introspect"): self._introspect,
            ("POST", f"{BASE}/revoke"): self._revoke,
        }

    def _discovery(self, call: Call) -> Reply:
        found = {
            "issuer": self.base,
            "authorization_endpoint": self.base + AUTHORIZE,
            "token_endpoint": f"{self.base}{BASE}/token/",
            "introspection_endpoint": f"{self.base}{BASE}/introspect/",
            "revocation_endpoint": f"{self.base}{BASE}/revoke/",
            "jwks_uri": f"{self.base}/jwks/",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        return self.noted(call, "discovery", Reply(200, found))

    def exchanged(self, call: Call, grant: Grant | None, good: bool) -> Reply:
        """Tokens as the document has them, or an OAuth error."""
        if not self.authenticated(call):
            return _refusal(401, "invalid_client", "Client id not found")
        if call.sent.get("grant_type") != "authorization_code":
            return _refusal(400, "unsupported_grant_type", "Unsupported grant type")
        if grant is None or not good:
            return _refusal(400, "invalid_request", "Invalid Authorization Code")
        if grant.scene.status != 200:
            error = "access_denied" if grant.scene.status == 401 else "server_error"
            return _refusal(grant.scene.status, error, f"{grant.scene.mark} {call.sent.get('code', '')}")
        return Reply(200, self._tokens_of(grant))

    def _tokens_of(self, grant: Grant) -> dict[str, Any]:
        scene = grant.scene
        lifetime = THAID_SECONDS if scene.seconds is None else scene.seconds
        access = self.hand_out(secrets.token_urlsafe(32), grant, lifetime)
        said: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expire_in": later(lifetime) if scene.expire_in is None else scene.expire_in,
            "scope": " ".join(grant.scope),
        }
        if "openid" in grant.scope:
            return said | {"id_token": self.signer.token(self._claims(grant, access), scene.fault)}
        return said | values(grant)  # the document: without openid the values stand beside the token

    def _claims(self, grant: Grant, access: str) -> dict[str, Any]:
        fault, now = grant.scene.fault, later(0)
        claims: dict[str, Any] = {
            "iss": "https://provider.invalid" if fault == "iss" else self.base,
            "sub": grant.scene.person.pid,
            "aud": "another-client" if fault == "aud" else self.client_id,
            "iat": now - 7200 if fault == "exp" else now,
            "exp": now - 3600 if fault == "exp" else now + THAID_SECONDS,
            "at_hash": half_hash(secrets.token_urlsafe(32) if fault == "at_hash" else access),
        }
        if grant.nonce:
            claims["nonce"] = secrets.token_urlsafe(16) if fault == "nonce" else grant.nonce
        return claims | values(grant)

    def _introspect(self, call: Call) -> Reply:
        token = self.token(_bare(call))
        if not self.authenticated(call):
            return self.noted(call, "introspect", _refusal(401, "invalid_client", "Client id not found"))
        said: dict[str, Any] = {"active": live(token)}
        if live(token) and token is not None:
            said |= {"sub": token.grant.scene.person.pid, "scope": " ".join(token.grant.scope)}
        name = token.grant.scene.name if token else ""
        return self.noted(
            call, "introspect", Reply(200, said), name, known=live(token), expired=expired(token)
        )

    def _revoke(self, call: Call) -> Reply:
        token = self.token(_bare(call))
        if not self.authenticated(call):
            return self.noted(call, "revoke", _refusal(401, "invalid_client", "Client id not found"))
        if token is not None:
            token.revoked = True
        name = token.grant.scene.name if token else ""
        return self.noted(
            call, "revoke", Reply(200, {"status": "OK", "message": "revoked"}), name, known=bool(token)
        )


def values(grant: Grant) -> dict[str, Any]:
    """What ThaID says of the person, by the scopes asked."""
    person, scene = grant.scene.person, grant.scene
    known = {
        "pid": person.pid,
        "name": person.name,
        "given_name": person.given,
        "family_name": person.family,
        "birthdate": "1990-01-01",
        "gender": "female",
    }
    found: dict[str, Any] = {name: value for name, value in known.items() if name in grant.scope}
    return found | ({"ial": scene.ial} if "ial" in grant.scope and scene.ial is not None else {})


def _bare(call: Call) -> str:
    """The document has the token sent as `Bearer TOKEN`; it is taken without the word as well."""
    return call.sent.get("token", "").removeprefix("Bearer ")


def _refusal(status: int, error: str, words: str) -> Reply:
    return Reply(status, {"error": error, "error_description": words})
