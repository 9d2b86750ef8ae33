"""An app at a FHIR server: it signs in for one patient, shows that its token works, and knows that the other is there."""

from msgspec import Struct
from msgspec.structs import replace

from harness.evidence import Cause, Exchange, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Fhir, Role
from harness.model import Text
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_bearer_entry import Entry
from .probe_bearer_held import Held, parsed
from .probe_flow import Ask, Flow, Tokens
from .probe_smart_server import Server, about
from .probe_token_steps import asked, machine_form

NOT_FHIR = Text(
    "rule: applies to providers of a FHIR server; fact: the target names no component of kind fhir and does not say that it offers FHIR",
    "เงื่อนไข: ใช้กับผู้ให้บริการยืนยันตัวตนของเซิร์ฟเวอร์ FHIR; ข้อเท็จจริง: เป้าหมายไม่มีองค์ประกอบชนิด fhir และไม่ได้แจ้งว่าให้บริการ FHIR",
)


class SmartFlow(Flow):
    """A flow whose authorization requests name the FHIR base and ask for the scopes of the target's `fhir`."""

    def ask(self, role: Role = "main", **changes: str | None) -> Ask:
        """A good request of an app."""
        said: dict[str, str | None] = {"aud": self.base, "scope": self.fhir.scope}
        return super().ask(role, **(said | changes))

    @property
    def fhir(self) -> Fhir:
        """The FHIR server of the target."""
        assert self.issuer.provider.fhir is not None
        return self.issuer.provider.fhir

    @property
    def base(self) -> str:
        """Its base address, without a slash at the end."""
        return self.issuer.fhir_url or ""


class App(Struct, frozen=True):
    """An app that has signed in: `held` its token at the Patient of the person, `server` everything else there."""

    flow: SmartFlow
    server: Server
    held: Held

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was sent, without the bodies of the FHIR server."""
        return (*self.flow.exchanges, *self.held.exchanges, *self.server.exchanges)


def unnamed(issuer: Issuer, wire: Wire) -> Missing | Experiment | None:
    """Why there is nothing to try: no FHIR server at all, or none that the target ties to this provider."""
    if issuer.provider.fhir is not None:
        return None
    target = wire.target
    if target.facts.get("fhir") != "yes" and not any(c.kind == "fhir" for c in target.components):
        return Experiment(not_offered=NOT_FHIR)
    reason = Text(
        "the target names no `fhir` of the provider: the FHIR server that takes its tokens, with the ids of two test patients",
        "เป้าหมายไม่ได้ระบุ `fhir` ของผู้ให้บริการยืนยันตัวตน ซึ่งคือเซิร์ฟเวอร์ FHIR ที่รับโทเคน พร้อมรหัสของผู้ป่วยทดสอบสองราย",
    )
    return Missing(Cause.NO_CREDENTIAL, reason)


def launched(issuer: Issuer, wire: Wire) -> App:
    """Sign in, and show that the token opens the Patient in context and that nothing else does. Raises WireError."""
    flow = SmartFlow(wire, issuer)
    tokens, _ = flow.tokens()
    entry = Entry(wire, f"{flow.base}/Patient/{flow.fhir.patient}")
    control = entry.open(tokens.access)
    said = tokens.data.get("patient")
    if said is not None and said != flow.fhir.patient:
        control = replace(
            control, granted=False, note="the token is for another patient than the target says"
        )
    return App(flow, Server(wire, flow.base), Held(flow, tokens, entry, control, parsed(tokens.access)))


def service_token(flow: Flow) -> Tokens:
    """A token of the backend service. Raises WireError where the target names none."""
    if not asked(flow, "service"):
        raise WireError(Cause.NO_CREDENTIAL, "the target names no test client `service`")
    return flow.post("token_endpoint", machine_form(flow, "service"), "service", label="backend service")


def witnessed(app: App) -> Attempt:
    """Whether the other patient is there, with observations: a refusal to show what is not there proves nothing."""
    other = app.flow.fhir.other_patient
    tokens = service_token(app.flow)
    name = "the other patient's record, for the backend service"
    if not tokens.access:
        return replace(tokens.attempt(name), granted=None)
    found = app.server.get(f"Patient/{other}", tokens.access, name).attempt(name, about(other))
    if not found.granted:
        return found
    return app.server.get(f"Observation?patient={other}", tokens.access, name).attempt(name, about(other))
