"""A real OpenID Provider (npm oidc-provider) on a free loopback port behind TLS, set up well or carelessly.

`oidc(folder)` is strict; `oidc(folder, weak=CARELESS)` or any names of WEAK plant weaknesses. It yields the
target file and the loaded target; secrets stand in files beside it. The process ends with the block.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from harness.checks.identity.probe_jose import b64u, jwk_of
from msgspec import Struct

from harness import registry, target
from harness.demo.ca import DemoCA
from harness.evidence import Envelope
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.secrets import credentials
from harness.target import Target

HERE = Path(__file__).parent / "oidc_provider"
ISSUER = "https://id.test"
CALLBACK = "https://app.test/callback"
PERSON = ("person-one", "correct horse 4711 staple")

#: Every weakness that can be planted, and the check that must find it. The provider's own documentation says of
#: each option what it opens; the others undo one of its rules (weaknesses.mjs).
WEAK = {
    "redirect-prefix": "OAU-01",
    "open-redirector": "OAU-02",
    "pkce-optional": "OAU-03",
    "code-replayed": "OAU-04",
    "code-unbound": "OAU-05",
    "implicit": "OAU-06",
    "password-grant": "OAU-06",
    "state-cut": "OAU-07",
    "iss-wrong": "OAU-08",
    "refresh-kept": "OAU-09",
    "secret-unchecked": "OAU-11",
    "assertion-replayed": "OAU-12",
    "tokens-cached": "OAU-13",
    "bearer-query": "OAU-14",
    "introspection-open": "OAU-16",
    "framed": "OAU-17",
    "redirect-307": "OAU-18",
    "registration-open": "OAU-20",
    "par-reused": "OAU-21",
    "hmac-id-token": "OID-03",
    "max-age-ignored": "OID-07",
    "logout-open": "OID-09",
    "long-lived": "JWT-11",
    "code-long-lived": "OAU-22",
}
#: Options that are no weakness.
ALSO = frozenset({"par-required"})
#: What a careless owner chooses by the provider's own options, all at once.
CARELESS = (
    "pkce-optional",
    "implicit",
    "refresh-kept",
    "registration-open",
    "introspection-open",
    "long-lived",
    "code-long-lived",
    "hmac-id-token",
    "bearer-query",
    "framed",
)


class Oidc(Struct, frozen=True):
    """A running provider: its target file, the target as loaded, and the real port behind https://id.test."""

    file: Path
    target: Target
    port: int

    def collect(self, probe: str) -> Envelope:
        """Run one probe, by the name of its function, on this provider."""
        spec = next(s for s in registry.probes().values() if s.name == probe)
        subject = target.subjects(self.target)[spec.kind][0]
        names, gate = Names(self.target), Gate(self.target.scope)
        return run_probe(
            spec, subject, Surroundings(self.target, names, gate, credentials(self.target)[0], b"s" * 32)
        )


def installed(environment: dict[str, str] | None = None) -> None:
    """Install the provider from npm where it is not there yet; needs the environment of the fixture `online`."""
    if (HERE / "node_modules" / "oidc-provider").is_dir():
        return
    npm = shutil.which("npm") or "npm"
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund"]
    subprocess.run(
        command, cwd=HERE, env=environment or dict(os.environ), check=True, timeout=300, capture_output=True
    )


