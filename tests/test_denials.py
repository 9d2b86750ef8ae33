"""Looking for what a platform denies: what is recognised, what is sent, and what hostile answers lead to."""

import importlib
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from harness import registry, target, yamlfile
from harness.demo import DEFECTS, DemoPlatform
from harness.demo.target import FACTS
from harness.evidence import MEANING, Envelope, Missing
from harness.judge import judge_one
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.target import Component, Limits, ScopeRules, Target
from tests.hostile_http import HTTP
from tests.hostile_servers import Server, Talk
from tests.web_active_servers import Reply, serving

CHECKS = {id: spec for id, spec in registry.checks().items() if id.startswith("FACT-")}
PROBE = next(spec for spec in registry.probes().values() if spec.name == "denials")
signatures = importlib.import_module("harness.checks.denials.signatures")
ALL = {"fhir": "no", "bulk_export": "no", "own_idp": "no"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}
HOME: Reply = (200, HTML, "<!doctype html><h1>ระบบสุขภาพ</h1>")
LOST: Reply = (404, HTML, "<!doctype html><h1>ไม่พบหน้า</h1>")
CAPABILITY = (
    '{"resourceType": "CapabilityStatement", "rest": [{"operation": [{"name": "%s", "definition": "x"}]}]}'
)
OUTCOME = '{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": "%s"}]}'


PATIENT = Limits()
#: For servers that drag or pour: what they lead to is the same however long they are waited for, however much is read.
IMPATIENT = Limits(connect_seconds=1, read_seconds=0.2, total_seconds=0.4, body_bytes=200_000)


def around(port: int, facts: dict[str, str] = ALL, base: str = "/", limits: Limits = PATIENT) -> Surroundings:
    rules = ScopeRules(
        authorised_by="test",
        document="none",
        contact="nobody@demo.test",
        hosts=("127.0.0.1",),
        ports=(port,),
        addresses=("127.0.0.0/8",),
        requests_per_second=10_000,
    )
    component = Component(name="api", kind="api", base_url=f"http://127.0.0.1:{port}{base}", pages=("/",))
    described = Target(name="t", owner="t", scope=rules, components=(component,), facts=facts, limits=limits)
    return Surroundings(described, Names(described), Gate(rules), {}, b"salt" * 8)


def collected(surroundings: Surroundings, name: str = "api") -> Envelope:
    subject = next(s for s in target.subjects(surroundings.target)["site"] if s.id == name)
    return run_probe(PROBE, subject, surroundings)


def verdicts(envelope: Envelope) -> dict[str, tuple[str, str]]:
    evidence = envelope.open(PROBE.evidence)
    if isinstance(evidence, Missing):
        return dict.fromkeys(CHECKS, (MEANING[evidence.cause][0].value, evidence.reason.en))
    judged = {id: judge_one(spec, evidence, {}) for id, spec in CHECKS.items()}
    return {id: (j.verdict.value, j.reason.en) for id, j in judged.items()}


def words(found: dict[str, tuple[str, str]]) -> list[str]:
    return [found[id][0] for id in sorted(found)]


@contextmanager
def site(
    pages: dict[str, Reply | Callable[[str], Reply]], lost: Reply = LOST
) -> Iterator[tuple[int, list[tuple[str, str, dict[str, str]]]]]:
    """A site with these pages; what was asked of it: (method, path with query, headers)."""
    asked: list[tuple[str, str, dict[str, str]]] = []

    def answer(request: BaseHTTPRequestHandler, path: str) -> Reply:
        asked.append((request.command, path, dict(request.headers)))
        found = pages.get(urlsplit(path).path, HOME if path in ("/", "/app/") else lost)
        return found(path) if callable(found) else found

    with serving(answer) as (port, kind):
        kind.do_DELETE = kind.reply  # type: ignore[attr-defined]
        yield port, asked


