"""Wrong ways for a client to authenticate: as nobody, with wrong secrets, in the address."""

import base64
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from msgspec import Struct

from harness.idtarget import Role

from .probe_flow import Flow, Params, Tokens, read

_SECRET = ("client_secret_basic", "client_secret_post")


class Way(Struct, frozen=True):
    """One way to authenticate: its name, and what it puts into headers, body and address."""

    name: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Params = {}
    query: Params = {}


def sent(flow: Flow, endpoint: str, way: Way, form: Mapping[str, str]) -> Tokens:
    """Post a form to an endpoint in this way."""
    url = flow.endpoint(endpoint)
    if way.query:
        url += ("&" if "?" in url else "?") + urlencode(way.query)
    fields = (dict(form) | way.body).items()
    page = flow.agent.fetch("POST", url, form=fields, headers=way.headers, label=way.name)
    return Tokens(page, read(page))


def wrong_ways(flow: Flow, role: Role) -> list[Way]:
    """The wrong ways for this client: as nobody, and where it has a secret, with wrong ones and in the address."""
    id, auth = flow.client(role).client_id, flow.client(role).auth
    ways = [Way("without authentication", body={"client_id": id}), Way("as nobody")]
    if auth not in _SECRET:
        return ways
    mine = flow.wire.secret(flow.issuer.secret(role))
    ways.append(_way("with a wrong secret", id, secrets.token_urlsafe(24), auth))
    ways.append(_way("with an empty secret", id, "", auth))
    if (theirs := _other_secret(flow, role, mine)) is not None:
        ways.append(_way("with another client's secret", id, theirs, auth))
    address = {"client_id": id, "client_secret": mine}
    ways.append(Way("with the secret in the address", query=address))
    return ways


def _other_secret(flow: Flow, role: Role, mine: str) -> str | None:
    """A secret of another test client that has one; None where there is none or it is the same."""
    for name, client in flow.issuer.provider.clients.items():
        if name != role and client.auth in _SECRET:
            theirs = flow.wire.secret(flow.issuer.secret(name))
            return theirs if theirs != mine else None
    return None


def _way(name: str, id: str, secret: str, auth: str) -> Way:
    if auth == "client_secret_post":
        return Way(name, body={"client_id": id, "client_secret": secret})
    pair = f"{quote(id, safe='')}:{quote(secret, safe='')}"
    return Way(name, (("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"),))
