"""Sign-ins in a real browser: a provider whose pages need JavaScript is judged as one with forms, and no page gets out."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness.checks.identity import probe_browser_page
from harness.checks.identity.probe_authorization import authorization_trials
from harness.checks.identity.probe_flow import Answer

from harness import browser, chromium, registry
from harness.doctor import examine
from harness.errors import Exit
from harness.evidence import MEANING, Cause, Missing
from harness.judge import judge_one
from harness.model import Verdict
from tests.conftest import _ONLINE
from tests.identity_hostile import PASSWORD, Behave, Reply, hostile, metadata
from tests.oidc_server import CARELESS, WEAK, Oidc, oidc

pytestmark = pytest.mark.system
OPEN = (Verdict.INCONCLUSIVE, Verdict.NOT_RUN)
#: Checks that look at the page itself: the one that needs JavaScript is another page.
PAGE = {"OAU-17"}


def verdicts(running: Oidc, only: set[str] | None = None) -> dict[str, tuple[Verdict, str]]:
    found = {}
    for spec in registry.probes().values():
        if spec.kind != "issuer" or (only and spec.name not in only):
            continue
        envelope = running.collect(spec.name)
        for check in (c for c in registry.checks().values() if c.evidence is spec.evidence):
            evidence = envelope.open(spec.evidence)
            if isinstance(evidence, Missing):
                found[check.id] = (MEANING[evidence.cause][0], evidence.reason.en)
            else:
                judged = judge_one(check, evidence, check.settings)
                found[check.id] = (judged.verdict, judged.reason.en)
    return found


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Verdict, str]]:
    with oidc(tmp_path_factory.mktemp("forms"), online=_ONLINE) as running:
        return verdicts(running)


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oidc]:
    with oidc(
        tmp_path_factory.mktemp("script"), online=_ONLINE, pages="script", adapter="browser"
    ) as running:
        yield running


# -- a real provider -----------------------------------------------------------------------------------------


def test_every_verdict_is_that_of_the_same_provider_with_forms(
    scripted: Oidc, forms: dict[str, tuple[Verdict, str]]
) -> None:
    found = verdicts(scripted)
    assert len(found) > 40
    assert {id: seen for id, seen in found.items() if seen[0] is not forms[id][0]} == {}
    assert found["OAU-18"] == (Verdict.PASS, "the answer to the password has status 200")
    assert found["OAU-17"][0] is Verdict.PASS


def test_the_form_adapter_decides_nothing_where_pages_need_javascript(
    tmp_path: Path, forms: dict[str, tuple[Verdict, str]]
) -> None:
    with oidc(tmp_path, online=_ONLINE, pages="script") as running:
        found = verdicts(running)
    assert {id: seen for id, seen in found.items() if seen[0] not in (*OPEN, forms[id][0])} == {}
    assert found["OAU-04"][0] is Verdict.INCONCLUSIVE
    assert "adapter: browser" in found["OID-05"][1]


def test_name_and_password_one_after_the_other(tmp_path: Path) -> None:
    with oidc(tmp_path, online=_ONLINE, pages="steps", adapter="browser") as running:
        found = verdicts(running, {"authorization_trials", "code_trials"})
    assert {id: seen for id, seen in found.items() if seen[0] is not Verdict.PASS} == {}


def test_what_is_careless_is_found_in_the_browser_too(tmp_path: Path) -> None:
    with oidc(tmp_path, CARELESS, _ONLINE, pages="script", adapter="browser") as running:
        found = verdicts(running, {"pkce_trials", "authorization_trials", "refresh_rotation", "code_trials"})
    failing = {id for id, seen in found.items() if seen[0] is Verdict.FAIL}
    assert failing == {WEAK[name] for name in CARELESS} & set(found), found


def test_forms_work_in_the_browser_too(tmp_path: Path) -> None:
    with oidc(tmp_path, online=_ONLINE, adapter="browser") as running:
        found = verdicts(running, {"authorization_trials"})
    assert {id: seen for id, seen in found.items() if seen[0] is not Verdict.PASS} == {}


def test_no_secret_of_a_sign_in_in_the_browser_stands_in_the_evidence(scripted: Oidc) -> None:
    secrets = [p.read_text(encoding="utf-8").strip() for p in scripted.file.parent.glob("*.secret")]
    for probe in ("authorization_trials", "code_trials", "authorization_page"):
        text = bytes(scripted.collect(probe).value).decode()
        assert not [s for s in secrets if s in text]
        assert "eyJ" not in text


# -- what pages can do ---------------------------------------------------------------------------------------

LOGIN = "<input name=u autocomplete=username><input type=password name=p>"
HTML = "text/html; charset=utf-8"


def serving(pages: dict[str, Reply | str]) -> Behave:
    """Good metadata and these pages; a text is the body of a page."""

    def behave(path: str, _params: dict[str, str], base: str) -> Reply:
        if path.startswith("/.well-known/"):
            return metadata(base)
        found = pages.get(path, (404, HTML, b"nothing"))
        return (200, HTML, found.encode()) if isinstance(found, str) else found

    return behave


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, must_end: None) -> None:
    monkeypatch.setattr(probe_browser_page, "PATIENCE", 1.0)
    monkeypatch.setattr(browser, "SECONDS", 6.0)


def signing_in(pages: dict[str, Reply | str]) -> tuple[Answer, list[str], list[str]]:
    """How a sign-in ends, what was asked of the provider, and what the exchanges say of it."""
    with hostile(serving(pages), "browser") as running, running.flow() as flow:
        answer = flow.authorize(flow.ask())
        return answer, running.asked, [f"{x.url} {x.sent_body} {x.body} {x.detail}" for x in flow.exchanges]


def test_a_page_whose_script_leaves_for_the_client_has_answered() -> None:
    send = "fetch('/in', {method: 'POST', body: JSON.stringify([u.value, p.value])})"
    form = f"<form>{LOGIN}<button>Sign in</button></form><script>const [u, p] = document.forms[0].elements;"
    go = "r.json().then((said) => { location.href = said.next })"
    page = f"{form} document.forms[0].onsubmit = (e) => {{ e.preventDefault(); {send}.then((r) => {go}) }}</script>"
    told = b'{"next": "https://app.test/cb?code=c0de-4711-x&state=s#there"}'
    answer, asked, kept = signing_in({"/authorize": page, "/in": (200, "application/json", told)})
    assert (answer.code, answer.sent_to, answer.page.moved) == ("c0de-4711-x", "https://app.test/cb", True)
    assert [line for line in asked if PASSWORD in line] == [f'POST /in ["person-one","{PASSWORD}"]']
    assert not [line for line in kept if PASSWORD in line or "c0de-4711" in line]


def test_a_password_sent_on_by_307_is_seen_both_times() -> None:
    """As a browser does it: the form with the password is posted again, where the form adapter would only ask."""
    pages: dict[str, Reply | str] = {
        "/authorize": f"<form method=post action=/in>{LOGIN}<button>Go</button></form>",
        "/in": (307, "/next", b""),
        "/next": (303, "https://app.test/cb?code=c0de", b""),
    }
    with hostile(serving(pages), "browser") as running, running.flow() as flow:
        assert flow.authorize(flow.ask()).code == "c0de"
        assert [flow.exchanges[number].status for number in flow.posts] == [307, 303]
        assert not flow.unseen


def test_a_password_that_a_page_hides_is_told_as_not_seen() -> None:
    """What a page encrypts before it sends it cannot be told from anything else it sends."""
    send = "fetch('/in', {method: 'POST', body: [...p.value].reverse().join('')})"
    go = "location.href = 'https://app.test/cb?code=c0de'"
    page = f"{LOGIN}<button onclick=\"const p = document.querySelector('[type=password]'); {send}.then(() => {{ {go} }})\">Go</button>"
    pages: dict[str, Reply | str] = {"/authorize": page, "/in": "ok"}
    with hostile(serving(pages), "browser") as running, running.flow() as flow:
        assert flow.authorize(flow.ask()).code == "c0de"
        assert (flow.posts, flow.unseen) == ([], True)


def test_parts_of_a_page_that_are_out_of_scope_are_named(hurried: None) -> None:
    answer, _, _ = signing_in({"/authorize": "<script src=https://cdn.test/x.js></script>"})
    assert "out of scope: cdn.test" in answer.page.exchange.detail


def test_parts_of_a_page_that_could_not_be_had_are_named(hurried: None) -> None:
    page = "<script src=/app.js></script><script>fetch('/state')</script>"
    answer, _, _ = signing_in({"/authorize": page, "/state": (401, "application/json", b"{}")})
    assert "not loaded: " in answer.page.exchange.detail
    assert "/app.js (404)" in answer.page.exchange.detail
    assert "/state (401)" in answer.page.exchange.detail


def test_sign_ins_at_once_do_not_mix() -> None:
    page = f"<form method=post action=/in>{LOGIN}<button>Go</button></form>"
    pages: dict[str, Reply | str] = {"/authorize": page, "/in": (303, "https://app.test/cb?code=c0de", b"")}
    found: list[str] = []
    work = [threading.Thread(target=lambda: found.append(signing_in(pages)[0].code)) for _ in range(6)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(90)
    assert found == ["c0de"] * 6


def test_answers_in_a_posted_form_and_for_an_app_are_understood() -> None:
    post = "<form method=post action=https://app.test/cb><input name=code value=c0de><input name=state value=s></form>"
    answer, _, _ = signing_in({"/authorize": f"{post}<script>document.forms[0].submit()</script>"})
    assert (answer.code, answer.params["state"]) == ("c0de", "s")
    answer, _, _ = signing_in({"/authorize": "<script>location.href = 'test.app:/cb?code=c0de'</script>"})
    assert answer.code == "c0de"


HOSTILE: dict[str, tuple[dict[str, Reply | str], str]] = {
    "reloads for ever": ({"/authorize": "<script>location.reload()</script>"}, "round in circles"),
    "redirects for ever": (
        {
            "/authorize": "<script>location.href = '/a'</script>",
            "/a": (302, "/b", b""),
            "/b": (302, "/a", b""),
        },
        "",
    ),
    "dialogs for ever": ({"/authorize": "<script>for (;;) alert('x')</script>"}, "6 seconds"),
    "a script that never ends": ({"/authorize": f"{LOGIN}<script>for (;;);</script>"}, "6 seconds"),
    "windows": (
        {"/authorize": "<script>setInterval(() => open('/authorize?' + Math.random()), 50)</script>"},
        "",
    ),
    "asks for the password again": (
        {
            "/authorize": f"<form method=post action=/in>{LOGIN}<button>Go</button></form>",
            "/in": f"<form method=post action=/in>{LOGIN}<button>Go</button></form>",
        },
        "asks for the password again",
    ),
    "a form that does nothing": (
        {"/authorize": f"{LOGIN}<button type=button>Sign in</button>"},
        "asks for the password again",
    ),
    "nothing at all": ({"/authorize": "<p>one moment</p>"}, "nothing that a sign-in would need"),
    "a file": (
        {
            "/authorize": "<script>location.href = '/file'</script>",
            "/file": (200, "application/zip", b"PK" * 9),
        },
        "",
    ),
    "fifty megabytes": ({"/authorize": (200, HTML, b"<p>" + b"x" * 50_000_000)}, "cut after"),
    "fifty megabytes later": (
        {"/authorize": "<script>location.href = '/big'</script>", "/big": (200, HTML, b"x" * 50_000_000)},
        "cut after",
    ),
    "goes on for ever": (
        {"/authorize": "<form method=post action=/authorize><button>Continue</button></form>"},
        "keeps asking to go on",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("hurried")
def test_a_page_that_misbehaves_is_told_as_unclear(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages, why = HOSTILE[name]
    if "seconds" not in why:
        monkeypatch.setattr(browser, "SECONDS", 30.0)
    answer, asked, _ = signing_in(pages)
    assert (answer.code, answer.error, answer.page.status) == ("", "", None)
    assert why in answer.page.exchange.detail
    assert answer.page.exchange.detail
    assert sum("p=synthetic" in line for line in asked) <= 1
    assert len(asked) < 60


@pytest.mark.usefixtures("hurried")
def test_a_page_that_leaves_the_scope_is_not_followed_and_nothing_typed() -> None:
    answer, asked, _ = signing_in(
        {"/authorize": "<script>location.href = 'https://elsewhere.test/login'</script>"}
    )
    assert (answer.code, answer.page.location) == ("", "https://elsewhere.test/login")
    assert not [line for line in asked if "synthetic" in line]


@pytest.mark.usefixtures("hurried")
def test_a_misbehaving_page_gives_no_verdict_and_says_why() -> None:
    registry.probes()
    spec = next(s for s in registry.probes().values() if s.collect is authorization_trials)
    with hostile(serving(HOSTILE["nothing at all"][0]), "browser") as running:
        evidence = running.collect(spec).open(spec.evidence)
    assert not isinstance(evidence, Missing)
    judged = {
        c.id: judge_one(c, evidence, c.settings)
        for c in registry.checks().values()
        if c.evidence is spec.evidence
    }
    assert {j.verdict for j in judged.values()} == {Verdict.INCONCLUSIVE}
    assert "nothing that a sign-in would need" in judged["OAU-06"].reason.en


# -- nothing gets out ----------------------------------------------------------------------------------------


@contextmanager
def canary() -> Iterator[tuple[int, list[str]]]:
    """A port of loopback, TCP and UDP, where everything that arrives is counted."""
    tcp, udp, seen = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM), []
    port = tcp.getsockname()[1]
    udp.bind(("127.0.0.1", port))

    def accept() -> None:
        while True:
            try:
                tcp.accept()[0].close()
            except OSError:
                return
            seen.append("tcp")

    def receive() -> None:
        while (packet := udp.recv(2000)) != b"end":
            seen.append(f"udp {packet[:10]!r}")

    threads = [threading.Thread(target=work, daemon=True) for work in (accept, receive)]
    for thread in threads:
        thread.start()
    try:
        yield port, seen
    finally:
        udp.sendto(b"end", udp.getsockname())
        tcp.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)
        tcp.close()
        udp.close()


ESCAPES = """
<link rel=preconnect href=http://127.0.0.1:%(port)d><link rel=dns-prefetch href=//127.0.0.1:%(port)d>
<link rel=prefetch href=http://127.0.0.1:%(port)d/p><link rel=preload as=script href=http://127.0.0.1:%(port)d/q>
<link rel=stylesheet href=http://127.0.0.1:%(port)d/s><img src=http://127.0.0.1:%(port)d/i>
<iframe src=http://127.0.0.1:%(port)d/f></iframe><style>@import 'http://127.0.0.1:%(port)d/c';</style>
<a id=ping ping=http://127.0.0.1:%(port)d/ping href=#x>x</a><video src=http://127.0.0.1:%(port)d/v></video>
<script type=speculationrules>{"prerender": [{"source": "list", "urls": ["/next"]}]}</script>
<script>
const there = 'http://127.0.0.1:%(port)d/', tries = [
  () => fetch(there + 'fetch', {mode: 'no-cors', keepalive: true}), () => navigator.sendBeacon(there, 'x'),
  () => new WebSocket('ws://127.0.0.1:%(port)d/'), () => new WebSocket('ws://' + location.host + '/socket'),
  () => new EventSource(there), () => open(there), () => document.getElementById('ping').click(),
  () => new Worker(URL.createObjectURL(new Blob([`fetch('${there}', {mode: 'no-cors'}); new WebSocket('ws://127.0.0.1:%(port)d/')`]))),
  () => new SharedWorker(URL.createObjectURL(new Blob([`fetch('${there}', {mode: 'no-cors'})`]))),
  () => navigator.serviceWorker.register('/sw.js'), () => new WebTransport('https://127.0.0.1:%(port)d/'),
  () => { const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%(port)d'},
      {urls: 'turn:127.0.0.1:%(port)d?transport=tcp', username: 'u', credential: 'c'}]});
    peer.createDataChannel('x'); peer.createOffer().then((offer) => peer.setLocalDescription(offer)); },
];
for (const go of tries) { try { Promise.resolve(go()).catch(() => {}); } catch {} }
setTimeout(() => fetch('/ran'), 700);
</script>"""


@pytest.mark.usefixtures("must_end")
def test_nothing_leaves_but_over_the_wire() -> None:
    with canary() as (port, seen):
        answer, asked, _ = signing_in({"/authorize": ESCAPES % {"port": port}, "/ran": "ran"})
        assert seen == []
        socket.create_connection(("127.0.0.1", port)).close()  # the canary is awake
        with socket.socket(type=socket.SOCK_DGRAM) as udp:
            udp.sendto(b"hello", ("127.0.0.1", port))
        for _ in range(200):
            if len(seen) == 2:
                break
            threading.Event().wait(0.02)
    assert sorted(seen) == ["tcp", "udp b'hello'"]
    assert [line for line in asked if "/ran" in line], "the script of the page did not run"
    assert not [line for line in asked if "socket" in line]
    assert answer.page.status is None


# -- there and gone ------------------------------------------------------------------------------------------


def descendants(pid: int) -> set[int]:
    """Every process that this one started and that still runs, by the system's own table."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(folder.name)] = int(fields[1])
    found, more = set[int](), {pid}
    while more:
        more = {child for child, parent in parents.items() if parent in more} - found
        found |= more
    return found


