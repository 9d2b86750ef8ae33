"""What the staff's sign-in remembers: accounts with an authenticator app each, half and whole sessions, codes used."""

import base64
import secrets
import threading
import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from harness.demo.accounts import Accounts, Locked, Sessions
from harness.demo.people import Person
from harness.demo.rules import Rules

#: A demo that runs for days must not grow.
MOST = 5_000


class Seeds:
    """The authenticator app of each member of the staff (RFC 6238), as the server knows it."""

    def __init__(self, people: tuple[Person, ...], rules: Rules) -> None:
        self.rules = rules
        self._keys = {person.name: secrets.token_bytes(20) for person in people}
        self._last: dict[str, int] = {}
        self._wrong: dict[str, int] = {}
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def seed(self, person: Person) -> str:
        """The seed as it is shown when the app is set up."""
        return base64.b32encode(self._keys[person.name]).decode()

    def right(self, person: Person, code: str) -> bool:
        """Whether this code is right now, and was not used before; raises Locked after too many wrong ones."""
        name = person.name
        with self._lock:
            left = self._until.get(name, 0.0) - time.monotonic()
            if left > 0:
                raise Locked(left)
            step = self._step(name, code)
            if step is not None and (step > self._last.get(name, -1) or not self.rules.code_once):
                self._last[name] = max(step, self._last.get(name, -1))
                self._wrong.pop(name, None)
                return True
            self._wrong[name] = self._wrong.get(name, 0) + 1
            if self._wrong[name] >= self.rules.failures:
                self._wrong.pop(name)
                self._until[name] = time.monotonic() + self.rules.lock_seconds
        return False

    def _step(self, name: str, code: str) -> int | None:
        """The time step whose code this is; a code lives thirty seconds."""
        seconds = self.rules.code_seconds
        made = TOTP(self._keys[name], 6, SHA1(), seconds)  # noqa: S303 — as RFC 6238 and every app have it
        now = int(time.time()) // seconds
        steps = range(now, now - max(1, 30 // seconds) - 1, -1)
        return next((s for s in steps if made.generate(s * seconds).decode() == code), None)


class StaffDesk:
    """The staff's accounts, sessions and codes."""

    def __init__(self, people: tuple[Person, ...], rules: Rules) -> None:
        self.accounts = Accounts(people, rules)
        self.half, self.whole = Sessions(rules), Sessions(rules)
        self.seeds = Seeds(people, rules)
        self._confirmed: dict[str, float] = {}

    def confirm(self, session: str, seconds: float) -> None:
        """Note that whoever has this session has just given the password again."""
        self._confirmed[session] = time.monotonic() + seconds
        while len(self._confirmed) > MOST:
            self._confirmed.pop(next(iter(self._confirmed)), None)

    def confirmed(self, session: str) -> bool:
        """Whether the password was given again not long ago."""
        return self._confirmed.get(session, 0.0) > time.monotonic()