# What a body is.
@pytest.mark.parametrize(
    ("body", "marks"),
    [
        (b"", ()),
        (b"<!doctype html><p>CapabilityStatement", ()),
        (b'{"resourceType": "Patient"}', ()),
        (b'["resourceType", "CapabilityStatement"]', ()),
        (b'{"note": "resourceType: CapabilityStatement"}', ()),
        (b'{"resourceType": "CapabilityStatement"}', ("CapabilityStatement",)),
        (b'\xef\xbb\xbf {"id": "x", "resourceType": "CapabilityStatement"}', ("CapabilityStatement",)),
        ('{"resourceType": "OperationOutcome"}'.encode("utf-16"), ("OperationOutcome",)),
        (b'{"resourceType": "Conformance"}', ("CapabilityStatement",)),
        (b'{"resourceType": "CapabilityStatement", "resourceType": "X"}', ("CapabilityStatement",)),
        (b'{"resourceType": "CapabilityStatement", "rest": [', ("CapabilityStatement", "unreadable JSON")),
        (b'<?xml version="1.0"?><CapabilityStatement xmlns="http://hl7.org/fhir">', ("CapabilityStatement",)),
        (b'<!-- a --><f:OperationOutcome xmlns:f="http://hl7.org/fhir"/>', ("OperationOutcome",)),
        (b'<CapabilityStatement xmlns="urn:else">', ()),
        (b"{", ("unreadable JSON",)),
        (b'{"a": ' * 100_000, ("unreadable JSON",)),
        (b'{"a": %s}' % (b"9" * 5_000), ("unreadable JSON",)),
        (b'{"a": "\xff"}', ("unreadable JSON",)),
        (b"\x00" * 100, ()),
    ],
)  # fmt: skip
def test_a_body_is_known_by_its_content(body: bytes, marks: tuple[str, ...]) -> None:
    assert signatures.marks(body) == marks


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("export", True), ("$export", True), ("patient-export", True), ("Group-Export", True), ("bulk-data-export", True),
        ("\\u0065xport", True), ("everything", False), ("export-summary", False), ("reexport", False),
    ],
)  # fmt: skip
def test_a_capability_statement_names_an_export(name: str, names: bool) -> None:
    assert ("names bulk export" in signatures.marks((CAPABILITY % name).encode())) is names


def test_an_export_is_named_in_other_ways_too() -> None:
    guide = '{"resourceType": "CapabilityStatement", "instantiates": ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"]}'
    xml = '<CapabilityStatement xmlns="http://hl7.org/fhir"><rest><operation><name value="export"/>'
    smart = '{"token_endpoint": "/t", "capabilities": ["launch-ehr", "bulk-export"]}'
    cut = (CAPABILITY % "export")[:-3]
    for body in (guide, xml, smart, cut):
        assert "names bulk export" in signatures.marks(body.encode())
    assert signatures.marks(b'{"token_endpoint": "/t", "capabilities": ["permission-v2"]}') == (
        "SMART configuration",
    )


@pytest.mark.parametrize(
    ("body", "issuer", "authorization"),
    [
        ('{"issuer": "https://a", "authorization_endpoint": "https://a/b"}', "https://a", "https://a/b"),
        ('{"issuer": "https://a"}', "", ""),
        ('{"authorization_endpoint": "https://a/b"}', "", ""),
        ('{"issuer": 5, "authorization_endpoint": "https://a/b"}', "5", "https://a/b"),
        ('{"issuer": "https://a", "authorization_endpoint": [1]}', "", ""),
        ('"issuer"', "", ""),
        ("<html>", "", ""),
    ],
)  # fmt: skip
def test_a_discovery_document_is_one_with_both(body: str, issuer: str, authorization: str) -> None:
    assert signatures.discovery(body.encode()) == (issuer, authorization)


# What is asked, and of whom.
def test_an_honest_site_passes_with_few_harmless_requests() -> None:
    with site({}) as (port, asked):
        found = verdicts(collected(around(port)))
    assert words(found) == ["pass", "pass", "pass"], found
    assert len(asked) <= 20
    assert {method for method, _, _ in asked} == {"GET"}
    assert not any("Authorization" in headers for _, _, headers in asked)
    exports = [(path, headers) for _, path, headers in asked if "$export" in path]
    assert len(exports) == 6
    for path, headers in exports:
        assert parse_qs(urlsplit(path).query) == {
            "_type": [signatures.IMPOSSIBLE_TYPE],
            "_since": ["2999-01-01T00:00:00Z"],
        }
        assert headers["Prefer"] == "respond-async"
        assert headers["Accept"] == "application/fhir+json"


def test_below_a_path_the_root_of_the_host_is_asked_too() -> None:
    with site({}) as (port, asked):
        found = verdicts(collected(around(port, base="/app")))
    assert words(found) == ["pass", "pass", "pass"], found
    paths = {urlsplit(path).path for _, path, _ in asked}
    assert {
        "/app/metadata",
        "/metadata",
        "/fhir/$export",
        "/.well-known/oauth-authorization-server/app",
    } <= paths
    assert len(asked) <= 31


