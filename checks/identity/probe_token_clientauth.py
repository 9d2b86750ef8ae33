"""Presents good grants with every wrong authentication of the client, and takes note of how tokens may be stored."""

from harness.evidence import Cause, Exchange, Missing
from harness.experiment import Attempt, Experiment
from harness.model import Text
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Flow, Tokens
from .probe_token_steps import (
    Family,
    asked,
    carried_out,
    cited,
    code_form,
    fresh_code,
    machine_form,
)
from .probe_token_ways import Way, sent, wrong_ways
from .token_evidence import ClientAuthTrials, TokenAnswer, TokenAnswers


@probe("issuer")
def client_auth(issuer: Issuer, wire: Wire) -> ClientAuthTrials | Missing:
    """Redeem fresh codes, and ask for a machine's token, with wrong authentication; up to ten requests after the sign-in."""
    flow = Flow(wire, issuer)
    experiments = {"code": carried_out(flow, _codes, flow)}
    if asked(flow, "machine") and flow.client("machine").auth != "none":
        tried = carried_out(flow, _machine, flow)
        if tried.control is not None and tried.control.granted:
            experiments["machine"] = tried
    return ClientAuthTrials(experiments=experiments, exchanges=cited([flow.agent], experiments.values()))


def _codes(flow: Flow) -> Experiment:
    if flow.client().auth == "none":
        return _public()
    control = _redeemed(flow, "the main client redeems a code")
    attempts = [_with_code(flow, way) for way in wrong_ways(flow, "main")] if control.granted else []
    after = _redeemed(flow, "the main client redeems another code") if control.granted else None
    return Experiment(control=control, attempts=tuple(attempts), after=after)


def _public() -> Experiment:
    return Experiment(
        not_offered=Text(
            "rule: applies to clients with authentication; fact: the target's main client has none",
            "เงื่อนไข: ใช้กับไคลเอนต์ที่ต้องยืนยันตัวตน; ข้อเท็จจริง: ไคลเอนต์หลักของเป้าหมายเป็นไคลเอนต์สาธารณะ",
        )
    )


def _redeemed(flow: Flow, name: str) -> Attempt:
    answer, ask = fresh_code(flow, "main")
    return flow.redeem(answer, ask).attempt(name)


def _with_code(flow: Flow, way: Way) -> Attempt:
    return sent(flow, "token_endpoint", way, code_form(*fresh_code(flow, "main"))).attempt(way.name)


def _machine(flow: Flow) -> Experiment:
    control = flow.post("token_endpoint", machine_form(flow), "machine", label="machine").attempt(
        "the machine asks"
    )
    ways = wrong_ways(flow, "machine") if control.granted else []
    attempts = [
        sent(flow, "token_endpoint", way, machine_form(flow)).attempt(f"machine: {way.name}") for way in ways
    ]
    return Experiment(control=control, attempts=tuple(attempts))


@probe("issuer")
def token_answers(issuer: Issuer, wire: Wire) -> TokenAnswers | Missing:
    """The answers to a code, to a refresh token and to a machine, with their headers; one sign-in."""
    flow = Flow(wire, issuer)
    family = Family(flow, "main")
    found = [_answer("code", family.granted)]
    if family.live:
        found.append(_answer("refresh token", family.use()))
    if asked(flow, "machine"):
        try:
            found.append(
                _answer(
                    "machine", flow.post("token_endpoint", machine_form(flow), "machine", label="machine")
                )
            )
        except WireError as stop:
            if stop.cause is not Cause.NO_CREDENTIAL:  # one answer less to look at, and a code's is there
                raise
    return TokenAnswers(tuple(found))


def _answer(name: str, found: Tokens) -> TokenAnswer:
    exchange: Exchange = found.page.exchange
    return TokenAnswer(name=name, given=bool(found.access), exchange=exchange)
