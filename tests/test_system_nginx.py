"""The same command line on a real nginx, configured well and badly: every finding is one that was planted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from harness import audit
from harness.demo.ca import DemoCA
from harness.demo.nameserver import DnsServer
from harness.demo.zone import DemoZone
from harness.model import Decision, Verdict
from harness.record import Run
from tests.nginx_server import Nginx, nginx

pytestmark = pytest.mark.system

HEADERS = """
  add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
  add_header Content-Security-Policy "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'" always;
  add_header X-Content-Type-Options nosniff always;
  add_header Referrer-Policy no-referrer always;
  add_header Permissions-Policy "camera=(), microphone=(), geolocation=()" always;
  add_header Cross-Origin-Opener-Policy same-origin always;
  add_header Cross-Origin-Resource-Policy same-origin always;
  add_header Cross-Origin-Embedder-Policy require-corp always;
  add_header Cache-Control "no-store" always;
  server_tokens off; charset utf-8;
"""

GOOD = """
server {
  listen {plain}; server_name portal.test; server_tokens off; add_header X-Content-Type-Options nosniff always;
  return 301 https://portal.test$request_uri;
}
server {
  listen {secure} ssl; server_name portal.test; root ROOT;
  ssl_certificate CERT; ssl_certificate_key KEY;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305;
  ssl_prefer_server_ciphers off; ssl_ecdh_curve X25519:prime256v1:secp384r1;
  ssl_session_tickets off; ssl_session_cache shared:S:1m;
  HEADERS
}
"""

BAD = """
server { listen {plain}; server_name portal.test; root ROOT; autoindex on; }
server {
  listen {secure} ssl; server_name portal.test; root ROOT; autoindex on;
  ssl_certificate CERT; ssl_certificate_key KEY;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:eNULL:aNULL:@SECLEVEL=0;
  add_header Strict-Transport-Security "max-age=abc";
  add_header Access-Control-Allow-Origin $http_origin always;
  add_header Access-Control-Allow-Credentials true always;
}
"""

#: What the bad server really does wrong; the audit must say so, check by check.
PLANTED = {
    "TLS-03", "TLS-04", "TLS-06", "CRT-02", "CRT-03", "HTTP-01", "HTTP-03", "HTTP-04", "HTTP-05", "HTTP-08",
    "HTTP-09", "HTTP-14", "CORS-01", "WEB-14", "WEB-15",
}  # fmt: skip
#: What the bad server does right; a finding here would be a false alarm.
RIGHT = {
    "TLS-01",
    "TLS-02",
    "TLS-14",
    "TLS-15",
    "TLS-16",
    "TLS-17",
    "TLS-18",
    "CRT-01",
    "CRT-05",
    "CRT-06",
    "HTTP-19",
    "HTTP-23",
}


def pages(root: Path) -> Path:
    root.mkdir()
    (root / "index.html").write_text(
        "<!doctype html><html lang=th><title>Portal</title><p>สวัสดี</p>", encoding="utf-8"
    )
    return root


def target(folder: Path, ca: DemoCA, running: Nginx, resolver: int) -> Path:
    content = {
        "name": "nginx under test",
        "owner": "tests",
        "ca_file": str(ca.ca_file),
        "resolver": {"address": "127.0.0.1", "port": resolver},
        "scope": {
            "authorised_by": "tests", "document": "none", "contact": "c@portal.test", "hosts": ["portal.test"],
            "requests_per_second": 1000, "max_requests": 20000, "dangers": ["injection", "write"],
        },
        "connect_to": {
            "portal.test:443": f"127.0.0.1:{running.ports['secure']}",
            "portal.test:80": f"127.0.0.1:{running.ports['plain']}",
        },
        "components": [{"name": "portal", "kind": "portal", "base_url": "https://portal.test/", "pages": ["/"]}],
    }  # fmt: skip
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def resolver() -> Iterator[int]:
    with DnsServer(DemoZone("portal.test", ("portal.test",)), resolves=True) as server:
        yield server.port


def audited(folder: Path, servers: str, defects: tuple[str, ...], resolver: int) -> Run:
    ca = DemoCA(folder / "ca")
    leaf = ca.issue(("portal.test",), defects)  # type: ignore[arg-type]
    root = pages(folder / "root")
    if "autoindex" in servers:
        (root / ".git").mkdir()
        (root / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
        (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        (root / "static").mkdir()
        (root / "static" / "a.txt").write_text("a")
        (root / "index.html").rename(root / "static" / "b.html")
    servers = (
        servers.replace("ROOT", str(root))
        .replace("CERT", str(leaf.certfile))
        .replace("KEY", str(leaf.keyfile))
    )
    with nginx(folder / "nginx", servers.replace("HEADERS", HEADERS), ("secure", "plain")) as running:
        path = target(folder, ca, running, resolver)
        return audit.audit(path, "baseline", folder / "run", resume=False, progress=lambda _: None)


def verdicts(record: Run) -> dict[str, Verdict]:
    return {item.id: item.verdict for item in record.items}


def reasons(record: Run, ids: set[str]) -> dict[str, list[str]]:
    return {i.id: [r.reason.en for r in i.results] for i in record.items if i.id in ids}


def test_a_good_nginx_has_no_failure(tmp_path: Path, resolver: int) -> None:
    record = audited(tmp_path, GOOD, (), resolver)
    wrong = {id for id, v in verdicts(record).items() if v in (Verdict.FAIL, Verdict.ERROR)}
    names = {
        id for id in wrong if id.startswith(("DNS-", "MAI-", "SUP-"))
    }  # it has no zone and no security.txt
    assert wrong - names == set(), reasons(record, wrong)


def test_a_bad_nginx_is_caught_where_it_is_bad_and_only_there(tmp_path: Path, resolver: int) -> None:
    record = audited(tmp_path, BAD, ("expired", "wrong_host"), resolver)
    found = verdicts(record)
    assert record.decision is Decision.NON_CONFORMANT
    missed = {id for id in PLANTED if found[id] is not Verdict.FAIL}
    assert missed == set(), reasons(record, missed)
    false = {id for id in RIGHT if found[id] is Verdict.FAIL}
    assert false == set(), reasons(record, false)


def test_the_command_line_gives_exit_1_on_a_bad_platform(tmp_path: Path, resolver: int) -> None:
    ca = DemoCA(tmp_path / "ca")
    leaf = ca.issue(("portal.test",))
    servers = BAD.replace("ROOT", str(pages(tmp_path / "root"))).replace("CERT", str(leaf.certfile))
    with nginx(tmp_path / "nginx", servers.replace("KEY", str(leaf.keyfile)), ("secure", "plain")) as running:
        path = target(tmp_path, ca, running, resolver)
        command = [
            sys.executable,
            "-m",
            "harness",
            "run",
            str(path),
            "--out",
            str(tmp_path / "run"),
            "--json",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
