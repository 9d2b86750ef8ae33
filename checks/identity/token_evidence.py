"""Evidence of the experiments at the token endpoint and its neighbours. No code, token or secret stands in any of it."""

from msgspec import Struct

from harness.evidence import Evidence, Exchange
from harness.experiment import Experiment


class Trials(Evidence, frozen=True, kw_only=True):
    """Experiments by name, and the exchanges that decide them.

    `lacking` names the test clients that the target file would have to name for the rest to be tried.
    """

    experiments: dict[str, Experiment]
    lacking: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


class RefreshRotation(Trials, frozen=True, kw_only=True):
    """What a used refresh token is still good for, by the part the test client plays.

    The control is that refreshing works, twice where the token is replaced; then the used one is tried again, and
    after it the newest of its family. `public` names those of the clients that have no secret, `public_offered`
    says whether the metadata offer such clients.
    """

    public: tuple[str, ...] = ()
    public_offered: bool = False


class RefreshTrials(Trials, frozen=True, kw_only=True):
    """`wider`: more scope asked with a refresh token than was granted. `foreign`: another client uses the token."""


class ClientAuthTrials(Trials, frozen=True, kw_only=True):
    """`code` and `machine`: a grant that is good but for the authentication of the client that presents it."""


class AssertionTrials(Trials, frozen=True, kw_only=True):
    """Client assertions with one fault each, the good one before and after.

    `forged`: what no server may accept. `used`: an assertion presented twice. `policy`: what some profiles refuse.
    """


class TokenAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of the token endpoint and whether it carried an access token."""

    name: str
    given: bool
    exchange: Exchange


class TokenAnswers(Evidence, frozen=True):
    """Answers of the token endpoint to good requests, one for each grant that could be tried."""

    answers: tuple[TokenAnswer, ...]


class RevocationTrials(Trials, frozen=True, kw_only=True):
    """`revoked`: a token is used after its revocation. `revoking` and `looking`: others revoke and look into tokens."""


class DpopTrials(Trials, frozen=True, kw_only=True):
    """Proofs with one fault each: `token` at the token endpoint, `resource` where the token opens something.

    `used` are proofs presented twice. `offered` holds the algorithms of the metadata, `nonce` whether nonces are asked.
    """

    offered: tuple[str, ...] = ()
    nonce: bool = False


class RegistrationTrials(Trials, frozen=True, kw_only=True):
    """`anonymous`: a good registration by nobody. `addresses`: bad redirect addresses, tried only where that one was granted.

    `registered` clients came to be by this, `deleted` were deleted again; `left` are the ids of the others.
    """

    registered: int = 0
    deleted: int = 0
    left: tuple[str, ...] = ()


class PushedTrials(Trials, frozen=True, kw_only=True):
    """`pushing`: bad requests at the endpoint for pushed requests. `using`: request_uri values used wrongly. `reuse`: once more.

    `lifetime` is the life of a request_uri in seconds as the provider states it.
    """

    lifetime: int | None = None


class ProviderLogoutTrials(Trials, frozen=True, kw_only=True):
    """`redirect`: addresses after logout that nobody registered. `session`: attempts to end a session without a valid hint.

    In `redirect` an attempt is granted when the browser is sent there; in `session` when the session is gone
    although nobody confirmed it.
    """
