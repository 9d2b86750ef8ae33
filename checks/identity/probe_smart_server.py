"""A FHIR server asked with a token, and its answers read as far as they tell whose record they hold. No body is kept."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from harness.evidence import Exchange
from harness.experiment import Attempt
from harness.wire import Wire

_FHIR = "application/fhir+json"
#: Answers that say "not now", which is no refusal of what was asked.
_LATER = frozenset({408, 425, 429})
#: Bundles in Bundles (a batch of searches), and resources that are looked at.
_DEPTH, _MOST = 3, 1000
Resource = dict[str, Any]
Test = Callable[[Resource], bool]


class Seen(Struct, frozen=True):
    """An answer: its exchange without a body, and the FHIR resources in it; None where it was none of FHIR."""

    exchange: Exchange
    resources: tuple[Resource, ...] | None

    def holds(self, test: Test) -> bool | None:
        """Whether it brought a resource of this kind; a refusal and an empty Bundle did not, a 5xx tells nothing."""
        status = self.exchange.status if self.exchange.answered else None
        if status is None or status >= 500 or status in _LATER:
            return None
        if not 200 <= status < 300:
            return False
        return None if self.resources is None else any(map(test, self.resources))

    def attempt(self, name: str, test: Test) -> Attempt:
        """The same as an attempt."""
        granted = self.holds(test)
        status = self.exchange.status if self.exchange.answered else None
        empty = "with nothing of it" if granted is False and status == 200 else ""
        return Attempt(
            name=name,
            granted=granted,
            status=status,
            exchange=self.exchange.id,
            note=str(self.exchange.fault or empty),
        )


class Server:
    """One FHIR base; `exchanges` holds everything that was asked of it."""

    def __init__(self, wire: Wire, base: str) -> None:
        self.wire, self.base = wire, base
        self.exchanges: list[Exchange] = []

    def get(self, place: str, token: str, label: str) -> Seen:
        """A read or a search below the base."""
        return self._ask("GET", f"{self.base}/{place}", token, label)

    def search(self, kind: str, query: str, token: str, label: str) -> Seen:
        """A search by POST; it changes nothing (HL7 FHIR R4 §3.1.0.9)."""
        form = "application/x-www-form-urlencoded"
        return self._ask("POST", f"{self.base}/{kind}/_search", token, label, (query.encode(), form))

    def bundle(self, kind: str, places: list[str], token: str, label: str) -> Seen:
        """A batch or transaction of reads; it changes nothing."""
        entries = [{"request": {"method": "GET", "url": place}} for place in places]
        body = json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()
        return self._ask("POST", self.base, token, label, (body, _FHIR))

    def _ask(
        self, method: str, url: str, token: str, label: str, sent: tuple[bytes, str] = (b"", "")
    ) -> Seen:
        body, kind = sent
        headers = [("Accept", _FHIR), ("Authorization", f"Bearer {token}")]
        headers += [("Content-Type", kind)] if kind else []
        seen: list[bytes] = []
        exchange = self.wire.http(
            method,
            url,
            headers=headers,
            body=body,
            label=label,
            keep=True,
            inspect=lambda _, b: seen.append(b),
        )
        kept = replace(exchange, body="")
        self.exchanges.append(kept)
        return Seen(kept, _resources(seen[0] if seen else b""))


def _resources(content: bytes) -> tuple[Resource, ...] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "resourceType" not in found:
        return None
    return tuple(one for one, _ in zip(_within(found, _DEPTH), range(_MOST), strict=False))


def _within(found: Resource, depth: int) -> Iterator[Resource]:
    if found.get("resourceType") != "Bundle":
        yield found
        return
    entries = found.get("entry")
    for entry in entries if isinstance(entries, list) and depth else ():
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inner, dict):
            yield from _within(inner, depth - 1)


def about(patient: str) -> Test:
    """Whether a resource is this Patient, or points to it as the one it is about."""

    def test(resource: Resource) -> bool:
        if resource.get("resourceType") == "Patient":
            return resource.get("id") == patient
        return any(_points(resource.get(name), patient) for name in ("subject", "patient"))

    return test


def _points(reference: object, patient: str) -> bool:
    place = reference.get("reference") if isinstance(reference, dict) else None
    return isinstance(place, str) and f"/{place}".partition("/_history/")[0].endswith(f"/Patient/{patient}")


def of_category(category: str) -> Test:
    """Whether a resource is an Observation of this category."""

    def test(resource: Resource) -> bool:
        codings = (
            coding for concept in _list(resource.get("category")) for coding in _list(concept.get("coding"))
        )
        return resource.get("resourceType") == "Observation" and any(
            c.get("code") == category for c in codings
        )

    return test


def _list(value: object) -> list[Resource]:
    """The objects of a list, none where it is not one."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
