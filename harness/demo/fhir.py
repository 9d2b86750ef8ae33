"""The platform's FHIR server (R4): capabilities, SMART configuration, read, search and batches of these."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from harness.demo.behaviour import Handler
from harness.demo.fhir_access import holder
from harness.demo.fhir_batch import answered, sent_bundle
from harness.demo.fhir_lookup import result, served
from harness.demo.fhir_published import capabilities, configuration
from harness.demo.messages import Request, Response
from harness.demo.replies import Problem, resource

if TYPE_CHECKING:
    from harness.demo.web import App

_FORM = "application/x-www-form-urlencoded"


def looked_up(request: Request, app: "App") -> Response:
    """A read or a search."""
    path = request.path.removeprefix("/fhir/")
    served(path)
    return resource(
        result(app, holder(request, app), path, parse_qsl(urlsplit("//x" + request.resource).query))
    )


def posted(request: Request, app: "App") -> Response:
    """A search whose parameters stand in the body, so that no log has them; or a batch."""
    path, kind = (
        request.path.removeprefix("/fhir").strip("/"),
        request.value("content-type").partition(";")[0],
    )
    if not path:
        return resource(answered(app, holder(request, app), sent_bundle(request, kind.strip().lower())))
    name, _, last = path.rpartition("/")
    if last != "_search" or not name:
        raise Problem(405 if served(path) else 404, (("Allow", "GET, HEAD, OPTIONS"),))
    pairs = parse_qsl(request.body.decode("utf-8", "replace")) if kind.strip().lower() == _FORM else []
    return resource(result(app, holder(request, app), name, pairs))


#: Paths of the FHIR base; `/fhir/*` is everything below it that has no path of its own here.
ROUTES: dict[str, dict[str, Handler]] = {
    "/fhir": {"POST": posted},
    "/fhir/": {"POST": posted},
    "/fhir/metadata": {"GET": capabilities},
    "/fhir/.well-known/smart-configuration": {"GET": configuration},
    "/fhir/*": {"GET": looked_up, "POST": posted},
}
