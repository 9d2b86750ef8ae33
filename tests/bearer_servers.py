"""A small real provider and resource on loopback: right by default with joserfc, careless in what `faults` name."""

import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from harness.checks.identity.probe_jose import jwk_of, parse, unb64u, verified
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from harness import registry
from harness.evidence import MEANING, Envelope, Missing
from harness.idtarget import Account, Client, Resource, SignIn
from harness.judge import judge_one
from harness.model import Judgement
from harness.probing import Surroundings, run_probe
from harness.registry import ProbeSpec
from harness.scope import Gate, Names
from harness.target import Component, Limits, Provider, ScopeRules, Secret, Target, subjects

CALLBACK = "https://app.test/callback"
KEY = RSAKey.generate_key(2048, {"kid": "sign-1", "use": "sig", "alg": "RS256"})
PRIVATE = KEY.private_key
assert PRIVATE is not None
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC: dict[str, Any] = jwk_of(PRIVATE, "sign-1")
PUBLIC_PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
SECRETS = {"id.password": "a long password 4711", "id.main": "client-secret-0815-abcdef"}
FORM = '<form method="post"><input name="user"><input type="password" name="password"></form>'

Claims = dict[str, Any]


class Refused(Exception):
    """The token opens nothing; the code is that of RFC 6750."""


