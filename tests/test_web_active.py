"""The active web experiments on good sites and on sites with one fault each."""

import gzip
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from harness import target
from harness.demo.platform import DemoPlatform
from harness.evidence import Exchange
from harness.probing import Surroundings, run_probe
from harness.target import Site
from tests.web_active_servers import (
    HOME,
    HTML,
    PLAIN,
    PROBES,
    TEXT,
    Answer,
    Reply,
    around,
    ask,
    demo_surroundings,
    demo_verdict,
    good,
    serving,
    site,
    verdict,
    verdicts,
)


def test_a_good_site_passes() -> None:
    with serving(good) as (port, _):
        surroundings = around(port)
        found = verdicts(PLAIN, surroundings, site(surroundings))
    assert found.pop("SUP-01") == (
        "fail",
        "not served over https",
    )  # plain HTTP is the one thing wrong with it
    assert {id: why for id, (got, why) in found.items() if got != "pass"} == {}


def at(wanted: str, *reply: Any) -> Answer:
    return lambda request, path: reply if path.startswith(wanted) else good(request, path)


def unknown_methods(request: BaseHTTPRequestHandler, path: str) -> Reply:
    if request.headers.get("X-HTTP-Method-Override") == "MOPHTEST":
        return 405, {}, ""
    return good(request, path)


def echo(request: BaseHTTPRequestHandler, path: str) -> Reply:
    lines = "".join(f"{k}: {v}\r\n" for k, v in request.headers.items())
    return (
        (200, {"Content-Type": "message/http"}, lines) if request.command == "TRACE" else good(request, path)
    )


def search(request: BaseHTTPRequestHandler, path: str) -> Reply:
    word = parse_qs(urlsplit(path).query).get("q")
    if not word:
        return good(request, path)
    page = f'<input type="hidden" name="csrf_token" value="8f14e45fceea167a5a36dedd4bea2543"><p>{word[0]}</p>'
    return 200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(page.encode())


def forwarded(request: BaseHTTPRequestHandler, path: str) -> Reply:
    host = request.headers.get("X-Forwarded-Host")
    return (302, {"Location": f"https://{host}/"}, "") if host else good(request, path)


def split(request: BaseHTTPRequestHandler, path: str) -> Reply:
    lang = parse_qs(urlsplit(path).query).get("lang")
    return (200, {**HTML, "Content-Language": lang[0]}, HOME) if lang else good(request, path)


BAD = [
    ("HTTP-19", echo, "TRACE 200; the reply echoes"),
    ("HTTP-20", unknown_methods, "GET as MOPHTEST by header"),
    ("HTTP-21", search, "form 1: the reply is gzip"),
    ("HTTP-22", forwarded, "Location: https://moph"),
    ("HTTP-24", split, "parameters, CRLF"),
    ("WEB-12", at("/?moph=%FF", 500, HTML, "panic: runtime error: index out of range"), "Go panic"),
    ("WEB-14", at("/.env", 200, TEXT, "APP_ENV=prod\nDB_PASSWORD=hunter2hunter2\n"), "environment file"),
    ("WEB-14", at("/.git/HEAD", 200, TEXT, "ref: refs/heads/main\n"), "git HEAD"),
    ("WEB-15", at("/uploads/", 200, HTML, "<title>Index of /uploads/</title>"), "/uploads/ .folder listing"),
    ("WEB-16", at("/graphql?", 200, TEXT, '{"data":{"__typename":"Query"}}'), "GraphQL"),
    (
        "WEB-20",
        at("/about", 200, HTML, '<a href="/x?access_token=8f14e45fceea167a5a36dedd4bea2543">'),
        "token in",
    ),
    ("WEB-21", at("/about", 200, HTML, "เลขประจำตัวประชาชน 1-1017-00203-45-0"), "citizen id"),
    ("WEB-21", at("/about", 200, HTML, "<!-- db 10.11.12.13 -->"), "10.11.12.13"),
    ("SUP-01", at("/.well-known/security.txt", 200, TEXT, "Expires: 2001-01-01T00:00:00Z\n"), "no contact"),
]


