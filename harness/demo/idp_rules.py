"""What the identity provider decides, as data: each field holds the conforming rule and names where it is written.

A defect replaces one of these and touches nothing else; the provider itself has no wrong line in it.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from harness.demo.compact import b64u
from harness.demo.hosts import ISSUER
from harness.demo.messages import Request

#: Lifetimes in seconds. A pushed request: as short as OAuth clients live with (RFC 9126 §2.2). A code: a minute at
#: most (ASVS 5.0.0-10.4.3, level 3), and here so short that the end of one can be awaited in every audit.
PUSHED_SECONDS = 60
CODE_SECONDS = 8
ACCESS_SECONDS = ID_SECONDS = 900
REFRESH_SECONDS = 30 * 86_400
SIGN_IN_SECONDS = 600
SESSION_SECONDS = 8 * 3600
#: A client assertion lives at most five minutes (SMART App Launch 2.2, asymmetric authentication); so do its parts.
ASSERTION_SECONDS = 300
#: How old a DPoP proof may be, and how far clocks may differ (RFC 9449 §11.1).
PROOF_SECONDS, SKEW_SECONDS = 60, 5

Claims = dict[str, Any]


def s256(verifier: str) -> str:
    """RFC 7636 §4.6."""
    return b64u(hashlib.sha256(verifier.encode()).digest())


def left_half(value: str) -> str:
    """at_hash for a SHA-256 signature (OpenID Connect Core 1.0 §3.1.3.6)."""
    return b64u(hashlib.sha256(value.encode()).digest()[:16])


class Moment(Struct, frozen=True):
    """What the claims of an assertion or proof are held against."""

    now: float
    expected: dict[str, str]
    once: Callable[[str], bool]


Rule = Callable[[Claims, Moment], bool]


def number(claims: Claims, name: str) -> float:
    """A time claim; raises ValueError where it is none (a bool is none, and neither is NaN)."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise ValueError(f"{name} is no time")
    return float(value)


def assertion_rules() -> dict[str, Rule]:
    """The claims of a client assertion (RFC 7523 §3, OpenID Connect Core 1.0 §9)."""
    return {
        "iss": lambda c, m: c.get("iss") == m.expected["client"],
        "sub": lambda c, m: c.get("sub") == m.expected["client"],
        "aud": lambda c, m: _sole(c.get("aud")) in (m.expected["issuer"], m.expected["endpoint"]),
        "exp": lambda c, m: m.now < number(c, "exp") <= m.now + ASSERTION_SECONDS + SKEW_SECONDS,
        "iat": lambda c, m: "iat" not in c or abs(m.now - number(c, "iat")) <= ASSERTION_SECONDS,
        "nbf": lambda c, m: "nbf" not in c or number(c, "nbf") <= m.now + SKEW_SECONDS,
        "jti": lambda c, m: (
            isinstance(c.get("jti"), str) and m.once(c["jti"])
        ),  # last: what fails burns no jti
    }


def proof_rules() -> dict[str, Rule]:
    """The claims of a DPoP proof (RFC 9449 §4.3); `ath` is expected where a token goes with it."""
    return {
        "htm": lambda c, m: c.get("htm") == m.expected["htm"],
        "htu": lambda c, m: str(c.get("htu")).partition("?")[0].partition("#")[0] == m.expected["htu"],
        "iat": lambda c, m: -PROOF_SECONDS <= number(c, "iat") - m.now <= SKEW_SECONDS,
        "ath": lambda c, m: c.get("ath") == m.expected.get("ath", c.get("ath")),
        "jti": lambda c, m: isinstance(c.get("jti"), str) and m.once(c["jti"]),
    }


def _sole(audience: object) -> object:
    """The one audience; a list of several is for others too and counts as none."""
    return audience[0] if isinstance(audience, list) and len(audience) == 1 else audience


def equal(registered: str, given: str) -> bool:
    """Exact comparison, the only one there should be (RFC 9700 §2.1)."""
    return registered == given


class IdpRules(Struct):
    """One provider's rules. Made conforming, changed by the defects, then only read."""

    #: Members of the metadata that differ from what the provider does; None leaves one out.
    metadata: dict[str, Any] = field(default_factory=dict)
    #: Changes to the published key set.
    jwks: list[Callable[[Any, list[dict[str, Any]]], None]] = field(default_factory=list)
    #: Registered and given redirect URI: whether the one stands for the other.
    redirect_matches: Callable[[str, str], bool] = equal
    #: Errors of unknown clients are shown, never sent anywhere (RFC 9700 §4.11.2).
    unknown_client_shown: bool = True
    #: PKCE transformations taken (RFC 9700 §2.1.1).
    challenges: dict[str, Callable[[str], str]] = field(default_factory=lambda: {"S256": s256})
    #: Response types other than `code`, with what answers them; none (RFC 9700 §2.1.2).
    response_types: dict[str, Callable[[Any, Any, Any], Any]] = field(default_factory=dict)
    #: How state comes back: as it was (RFC 6749 §4.1.2).
    state: Callable[[str], str] = str
    #: The `iss` parameter of responses (RFC 9207 §2).
    response_issuer: str = ISSUER
    #: prompt=none never shows a page, whoever asks; max_age is kept (OpenID Connect Core 1.0 §3.1.2.1).
    silent: Callable[[Request], bool] = lambda request: True
    max_age: bool = True
    #: 303 makes a GET of the credential post; 307 would repeat it (RFC 9700 §4.12).
    after_sign_in: int = 303
    #: A pushed request is used once (RFC 9126 §7.3).
    pushed_once: bool = True
    #: Code: once, and only for its client and redirect URI (RFC 6749 §4.1.2, §4.1.3).
    code_once: bool = True
    code_bound: bool = True
    #: How long a code really lives, whatever the owner declares.
    code_seconds: int = CODE_SECONDS
    #: A refresh token is replaced when used; its second use ends the grant (RFC 9700 §4.14.2).
    refresh_rotates: bool = True
    #: Refreshing never widens the scope (RFC 6749 §6).
    refresh_narrows: bool = True
    #: The same for what is given for the FHIR server.
    smart_refresh_narrows: bool = True
    #: `aud` is the FHIR base wherever SMART's scopes are asked for (SMART App Launch 2.2, authorization request).
    aud_checked: bool = True
    #: Path of the endpoint and whether the secret was right: whether that is enough (RFC 6749 §2.3.1).
    secret_good: Callable[[str, bool], bool] = lambda path, right: right
    assertions: dict[str, Rule] = field(default_factory=assertion_rules)
    #: Those of backend services, to which SMART App Launch 2.2 gives rules of its own; the same for now.
    service_assertions: dict[str, Rule] = field(default_factory=assertion_rules)
    proofs: dict[str, Rule] = field(default_factory=proof_rules)
    #: A token bound to a key is no bearer token (RFC 9449 §7.2).
    binding_kept: bool = True
    at_hash: Callable[[str], str] = left_half
    nonce_kept: bool = True
    access_seconds: int = ACCESS_SECONDS
    #: Claims about the person in access tokens: none (RFC 9068 §6).
    personal: Callable[[Any], Claims] = lambda person: {}
    #: Userinfo, introspection, registration and logout answer those who show that they may ask.
    userinfo_guarded: bool = True
    introspection_guarded: bool = True
    registration_guarded: bool = True
    logout_guarded: bool = True
