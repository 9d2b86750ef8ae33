"""The people of the demo platform, all invented."""

import secrets

from msgspec import Struct


class Person(Struct, frozen=True):
    """A synthetic patient with fresh secrets for this platform."""

    name: str
    thai_name: str
    number: str
    token: str
    password: str

    @property
    def fhir_id(self) -> str:
        """The id of this person's Patient resource."""
        return self.number.replace("HN", "p")  # a number of the hospital would tell who it is


def _person(name: str, thai_name: str, number: str) -> Person:
    return Person(name, thai_name, number, secrets.token_urlsafe(32), secrets.token_urlsafe(16))


class People:
    """Patients a and b, and a spare account that may be locked and whose password may be changed."""

    def __init__(self) -> None:
        self.patients = (
            _person("patient-a", "สมหญิง ตัวอย่าง", "HN-0001"),
            _person("patient-b", "สมชาย สมมติ", "HN-0002"),
        )
        # Of four classes of characters, so that it may be set again after a test has changed it.
        self.spare = Person("spare-c", "สำรอง ทดสอบ", "HN-0003", "", f"Aa1-{secrets.token_urlsafe(12)}")

        #: The staff: whose sign-in is tested, two who may be locked, and one of each role.
        self.staff = tuple(
            _person(name, thai, "-")
            for name, thai in (
                ("nurse-d", "พยาบาล ตัวอย่าง"),
                ("spare-e", "สำรอง บุคลากร"),
                ("spare-f", "สำรอง รหัสยืนยัน"),
                ("doctor-g", "แพทย์ ตัวอย่าง"),
                ("admin-h", "ผู้ดูแลระบบ ตัวอย่าง"),
            )
        )

    @property
    def everybody(self) -> tuple[Person, ...]:
        """Every patient with an account."""
        return (*self.patients, self.spare)

    def by_token(self, token: str) -> Person | None:
        """Whose bearer token this is."""
        return next(
            (p for p in self.patients if secrets.compare_digest(p.token.encode(), token.encode())), None
        )