@pytest.mark.parametrize(("id", "answer", "says"), BAD, ids=lambda v: v if isinstance(v, str) else "")
def test_a_bad_site_fails_where_it_is_bad_and_nowhere_else(id: str, answer: Answer, says: str) -> None:
    with serving(answer) as (port, _):
        surroundings = around(port)
        found = verdicts(PLAIN, surroundings, site(surroundings))
    got, why = found.pop(id)
    assert got == "fail"
    assert re.search(says, why), why
    found.pop("SUP-01", None)
    assert {other for other, (got, _) in found.items() if got != "pass"} == set()


def test_python_http_server_frames_carelessly() -> None:
    """A real server with a real fault: http.server reads neither framing header and keeps the rest as a request."""
    with serving(good) as (port, _):
        got, why = ask("HTTP-23", port)
    assert got == "fail"
    assert "chunked not last answered 200" in why


@pytest.fixture(scope="module")
def strict() -> Iterator[DemoPlatform]:
    with DemoPlatform() as platform:
        yield platform


@pytest.mark.parametrize("id", ["HTTP-15", "HTTP-16", "HTTP-17", "HTTP-23"])
def test_the_demo_api_passes(id: str, strict: DemoPlatform) -> None:
    got, why = demo_verdict(id, strict, "api")
    assert got == "pass", why


def test_the_demo_portal_lets_go(strict: DemoPlatform) -> None:
    assert demo_verdict("HTTP-18", strict, "portal")[0] == "pass"


def test_both_lengths_are_told_by_the_last_byte() -> None:
    with DemoPlatform(["lengths-confused"]) as platform:
        got, why = demo_verdict("HTTP-23", platform, "api")
    assert got == "fail"
    assert "Content-Length decided" in why


def every_exchange(value: Any) -> Iterator[Exchange]:
    if isinstance(value, Exchange):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from every_exchange(part)
    else:
        for name in getattr(value, "__struct_fields__", ()):
            yield from every_exchange(getattr(value, name))


@pytest.mark.parametrize("defects", [(), ("record-shared",), ("record-deceived",)])
def test_no_protected_body_is_kept(defects: tuple[str, ...]) -> None:
    with DemoPlatform(defects) as platform:
        surroundings = demo_surroundings(platform)
        subject = next(s for s in target.subjects(surroundings.target)["site"] if s.id == "api")
        envelope = run_probe(PROBES["protected_pages"], subject, surroundings)
        stored = msgspec.json.encode(envelope).decode()
        people = platform.people.patients
    assert envelope.missing is None
    evidence = envelope.open(PROBES["protected_pages"].evidence)
    assert all(x.body == "" for x in every_exchange(evidence))
    for person in people:
        assert person.number not in stored
        assert person.thai_name not in stored
        assert person.token not in stored


def test_no_exposed_secret_is_kept() -> None:
    with serving(at("/.env", 200, TEXT, "APP_ENV=prod\nDB_NAME=patients_of_bangkok\n")) as (port, _):
        surroundings = around(port)
        envelope = run_probe(PROBES["path_trials"], site(surroundings), surroundings)
    assert b"environment file" in bytes(envelope.value)
    assert b"patients_of_bangkok" not in bytes(envelope.value)


def test_all_probes_together_are_polite() -> None:
    """At most 120 requests on one site, the brief's bound; CONNECT, TRACE and raw messages count too."""
    with serving(good) as (port, kind):
        surroundings = around(port)
        for spec in PROBES.values():
            run_probe(spec, site(surroundings), surroundings)
        assert 60 < kind.count <= 120


def test_without_consent_nothing_dangerous_is_sent() -> None:
    with serving(good) as (port, kind):
        surroundings = around(port)
        described = msgspec.structs.replace(
            surroundings.target, scope=msgspec.structs.replace(surroundings.target.scope, dangers=frozenset())
        )
        careful = Surroundings(described, surroundings.names, surroundings.gate, {}, b"salt" * 8)
        for id in ("HTTP-23", "HTTP-24"):
            assert verdict(id, careful, site(careful))[0] == "not_run"
        assert kind.count == 0


def test_without_credentials_the_cache_checks_are_not_run(strict: DemoPlatform) -> None:
    surroundings = demo_surroundings(strict)
    bare = Surroundings(surroundings.target, surroundings.names, surroundings.gate, {}, b"salt" * 8)
    subject = next(s for s in target.subjects(bare.target)["site"] if s.id == "api")
    assert isinstance(subject, Site)
    for id in ("HTTP-15", "HTTP-16", "HTTP-17"):
        assert verdict(id, bare, subject)[0] == "not_run"
