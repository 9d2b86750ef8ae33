"""Evidence about second factors and about authenticating again. No code, password or cookie value stands in it."""

from msgspec import Struct

from harness.evidence import Evidence, Exchange
from harness.experiment import Attempt, Experiment


class Aged(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code whose own time ended at least `seconds` before it was tried."""

    seconds: int
    tried: Attempt


class OneTimeCodes(Evidence, frozen=True):
    """One-time codes used again, used late, and guessed.

    `reuse`: the control is a code that signed in, the attempt the same code once more, `after` a fresh one.
    `works` is a sign-in of the account whose codes were guessed, `guesses` the wrong codes it got in a row, across
    sessions; `accepted` is one of them that signed in; `stopped` says that the platform took no more; `right` is a right code after all that.
    """

    reuse: Experiment
    aged: tuple[Aged, ...]
    works: Attempt
    guesses: int = 0
    stopped: bool = False
    accepted: Attempt | None = None
    right: Attempt | None = None
    exchanges: tuple[Exchange, ...] = ()


class SensitiveActs(Evidence, frozen=True):
    """Acts of high risk by name, asked for with a session that has just signed in.

    Each attempt is the act before its owner authenticated again, the control the same act after that.
    """

    acts: dict[str, Experiment]
    exchanges: tuple[Exchange, ...] = ()


class AskedFactor(Evidence, frozen=True):
    """What follows a right password. `users` says whose sign-in it is; without it nothing was tried.

    The control is granted where the password was taken, the attempt where it led inside with nothing else asked.
    """

    users: tuple[str, ...] = ()
    alone: Experiment | None = None
    exchanges: tuple[Exchange, ...] = ()


class FactorTrial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account's sign-in, factor by factor: the password alone, a wrong code after it, and the right one."""

    alone: Attempt
    wrong: Attempt | None = None
    code: Attempt | None = None


class RoleFactors(Evidence, frozen=True):
    """The sign-ins of test accounts by role."""

    people: dict[str, FactorTrial]
    exchanges: tuple[Exchange, ...] = ()
