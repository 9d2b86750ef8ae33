"""Evidence of mailed links to a new password. No link and no password stands in it."""

from harness.evidence import Evidence, Exchange
from harness.experiment import Experiment


class ResetLinks(Evidence, frozen=True, kw_only=True):
    """What a mailed link to a new password is good for.

    `once`: a used link tried again. `late`: a link left alone longer than its life of `declared` seconds, where
    that was awaited (`awaitable` seconds at most). `hosts`: links asked for by requests that name another host,
    granted where the link leads there. `restored` says what became of the spare account's password (None: it was
    not changed).
    """

    once: Experiment
    late: Experiment | None = None
    hosts: Experiment | None = None
    declared: int | None = None
    awaitable: int = 0
    restored: bool | None = None
    exchanges: tuple[Exchange, ...] = ()
