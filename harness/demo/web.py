"""HTTP behaviour: find the route, answer, and dress the answer in the headers of its response class."""

from msgspec.structs import replace

from harness.demo.accounts import Accounts, Sessions
from harness.demo.behaviour import HOSTS, Answer, Behaviour, Handler, Layer
from harness.demo.idp import IdentityProvider
from harness.demo.messages import Headers, Request, Response
from harness.demo.people import People
from harness.demo.relying_desk import Desk
from harness.demo.replies import Problem, error, outcome, redirect
from harness.demo.reset_links import Outbox, ResetLinks
from harness.demo.staff_desk import StaffDesk

_KEYS = {host: key for key, host in HOSTS.items()}
#: Hosts that people look at: their errors are pages.
_BROWSED = {"portal", "id"}
#: Methods of RFC 9110 and RFC 5789; any other is not implemented (501) rather than not allowed (405).
_KNOWN = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"}


class App:
    """The platform's web side: routes, people and behaviour. Called from many threads; keeps no request state."""

    def __init__(self, behaviour: Behaviour, people: People, outbox: Outbox) -> None:
        self.behaviour, self.people = behaviour, people
        self.idp = IdentityProvider(behaviour.idp, people)
        self.accounts = Accounts(people.everybody, behaviour.rules)
        self.sessions = Sessions(behaviour.rules)
        self.resets = ResetLinks(outbox)
        self.staff = StaffDesk(people.staff, behaviour.rules)
        self.relying = Desk(people, behaviour.relying)

    def answer(self, request: Request, server_name: str | None = None) -> tuple[Response, Headers]:
        """The response to one request and all its headers; `server_name` is the host of the TLS connection."""
        key = _KEYS.get(request.host)
        if server_name and server_name != request.host:
            key = None  # asked on another host's connection
        response = _through(self.behaviour.layers, lambda r: self._settled(r, key))(request)
        if request.scheme == "http":
            response = replace(response, kind="plain")
        return self._dressed(request, response, api=key not in _BROWSED)

    def _settled(self, request: Request, key: str | None) -> Response:
        try:
            return self._found(request, key)
        except Problem as problem:
            if key == "api" and request.path.startswith("/fhir/"):
                return outcome(problem.status, problem.headers)
            return error(problem.status, api=key not in _BROWSED, headers=problem.headers)

    def _found(self, request: Request, key: str | None) -> Response:
        if key is None:
            raise Problem(421)  # misdirected (RFC 9110 §15.5.20)
        return self._plain(request, key) if request.scheme == "http" else self._route(request, key)

    def refusal(self, status: int, scheme: str) -> tuple[Response, Headers]:
        """The answer to a request that could not even be read."""
        kind = "plain" if scheme == "http" else "error"
        return self._dressed(None, error(status, api=False, kind=kind), api=False)

    def origin(self, request: Request, key: str) -> str:
        """The https origin of a host, for links and redirects."""
        return self.behaviour.own_origin(request, HOSTS[key])

    def _plain(self, request: Request, key: str) -> Response:
        policy = self.behaviour.plain[key]
        if policy == "serve":
            return self._route(request, key)
        if policy == "refuse" or request.method not in {"GET", "HEAD"}:
            raise Problem(403)  # an API client must notice, not be led on (ASVS 5.0.0-4.1.2)
        return redirect(self.origin(request, key) + request.resource, status=308)

    def _route(self, request: Request, key: str) -> Response:
        methods = self._methods(key, request.path)
        if request.method not in _KNOWN:
            raise Problem(501)
        if methods is None:
            raise _nowhere(request.method)
        allow = ", ".join(sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())}))
        if request.method == "OPTIONS" and "OPTIONS" not in methods:
            return Response(
                kind="api", status=204, headers=(("Allow", allow), *self._preflight(request, allow))
            )
        handler = self._handler(methods, request.method)
        if handler is None:
            raise Problem(405, (("Allow", allow),))
        return handler(request, self)

    def _methods(self, key: str, path: str) -> dict[str, Handler] | None:
        """What is served at a path, or at everything below the first part of it."""
        routes = self.behaviour.routes[key]
        return routes.get(path) or routes.get(f"/{path.lstrip('/').partition('/')[0]}/*")

    @staticmethod
    def _handler(methods: dict[str, Handler], method: str) -> Handler | None:
        return methods.get(method) or (methods.get("GET") if method == "HEAD" else None)

    def _preflight(self, request: Request, allow: str) -> Headers:
        if not self._shared(request) or not request.value("access-control-request-method"):
            return ()
        return (
            ("Access-Control-Allow-Methods", allow),
            ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
            ("Access-Control-Max-Age", "600"),
        )

    def _shared(self, request: Request) -> dict[str, str]:
        return self.behaviour.cors(request.value("origin")) if request.host == HOSTS["api"] else {}

    def _dressed(self, request: Request | None, response: Response, *, api: bool) -> tuple[Response, Headers]:
        """Class headers, then what the answer adds; the policy names the nonce of the answer's scripts."""
        ours = request is not None and request.host == HOSTS["id"]
        table = dict((self.behaviour.id_headers if ours else self.behaviour.headers)[response.kind])
        if api:
            table["Vary"] = "Origin"
        if request is not None:
            table |= self._shared(request)
        if response.content_type:
            table["Content-Type"] = response.content_type
        nonce = response.nonce or self.behaviour.nonce()
        filled = {name: value.replace("{nonce}", nonce) for name, value in table.items()}
        headers = tuple(
            (name, value.replace("{client}", response.leads_to)) for name, value in filled.items()
        )
        return response, (*headers, *response.headers)


def _through(layers: list[Layer], answer: Answer) -> Answer:
    for layer in layers:
        answer = _around(layer, answer)
    return answer


def _around(layer: Layer, answer: Answer) -> Answer:
    return lambda request: layer(request, answer)


def _nowhere(method: str) -> Problem:
    if method in {"TRACE", "CONNECT"}:  # served nowhere at all; a 405 names what is (RFC 9110 §15.5.6)
        return Problem(405, (("Allow", "GET, HEAD, OPTIONS"),))
    return Problem(404)
