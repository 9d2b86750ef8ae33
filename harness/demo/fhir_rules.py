"""What the FHIR server decides, as data: each field holds the conforming rule; a defect replaces one of them."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct, field

from harness.demo.access import AccessRules, claim_rules
from harness.demo.hosts import FHIR

#: Names and values of a search, in order.
Pairs = list[tuple[str, str]]


class FhirRules(Struct):
    """One FHIR server's rules. Made conforming, changed by the defects, then only read."""

    #: Members of the SMART configuration that differ from what the server does.
    configuration: dict[str, Any] = field(default_factory=dict)
    #: What it asks of a token; the same as the API, but for the audience.
    access: AccessRules = field(default_factory=lambda: AccessRules(kinds={"at+jwt": claim_rules(FHIR)}))
    #: Whether the results of a search by these parameters stay with the patient in context: always.
    confined: Callable[[Iterable[str]], bool] = lambda names: True
    #: Every entry of a batch is held to the scopes of the token, like a request of its own (SMART App Launch 2.2).
    entries_authorised: bool = True
