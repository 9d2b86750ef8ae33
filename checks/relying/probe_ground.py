"""The ground that a sign-in through a played provider stands on: whose address is whose, and what must not leak."""

from urllib.parse import urlsplit

from harness.agent import Agent, Page
from harness.scope import WireError, host_port
from harness.target import RelyingParty
from harness.wire import Wire

from .evidence import Place
from .probe_moph_mock import AUTHORIZE as MOPH_AUTHORIZE
from .probe_national import National
from .probe_thaid_mock import AUTHORIZE as THAID_AUTHORIZE

_NATIONAL = frozenset(
    {"imauth.bora.dopa.go.th", "moph.id.th", "uat-moph.id.th", "provider.id.th", "uat-provider.id.th"}
)


class Ground:
    """The platform on one side, the provider on the other, and the browsers between them."""

    def __init__(self, party: RelyingParty, wire: Wire, provider: National) -> None:
        self.party, self.wire, self.provider = party, wire, provider
        self.secret = provider.secret
        base, relying = party.base_url, party.relying
        self.host = (urlsplit(base).hostname or "").lower()
        self.start, self.home = base + relying.start, base + relying.home
        self.functions = {name: base + path for name, path in relying.functions.items()}
        way_out = next((c.logout for c in wire.target.components if c.name == relying.component), None)
        self.way_out = base + way_out if way_out else None
        self.authorize = THAID_AUTHORIZE if relying.provider == "thaid" else MOPH_AUTHORIZE
        self.browsers: list[Agent] = []
        self.pages: list[Page] = []
        self.leaks: set[str] = set()
        self.states: list[str] = []

    # -- places ---------------------------------------------------------------------------------------

    def place(self, url: str) -> Place:
        """Whose address this is."""
        try:
            host, port = host_port(url)
        except WireError:
            return "nowhere"
        if f"{host}:{port}" == self.party.relying.listen.replace("[", "").replace("]", ""):
            return "harness"
        return "national" if host.lower() in _NATIONAL else "elsewhere"

    def is_provider(self, url: str) -> bool:
        """Whether an address is the provider's, played or real."""
        return self.place(url) in ("harness", "national")

    def began(self, state: str) -> None:
        """Remember the state of a sign-in that began in a session of its own."""
        if state:
            self.states.append(state)
