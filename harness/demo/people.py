"""The people of the demo platform, all invented, and their sessions."""

import secrets

from msgspec import Struct


class Person(Struct, frozen=True):
    """A synthetic patient with fresh secrets for this platform."""

    name: str
    thai_name: str
    number: str
    token: str
    password: str


def _person(name: str, thai_name: str, number: str) -> Person:
    return Person(name, thai_name, number, secrets.token_urlsafe(32), secrets.token_urlsafe(16))


class People:
    """Patients a and b, and which session belongs to whom (None: nobody yet)."""

    #: A demo that runs for days must not grow: the oldest sessions go first.
    MOST_SESSIONS = 10_000

    def __init__(self) -> None:
        self.patients = (
            _person("patient-a", "สมหญิง ตัวอย่าง", "HN-0001"),
            _person("patient-b", "สมชาย สมมติ", "HN-0002"),
        )
        self.sessions: dict[str, Person | None] = {}

    def by_token(self, token: str) -> Person | None:
        """Whose bearer token this is."""
        return next(
            (p for p in self.patients if secrets.compare_digest(p.token.encode(), token.encode())), None
        )

    def by_password(self, name: str, password: str) -> Person | None:
        """Who may log in with this name and password."""
        return next(
            (
                p
                for p in self.patients
                if p.name == name and secrets.compare_digest(p.password.encode(), password.encode())
            ),
            None,
        )

    def open(self, session: str, person: Person | None) -> None:
        """Remember a session."""
        while len(self.sessions) >= self.MOST_SESSIONS:
            self.sessions.pop(next(iter(self.sessions)), None)
        self.sessions[session] = person

    def close(self, session: str) -> None:
        """Forget a session; an unknown one is no error."""
        self.sessions.pop(session, None)
