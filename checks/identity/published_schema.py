"""The members of metadata documents and what each must be: OpenID Connect Discovery 1.0 §3, RFC 8414 §2 and their registry; SMART App Launch 2.2."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from harness.model import Text

ENDPOINTS = (
    "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "registration_endpoint",
    "revocation_endpoint", "introspection_endpoint", "pushed_authorization_request_endpoint",
    "device_authorization_endpoint", "backchannel_authentication_endpoint", "end_session_endpoint",
    "check_session_iframe",
)  # fmt: skip
_ADDRESSES = ("jwks_uri", "service_documentation", "op_policy_uri", "op_tos_uri")
_LISTS = (
    "scopes_supported", "response_types_supported", "response_modes_supported", "grant_types_supported",
    "acr_values_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
    "id_token_encryption_alg_values_supported", "id_token_encryption_enc_values_supported",
    "userinfo_signing_alg_values_supported", "userinfo_encryption_alg_values_supported",
    "userinfo_encryption_enc_values_supported", "request_object_signing_alg_values_supported",
    "request_object_encryption_alg_values_supported", "request_object_encryption_enc_values_supported",
    "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_methods_supported", "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported", "display_values_supported",
    "claim_types_supported", "claims_supported", "claims_locales_supported", "ui_locales_supported",
    "code_challenge_methods_supported", "dpop_signing_alg_values_supported",
)  # fmt: skip
_FLAGS = (
    "claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported",
    "require_request_uri_registration", "require_pushed_authorization_requests",
    "authorization_response_iss_parameter_supported", "tls_client_certificate_bound_access_tokens",
    "require_signed_request_object", "frontchannel_logout_supported", "frontchannel_logout_session_supported",
    "backchannel_logout_supported", "backchannel_logout_session_supported",
)  # fmt: skip
MEMBERS = frozenset({"issuer", *ENDPOINTS, *_ADDRESSES, *_LISTS, *_FLAGS})
_SMART_ADDRESSES = (
    "issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "registration_endpoint",
    "management_endpoint", "introspection_endpoint", "revocation_endpoint", "user_access_brand_bundle",
    "smart_app_state_endpoint",
)  # fmt: skip
_SMART_LISTS = (
    "grant_types_supported", "token_endpoint_auth_methods_supported", "scopes_supported",
    "response_types_supported", "code_challenge_methods_supported", "capabilities",
)  # fmt: skip
SMART_MEMBERS = frozenset({*_SMART_ADDRESSES, *_SMART_LISTS})
#: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2; the token endpoint is required but for implicit alone.
_REQUIRED = {
    "openid-configuration": (
        "issuer", "authorization_endpoint", "jwks_uri", "response_types_supported", "subject_types_supported",
        "id_token_signing_alg_values_supported",
    ),
    "oauth-authorization-server": ("issuer", "response_types_supported"),
}  # fmt: skip


def absolute(value: object) -> bool:
    """Whether a value is an absolute http(s) address without a fragment."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment
    except ValueError:
        return False


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own, by number."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host.startswith("127.") or host in ("::1", "localhost")


def wrong_members(place: str, members: dict[str, Any]) -> Iterator[Text]:
    """Everything in which a metadata document departs from its schema, plain http not counted."""
    for name in _REQUIRED[place]:
        if members.get(name) in (None, "", []):
            yield Text(f"{name} is missing", f"ไม่มี {name}")
    yield from _conditional(place, members)
    yield from _wrong_types(members)


def _conditional(place: str, members: dict[str, Any]) -> Iterator[Text]:
    grants = members.get("grant_types_supported", ["authorization_code", "implicit"])
    if not members.get("token_endpoint") and grants != ["implicit"]:
        yield Text("token_endpoint is missing", "ไม่มี token_endpoint")
    in_front = isinstance(grants, list) and bool({"authorization_code", "implicit"} & set(map(str, grants)))
    if place != "openid-configuration" and in_front and not members.get("authorization_endpoint"):
        yield Text("authorization_endpoint is missing", "ไม่มี authorization_endpoint")
    issuer = str(members.get("issuer") or "")
    if "?" in issuer or "#" in issuer:
        yield Text("issuer has a query or a fragment", "issuer มีส่วน query หรือ fragment")


def _wrong_types(members: dict[str, Any]) -> Iterator[Text]:
    for name, value in members.items():
        if name in (*ENDPOINTS, *_ADDRESSES) and value and not absolute(value):
            yield Text(f"{name} is no absolute address", f"{name} ไม่ใช่ที่อยู่เต็ม")
        elif name in _LISTS and not _words(value):
            yield Text(f"{name} is no list of strings", f"{name} ไม่ใช่รายการของข้อความ")
        elif name in _FLAGS and not isinstance(value, bool):
            yield Text(f"{name} is neither true nor false", f"{name} ไม่ใช่ค่าจริงหรือเท็จ")


def _words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def words(members: dict[str, Any], name: str) -> tuple[str, ...]:
    """The strings of a list member, none where it is not one."""
    value = members.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def smart_faults(members: dict[str, Any]) -> Iterator[Text]:
    """What a SMART configuration lacks or has wrong; PKCE is another check's."""
    capabilities = words(members, "capabilities")
    needed = ["token_endpoint", "grant_types_supported", "capabilities"]
    if {"launch-ehr", "launch-standalone"} & set(capabilities):
        needed.append("authorization_endpoint")
    if "sso-openid-connect" in capabilities:
        needed += ["issuer", "jwks_uri"]
    for name in needed:
        if not members.get(name):
            yield Text(f"{name} is missing", f"ไม่มี {name}")
    for name, value in members.items():
        if name in _SMART_ADDRESSES and value and not absolute(value):
            yield Text(f"{name} is no absolute address", f"{name} ไม่ใช่ที่อยู่เต็ม")
        elif name in _SMART_LISTS and name != "code_challenge_methods_supported" and not _words(value):
            yield Text(f"{name} is no list of strings", f"{name} ไม่ใช่รายการของข้อความ")
