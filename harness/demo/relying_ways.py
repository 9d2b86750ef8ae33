"""How the portal relies on ThaID, Health ID and Provider ID, with the conforming values; a defect changes one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct, field

from harness.demo.hosts import HOSTS
from harness.demo.messages import Request

#: Levels of proofing in their order (NDID); what is not among them counts as the lowest.
LEVELS = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3")
Members = dict[str, Any]


def step(said: object) -> int:
    """Where a level stands."""
    return LEVELS.index(said) if isinstance(said, str) and said in LEVELS else 0


def fresh(said: object, days: int) -> bool:
    """Whether a proofing was done, not in the future, and not longer ago than so many days."""
    try:
        when = datetime.fromisoformat(str(said))
    except ValueError:
        return False
    now = datetime.now(UTC)
    return when.tzinfo is not None and now - timedelta(days=days) <= when <= now + timedelta(minutes=5)


def running(unit: Members) -> bool:
    """Whether a unit's licence has not expired."""
    try:
        return date.fromisoformat(str(unit.get("license_expired_date"))) >= datetime.now(UTC).date()
    except ValueError:
        return False


class Ways(Struct):
    """The portal's ways with national providers."""

    #: Changes the parameters of the request to ThaID; conforming: none.
    asked: Callable[[Members], Members] = lambda params: params
    scope: str = "openid pid name ial"
    #: The origin of the callback; conforming: the portal's own, whatever the request says.
    origin: Callable[[Request, str], str] = lambda request, provider: f"https://{HOSTS['portal']}"
    #: What a state must be, by provider: that of this session, any that was given out, or anything.
    state: dict[str, str] = field(default_factory=dict)
    keeps_pending: bool = False
    secret_in_body: bool = False
    checks_at_hash: bool = True
    #: When ThaID's token ends, by its `expire_in`, which is a time.
    ends: Callable[[float, float], float] = lambda said, now: said
    pretends_refresh: bool = False
    #: What of a provider's error is shown; conforming: nothing.
    shown: Callable[[str], str] = lambda body: ""
    revokes: bool = True
    matches_name: bool = False
    floors: dict[str, str] = field(
        default_factory=lambda: {"record": "2.3", "consent": "2.1", "prescription": "2.1"}
    )
    #: Whether a level reaches a floor.
    reaches: Callable[[object, str], bool] = lambda said, floor: step(said) >= step(floor)
    #: What a sign-in without a level counts as.
    without: str = LEVELS[0]
    takes_hs256: bool = False
    #: How long a session lives, given how long the token upstream does.
    session_seconds: Callable[[int], int] = lambda upstream: 28_800
    oldest_days: int | None = 1_095
    hashed: Callable[[str], str] = str.lower
    #: Where a person lands, given the hash of their number.
    landing: Callable[[str], str] = lambda hashed: "/services"
    takes_foreigners: bool = True
    needs_provider_id: bool = True
    licence_runs: Callable[[Members], bool] = running
    rights_of_any_unit: bool = False
    #: Whether someone is a clinician, given what Provider ID says; conforming: the request has no word in it.
    clinical: Callable[[Request, bool], bool] = lambda request, said: said
    director_prescribes: bool = False
    minds_401: bool = True
    renews: bool = True
