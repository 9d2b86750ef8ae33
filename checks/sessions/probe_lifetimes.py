"""Collects how long sessions live: what is declared, what cookies say, and short ones awaited."""

import time

from harness.evidence import Missing
from harness.experiment import Experiment
from harness.idtarget import SignInPage
from harness.registry import probe
from harness.wire import Wire

from .evidence import SessionLifetimes
from .probe_cookies import attributes, lifetime
from .probe_signin import signed_in, who
from .probe_turns import turn
from .probe_visitor import Visitor, kept

#: Declared lives up to this many seconds are awaited; longer ones would hold up the run.
AWAITABLE = 45
_MARGIN = 1.0


@probe("login", seconds=180)
def session_lifetimes(page: SignInPage, wire: Wire) -> SessionLifetimes | Missing:
    """Sign in twice at most, leave one session alone and use the other, where the declared lives are short."""
    login = page.login
    idle = login.idle_seconds if (login.idle_seconds or 1_000_000) <= AWAITABLE else None
    whole = login.absolute_seconds if (login.absolute_seconds or 1_000_000) <= AWAITABLE else None
    with turn(page, wire, 0):
        pair = [signed_in(wire, page, who(page, wire))[0] for _ in range(2 if idle or whole else 1)]
    began = time.monotonic()
    left = _left_alone(pair[0], pair[-1], idle, began) if idle else None
    lived = _used_on(pair[-1], whole, began) if whole else None
    ids = {a.exchange for x in (left, lived) if x for a in (*x.attempts, x.control) if a}
    given = {e.id for e in pair[0].agent.exchanges if e.values("set-cookie")}
    return SessionLifetimes(
        idle_seconds=login.idle_seconds,
        absolute_seconds=login.absolute_seconds,
        awaitable=AWAITABLE,
        cookie=_longest(pair[0]),
        idle=left,
        lived=lived,
        exchanges=kept(pair, ids | given),
    )


def _left_alone(alone: Visitor, used: Visitor, seconds: int, began: float) -> Experiment:
    """One session is used meanwhile: it shows that the other ended by idling, and not because it was one of two."""
    _use(used, began, seconds + _MARGIN)
    control = used.looked("the session that was used")
    return Experiment(control=control, attempts=(alone.looked(f"the session that idled {seconds} s"),))


def _used_on(used: Visitor, seconds: int, began: float) -> Experiment:
    _use(used, began, max(0.0, seconds - 2 * _MARGIN))
    control = used.looked("the session before its time")
    _use(used, began, seconds + _MARGIN)
    return Experiment(control=control, attempts=(used.looked(f"the session after {seconds} s in use"),))


def _use(visitor: Visitor, began: float, until: float) -> None:
    while (left := began + until - time.monotonic()) > 0 and visitor.wire.remaining > 0:
        time.sleep(min(left, 0.4))
        visitor.inside(label="in use")


def _longest(visitor: Visitor) -> int | None:
    """The longest life that a cookie of the sign-in is given; None where all end with the browser."""
    lives = []
    for name in visitor.jar:
        exchange, said = attributes(visitor.agent.exchanges, name)
        lives.append(lifetime(said, exchange.at if exchange else ""))
    return max((life for life in lives if life is not None), default=None)