class Platform:
    """The provider's state, and the resource's verification. `claims` are added to access tokens."""

    def __init__(
        self, faults: set[str], *, seconds: int = 300, claims: Claims | None = None, opaque: bool = False
    ) -> None:
        self.faults, self.seconds, self.claims, self.opaque = faults, seconds, claims or {}, opaque
        self.typ = "at+jwt"
        self.base = ""
        self.codes: dict[str, Claims] = {}
        self.handed: dict[str, float] = {}

    # -- the provider ------------------------------------------------------------------------------

    def metadata(self) -> Claims:
        return {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def tokens(self, code: Claims) -> Claims:
        now = int(time.time())
        common = {"iss": self.base, "sub": "person-1", "iat": now, "exp": now + self.seconds}
        audience = "https://api.test"
        if "resource-honoured" in self.faults and code.get("resource"):
            audience = code["resource"]
        access = common | {"aud": audience, "scope": code["scope"], "jti": secrets.token_hex(8)} | self.claims
        access = {k: v for k, v in access.items() if v is not None}
        idt = common | {"aud": "main", "nonce": code.get("nonce")}
        given = self.sign(access, self.typ)
        if self.opaque:
            given = secrets.token_urlsafe(32)
            self.handed[given] = time.time() + self.seconds
        return {
            "access_token": given, "token_type": "Bearer", "expires_in": self.seconds, "scope": code["scope"],
            "id_token": self.sign(idt, "JWT"), "refresh_token": secrets.token_urlsafe(32),
        }  # fmt: skip

    def sign(self, claims: Claims, typ: str) -> str:
        return str(jwt.encode({"alg": "RS256", "kid": "sign-1", "typ": typ}, claims, KEY))

    # -- the resource ------------------------------------------------------------------------------

    def check(self, token: str, scope: str = "records") -> None:
        """Raise Refused unless this token opens the record."""
        if self.opaque:
            if self.handed.get(token, 0) < time.time():
                raise Refused("invalid_token")
            return
        claims = self._trusted(token)
        now = time.time()
        if "time" not in self.faults and not claims.get("nbf", 0) - 5 <= now <= claims.get("exp", 0):
            raise Refused("invalid_token")
        if "issuer" not in self.faults and claims.get("iss") != self.base:
            raise Refused("invalid_token")
        audience = claims.get("aud")
        if "id-token" in self.faults and audience == "main":
            return
        named = audience if isinstance(audience, list) else [audience]
        if "audience" not in self.faults and "https://api.test" not in named:
            raise Refused("invalid_token")
        if "scope" not in self.faults and scope not in str(claims.get("scope", "")).split():
            raise Refused("insufficient_scope")

    def _trusted(self, token: str) -> Claims:
        found = parse(token) or parse(token + ".")
        if found is None:
            raise Refused("invalid_token")
        header, claims = found[0], dict(found[1])
        for fault, accepts in CARELESS.items():
            if fault in self.faults and accepts(token, header):
                return claims
        if not {"id-token", "type"} & self.faults and str(header.get("typ", "")).lower() != self.typ:
            raise Refused("invalid_token")
        if "crit" in self.faults and "crit" in header and verified(token, PUBLIC):
            return claims
        try:
            return dict(jwt.decode(token, KeySet([KEY]), algorithms=["RS256"]).claims)
        except Exception as wrong:
            raise Refused("invalid_token") from wrong


def _mac(token: str, secret: bytes) -> bool:
    text, _, signature = token.rpartition(".")
    return hmac.compare_digest(unb64u(signature), hmac.digest(secret, text.encode(), hashlib.sha256))


def _fetched(url: str) -> bytes:
    """What a program gets that follows any address, whose certificates it does not look at."""
    import ssl

    context = ssl._create_unverified_context()
    with urllib.request.urlopen(url, timeout=1, context=context) as answer:
        return bytes(answer.read())


def _by_key_set(token: str, url: str) -> bool:
    try:
        return any(verified(token, jwk) for jwk in json.loads(_fetched(url))["keys"])
    except (OSError, ValueError):
        return False


def _by_file(token: str, header: Claims) -> bool:
    try:
        return header.get("alg") == "HS256" and _mac(
            token, Path("/keys", str(header.get("kid"))).read_bytes()
        )
    except (OSError, ValueError):
        return False


def _by_query(token: str, header: Claims) -> bool:
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE keys (kid TEXT, secret TEXT)")
        try:
            row = base.execute(f"SELECT secret FROM keys WHERE kid = '{header.get('kid')}'").fetchone()
        except sqlite3.Error:
            return False
    return bool(row) and header.get("alg") == "HS256" and _mac(token, row[0].encode())


def _only_fetched(header: Claims) -> bool:
    if "jku" in header:
        with suppress(OSError):
            _fetched(header["jku"])
    return False


#: Each carelessness: whether it takes this token for good. What it does not take goes the right way.
CARELESS: dict[str, Callable[[str, Claims], bool]] = {
    "unverified": lambda t, h: h == {"alg": "RS256", "kid": "sign-1", "typ": "at+jwt"} and t.count(".") == 2,
    "none": lambda t, h: str(h.get("alg", "")).lower() == "none",
    "hmac": lambda t, h: h.get("alg") == "HS256" and _mac(t, PUBLIC_PEM),
    "hmac-json": lambda t, h: (
        h.get("alg") == "HS256"
        and _mac(t, json.dumps(KEY.as_dict(private=False), separators=(",", ":")).encode())
    ),
    "jwk": lambda t, h: "jwk" in h and verified(t, h["jwk"]),
    "jku": lambda t, h: "jku" in h and _by_key_set(t, h["jku"]),
    "jku-fetched": lambda t, h: _only_fetched(h),
    "kid-path": _by_file,
    "kid-sql": _by_query,
    "kid-url": lambda t, h: str(h.get("kid", "")).startswith("http") and _by_key_set(t, h["kid"]),
}


class Handler(BaseHTTPRequestHandler):
    platform: Platform

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self.reply(200, json.dumps(self.platform.metadata()))
        elif parts.path == "/jwks":
            self.reply(200, json.dumps({"keys": [KEY.as_dict(private=False)]}))
        elif parts.path == "/authorize":
            self.reply(200, FORM, kind="text/html")
        elif parts.path == "/me":
            self.record(query)
        else:
            self.reply(404, "{}")

    def do_POST(self) -> None:
        said = {k: v[0] for k, v in parse_qs(self.body()).items()}
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            asked = {k: v[0] for k, v in parse_qs(parts.query).items()}
            if (said.get("user"), said.get("password")) != ("person-1", SECRETS["id.password"]):
                return self.reply(200, FORM, kind="text/html")
            code = secrets.token_urlsafe(24)
            self.platform.codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"], "iss": self.platform.base})
            return self.reply(303, "", headers={"Location": f"{asked['redirect_uri']}?{back}"})
        known = self.platform.codes.pop(said.get("code", ""), {})
        challenge = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest())
        if parts.path != "/token" or known.get("code_challenge") != challenge.rstrip(b"=").decode():
            return self.reply(400, '{"error": "invalid_grant"}')
        return self.reply(200, json.dumps(self.platform.tokens(known)), headers={"Cache-Control": "no-store"})

    def record(self, query: dict[str, str]) -> None:
        faults = self.platform.faults
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if not token and "query" in faults:
            scheme, token = "Bearer", query.get("access_token", "")
        if not token and "form" in faults:
            scheme, token = "Bearer", parse_qs(self.body()).get("access_token", [""])[0]
        if "open" in faults:
            return self.reply(200, '{"patient": "person-1"}')
        challenge = {} if "silent" in faults else {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        try:
            self.platform.check(token if scheme == "Bearer" else "")
        except Refused as why:
            if "says-no-with-200" in faults:
                return self.reply(200, '{"status": 401}', headers=challenge)
            if "breaks" in faults and token:
                return self.reply(500, "")
            return self.reply(
                403 if str(why) == "insufficient_scope" else 401, '{"error": 1}', headers=challenge
            )
        return self.reply(200, '{"patient": "person-1", "diagnosis": "E11"}')

    def body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()

    def reply(
        self, status: int, text: str, *, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        data = text.encode()
        self.send_response_only(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """Serve this platform on a free port until the block ends."""
    kind = type("Kind", (Handler,), {"platform": platform})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        platform.base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield platform
        finally:
            server.shutdown()
            thread.join()


def described(base: str, *, signing: bool, resource: bool = True, scope: str = "openid records") -> Target:
    rules = ScopeRules(
        authorised_by="test", document="none", contact="nobody@demo.test", hosts=("127.0.0.1",),
        ports=(urlsplit(base).port or 80,), addresses=("127.0.0.0/8",), requests_per_second=10_000,
        dangers=frozenset({"injection"}),
    )  # fmt: skip
    nowhere = Secret(env="NOT_SET")
    provider = Provider(
        component="id",
        sign_in=SignIn(account=Account(username="person-1", password=nowhere)),
        clients={"main": Client(client_id="main", redirect_uri=CALLBACK, secret=nowhere, scope=scope)},
        resource=Resource(component="id", path="/me", scope="records") if resource else None,
        signing_key=nowhere if signing else None,
    )
    component = Component(name="id", kind="idp", base_url=f"{base}/")
    limits = Limits(connect_seconds=1, read_seconds=2, total_seconds=4)
    return Target(
        name="t", owner="t", scope=rules, components=(component,), providers=(provider,), limits=limits
    )


def surroundings(target: Target, *, signing: bool = True) -> Surroundings:
    known = SECRETS | ({"id.signing": PEM.replace("\n", "\\n")} if signing else {})
    return Surroundings(target, Names(target), Gate(target.scope), known, b"salt" * 8)


def spec_of(check: str) -> ProbeSpec:
    return registry.probes()[registry.checks()[check].evidence]


def collected(check: str, platform: Platform, *, signing: bool = True, resource: bool = True) -> Envelope:
    """What the probe of this check brings home."""
    target = described(platform.base, signing=signing, resource=resource)
    return run_probe(spec_of(check), subjects(target)["issuer"][0], surroundings(target, signing=signing))


def judged(check: str, envelope: Envelope, **settings: Any) -> Judgement:
    spec = registry.checks()[check]
    evidence = envelope.open(spec.evidence)
    if isinstance(evidence, Missing):
        return Judgement(MEANING[evidence.cause][0], evidence.reason)
    return judge_one(spec, evidence, spec.settings | settings)
