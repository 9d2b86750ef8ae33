"""Evidence of sign-ins through a national provider that the harness plays. No code, token, secret or number of a
person stands in any of it: facts about them do.
"""

from typing import Literal

from msgspec import Struct, field

from harness.evidence import Evidence, Exchange
from harness.experiment import Attempt, Experiment

Place = Literal["harness", "national", "elsewhere", "nowhere"]


class LoginRedirect(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where the start of a sign-in led. `to` is the harness, the real provider's host, another host, or nowhere.

    `names` are the parameters in order, doubled ones twice; `empty` those without a value. `redirect_uri` and
    `scope` as sent, redacted; `own_client` whether client_id is the registered one.
    """

    name: str
    to: Place
    status: int | None = None
    exchange: str = ""
    scheme: str = ""
    path: str = ""
    names: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    response_type: str = ""
    own_client: bool = False
    redirect_uri: str = ""
    scope: tuple[str, ...] = ()
    challenge: str = ""


class States(Struct, frozen=True, forbid_unknown_fields=True):
    """The state values of sign-ins in sessions of their own: how many, how many differ, how much of them varies.

    `bits` is the most that the varying characters can carry; `ascending` says that each came after the last.
    """

    samples: int
    distinct: int
    shortest: int
    bits: float
    ascending: bool


class BackCall(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One call that the platform made to the provider, in facts.

    `scene` names the sign-in it belongs to, `secret_in` the places where the client's secret stood (basic, body,
    query, header), `grant` the grant type, `headers` the credential headers that held what they should. `known` says that its code or token was one of ours and still good,
    `expired` that its time was over, `same_redirect` that redirect_uri was that of the sign-in's start.
    """

    call: str
    scene: str
    status: int
    secret_in: tuple[str, ...] = ()
    grant: str = ""
    headers: tuple[str, ...] = ()
    known: bool = False
    expired: bool = False
    same_redirect: bool | None = None


class RelyingTrials(Evidence, frozen=True, kw_only=True):
    """What sign-ins through one provider showed.

    `experiments` by name; `redirects` where sign-ins led, the plain one first; `calls` what the platform asked the
    provider; `leaks` the pages in which a secret of the platform was seen by the browser; `registered` the callback
    that is registered at the provider, where the target says it.
    """

    experiments: dict[str, Experiment]
    redirects: tuple[LoginRedirect, ...] = ()
    states: States | None = None
    calls: tuple[BackCall, ...] = ()
    leaks: tuple[str, ...] = ()
    registered: str | None = None
    exchanges: tuple[Exchange, ...] = ()


class ThaidTrials(RelyingTrials, frozen=True, kw_only=True):
    """Sign-ins through ThaID. `pages` counts the answers that were searched for the secret.

    `functions` says whether the target names functions that need more than a session.
    """

    functions: bool = False
    pages: int = 0


class Lifetime(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the platform's session is to live, by its cookies, when the token upstream lives so long; seconds."""

    upstream: int
    session: int | None
    exchange: str = ""


class HealthTrials(RelyingTrials, frozen=True, kw_only=True):
    """Sign-ins through Health ID.

    `lifetimes` of sessions under tokens of different length; `ages` functions asked with a proofing so many days
    old; `hashed` the addresses in which the hash of the test person's number stood, of `addresses` looked at.
    """

    lifetimes: tuple[Lifetime, ...] = ()
    ages: dict[int, tuple[Attempt, ...]] = field(default_factory=dict)
    hashed: tuple[str, ...] = ()
    addresses: int = 0


class ProviderTrials(RelyingTrials, frozen=True, kw_only=True):
    """Sign-ins of clinicians through Provider ID; `token_seconds` is the life the short token was given."""

    token_seconds: int = 0


class LevelTrials(Evidence, frozen=True, kw_only=True):
    """What each function gave at each level that the provider asserted, by the function's name.

    `levels` holds one attempt for each level of the list, in its order; `odd` attempts with values outside it, or
    unverified; `missing` one without any level.
    """

    levels: dict[str, tuple[Attempt, ...]]
    odd: dict[str, tuple[Attempt, ...]] = field(default_factory=dict)
    missing: dict[str, Attempt] = field(default_factory=dict)
    exchanges: tuple[Exchange, ...] = ()
