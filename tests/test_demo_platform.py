"""The demo platform answers as a good platform should, and goes away without a trace."""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import target
from harness.demo.defects import DEFECTS
from harness.demo.platform import DemoPlatform
from harness.errors import BadInput

WHERE = {"headers", "pages", "routes", "cookies", "tls", "certificate", "dns", "mail", "http"}
PORTAL, API = "portal.demo.test", "api.demo.test"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoPlatform]:
    with DemoPlatform() as platform:
        yield platform


def trust(demo: DemoPlatform) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(demo.ca.ca_file))


def secure(
    demo: DemoPlatform, host: str, context: ssl.SSLContext | None = None, name: str | None = None
) -> ssl.SSLSocket:
    sock = socket.create_connection(("127.0.0.1", demo.ports[f"{host}:443"]), 5)
    return (context or trust(demo)).wrap_socket(sock, server_hostname=name or host)


def read(sock: socket.socket) -> bytes:
    reply = b""
    while chunk := sock.recv(65536):
        reply += chunk
    return reply


def ask(demo: DemoPlatform, host: str, payload: bytes, port: int = 443) -> str:
    """The whole reply, as text, to bytes sent over TLS (or port 80 in clear)."""
    sock = (
        secure(demo, host)
        if port == 443
        else socket.create_connection(("127.0.0.1", demo.ports[f"{host}:80"]), 5)
    )
    with sock:
        sock.sendall(payload)
        return read(sock).decode()


def get(
    demo: DemoPlatform, host: str, path: str, *, method: str = "GET", extra: str = "", port: int = 443
) -> str:
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{extra}\r\n"
    return ask(demo, host, head.encode(), port)


def status(reply: str) -> int:
    return int(reply.split(" ", 2)[1])


def field(reply: str, name: str) -> list[str]:
    return re.findall(rf"(?im)^{name}: (.*?)\r$", reply.partition("\r\n\r\n")[0] + "\r")


def found(pattern: str, reply: str) -> str:
    match = re.search(pattern, reply)
    assert match
    return match[1]


def test_closes_without_a_trace() -> None:
    with DemoPlatform():  # whatever is loaded lazily is loaded now
        pass
    threads, files = set(threading.enumerate()), len(os.listdir("/proc/self/fd"))
    with DemoPlatform() as demo:
        folder = demo.target_path.parent
        held = [secure(demo, PORTAL), socket.create_connection(("127.0.0.1", demo.ports[f"{API}:443"]), 5)]
        assert status(get(demo, PORTAL, "/")) == 200
    for sock in held:
        sock.close()
    demo.close()
    assert not folder.exists()
    assert set(threading.enumerate()) <= threads
    assert len(os.listdir("/proc/self/fd")) == files


def test_several_at_once() -> None:
    with DemoPlatform() as one, DemoPlatform({"hsts-short"}) as two:
        assert not set(one.ports.values()) & set(two.ports.values())
        hsts = [field(get(demo, PORTAL, "/"), "Strict-Transport-Security") for demo in (one, two)]
    assert hsts[0] != hsts[1]


def test_target_file_is_valid(demo: DemoPlatform) -> None:
    read_back = target.load(demo.target_path)
    assert {c.base_url for c in read_back.components} == set(demo.urls.values())
    hosts = (PORTAL, API, "id.demo.test")
    assert {e.id for e in target.subjects(read_back)["endpoint"]} == {f"{host}:443" for host in hosts}


def test_unknown_defect_is_refused_with_a_suggestion() -> None:
    with pytest.raises(BadInput, match="did you mean `hsts-short`"):
        DemoPlatform({"hsts-shrt"})


