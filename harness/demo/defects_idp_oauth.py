"""Defects of the identity provider's OAuth side: the attacks of RFC 9700, each let through by one rule left out."""

from typing import Any
from urllib.parse import urlencode

from harness.demo.behaviour import Behaviour
from harness.demo.idp_answers import granted
from harness.demo.idp_requests import Ask
from harness.demo.idp_rules import CODE_SECONDS
from harness.demo.idp_store import Session
from harness.demo.idp_tokens import given
from harness.demo.switch import Change, Defect, both, setting

_CSP, _CACHE = "Content-Security-Policy", "Cache-Control"


def in_fragment(idp: Any, ask: Ask, session: Session) -> str:
    """The implicit grant: an access token in the address of the browser."""
    grant = granted(ask, session)
    said = given(idp, grant, grant.scope, "") | {"state": ask.params.get("state", "")}
    return f"{ask.redirect_uri}#{urlencode(said)}"


def _header(kind: str, name: str, value: str | None) -> Change:
    """Set a header of a response class of the provider's host (None: leave it out)."""

    def change(behaviour: Behaviour) -> None:
        table = behaviour.id_headers[kind]
        table.pop(name, None)
        if value is not None:
            table[name] = value

    return change


def _framed(behaviour: Behaviour) -> None:
    table = behaviour.id_headers["form"]
    table[_CSP] = table[_CSP].replace("; frame-ancestors 'none'", "")


def _without(place: str, *names: str) -> Change:
    """Leave out rules about claims."""

    def change(behaviour: Behaviour) -> None:
        for name in names:
            del getattr(behaviour.idp, place)[name]

    return change


def _plain(behaviour: Behaviour) -> None:
    behaviour.idp.challenges["plain"] = str


def _implicit(behaviour: Behaviour) -> None:
    behaviour.idp.response_types["token"] = in_fragment


def _defect(name: str, number: int, title: str, change: Change) -> Defect:
    return Defect(name, (f"OAU-{number:02}",), title, "identity", change)


DEFECTS: tuple[Defect, ...] = (
    _defect(
        "oau-redirect-prefix",
        1,
        "Every redirect URI that begins like the registered one is taken",
        setting("idp.redirect_matches", lambda registered, asked: asked.startswith(registered)),
    ),
    _defect(
        "oau-open-redirector",
        2,
        "Errors of unknown clients are sent wherever the request says",
        setting("idp.unknown_client_shown", False),
    ),
    _defect("oau-pkce-plain", 3, "PKCE is taken without hashing", _plain),
    _defect("oau-code-replayed", 4, "A code can be used again", setting("idp.code_once", False)),
    _defect(
        "oau-code-unbound",
        5,
        "A code can be used by any client, with any redirect URI",
        setting("idp.code_bound", False),
    ),
    _defect("oau-implicit", 6, "The implicit grant is served", _implicit),
    _defect(
        "oau-state-cut", 7, "A long state comes back cut", setting("idp.state", lambda state: state[:64])
    ),
    _defect(
        "oau-iss-wrong",
        8,
        "Responses name another issuer",
        setting("idp.response_issuer", "https://issuer.example"),
    ),
    _defect(
        "oau-refresh-kept",
        9,
        "A refresh token can be used again and again",
        setting("idp.refresh_rotates", False),
    ),
    _defect(
        "oau-refresh-widened",
        10,
        "Refreshing gives any scope that is asked for",
        setting("idp.refresh_narrows", False),
    ),
    _defect(
        "oau-secret-unchecked",
        11,
        "The token endpoint takes any client secret",
        setting("idp.secret_good", lambda path, right: right or path == "/token"),
    ),
    _defect(
        "oau-assertion-lax",
        12,
        "Client assertions live for ever, for any audience, and can be used again",
        _without("assertions", "aud", "exp", "jti"),
    ),
    _defect(
        "oau-tokens-cached",
        13,
        "Answers with tokens may be stored",
        both(_header("tokens", _CACHE, None), _header("tokens", "Pragma", None)),
    ),
    _defect(
        "oau-bearer-query",
        14,
        "The API takes access tokens in the address",
        setting("access.in_address", True),
    ),
    _defect("oau-scope-ignored", 15, "The API does not look at scopes", setting("access.scopes", False)),
    _defect(
        "oau-introspection-open",
        16,
        "Introspection answers everybody",
        setting("idp.introspection_guarded", False),
    ),
    _defect(
        "oau-authorize-framed",
        17,
        "Any site may frame the provider's sign-in page",
        both(_header("form", "X-Frame-Options", None), _framed),
    ),
    _defect(
        "oau-redirect-307",
        18,
        "The answer to the password has the browser send it on to the client",
        setting("idp.after_sign_in", 307),
    ),
    _defect(
        "oau-dpop-lax",
        19,
        "A DPoP proof is good for any request, as often as one likes",
        _without("proofs", "htm", "htu", "jti"),
    ),
    _defect(
        "oau-registration-open",
        20,
        "Anybody can register a client",
        setting("idp.registration_guarded", False),
    ),
    _defect("oau-par-reused", 21, "A pushed request can be used again", setting("idp.pushed_once", False)),
    _defect(
        "oau-code-long-lived",
        22,
        "A code lives an hour longer than declared",
        setting("idp.code_seconds", CODE_SECONDS + 3600),
    ),
)
