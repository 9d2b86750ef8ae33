"""Uses refresh tokens rightly and wrongly: again, by others, for more than was granted."""

from collections.abc import Sequence

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Role
from harness.model import Text
from harness.registry import probe
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Flow, Tokens
from .probe_jose import parse
from .probe_token_dpop import Binder
from .probe_token_proofs import Prover
from .probe_token_steps import (
    OFFLINE,
    Family,
    asked,
    carried_out,
    cited,
    listed,
    no_refresh,
    words,
)
from .token_evidence import RefreshRotation, RefreshTrials

#: Scopes beyond the client's own that are tried; each costs two requests.
_BEYOND = 2
_LONGEST = 200
_ROTATING: tuple[Role, ...] = ("public", "main")
_OTHERS: tuple[Role, ...] = ("other", "public")


@probe("issuer")
def refresh_rotation(issuer: Issuer, wire: Wire) -> RefreshRotation | Missing:
    """Refresh with the public and the main client, use the old token again, then the newest; two sign-ins each."""
    first = Flow(wire, issuer)
    agents = [first.agent]
    experiments: dict[str, Experiment] = {}
    for role in _ROTATING:
        if asked(first, role):
            flow = Flow(wire, issuer, first.metadata)
            agents.append(flow.agent)
            experiments[role] = carried_out(flow, _used_again, flow, role)
            if role == "public" and not _held(experiments[role]):
                experiments[role] = _bound(flow) or experiments[role]
    return RefreshRotation(
        experiments=experiments,
        exchanges=cited(agents, experiments.values()),
        public=tuple(role for role in _ROTATING if asked(first, role) and first.client(role).auth == "none"),
        public_offered="none" in listed(first, "token_endpoint_auth_methods_supported"),
    )


def _held(experiment: Experiment) -> bool:
    return experiment.not_offered is not None or bool(experiment.control and experiment.control.granted)


def _bound(flow: Flow) -> Experiment | None:
    """A public client that gets nothing without a proof: its refresh token must be bound to the key (RFC 9449 §5)."""
    if not (offered := listed(flow, "dpop_signing_alg_values_supported")):
        return None
    found = carried_out(flow, Binder(flow, Prover(offered)).refreshes)
    return found if _held(found) else None


def _used_again(flow: Flow, role: Role) -> Experiment:
    family = Family(flow, role)
    if not family.live:
        return no_refresh(flow)
    used = family.live
    control = family.use().attempt("refreshing")
    attempts: list[Attempt] = []
    if (
        control.granted and family.live != used
    ):  # replaced: the new one must work before its death means something
        used = family.live
        control = family.use().attempt("refreshing with a token that replaced another")
    if control.granted:
        attempts.append(flow.refresh(used, role).attempt("the used refresh token again"))
    if control.granted and family.live != used and not attempts[0].granted:
        attempts.append(family.use().attempt("the newest token after a used one came back"))
    after = Family(flow, role).use().attempt("refreshing after a new sign-in") if control.granted else None
    return Experiment(control=control, attempts=tuple(attempts), after=after)


@probe("issuer")
def refresh_trials(issuer: Issuer, wire: Wire) -> RefreshTrials | Missing:
    """Ask for more scope with a refresh token, then let other clients use it; two or three sign-ins."""
    flow = Flow(wire, issuer)
    experiments = {"wider": carried_out(flow, wider, flow)}
    agents = [flow.agent]
    for role in _OTHERS:
        if asked(flow, role):
            another = Flow(wire, issuer, flow.metadata)
            agents.append(another.agent)
            tried = carried_out(flow, foreign, flow, another, role)
            if (
                _held(tried) or "other" not in experiments
            ):  # one client in order is enough to show the binding
                experiments[role] = tried
    lacking = ("other",) if len(agents) == 1 else ()
    return RefreshTrials(
        experiments=experiments, lacking=lacking, exchanges=cited(agents, experiments.values())
    )


def wider(flow: Flow, scope: Sequence[str] = (), prefix: str = "") -> Experiment:
    """Sign in for less than the client may have (`scope`, else the target's), then refresh for more.

    Of the scopes in the metadata those that begin with `prefix` are tried.
    """
    mine = [*scope] or words(flow, "main")
    spare = [word for word in mine if word != "openid"][-1:]
    narrow = [word for word in mine if word not in spare]
    known = [w for w in listed(flow, "scopes_supported") if len(w) <= _LONGEST and w.startswith(prefix)]
    beyond = [word for word in known if word not in (*mine, OFFLINE, "openid")][:_BEYOND]
    family = Family(flow, "main", narrow)
    if not family.live:
        return no_refresh(flow)
    given = str(family.granted.data.get("scope") or " ".join(narrow)).split()
    extra = [word for word in (*spare, *beyond) if word not in given]
    if not extra:
        return _one_scope()
    control = family.use(scope=" ".join(given)).attempt("refreshing for the scope that was granted")
    attempts = []
    for word in extra:
        if not family.renew():
            break
        found = family.use(scope=" ".join((*given, word)))
        attempts.append(_widened(flow, found, word))
    return Experiment(control=control, attempts=tuple(attempts))


def _one_scope() -> Experiment:
    return Experiment(
        not_offered=Text(
            "rule: applies where there is more scope than was granted; fact: the metadata and the client name no other",
            "เงื่อนไข: ใช้เมื่อมี scope มากกว่าที่ได้รับอนุญาต; ข้อเท็จจริง: เมทาดาทาและไคลเอนต์ไม่มี scope อื่น",
        )
    )


def _widened(flow: Flow, found: Tokens, word: str) -> Attempt:
    """Granted where the new token has the scope; a server may also leave out what it does not grant (RFC 6749 §3.3)."""
    name = f"refreshing for `{word[:60]}` as well"
    seen = found.attempt(name)
    if not found.access:
        return seen
    scope = _scope(flow, found)
    granted = None if scope is None else word in scope
    note = "the answer does not say which scope" if scope is None else "" if granted else "scope left out"
    return Attempt(name=name, granted=granted, status=seen.status, exchange=seen.exchange, note=note)


def _scope(flow: Flow, found: Tokens) -> list[str] | None:
    """The scope of a new token: from the answer, the token itself, or introspection; None where none of them says."""
    token = parse(found.access)
    places = [found.data, token[1] if token else {}]
    if isinstance(flow.metadata.get("introspection_endpoint"), str):
        places.append(
            flow.post("introspection_endpoint", {"token": found.access}, label="scope of a token").data
        )
    for place in places:
        scope = place.get("scope", place.get("scp"))
        if isinstance(scope, str | list):
            return scope.split() if isinstance(scope, str) else [str(one) for one in scope]
    return None


def foreign(flow: Flow, another: Flow, role: Role, scope: Sequence[str] | None = None) -> Experiment:
    """The main client's refresh token, of this scope, in the hands of another client, which itself is in order."""
    own, _ = another.tokens(role, scope=" ".join(words(another, role)))
    control = own.attempt(f"the client `{role}` redeems a code of its own")
    family = Family(flow, "main", scope)
    if not family.live:
        return no_refresh(flow)
    working = family.use().attempt("the main client refreshes")
    if not working.granted:
        return Experiment(control=working)
    found = another.refresh(family.live, role).attempt(
        f"the client `{role}` uses the main client's refresh token"
    )
    return Experiment(control=control, attempts=(found,))
