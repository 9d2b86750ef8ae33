"""Steps that the probes of the token endpoint share: refreshable sign-ins, fresh codes, machine tokens."""

from collections.abc import Callable, Iterable, Mapping
from typing import ParamSpec

from harness.agent import Agent
from harness.evidence import Cause, Exchange
from harness.experiment import Attempt, Experiment
from harness.idtarget import Role
from harness.model import Text
from harness.scope import WireError

from .probe_answers import ending
from .probe_flow import Answer, Ask, Flow, Params, Tokens

OFFLINE = "offline_access"
_OURS = frozenset({Cause.NO_CREDENTIAL, Cause.NO_CONSENT, Cause.OUT_OF_SCOPE, Cause.CEILING})


def listed(flow: Flow, name: str) -> list[str]:
    """A list of strings from the metadata, [] where it is none."""
    found = flow.metadata.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def words(flow: Flow, role: Role) -> list[str]:
    """The scope of a test client without `offline_access`, in order."""
    return [word for word in flow.client(role).scope.split() if word != OFFLINE]


def asked(flow: Flow, role: Role) -> Role | None:
    """The role if the target names a client for it."""
    return role if role in flow.issuer.provider.clients else None


def refreshable(flow: Flow, role: Role, scope: Iterable[str] | None = None) -> Tokens:
    """A sign-in that asks for a refresh token as OpenID Connect Core 1.0 §11 wants it; the tokens may come without one."""
    plain = " ".join(scope if scope is not None else words(flow, role))
    wanted = OFFLINE in flow.client(role).scope.split()
    if not wanted:
        found, _ = flow.tokens(role, scope=plain)
        if found.data.get("refresh_token") or OFFLINE not in listed(flow, "scopes_supported"):
            return found
        try:
            return flow.tokens(role, scope=f"{plain} {OFFLINE}", prompt="consent")[0]
        except WireError:
            return found
    return flow.tokens(role, scope=f"{plain} {OFFLINE}", prompt="consent")[0]


def refresh_token(found: Tokens) -> str:
    """The refresh token of an answer, "" without one."""
    return str(found.data.get("refresh_token") or "")


def no_refresh(flow: Flow) -> Experiment:
    """What no refresh token means: not offered where the metadata say so, unclear where they offer it."""
    if "refresh_token" in listed(flow, "grant_types_supported"):
        raise WireError(
            Cause.UNSTABLE, "the metadata offer refresh tokens, but the test client was given none"
        )
    return Experiment(
        not_offered=Text(
            "rule: applies where refresh tokens are given; fact: the metadata do not offer the grant "
            "`refresh_token` and none was given",
            "เงื่อนไข: ใช้เมื่อมีการออก refresh token; ข้อเท็จจริง: เมทาดาทาไม่เสนอ grant `refresh_token` และไม่มีการออกให้",
        )
    )


class Family:
    """The refresh tokens that follow from one sign-in of a client; `live` was handed out and not used since."""

    def __init__(self, flow: Flow, role: Role, scope: Iterable[str] | None = None) -> None:
        self.flow, self.role = flow, role
        self.scope = tuple(scope) if scope is not None else None
        self.granted = refreshable(flow, role, self.scope)
        self.live = refresh_token(self.granted)

    def use(self, **changes: str | None) -> Tokens:
        """Use the live token and keep the one that takes its place."""
        found = self.flow.refresh(self.live, self.role, **changes)
        self.live = refresh_token(found) or self.live
        return found

    def renew(self) -> bool:
        """Make sure that `live` is: refresh once, sign in again where that is refused."""
        if not self.use().access:
            self.granted = refreshable(self.flow, self.role, self.scope)
            self.live = refresh_token(self.granted)
        return bool(self.live)


def fresh_code(flow: Flow, role: Role, **changes: str | None) -> tuple[Answer, Ask]:
    """A code nobody has used. Raises WireError where the sign-in ends without one."""
    ask = flow.ask(role, **({"scope": " ".join(words(flow, role))} | changes))
    answer = flow.authorize(ask)
    if not answer.code:
        raise WireError(
            Cause.UNSTABLE, f"the sign-in ended without a code ({answer.error or ending(answer.page)})"
        )
    return answer, ask


def code_form(answer: Answer, ask: Ask) -> Params:
    """The parameters that redeem a code, without the client's authentication."""
    return {
        "grant_type": "authorization_code",
        "code": answer.code,
        "redirect_uri": ask.params.get("redirect_uri", ""),
        "code_verifier": ask.verifier,
    }


def machine_form(flow: Flow, role: Role = "machine", *, scoped: bool = True) -> Params:
    """The parameters of a machine's own token; `openid` is no scope for one (OpenID Connect Core 1.0 §3.1.2.1)."""
    scope = " ".join(word for word in words(flow, role) if word != "openid")
    return {"grant_type": "client_credentials"} | ({"scope": scope} if scope and scoped else {})


def authenticated(flow: Flow, role: Role, said: Mapping[str, str]) -> tuple[list[tuple[str, str]], Params]:
    """Headers and parameters of a request with the client's own authentication, for other methods than POST."""
    return flow.authenticated(flow.client(role), role, dict(said))


P = ParamSpec("P")


def carried_out(flow: Flow, build: Callable[P, Experiment], *args: P.args, **kwargs: P.kwargs) -> Experiment:
    """The experiment, or one without a control that says what the target did; what is ours to settle is raised."""
    try:
        return build(*args, **kwargs)
    except WireError as stop:
        if stop.cause in _OURS:
            raise
        return Experiment(control=Attempt(name=flow.wire.redacted(str(stop))[:200], granted=None))


def cited(agents: Iterable[Agent], experiments: Iterable[Experiment]) -> tuple[Exchange, ...]:
    """The exchanges that the experiments name, in the order they were sent."""
    wanted = {a.exchange for e in experiments for a in _all(e) if a.exchange}
    return tuple(x for agent in agents for x in agent.exchanges if x.id in wanted)


def _all(experiment: Experiment) -> tuple[Attempt, ...]:
    ends = (a for a in (experiment.control, experiment.after) if a is not None)
    return (*ends, *experiment.attempts)
