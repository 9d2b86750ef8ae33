"""Scenes: what the provider says in one sign-in. The default is a good answer; a scene changes one thing of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from .probe_people import PATIENT, Person

#: Health ID's tokens live about a year by the manual's sample, Provider ID's a day.
HEALTH_SECONDS, PROVIDER_SECONDS = 31_536_000, 86_400
#: ThaID's access tokens live 15 minutes.
THAID_SECONDS = 900


class Unit(Struct, frozen=True, kw_only=True):
    """A unit that a clinician belongs to. `licence_days` from now; None: no date of expiry is given."""

    hcode: str
    name: str
    position: str = "แพทย์"
    position_type: str = "แพทย์"
    licence: str = "90001"
    verified: bool = True
    licence_days: int | None = 365
    director: bool = False
    hr: bool = False

    def said(self) -> dict[str, Any]:
        """As Provider ID's profile says it."""
        until = None if self.licence_days is None else _day(self.licence_days)
        return {
            "business_id": f"90000000000{self.hcode}",
            "position": self.position,
            "affiliation": self.position,
            "license_id": self.licence,
            "hcode": self.hcode,
            "code9": f"0000{self.hcode}",
            "hcode9": f"ZZ00{self.hcode}",
            "level": "6",
            "hname_th": self.name,
            "hname_eng": f"Test unit {self.hcode}",
            "license_expired_date": until,
            "license_id_verify": self.verified,
            "is_private_provider": False,
            "is_hr_admin": self.hr,
            "is_director": self.director,
            "position_type": self.position_type,
        }


FIRST = Unit(hcode="99001", name="หน่วยบริการทดสอบหนึ่ง")
SECOND = Unit(hcode="99002", name="หน่วยบริการทดสอบสอง")


class Scene(Struct, frozen=True, kw_only=True):
    """One sign-in as the provider answers it.

    `ial` is text, a number, or None for no level. `fault` is a fault of the token. `status` answers the exchange of
    the code, `provider_status` that of Provider ID's token (which lives `provider_seconds`), `profile_status` its profile. `seconds` is the life of
    the token; `expire_in`, where given, is sent as it stands. `twice` honours a code a second time.
    """

    name: str
    person: Person = PATIENT
    ial: str | float | None = "3"
    fault: str = ""
    status: int = 200
    seconds: int | None = None
    expire_in: int | None = None
    twice: bool = False
    verified_days: int | None = 1
    upper_hash: bool = False
    units: tuple[Unit, ...] = (FIRST,)
    provider_seconds: int = PROVIDER_SECONDS
    provider_status: int = 200
    profile_status: int = 200
    mark: str = ""


def verified_at(days: int | None) -> str | None:
    """A proofing so many days ago, in the future where negative; None where none is said."""
    if days is None:
        return None
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d")
