"""A small sign-in of its own making, right or careless by switches, on loopback; and how the checks are asked about it."""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness import registry
from harness.evidence import MEANING, Envelope, Missing
from harness.idtarget import Login, Member, Secret, SignInPage
from harness.judge import judge_one
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.target import Component, Limits, ScopeRules, Target

MAIN, SPARE = "nurse@demo.test", "spare@demo.test"
FIRST = "Aa1-spare-first"
PROBES = {s.name: s for s in registry.probes().values() if ".sessions." in s.collect.__module__}
CHECKS = {c.id: c for c in registry.checks().values() if ".sessions." in c.rule.__module__}
ALL = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
COMMON = ("password", "p@ssw0rd", "1234567890")


class Platform:
    """Accounts and sessions; every keyword of `careless` is one thing done wrong."""

    def __init__(self, **careless: Any) -> None:
        self.careless = careless
        self.passwords = {MAIN: "Aa1-main-first", SPARE: FIRST}
        self.used: dict[str, list[str]] = {MAIN: [], SPARE: []}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.failures: dict[str, int] = {}
        self.requests = 0
        self.lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return self.careless.get(name)


class Handler(BaseHTTPRequestHandler):
    platform: Platform

    def log_message(self, *_: object) -> None:
        pass

    def handle_any(self) -> None:
        self.platform.requests += 1
        if self.platform.gone and self.platform.requests > self.platform.gone:
            self.say(503, "down")
            return
        size = int(self.headers.get("Content-Length") or 0)
        self.fields = {k: v[0] for k, v in parse_qs(self.rfile.read(size).decode()).items()}
        jar = SimpleCookie(self.headers.get("Cookie", ""))
        self.jar = {k: m.value for k, m in jar.items()}
        self.out: list[str] = []
        path = urlsplit(self.path).path
        act = getattr(self, f"{self.command.lower()}_{path.strip('/') or 'root'}", None)
        if act:
            act()
        else:
            self.say(404, "nothing here")

    do_GET = do_POST = handle_any

    def say(self, status: int, body: str, **headers: str) -> None:
        data = f"<!doctype html><title>x</title><body>{body}</body>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for line in self.out:
            self.send_header("Set-Cookie", line)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def go(self, place: str) -> None:
        self.say(303, "", Location=place)

    # -- sessions ---------------------------------------------------------------------------------

    def open(
        self, name: str, who: str | None, attributes: str = "Path=/; Secure; HttpOnly; SameSite=Lax"
    ) -> str:
        value = self.platform.cookie_value() if self.platform.cookie_value and who else secrets.token_hex(16)
        self.platform.sessions[value] = {"who": who, "began": time.monotonic(), "used": time.monotonic()}
        self.out.append(f"{name}={value}; {self.platform.attributes or attributes}")
        return value

    def session(self) -> dict[str, Any] | None:
        found = self.platform.sessions.get(self.jar.get("sid", ""))
        if found is None and self.platform.adopts and self.jar.get("sid"):
            found = self.platform.sessions.setdefault(
                self.jar["sid"], {"who": None, "began": time.monotonic(), "used": time.monotonic()}
            )
        if found is None:
            return None
        now, idle, whole = time.monotonic(), self.platform.idle, self.platform.whole
        if (idle and now - found["used"] > idle) or (whole and now - found["began"] > whole):
            return None
        found["used"] = now
        return found

    def who(self) -> str | None:
        found = self.session()
        return found["who"] if found and not found.get("half") else None

    # -- pages ------------------------------------------------------------------------------------

    def form(self, status: int = 200, said: str = "", **headers: str) -> None:
        if self.session() is None:
            self.jar["sid"] = self.open("sid", None)
        token = hashlib.sha256(self.jar["sid"].encode()).hexdigest()
        footer = "เซสชันสิ้นสุดใน 15 นาที" if self.platform.footer else ""
        self.say(
            status,
            f'<p>{said}</p><form method="post" action="/login"><input type="hidden" name="csrf" value="{token}">'
            f'<input name="email" type="email"><input name="secret" type="password"></form>{footer}',
            **headers,
        )

    def get_login(self) -> None:
        if self.platform.script_only:
            return self.say(200, '<div id="app"></div>')
        return self.form()

    def post_login(self) -> None:
        platform, name = self.platform, self.fields.get("email", "")
        known, given = name in platform.passwords, self.fields.get("secret", "")
        if platform.slow and known:
            time.sleep(platform.slow)
        if platform.cut:
            given = given[: platform.cut]
        right = known and platform.passwords[name][: platform.cut or None] == given
        right = right or (platform.delivered and (name, given) == ("admin", "admin"))
        key = f"{self.headers.get('X-Forwarded-For')} {name}" if platform.by_header else name
        with platform.lock:
            if platform.failures.get(key, 0) >= (platform.most or 5):
                return self.form(
                    429,
                    "Wait",
                    **({} if platform.silent_lock else {"Retry_After": str(platform.wait or 900)}),
                )
            if not right:
                platform.failures[key] = platform.failures.get(key, 0) + 1
                return self.form(401, self.wrong(known))
            platform.failures.pop(key, None)
        return self.enter(name)

    def wrong(self, known: bool) -> str:
        if self.platform.noise:
            return secrets.token_urlsafe(9)
        return "no such user" if self.platform.tells and not known else "name or password wrong"

    def enter(self, name: str) -> None:
        old = self.platform.sessions.pop(self.jar.get("sid", ""), None)
        if self.platform.keeps and old is not None:
            self.platform.sessions[self.jar["sid"]] = old | {"who": name}
        else:
            value = self.open("sid", name)
            if self.platform.second:
                self.platform.sessions[value]["half"] = not self.platform.skips
        if self.platform.affinity:
            self.out.append("node=7; Path=/")
        return self.go("/code" if self.platform.second else "/home")

    def get_code(self) -> None:
        self.say(200, '<form method="post" action="/code"><input name="otp"></form>')

    def get_home(self) -> None:
        if self.platform.open_home or (self.who() and (not self.platform.affinity or self.jar.get("node"))):
            return self.say(200, "<h1>Home</h1>")
        return self.go("/login")

    def post_logout(self) -> None:
        if self.platform.logout_status:
            return self.say(self.platform.logout_status, "no")
        if not self.platform.lives_on:
            self.platform.sessions.pop(self.jar.get("sid", ""), None)
        self.out.append("sid=; Path=/; Max-Age=0")
        return self.go("/login")

    def get_logout(self) -> None:
        self.say(405, "post it")

    # -- passwords --------------------------------------------------------------------------------

    def get_change(self) -> None:
        if not self.who():
            return self.go("/login")
        names = ("old", "fresh") if self.platform.two_fields else ("old", "fresh", "again")
        inputs = "".join(f'<input type="password" name="{n}">' for n in names)
        return self.say(200, f'<form method="post" action="/change">{inputs}</form>')

    def post_change(self) -> None:
        who, new = self.who(), self.fields.get("fresh", "")
        if not who or self.fields.get("old") != self.platform.passwords[who] or not self.takes(who, new):
            return self.say(422, "not taken")
        self.platform.used[who].append(self.platform.passwords[who])
        self.platform.passwords[who] = new
        if not self.platform.keeps_others:
            mine = self.jar["sid"]
            for sid in [s for s, v in self.platform.sessions.items() if v["who"] == who and s != mine]:
                del self.platform.sessions[sid]
        return self.go("/home")

    def takes(self, who: str, new: str) -> bool:
        history = self.platform.history
        if self.platform.takes_nothing or (history and new in self.platform.used[who][-history:]):
            return False
        if self.platform.free:  # as ASVS 5.0.0 has it: length and a list, no classes
            return 8 <= len(new) <= 200 and not any(word in new.lower() for word in COMMON)
        least = self.platform.least or 10
        rule = least <= len(new) <= (self.platform.longest or 200) and all(re.search(c, new) for c in ALL)
        return rule and (self.platform.common_ok or not any(word in new.lower() for word in COMMON))

    def get_reset(self) -> None:
        self.say(200, '<form method="post" action="/reset"><input name="email" type="email"></form>')

    def post_reset(self) -> None:
        name = self.fields.get("email", "")
        host = self.headers.get("X-Forwarded-Host", "") if self.platform.believes_host else ""
        if self.platform.reset_tells and name not in self.platform.passwords:
            return self.say(404, "no such account")
        return self.say(200, f"If there is one, a mail is on its way. {host}")


