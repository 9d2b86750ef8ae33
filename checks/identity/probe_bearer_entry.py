"""The resource that answers to the provider's tokens, asked with good, bad and no tokens. Its bodies are never kept."""

import hashlib
import json
import os
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from harness.agent import Header
from harness.evidence import Cause, Exchange
from harness.experiment import Attempt
from harness.scope import WireError
from harness.wire import Wire

from .probe_jose import b64u
from .published_schema import is_loopback

#: Answers that say "not now", which is no refusal of what was asked.
_LATER = frozenset({408, 425, 429})


class Look(Struct, frozen=True):
    """An answer as far as it is compared: status, a digest of its body, the members of its JSON object."""

    status: int | None
    digest: str
    members: frozenset[str]


class Entry:
    """The resource. `open` shows first that it lets the genuine token in and nobody else."""

    def __init__(self, wire: Wire, url: str) -> None:
        if url.lower().startswith("http://") and not is_loopback(url):
            raise WireError(Cause.TLS, "the resource is plain http; no token is sent there")
        self.wire, self.url = wire, url
        self.exchanges: list[Exchange] = []
        self._refusals: list[Look] = []
        self._good = Look(None, "", frozenset())

    def open(self, token: str) -> Attempt:
        """The control: the genuine token is let in, no token and a meaningless one are not."""
        nobody = self._ask(None, "no token")
        if self.exchanges[-1].tls == "unverified":
            raise WireError(
                Cause.TLS, "the certificate of the resource does not verify; no token is sent there"
            )
        nonsense = self._ask(b64u(os.urandom(24)), "a meaningless token")
        self._good = self._ask(token, "the genuine token")
        found = self._attempt("the genuine token", self._good)
        alike = [
            look
            for look in (nobody, nonsense)
            if look.status == self._good.status and _same(look, self._good)
        ]
        if found.granted and alike:
            return replace(found, granted=False, note="it is let in without a token too")
        self._refusals = [nobody, nonsense]
        return found

    def offer(
        self,
        name: str,
        token: str | None,
        *,
        url: str = "",
        body: bytes = b"",
        headers: Sequence[Header] = (),
    ) -> Attempt:
        """Ask with this token (None: as `url`, `body` and `headers` say) and tell whether it was let in."""
        return self._attempt(name, self._ask(token, name, url or self.url, body, headers))

    def _ask(
        self, token: str | None, label: str, url: str = "", body: bytes = b"", headers: Sequence[Header] = ()
    ) -> Look:
        sent = [*headers, *([("Authorization", f"Bearer {token}")] if token is not None else [])]
        seen: list[bytes] = []
        exchange = self.wire.http(
            "GET",
            url or self.url,
            headers=sent,
            body=body,
            label=label,
            keep=not body,  # a server that reads no body of a GET would take it for the next request
            inspect=lambda _, b: seen.append(b),
        )
        self.exchanges.append(replace(exchange, body=""))
        content = seen[0] if seen else b""
        status = exchange.status if exchange.answered else None
        return Look(status, hashlib.sha256(content).hexdigest(), _members(content))

    def _attempt(self, name: str, look: Look) -> Attempt:
        exchange = self.exchanges[-1]
        challenge = exchange.value("www-authenticate") or ""
        error = challenge.partition('error="')[2].partition('"')[0]
        return Attempt(
            name=name,
            granted=self._granted(look),
            status=look.status,
            error=self.wire.redacted(error)[:60] if error else "",
            exchange=exchange.id,
            note=str(exchange.fault or ""),
        )

    def _granted(self, look: Look) -> bool | None:
        if look.status is None or look.status >= 500 or look.status in _LATER:
            return None
        if not 200 <= look.status < 300:
            return False
        refusals = [one for one in self._refusals if one.status is not None and 200 <= one.status < 300]
        if any(_same(look, one) for one in refusals):
            return False  # a platform that says no with 200
        if refusals or ("error" in look.members and "error" not in self._good.members):
            return True if _same(look, self._good) else None
        return True


def _same(one: Look, other: Look) -> bool:
    return one.digest == other.digest


def _members(content: bytes) -> frozenset[str]:
    try:
        found: Any = json.loads(content[:100_000])
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(str(name).lower() for name in found) if isinstance(found, dict) else frozenset()
