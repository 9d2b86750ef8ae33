"""Collects what the authorization endpoint gives out and gives back: tokens, state, issuer, the answer to a password."""

from typing import Any

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Issuer, Role
from harness.registry import probe
from harness.wire import Wire

from .authorization_evidence import AuthorizationTrials, Returned
from .probe_flow import Answer, attempt
from .probe_jose import b64u
from .probe_signin import WatchedFlow, deciding, settled, turned_away

#: Response types that hand an access token to the browser, and those that hand it an id_token only.
_WITH_TOKEN = ("token", "id_token token", "code token", "code id_token token")
_IDENTITY = ("id_token", "code id_token")
#: Every kind of character a state may hold (RFC 6749 appendix A.5), in two parts: firewalls dislike the second.
_PUNCTUATION = "a b+c%20d%2Be/f?g=h&i=#j~k!l$m*n(o),p;q:r@s[t]u{v}w|x^y.z_-\\`"
_MARKUP = '<a href="x">\'</a>'
_LONG = 1000


@probe("issuer", seconds=90)
def authorization_trials(issuer: Issuer, wire: Wire) -> AuthorizationTrials | Missing:
    """One sign-in, then four states, six response types and the password grant."""
    flow = WatchedFlow(wire, issuer)
    good = flow.ask()
    answer = flow.authorize(good, label="good request")
    signed_in = attempt("authorization code", answer.page, bool(answer.code), answer.error)
    if not answer.code:
        lone = Experiment(control=settled(signed_in))
        return AuthorizationTrials(tokens=lone, exchanges=deciding(flow.exchanges, signed_in))
    posts = None if flow.scripted else _posts(flow)
    answers = {"good request": (answer, good.params["state"])} | _stated(flow) | _refused(flow)
    tokens = [_front(flow, kind, "access_token") for kind in _WITH_TOKEN]
    tokens += [_password(flow, role) for role in _roles(flow)]
    identity = tuple(_front(flow, kind, "id_token") for kind in _IDENTITY)
    states = tuple(_returned(name, a, "state", want) for name, (a, want) in answers.items())
    names = _issuers(flow)
    issuers = tuple(
        _named(name, answers[name][0], names) for name in ("good request", "error") if name in answers
    )
    also = [r.exchange for r in (*states, *issuers)]
    found = deciding(flow.exchanges, signed_in, *tokens, *identity, *(posts or ()), also=also)
    return AuthorizationTrials(
        tokens=Experiment(control=signed_in, attempts=tuple(tokens)),
        identity=identity,
        offered=_offered(flow.metadata),
        states=states,
        issuers=issuers,
        names_issuer=flow.metadata.get("authorization_response_iss_parameter_supported") is True,
        posts=posts,
        exchanges=found,
    )


def _posts(flow: WatchedFlow) -> tuple[Attempt, ...]:
    """The answers to the password so far; granted where the browser would send it on to the next address."""
    sent = [flow.exchanges[number] for number in flow.posts if number < len(flow.exchanges)]
    return tuple(
        Attempt(
            name=f"password {number}",
            granted=x.status in (307, 308) if x.answered and (x.status or 500) < 500 else None,
            status=x.status if x.answered else None,
            exchange=x.id,
        )
        for number, x in enumerate(sent, 1)
    )


def _stated(flow: WatchedFlow) -> dict[str, tuple[Answer, str]]:
    states = {"punctuation": _PUNCTUATION, "markup": _MARKUP, "long": b64u(bytes(range(250)) * 3)[:_LONG]}
    return {
        name: (flow.authorize(flow.ask(state=state), label=f"state: {name}"), state)
        for name, state in states.items()
    }


def _refused(flow: WatchedFlow) -> dict[str, tuple[Answer, str]]:
    """A request of a good client at its good address that is refused all the same."""
    ask = flow.ask(response_type="moph-type")
    return {"error": (flow.authorize(ask, sign_in=False, label="error"), ask.params["state"])}


def _returned(name: str, answer: Answer, key: str, want: str) -> Returned:
    page = answer.page
    came = answer.params.get(key)
    return Returned(
        name=name,
        answered=bool(answer.params),
        present=came is not None,
        exact=came == want,
        length=len(want),
        status=page.status,
        error=answer.error,
        exchange=page.exchange.id,
    )


def _named(name: str, answer: Answer, names: set[str]) -> Returned:
    came = answer.params.get("iss", "")
    return _returned(name, answer, "iss", came if came in names else "an issuer")


def _issuers(flow: WatchedFlow) -> set[str]:
    """The names the provider goes by: in its metadata (where they are wrong, another check says so) and in the target."""
    return {str(flow.metadata.get("issuer", "")), flow.issuer.issuer} - {""}


def _front(flow: WatchedFlow, kind: str, key: str) -> Attempt:
    """Ask for this response type; granted where the browser is given `key`."""
    answer = flow.authorize(flow.ask(response_type=kind), label=f"response_type {kind}")
    name = f"response type {kind}"
    if answer.params.get(key):
        return attempt(name, answer.page, True)
    return turned_away(name, answer)


def _password(flow: WatchedFlow, role: Role) -> Attempt:
    account = flow.issuer.provider.sign_in.account
    said = {
        "grant_type": "password",
        "username": account.username,
        "password": flow.wire.secret(flow.issuer.password),
        "scope": flow.client(role).scope,
    }
    name = f"password grant, {role} client"
    return settled(flow.post("token_endpoint", said, role, label=name).attempt(name))


def _roles(flow: WatchedFlow) -> tuple[Role, ...]:
    wanted: tuple[Role, ...] = ("main", "public")
    return tuple(role for role in wanted if role in flow.issuer.provider.clients)


def _offered(metadata: dict[str, Any]) -> tuple[str, ...]:
    """What the metadata offer, to whichever client, of what should be gone."""
    types, grants = (metadata.get(f"{what}_types_supported") for what in ("response", "grant"))
    found = [f"response type {x}" for x in types if x in _WITH_TOKEN] if isinstance(types, list) else []
    gone = ("password", "implicit")
    return (
        (*found, *(f"grant {x}" for x in grants if x in gone)) if isinstance(grants, list) else tuple(found)
    )
