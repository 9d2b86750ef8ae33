"""Defects of a portal that relies on ThaID, Health ID and Provider ID: one for each thing it should not believe."""

import json
from collections.abc import Callable
from typing import Any

from harness.demo.messages import Request
from harness.demo.relying_ways import LEVELS, Members
from harness.demo.switch import Change, Defect, setting


def without(name: str) -> Callable[[Members], Members]:
    """Leave a parameter out of the request to ThaID."""
    return lambda params: {key: value for key, value in params.items() if key != name}


def forwarded(request: Request, provider: str) -> str:
    """The origin that a header claims, on the way to ThaID."""
    claimed_host = request.value("x-forwarded-host") if provider == "thaid" else ""
    return f"https://{claimed_host or request.host}"


def guessed(said: float, now: float) -> float:
    """Take a small expire_in for a number of seconds."""
    return now + said if said < 1_000_000 else said


def as_text(said: object, floor: str) -> bool:
    """Compare levels letter by letter."""
    return str(said) >= floor


def told(body: str) -> str:
    """What the provider said of its error."""
    try:
        return str(json.loads(body).get("error_description", ""))
    except (ValueError, AttributeError):
        return body[:200]


def claimed(request: Request, said: bool) -> bool:
    """Believe a role that the browser claims."""
    return said or "doctor" in (request.query.get("role"), request.cookies.get("role"))


def _switch(name: str, check: str, title: str, part: str, value: Any) -> Defect:
    return Defect(name, (check,), title, "relying", setting(f"relying.{part}", value))


def _floor(name: str, check: str, title: str, function: str, level: str) -> Defect:
    def change(behaviour: Any) -> None:
        behaviour.relying.floors[function] = level

    return Defect(name, (check,), title, "relying", change)


def _state(name: str, check: str, title: str, provider: str, rule: str) -> Defect:
    def change(behaviour: Any) -> None:
        behaviour.relying.state[provider] = rule

    return Defect(name, (check,), title, "relying", change)


def _known() -> Change:
    """A session goes on with what it was given when it began."""
    return setting("relying.renews", False)


DEFECTS: tuple[Defect, ...] = (
    _switch(
        "thaid-response-type",
        "RPT-01",
        "response_type is not sent to ThaID",
        "asked",
        without("response_type"),
    ),
    _state(
        "thaid-state-unbound",
        "RPT-02",
        "The state of any session is taken",
        "thaid",
        "any that was given out",
    ),
    _switch(
        "thaid-callback-forwarded",
        "RPT-03",
        "redirect_uri is built from X-Forwarded-Host",
        "origin",
        forwarded,
    ),
    _switch("thaid-secret-in-body", "RPT-04", "The secret goes to ThaID in the form", "secret_in_body", True),
    _switch(
        "thaid-scopes-all",
        "RPT-05",
        "Address and card are asked of ThaID too",
        "scope",
        "openid pid name ial address smartcard_code",
    ),
    _switch("thaid-at-hash", "RPT-06", "at_hash of the id_token is not checked", "checks_at_hash", False),
    _switch("thaid-expiry-guessed", "RPT-07", "A small expire_in is taken for seconds", "ends", guessed),
    _switch(
        "thaid-refresh-pretended",
        "RPT-08",
        "A session goes on after a refresh that ThaID refused",
        "pretends_refresh",
        True,
    ),
    _switch("thaid-error-shown", "RPT-09", "The page shows what ThaID said of its error", "shown", told),
    _switch(
        "thaid-callback-again", "RPT-10", "A callback works as often as it is sent", "keeps_pending", True
    ),
    _switch("thaid-not-revoked", "RPT-11", "Signing out revokes nothing at ThaID", "revokes", False),
    _switch("thaid-same-name", "RPT-12", "Who has a patient's name opens their record", "matches_name", True),
    _floor("ial-consent-open", "IAL-01", "Consents need no level of proofing", "consent", LEVELS[0]),
    _switch("ial-as-text", "IAL-02", "Levels are compared as text", "reaches", as_text),
    _switch(
        "ial-missing-high", "IAL-03", "A sign-in without a level counts as the highest", "without", LEVELS[-1]
    ),
    _floor("ial-record-low", "IAL-04", "The full record opens at level 2.2", "record", "2.2"),
    _state(
        "health-state-unchecked",
        "RPH-01",
        "The state from Health ID is not looked at",
        "health-id",
        "anything",
    ),
    _switch(
        "health-hs256", "RPH-02", "A token signed by HMAC with the public key is taken", "takes_hs256", True
    ),
    _switch(
        "health-session-year",
        "RPH-03",
        "The session lives as long as Health ID's token",
        "session_seconds",
        lambda upstream: upstream,
    ),
    _switch(
        "health-proofing-old", "RPH-04", "The time of the proofing is not looked at", "oldest_days", None
    ),
    _switch("health-hash-case", "RPH-05", "A hash in capitals is nobody's", "hashed", str),
    _switch(
        "health-hash-address",
        "RPH-06",
        "The hash of the citizen id stands in an address",
        "landing",
        lambda hashed: f"/services?who={hashed}",
    ),
    _switch("health-foreigner", "RPH-07", "Nobody enters without a citizen id", "takes_foreigners", False),
    _switch(
        "provider-none", "RPP-01", "Whom Provider ID does not know is a clinician", "needs_provider_id", False
    ),
    _switch("provider-expired", "RPP-02", "An expired licence counts", "licence_runs", lambda unit: True),
    _switch("provider-any-unit", "RPP-03", "A licence counts in every unit", "rights_of_any_unit", True),
    _switch("provider-role-claimed", "RPP-04", "Who claims to be a doctor is one", "clinical", claimed),
    _switch(
        "provider-director", "RPP-05", "A director prescribes without a licence", "director_prescribes", True
    ),
    _switch("provider-401", "RPP-06", "A 401 of Provider ID is no obstacle", "minds_401", False),
    Defect("provider-removed", ("RPP-07",), "Provider ID is never asked again", "relying", _known()),
)
