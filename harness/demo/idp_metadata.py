"""What the provider says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414 §2), and its public keys."""

import json
from typing import TYPE_CHECKING, Any

from harness.demo.hosts import ISSUER
from harness.demo.idp_clients import SCOPES, SMART_SCOPES, SYSTEM_SCOPES
from harness.demo.idp_dpop import ALGORITHMS
from harness.demo.messages import Request, Response
from harness.demo.replies import JSON, data, page, static

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider
    from harness.demo.web import App

_CONFIDENTIAL = ["client_secret_basic", "client_secret_post", "private_key_jwt"]


def metadata(request: Request, app: "App") -> Response:
    """The same document at both well-known places."""
    said = _document(app.idp) | app.idp.rules.metadata
    return data({name: value for name, value in said.items() if value is not None})


def _document(idp: "IdentityProvider") -> dict[str, Any]:
    signing = list(ALGORITHMS)
    return {
        "issuer": ISSUER,
        "authorization_endpoint": idp.at("authorize"),
        "token_endpoint": idp.at("token"),
        "userinfo_endpoint": idp.at("userinfo"),
        "jwks_uri": idp.at("jwks"),
        "registration_endpoint": idp.at("register"),
        "introspection_endpoint": idp.at("introspect"),
        "revocation_endpoint": idp.at("revoke"),
        "end_session_endpoint": idp.at("logout"),
        "pushed_authorization_request_endpoint": idp.at("par"),
        "scopes_supported": [*SCOPES, "statistics.read", *SMART_SCOPES, *SYSTEM_SCOPES],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": [*_CONFIDENTIAL, "none"],
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "introspection_endpoint_auth_methods_supported": _CONFIDENTIAL,
        "introspection_endpoint_auth_signing_alg_values_supported": signing,
        "revocation_endpoint_auth_methods_supported": [*_CONFIDENTIAL, "none"],
        "revocation_endpoint_auth_signing_alg_values_supported": signing,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": signing,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name"],
        "authorization_response_iss_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "ui_locales_supported": ["th"],
    }


def jwks(request: Request, app: "App") -> Response:
    """The public keys, the next one among them; relying parties may keep them for an hour."""
    keys = app.idp.keys.published()
    for change in app.idp.rules.jwks:
        change(app.idp.keys, keys)
    return static(json.dumps({"keys": keys}).encode(), JSON)


def home(request: Request, app: "App") -> Response:
    """A page for people who come here by themselves."""
    body = (
        "<h1>บริการยืนยันตัวตนของระบบสุขภาพตัวอย่าง</h1>\n<p>โปรดเข้าสู่ระบบจากแอปที่ท่านต้องการใช้งาน</p>\n"
        '<p lang="en">People sign in here when an app sends them. All data are invented.</p>'
    )
    head = '<link rel="stylesheet" href="/static/site.css">\n'
    return page("บริการยืนยันตัวตน · Identity provider", body, head=head)
