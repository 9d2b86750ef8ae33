"""A real OpenID Provider (Django with django-oauth-toolkit) on a free loopback port behind TLS, set up well or carelessly.

`dot(folder)` is strict; `dot(folder, weak=CARELESS)` or any names of WEAK plant weaknesses. It yields what
tests/oidc_server.py yields for another provider. The process ends with the block.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from harness.checks.identity.probe_jose import b64u

from harness import target
from harness.demo.ca import DemoCA
from tests.oidc_server import CALLBACK, ISSUER, PERSON, Oidc

ROOT = Path(__file__).parent.parent
OUT = "https://app.test/out"
#: Where the registered address is a wildcard, the address of the client that it is meant for.
RESOURCES = {"resource-silent": "/me-silent", "scope-ignored": "/me-unscoped"}
WILD, MEANT = "https://*.app.test/callback", "https://www.app.test/callback"

#: Every weakness that can be planted, the check that must find it, and what it must say. Some are options of the
#: toolkit or of Django, the others undo a rule as projects do that override its views (weaknesses.py).
WEAK = {
    "redirect-wildcard": ("OAU-01", "subdomain 302 a code was sent there"),
    "open-redirector": ("OAU-02", "unknown client, signed in 302"),
    "pkce-optional": ("OAU-03", "no PKCE"),
    "pkce-plain": ("OAU-03", "method plain"),
    "implicit": ("OAU-06", "response type token 302"),
    "password-grant": ("OAU-06", "password grant, main client 200"),
    "refresh-kept": ("OAU-09", "the used refresh token again 200"),
    "reuse-unnoticed": ("OAU-09", "the newest token after a used one came back 200"),
    "tokens-cached": ("OAU-13", "without no-store: code"),
    "bearer-query": ("OAU-14", "the token in the query 200"),
    "resource-silent": ("OAU-14", "without WWW-Authenticate"),
    "scope-ignored": ("OAU-15", "a token of scope openid 200"),
    "public-secret-empty": ("OAU-16", "a public client's id alone 200"),
    "framed": ("OAU-17", "other sites may frame it"),
    "registration-open": ("OAU-20", "registering a client as nobody 201"),
    "logout-open": ("OID-09", "redirect to an unknown address"),
    "long-lived": ("JWT-11", "2592000 s"),
    "code-long-lived": ("OAU-22", "a code 10 s old 200"),
}
#: What a careless owner chooses by options alone, all at once.
CARELESS = tuple(
    name
    for name in WEAK
    if name not in ("open-redirector", "tokens-cached", "logout-open", "resource-silent")
)


@contextmanager
def dot(folder: Path, weak: Iterable[str] = ()) -> Iterator[Oidc]:
    """Run the provider with these weaknesses (none: strict) until the block ends."""
    weak = tuple(weak)
    assert set(weak) <= set(WEAK), set(weak) - set(WEAK)
    folder.mkdir(parents=True, exist_ok=True)
    ca = DemoCA(folder / "ca")
    leaf = ca.issue(("id.test",))
    secrets = _secrets(folder)
    settings = {
        "issuer": ISSUER,
        "host": "id.test",
        "cert": str(leaf.certfile),
        "key": str(leaf.keyfile),
        "database": str(folder / "provider.sqlite3"),
        "signing": secrets["signing"],
        "clients": _clients(secrets, weak),
        "account": {"username": PERSON[0], "password": PERSON[1]},
        "weak": weak,
    }
    with (
        (folder / "django.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.django_provider"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        ) as process,
    ):  # fmt: skip
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(settings).encode() + b"\n")
            process.stdin.flush()
            port = _port(process.stdout.readline(), folder / "django.log")
            file = _target(folder, ca, port, weak)
            yield Oidc(file, target.load(file), port)
        finally:
            process.terminate()
            process.wait(10)


def _port(line: bytes, log: Path) -> int:
    if not line:
        raise RuntimeError(f"the provider did not start: {log.read_text(encoding='utf-8')[-2000:]}")
    return int(json.loads(line)["port"])


def _secrets(folder: Path) -> dict[str, str]:
    """The secrets by name, each also written to a file of that name."""
    signing = rsa.generate_private_key(65537, 2048)
    pem = signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    names = {"main": b64u(os.urandom(32)), "other": b64u(os.urandom(32))}
    found = {"password": PERSON[1], "signing": pem.decode()} | names
    for name, value in found.items():
        (folder / f"{name}.secret").write_text(value, encoding="utf-8")
    return found


def _clients(secrets: dict[str, str], weak: tuple[str, ...]) -> list[dict[str, Any]]:
    registered = WILD if "redirect-wildcard" in weak else CALLBACK
    common = {"redirect_uris": [registered], "post_logout_redirect_uris": [OUT]}
    return [
        common | {"client_id": "main", "client_secret": secrets["main"]},
        common | {"client_id": "other", "client_secret": secrets["other"]},
        common | {"client_id": "public"},
    ]


def _target(folder: Path, ca: DemoCA, port: int, weak: tuple[str, ...]) -> Path:
    redirect = MEANT if "redirect-wildcard" in weak else CALLBACK

    def client(name: str, auth: str = "client_secret_basic") -> dict[str, Any]:
        found = {"client_id": name, "redirect_uri": redirect, "auth": auth, "scope": "openid profile"}
        found["post_logout_redirect_uri"] = OUT
        return found if auth == "none" else found | {"secret": {"file": f"{name}.secret"}}

    provider = {
        "component": "id",
        "issuer": ISSUER,
        "sign_in": {"account": {"username": PERSON[0], "password": {"file": "password.secret"}}},
        "clients": {"main": client("main"), "other": client("other"), "public": client("public", "none")},
        "resource": {
            "component": "id",
            "path": next((path for name, path in RESOURCES.items() if name in weak), "/me"),
            "scope": "profile",
        },
        "signing_key": {"file": "signing.secret"},
        "code_seconds": 8,
    }
    content = {
        "name": "django-oauth-toolkit under test",
        "owner": "tests",
        "ca_file": str(ca.ca_file),
        "scope": {
            "authorised_by": "tests", "document": "none", "contact": "c@app.test", "hosts": ["id.test"],
            "requests_per_second": 10000, "max_requests": 20000, "dangers": ["injection", "write", "lockout"],
        },
        "connect_to": {"id.test:443": f"127.0.0.1:{port}"},
        "components": [{"name": "id", "kind": "idp", "base_url": f"{ISSUER}/"}],
        "providers": [provider],
    }  # fmt: skip
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path
