"""Evidence about a sign-in page. No password, cookie value or page content stands in it, only what followed from them."""

from msgspec import Struct

from harness.evidence import Evidence, Exchange
from harness.experiment import Attempt, Experiment


class SignInTransport(Evidence, frozen=True):
    """The sign-in page over TLS, and what its addresses answer over plain HTTP, without any credential.

    `declared` is the scheme in the target file, `action` that of the address the form is sent to. The attempts of
    `clear` are granted where plain HTTP shows a sign-in form or asks for Basic credentials.
    """

    declared: str
    action: str
    clear: Experiment
    exchanges: tuple[Exchange, ...] = ()


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a page answered, as far as a stranger can compare it: status, where it leads, cookies, a digest of its words.

    `step` says which answers belong together; `milliseconds` counts the connection, not our own waiting.
    """

    step: str
    status: int | None = None
    place: str = ""
    cookies: tuple[str, ...] = ()
    words: str = ""
    milliseconds: float = 0.0
    exchange: str = ""

    @property
    def face(self) -> tuple[int | None, str, tuple[str, ...], str]:
        """All of it that does not measure time."""
        return self.status, self.place, self.cookies, self.words


class DefaultLogins(Evidence, frozen=True):
    """Sign-ins with names and passwords that software is delivered with; the control is the test account.

    `builtin` are the answers to built-in names with a made-up password, `nobody` those to names that nobody has.
    """

    logins: Experiment
    builtin: dict[str, Reply] = {}  # noqa: RUF012 — msgspec copies it
    nobody: tuple[Reply, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


class LoginCookie(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cookie held after the sign-in. `alone` says that it opens the home page by itself, `needed` that without
    it the home page is refused: either makes it a carrier of the session.

    `attributes` are those of its last Set-Cookie line by lower-case name; `lifetime` the seconds it is told to
    live (None: until the browser ends). The rest measures `samples` values of as many sign-ins, in numbers only:
    `distinct` of them differ, `bits` is the most that the varying part can carry, `derived` a guessable recipe.
    """

    name: str
    alone: bool = False
    needed: bool = False
    attributes: dict[str, str] = {}
    lifetime: int | None = None
    samples: int = 0
    distinct: int = 0
    bits: float = 0.0
    derived: str = ""

    @property
    def carries(self) -> bool:
        """Whether the session hangs on it."""
        return self.alone or self.needed


class LoginSessions(Evidence, frozen=True):
    """Sessions of the main test account, and what is left of each where it should be gone.

    `fixation`: identifiers from before a sign-in, tried after it. `logout`: the cookies from before a logout, tried
    after it.
    """

    fixation: Experiment
    logout: Experiment
    cookies: tuple[LoginCookie, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


class SessionLifetimes(Evidence, frozen=True):
    """What the target file says of how long sessions live, in seconds, and what was awaited of it.

    `idle` was left alone for longer than a session may idle while another was used; `lived` was used past
    the longest life. None: not declared, or too long to be awaited (`awaitable` seconds).
    `cookie` is the longest lifetime that a cookie of the session is given.
    """

    idle_seconds: int | None = None
    absolute_seconds: int | None = None
    awaitable: int = 0
    cookie: int | None = None
    idle: Experiment | None = None
    lived: Experiment | None = None
    exchanges: tuple[Exchange, ...] = ()


class HalfSession(Evidence, frozen=True):
    """The home page asked with a session that has given the password and nothing else."""

    skipped: Experiment
    exchanges: tuple[Exchange, ...] = ()


class Telling(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same thing asked in turns for an account that exists and for names that do not.

    `difference` are words that only one kind of answer had, redacted and bounded.
    """

    known: tuple[Reply, ...] = ()
    unknown: tuple[Reply, ...] = ()
    difference: str = ""


class ForgottenPassword(Evidence, frozen=True):
    """The page for forgotten passwords, asked for a known and for unknown names, and with hosts that are not its own.

    The attempts of `host` are granted where the answer names the made-up host.
    """

    telling: Telling
    host: Experiment
    exchanges: tuple[Exchange, ...] = ()


class Candidate(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A password that was offered at a change: what it is like, never what it was.

    `word` says that it is, or is built on, one of the most common passwords. `accepted` is None where it could
    not be told; `cut` says that less than all of it signed in (None: not tried).
    """

    name: str
    length: int
    classes: int
    word: bool = False
    accepted: bool | None = None
    cut: bool | None = None
    exchange: str = ""


class Round(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """`failures` wrong passwords in a row, then the right one.

    `seconds` is how long the platform then said to wait, `since` how long before that the last wrong one had been
    answered (rounded up): the lock is as old as that, and what is said is what is left of it.
    """

    failures: int
    right: Attempt
    seconds: int | None = None
    since: int = 0


class Earlier(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A password that the account had `back` changes ago, chosen again."""

    back: int
    accepted: bool | None
    exchange: str = ""


class Swift(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Wrong passwords in quick succession: how many, the status of the last, and what stood against more of them.

    `slowed` is "429" or "challenge" at the `tries`-th, or "" where every answer was as before.
    """

    tries: int
    status: int | None = None
    slowed: str = ""
    exchange: str = ""


class SpareAccount(Evidence, frozen=True):
    """What was done with the spare account: its password changed and put back, then mistyped until it was locked.

    `all_offered` is False where the changes could not be carried on to the last candidate; `unchanged` says why
    none was begun: "no page" (the target names none), "no form" (none on it).

    `works` is its first sign-in, the control of everything here. `restored` says whether its password is again the
    one it had (None: never changed). `others`: sessions from before a change of password. `rounds` lead to the
    lock; `held` is the right password again at the end, `held_seconds` after the lock; `main` a sign-in of the
    main account meanwhile. `bypass`: the right password in ways that may slip past the lock. `earlier`: former
    passwords chosen again, the last first; `anew` whether a new one was taken after them. `swift`: the longest row of
    wrong passwords.
    """

    works: Attempt
    candidates: tuple[Candidate, ...] = ()
    all_offered: bool = False
    restored: bool | None = None
    others: Experiment | None = None
    telling: Telling = Telling()
    rounds: tuple[Round, ...] = ()
    held: Attempt | None = None
    held_seconds: int = 0
    main: Attempt | None = None
    bypass: Experiment | None = None
    unchanged: str = ""
    earlier: tuple[Earlier, ...] = ()
    anew: bool | None = None
    swift: Swift | None = None
    exchanges: tuple[Exchange, ...] = ()