def test_every_defect_is_documented() -> None:
    for name, defect in DEFECTS.items():
        assert re.fullmatch("[a-z][a-z0-9-]{2,39}", name)
        assert defect.checks
        assert defect.where in {
            "headers",
            "pages",
            "routes",
            "cookies",
            "tls",
            "certificate",
            "dns",
            "mail",
            "http",
            "identity",
            "fhir",
            "relying",
        }
        assert len(defect.title) > 10
        assert not defect.title.endswith(".")
    titles = [d.title for d in DEFECTS.values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("name", DEFECTS)
def test_every_defect_starts(name: str) -> None:
    with DemoPlatform({name}) as demo:
        assert demo.target_path.is_file()


def test_all_defects_together_start() -> None:
    with DemoPlatform(DEFECTS) as demo:
        assert demo.target_path.is_file()


def test_pages(demo: DemoPlatform) -> None:
    home = get(demo, PORTAL, "/")
    nonce = found("'nonce-([^']+)'", home)
    assert home.count(nonce) == 2
    assert nonce not in get(demo, PORTAL, "/")
    assert nonce not in get(demo, PORTAL, "/search?q={nonce}")
    assert status(get(demo, PORTAL, "/nothing-here")) == 404
    assert "Expires: " in get(demo, PORTAL, "/.well-known/security.txt")


def test_head_has_no_body(demo: DemoPlatform) -> None:
    whole, head = get(demo, PORTAL, "/robots.txt"), get(demo, PORTAL, "/robots.txt", method="HEAD")
    assert field(head, "Content-Length") == field(whole, "Content-Length")
    assert head.endswith("\r\n\r\n")


@pytest.mark.parametrize(
    ("method", "code"),
    [("PUT", 405), ("DELETE", 405), ("TRACE", 405), ("TRACK", 501), ("FOO", 501), ("OPTIONS", 204)],
)
def test_methods(demo: DemoPlatform, method: str, code: int) -> None:
    reply = get(demo, PORTAL, "/", method=method)
    assert status(reply) == code
    assert bool(field(reply, "Allow")) == (code != 501)


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\r\nHost: portal.demo.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: portal.demo.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: portal.demo.test\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: portal.demo.test\r\nTransfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: portal.demo.test\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: portal.demo.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: portal.demo.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: portal.demo.test\r\nX: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: portal.demo.test\nX: bare line feed\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: portal.demo.test\r\nX: nul\0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: portal.demo.test\r\nHost: portal.demo.test\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: portal.demo.test\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: portal.demo.test\r\n\r\n",
    ],
)
def test_malformed_requests_are_refused_and_the_connection_ends(demo: DemoPlatform, head: str) -> None:
    reply = ask(demo, PORTAL, head.encode() + b"GET / HTTP/1.1\r\nHost: portal.demo.test\r\n\r\n")
    assert status(reply) == 400
    assert reply.count("HTTP/1.1 ") == 1


def test_keep_alive_and_chunked_bodies(demo: DemoPlatform) -> None:
    chunked = (
        f"POST /feedback HTTP/1.1\r\nHost: {API}\r\nContent-Type: application/json\r\n"
        'Transfer-Encoding: chunked\r\n\r\n5\r\n{"tex\r\n9;x=y\r\nt": "hi"}\r\n0\r\n\r\n'
    )
    last = f"GET /health HTTP/1.1\r\nHost: {API}\r\nConnection: close\r\n\r\n"
    reply = ask(demo, API, (chunked + last).encode())
    assert re.findall(r"HTTP/1\.1 (\d+)", reply) == ["202", "200"]


def test_unknown_and_borrowed_hosts_are_misdirected(demo: DemoPlatform) -> None:
    for host in ("evil.example", API):
        assert (
            status(ask(demo, PORTAL, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()))
            == 421
        )


def test_a_token_opens_its_own_record_only(demo: DemoPlatform) -> None:
    a, b = demo.people.patients
    reply = get(demo, API, "/patients/me", extra=f"Authorization: Bearer {a.token}\r\n")
    assert json.loads(reply.partition("\r\n\r\n")[2])["id"] == a.name
    assert b.name not in reply
    assert field(reply, "Cache-Control") == ["no-store"]
    for wrong in ("", "Authorization: Bearer x\r\n", f"Authorization: Basic {a.token}\r\n"):
        assert status(get(demo, API, "/patients/me", extra=wrong)) == 401


