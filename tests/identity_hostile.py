"""Identity providers that misbehave, on a free loopback port in plain HTTP; one function of the path for each way."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import msgspec
from harness.checks.identity.probe_flow import Flow

from harness import target as targets
from harness.evidence import Envelope
from harness.probing import Surroundings, run_probe
from harness.registry import ProbeSpec
from harness.scope import Gate, Names
from harness.target import Component, Provider, ScopeRules, Target
from harness.wire import Wire

#: (status, content type or location, body)
Reply = tuple[int, str, bytes]
Behave = Callable[[str, dict[str, str], str], Reply]
PASSWORD = "synthetic 4711"
SECRETS = {"id.password": PASSWORD, "id.main": "synthetic secret"}


class Hostile:
    """A running provider: its target, and what was asked of it."""

    def __init__(self, port: int, adapter: str = "form") -> None:
        self.port, self.adapter = port, adapter
        self.asked: list[str] = []
        self.base = f"http://127.0.0.1:{port}"

    def collect(self, spec: ProbeSpec) -> Envelope:
        """Run one probe on it."""
        target = _target(self.base, self.port, self.adapter)
        subject = targets.subjects(target)["issuer"][0]
        around = Surroundings(target, Names(target), Gate(target.scope), SECRETS, b"s" * 32)
        return run_probe(spec, subject, around)

    @contextmanager
    def flow(self) -> Iterator[Flow]:
        """A flow on it."""
        target = _target(self.base, self.port, self.adapter)
        with Wire(
            target, Names(target), Gate(target.scope), prefix="flow", seconds=60, credentials=SECRETS
        ) as wire:
            yield Flow(wire, targets.subjects(target)["issuer"][0])


def metadata(base: str) -> Reply:
    """Good metadata."""
    found = {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/jwks",
        "subject_types_supported": ["public"],
    }
    return 200, "application/json", json.dumps(found).encode()


@contextmanager
def hostile(behave: Behave, adapter: str = "form") -> Iterator[Hostile]:
    """Serve `behave(path, parameters, base)` until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(size).decode()
            running.asked.append(f"{self.command} {parts.path} {sent}")
            status, kind, body = behave(parts.path, dict(parse_qsl(parts.query)), running.base)
            self.send_response(status)
            self.send_header("Location" if 300 <= status < 400 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = Hostile(server.server_address[1], adapter)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield running
        finally:
            server.shutdown()


def _target(base: str, port: int, adapter: str) -> Target:
    client = {"client_id": "main", "redirect_uri": "https://app.test/cb", "secret": {"env": "X"}}
    provider = msgspec.convert(
        {
            "component": "id",
            "sign_in": {"adapter": adapter, "account": {"username": "person-one", "password": {"env": "X"}}},
            "clients": {"main": client},
        },
        Provider,
    )
    rules = ScopeRules(
        authorised_by="tests", document="none", contact="c@app.test", hosts=("127.0.0.1",), ports=(port,),
        requests_per_second=10_000.0,
    )  # fmt: skip
    component = Component(name="id", kind="idp", base_url=base)
    return Target(name="hostile", owner="tests", scope=rules, components=(component,), providers=(provider,))
