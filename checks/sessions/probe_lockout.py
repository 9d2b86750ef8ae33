"""The spare account mistyped: first a little, to compare answers, then until it is locked."""

import math
import re
import secrets
import time
from random import SystemRandom

from harness.agent import Page
from harness.experiment import Attempt, Experiment
from harness.wire import Header

from .evidence import Round, Swift, Telling
from .probe_telling import Seen, difference, nobody_like, said_wait, seen
from .probe_visitor import Visitor

#: Wrong passwords in a row before the right one; a platform that locks after more than twenty does not lock.
ROUNDS = (3, 5, 10, 20)
#: Rounds of two wrong passwords each for a known and an unknown name; a right one between keeps the account open.
_TELLING = 8
_ADDRESS = "203.0.113.7"  # RFC 5737: nobody's
_BYPASSES: tuple[tuple[str, tuple[Header, ...]], ...] = (
    ("X-Forwarded-For", (("X-Forwarded-For", _ADDRESS),)),
    ("Forwarded", (("Forwarded", f"for={_ADDRESS}"),)),
    (
        "other address headers",
        tuple((n, _ADDRESS) for n in ("X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")),
    ),
)


#: What the usual challenges for bots leave in a page.
_CHALLENGES = re.compile(rb"captcha|cf-turnstile|challenges\.cloudflare\.com", re.IGNORECASE)


def _challenges(page: Page) -> bool:
    return bool(_CHALLENGES.search(page.body[:200_000])) or any(
        name.lower() == "cf-mitigated" for name, _ in page.headers
    )


class Mistyping:
    """Wrong passwords at one account whose right one is known."""

    def __init__(self, first: Visitor, username: str, password: str) -> None:
        self.wire, self.page = first.wire, first.page
        self.username, self.password = username, password
        self.visitors: list[Visitor] = []
        self.open = True
        self.locked_at = 0.0
        self.wait: int | None = None
        self.swift: Swift | None = None
        self._usual: int | None = None
        self.rounds: list[Round] = []
        self.known: list[Seen] = []
        self.unknown: list[Seen] = []

    def _visitor(self) -> Visitor:
        self.visitors.append(Visitor(self.wire, self.page))
        return self.visitors[-1]

    def compare(self) -> None:
        """Known and unknown names in random order, the same number of wrong passwords for each name."""
        for _ in range(_TELLING):
            nobody = nobody_like(self.username)
            pair = [(self.username, self.known, self._visitor()), (nobody, self.unknown, self._visitor())]
            for step in ("1st", "2nd"):
                SystemRandom().shuffle(pair)
                for name, found, visitor in pair:
                    found.append(self._wrong(visitor, name, step))
            if not self._right("between").granted:
                self.open = False
                return

    def _wrong(self, visitor: Visitor, name: str, step: str) -> Seen:
        form = visitor.next_form()
        before = self._connected()
        page = visitor.send(name, secrets.token_urlsafe(12), form=form, label="wrong password")
        self._usual = self._usual or said_wait(page)
        return seen(page, step, name, round(1000 * (self._connected() - before), 1))

    def _connected(self) -> float:
        """Seconds of connections so far; our own waiting for a turn is not in it."""
        return sum(one.seconds for one in self.wire.footprint)

    def _right(self, name: str, headers: tuple[Header, ...] = (), username: str = "") -> Attempt:
        found, entered = self._visitor().attempt(name, username or self.username, self.password, headers)
        said = said_wait(entered.answer) if entered else None
        self.wait = None if said == self._usual else said  # a footer may speak of minutes, too
        return found

    def lock(self) -> None:
        """Rounds of wrong passwords, each followed by the right one, until that is refused."""
        for most in ROUNDS if self.open else ():
            count = self._mistype(self.username, most)
            mistyped = time.monotonic()
            right = self._right(f"the right password after {count} wrong ones")
            wait = None if right.granted else self.wait
            since = math.ceil(time.monotonic() - mistyped)
            self.rounds.append(Round(failures=count, right=right, seconds=wait, since=since))
            if not right.granted:
                self.open, self.locked_at = False, time.monotonic()
                self._compare_locked(count)
                return

    def _mistype(self, name: str, most: int) -> int:
        """Wrong passwords until the platform says that there were too many, at most so many; how many."""
        visitor = self._visitor()
        for count in range(1, most + 1):
            form = visitor.next_form()
            page = visitor.send(name, secrets.token_urlsafe(12), form=form, label="wrong password")
            self._noted(page, count)
            if page.status == 429:
                return count - 1
        return most

    def _noted(self, page: Page, count: int) -> None:
        """Keep the longest row of wrong passwords, and the first answer that slows it down."""
        if self.swift is not None and (self.swift.slowed or count < self.swift.tries):
            return
        slowed = "429" if page.status == 429 else "challenge" if _challenges(page) else ""
        ids = page.exchange.id
        self.swift = Swift(tries=count, status=page.status, slowed=slowed, exchange=ids)

    def _compare_locked(self, failures: int) -> None:
        """An unknown name gets as many wrong passwords as locked the account; are both still answered alike."""
        nobody = nobody_like(self.username)
        self._mistype(nobody, failures + 1)
        for name, found in ((self.username, self.known), (nobody, self.unknown)) * 2:
            found.append(self._wrong(self._visitor(), name, "locked"))

    def bypass(self, control: Attempt) -> Experiment:
        """The right password in ways that may slip past the lock; the first that does ends it."""
        ways: list[tuple[str, tuple[Header, ...], str]] = [
            *((name, headers, "") for name, headers in _BYPASSES),
            ("name in the other case", (), self.username.swapcase()),
            ("name with a blank after it", (), f"{self.username} "),
            ("after wrong passwords for other names and a sign-in of another account", (), ""),
        ]
        tries: list[Attempt] = []
        for name, headers, username in ways:
            tries.append(self._right(name, headers, username))
            if tries[-1].granted:
                break
        return Experiment(control=control, attempts=tuple(tries))

    def held(self) -> tuple[Attempt, int]:
        """The right password once more, and how many seconds after the lock."""
        return self._right("the right password at the end"), int(time.monotonic() - self.locked_at)

    @property
    def told(self) -> Telling:
        """The answers that were compared."""
        return Telling(
            known=tuple(s.reply for s in self.known),
            unknown=tuple(s.reply for s in self.unknown),
            difference=difference(self.known, self.unknown, self.wire),
        )