def test_the_browser_is_gone_when_it_is_closed_and_killed_where_it_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chromium, "CLOSE", 1.0)
    for hang in (False, True):
        before = descendants(os.getpid())
        host = chromium.Host()
        assert host.version()
        started = descendants(os.getpid()) - before
        assert host._pid in started
        if hang:
            os.kill(host._pid, signal.SIGSTOP)
        host.close()
        for _ in range(200):
            if not started & descendants(os.getpid()):
                break
            threading.Event().wait(0.05)
        assert not {p for p in started if Path(f"/proc/{p}").exists() and p in descendants(os.getpid())}


def test_the_browser_ends_with_the_process() -> None:
    script = "from harness import chromium; host = chromium.host(); host.version(); print(host._pid)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=90
    )
    assert not Path(f"/proc/{int(done.stdout)}").exists()


@pytest.mark.parametrize("absent", ["package", "program"])
def test_without_package_or_program_nothing_is_run_and_both_reports_say_so(
    absent: str, scripted: Oidc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chromium, absent, lambda: "" if absent == "program" else False)
    gone = scripted.collect("authorization_trials").missing
    assert gone is not None
    assert (gone.cause, MEANING[gone.cause][0]) == (Cause.TOOL_ABSENT, Verdict.NOT_RUN)
    assert "install" in gone.reason.en
    assert examine(scripted.file, as_json=False) is Exit.UNDECIDED
    assert "you: install" in capsys.readouterr().out


def test_doctor_starts_the_browser(scripted: Oidc, capsys: pytest.CaptureFixture[str]) -> None:
    examine(scripted.file, as_json=False)
    assert "starts, version" in capsys.readouterr().out
