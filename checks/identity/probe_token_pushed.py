"""Pushes authorization requests (PAR) and uses what comes back wrongly."""

import time

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Role
from harness.model import Text
from harness.registry import probe
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Answer, Ask, Flow, Tokens, attempt, read
from .probe_token_steps import asked, authenticated, carried_out, cited, words
from .probe_token_ways import sent, wrong_ways
from .token_evidence import PushedTrials

_ENDPOINT = "pushed_authorization_request_endpoint"
_KEY = "request_uri"
_EVIL = "https://moph-harness.invalid/callback"
#: A life that short is waited for.
_PATIENCE = 5


@probe("issuer")
def pushed_requests(issuer: Issuer, wire: Wire) -> PushedTrials | Missing:
    """Push good and bad requests, then sign in with their request_uri: again, as another client, made up."""
    flow = Flow(wire, issuer)
    if not isinstance(flow.metadata.get(_ENDPOINT), str):
        return PushedTrials(experiments={"pushing": _not_offered()})
    second = Flow(wire, issuer, flow.metadata)
    pusher = Pusher(flow)
    experiments = {
        "pushing": carried_out(flow, pusher.pushing),
        "using": carried_out(flow, pusher.using),
        "reuse": carried_out(flow, pusher.reuse, second),
    }
    return PushedTrials(
        experiments=experiments,
        lacking=() if asked(flow, "other") else ("other",),
        exchanges=cited([flow.agent, second.agent], experiments.values()),
        lifetime=pusher.lifetime,
    )


def _not_offered() -> Experiment:
    return Experiment(
        not_offered=Text(
            "rule: applies where the metadata name an endpoint for pushed requests; fact: they name none",
            "เงื่อนไข: ใช้เมื่อเมทาดาทาระบุ endpoint สำหรับคำขอแบบ PAR; ข้อเท็จจริง: ไม่ได้ระบุไว้",
        )
    )


class Pusher:
    """Pushes requests; `lifetime` is what the provider said of the last request_uri."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.lifetime: int | None = None

    def push(self, role: Role = "main", **changes: str) -> tuple[Tokens, Ask]:
        """Push a good request of this client, with these changes."""
        ask = self.flow.ask(role, scope=" ".join(words(self.flow, role)), **changes)
        found = self.flow.post(_ENDPOINT, ask.params, role, label="pushed request")
        life = found.data.get("expires_in")
        self.lifetime = int(life) if isinstance(life, int | float) and 0 <= life < 10**9 else self.lifetime
        return found, ask

    def pushing(self) -> Experiment:
        """Bad requests at the endpoint: wrong method, request_uri inside, wrong authentication."""
        found, ask = self.push()
        control = found.attempt("pushing a good request", key=_KEY)
        if not control.granted:
            return Experiment(control=control)
        inside, _ = self.push(request_uri=str(found.data[_KEY]))
        attempts = [self._by_put(ask), inside.attempt("a request_uri inside the pushed request", key=_KEY)]
        if self.flow.client().auth != "none":
            attempts += [
                sent(self.flow, _ENDPOINT, way, ask.params).attempt(f"pushing {way.name}", key=_KEY)
                for way in wrong_ways(self.flow, "main")
            ]
        after = self.push()[0].attempt("pushing another good request", key=_KEY)
        return Experiment(control=control, attempts=tuple(attempts), after=after)

    def _by_put(self, ask: Ask) -> Attempt:
        headers, body = authenticated(self.flow, "main", ask.params)
        url = self.flow.endpoint(_ENDPOINT)
        page = self.flow.agent.fetch("PUT", url, form=body.items(), headers=headers, label="pushing by PUT")
        return Tokens(page, read(page)).attempt("pushing by PUT", key=_KEY)

    def use(self, place: str, ask: Ask, flow: Flow | None = None, **changes: str) -> Answer:
        """Sign in with this request_uri."""
        params = {"client_id": ask.params["client_id"], _KEY: place} | changes
        return (flow or self.flow).authorize(Ask(params, ask.verifier), label="authorization by request_uri")

    def using(self) -> Experiment:
        """Sign in with request_uri values of another client, made up, too old, or with a redirect address beside."""
        place, ask = self._place()
        control = coded("a pushed request leads to a code", self.use(place, ask))
        if not control.granted:
            return Experiment(control=control)
        attempts = [self._made_up(), self._redirected()]
        if asked(self.flow, "other"):
            own, theirs = self._place("other")
            working = coded("the other client's own pushed request leads to a code", self.use(own, theirs))
            if not working.granted:
                return Experiment(control=working)
            mine, _ = self._place()
            attempts.append(coded("another client's request_uri", self.use(mine, theirs)))
        if self.lifetime and self.lifetime <= _PATIENCE:
            late, ask = self._place()
            time.sleep(self.lifetime + 1)
            attempts.append(coded("an expired request_uri", self.use(late, ask)))
        return Experiment(control=control, attempts=tuple(attempts))

    def _place(self, role: Role = "main") -> tuple[str, Ask]:
        found, ask = self.push(role)
        return str(found.data.get(_KEY, "")), ask

    def _made_up(self) -> Attempt:
        place, ask = self._place()
        return coded("a made-up request_uri", self.use(f"{place[:-8]}{ask.verifier[:8]}", ask))

    def _redirected(self) -> Attempt:
        """What stands beside a request_uri must not count (RFC 9126 §4, RFC 9101 §6.3)."""
        place, ask = self._place()
        answer = self.use(place, ask, redirect_uri=_EVIL)
        away = answer.sent_to.startswith(_EVIL)
        return attempt("another redirect address beside the request_uri", answer.page, away, answer.error)

    def reuse(self, second: Flow) -> Experiment:
        """Use a request_uri to the end, then in another browser: no reload of a page, which RFC 9126 §4 allows."""
        place, ask = self._place()
        control = coded("a request_uri for the first time", self.use(place, ask))
        if not control.granted:
            return Experiment(control=control)
        again = coded("the same request_uri in another browser", self.use(place, ask, second))
        return Experiment(control=control, attempts=(again,))


def coded(name: str, answer: Answer) -> Attempt:
    """An authorization as an attempt to be given a code."""
    return attempt(name, answer.page, bool(answer.code), answer.error)
