"""How a client proves itself to the token endpoint and its neighbours (RFC 6749 §2.3.1, RFC 7523 §2.2)."""

import base64
import os
import time
from collections.abc import Iterable
from urllib.parse import quote

from harness.idtarget import Client

from .probe_answers import Params
from .probe_jose import algorithm, b64u, private_key, signed

Headers = list[tuple[str, str]]


def proven(
    client: Client, secret: str, audience: str, said: Params, offered: Iterable[str] = ()
) -> tuple[Headers, Params]:
    """The client's authentication as headers, and as parameters beside what is said.

    `offered` are the algorithms for assertions that the metadata name.
    """
    if client.auth == "none":
        return [], {"client_id": client.client_id} | said
    if client.auth == "client_secret_basic":
        pair = f"{quote(client.client_id, safe='')}:{quote(secret, safe='')}"
        return [("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")], said
    if client.auth == "client_secret_post":
        return [], {"client_id": client.client_id, "client_secret": secret} | said
    return [], assertion(client, secret, audience, offered) | said


def assertion(
    client: Client, pem: str, audience: str, offered: Iterable[str] = (), **claims: object
) -> Params:
    """A good client assertion of five minutes at most (RFC 7523 §3); `claims` replace claims."""
    key = private_key(pem)
    now = int(time.time())
    said = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": audience,
        "jti": b64u(os.urandom(12)),
        "iat": now,
        "exp": now + 240,
    } | claims
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed({"alg": algorithm(key, offered), "typ": "JWT"}, said, key),
    }