@pytest.mark.parametrize(
    "facts", [{}, {"fhir": "yes", "bulk_export": "yes", "own_idp": "yes"}, {"cloud": "no"}]
)
def test_who_denies_nothing_is_asked_nothing(facts: dict[str, str]) -> None:
    with site({}) as (port, asked):
        found = verdicts(collected(around(port, facts)))
    assert words(found) == ["not_applicable"] * 3
    assert asked == []


def test_only_what_is_denied_is_looked_for() -> None:
    with site({}) as (port, asked):
        found = verdicts(collected(around(port, {"own_idp": "no"})))
    assert words(found) == ["not_applicable", "not_applicable", "pass"]
    assert not any("metadata" in path or "$" in path for _, path, _ in asked)


def test_exports_are_asked_of_the_fhir_server_only_where_one_shows() -> None:
    pages: dict[str, Any] = {"/r4/metadata": (200, JSON, CAPABILITY % "everything")}
    with site(pages) as (port, asked):
        found = verdicts(collected(around(port, {"fhir": "yes", "bulk_export": "no"})))
    assert words(found) == ["not_applicable", "pass", "not_applicable"], found
    exports = [urlsplit(path).path for _, path, _ in asked if "$export" in path]
    assert exports == ["/r4/$export", "/r4/Patient/$export"]


def test_a_redirect_that_keeps_the_name_is_followed_once() -> None:
    pages: dict[str, Any] = {
        "/metadata": (301, {"Location": "/deep/metadata/"}, ""),
        "/deep/metadata/": (200, JSON, CAPABILITY % "export"),
        "/.well-known/openid-configuration": lambda path: (302, {"Location": f"{path}?again"}, ""),
    }
    with site(pages) as (port, asked):
        found = verdicts(collected(around(port)))
    assert words(found) == ["fail", "fail", "inconclusive"], found
    assert sum("openid-configuration" in path for _, path, _ in asked) == 2
    assert "/deep/$export" in [urlsplit(path).path for _, path, _ in asked]


def test_a_whole_fhir_server_fails_both() -> None:
    pages: dict[str, Any] = {
        "/metadata": (200, {"Content-Type": "application/fhir+json"}, CAPABILITY % "export")
    }
    with site(pages, lost=(404, JSON, OUTCOME % "unknown")) as (port, _):
        found = verdicts(collected(around(port)))
    assert words(found) == ["fail", "fail", "pass"], found


def test_an_export_known_by_its_refusal() -> None:
    def refuse(path: str) -> Reply:
        return 400, JSON, OUTCOME % f"resource type {parse_qs(urlsplit(path).query)['_type'][0]} is not known"

    pages: dict[str, Any] = {"/metadata": (200, JSON, CAPABILITY % "everything"), "/Patient/$export": refuse}
    with site(pages, lost=(404, JSON, OUTCOME % "unknown operation")) as (port, _):
        found = verdicts(collected(around(port, {"fhir": "yes", "bulk_export": "no"})))
    assert found["FACT-02"][0] == "fail"
    assert "parameters of an export" in found["FACT-02"][1]


@pytest.mark.parametrize("named", [True, False])
def test_a_provider_is_found_although_redaction_takes_values_out(named: bool) -> None:
    def discovery(path: str) -> Reply:
        issuer = f"http://127.0.0.1:{port}" if named else "https://imauth.bora.dopa.go.th"
        document = {"password": 12345678, "issuer": issuer, "authorization_endpoint": f"{issuer}/a"}
        return 200, JSON, json.dumps(document)

    with site({"/.well-known/openid-configuration": discovery}) as (port, _):
        found = verdicts(collected(around(port, {"own_idp": "no"})))
    assert found["FACT-03"][0] == ("fail" if named else "pass"), found


# A job that begins.
def job(place: str, status: Reply) -> tuple[list[str], tuple[str, str]]:
    """What was sent after an export began that says it is at `place`, and the verdict."""
    pages: dict[str, Any] = {"/$export": (202, {"Content-Location": place}, ""), "/jobs/1": status}
    with site(pages) as (port, asked):
        found = verdicts(collected(around(port, {"bulk_export": "no"})))
    begun = next(n for n, (_, path, _) in enumerate(asked) if path.startswith("/$export"))
    return [f"{method} {path}" for method, path, _ in asked[begun + 1 :]], found["FACT-02"]


