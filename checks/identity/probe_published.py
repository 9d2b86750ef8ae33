"""Reads what a provider publishes, metadata and keys, and the SMART configuration of a FHIR server."""

import json
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.agent import Agent, Page
from harness.evidence import Cause, Exchange, Missing
from harness.model import Text
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer, Site
from harness.wire import Wire, missing
from harness.wording import quoted

from .probe_discovery import metadata_places
from .probe_published_keys import key_set
from .published_evidence import Document, Published, SmartConfiguration
from .published_schema import MEMBERS, SMART_MEMBERS

#: Bounds of one document: characters of a string, members of a list.
_LONGEST, _MOST = 1000, 200


@probe("issuer", seconds=60)
def published(issuer: Issuer, wire: Wire) -> Published | Missing:
    """The provider's metadata in both places and the key set they name: three requests."""
    agent = Agent(wire)
    documents = tuple(
        _document(agent, name, url, MEMBERS) for name, url in metadata_places(issuer.issuer).items()
    )
    if not any(d.exchange.answered for d in documents):
        return _unanswered(documents[0].exchange)
    place = next((str(d.members["jwks_uri"]) for d in documents if d.members.get("jwks_uri")), "")
    return Published(
        expected=expected_issuers(issuer),
        documents=documents,
        keys=key_set(agent, place) if place else None,
    )


def expected_issuers(issuer: Issuer) -> tuple[str, ...]:
    """The name the target file gives; where it gives none, the base address with and without its slash."""
    said = issuer.provider.issuer
    return (said,) if said else (issuer.issuer, f"{issuer.issuer}/")


def _unanswered(exchange: Exchange) -> Missing:
    cause = exchange.fault or Cause.MALFORMED
    why = quoted(exchange.detail or cause.value)
    return Missing(
        cause, Text(f"the metadata were not answered: {why.en}", f"ไม่ได้รับคำตอบสำหรับเมทาดาทา: {why.th}")
    )


def _document(agent: Agent, name: str, url: str, members: frozenset[str]) -> Document:
    page = agent.fetch("GET", url, headers=(("Accept", "application/json"),), label=name)
    found = _object(page)
    if found is None:
        return Document(place=name, exchange=replace(page.exchange, body=page.exchange.body[:300]))
    kept = {k: _bounded(v, agent.wire.redacted) for k, v in found.items() if k in members}
    return Document(place=name, exchange=replace(page.exchange, body=""), parsed=True, members=kept)


def _object(page: Page) -> dict[str, Any] | None:
    try:
        found = json.loads(page.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and page.exchange.complete else None


def _bounded(value: Any, clean: Callable[[str], str], depth: int = 0) -> Any:
    if isinstance(value, str):
        return clean(value[:_LONGEST])
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value if abs(value) < 2**53 else str(value)[:40]
    if depth >= 2:
        return "…"
    if isinstance(value, list):
        return [_bounded(one, clean, depth + 1) for one in value[:_MOST]]
    return {clean(str(k)[:80]): _bounded(v, clean, depth + 1) for k, v in list(value.items())[:_MOST]}


@probe("site", seconds=30)
def smart_configuration(site: Site, wire: Wire) -> SmartConfiguration | Missing:
    """One request to a FHIR server; none to a component that the target says is not one."""
    named = site.component.kind == "fhir"
    if not named and not _may_be(site, wire):
        return SmartConfiguration(named=False)
    place = f"{site.base_url}.well-known/smart-configuration"
    try:
        document = _document(Agent(wire), "smart-configuration", place, SMART_MEMBERS)
    except WireError as refused:
        return missing(refused)
    return SmartConfiguration(named=named, document=document)


def _may_be(site: Site, wire: Wire) -> bool:
    """An API, where the platform says that it offers FHIR and calls no component by that name."""
    elsewhere = any(c.kind == "fhir" for c in wire.target.components)
    return site.facts.get("fhir") == "yes" and site.component.kind == "api" and not elsewhere
