"""Collects whether a code that nobody redeemed ends when the owner says it does."""

import time

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Issuer
from harness.registry import probe
from harness.wire import Wire

from .authorization_evidence import CodeLife
from .probe_signin import WatchedFlow, deciding, settled

#: Declared lives up to this many seconds are awaited (ours): as long as ASVS 5.0.0-10.4.3 allows at level 3.
AWAITABLE = 60
#: So much later than declared the code is tried (seconds; ours): clocks and clean-up jobs are not exact.
_MARGIN = 2.0


@probe("issuer", seconds=AWAITABLE + 60)
def code_life(issuer: Issuer, wire: Wire) -> CodeLife | Missing:
    """Two codes and the wait for one to end; no request where the declared life is missing or too long."""
    declared = issuer.provider.code_seconds
    if declared is None or declared > AWAITABLE:
        return CodeLife(declared=declared, awaitable=AWAITABLE)
    flow = WatchedFlow(wire, issuer)
    trial = _awaited(flow, declared)
    attempts = (trial.control, *trial.attempts, trial.after)
    return CodeLife(
        declared=declared,
        awaitable=AWAITABLE,
        late=trial,
        exchanges=deciding(flow.exchanges, *attempts),
    )


def _awaited(flow: WatchedFlow, seconds: int) -> Experiment:
    """A code is left alone past its time; others are redeemed at once, before and after it."""
    ask = flow.ask()
    answer = flow.authorize(ask, label="code to be left alone")
    had = time.monotonic()
    control = flow.code_attempt("a code redeemed at once", "main", flow.ask())
    if not answer.code:
        nothing = Attempt(name="a code to leave alone", granted=False, status=answer.page.status)
        return Experiment(control=nothing)
    time.sleep(max(0.0, had + seconds + _MARGIN - time.monotonic()))
    name = f"a code {seconds + _MARGIN:.0f} s old"
    late = settled(flow.redeem(answer, ask, label=name).attempt(name))
    after = flow.code_attempt("a new code redeemed at once", "main", flow.ask())
    return Experiment(control=control, attempts=(late,), after=after)
