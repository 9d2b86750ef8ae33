"""Tokens genuinely signed and wrong in one thing, made with the signing key of a test environment, or waited for.

Changing a claim breaks the signature, so a forged token proves nothing about the rest of the validation. Only
tokens that the issuer itself signed do: those of a test environment whose owner hands out a key of its key set;
or, for the end of validity, a genuine one that has run out.
"""

import time

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire, missing

from .bearer_evidence import SignedTokens, TokenTimes
from .probe_bearer_held import OPAQUE, Held, held, parsed
from .probe_bearer_signing import Signer, left, lifetime, signer

#: A genuine token that lives at most this long (seconds) is waited for; both numbers are ours.
LONGEST_WAIT = 60
#: Seconds after the end at which it is tried: at once, and after what libraries commonly allow for wrong clocks.
_AFTER = (2, 65)
#: An audience and an issuer that no platform has (RFC 2606 §2).
_OTHER = "https://other.moph-harness.invalid"


@probe("issuer", seconds=60)
def signed_tokens(issuer: Issuer, wire: Wire) -> SignedTokens | Missing:
    """Tokens of another audience, of another issuer, and with header members that must be understood."""
    found = held(issuer, wire)
    if isinstance(found, Missing):
        return found
    if found.parsed is None:
        none = Experiment(not_offered=OPAQUE)
        return SignedTokens(
            audience_named=False, audience=none, issuer=none, critical=none, exchanges=found.exchanges
        )
    named = bool(found.claims.get("aud"))
    try:
        made = signer(found, issuer, wire)
    except WireError as refused:
        audience = _other_audience(found)
        why = missing(refused).reason
        return SignedTokens(audience_named=named, audience=audience, why=why, exchanges=found.exchanges)
    control = found.entry.offer("a token signed with the test key, right in everything", made.token())
    return SignedTokens(
        audience_named=named,
        audience=_tried(found, control, _audiences(made)),
        issuer=_tried(found, control, _issuers(made)),
        critical=_tried(found, control, _critical(found, made, control)),
        exchanges=found.exchanges,
    )


def _tried(found: Held, control: Attempt, tokens: dict[str, str]) -> Experiment:
    if not (found.control.granted and control.granted):
        return Experiment(control=control if found.control.granted else found.control)
    attempts = tuple(found.entry.offer(name, token) for name, token in tokens.items())
    return Experiment(control=control, attempts=attempts, after=found.again())


def _audiences(made: Signer) -> dict[str, str]:
    tokens = {
        "another audience": made.token({"aud": _OTHER}),
        "a list of other audiences": made.token({"aud": [_OTHER, f"{_OTHER}/api"]}),
    }
    if made.claims.get("aud"):
        tokens["no audience"] = made.token({"aud": None})
        first = made.claims["aud"][0] if isinstance(made.claims["aud"], list) else made.claims["aud"]
        tokens["the audience with an ending"] = made.token({"aud": f"{first}.moph-harness.invalid"})
    return tokens


def _issuers(made: Signer) -> dict[str, str]:
    iss = str(made.claims.get("iss") or "")
    if not iss:
        return {"another issuer": made.token({"iss": _OTHER})}
    return {
        "another issuer": made.token({"iss": _OTHER}),
        "the issuer with a slash more or less": made.token(
            {"iss": iss[:-1] if iss.endswith("/") else f"{iss}/"}
        ),
        "the issuer with an ending": made.token({"iss": f"{iss}.moph-harness.invalid"}),
        "no issuer": made.token({"iss": None}),
    }


def _critical(found: Held, made: Signer, control: Attempt) -> dict[str, str]:
    tokens = {
        "an unknown member in crit": made.token(header={"crit": ["moph-test"], "moph-test": True}),
        "b64 false in crit": made.token(header={"crit": ["b64"], "b64": False}),
    }
    # Who takes the first of two ends lets in what the last one, which counts (RFC 7519 §4), has ended. That is
    # told only where an ended token is refused by itself.
    if control.granted and found.entry.offer("ended, once", made.expired()).granted is False:
        tokens["two ends of validity, the last one past"] = made.doubled()
    return tokens


def _other_audience(found: Held) -> Experiment | None:
    """A genuine token for another resource (RFC 8707), where the provider issues one; most refuse, rightly."""
    if not found.control.granted or not found.claims.get("aud"):
        return None
    try:
        tokens, _ = found.flow.tokens(resource=_OTHER)
    except WireError:
        return None
    claims = (parsed(tokens.access) or ({}, {}))[1]
    if (
        not claims.get("aud")
        or claims["aud"] == found.claims["aud"]
        or claims.get("scope") != found.claims.get("scope")
    ):
        return None
    attempt = found.entry.offer("a genuine token for another resource", tokens.access)
    return Experiment(control=found.control, attempts=(attempt,), after=found.again())


@probe("issuer", seconds=200)
def token_times(issuer: Issuer, wire: Wire) -> TokenTimes | Missing:
    """Tokens whose time is over or has not come; where none can be made, a short-lived genuine one is waited for."""
    found = held(issuer, wire)
    if isinstance(found, Missing):
        return found
    if found.parsed is None:
        return TokenTimes(experiment=Experiment(not_offered=OPAQUE), exchanges=found.exchanges)
    try:
        made = signer(found, issuer, wire)
    except WireError:
        return _waited(found)
    control = found.entry.offer("a token signed with the test key, right in everything", made.token())
    now = int(time.time())
    tokens = {
        "ended an hour ago": made.expired(),
        "valid in an hour": made.token({"nbf": now + 3600, "exp": now + 7200}),
    }
    experiment = _tried(found, control, tokens)
    told: tuple[Attempt, ...] = ()
    if experiment.attempts:
        told = (
            found.entry.offer(
                "issued tomorrow", made.token({"iat": now + 86400, "exp": now + 90000, "nbf": None})
            ),
            found.entry.offer("without an end", made.token({"exp": None})),
        )
    return TokenTimes(
        experiment=experiment,
        by="the signing key",
        told=told,
        seconds=lifetime(found.claims),
        not_before="nbf" in found.claims,
        exchanges=found.exchanges,
    )


def _waited(found: Held) -> TokenTimes:
    remaining = left(found.claims)
    seconds, not_before = lifetime(found.claims), "nbf" in found.claims
    if remaining is None or remaining > LONGEST_WAIT or not found.control.granted:
        return TokenTimes(
            experiment=Experiment(control=found.control),
            seconds=seconds,
            not_before=not_before,
            exchanges=found.exchanges,
        )
    end = time.monotonic() + remaining
    attempts: list[Attempt] = []
    for after in _AFTER:
        time.sleep(max(0.0, end + after - time.monotonic()))
        attempts.append(found.entry.offer(f"the genuine token {after} s after its end", found.tokens.access))
        if attempts[-1].granted is False:
            break
    return TokenTimes(
        experiment=Experiment(control=found.control, attempts=(attempts[-1],)),
        by="waiting",
        seconds=seconds,
        not_before=not_before,
        waited=_AFTER[len(attempts) - 1],
        exchanges=found.exchanges,
    )
