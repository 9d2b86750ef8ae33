"""Tries to register clients as nobody, and deletes again what came to be."""

import json
from typing import Any

from msgspec.structs import replace

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.model import Text
from harness.registry import probe
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Flow, Tokens, attempt, read
from .probe_token_steps import carried_out, cited
from .token_evidence import RegistrationTrials

#: A host that nobody can own (RFC 6761 §6.4).
_GOOD = "https://moph-harness.invalid/callback"
#: Redirect addresses that no web client may have: RFC 6749 §3.1.2 (no fragment), RFC 9700 §2.6 (no http).
_BAD = {
    "javascript:": "javascript:alert(1)",
    "data:": "data:text/html,moph",
    "http:": "http://moph-harness.invalid/callback",
    "a fragment": f"{_GOOD}#part",
}
_CLOSED = frozenset({401, 403, 404, 405, 410, 501})
#: Error codes that speak of what was asked, not of who asked: they show no guard.
_ABOUT_CONTENT = frozenset({"", "invalid_redirect_uri", "invalid_client_metadata", "invalid_request"})


@probe("issuer", danger=("write",))
def client_registration(issuer: Issuer, wire: Wire) -> RegistrationTrials | Missing:
    """Register a client as nobody; where that works, four with bad addresses; every one is deleted at once."""
    flow = Flow(wire, issuer)
    if not isinstance(flow.metadata.get("registration_endpoint"), str):
        return RegistrationTrials(experiments={"anonymous": _not_offered()})
    desk = Desk(flow)
    metadata = next(x for x in flow.agent.exchanges if x.status == 200)
    known = Attempt(
        name="the provider's metadata", granted=True, status=metadata.status, exchange=metadata.id
    )
    first = carried_out(flow, lambda: Experiment(control=known, attempts=(desk.anonymous(),)))
    experiments = {"anonymous": first}
    opened = any(a.granted for a in first.attempts)
    if opened and not desk.left:  # where nothing can be deleted, nothing more is made
        experiments["addresses"] = carried_out(flow, desk.addresses, first.attempts[0])
    return RegistrationTrials(
        experiments=experiments,
        exchanges=cited([flow.agent], experiments.values()),
        registered=desk.registered,
        deleted=desk.deleted,
        left=tuple(desk.left),
    )


def _not_offered() -> Experiment:
    return Experiment(
        not_offered=Text(
            "rule: applies where the metadata name a registration endpoint; fact: they name none",
            "เงื่อนไข: ใช้เมื่อเมทาดาทาระบุ registration endpoint; ข้อเท็จจริง: ไม่ได้ระบุไว้",
        )
    )


class Desk:
    """Registers and deletes, and keeps count."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.registered = self.deleted = 0
        self.left: list[str] = []

    def anonymous(self) -> Attempt:
        """A good registration without any credential; once more with the least it may hold, if the first was not liked."""
        name = "registering a client as nobody"
        found = self._register(_client(_GOOD), name)
        if found.page.status == 400:
            found = self._register({"redirect_uris": [_GOOD]}, name)
        seen = attempt(name, found.page, bool(found.data.get("client_id")), found.error)
        self._delete(found)
        return replace(seen, granted=None) if seen.granted is False and not _turned_away(found) else seen

    def addresses(self, good: Attempt) -> Experiment:
        """Clients with bad addresses, the good one being the control."""
        attempts = []
        for name, address in _BAD.items():
            found = self._register(_client(address), f"registering {name}")
            kept = found.data.get("redirect_uris", [address])
            granted = bool(found.data.get("client_id")) and isinstance(kept, list) and address in kept
            attempts.append(attempt(f"redirect address with {name}", found.page, granted, found.error))
            self._delete(found)
            if self.left:
                break
        return Experiment(control=good, attempts=tuple(attempts))

    def _register(self, client: dict[str, Any], label: str) -> Tokens:
        url = self.flow.endpoint("registration_endpoint")
        headers = (("Content-Type", "application/json"), ("Accept", "application/json"))
        body = json.dumps(client).encode()
        page = self.flow.agent.fetch("POST", url, headers=headers, body=body, label=label)
        return Tokens(page, read(page))

    def _delete(self, found: Tokens) -> None:
        """Delete what was registered (RFC 7592 §2.3); what stays is remembered by its id."""
        id = found.data.get("client_id")
        if not id:
            return
        self.registered += 1
        place, token = (found.data.get(n) for n in ("registration_client_uri", "registration_access_token"))
        if isinstance(place, str) and isinstance(token, str):
            headers = (("Authorization", f"Bearer {token}"),)
            page = self.flow.agent.fetch("DELETE", place, headers=headers, label="deleting the client again")
            if page.status is not None and 200 <= page.status < 300:
                self.deleted += 1
                return
        self.left.append(self.flow.wire.redacted(str(id)[:80]))


def _turned_away(found: Tokens) -> bool:
    """Whether the answer refuses who asks, or says that nothing is there; a page of any kind says neither."""
    if found.page.status == 400:
        return found.error not in _ABOUT_CONTENT
    return found.page.status in _CLOSED


def _client(address: str) -> dict[str, Any]:
    return {
        "client_name": "moph-harness test, please delete",
        "application_type": "web",
        "redirect_uris": [address],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
