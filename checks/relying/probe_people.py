"""The test persons that the harness signs in as; all invented, and the same in every run.

The owner of a test environment loads `PATIENT` into it, with a record. The others are known to nobody. Citizen ids
start with 9, a category that is not issued (background knowledge), and have a good check digit unless said.
"""

import hashlib

from msgspec import Struct
from msgspec.structs import replace


class Person(Struct, frozen=True, kw_only=True):
    """Someone as a national provider knows them; `passport` is set for a foreigner, who has no `pid`."""

    pid: str
    given: str
    family: str
    passport: str = ""

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def hashed(self) -> str:
        """SHA-256 of the thirteen digits, lower-case hex (the form is assumed: HID-06)."""
        return hashlib.sha256((self.pid or self.passport).encode()).hexdigest()


def citizen_id(twelve: str) -> str:
    """Twelve digits with their check digit."""
    weighed = sum(int(digit) * weight for digit, weight in zip(twelve, range(13, 1, -1), strict=True))
    return twelve + str((11 - weighed % 11) % 10)


PATIENT = Person(pid=citizen_id("900000000001"), given="ทดสอบ", family="ระบบสุขภาพ")
#: The patient's number but for its check digit, and the patient's name.
MISTYPED = replace(PATIENT, pid=PATIENT.pid[:12] + str((int(PATIENT.pid[12]) + 1) % 10))
#: Another person of the same name.
NAMESAKE = replace(PATIENT, pid=citizen_id("900000000002"))
STRANGER = Person(pid=citizen_id("900000000003"), given="ไม่รู้จัก", family="ผู้ใดเลย")
FOREIGNER = Person(pid="", given="Test", family="Traveller", passport="XX0000001")
