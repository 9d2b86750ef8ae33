"""The resource server's side: whether an access token opens a path of the API (RFC 9068 §4, RFC 8725, RFC 6750)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct, field

from harness.demo.compact import KEY_HEADERS, Members, Token, holds, read
from harness.demo.hosts import API, ISSUER
from harness.demo.idp_keys import Keys
from harness.demo.idp_rules import SKEW_SECONDS, number

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider

HeaderRule = Callable[[Members], bool]
ClaimRule = Callable[[Members, float], bool]
#: Whether a token's signature is to be believed.
Trust = Callable[[Token, Keys], bool]


def published_key(token: Token, keys: Keys) -> bool:
    """Signed with the provider's key of exactly the name in the header, by that key's own algorithm."""
    key = keys.find(token.header.get("kid"))
    return key is not None and holds(token, key)


def header_rules() -> dict[str, HeaderRule]:
    """What a header may be. `crit`: we know no extension, so whatever it names is unknown (RFC 7515 §4.1.11)."""
    return {
        "keys": lambda header: not KEY_HEADERS & header.keys(),
        "crit": lambda header: "crit" not in header,
    }


def claim_rules(audience: str = API) -> dict[str, ClaimRule]:
    """What the claims of an access token for us say (RFC 9068 §4)."""
    return {
        "iss": lambda claims, now: claims.get("iss") == ISSUER,
        "aud": lambda claims, now: claims.get("aud") in (audience, [audience]),
        "exp": lambda claims, now: number(claims, "exp") > now,
        "iat": lambda claims, now: number(claims, "iat") <= now + SKEW_SECONDS,
        "nbf": lambda claims, now: "nbf" not in claims or number(claims, "nbf") <= now + SKEW_SECONDS,
    }


class AccessRules(Struct):
    """What the API asks of a token. `kinds` holds the claim rules for each `typ` that is taken."""

    headers: dict[str, HeaderRule] = field(default_factory=header_rules)
    kinds: dict[str, dict[str, ClaimRule]] = field(default_factory=lambda: {"at+jwt": claim_rules()})
    trusted: list[Trust] = field(default_factory=lambda: [published_key])
    #: Kinds of token that open every path although they bear no scope; none.
    unscoped: set[str] = field(default_factory=set)
    #: Tokens in the address are not looked at (RFC 9700 §4.3.2).
    in_address: bool = False
    #: A path is for tokens of its scope (RFC 6750 §3.1).
    scopes: bool = True


def verified(rules: AccessRules, idp: "IdentityProvider", raw: str) -> Token | None:
    """The token if it is a good one: form, header, signature, claims, and not taken back."""
    try:
        token = read(raw)
        claims = rules.kinds[_kind(token)]
        good = (
            all(rule(token.header) for rule in rules.headers.values())
            and any(trust(token, idp.keys) for trust in rules.trusted)
            and all(rule(token.claims, time.time()) for rule in claims.values())
        )
    except (ValueError, TypeError, KeyError):
        return None
    # The API stands beside the provider and shares its list of what was taken back; others would introspect.
    return token if good and not idp.store.revoked(token.claims.get("jti")) else None


def permits(rules: AccessRules, token: Token, scope: str) -> bool:
    """Whether the token is for this path."""
    if not rules.scopes or _kind(token) in rules.unscoped:
        return True
    return scope in str(token.claims.get("scope", "")).split()


def _kind(token: Token) -> str:
    """The `typ`, compared as media types are, with or without `application/` (RFC 7515 §4.1.9)."""
    return str(token.header.get("typ", "")).lower().removeprefix("application/")
