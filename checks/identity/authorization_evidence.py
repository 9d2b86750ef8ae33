"""Evidence of the authorization endpoint, the code and the id_token: experiments, and facts without their values.

Codes, tokens, states and nonces are never here: what was sent and what came back were compared by the probe.
"""

from msgspec import Struct

from harness.evidence import Evidence, Exchange
from harness.experiment import Attempt, Experiment
from harness.model import Text
from harness.wording import both


class Returned(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Whether a value came back. `answered`: the client got an answer at all; `length` is that of what was sent."""

    name: str
    answered: bool
    present: bool = False
    exact: bool = False
    length: int = 0
    status: int | None = None
    error: str = ""
    exchange: str = ""

    @property
    def amiss(self) -> Text:
        """What is wrong with one that is not exact."""
        words = Text("changed", "ถูกเปลี่ยน") if self.present else Text("missing", "ไม่มี")
        return Text("{name}: {words}", "{name}: {words}").of({"name": both(self.name), "words": words})


class RedirectTrials(Evidence, frozen=True, kw_only=True):
    """Requests that name another redirect_uri than the registered one, and requests of a client that cannot be known.

    An attempt is granted where the browser is sent to the address it names. `equivalent` names attempts that
    only spell the registered address differently.
    """

    variants: Experiment
    early: Experiment
    equivalent: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


class AuthorizationTrials(Evidence, frozen=True, kw_only=True):
    """What the authorization endpoint hands out and hands back.

    `tokens`: attempts to get an access token there or by password; `identity` the response types that give an
    id_token only. `offered` are the response types and grants of the metadata that should be gone. `issuers` is
    empty of exact values where the answers name no issuer; `names_issuer` is what the metadata promise.
    `posts` are the answers to the password, None where the requests were not the harness's own.
    """

    tokens: Experiment
    identity: tuple[Attempt, ...] = ()
    offered: tuple[str, ...] = ()
    states: tuple[Returned, ...] = ()
    issuers: tuple[Returned, ...] = ()
    names_issuer: bool = False
    posts: tuple[Attempt, ...] | None = ()
    exchanges: tuple[Exchange, ...] = ()


class PkceTrials(Evidence, frozen=True, kw_only=True):
    """PKCE by client: "confidential" (it has a secret or a key) and "public".

    `short` are codes redeemed with a verifier of fewer than 43 characters, by the same names.
    """

    clients: dict[str, Experiment]
    short: dict[str, Attempt]
    exchanges: tuple[Exchange, ...] = ()


class CodeTrials(Evidence, frozen=True, kw_only=True):
    """A code used twice, by another client, with another redirect_uri.

    `survivors` are uses of the tokens of the replayed code afterwards, `alive` the same uses before the replay.
    `stranger` is None where the target names no second client.
    """

    replay: Experiment
    alive: tuple[Attempt, ...] = ()
    survivors: tuple[Attempt, ...] = ()
    address: Experiment
    stranger: Experiment | None = None
    exchanges: tuple[Exchange, ...] = ()


class IdToken(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was found of an id_token. `signature`, `azp`, `at_hash`: None where it could not be told or is not there.

    Seconds count from the moment the token was given, by the platform's own clock where its answer tells the time.
    """

    present: bool
    readable: bool = False
    alg: str = ""
    signature: bool | None = None
    doubt: str = ""
    issuer: bool = False
    audience: bool = False
    audiences: int = 0
    azp: bool | None = None
    subject: bool = False
    expires_in: int | None = None
    issued_ago: int | None = None
    at_hash: bool | None = None
    exchange: str = ""


class Renewal(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Two requests in one session: `old` with a max_age far off, `fresh` with one that had passed.

    `asked`: the password was asked for again (None: not seen). `timed` and `retimed`: auth_time stands in the
    id_tokens; `renewed`: the second lies after the first.
    """

    old: Attempt
    fresh: Attempt
    timed: bool = False
    retimed: bool = False
    asked: bool | None = None
    renewed: bool | None = None


class OpenIdTrials(Evidence, frozen=True, kw_only=True):
    """The OpenID Connect side of a sign-in. `lacks` says why it was not tried: not offered, or not with this client.

    `silent` is a request with prompt=none without a session, `page` whether it was answered with a sign-in page.
    `same_person`: the sub of userinfo equals that of the id_token.
    """

    offered: bool
    openid: bool = True
    token: IdToken | None = None
    nonces: tuple[Returned, ...] = ()
    silent: Attempt | None = None
    page: bool = False
    renewal: Renewal | None = None
    userinfo: Experiment | None = None
    same_person: bool | None = None
    exchanges: tuple[Exchange, ...] = ()


class CodeLife(Evidence, frozen=True, kw_only=True):
    """How long a code lives. `declared` by the owner and `awaitable`, both in seconds; `late` where it was awaited."""

    declared: int | None = None
    awaitable: int = 0
    late: Experiment | None = None
    exchanges: tuple[Exchange, ...] = ()
