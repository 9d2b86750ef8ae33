"""Collects the OpenID Connect side of a sign-in: id_token, nonce, prompt=none, max_age, userinfo."""

import time
from typing import Any

from harness.agent import Page
from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Issuer
from harness.registry import probe
from harness.scope import WireError
from harness.wire import Wire

from .authorization_evidence import OpenIdTrials, Renewal, Returned
from .probe_flow import Ask, Tokens, attempt, read
from .probe_id_token import looked_at
from .probe_jose import Claims, b64u, parse
from .probe_signin import WatchedFlow, deciding, has_password, settled, turned_away

#: Seconds until a max_age of one has surely passed: auth_time is in whole seconds.
_PASSED = 2.2
_NONCES = {"long": b64u(bytes(range(150))), "punctuation": "a b+c%20d/e?f=g&h#i~j"}


@probe("issuer", seconds=60)
def openid_trials(issuer: Issuer, wire: Wire) -> OpenIdTrials | Missing:
    """One sign-in and what may follow it; a second without a session; waits two seconds for a max_age to pass."""
    flow = WatchedFlow(wire, issuer)
    if not _offered(flow.metadata):
        return OpenIdTrials(
            offered=False, exchanges=deciding(flow.exchanges, also=[x.id for x in flow.exchanges[:1]])
        )
    if "openid" not in flow.client().scope.split():
        return OpenIdTrials(offered=True, openid=False)
    tokens, ask = flow.tokens()
    began = time.monotonic()
    claims = _claims(tokens)
    token = looked_at(flow, tokens)
    nonces = (_nonce("usual", tokens, ask.params["nonce"]), *(_other_nonce(flow, n) for n in _NONCES))
    userinfo, same = _userinfo(flow, tokens, claims)
    silent, page, asked = _silent(flow)
    renewal = _renewal(flow, began)
    shown = (userinfo.control, *userinfo.attempts) if userinfo else ()
    attempts = (*shown, silent, renewal.old, renewal.fresh)
    also = [token.exchange, *(n.exchange for n in nonces)]
    return OpenIdTrials(
        offered=True,
        token=token,
        nonces=nonces,
        silent=silent,
        page=page,
        renewal=renewal,
        userinfo=userinfo,
        same_person=same,
        exchanges=deciding((*flow.exchanges, *asked.exchanges), *attempts, also=also),
    )


def _offered(metadata: dict[str, Any]) -> bool:
    scopes = metadata.get("scopes_supported")
    named = isinstance(scopes, list) and "openid" in scopes
    return (
        named or "id_token_signing_alg_values_supported" in metadata or "subject_types_supported" in metadata
    )


def _claims(tokens: Tokens) -> Claims:
    parsed = parse(str(tokens.data.get("id_token", "")))
    return parsed[1] if parsed else {}


def _nonce(name: str, tokens: Tokens, want: str) -> Returned:
    claims = _claims(tokens)
    return Returned(
        name=name,
        answered=bool(claims),
        present="nonce" in claims,
        exact=claims.get("nonce") == want,
        length=len(want),
        status=tokens.page.status,
        exchange=tokens.page.exchange.id,
    )


def _other_nonce(flow: WatchedFlow, name: str) -> Returned:
    ask = flow.ask(nonce=_NONCES[name])
    answer = flow.authorize(ask, label=f"nonce: {name}")
    if not answer.code:
        return Returned(
            name=name, answered=False, status=answer.page.status, exchange=answer.page.exchange.id
        )
    return _nonce(name, flow.redeem(answer, ask, label=f"nonce: {name}"), _NONCES[name])


# -- userinfo -----------------------------------------------------------------------------------------


def _userinfo(flow: WatchedFlow, tokens: Tokens, claims: Claims) -> tuple[Experiment | None, bool | None]:
    """Userinfo with the token, without one and with one that nobody issued; and whether it speaks of the same person."""
    try:
        url = flow.endpoint("userinfo_endpoint")
    except WireError as why:
        if why.cause is Cause.NOT_OFFERED:
            return None, None
        raise
    control, said = _ask_userinfo(flow, url, "with the token", f"Bearer {tokens.access}")
    trials = {
        "without a token": "",
        "with an empty token": "Bearer ",
        "with a made-up token": f"Bearer {b64u(bytes(range(32)))}",
        "with the name of a client": f"Bearer {flow.client().client_id}",
    }
    attempts = tuple(_ask_userinfo(flow, url, name, value)[0] for name, value in trials.items())
    same = said.get("sub") == claims.get("sub") if said and claims else None
    return Experiment(control=control, attempts=attempts), same


def _ask_userinfo(flow: WatchedFlow, url: str, name: str, credential: str) -> tuple[Attempt, Claims]:
    headers = [("Authorization", credential)] if credential else []
    page = flow.agent.fetch("GET", url, headers=headers, label=f"userinfo {name}")
    said = _said(page)
    return settled(attempt(f"userinfo {name}", page, page.status == 200 and bool(said.get("sub")))), said


def _said(page: Page) -> Claims:
    """The claims of a userinfo answer, which may be a signed token (OpenID Connect Core 1.0 §5.3.2)."""
    signed = parse(page.body[:100_000].decode("utf-8", "replace").strip())
    return signed[1] if signed else read(page)


# -- prompt and max_age -------------------------------------------------------------------------------


def _silent(flow: WatchedFlow) -> tuple[Attempt, bool, WatchedFlow]:
    """A request with prompt=none of a browser that nobody signed in with."""
    fresh = WatchedFlow(flow.wire, flow.issuer, flow.metadata)
    answer = fresh.authorize(fresh.ask(prompt="none"), sign_in=False, label="prompt=none without a session")
    name = "prompt=none without a session"
    if answer.code:
        return attempt(name, answer.page, True), False, fresh
    return turned_away(name, answer), answer.page.status == 200 and has_password(answer.page), fresh


def _renewal(flow: WatchedFlow, began: float) -> Renewal:
    """max_age far off, then one that has passed, in the session of the first sign-in."""
    old, first, _ = _aged(flow, "10000")
    time.sleep(max(0.0, min(_PASSED, _PASSED - (time.monotonic() - began))))
    fresh, second, asked = _aged(flow, "1")
    then, now = _auth_time(first), _auth_time(second)
    return Renewal(
        old=old,
        fresh=fresh,
        timed=then is not None,
        retimed=now is not None,
        asked=None if flow.scripted else asked,
        renewed=None if then is None or now is None else now > then,
    )


def _auth_time(claims: Claims) -> float | None:
    found = claims.get("auth_time")
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _aged(flow: WatchedFlow, age: str) -> tuple[Attempt, Claims, bool]:
    """Ask with this max_age: what came of it, the claims of the id_token, whether the password was asked for."""
    before = len(flow.posts)
    ask: Ask = flow.ask(max_age=age)
    answer = flow.authorize(ask, label=f"max_age={age}")
    name = f"max_age={age}"
    if not answer.code:
        return turned_away(name, answer), {}, len(flow.posts) > before
    tokens = flow.redeem(answer, ask, label=name)
    return settled(tokens.attempt(name)), _claims(tokens), len(flow.posts) > before
