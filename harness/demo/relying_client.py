"""The portal's calls to national providers on loopback, and its reading of what they sign."""

import base64
import hashlib
import hmac
import http.client
import json
import time
from urllib.parse import quote, urlencode

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from harness.demo import compact
from harness.demo.relying_ways import Members

SECONDS = 5.0
#: Clocks differ; more than a minute is no clock's fault.
LEEWAY = 60


class Refused(Exception):  # noqa: N818 — an answer of the provider, not a fault of ours
    """The provider answered with an error, or with something that cannot be believed; `body` is what it said."""

    def __init__(self, status: int, body: str = "") -> None:
        super().__init__(status)
        self.status, self.body = status, body


def call(port: int, method: str, path: str, *, body: str = "", headers: dict[str, str] | None = None) -> str:
    """One request. Raises Refused for anything but 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request(method, path, body.encode() or None, headers or {})
        answer = connection.getresponse()
        text = answer.read(200_000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as wrong:
        raise Refused(502) from wrong
    finally:
        connection.close()
    if answer.status != 200:
        raise Refused(answer.status, text)
    return text


def form(port: int, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Members:
    """Post a form and read the object that comes back."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return members(call(port, "POST", path, body=urlencode(fields), headers=kind | (headers or {})))


def members(text: str) -> Members:
    """A JSON object. Raises Refused for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(502) from None
    if not isinstance(found, dict):
        raise Refused(502)
    return found


def basic(name: str, secret: str) -> dict[str, str]:
    """HTTP Basic (RFC 6749 §2.3.1)."""
    pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def verified(token: str, key: RSAKey) -> Members:
    """The claims of a token that this key signed with RS256. Raises Refused."""
    try:
        found = compact.read(token)
    except ValueError:
        raise Refused(502) from None
    if not compact.holds(found, key):
        raise Refused(502)
    return found.claims


def current(claims: Members, audience: str) -> Members:
    """The claims, if they are for us and their time has not passed. Raises Refused."""
    now, until, since = time.time(), claims.get("exp"), claims.get("iat", 0)
    said = claims.get("aud")
    if audience not in (said if isinstance(said, list) else [said]):
        raise Refused(502)
    if (
        not isinstance(until, int)
        or until + LEEWAY < now
        or not isinstance(since, int)
        or since - LEEWAY > now
    ):
        raise Refused(502)
    return claims


def key_of(jwks: Members, kid: object) -> RSAKey:
    """The RSA key of this name. Raises Refused."""
    keys = jwks.get("keys")
    for one in keys if isinstance(keys, list) else []:
        if isinstance(one, dict) and one.get("kid") == kid:
            try:
                found = compact.public_jwk(one)
            except ValueError:
                break
            if isinstance(found, RSAKey):
                return found
    raise Refused(502)


def pem_key(text: str) -> RSAKey:
    """A public key from PEM. Raises Refused."""
    try:
        return RSAKey.import_key(text)
    except (JoseError, ValueError):
        raise Refused(502) from None


def hmac_holds(token: str, secret: str) -> bool:
    """Whether a token is signed with HMAC-SHA256 by this text; only a defect asks."""
    text, _, signature = token.rpartition(".")
    return hmac.compare_digest(compact.b64u(hmac.digest(secret.encode(), text.encode(), "sha256")), signature)


def half_hash(token: str) -> str:
    """at_hash of an access token (OpenID Connect Core 1.0 §3.1.3.6)."""
    return compact.b64u(hashlib.sha256(token.encode()).digest()[:16])


def citizen_id(digits: object) -> bool:
    """Whether these are thirteen digits of which the last is the check digit."""
    if not (isinstance(digits, str) and len(digits) == 13 and digits.isascii() and digits.isdigit()):
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - weighed % 11) % 10 == int(digits[12])
