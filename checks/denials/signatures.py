"""What a body is, by its content: FHIR resources, SMART settings, export manifests, discovery documents.

A status proves nothing, for many sites answer 200 to everything. Bodies are hostile: they are parsed by the
standard library's JSON reader, XML only by the name of its root, and every pattern is bounded.
"""

import json
import re
from typing import Any

from harness.evidence import Exchange

#: A resource type that FHIR does not have: an export asked for it is refused by whoever reads the parameter.
IMPOSSIBLE_TYPE = "MophNoSuchType"

CAPABILITIES, OUTCOME, SMART = "CapabilityStatement", "OperationOutcome", "SMART configuration"
MANIFEST, NAMES_EXPORT, READS_PARAMETERS = "export manifest", "names bulk export", "names our parameter"
UNREADABLE = "unreadable JSON"

#: `Conformance` is the CapabilityStatement of DSTU2.
_RESOURCES = {"CapabilityStatement": CAPABILITIES, "Conformance": CAPABILITIES, "OperationOutcome": OUTCOME}
_TYPES = "|".join(_RESOURCES)
_JSON_START = re.compile(rf'\s{{0,200}}\{{\s{{0,200}}"resourceType"\s{{0,20}}:\s{{0,20}}"({_TYPES})"')
_XML_ROOT = re.compile(
    rf"\s{{0,200}}(?:<\?xml[^>]{{0,200}}>\s{{0,200}})?(?:<!--(?:(?!-->)[\s\S]){{0,2000}}-->\s{{0,200}}){{0,5}}"
    rf"<(?:\w{{1,20}}:)?({_TYPES})\s[^>]{{0,500}}http://hl7\.org/fhir"
)
#: Operations named export, patient-export, group-export and the like, or the guide's own canonical addresses.
_EXPORT = re.compile(
    r'(?:"name"\s{0,20}:\s{0,20}|<name\s{1,20}value=)"\$?(?:(?:patient|group|system|bulk|data)-?){0,3}export"'
    r"|hl7\.org/fhir/(?:uv|us)/bulkdata|/OperationDefinition/(?:(?:patient|group|system)-)?export\b",
    re.IGNORECASE,
)
_SPEAKS_OF_EXPORT = re.compile(r"bulk|\$export|\bexport\b", re.IGNORECASE)
_FHIR_TYPE = re.compile(
    r"\s*application/(?:fhir\+(?:json|xml|ndjson|turtle)|(?:json|xml)\+fhir)\b", re.IGNORECASE
)
_NDJSON = re.compile(r"\s*application/(?:fhir\+|x-)?ndjson\b", re.IGNORECASE)
_HTML = re.compile(r"\s{0,200}<(?:!doctype|html)\b", re.IGNORECASE)
_PARAMETER = re.compile(rf"{IMPOSSIBLE_TYPE}|\b_type\b|\b_since\b", re.IGNORECASE)


def fhir_type(exchange: Exchange) -> bool:
    """Whether the answer calls itself FHIR (application/fhir+json and its like), and is no page for people."""
    return bool(_FHIR_TYPE.match(exchange.value("content-type") or "")) and not _HTML.match(exchange.body)


def ndjson_type(exchange: Exchange) -> bool:
    """Whether the answer is a file of an export."""
    return bool(_NDJSON.match(exchange.value("content-type") or "")) and not _HTML.match(exchange.body)


def document(body: bytes) -> dict[str, Any] | None:
    """The JSON object that the body is, None where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def marks(body: bytes) -> tuple[str, ...]:
    """The names of everything this body is or says, in a fixed order."""
    text = body.decode("utf-8-sig", "replace")
    found = document(body)
    if found is None:
        broken = [UNREADABLE] if text[:1000].lstrip().startswith("{") else []
        return (*_resource(_started(text), text), *broken)
    named = str(found.get("resourceType"))
    kinds = dict.fromkeys(k for k in (_RESOURCES.get(named), _started(text)) if k)
    resource = [mark for kind in kinds for mark in _resource(kind, _plain(found, text))]
    return (*resource, *_smart(found), *_manifest(found))


def discovery(body: bytes) -> tuple[str, str]:
    """(issuer, authorization_endpoint) of a discovery document (RFC 8414 §2), "" for what is not text."""
    found = document(body) or {}
    issuer, authorization = found.get("issuer"), found.get("authorization_endpoint")
    if not isinstance(authorization, str) or not authorization or issuer is None:
        return "", ""
    return str(issuer)[:500], authorization[:500]


def _started(text: str) -> str | None:
    """The kind of FHIR resource a text begins as, whether or not it goes on well."""
    found = _JSON_START.match(text) or _XML_ROOT.match(text)
    return _RESOURCES[found[1]] if found else None


def _plain(found: dict[str, Any], text: str) -> str:
    """The document written out without escapes, so that a pattern sees what a reader sees."""
    try:
        return json.dumps(found, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _resource(kind: str | None, text: str) -> list[str]:
    if kind == CAPABILITIES:
        return [kind, *([NAMES_EXPORT] if _EXPORT.search(text) else [])]
    if kind == OUTCOME:
        return [kind, *([READS_PARAMETERS] if _PARAMETER.search(text) else [])]
    return []


def _smart(found: dict[str, Any]) -> list[str]:
    """SMART App Launch 2.2 §3.1: a list of capabilities and a token endpoint."""
    said, scopes = found.get("capabilities"), found.get("scopes_supported")
    if not isinstance(said, list) or "token_endpoint" not in found:
        return []
    words = [str(word)[:200] for word in (*said, *(scopes if isinstance(scopes, list) else ()))]
    return [SMART, *([NAMES_EXPORT] if any(_SPEAKS_OF_EXPORT.search(word) for word in words) else [])]


def _manifest(found: dict[str, Any]) -> list[str]:
    """HL7 Bulk Data Access 2.0, output manifest: the time of the export and its files."""
    return [MANIFEST] if "transactionTime" in found and isinstance(found.get("output"), list) else []