@pytest.mark.parametrize(("body", "code"), [("{", 400), ("[]", 422), ('{"text": 1}', 422), ("\xff", 400)])
def test_bad_json_is_refused_without_detail(demo: DemoPlatform, body: str, code: int) -> None:
    raw = body.encode("latin-1")
    extra = f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n"
    head = f"POST /feedback HTTP/1.1\r\nHost: {API}\r\nConnection: close\r\n{extra}\r\n"
    reply = ask(demo, API, head.encode() + raw)
    assert status(reply) == code
    assert field(reply, "Content-Type") == ["application/problem+json"]
    assert "Traceback" not in reply


def test_sign_in_and_out(demo: DemoPlatform) -> None:
    form = get(demo, PORTAL, "/login")
    cookie = field(form, "Set-Cookie")[0].partition(";")[0]
    token = found('name="csrf_token" value="([^"]+)"', form)
    person = demo.people.patients[0]

    def post(path: str, body: str, cookie: str) -> str:
        extra = f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        head = f"POST {path} HTTP/1.1\r\nHost: {PORTAL}\r\nConnection: close\r\n"
        return ask(demo, PORTAL, (head + extra).encode())

    entry = f"username={person.name}&password={person.password}"
    assert status(post("/login", entry + "&csrf_token=x", cookie)) == 403
    signed = post("/login", f"{entry}&csrf_token={token}", cookie)
    session = field(signed, "Set-Cookie")[0].partition(";")[0]
    assert session != cookie
    mine = get(demo, PORTAL, "/me", extra=f"Cookie: {session}\r\n")
    assert person.number in mine
    assert field(post("/logout", "", session), "Clear-Site-Data")
    assert status(get(demo, PORTAL, "/me", extra=f"Cookie: {session}\r\n")) == 303


def test_plain_http_redirects_documents_and_refuses_the_api(demo: DemoPlatform) -> None:
    reply = get(demo, PORTAL, "/login?x=1", port=80)
    assert (status(reply), field(reply, "Location")) == (308, [f"https://{PORTAL}/login?x=1"])
    refused = get(demo, API, "/health", port=80)
    assert (status(refused), field(refused, "Location")) == (403, [])
    assert not field(reply, "Strict-Transport-Security")


def test_every_class_of_answer_has_its_headers(demo: DemoPlatform) -> None:
    for host, path in (
        (PORTAL, "/"),
        (PORTAL, "/static/site.js"),
        (PORTAL, "/me"),
        (PORTAL, "/no"),
        (API, "/health"),
    ):
        reply = get(demo, host, path)
        assert field(reply, "X-Content-Type-Options") == ["nosniff"], path
        assert len(field(reply, "Strict-Transport-Security")) == 1, path


def test_tls_versions_suites_and_protocol(demo: DemoPlatform) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = trust(demo)
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["h2", "http/1.1"])
        with secure(demo, PORTAL, context) as sock:
            assert sock.selected_alpn_protocol() == "http/1.1"
            assert re.search("GCM|CHACHA20", str(sock.cipher()))


def test_tls_refusals(demo: DemoPlatform) -> None:
    context = trust(demo)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        secure(demo, PORTAL, context, name="elsewhere.test")
    context.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError, match=r"(?i)no.application.protocol"):
        secure(demo, PORTAL, context)
    with socket.create_connection(("127.0.0.1", demo.ports[f"{PORTAL}:443"]), 5) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert read(sock).startswith(b"HTTP/1.1 400 ")


def test_tickets_resume_on_their_own_host_only(demo: DemoPlatform) -> None:
    context = trust(demo)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with secure(demo, PORTAL, context) as first:
        session = first.session
    for host, expected in ((PORTAL, True), (API, False)):
        sock = socket.create_connection(("127.0.0.1", demo.ports[f"{host}:443"]), 5)
        with context.wrap_socket(sock, server_hostname=host, session=session) as again:
            assert again.session_reused is expected


def test_serve_forever_ends_on_a_signal_and_prints_nothing(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from harness.demo.platform import DemoPlatform, serve_forever\n"
        f"serve_forever(DemoPlatform(folder=Path({str(tmp_path)!r})))"
    )
    running = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for _ in range(100):
        if (tmp_path / "demo-target.yaml").exists():
            break
        time.sleep(0.1)
    time.sleep(0.2)
    running.terminate()
    assert running.communicate(timeout=10)[0] == b""
    assert running.returncode == 0
