"""Evidence of apps and services at a FHIR server (SMART App Launch). No resource, token or code stands in any of it."""

from harness.experiment import Attempt
from harness.model import Text

from .token_evidence import Trials


class SmartLaunch(Trials, frozen=True, kw_only=True):
    """An app with the context of one patient.

    `audience`: authorization requests that name another server as `aud`; granted where a token comes of one that
    opens this server. `absent` is the same without any. `context`: the other patient's record by read and search;
    `batch`: by entries of a batch or transaction. `expired`: a token that is right but for its end; `unsigned` says
    why none could be made.
    """

    absent: Attempt | None = None
    unsigned: Text | None = None


class SmartScopes(Trials, frozen=True, kw_only=True):
    """`scopes`: interactions that the scopes of a token do not cover. `skipped` names the scopes that could not be had."""

    skipped: tuple[str, ...] = ()


class SmartRefresh(Trials, frozen=True, kw_only=True):
    """`wider`: more of SMART's scope asked with a refresh token than was granted; others: a foreign client uses it."""


class SmartService(Trials, frozen=True, kw_only=True):
    """Assertions of a backend service: `forged` with one fault each, `used` presented twice, `policy` over five minutes."""
