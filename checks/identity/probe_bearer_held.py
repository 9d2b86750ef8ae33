"""A genuine token in the hand: signed in for, shown to open the resource, and taken apart where it is a JWT."""

import json

from msgspec import Struct

from harness.evidence import Cause, Exchange, Missing
from harness.experiment import Attempt
from harness.model import Text
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_bearer_entry import Entry
from .probe_flow import Flow, Tokens
from .probe_jose import Claims, parse

OPAQUE = Text(
    "rule: applies where access tokens are signed JWTs; fact: this provider's are not",
    "เงื่อนไข: ใช้เมื่อโทเคนเข้าถึงเป็น JWT ที่ลงลายมือชื่อ; ข้อเท็จจริง: โทเคนของผู้ให้บริการรายนี้ไม่ใช่",
)


class Held(Struct, frozen=True):
    """A genuine token in the hand: the flow it came from, the resource it opens, its header and claims if it is a JWT."""

    flow: Flow
    tokens: Tokens
    entry: Entry
    control: Attempt
    parsed: tuple[Claims, Claims] | None

    @property
    def header(self) -> Claims:
        """The header of the genuine JWT."""
        assert self.parsed is not None
        return self.parsed[0]

    @property
    def claims(self) -> Claims:
        """The claims of the genuine JWT."""
        assert self.parsed is not None
        return self.parsed[1]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was asked of the resource."""
        return tuple(self.entry.exchanges)

    def again(self) -> Attempt:
        """The control after the attempts."""
        return self.entry.offer("the genuine token afterwards", self.tokens.access)

    def public_keys(self) -> list[Claims]:
        """The provider's public keys, the token's own first; none where they cannot be read."""
        place = self.flow.metadata.get("jwks_uri")
        if not isinstance(place, str) or not place:
            return []
        found = self.flow.agent.fetch("GET", place, label="key set")
        try:
            keys = json.loads(found.body).get("keys", [])
        except (ValueError, RecursionError, AttributeError):
            return []
        good = [k for k in keys[:50] if isinstance(k, dict)] if isinstance(keys, list) else []
        return sorted(good, key=lambda k: k.get("kid") != self.header.get("kid"))


def held(issuer: Issuer, wire: Wire) -> Held | Missing:
    """Sign in, and show that the token opens the resource."""
    if issuer.resource_url is None:
        return no_resource()
    flow = Flow(wire, issuer)
    tokens, _ = flow.tokens()
    entry = Entry(wire, issuer.resource_url)
    return Held(flow, tokens, entry, entry.open(tokens.access), parsed(tokens.access))


def parsed(token: str) -> tuple[Claims, Claims] | None:
    """Header and claims; None where the token is no JWT, or one nested beyond reading."""
    try:
        return parse(token)
    except RecursionError:
        return None


def no_resource() -> Missing:
    """The target names nothing that tokens could be tried on."""
    return Missing(
        Cause.NO_CREDENTIAL,
        Text(
            "the target names no `resource` of the provider: a path that answers 200 to an access token of the main client",
            "เป้าหมายไม่ได้ระบุ `resource` ของผู้ให้บริการ ซึ่งคือพาธที่ตอบ 200 ต่อโทเคนของไคลเอนต์ main",
        ),
    )


def another(found: Held) -> str:
    """A second genuine token for the same person, "" where none comes."""
    try:
        tokens, _ = found.flow.tokens()
    except WireError:
        return ""
    return tokens.access if parsed(tokens.access) else ""
