"""Accounts and sessions of the portal: hashed passwords, counted failures, sessions that end."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable

from msgspec import Struct

from harness.demo.messages import Request
from harness.demo.people import Person
from harness.demo.rules import Rules, canonical

#: A demo that runs for days must not grow: the oldest sessions and failures go first.
MOST = 10_000


class Locked(Exception):  # noqa: N818 — an answer, not a fault of ours
    """Too many failures; `seconds` are left."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Account(Struct):
    person: Person
    salt: bytes
    digest: bytes
    earlier: tuple["_Account", ...] = ()


class _Failures(Struct):
    count: int = 0
    until: float = 0.0


class _Session(Struct):
    person: Person | None
    began: float
    used: float


class Accounts:
    """Who may sign in with which password. Called from many threads."""

    def __init__(self, people: tuple[Person, ...], rules: Rules) -> None:
        self.rules = rules
        delivered = (
            Person(name, "ผู้ดูแลระบบ", "-", secrets.token_hex(), word) for name, word in rules.delivered
        )
        self._accounts = {canonical(p.name): self._made(p, p.password) for p in (*people, *delivered)}
        self._nobody = self._made(people[0], secrets.token_hex())
        self._failures: dict[str, _Failures] = {}
        self._lock = threading.Lock()

    def known(self, name: str) -> bool:
        """Whether there is an account of this name."""
        return canonical(name) in self._accounts

    def person(self, name: str) -> Person | None:
        """Whose account has this name."""
        account = self._accounts.get(canonical(name))
        return account.person if account else None

    def enter(self, request: Request, name: str, password: str) -> Person | None:
        """Who signs in with this, None for a wrong pair; raises Locked.

        The hash is computed and the failure counted for names that nobody has, too: neither time nor the
        lock may tell who has an account (ASVS 5.0.0-6.3.8).
        """
        name = canonical(name)
        key = self.rules.counted_by(request, name)
        right = self._matches(name, password)
        with self._lock:
            seen = self._failures.setdefault(key, _Failures())
            left = seen.until - time.monotonic()
            if left > 0 and not right and self.rules.lock_hidden:
                return None
            if left > 0:
                raise Locked(left)
            if right:
                del self._failures[key]
                return self._accounts[name].person
            seen.count += 1
            if seen.count >= self.rules.failures:
                self._failures[key] = _Failures(0, time.monotonic() + self.rules.lock_seconds)
            _bounded(self._failures)
        return None

    def set(self, person: Person, password: str) -> None:
        """Give an account another password."""
        made = self._made(person, password)
        with self._lock:
            before = self._accounts[canonical(person.name)]
            made.earlier = (before, *before.earlier)[: self.rules.remembered]
            before.earlier = ()
            self._accounts[canonical(person.name)] = made

    def used(self, person: Person, password: str) -> bool:
        """Whether an account has this password or had it not long ago."""
        account = self._accounts[canonical(person.name)]
        remembered = (account, *account.earlier) if self.rules.remembered else ()
        return any(secrets.compare_digest(self._hash(password, a.salt), a.digest) for a in remembered)

    def _matches(self, name: str, password: str) -> bool:
        account = self._accounts.get(name, self._nobody)
        right = secrets.compare_digest(self._hash(password, account.salt), account.digest)
        return right and name in self._accounts

    def _made(self, person: Person, password: str) -> _Account:
        salt = secrets.token_bytes(16)
        return _Account(person, salt, self._hash(password, salt))

    def _hash(self, password: str, salt: bytes) -> bytes:
        # Far below what a platform should spend (OWASP: n=2**17), for thousands of sign-ins are tried here.
        return hashlib.scrypt(self.rules.kept(password).encode(), salt=salt, n=2**10, r=8, p=1)


class Sessions:
    """Which session belongs to whom (None: nobody yet), until it was idle or has lived too long."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()

    def open(self, new: Callable[[], str], person: Person | None) -> str:
        """A new session."""
        name, now = new(), time.monotonic()
        with self._lock:
            self._sessions[name] = _Session(person, now, now)
            _bounded(self._sessions)
        return name

    def find(self, name: str) -> _Session | None:
        """A session that still lives; looking at it is using it."""
        now = time.monotonic()
        with self._lock:
            found = self._sessions.get(name)
            if found is None:
                return None
            if now - found.used > self.rules.idle_seconds or now - found.began > self.rules.absolute_seconds:
                del self._sessions[name]
                return None
            found.used = now
            return found

    def close(self, name: str) -> None:
        """Forget a session; an unknown one is no error."""
        with self._lock:
            self._sessions.pop(name, None)

    def close_others(self, person: Person, kept: str) -> None:
        """Forget all sessions of a person but one."""
        with self._lock:
            for name in [n for n, s in self._sessions.items() if s.person is person and n != kept]:
                del self._sessions[name]


def _bounded(table: dict[str, _Failures] | dict[str, _Session]) -> None:
    while len(table) > MOST:
        table.pop(next(iter(table)), None)
