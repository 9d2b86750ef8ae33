"""Revokes tokens and looks into them: as their client, and as others who must not."""

import secrets
from itertools import product

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Role
from harness.model import Text
from harness.registry import probe
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Flow, Tokens, attempt
from .probe_token_steps import Family, asked, authenticated, carried_out, cited
from .probe_token_ways import Way, sent, wrong_ways
from .token_evidence import RevocationTrials

_REVOKE, _LOOK = "revocation_endpoint", "introspection_endpoint"
_LOOKERS: tuple[Role, ...] = ("main", "machine", "other")


@probe("issuer")
def token_revocation(issuer: Issuer, wire: Wire) -> RevocationTrials | Missing:
    """Sign in, revoke, look into tokens, each also without the right authentication; some forty requests."""
    flow = Flow(wire, issuer)
    experiments = {}
    if isinstance(flow.metadata.get(_REVOKE), str):
        experiments["revoked"] = carried_out(flow, _revoked, flow)
        if experiments["revoked"].control:
            experiments["revoking"] = carried_out(flow, _revoking, flow)
    if isinstance(flow.metadata.get(_LOOK), str):
        experiments["looking"] = carried_out(flow, _looking, flow)
    if not experiments:
        experiments["revoked"] = _not_offered()
    return RevocationTrials(experiments=experiments, exchanges=cited([flow.agent], experiments.values()))


def _not_offered() -> Experiment:
    return Experiment(
        not_offered=Text(
            "rule: applies where the metadata name a revocation or introspection endpoint; fact: they name neither",
            "เงื่อนไข: ใช้เมื่อเมทาดาทาระบุ revocation endpoint หรือ introspection endpoint; ข้อเท็จจริง: ไม่ได้ระบุไว้",
        )
    )


def _revoke(flow: Flow, token: str, hint: str) -> Tokens:
    return flow.post(
        _REVOKE, {"token": token, "token_type_hint": hint}, "main", label=f"revocation of a {hint}"
    )


def _look(flow: Flow, token: str, role: Role = "main") -> Tokens:
    return flow.post(_LOOK, {"token": token}, role, label="introspection")


def _shown(name: str, found: Tokens) -> Attempt:
    """Introspection as an attempt to be told that a token is active."""
    return attempt(name, found.page, found.data.get("active") is True, found.error)


def _revoked(flow: Flow) -> Experiment:
    """A refresh token, and an access token where it can be looked into, before and after their revocation."""
    family = Family(flow, "main")
    if not family.live:
        return _revoked_access(flow, family)
    control = family.use().attempt("refreshing before the revocation")
    gone = _revoke(flow, family.live, "refresh_token")
    attempts = (
        [_after(gone, family.use().attempt("a refresh token after its revocation"))]
        if control.granted
        else []
    )
    access = _revoked_access(flow, Family(flow, "main"))
    more = access.attempts if access.control and access.control.granted else ()
    return Experiment(control=control, attempts=(*attempts, *more))


def _revoked_access(flow: Flow, family: Family) -> Experiment:
    """An access token need not be revocable (RFC 7009 §2); where revocation says 200, introspection must not say active."""
    token = family.granted.access
    if not isinstance(flow.metadata.get(_LOOK), str):
        return Experiment()
    control = _shown("an access token before its revocation", _look(flow, token))
    if not control.granted:
        return Experiment(control=control)
    gone = _revoke(flow, token, "access_token")
    name = "an access token after its revocation"
    after = _after(gone, _shown(name, _look(flow, token)))
    return Experiment(control=control, attempts=(after,) if gone.page.status == 200 else ())


def _after(gone: Tokens, seen: Attempt) -> Attempt:
    """What was seen after a revocation; one that the server did not answer decides nothing."""
    status = gone.page.status
    note = f"revocation answered {status}"
    granted = None if status is None or status >= 500 else seen.granted
    return Attempt(
        name=seen.name,
        granted=granted,
        status=seen.status,
        error=seen.error,
        exchange=seen.exchange,
        note=note,
    )


def _revoking(flow: Flow) -> Experiment:
    """Others revoke the main client's refresh token; granted when it is dead afterwards."""
    family = Family(flow, "main")
    if not family.live:
        return Experiment(not_offered=_no_refresh())
    control = family.use().attempt("refreshing before others tried to revoke")
    if not control.granted:
        return Experiment(control=control)
    attempts = [_tried(flow, family, way) for way in _others(flow)]
    return Experiment(control=control, attempts=tuple(attempts))


def _no_refresh() -> Text:
    return Text(
        "rule: tried with refresh tokens; fact: none was given",
        "เงื่อนไข: ทดลองกับโทเคนต่ออายุ; ข้อเท็จจริง: ไม่มีการออกให้",
    )


def _others(flow: Flow) -> list[Way]:
    """The main client's wrong ways, and the right ways of other clients."""
    ways = wrong_ways(flow, "main") if flow.client().auth != "none" else []
    ways = [way for way in ways if not way.query]
    for role in ("other", "public"):
        if found := asked(flow, role):
            headers, body = authenticated(flow, found, {})
            ways.append(Way(f"as the client `{role}`", tuple(headers), body))
    return ways


def _tried(flow: Flow, family: Family, way: Way) -> Attempt:
    token = family.live
    found = sent(flow, _REVOKE, way, {"token": token, "token_type_hint": "refresh_token"})
    seen = family.use()
    dead = None if seen.page.status is None or seen.page.status >= 500 else not seen.access
    if dead:
        family.renew()
    note = "" if dead is None else "the token is dead" if dead else "the token lives"
    page = found.page
    return Attempt(
        name=f"revoking {way.name}",
        granted=dead,
        status=page.status,
        error=found.error,
        exchange=page.exchange.id,
        note=note,
    )


def _looking(flow: Flow) -> Experiment:
    """A live token of the main client, looked into by who may and by who may not."""
    family = Family(flow, "main")
    control = Attempt(name="introspection", granted=None)
    for token, by in product((family.granted.access, family.live), _lookers(flow)):
        control = _shown(f"`{by}` looks into a live token", _look(flow, token, by)) if token else control
        if control.granted:
            attempts = [_shown("a made-up token", _look(flow, secrets.token_urlsafe(32), by))]
            attempts += [
                _shown(f"looking {way.name}", sent(flow, _LOOK, way, {"token": token}))
                for way in _strangers(flow, by)
            ]
            after = _shown(f"`{by}` looks into it again", _look(flow, token, by))
            return Experiment(control=control, attempts=tuple(attempts), after=after)
    return Experiment(control=control)


def _lookers(flow: Flow) -> list[Role]:
    """Test clients that prove themselves: who may look is for the provider to say, so each is tried."""
    return [role for role in _LOOKERS if asked(flow, role) and flow.client(role).auth != "none"]


def _strangers(flow: Flow, looker: Role) -> list[Way]:
    """Who proves nothing: the looker's wrong ways, and a client that has no secret."""
    ways = [way for way in wrong_ways(flow, looker) if not way.query]
    if asked(flow, "public") and flow.client("public").auth == "none":
        ways.append(
            Way("with a public client's id alone", body={"client_id": flow.client("public").client_id})
        )
    return ways
