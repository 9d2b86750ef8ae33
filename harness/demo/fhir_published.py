"""What the FHIR server says of itself: its capabilities, and the SMART configuration."""

from typing import TYPE_CHECKING

from harness.demo.hosts import ISSUER
from harness.demo.idp_clients import SMART_SCOPES, SYSTEM_SCOPES
from harness.demo.messages import Request, Response
from harness.demo.replies import data, resource

if TYPE_CHECKING:
    from harness.demo.web import App


def capabilities(request: Request, app: "App") -> Response:
    """What the server does (HL7 FHIR R4 §3.1.0); public, as apps read it first."""
    interactions = [{"code": "read"}, {"code": "search-type"}]
    return resource(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-01-01",
            "kind": "instance",
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json"],
            "rest": [
                {
                    "mode": "server",
                    "resource": [
                        {"type": t, "interaction": interactions} for t in ("Patient", "Observation")
                    ],
                    "interaction": [{"code": "batch"}, {"code": "transaction"}],
                }
            ],
        }
    )


def configuration(request: Request, app: "App") -> Response:
    """Where apps ask for access and what they may ask for (SMART App Launch 2.2, conformance)."""
    said = {
        "issuer": ISSUER,
        "jwks_uri": app.idp.at("jwks"),
        "authorization_endpoint": app.idp.at("authorize"),
        "token_endpoint": app.idp.at("token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "scopes_supported": ["openid", *SMART_SCOPES, *SYSTEM_SCOPES],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": [
            "launch-standalone", "client-public", "client-confidential-symmetric", "client-confidential-asymmetric",
            "sso-openid-connect", "context-standalone-patient", "permission-patient", "permission-v2",
        ],
    }  # fmt: skip
    said |= app.behaviour.fhir.configuration
    return data({name: value for name, value in said.items() if value is not None})
