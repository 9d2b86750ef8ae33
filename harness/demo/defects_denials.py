"""Defects that the target file denies: a FHIR server, a bulk export and an identity provider that nobody was told of."""

from typing import Any

from harness.demo.behaviour import HOSTS
from harness.demo.fhir_published import capabilities
from harness.demo.idp_metadata import metadata
from harness.demo.messages import Request, Response
from harness.demo.switch import Defect, both, route, setting

_API = f"https://{HOSTS['api']}"
_JOB = "/fhir/jobs/1"
_DISCOVERY = "/.well-known/openid-configuration"


def kick_off(request: Request, app: Any) -> Response:
    """Take an export on and say where it can be followed."""
    return Response(kind="api", status=202, headers=(("Content-Location", _API + _JOB),))


def job(request: Request, app: Any) -> Response:
    """An export that is under way; DELETE gives it up."""
    return Response(kind="api", status=202, headers=(("X-Progress", "collecting"),))


DEFECTS: tuple[Defect, ...] = (
    Defect(
        "hidden-fhir",
        ("FACT-01",),
        "A FHIR server answers on every host although the target says that there is none",
        "routes",
        both(
            setting("facts.fhir", "no"),
            *(route(host, "/fhir/metadata", "GET", capabilities) for host in ("portal", "id")),
        ),
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
        "An identity provider publishes itself on every host although the target says that there is none",
        "routes",
        both(
            setting("facts.own_idp", "no"),
            *(route(host, _DISCOVERY, "GET", metadata) for host in ("portal", "api")),
        ),
    ),
)
