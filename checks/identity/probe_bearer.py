"""Offers forged tokens to the resource (JWT-01 to JWT-05), each experiment between two uses of the genuine token."""

from msgspec.structs import replace

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.model import Text
from harness.registry import probe
from harness.target import Issuer
from harness.wire import Wire

from .bearer_evidence import ForgedTokens, KidTokens
from .probe_bearer_forging import (
    OwnPair,
    confused,
    injected,
    key_address,
    key_document,
    own_pair,
    pointed,
    self_named,
    tampered,
    unsigned_tokens,
)
from .probe_bearer_held import OPAQUE, Held, another, held
from .probe_canary import Canary, reachable

_SHARED = Text(
    "rule: applies where tokens are signed with a key pair; fact: the genuine token's alg is {alg}",
    "เงื่อนไข: ใช้เมื่อโทเคนลงลายมือชื่อด้วยคู่กุญแจ; ข้อเท็จจริง: alg ของโทเคนจริงคือ {alg}",
)


@probe("issuer", seconds=90)
def forged_tokens(issuer: Issuer, wire: Wire) -> ForgedTokens | Missing:
    """Some thirty tokens that nobody should be let in with."""
    found = held(issuer, wire)
    if isinstance(found, Missing):
        return found
    if found.parsed is None:
        none = Experiment(not_offered=OPAQUE)
        return ForgedTokens(
            signature=none, unsigned=none, confusion=none, headers=none, exchanges=found.exchanges
        )
    own = own_pair(str(found.header.get("alg", "")))
    token, header, claims = found.tokens.access, found.header, found.claims
    other = another(found)
    signature = _tried(found, dict(tampered(token, header, claims, other, own)))
    unsigned = _tried(found, dict(unsigned_tokens(token, header, claims)))
    if str(header.get("alg", "")).lower() == "none":
        issued = replace(found.control, name="the token as the provider issues it, unsigned")
        unsigned = replace(unsigned, attempts=(issued, *unsigned.attempts))
    headers, listener, fetched = _headers(found, own)
    return ForgedTokens(
        signature=_sealed(found, signature),
        unsigned=_sealed(found, unsigned),
        confusion=_sealed(found, _confusion(found)),
        headers=_sealed(found, headers),
        listener=listener,
        fetched=fetched,
        exchanges=found.exchanges,
    )


def _tried(found: Held, tokens: dict[str, str]) -> Experiment:
    """Offer each token; nothing where the control did not hold."""
    if not found.control.granted:
        return Experiment(control=found.control)
    return Experiment(
        control=found.control,
        attempts=tuple(found.entry.offer(name, token) for name, token in tokens.items()),
    )


def _sealed(found: Held, experiment: Experiment) -> Experiment:
    """The experiment with the genuine token once more at its end."""
    if experiment.not_offered is not None or not experiment.attempts:
        return experiment
    return replace(experiment, after=found.again())


def _confusion(found: Held) -> Experiment:
    alg = str(found.header.get("alg", ""))
    if alg.upper().startswith("HS") or alg.lower() == "none":
        return Experiment(not_offered=_SHARED.of({"alg": alg[:10]}))
    return _tried(found, dict(confused(found.header, found.claims, found.public_keys())))


def _headers(found: Held, own: OwnPair) -> tuple[Experiment, bool, tuple[str, ...]]:
    """Keys inside the token, and addresses of keys where the platform can reach a listener of ours."""
    experiment = _tried(found, dict(self_named(found.header, found.claims, own)))
    if not experiment.attempts or not reachable(found.entry.wire, found.entry.url):
        return experiment, False, ()
    attempts: list[Attempt] = []
    names: dict[str, str] = {}
    with Canary() as canary:
        canary.contents["/jku"] = ("application/json", key_document(own))
        canary.contents["/x5u"] = ("application/pem-certificate-chain", own.pem)
        for member, secure in (("jku", False), ("jku", True), ("x5u", False), ("x5u", True)):
            url, scheme = canary.url(f"/{member}", secure=secure), "https" if secure else "http"
            name = names[f"{scheme}:/{member}"] = f"{member} to an {scheme} address of ours"
            attempts.append(found.entry.offer(name, pointed(found.header, found.claims, own, member, url)))
        called = canary.called()
    fetched = tuple(name for place, name in names.items() if place in called)
    return replace(experiment, attempts=(*experiment.attempts, *attempts)), True, fetched


@probe("issuer", seconds=60, danger=("injection",))
def kid_tokens(issuer: Issuer, wire: Wire) -> KidTokens | Missing:
    """Tokens whose kid is a path, a query or an address; they read at most an empty file and a constant."""
    found = held(issuer, wire)
    if isinstance(found, Missing):
        return found
    if found.parsed is None:
        return KidTokens(kid=Experiment(not_offered=OPAQUE), exchanges=found.exchanges)
    own = own_pair(str(found.header.get("alg", "")))
    experiment = _tried(found, dict(injected(found.header, found.claims, own)))
    fetched: tuple[str, ...] = ()
    if experiment.attempts and reachable(wire, found.entry.url):
        with Canary() as canary:
            canary.contents["/kid"] = ("application/json", key_document(own))
            url, name = canary.url("/kid"), "kid an address of ours"
            attempt = found.entry.offer(name, key_address(found.header, found.claims, own, url))
            fetched = (name,) if "http:/kid" in canary.called() else ()
        experiment = replace(experiment, attempts=(*experiment.attempts, attempt))
    return KidTokens(kid=_sealed(found, experiment), fetched=fetched, exchanges=found.exchanges)
