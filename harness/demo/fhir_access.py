"""What a token lets its holder do at the FHIR server: SMART's scopes, and the patient in context."""

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from msgspec import Struct

from harness.demo.access import verified
from harness.demo.fhir_records import Resource, patient_of
from harness.demo.fhir_rules import Pairs
from harness.demo.fhir_search import matches
from harness.demo.hosts import HOSTS
from harness.demo.idp_dpop import bound
from harness.demo.idp_messages import challenge, credentials
from harness.demo.messages import Request
from harness.demo.replies import Problem

if TYPE_CHECKING:
    from harness.demo.web import App

_SCOPE = re.compile(r"(patient|system)/([A-Za-z]+)\.(c?r?u?d?s?)(?:\?(.*))?")


class Scope(Struct, frozen=True):
    """`patient/Observation.rs?category=…`: a level, a type, letters of c r u d s, and a narrowing search."""

    level: str
    type: str
    letters: str
    narrowing: Pairs


class Holder(Struct, frozen=True):
    """Whoever holds a token: its scopes, and the patient in context; `free` where scopes are not looked at."""

    scopes: tuple[Scope, ...]
    patient: str
    free: bool = False

    def knows(self, kind: str, letter: str) -> bool:
        """Whether any scope is for this interaction with resources of this type."""
        return self.free or any(s.type == kind and letter in s.letters for s in self.scopes)

    def sees(self, resource: Resource, letter: str, *, confined: bool = True) -> bool:
        """Whether this resource may be shown; within the patient in context, unless the scope is a system's."""
        if self.free:
            return not confined or patient_of(resource) == self.patient
        return any(
            s.type == resource["resourceType"]
            and letter in s.letters
            and matches(resource, s.narrowing)
            and (s.level == "system" or not confined or patient_of(resource) == self.patient)
            for s in self.scopes
        )


def holder(request: Request, app: "App") -> Holder:
    """Who asks. Raises Problem: 401 with a challenge without a good token."""
    rules, (scheme, raw) = app.behaviour.fhir.access, credentials(request)
    token = verified(rules, app.idp, raw) if raw else None
    if token is None or not bound(app.idp, request, (scheme, raw), token.claims, f"https://{HOSTS['api']}"):
        raise Problem(401, challenge("Bearer", "invalid_token" if raw else ""))
    words = str(token.claims.get("scope", "")).split()
    patient = str(token.claims.get("patient", ""))
    return Holder(tuple(filter(None, map(_scope, words))), patient, not rules.scopes and bool(patient))


def _scope(word: str) -> Scope | None:
    found = _SCOPE.fullmatch(word)
    if found is None:
        return None
    return Scope(found[1], found[2], found[3], parse_qsl(found[4] or ""))
