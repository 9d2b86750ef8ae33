"""Evidence about a component's pages: its responses by role, its answers to foreign origins, its session ids."""

from msgspec import Struct

from harness.evidence import Evidence, Exchange
from harness.sampling import Sampled

#: What an exchange of `SitePages` stands for. `document` a declared page, after redirects; `again` the same
#: page a second time; `static` a script or style of the same origin; `api` a declared API path, without
#: credentials; `error` and `api-error` a path that does not exist; `redirect` any 3xx on the way, over
#: HTTPS; `plain` the chain that starts at http://host/; `plain-api` the API path over plain HTTP with a
#: dummy bearer token.
ROLES = ("document", "again", "static", "api", "error", "api-error", "redirect", "plain", "plain-api")


class SitePages(Evidence, frozen=True):
    """One component's responses. `component` is its kind (portal, api, idp, admin, fhir), `base` its base URL.

    Every exchange carries its role (see ROLES) as its label; roles that could not be tried are absent.
    """

    component: str
    base: str
    exchanges: tuple[Exchange, ...] = ()


class OriginTry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request with a foreign Origin: which variant, the origin as sent, the exchange."""

    variant: str
    origin: str
    exchange: Exchange


class OriginTrial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One URL: the control without Origin, then the variants, then a preflight from the arbitrary origin."""

    control: Exchange
    tries: tuple[OriginTry, ...] = ()
    preflight: OriginTry | None = None


class SiteOrigins(Evidence, frozen=True):
    """How one component answers foreign origins, URL by URL (its base URL and its first API path)."""

    base: str
    trials: tuple[OriginTrial, ...] = ()


class SiteSessions(Evidence, frozen=True):
    """Cookies that the component gives to new, anonymous visitors at `url`: one `Sampled` for each name.

    `asked` requests were sent without cookies, `answered` of them were answered with a status below 400;
    `sample` is the first exchange, kept for its Set-Cookie lines (values redacted).
    """

    url: str
    asked: int
    answered: int
    cookies: tuple[Sampled, ...] = ()
    sample: Exchange | None = None
