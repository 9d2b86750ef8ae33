"""Defects of the FHIR server and of what the identity provider does for its apps (SMART App Launch 2.2)."""

from harness.demo.behaviour import Behaviour
from harness.demo.switch import Change, Defect, setting


def _service_lax(behaviour: Behaviour) -> None:
    for name in ("aud", "exp", "jti"):
        del behaviour.idp.service_assertions[name]


def _expired(behaviour: Behaviour) -> None:
    for rules in behaviour.fhir.access.kinds.values():
        del rules["exp"]


def _defect(name: str, number: int, title: str, change: Change) -> Defect:
    return Defect(name, (f"SMT-{number:02}",), title, "fhir", change)


DEFECTS: tuple[Defect, ...] = (
    _defect(
        "smt-address-cut",
        1,
        "The SMART configuration names the token endpoint by its path alone",
        setting("fhir.configuration.token_endpoint", "/token"),
    ),
    _defect(
        "smt-pkce-plain",
        2,
        "The SMART configuration offers PKCE without hashing",
        setting("fhir.configuration.code_challenge_methods_supported", ["S256", "plain"]),
    ),
    _defect(
        "smt-aud-ignored",
        3,
        "The provider does not look at the aud of an authorization request",
        setting("idp.aud_checked", False),
    ),
    _defect(
        "smt-context-by-subject",
        4,
        "A search by subject is not held to the patient in context",
        setting("fhir.confined", lambda names: not any(one.startswith("subject") for one in names)),
    ),
    _defect(
        "smt-scope-ignored",
        5,
        "The FHIR server does not look at scopes",
        setting("fhir.access.scopes", False),
    ),
    _defect("smt-expired", 6, "The FHIR server takes tokens that have run out", _expired),
    _defect(
        "smt-service-lax",
        7,
        "Assertions of backend services live for ever, for any audience, and can be used again",
        _service_lax,
    ),
    _defect(
        "smt-refresh-widened",
        8,
        "Refreshing gives an app any scope that is asked for",
        setting("idp.smart_refresh_narrows", False),
    ),
    _defect(
        "smt-batch-unchecked",
        9,
        "The entries of a batch are not held to the token",
        setting("fhir.entries_authorised", False),
    ),
)
