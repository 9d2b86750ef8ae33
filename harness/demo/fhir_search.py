"""Searches as far as this server knows them: by id, patient and category (HL7 FHIR R4 §3.1.1)."""

from collections.abc import Callable, Iterable

from harness.demo.fhir_records import Resource, patient_of
from harness.demo.fhir_rules import Pairs
from harness.demo.hosts import FHIR
from harness.demo.replies import Problem


def _category(resource: Resource, value: str) -> bool:
    coding = resource["category"][0]["coding"][0]
    return value in (coding["code"], f"{coding['system']}|{coding['code']}")


def _reference(resource: Resource, value: str) -> bool:
    return patient_of(resource) == value.removeprefix(f"{FHIR}/").removeprefix("Patient/")


def _id(resource: Resource, value: str) -> bool:
    return bool(resource["id"] == value)


_KNOWN: dict[str, dict[str, Callable[[Resource, str], bool]]] = {
    "Patient": {"_id": _id},
    "Observation": {
        "_id": _id,
        "patient": _reference,
        "patient:Patient": _reference,
        "subject": _reference,
        "subject:Patient": _reference,
        "category": _category,
    },
}


def matches(resource: Resource, pairs: Pairs) -> bool:
    """Whether a resource answers every parameter; values after commas are alternatives."""
    known = _KNOWN[resource["resourceType"]]
    return all(
        name in known and any(known[name](resource, one) for one in value.split(",")) for name, value in pairs
    )


def understood(kind: str, pairs: Pairs) -> None:
    """Raises Problem for parameters that this server does not know: to ignore one would widen the search."""
    if kind not in _KNOWN:
        raise Problem(404)
    if len(pairs) > 20 or any(name not in _KNOWN[kind] for name, _ in pairs):
        raise Problem(400)


def searchset(found: Iterable[Resource]) -> Resource:
    """The Bundle that answers a search."""
    entries = [
        {"fullUrl": f"{FHIR}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return bundle | ({"entry": entries} if entries else {})
