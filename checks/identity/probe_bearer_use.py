"""How the resource takes tokens: of which kind, in which place, with which scope; and what a token tells about itself."""

from urllib.parse import urlencode

from msgspec.structs import replace

from harness.evidence import Missing
from harness.experiment import Experiment
from harness.model import Text
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire, missing

from .bearer_evidence import BearerUse, TokenFacts
from .probe_bearer_contents import personal
from .probe_bearer_held import Held, held, parsed
from .probe_bearer_signing import lifetime, signer
from .probe_flow import Flow
from .probe_jose import Claims

#: Names of `typ` for access tokens (RFC 9068 §2.1).
_ACCESS = ("at+jwt", "application/at+jwt")
_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


@probe("issuer", seconds=60)
def bearer_use(issuer: Issuer, wire: Wire) -> BearerUse | Missing:
    """Other tokens of the same person, the token in other places, and a token of narrower scope."""
    found = held(issuer, wire)
    if isinstance(found, Missing):
        return found
    anonymous, nonsense = found.entry.exchanges[:2]
    narrow, lacking = _narrow(found, issuer)
    return BearerUse(
        anonymous=anonymous,
        nonsense=nonsense,
        kinds=_kinds(found, issuer, wire),
        query=_elsewhere(found, "query"),
        form=_elsewhere(found, "form"),
        narrow=narrow,
        lacking=lacking,
        exchanges=found.exchanges,
    )


def _kinds(found: Held, issuer: Issuer, wire: Wire) -> Experiment:
    """The id_token and the refresh token in place of the access token, and one of another type."""
    others = {"the id_token": "id_token", "the refresh token": "refresh_token"}
    tokens = {name: str(found.tokens.data.get(key) or "") for name, key in others.items()}
    tokens = {name: token for name, token in tokens.items() if token and token != found.tokens.access}
    if found.control.granted:
        tokens |= _of_another_type(found, issuer, wire)
    if not tokens:
        return Experiment(
            not_offered=Text(
                "rule: applies where the provider issues other tokens to the client; fact: it issued an access token only",
                "เงื่อนไข: ใช้เมื่อผู้ให้บริการออกโทเคนชนิดอื่นให้ไคลเอนต์; ข้อเท็จจริง: ออกเฉพาะโทเคนเข้าถึง",
            )
        )
    return _tried(found, tokens)


def _of_another_type(found: Held, issuer: Issuer, wire: Wire) -> dict[str, str]:
    """Where access tokens are typed at+jwt, a genuinely signed one that is not (RFC 9068 §4)."""
    if found.parsed is None or str(found.header.get("typ", "")).lower() not in _ACCESS:
        return {}
    try:
        made = signer(found, issuer, wire)
    except WireError:
        return {}
    if not found.entry.offer("signed with the test key, right in everything", made.token()).granted:
        return {}
    return {"a token of typ JWT": made.token(header={"typ": "JWT"})}


def _tried(found: Held, tokens: dict[str, str]) -> Experiment:
    if not found.control.granted:
        return Experiment(control=found.control)
    attempts = tuple(found.entry.offer(name, token) for name, token in tokens.items())
    return Experiment(control=found.control, attempts=attempts, after=found.again())


def _elsewhere(found: Held, place: str) -> Experiment:
    """The genuine token in the address, or in a form of a GET: a POST might write something."""
    if not found.control.granted:
        return Experiment(control=found.control)
    field = urlencode({"access_token": found.tokens.access})
    url = found.entry.url
    if place == "query":
        attempt = found.entry.offer(
            "the token in the query", None, url=f"{url}{'&' if '?' in url else '?'}{field}"
        )
    else:
        attempt = found.entry.offer("the token in a form body", None, body=field.encode(), headers=_FORM)
    return Experiment(control=found.control, attempts=(attempt,), after=found.again())


def _narrow(found: Held, issuer: Issuer) -> tuple[Experiment | None, Text | None]:
    """A token without the scope of the resource, or why none could be had."""
    resource = issuer.provider.resource
    needed = set((resource.scope if resource else "").split())
    if not needed:
        return None, Text(
            "the target names no scope that the resource needs (`resource.scope`)",
            "เป้าหมายไม่ได้ระบุขอบเขต (scope) ที่ทรัพยากรต้องใช้ (`resource.scope`)",
        )
    asked = [one for one in found.flow.client().scope.split() if one not in needed]
    try:
        tokens, _ = Flow(found.entry.wire, issuer, found.flow.metadata).tokens(
            scope=" ".join(asked) or "openid"
        )
    except WireError as refused:
        return None, missing(refused).reason
    given = set(str(tokens.data.get("scope") or "").split()) | _scopes(tokens.access)
    if needed <= given:
        return None, Text(
            "the provider gave the scope of the resource although it was not asked for",
            "ผู้ให้บริการให้ขอบเขตของทรัพยากรมาทั้งที่ไม่ได้ขอ",
        )
    return _tried(found, {f"a token of scope {' '.join(asked) or 'openid'}": tokens.access}), None


def _scopes(token: str) -> set[str]:
    claims: Claims = (parsed(token) or ({}, {}))[1]
    said = claims.get("scope", claims.get("scp", ""))
    return (
        set(said.split())
        if isinstance(said, str)
        else {str(one) for one in said}
        if isinstance(said, list)
        else set()
    )


@probe("issuer", seconds=60)
def token_facts(issuer: Issuer, wire: Wire) -> TokenFacts | Missing:
    """Sign in, and read what the access token tells without any key."""
    flow = Flow(wire, issuer)
    tokens, _ = flow.tokens()
    exchange = replace(tokens.page.exchange, body=tokens.page.exchange.body[:3000])
    stated = str(tokens.data.get("expires_in"))[:15]
    seconds = int(stated) if stated.isascii() and stated.isdigit() else None
    content = parsed(tokens.access)
    if content is None:
        kind = "encrypted" if tokens.access.count(".") == 4 else "opaque"
        return TokenFacts(kind=kind, exchange=exchange, expires_in=seconds)
    header, claims = content
    return TokenFacts(
        kind="jwt",
        exchange=exchange,
        type=wire.redacted(str(header.get("typ", "")))[:40],
        algorithm=wire.redacted(str(header.get("alg", "")))[:20],
        claims=tuple(wire.redacted(str(name))[:60] for name in list(claims)[:100]),
        expires_in=seconds,
        claimed=lifetime(claims),
        personal=personal(claims, wire.redacted),
    )
