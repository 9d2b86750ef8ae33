"""The API corner: liveness, one's own record by bearer token, and a public mailbox that reads JSON."""

import json
from typing import TYPE_CHECKING, Any

from harness.demo.access import permits, verified
from harness.demo.behaviour import HOSTS, MAIL_DOMAIN, Handler, Routes
from harness.demo.fhir import ROUTES as FHIR
from harness.demo.idp import ROUTES as PROVIDER
from harness.demo.idp_dpop import bound
from harness.demo.idp_messages import challenge, credentials
from harness.demo.messages import Request, Response
from harness.demo.people import Person
from harness.demo.portal import ROUTES, TEXT, file, security_txt
from harness.demo.replies import Problem, data

if TYPE_CHECKING:
    from harness.demo.web import App

#: RFC 8461 §3.2; max_age of a week, its recommended least.
MTA_STS = f"version: STSv1\r\nmode: enforce\r\nmx: mail.{MAIL_DOMAIN}\r\nmax_age: 604800\r\n".encode()


def health(request: Request, app: "App") -> Response:
    """Whether the service lives; says nothing about what it is made of."""
    return data({"status": "pass"})


def record(person: Person) -> dict[str, Any]:
    """A patient's record, in a form of the platform's own."""
    return {"id": person.name, "number": person.number, "name": person.thai_name}


def bearer(request: Request, app: "App", scope: str) -> Person:
    """Who asks, by a token of the platform's own or an access token of its identity provider with this scope.

    Without a good one the answer is 401 with a challenge, without the scope 403 (RFC 6750 §3).
    """
    scheme, raw = credentials(request)
    if not raw and app.behaviour.access.in_address:
        scheme, raw = "bearer", request.query.get("access_token", "")
    own = app.people.by_token(raw) if scheme == "bearer" else None
    return own or _by_provider(request, app, scheme, raw, scope)


def _by_provider(request: Request, app: "App", scheme: str, raw: str, scope: str) -> Person:
    rules = app.behaviour.access
    token = verified(rules, app.idp, raw) if raw else None
    if token is None or not bound(app.idp, request, (scheme, raw), token.claims, f"https://{HOSTS['api']}"):
        name = "DPoP" if scheme == "dpop" else "Bearer"
        raise Problem(401, challenge(name, "invalid_token" if raw else ""))
    person = app.idp.person(token.claims.get("sub"))
    if person is None or not permits(rules, token, scope):
        raise Problem(403, challenge("Bearer", "insufficient_scope", scope=scope))
    return person


def own_record(request: Request, app: "App") -> Response:
    """The record of whoever's token it is."""
    return data(record(bearer(request, app, "patient.read")))


def own_notes(request: Request, app: "App") -> Response:
    """What was written about whoever's token it is; it takes a scope of its own."""
    return data({"id": bearer(request, app, "notes.read").name, "notes": []})


def feedback(request: Request, app: "App") -> Response:
    """Take a public message `{"text": "…"}`; what it cannot read it refuses without saying how it reads."""
    if request.value("content-type").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415)
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Problem(400) from None
    text = sent.get("text") if isinstance(sent, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 1000:
        raise Problem(422)
    return data({"status": "received"}, status=202)


def routes() -> Routes:
    """Every route of the conforming platform: host, path, method. A fresh table, for defects to change."""
    api: dict[str, dict[str, Handler]] = {
        "/health": {"GET": health},
        "/patients/me": {"GET": own_record},
        "/patients/me/notes": {"GET": own_notes},
        "/feedback": {"POST": feedback},
        "/.well-known/security.txt": {"GET": security_txt},
        **_fresh(FHIR),
    }
    policy: dict[str, dict[str, Handler]] = {"/.well-known/mta-sts.txt": {"GET": file(MTA_STS, TEXT)}}
    return {"portal": _fresh(ROUTES), "api": api, "id": _fresh(PROVIDER), "policy": policy}


def _fresh(table: dict[str, dict[str, Handler]]) -> dict[str, dict[str, Handler]]:
    return {path: dict(methods) for path, methods in table.items()}
