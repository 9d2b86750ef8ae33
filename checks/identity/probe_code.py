"""Collects what a code is good for: a second time, in the hands of another client, at another address."""

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Issuer, Role
from harness.registry import probe
from harness.scope import WireError
from harness.wire import Wire

from .authorization_evidence import CodeTrials
from .probe_flow import Tokens
from .probe_signin import WatchedFlow, deciding, settled

#: Other clients that may play the thief, in this order.
_STRANGERS: tuple[Role, ...] = ("other", "public", "machine")


@probe("issuer", seconds=60)
def code_trials(issuer: Issuer, wire: Wire) -> CodeTrials | Missing:
    """One sign-in and about six codes; the account is used as any client would."""
    flow = WatchedFlow(wire, issuer)
    address = _address(flow)
    if not address.attempts:
        return CodeTrials(
            replay=address, address=address, exchanges=deciding(flow.exchanges, address.control)
        )
    stranger = _stranger(flow)
    replay, alive, survivors = _replay(flow)
    experiments = [e for e in (replay, address, stranger) if e is not None]
    attempts = [a for e in experiments for a in (e.control, *e.attempts, e.after)]
    return CodeTrials(
        replay=replay,
        alive=alive,
        survivors=survivors,
        address=address,
        stranger=stranger,
        exchanges=deciding(flow.exchanges, *attempts, *alive, *survivors),
    )


def _good(flow: WatchedFlow, name: str) -> Attempt:
    return flow.code_attempt(name, "main", flow.ask())


def _address(flow: WatchedFlow) -> Experiment:
    control = _good(flow, "same redirect_uri")
    if not control.granted:
        return Experiment(control=control)
    registered = flow.client().redirect_uri
    trials = {
        "another redirect_uri": f"{registered.partition('?')[0]}/moph",
        "redirect_uri left out": None,
    }
    attempts = [flow.code_attempt(name, "main", flow.ask(), redirect_uri=url) for name, url in trials.items()]
    return Experiment(
        control=control, attempts=tuple(attempts), after=_good(flow, "same redirect_uri afterwards")
    )


def _stranger(flow: WatchedFlow) -> Experiment | None:
    """A code of the main client in another client's hands, with everything that goes with it."""
    role = next((r for r in _STRANGERS if r in flow.issuer.provider.clients), None)
    if role is None:
        return None
    ask = flow.ask()
    answer = flow.authorize(ask, label="code to be stolen")
    if not answer.code:
        return None
    name = f"code of another client, used by the {role} client"
    tokens = flow.redeem(answer, ask, role, label=name)
    control = flow.code_attempt(f"a code of its own, {role} client", role, flow.ask(role))
    return Experiment(control=control, attempts=(settled(tokens.attempt(name)),))


def _replay(flow: WatchedFlow) -> tuple[Experiment, tuple[Attempt, ...], tuple[Attempt, ...]]:
    """A code redeemed, its tokens used, the code redeemed again, its tokens used again."""
    ask = flow.ask()
    answer = flow.authorize(ask, label="code to be used twice")
    if not answer.code:
        control = Attempt(name="first use", granted=False, status=answer.page.status, error=answer.error)
        return Experiment(control=control), (), ()
    first = flow.redeem(answer, ask, label="first use of the code")
    control = settled(first.attempt("first use"))
    alive = _uses(flow, first, "before")
    again = settled(flow.redeem(answer, ask, label="second use of the code").attempt("second use"))
    survivors = _uses(flow, first, "after") if control.granted else ()
    refreshed = _refreshed(flow, first) if control.granted else ()
    after = _good(flow, "a new code afterwards")
    return Experiment(control=control, attempts=(again,), after=after), alive, (*survivors, *refreshed)


def _uses(flow: WatchedFlow, tokens: Tokens, when: str) -> tuple[Attempt, ...]:
    """The access token where it opens something: the target's resource, else userinfo."""
    try:
        url = flow.issuer.resource_url or flow.endpoint("userinfo_endpoint")
    except WireError:
        return ()
    name = f"access token {when}"
    page = flow.agent.fetch("GET", url, headers=[("Authorization", f"Bearer {tokens.access}")], label=name)
    told = page.status is not None and page.status < 500 and page.status != 429
    granted = page.status == 200 if told else None
    return (Attempt(name="access token", granted=granted, status=page.status, exchange=page.exchange.id),)


def _refreshed(flow: WatchedFlow, tokens: Tokens) -> tuple[Attempt, ...]:
    token = tokens.data.get("refresh_token")
    if not isinstance(token, str) or not token:
        return ()
    return (settled(flow.refresh(token).attempt("refresh token")),)
