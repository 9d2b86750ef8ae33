"""Everything about the demo platform that a defect may change, in one place, with its conforming value."""

import secrets
import ssl
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from harness.demo.access import AccessRules
from harness.demo.fhir_rules import FhirRules
from harness.demo.hosts import HOSTS as HOSTS  # for all that describe behaviour
from harness.demo.hosts import MAIL_DOMAIN as MAIL_DOMAIN
from harness.demo.http1 import Framing
from harness.demo.idp_rules import IdpRules
from harness.demo.messages import Request, Response
from harness.demo.relying_ways import Ways
from harness.demo.rules import Rules

Handler = Callable[[Request, Any], Response]
Answer = Callable[[Request], Response]
Layer = Callable[[Request, Answer], Response]
#: host key → path → method → handler
Routes = dict[str, dict[str, dict[str, Handler]]]

_YEAR2 = "max-age=63072000; includeSubDomains"  # two years; ASVS 5.0.0-3.4.1 asks for one
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SECURE = _COMMON | {"Strict-Transport-Security": _YEAR2}
_LOCKED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_DOCUMENT = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_BROWSER = {
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cache-Control": "no-store",
}


def response_headers() -> dict[str, dict[str, str]]:
    """Headers by response class; `{nonce}` stands for the nonce of the answer."""
    return {
        "document": _SECURE | _BROWSER | {"Content-Security-Policy": _DOCUMENT},
        "form": _SECURE | _BROWSER | {"Content-Security-Policy": _DOCUMENT},
        "static": _SECURE | {"Cache-Control": "public, max-age=3600"},
        "api": _SECURE | {"Content-Security-Policy": _LOCKED, "Cache-Control": "no-store"},
        "error": _SECURE | _BROWSER | {"Content-Security-Policy": _LOCKED},
        "redirect": _SECURE | {"Content-Security-Policy": _LOCKED, "Cache-Control": "no-store"},
        # Without HSTS: over plain HTTP it must not be sent (RFC 6797 §7.2).
        "plain": _COMMON | {"Content-Security-Policy": _LOCKED, "Cache-Control": "no-store"},
    }


def provider_headers() -> dict[str, dict[str, str]]:
    """Those of the identity provider's host, which runs no script: `{client}` is where its form may lead.

    `tokens` is the class of answers that may hold tokens (RFC 6749 §5.1).
    """
    table = response_headers()
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    table["document"]["Content-Security-Policy"] = policy
    table["form"]["Content-Security-Policy"] = policy.replace(
        "form-action 'self'", "form-action 'self' {client}"
    )
    return table | {"tokens": table["api"] | {"Pragma": "no-cache"}}


def portal_only(origin: str) -> dict[str, str]:
    """Let the portal's own pages read API answers, and no other origin (ASVS 5.0.0-3.4.2)."""
    return {"Access-Control-Allow-Origin": origin} if origin == f"https://{HOSTS['portal']}" else {}


class SessionCookie(Struct):
    """How the session cookie is made; `new` gives its value (24 bytes: 192 bits; ASVS 5.0.0-7.2.3 asks for 128)."""

    name: str = "__Host-session"
    attributes: str = "Path=/; Secure; HttpOnly; SameSite=Lax"
    new: Callable[[], str] = lambda: secrets.token_urlsafe(24)


class Tls(Struct):
    """What the TLS listener does.

    `edits` change each host's context, `faults` name entries of tls_faults.FAULTS. `stranger` is the host whose
    certificate an unknown name is shown (conforming: none, it is refused). `strict_protocols` refuses a client
    whose ALPN list names no protocol of ours; `clear_text` serves a request without TLS.
    """

    edits: list[Callable[[ssl.SSLContext], None]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    stranger: str = ""
    strict_protocols: bool = True
    clear_text: bool = False


class Behaviour(Struct):
    """One platform's behaviour. Made conforming, changed by the defects, then only read."""

    routes: Routes
    headers: dict[str, dict[str, str]] = field(default_factory=response_headers)
    cookie: SessionCookie = field(default_factory=SessionCookie)
    #: The cookie of those who have signed in; visitors have the one above.
    signed: SessionCookie = field(default_factory=lambda: SessionCookie(name="__Host-login"))
    #: The cookie of the staff, before and after the code; its value is another one after it.
    staff: SessionCookie = field(default_factory=lambda: SessionCookie(name="__Host-staff"))
    rules: Rules = field(default_factory=Rules)
    relying: Ways = field(default_factory=Ways)
    tls: Tls = field(default_factory=Tls)
    framing: Framing = Framing()
    #: What the plain-HTTP listener does for each host: redirect, refuse or serve.
    plain: dict[str, str] = field(
        default_factory=lambda: {"portal": "redirect", "api": "refuse", "id": "refuse", "policy": "refuse"}
    )
    nonce: Callable[[], str] = lambda: secrets.token_urlsafe(18)
    #: Pieces of HTML appended to the home page.
    markup: list[str] = field(default_factory=list)
    #: Cross-origin headers of the API for an Origin.
    cors: Callable[[str], dict[str, str]] = portal_only
    #: The origin that links and redirects are built from; conforming: never taken from the request.
    own_origin: Callable[[Request, str], str] = lambda request, host: f"https://{host}"
    #: What stands between listener and routes, innermost first; conforming: nothing.
    layers: list[Layer] = field(default_factory=list)
    certificate: list[str] = field(default_factory=list)
    zone: list[str] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)
    #: What the target claims for the API; a defect where the platform does not keep it.
    claims: list[str] = field(default_factory=list)
    #: What the target says of the platform that is not so; a defect where it hides something.
    facts: dict[str, str] = field(default_factory=dict)
    #: The identity provider: what it decides, and the headers of its host; and what the API asks of its tokens.
    idp: IdpRules = field(default_factory=IdpRules)
    id_headers: dict[str, dict[str, str]] = field(default_factory=provider_headers)
    access: AccessRules = field(default_factory=AccessRules)
    fhir: FhirRules = field(default_factory=FhirRules)
