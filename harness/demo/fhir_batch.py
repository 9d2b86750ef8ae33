"""Batches and transactions of reads and searches (HL7 FHIR R4 §3.1.0.11)."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from harness.demo.fhir_access import Holder, Scope
from harness.demo.fhir_lookup import result
from harness.demo.fhir_records import Resource
from harness.demo.hosts import FHIR
from harness.demo.messages import Request
from harness.demo.replies import Problem, told

if TYPE_CHECKING:
    from harness.demo.web import App

_TYPES = ("application/fhir+json", "application/json")
#: Entries of one batch.
_MOST = 20
#: Who sees everything; for the defect that takes the entries of a batch for the server's own requests.
_ANYBODY = Holder(tuple(Scope("system", kind, "rs", []) for kind in ("Patient", "Observation")), "")


def sent_bundle(request: Request, kind: str) -> Resource:
    """The Bundle in the body. Raises Problem."""
    try:
        sent = json.loads(request.body) if kind in _TYPES else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or sent.get("type") not in ("batch", "transaction"):
        raise Problem(400)
    return sent


def answered(app: "App", who: Holder, sent: Resource) -> Resource:
    """Answer the entries one by one; a transaction that cannot do all of them does none (HL7 FHIR R4 §3.1.0.11)."""
    entries = sent.get("entry")
    if not isinstance(entries, list) or len(entries) > _MOST:
        raise Problem(400)
    answers = [_entry(app, who, one) for one in entries]
    refused = [status for status, _ in answers if status != 200]
    if sent["type"] == "transaction" and refused:
        raise Problem(refused[0])
    said = [{"resource": one, "response": {"status": str(status)}} for status, one in answers]
    return {"resourceType": "Bundle", "type": f"{sent['type']}-response", "entry": said}


def _entry(app: "App", who: Holder, entry: Any) -> tuple[int, Resource]:
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict) or asked.get("method") != "GET":
        return 405, told(405)
    path, _, query = str(asked.get("url", "")).removeprefix(f"{FHIR}/").partition("?")
    try:
        if app.behaviour.fhir.entries_authorised:
            return 200, result(app, who, path, parse_qsl(query))
        return 200, result(app, _ANYBODY, path, parse_qsl(query))
    except Problem as problem:
        return problem.status, told(problem.status)