@contextmanager
def oidc(
    folder: Path,
    weak: Iterable[str] = (),
    online: dict[str, str] | None = None,
    *,
    pages: str = "form",
    adapter: str = "form",
) -> Iterator[Oidc]:
    """Run the provider with these weaknesses (none: strict) until the block ends.

    `pages` are forms, or need JavaScript: `script` renders name and password, `steps` one after the other.
    """
    weak = tuple(weak)
    assert set(weak) <= set(WEAK) | ALSO, set(weak) - set(WEAK)
    installed(online)
    folder.mkdir(parents=True, exist_ok=True)
    ca = DemoCA(folder / "ca")
    leaf = ca.issue(("id.test",))
    machine, signing = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    secrets = _secrets(folder, machine, signing)
    settings = {
        "issuer": ISSUER,
        "cert": str(leaf.certfile),
        "key": str(leaf.keyfile),
        "clients": _clients(secrets, jwk_of(machine, "machine-1"), weak),
        "jwks": {"keys": [_private_jwk(signing)]},
        "account": {"username": PERSON[0], "password": PERSON[1]},
        "weak": weak,
        "pages": pages,
    }
    node = shutil.which("node") or "node"
    with (
        (folder / "node.log").open("wb") as log,
        subprocess.Popen(
            [node, "server.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(settings).encode() + b"\n")
            process.stdin.flush()
            port = _port(process.stdout.readline(), folder / "node.log")
            file = _target(folder, ca, port, adapter)
            yield Oidc(file, target.load(file), port)
        finally:
            process.terminate()
            process.wait(10)


def _port(line: bytes, log: Path) -> int:
    if not line:
        raise RuntimeError(f"the provider did not start: {log.read_text(encoding='utf-8')[-2000:]}")
    return int(json.loads(line)["port"])


def _secrets(folder: Path, machine: rsa.RSAPrivateKey, signing: rsa.RSAPrivateKey) -> dict[str, str]:
    """The secrets by name, each also written to a file of that name."""
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    found = {
        "password": PERSON[1],
        "main": b64u(os.urandom(32)),
        "other": b64u(os.urandom(32)),
        "machine": machine.private_bytes(*pem).decode(),
        "signing": signing.private_bytes(*pem).decode(),
    }
    for name, value in found.items():
        (folder / f"{name}.secret").write_text(value, encoding="utf-8")
    return found


def _clients(secrets: dict[str, str], key: dict[str, Any], weak: tuple[str, ...]) -> list[dict[str, Any]]:
    grants = ["authorization_code", "refresh_token"]
    grants += ["implicit"] * ("implicit" in weak) + ["password"] * ("password-grant" in weak)
    types = ["code"] + ["id_token token", "id_token", "code token"] * ("implicit" in weak)
    common = {
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": ["https://app.test/out"],
        "grant_types": grants,
        "response_types": types,
        "scope": "openid profile",
    }
    basic = {"token_endpoint_auth_method": "client_secret_basic"}
    signed = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}}
    return [
        common | basic | {"client_id": "main", "client_secret": secrets["main"]},
        common | basic | {"client_id": "other", "client_secret": secrets["other"]},
        common | {"client_id": "public", "token_endpoint_auth_method": "none"},
        common | signed | {"client_id": "machine", "grant_types": [*grants, "client_credentials"]},
    ]


def _private_jwk(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    numbers = key.private_numbers()
    parts = {
        "d": numbers.d,
        "p": numbers.p,
        "q": numbers.q,
        "dp": numbers.dmp1,
        "dq": numbers.dmq1,
        "qi": numbers.iqmp,
    }
    private = {
        name: b64u(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in parts.items()
    }
    found: dict[str, Any] = jwk_of(key, "sign-1") | private | {"use": "sig"}
    return found


def _target(folder: Path, ca: DemoCA, port: int, adapter: str) -> Path:
    def client(name: str, auth: str = "client_secret_basic") -> dict[str, Any]:
        found = {"client_id": name, "redirect_uri": CALLBACK, "auth": auth}
        return found if auth == "none" else found | {"secret": {"file": f"{name}.secret"}}

    provider = {
        "component": "id",
        "sign_in": {
            "adapter": adapter,
            "account": {"username": PERSON[0], "password": {"file": "password.secret"}},
        },
        "clients": {
            "main": client("main"),
            "other": client("other"),
            "public": client("public", "none"),
            "machine": client("machine", "private_key_jwt"),
        },
        "resource": {"component": "id", "path": "/me"},
        "signing_key": {"file": "signing.secret"},
        "code_seconds": 8,
    }
    content = {
        "name": "oidc-provider under test",
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