def test_a_job_is_cancelled_and_no_other_begun() -> None:
    sent, (verdict, why) = job("/jobs/1?token=a1b2c3d4e5f6a7b8c9d0", (202, {"X-Progress": "1 %"}, ""))
    assert sent == [f"{m} /jobs/1?token=a1b2c3d4e5f6a7b8c9d0" for m in ("GET", "DELETE")]
    assert verdict == "fail"
    assert "took an export job on" in why


@pytest.mark.parametrize(
    ("place", "status", "sent"),
    [
        ("/jobs/1", HOME, ["GET /jobs/1"]),
        ("/jobs/1", (404, HTML, ""), ["GET /jobs/1"]),
        ("/jobs/1", (302, {"Location": "/"}, ""), ["GET /jobs/1"]),
        ("https://127.0.0.1/jobs/1", HOME, []),
        ("http://elsewhere.example/jobs/1", HOME, []),
        ("http://[::", HOME, []),
        ("/$export?x", HOME, []),
        ("mailto:a@b", HOME, []),
    ],
)
def test_nothing_is_deleted_that_is_no_job_on_the_asked_host(
    place: str, status: Reply, sent: list[str]
) -> None:
    got, (verdict, _) = job(place, status)
    assert got == sent
    assert verdict == "fail"


def test_a_finished_job_is_deleted_too() -> None:
    manifest = '{"transactionTime": "2026-11-22T00:00:00Z", "output": []}'
    sent, _ = job("/jobs/1", (200, JSON, manifest))
    assert sent == ["GET /jobs/1", "DELETE /jobs/1"]


def test_who_takes_anything_for_a_job_is_asked_for_no_export() -> None:
    with site({}, lost=(202, {"Content-Location": "/jobs/1"}, "")) as (port, asked):
        found = verdicts(collected(around(port)))
    assert found["FACT-02"][0] == "inconclusive"
    assert "made-up operation" in found["FACT-02"][1]
    assert {method for method, _, _ in asked} == {"GET"}
    assert not any("$export" in path for _, path, _ in asked)


# Hostile answers: to everything but the first page.
MAZE = (302, {"Location": "http://elsewhere.example/metadata"}, "")


@pytest.mark.parametrize(
    ("lost", "expect"),
    [
        (HOME, ["pass", "pass", "pass"]),
        ((200, JSON, '{"error": "not found"}'), ["pass", "pass", "pass"]),
        ((302, {"Location": "/"}, ""), ["pass", "pass", "pass"]),
        ((410, {}, ""), ["pass", "pass", "pass"]),
        ((200, JSON, '{"resourceType": "Capab'), ["inconclusive"] * 3),
        (MAZE, ["inconclusive"] * 3),
        ((302, {"Location": "/login"}, ""), ["inconclusive"] * 3),
        ((302, {"Location": "http://[::"}, ""), ["inconclusive"] * 3),
        ((401, {}, ""), ["inconclusive"] * 3),
        ((403, HTML, "<h1>Access denied</h1>"), ["inconclusive"] * 3),
        ((429, {}, ""), ["inconclusive"] * 3),
        ((500, HTML, "Oops"), ["inconclusive"] * 3),
    ],
)  # fmt: skip
def test_hostile_answers_never_pass_wrongly(lost: Reply, expect: list[str]) -> None:
    with site({}, lost=lost) as (port, _):
        found = verdicts(collected(around(port)))
    assert words(found) == expect, found


LARGE = '{"a": "' + "x" * 5_000_000 + '"}'
STATEMENT = CAPABILITY % "x" + " " * 5_000_000
BOMB = zlib.compress(bytes(60_000_000))


@pytest.mark.parametrize(
    ("large", "expect"),
    [
        ((200, HTML, "<!doctype html>" + "x" * 3_000_000), ["inconclusive"] * 3),
        ((200, JSON, LARGE), ["inconclusive"] * 3),
        ((200, JSON, STATEMENT), ["fail", "inconclusive", "inconclusive"]),
        ((200, JSON, '{"a": ' * 200_000), ["inconclusive"] * 3),
        ((200, HTML | {"Content-Encoding": "deflate"}, BOMB), ["inconclusive"] * 3),
    ],
    ids=["page", "JSON", "statement", "nested", "bomb"],
)
def test_large_answers_are_not_read_as_absence(large: Reply, expect: list[str]) -> None:
    pages = dict.fromkeys(("/fhir/metadata", "/fhir/$export", "/.well-known/openid-configuration"), large)
    with site(dict(pages)) as (port, _):
        found = verdicts(collected(around(port)))
    assert words(found) == expect, found


