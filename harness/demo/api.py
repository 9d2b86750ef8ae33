"""The API corner: liveness, one's own record by bearer token, and a public mailbox that reads JSON."""

import json
from typing import TYPE_CHECKING, Any

from harness.demo.behaviour import MAIL_DOMAIN, Handler, Routes
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


def bearer(request: Request, app: "App") -> Person:
    """Who asks; without a valid token the answer is 401 with a challenge (RFC 6750 §3)."""
    scheme, _, token = request.value("authorization").partition(" ")
    person = app.people.by_token(token.strip()) if scheme.lower() == "bearer" else None
    if person is None:
        raise Problem(401, (("WWW-Authenticate", 'Bearer realm="demo"'),))
    return person


def own_record(request: Request, app: "App") -> Response:
    """The record of whoever's token it is."""
    return data(record(bearer(request, app)))


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
        "/feedback": {"POST": feedback},
        "/.well-known/security.txt": {"GET": security_txt},
    }
    policy: dict[str, dict[str, Handler]] = {"/.well-known/mta-sts.txt": {"GET": file(MTA_STS, TEXT)}}
    return {"portal": {path: dict(methods) for path, methods in ROUTES.items()}, "api": api, "policy": policy}
