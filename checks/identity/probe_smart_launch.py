"""One sign-in of an app, and what should not come of it: other audiences, other patients, a longer life."""

from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.evidence import Exchange, Missing
from harness.experiment import Attempt, Experiment
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire, missing

from .probe_bearer_signing import Signer, signer
from .probe_signin import settled, turned_away
from .probe_smart_app import App, launched, unnamed, witnessed
from .probe_smart_patients import batch, context
from .probe_token_steps import asked, carried_out
from .smart_evidence import SmartLaunch

_ELSEWHERE = "moph-harness.invalid"  # RFC 2606 §2
_NAMES = ("audience", "expired", "context", "batch")


@probe("issuer", seconds=90)
def smart_launch(issuer: Issuer, wire: Wire) -> SmartLaunch | Missing:
    """Sign in once; some 35 requests. Every request to the FHIR server reads."""
    stop = unnamed(issuer, wire)
    if isinstance(stop, Missing):
        return stop
    if stop is not None:
        return SmartLaunch(experiments=dict.fromkeys(_NAMES, stop))
    app = launched(issuer, wire)
    if not app.held.control.granted:
        lone = Experiment(control=app.held.control)
        return SmartLaunch(experiments=dict.fromkeys(_NAMES, lone), exchanges=app.held.exchanges)
    experiments, unsigned = {"audience": carried_out(app.flow, _audience, app)}, None
    try:
        made = signer(app.held, issuer, wire) if app.held.parsed else None
        experiments["expired"] = carried_out(app.flow, _expired, app, made)
    except WireError as why:
        unsigned = missing(why).reason
    absent = _named(app, "no aud", None)
    there = witnessed(app) if asked(app.flow, "service") else None
    for name, tried in (("context", context), ("batch", batch)):
        if there is not None:
            experiments[name] = carried_out(app.flow, tried, app, there)
    return SmartLaunch(
        experiments=experiments,
        absent=absent,
        unsigned=unsigned,
        lacking=() if there else ("service",),
        exchanges=_deciding(app, experiments, absent),
    )


def _deciding(app: App, experiments: dict[str, Experiment], also: Attempt) -> tuple[Exchange, ...]:
    """The exchanges that attempts name; answers of the provider without their bodies."""
    found = [a for e in experiments.values() for a in (e.control, *e.attempts, e.after) if a is not None]
    wanted = {a.exchange for a in (*found, also)}
    return tuple(replace(x, body="") for x in app.exchanges if x.id in wanted)


def _audience(app: App) -> Experiment:
    """Requests of the app that name another server (SMART App Launch 2.2, authorization request, `aud`)."""
    parts = urlsplit(app.flow.base)
    wrong = {
        "another server": f"https://other.{_ELSEWHERE}/fhir",
        "the FHIR base at another host": parts._replace(netloc=f"other.{_ELSEWHERE}").geturl(),
        "its host as the beginning of another": parts._replace(
            netloc=f"{parts.hostname}.{_ELSEWHERE}"
        ).geturl(),
        "the FHIR base with an ending": f"{app.flow.base}.{_ELSEWHERE}",
    }
    attempts = tuple(_named(app, f"aud: {name}", value) for name, value in wrong.items())
    return Experiment(
        control=app.held.control, attempts=attempts, after=_named(app, "aud: the FHIR base", app.flow.base)
    )


def _named(app: App, name: str, aud: str | None) -> Attempt:
    """Ask with this `aud` and go on as far as it goes: granted where the token opens the FHIR server."""
    flow = app.flow
    ask = flow.ask(aud=aud)
    answer = flow.authorize(ask, label=name)
    if not answer.code:
        return turned_away(name, answer)
    tokens = flow.redeem(answer, ask, label=name)
    if not tokens.access:
        return replace(settled(tokens.attempt(name)), note="a code came, but no token")
    found = app.held.entry.offer(name, tokens.access)
    return replace(
        found, note="the token opens the server" if found.granted else "the token does not open the server"
    )


def _expired(app: App, made: Signer | None) -> Experiment:
    """A token made with the test environment's signing key, right but for its end."""
    held = app.held
    if made is None:
        return Experiment(
            control=Attempt(name="a token that has run out, for tokens here are opaque", granted=None)
        )
    control = held.entry.offer("a token signed with the test key, right in everything", made.token())
    if not control.granted:
        return Experiment(control=control)
    found = held.entry.offer("ended an hour ago", made.expired())
    return Experiment(control=control, attempts=(found,), after=held.again())
