"""Collects what happens to codes whose proof key is missing, wrong, weak or taken away (RFC 7636)."""

import hashlib
import os

from msgspec import Struct

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Issuer, Role
from harness.registry import probe
from harness.wire import Wire

from .authorization_evidence import PkceTrials
from .probe_jose import b64u
from .probe_signin import WatchedFlow, deciding

#: Characters of the verifier that is too short (RFC 7636 §4.1 asks for 43 at least).
_SHORT = 12


class _Trial(Struct, frozen=True):
    """How the request for the code and the request for the tokens differ from good ones."""

    ask: dict[str, str | None]
    verifier: str | None


def _trials(verifier: str) -> dict[str, _Trial]:
    challenge = b64u(hashlib.sha256(verifier.encode()).digest())
    s256: dict[str, str | None] = {"code_challenge": challenge, "code_challenge_method": "S256"}
    plain: dict[str, str | None] = {"code_challenge": verifier}
    nothing: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
    return {
        "wrong verifier": _Trial(s256, b64u(os.urandom(32))),
        "verifier left out": _Trial(s256, None),
        "challenge as verifier": _Trial(s256, challenge),
        "verifier without challenge": _Trial(nothing, verifier),
        "no PKCE": _Trial(nothing, None),
        "empty challenge": _Trial({**s256, "code_challenge": ""}, None),
        "method plain": _Trial({**plain, "code_challenge_method": "plain"}, verifier),
        "no method": _Trial({**plain, "code_challenge_method": None}, verifier),
        "unknown method": _Trial({**plain, "code_challenge_method": "S999"}, verifier),
    }


@probe("issuer", seconds=90)
def pkce_trials(issuer: Issuer, wire: Wire) -> PkceTrials | Missing:
    """For the main and the public client: a good code before and after, nine bad ones and one with a short verifier."""
    flow = WatchedFlow(wire, issuer)
    roles: list[Role] = ["main"] if "public" not in issuer.provider.clients else ["main", "public"]
    clients: dict[str, Experiment] = {}
    short: dict[str, Attempt] = {}
    for role in roles:
        kind = "public" if flow.client(role).auth == "none" else "confidential"
        clients[kind] = _experiment(flow, role)
        if clients[kind].attempts:
            short[kind] = _short(flow, role)
    attempts = [a for e in clients.values() for a in (e.control, *e.attempts, e.after)]
    return PkceTrials(
        clients=clients, short=short, exchanges=deciding(flow.exchanges, *attempts, *short.values())
    )


def _experiment(flow: WatchedFlow, role: Role) -> Experiment:
    control = flow.code_attempt(f"S256, {role} client", role, flow.ask(role))
    if not control.granted:
        return Experiment(control=control)
    trials = _trials(b64u(os.urandom(32))).items()
    attempts = [
        flow.code_attempt(name, role, flow.ask(role, **t.ask), code_verifier=t.verifier) for name, t in trials
    ]
    after = flow.code_attempt(f"S256 afterwards, {role} client", role, flow.ask(role))
    return Experiment(control=control, attempts=tuple(attempts), after=after)


def _short(flow: WatchedFlow, role: Role) -> Attempt:
    verifier = b64u(os.urandom(_SHORT))[:_SHORT]
    challenge = b64u(hashlib.sha256(verifier.encode()).digest())
    ask = flow.ask(role, code_challenge=challenge)
    return flow.code_attempt(f"verifier of {_SHORT} characters", role, ask, code_verifier=verifier)
