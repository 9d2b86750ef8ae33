"""Defects that the target file denies: a FHIR server, a bulk export and an identity provider that nobody was told of."""

from typing import Any

from harness.demo.behaviour import HOSTS
from harness.demo.messages import Request, Response
from harness.demo.replies import data
from harness.demo.switch import Defect, both, route

_API = f"https://{HOSTS['api']}"
_JOB = "/fhir/jobs/1"


def capabilities(request: Request, app: Any) -> Response:
    """What a small FHIR server says of itself; it names no export."""
    rest = [{"mode": "server", "resource": [{"type": "Patient", "interaction": [{"code": "read"}]}]}]
    return data(
        {"resourceType": "CapabilityStatement", "status": "active", "fhirVersion": "4.0.1", "rest": rest}
    )


def kick_off(request: Request, app: Any) -> Response:
    """Take an export on and say where it can be followed."""
    return Response(kind="api", status=202, headers=(("Content-Location", _API + _JOB),))


def job(request: Request, app: Any) -> Response:
    """An export that is under way; DELETE gives it up."""
    return Response(kind="api", status=202, headers=(("X-Progress", "collecting"),))


def discovery(request: Request, app: Any) -> Response:
    """The discovery document of a provider on the API's own host."""
    return data(
        {
            "issuer": _API,
            "authorization_endpoint": f"{_API}/authorize",
            "token_endpoint": f"{_API}/token",
            "jwks_uri": f"{_API}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }
    )


DEFECTS: tuple[Defect, ...] = (
    Defect(
        "hidden-fhir",
        ("FACT-01",),
        "A FHIR server answers although the target says that there is none",
        "routes",
        route("api", "/fhir/metadata", "GET", capabilities),
    ),
    Defect(
        "hidden-bulk-export",
        ("FACT-02",),
        "A bulk export begins although the target says that there is none",
        "routes",
        both(
            route("api", "/fhir/$export", "GET", kick_off),
            route("api", _JOB, "GET", job),
            route("api", _JOB, "DELETE", job),
        ),
    ),
    Defect(
        "hidden-idp",
        ("FACT-03",),
        "An identity provider publishes itself although the target says that there is none",
        "routes",
        route("api", "/.well-known/openid-configuration", "GET", discovery),
    ),
)