def silent_but_home(talk: Talk) -> None:
    """Answer the first page, and let everybody else wait."""
    talk.request()
    if talk.path == "/":
        talk.answer(b"<h1>hello</h1>", b"Content-Type: text/html")
    else:
        talk.stall()


def reset_but_home(talk: Talk) -> None:
    """Answer the first page, and hang up on everybody else."""
    talk.request()
    if talk.path == "/":
        talk.answer(b"<h1>hello</h1>", b"Content-Type: text/html")
    else:
        talk.reset()


@pytest.mark.parametrize("handler", [silent_but_home, reset_but_home])
def test_silence_behind_the_first_page_is_not_absence(
    handler: Callable[[Talk], None], must_end: None
) -> None:
    with Server(handler) as server:
        found = verdicts(collected(around(server.port, limits=IMPATIENT)))
    assert words(found) == ["inconclusive"] * 3, found


@pytest.mark.parametrize("name", sorted(set(HTTP) - {"soft 404"}))
def test_servers_that_lie_and_drag_end_without_a_crash(name: str, must_end: None) -> None:
    with Server(HTTP[name]) as server:
        found = verdicts(collected(around(server.port, limits=IMPATIENT)))
    assert "error" not in words(found), found
    if name in DRAGGING:
        assert words(found) == ["inconclusive"] * 3, found


DRAGGING = {
    "says nothing", "drips the status line", "drips headers for ever", "drips the body", "headers without end",
    "resets at once", "closes at once", "garbage", "always 500", "always 429", "WAF", "two lengths", "gzip bomb",
}  # fmt: skip


# The demo platform.
SITES = ("portal", "api", "fhir", "id")


@cache
def of_demo(defects: tuple[str, ...]) -> dict[str, str]:
    with DemoPlatform(defects) as demo:
        described = target.load(demo.target_path)
        surroundings = Surroundings(described, Names(described), Gate(described.scope), {}, b"salt" * 8)
        found = {name: verdicts(collected(surroundings, name)) for name in SITES}
    return {f"{id} {name}": got for name, by_id in found.items() for id, (got, _) in by_id.items()}


#: On which components a switch shows: what is denied publishes itself on all of them, an export at the FHIR base.
SHOWN = {"hidden-fhir": {f"FACT-01 {name}" for name in SITES}}
SHOWN["hidden-bulk-export"] = {"FACT-02 api", "FACT-02 fhir"}
SHOWN["hidden-idp"] = {f"FACT-03 {name}" for name in SITES}


def test_the_conforming_demo_tells_the_truth() -> None:
    told = {(what.partition(" ")[0], got) for what, got in of_demo(()).items()}
    assert told == {
        ("FACT-01", "not_applicable"),
        ("FACT-02", "pass"),
        ("FACT-03", "not_applicable"),
    }  # it has a FHIR server and a provider


@pytest.mark.parametrize("name", [n for n, d in DEFECTS.items() if d.checks[0].startswith("FACT-")])
def test_a_switch_reveals_exactly_its_denial(name: str) -> None:
    before, found = of_demo(()), of_demo((name,))
    assert {what for what, got in found.items() if got != before[what]} == SHOWN[name], found
    assert {found[what] for what in SHOWN[name]} == {"fail"}


def test_all_three_together_show() -> None:
    found = of_demo(tuple(SHOWN))
    assert {what for what, got in found.items() if got == "fail"} == set().union(*SHOWN.values())


def test_the_demo_states_only_facts_of_the_catalogue() -> None:
    place = Path(__file__).parent.parent / "profiles" / "catalogue" / "facts.yaml"
    known = yamlfile.load(place, dict)["facts"]
    assert set(FACTS) == set(known)
    assert all(value in known[name]["values"] for name, value in FACTS.items())


def test_a_fact_is_read_as_it_is_written(tmp_path: Path) -> None:
    with DemoPlatform(folder=tmp_path) as demo:
        text = demo.target_path.read_text(encoding="utf-8")
        demo.target_path.write_text(text.replace("fhir: 'yes'", "fhir: yes"), encoding="utf-8")
        described = target.load(demo.target_path)
    assert described.facts == FACTS
    assert {s.facts["fhir"] for s in target.subjects(described)["site"] if isinstance(s, target.Site)} == {
        "yes"
    }
