"""The web vectors in a real browser: what the grammars say of a header is what Chromium does with it.

A loopback server sends the header lines of the vectors; a page in Chromium frames, runs, refers, sniffs and
collects cookies, and posts what happened. Every prediction is compared, vector by vector.
"""

import importlib
import json
import re
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness import registry
from harness.demo.ca import DemoCA
from harness.evidence import Exchange

registry.checks()
framing, csp, referrer, content, setcookie = (
    importlib.import_module(f"harness.checks.web.{name}")
    for name in ("framing", "csp_policy", "referrer", "content", "setcookie")
)
CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.system, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]

VECTORS = Path(__file__).parent / "vectors"
HOSTS = ("portal.example.go.th", "other.example", "log.example")
SENT = {
    "frame": (
        "HTTP-08",
        ("content-security-policy", "content-security-policy-report-only", "x-frame-options"),
    ),
    "inline": ("HTTP-06", ("content-security-policy", "content-security-policy-report-only")),
    "refer": ("HTTP-11", ("referrer-policy",)),
    "sniff": ("HTTP-09", ("x-content-type-options",)),
    "cookie": ("CK-*", ("set-cookie",)),
}
SCRIPT = """<!doctype html><body><script>
const N = COUNTS, R = {inline: [], frame: [], sniff: [], cookie: []};
addEventListener('message', e => R.inline.push(e.data));
const frame = url => new Promise(done => {
  const f = document.createElement('iframe');
  f.onload = () => setTimeout(() => done(f.contentWindow.length === 1), 50);
  f.src = url; document.body.append(f);
});
const script = url => new Promise(done => {
  const s = document.createElement('script');
  s.onload = s.onerror = done; s.src = url; document.body.append(s);
});
(async () => {
  for (let i = 0; i < N.frame; i++) R.frame.push(await frame('https://other.example/frame/' + i));
  for (let i = 0; i < N.inline; i++) await frame('/inline/' + i);
  for (let i = 0; i < N.refer; i++) await frame('/refer/' + i);
  for (let i = 0; i < N.sniff; i++) {
    await script('https://other.example/sniff/' + i);
    R.sniff.push(!!window['sniffed' + i]);
  }
  for (let i = 0; i < N.cookie; i++) {
    await fetch('/cookie/' + i, {cache: 'no-store'});
    R.cookie.push(await (await fetch('/cookie/echo', {cache: 'no-store'})).text());
  }
  await fetch('/done', {method: 'POST', body: JSON.stringify(R)});
})();
</script>"""


def cases(pattern: str) -> list[tuple[str, Exchange]]:
    """The first good document of every vector; redacted values are none a browser knows."""
    found = []
    for path in sorted(VECTORS.glob(f"{pattern}.yaml")):
        for vector in yaml.safe_load(path.read_text(encoding="utf-8"))["vectors"]:
            pages = (vector.get("evidence") or {}).get("exchanges", [])
            page = next((e for e in pages if e["label"] == "document" and e.get("status") == 200), None)
            if page and "redacted" not in vector["name"]:
                headers = tuple((k, v) for k, v in page.get("headers", []))
                found.append(
                    (vector["name"], Exchange(url=page["url"], headers=headers, body=page.get("body", "")))
                )
    return found


CASES = {kind: cases(pattern) for kind, (pattern, _) in SENT.items()}


def own_name(line: str, number: int) -> str:
    """A Set-Cookie line with a name of its own and a value in place of the placeholder."""
    line = re.sub(r"^([^=;]*)=", lambda m: f"{m[1]}_{number}=", line, count=1)
    return re.sub(r"\[cookie:[0-9a-f]+:(\d+)\]", lambda m: "v" * int(m[1]), line)


