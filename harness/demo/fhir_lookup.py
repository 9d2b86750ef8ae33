"""Reads and searches of the FHIR server, each within what the holder of a token may see."""

import re
from typing import TYPE_CHECKING

from harness.demo.fhir_access import Holder
from harness.demo.fhir_records import Resource, resources
from harness.demo.fhir_rules import Pairs
from harness.demo.fhir_search import matches, searchset, understood
from harness.demo.replies import Problem

if TYPE_CHECKING:
    from harness.demo.web import App

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


def served(path: str) -> bool:
    """Raises Problem for what is no place of this server; an operation is none."""
    parts = path.split("/")
    if len(parts) > 3 or parts[0] not in ("Patient", "Observation") or not all(map(_ID.fullmatch, parts)):
        raise Problem(404)
    if len(parts) == 3 and (parts[0], parts[2]) != ("Patient", "Observation"):
        raise Problem(404)
    return True


def result(app: "App", who: Holder, path: str, pairs: Pairs) -> Resource:
    """What a request is answered with. Raises Problem."""
    served(path)
    kind, *rest = path.split("/")
    if len(rest) == 1:
        return _read_one(app, who, kind, rest[0])
    if rest:  # a search in the compartment of a patient
        kind, pairs = rest[1], [*pairs, ("patient", rest[0])]
    understood(kind, pairs)
    if not who.knows(kind, "s"):
        raise Problem(403)
    confined = app.behaviour.fhir.confined(name for name, _ in pairs)
    known = (one for one in resources(app.people) if one["resourceType"] == kind and matches(one, pairs))
    return searchset(one for one in known if who.sees(one, "s", confined=confined))


def _read_one(app: "App", who: Holder, kind: str, id: str) -> Resource:
    if not who.knows(kind, "r"):
        raise Problem(403)
    found = [one for one in resources(app.people) if (one["resourceType"], one["id"]) == (kind, id)]
    if not found or not who.sees(found[0], "r"):
        raise Problem(404)  # what may not be seen is not there: an id tells nothing
    return found[0]
