"""Evidence of tokens at the resource server: what was tried with them, and what their content tells."""

from msgspec import Struct

from harness.evidence import Evidence, Exchange
from harness.experiment import Attempt, Experiment
from harness.model import Text


class ForgedTokens(Evidence, frozen=True, kw_only=True):
    """Tokens that the provider never signed, offered to the resource. No body of the resource is kept.

    `fetched` names the attempts after which the platform called the harness's own listener, and `listener`
    whether the platform could reach one.
    """

    signature: Experiment
    unsigned: Experiment
    confusion: Experiment
    headers: Experiment
    listener: bool = False
    fetched: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


class KidTokens(Evidence, frozen=True, kw_only=True):
    """Tokens whose `kid` is a path, a query, an address or very long. `fetched` as in ForgedTokens."""

    kid: Experiment
    fetched: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


class TokenTimes(Evidence, frozen=True, kw_only=True):
    """Tokens outside their validity. `by` is how they were had: made with the signing key, or waited for, or "".

    `told` are attempts that no standard demands to be refused. `seconds` is the lifetime of the genuine token,
    `not_before` whether it says from when it is valid, `waited` the seconds after its end of the last attempt.
    """

    experiment: Experiment
    by: str = ""
    told: tuple[Attempt, ...] = ()
    seconds: int | None = None
    not_before: bool = False
    waited: int = 0
    exchanges: tuple[Exchange, ...] = ()


class SignedTokens(Evidence, frozen=True, kw_only=True):
    """Tokens genuinely signed and wrong in one thing. An experiment is None where such a token could not be had.

    `audience` tells whether the genuine token names one; `why` why there was no signing key.
    """

    audience_named: bool
    audience: Experiment | None = None
    issuer: Experiment | None = None
    critical: Experiment | None = None
    why: Text | None = None
    exchanges: tuple[Exchange, ...] = ()


class BearerUse(Evidence, frozen=True, kw_only=True):
    """How the resource takes tokens. `anonymous` and `nonsense` are its refusals; bodies are not kept.

    `narrow` is None where no narrower token could be had, for the reason `lacking`.
    """

    anonymous: Exchange
    nonsense: Exchange
    kinds: Experiment
    query: Experiment
    form: Experiment
    narrow: Experiment | None = None
    lacking: Text | None = None
    exchanges: tuple[Exchange, ...] = ()


class Personal(Struct, frozen=True, forbid_unknown_fields=True):
    """A claim that tells who a person is: its path, and what it is; never the value."""

    claim: str
    what: str


class TokenFacts(Evidence, frozen=True, kw_only=True):
    """What an access token tells to everybody who holds it; no value of a claim is kept.

    `kind` is "jwt", "encrypted" or "opaque". `expires_in` is what the token endpoint said, `claimed` the
    seconds from issue to end in the token (None without an end).
    """

    kind: str
    exchange: Exchange
    type: str = ""
    algorithm: str = ""
    claims: tuple[str, ...] = ()
    expires_in: int | None = None
    claimed: int | None = None
    personal: tuple[Personal, ...] = ()