@contextmanager
def serving(**careless: Any) -> Iterator[int]:
    kind = type("Kind", (Handler,), {"platform": Platform(**careless)})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def subject(port: int, **login: Any) -> SignInPage:
    said: dict[str, Any] = {
        "component": "portal", "page": "/login", "home": "/home", "logout": "/logout",
        "change": "/change", "reset": "/reset", "idle_seconds": 900, "absolute_seconds": 28_800,
        "account": Member(username=MAIN, password=Secret(env="A")),
        "spare": Member(username=SPARE, password=Secret(env="B")),
    }  # fmt: skip
    return SignInPage(id="portal", base_url=f"http://127.0.0.1:{port}", login=Login(**said | login))


def around(port: int, dangers: frozenset[Any] = frozenset({"lockout", "write"})) -> Surroundings:
    rules = ScopeRules(
        authorised_by="test", document="none", contact="nobody@demo.test", hosts=("127.0.0.1",), ports=(port,),
        addresses=("127.0.0.0/8",), requests_per_second=10_000, dangers=dangers,
    )  # fmt: skip
    part = Component(name="portal", kind="portal", base_url=f"http://127.0.0.1:{port}/")
    limits = Limits(connect_seconds=2, read_seconds=5, total_seconds=10)
    described = Target(name="t", owner="t", scope=rules, components=(part,), limits=limits)
    known = {"portal.account": "Aa1-main-first", "portal.spare": FIRST}
    return Surroundings(described, Names(described), Gate(rules), known, b"salt" * 8)


def collected(probe: str, port: int, **login: Any) -> Envelope:
    return run_probe(PROBES[probe], subject(port, **login), around(port))


def judged(id: str, envelope: Envelope, **settings: Any) -> tuple[str, str]:
    spec = CHECKS[id]
    evidence = envelope.open(spec.evidence)
    if isinstance(evidence, Missing):
        return MEANING[evidence.cause][0].value, evidence.reason.en
    found = judge_one(spec, evidence, spec.settings | settings)
    assert found.reason.th
    assert "{" not in found.reason.th
    return found.verdict.value, found.reason.en


def ask(
    ids: str, careless: dict[str, Any], login: dict[str, Any] | None = None, **settings: Any
) -> dict[str, tuple[str, str]]:
    """Verdict and reason of these checks (by blanks) on a platform with these faults; each probe runs once."""
    wanted = ids.split()
    probes = {CHECKS[id].evidence.__name__: None for id in wanted}
    names = {s.evidence.__name__: name for name, s in PROBES.items()}
    with serving(**careless) as port:
        found = {kind: collected(names[kind], port, **(login or {})) for kind in probes}
    return {id: judged(id, found[CHECKS[id].evidence.__name__], **settings) for id in wanted}
