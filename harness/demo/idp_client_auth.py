"""Who is calling: client authentication (RFC 6749 §2.3, RFC 7523 §2.2), one way at a time, as registered."""

import base64
import binascii
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from harness.demo.compact import KEY_HEADERS, holds, read
from harness.demo.hosts import ISSUER
from harness.demo.idp_clients import Client, Method
from harness.demo.idp_messages import OAuthError, Params, credentials
from harness.demo.idp_rules import ASSERTION_SECONDS, SKEW_SECONDS, Moment
from harness.demo.messages import Request

if TYPE_CHECKING:
    from harness.demo.idp import IdentityProvider

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def authenticated(idp: "IdentityProvider", request: Request, params: Params) -> Client:
    """The client that this request proves to come from. Raises OAuthError (401 invalid_client)."""
    offers = _offers(request, params)
    if len(offers) != 1:
        raise (
            _refused() if not offers else OAuthError("invalid_request", "one way of authentication at a time")
        )
    method, id, proof = offers[0]
    client = idp.clients.find(id)
    if client is None or method not in client.methods or params.get("client_id", id) != id:
        raise _refused()
    if method == "private_key_jwt":
        good = _asserted(idp, client, proof)
    else:
        right = method == "none" or secrets.compare_digest(client.secret.encode(), _bytes(proof))
        good = idp.rules.secret_good(request.path, right)
    if not good:
        raise _refused()
    return client


def confidential(idp: "IdentityProvider", request: Request, params: Params) -> Client:
    """The same, for endpoints that a public client has no business at."""
    client = authenticated(idp, request, params)
    if client.public:
        raise _refused()
    return client


def _offers(request: Request, params: Params) -> list[tuple[Method, str, str]]:
    """Every way in which the request tries to authenticate: method, client id, proof."""
    found: list[tuple[Method, str, str]] = []
    if request.values("authorization"):
        found.append(("client_secret_basic", *_basic(request)))
    if "client_secret" in params:
        found.append(("client_secret_post", params.get("client_id", ""), params["client_secret"]))
    if "client_assertion" in params or "client_assertion_type" in params:
        if params.get("client_assertion_type") != ASSERTION:
            raise _refused()
        found.append(("private_key_jwt", *_claimed(params)))
    if not found and "client_id" in params:
        found.append(("none", params["client_id"], ""))
    return found


def _basic(request: Request) -> tuple[str, str]:
    """Id and secret, each encoded as a form value first (RFC 6749 §2.3.1)."""
    scheme, token = credentials(request)
    try:
        id, colon, secret = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise _refused() from None
    if scheme != "basic" or not colon:
        raise _refused()
    return unquote_plus(id), unquote_plus(secret)


def _claimed(params: Params) -> tuple[str, str]:
    raw = params.get("client_assertion", "")
    try:
        return str(read(raw).claims.get("sub")), raw
    except ValueError:
        raise _refused() from None


def _asserted(idp: "IdentityProvider", client: Client, raw: str) -> bool:
    """Whether the assertion is the client's: its registered key, that key's algorithm, and every claim in order."""
    token = read(raw)
    if client.key is None or KEY_HEADERS & token.header.keys() or not holds(token, client.key):
        return False
    name = client.key.thumbprint()
    if token.header.get("kid", name) != name:
        return False
    moment = Moment(
        time.time(),
        {"client": client.id, "issuer": ISSUER, "endpoint": idp.at("token")},
        lambda jti: idp.store.once(f"{client.id} {jti}", ASSERTION_SECONDS + 2 * SKEW_SECONDS),
    )
    try:
        rules = idp.rules.service_assertions if client.service else idp.rules.assertions
        return all(rule(token.claims, moment) for rule in rules.values())
    except ValueError:
        return False


def _refused() -> OAuthError:
    return OAuthError("invalid_client", status=401, headers=(("WWW-Authenticate", 'Basic realm="demo"'),))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