class Handler(BaseHTTPRequestHandler):
    seen: dict[str, Any]
    done: threading.Event

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""

    def do_POST(self) -> None:
        self.seen["result"] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._send(b"", "text/plain", [])
        self.done.set()

    def do_GET(self) -> None:
        _, kind, place, *_rest = (*self.path.split("/"), "", "")
        if kind == "log":
            self.seen[place] = self.headers.get("Referer", "")
        if place == "echo":
            return self._send(self.headers.get("Cookie", "").encode(), "text/plain", [])
        if kind not in CASES:
            counts = json.dumps({k: len(v) for k, v in CASES.items()})
            return self._send(SCRIPT.replace("COUNTS", counts).encode(), "text/html", [])
        return self._case(kind, int(place))

    def _case(self, kind: str, number: int) -> None:
        exchange = CASES[kind][number][1]
        sent = [(k, own_name(v, number) if kind == "cookie" else v) for k, v in exchange.headers]
        head = re.search(r"<head>.*?</head>", exchange.body, re.DOTALL)
        shout = f"top.postMessage({number}, '*')"
        body = {
            "frame": "<body><iframe></iframe>",
            "inline": f'<body onload="{shout}"><script>{shout}</script>',
            "refer": f'<body><img src="https://log.example/log/{number}">',
        }.get(kind, "")
        text = f"sniffed{number} = 1" if kind == "sniff" else f"<html>{head[0] if head else ''}{body}"
        keep = [(k, v) for k, v in sent if k.lower() in SENT[kind][1]]
        self._send(text.encode(), "text/plain" if kind == "sniff" else "text/html", keep)

    def _send(self, body: bytes, kind: str, headers: list[tuple[str, str]]) -> None:
        lines = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), *headers]
        head = "".join(f"{k}: {v}\r\n" for k, v in lines)
        self.wfile.write(f"HTTP/1.1 200 OK\r\n{head}Connection: close\r\n\r\n".encode() + body)
        self.close_connection = True


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("browser")
    issued = DemoCA(folder).issue(list(HOSTS))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certfile, issued.keyfile)
    Handler.seen, Handler.done = {}, threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        rules = ", ".join(f"MAP {host} 127.0.0.1:{server.server_address[1]}" for host in HOSTS)
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"]
        options += [
            f"--user-data-dir={folder}/profile",
            f"--host-resolver-rules={rules}",
            "--remote-debugging-port=0",
        ]
        command = [str(CHROMIUM), *options, "https://portal.example.go.th/"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                assert Handler.done.wait(120), "Chromium did not finish"
            finally:
                process.terminate()
        server.shutdown()
    return Handler.seen


def differences(kind: str, predicted: list[Any], observed: list[Any]) -> list[tuple[str, Any, Any]]:
    assert len(CASES[kind]) > 5
    rows = zip(CASES[kind], predicted, observed, strict=True)
    return [(name, said, was) for (name, _), said, was in rows if said != was]


def test_framing(browser: dict[str, Any]) -> None:
    said = [framing.framable(e) is not None for _, e in CASES["frame"]]
    assert not differences("frame", said, browser["result"]["frame"])


def test_inline_script(browser: dict[str, Any]) -> None:
    said = ["inline" in csp.holes((*csp.enforced(e), *csp.in_markup(e))) for _, e in CASES["inline"]]
    ran = [i in browser["result"]["inline"] for i in range(len(said))]
    assert not differences("inline", said, ran)


def test_referrer(browser: dict[str, Any]) -> None:
    def sent(number: int, policy: str) -> str:
        page = f"https://portal.example.go.th/refer/{number}"
        known = {"no-referrer": "", "same-origin": "", "unsafe-url": page, "no-referrer-when-downgrade": page}
        return known.get(policy, "https://portal.example.go.th/")

    said = [sent(i, referrer.effective(e)) for i, (_, e) in enumerate(CASES["refer"])]
    assert not differences("refer", said, [browser.get(str(i)) for i in range(len(said))])


def test_sniffing(browser: dict[str, Any]) -> None:
    said = [not content.nosniff(e) for _, e in CASES["sniff"]]
    assert not differences("sniff", said, browser["result"]["sniff"])


def test_cookies(browser: dict[str, Any]) -> None:
    for number, (name, exchange) in enumerate(CASES["cookie"]):
        kept = browser["result"]["cookie"][number].split("; ")
        for line in exchange.values("set-cookie"):
            cookie = setcookie.parse(own_name(line, number))
            if cookie and cookie.name:
                stored = any(pair.startswith(cookie.name + "=") for pair in kept)
                assert stored == (not setcookie.refused(cookie, exchange.url)), (name, line)
