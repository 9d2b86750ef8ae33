"""The token endpoint for SMART: refresh tokens of apps, and the assertions of backend services."""

from msgspec.structs import replace

from harness.evidence import Cause, Missing
from harness.experiment import Experiment
from harness.idtarget import Role
from harness.model import Text
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_canary import Canary
from .probe_flow import Flow
from .probe_smart_app import SmartFlow, unnamed
from .probe_smart_server import Server, about
from .probe_token_assertions import Signer
from .probe_token_refresh import foreign, wider
from .probe_token_steps import asked, carried_out, cited, listed
from .smart_evidence import SmartRefresh, SmartService

_OTHERS: tuple[Role, ...] = ("other", "public")
#: The assertions that decide, of those that OAU-12 tries with the machine.
_TEN = (
    "signature with one bit changed",
    "signed by another key",
    "alg none",
    "HS256 with the public key (PEM)",
    "its own key set in the header (jku)",
    "another aud",
    "another iss",
    "another sub",
    "exp an hour ago",
    "no exp",
)


@probe("issuer", seconds=60)
def smart_refresh(issuer: Issuer, wire: Wire) -> SmartRefresh | Missing:
    """Refresh for more of the record than was granted, then with another client; two or three sign-ins."""
    stop = unnamed(issuer, wire)
    if isinstance(stop, Missing):
        return stop
    if stop is not None:
        return SmartRefresh(experiments={"wider": stop})
    flow = SmartFlow(wire, issuer)
    scope = flow.fhir.scope.split()
    experiments, agents = {"wider": carried_out(flow, wider, flow, scope, "patient/")}, [flow.agent]
    role = next((one for one in _OTHERS if asked(flow, one)), None)
    if role is not None:
        another = SmartFlow(wire, issuer, flow.metadata)
        agents.append(another.agent)
        experiments[role] = carried_out(flow, foreign, flow, another, role, scope)
    lacking = () if role else ("other",)
    return SmartRefresh(
        experiments=experiments, lacking=lacking, exchanges=cited(agents, experiments.values())
    )


@probe("issuer", seconds=60)
def smart_service(issuer: Issuer, wire: Wire) -> SmartService | Missing:
    """Ask for a backend service's token with good assertions and bad ones; about 25 requests."""
    stop = unnamed(issuer, wire)
    if isinstance(stop, Missing):
        return stop
    flow = Flow(wire, issuer)
    if stop is None and not asked(flow, "service"):
        stop = _not_offered(flow)
    if stop is not None:
        return SmartService(experiments={"forged": stop})
    server = Server(wire, issuer.fhir_url or "")
    with Canary() as canary:
        signer = Signer(flow, canary, "service")
        faults = {name: fault for name, fault in signer.forged() if name in _TEN}
        experiments = {
            "forged": _opening(carried_out(flow, signer.tried, faults), signer, server),
            "used": carried_out(flow, signer.used_twice),
            "policy": carried_out(flow, signer.tried, dict(signer.policy())),
        }
    exchanges = (*cited([flow.agent], experiments.values()), *server.exchanges)
    return SmartService(experiments=experiments, exchanges=exchanges)


def _opening(tried: Experiment, signer: Signer, server: Server) -> Experiment:
    """The control is more: the token that a good assertion brings opens the FHIR server."""
    if not (tried.control and tried.control.granted and signer.flow.issuer.provider.fhir):
        return tried
    patient, name = (
        signer.flow.issuer.provider.fhir.patient,
        "a token for a good assertion, at the FHIR server",
    )
    tokens = signer.send(signer.good())
    found = server.get(f"Patient/{patient}", tokens.access, name).attempt(name, about(patient))
    return replace(tried, control=found)


def _not_offered(flow: Flow) -> Experiment:
    """No backend services where the metadata offer none. Raises WireError where they do and the target names no client."""
    if "client_credentials" in listed(flow, "grant_types_supported"):
        raise WireError(Cause.NO_CREDENTIAL, "the target names no test client `service`")
    return Experiment(
        not_offered=Text(
            "rule: applies where backend services get tokens; fact: the metadata do not offer the grant `client_credentials`",
            "เงื่อนไข: ใช้เมื่อมีบริการเบื้องหลังที่ขอโทเคนได้; ข้อเท็จจริง: เมทาดาทาไม่เสนอ grant `client_credentials`",
        )
    )
