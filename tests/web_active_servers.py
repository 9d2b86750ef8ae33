"""Small real servers for the tests of the active web experiments, and how a check is asked about one."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from harness import registry, target
from harness.demo.platform import DemoPlatform
from harness.evidence import MEANING, Envelope, Missing
from harness.judge import judge_one
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.target import Component, Limits, ScopeRules, Site, Target

Reply = tuple[int, dict[str, str], str | bytes]
Answer = Callable[[BaseHTTPRequestHandler, str], Reply]

PROBES = {s.name: s for s in registry.probes().values() if ".web.probe_active" in s.collect.__module__}
CHECKS = {c.id: c for c in registry.checks().values() if ".web.active_" in c.rule.__module__}
#: Not here: what needs TLS and identities (below, on the demo platform) and what Python's http.server itself does wrong.
PLAIN = sorted(set(CHECKS) - {"HTTP-15", "HTTP-16", "HTTP-17", "HTTP-18", "HTTP-23"})
HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
HOME = '<h1>ระบบสุขภาพ</h1><a href="/about">เกี่ยวกับ</a><form action="/search"><input name="q"></form>'


def good(request: BaseHTTPRequestHandler, path: str) -> Reply:
    if request.command != "GET":
        return 405, {"Allow": "GET"}, ""
    pages: dict[str, Reply] = {
        "/": (200, HTML, HOME),
        "/about": (200, HTML, "<p>โทร 02 590 1000</p>"),
        "/search": (200, HTML, "<p>ไม่พบ</p>"),
        "/logout": (303, {"Location": "/", "Clear-Site-Data": '"cookies"'}, ""),
        "/.well-known/security.txt": (
            200,
            TEXT,
            "Contact: mailto:a@demo.test\nExpires: 2099-01-01T00:00:00Z\n",
        ),
    }
    return pages.get(urlsplit(path).path, (404, HTML, "<h1>ไม่พบหน้า</h1>"))


class Handler(BaseHTTPRequestHandler):
    answer: Answer = staticmethod(good)
    count = 0

    def reply(self) -> None:
        type(self).count += 1
        status, headers, body = type(self).answer(self, self.path)
        data = body.encode() if isinstance(body, str) else body
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)  # line breaks in values go out as they are
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass

    do_GET = do_POST = do_TRACE = reply


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[int, type[Handler]]]:
    kind = type("Kind", (Handler,), {"answer": staticmethod(answer), "count": 0})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.server_port, kind
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def raw_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    class Raw(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                behave(self.request)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", 0), Raw) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def around(port: int) -> Surroundings:
    rules = ScopeRules(
        authorised_by="test",
        document="none",
        contact="nobody@demo.test",
        hosts=("127.0.0.1",),
        ports=(port,),
        addresses=("127.0.0.0/8",),
        requests_per_second=10_000,
        dangers=frozenset({"injection"}),
    )
    component = Component(
        name="portal", kind="portal", base_url=f"http://127.0.0.1:{port}/", logout="/logout"
    )
    limits = Limits(connect_seconds=1, read_seconds=0.6, total_seconds=1.2)
    described = Target(name="t", owner="t", scope=rules, components=(component,), limits=limits)
    return Surroundings(described, Names(described), Gate(rules), {}, b"salt" * 8)


def site(surroundings: Surroundings) -> Site:
    component = surroundings.target.components[0]
    return Site(id=component.name, component=component, base_url=component.base_url)


def verdicts(ids: list[str], surroundings: Surroundings, subject: Site) -> dict[str, tuple[str, str]]:
    """Verdict and reason of these checks; each probe runs once."""
    wanted = {CHECKS[id].evidence for id in ids}
    envelopes = {
        s.evidence: run_probe(s, subject, surroundings) for s in PROBES.values() if s.evidence in wanted
    }
    return {id: judged(id, envelopes[CHECKS[id].evidence]) for id in ids}


def judged(id: str, envelope: Envelope) -> tuple[str, str]:
    spec = CHECKS[id]
    evidence = envelope.open(spec.evidence)
    if isinstance(evidence, Missing):
        return MEANING[evidence.cause][0].value, evidence.reason.en
    judgement = judge_one(spec, evidence, spec.settings)
    return judgement.verdict.value, judgement.reason.en


def verdict(id: str, surroundings: Surroundings, subject: Site) -> tuple[str, str]:
    return verdicts([id], surroundings, subject)[id]


def ask(id: str, port: int) -> tuple[str, str]:
    surroundings = around(port)
    return verdict(id, surroundings, site(surroundings))


def demo_surroundings(platform: DemoPlatform) -> Surroundings:
    described = target.load(platform.target_path)
    secrets = {i.name: Path(str(i.bearer.file)).read_text().strip() for i in described.identities}
    return Surroundings(described, Names(described), Gate(described.scope), secrets, b"salt" * 8)


def demo_verdict(id: str, platform: DemoPlatform, name: str) -> tuple[str, str]:
    surroundings = demo_surroundings(platform)
    subject = next(s for s in target.subjects(surroundings.target)["site"] if s.id == name)
    assert isinstance(subject, Site)
    return verdict(id, surroundings, subject)


def silent(sock: socket.socket) -> None:
    while sock.recv(65_536):
        pass
