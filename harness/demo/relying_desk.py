"""What the portal remembers of sign-ins through national providers, and where it finds these."""

import secrets
import socket
import threading
import time
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from harness.demo.hosts import HOSTS
from harness.demo.people import People, Person
from harness.demo.relying_ways import Members, Ways

PROVIDERS = ("thaid", "health-id", "provider-id")
#: A demo that runs for days must not grow.
MOST = 5_000
#: The test person of the harness, known to the portal as its first patient.
TEST_NUMBER, TEST_NAME = "9000000000012", "ทดสอบ ระบบสุขภาพ"
_FUNCTIONS = {
    "thaid": {"record": "/records", "consent": "/consents"},
    "health-id": {"record": "/records", "consent": "/consents"},
    "provider-id": {"prescription": "/prescriptions"},
}


class Pending(Struct, frozen=True):
    """A sign-in that has begun."""

    session: str
    state: str
    nonce: str
    redirect_uri: str


class Standing(Struct):
    """Somebody who came through a national provider: who, how surely, until when, with which rights."""

    provider: str
    person: Person | None
    level: object = None
    proofed: object = None
    ends: float = float("inf")
    token: str = ""
    upstream: str = ""
    units: list[Members] = field(default_factory=list)
    unit: str = ""
    assumed: bool = False


class Desk:
    """Where each provider is (a loopback port held for the life of the platform), and who came through it."""

    def __init__(self, people: People, ways: Ways) -> None:
        self.people, self.ways = people, ways
        self.client_id = "demo-portal"
        self.secrets = {name: secrets.token_urlsafe(24) for name in PROVIDERS}
        self._held = {name: _held() for name in PROVIDERS}
        self._pending: dict[tuple[str, str], Pending] = {}
        self._standing: dict[str, Standing] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the ports back."""
        for sock in self._held.values():
            sock.close()

    def port(self, provider: str) -> int:
        """Where a provider is on 127.0.0.1."""
        return int(self._held[provider].getsockname()[1])

    def begin(self, provider: str, pending: Pending) -> None:
        """Remember a sign-in that has begun."""
        with self._lock:
            self._pending[provider, pending.session] = pending
            _bounded(self._pending)

    def resume(self, provider: str, session: str, state: str | None) -> Pending | None:
        """The sign-in that this callback ends; it ends only once."""
        rule = self.ways.state.get(provider, "of this session")
        with self._lock:
            key = (provider, session)
            if rule == "any that was given out":
                key = next(
                    (k for k, p in self._pending.items() if k[0] == provider and p.state == state), key
                )
            found = self._pending.get(key)
            good = found is not None and (
                rule == "anything" or secrets.compare_digest(found.state.encode(), (state or "").encode())
            )
            if good and not self.ways.keeps_pending:
                del self._pending[key]
            return found if good else None

    def enter(self, session: str, standing: Standing) -> None:
        """Remember who came."""
        with self._lock:
            self._standing[session] = standing
            _bounded(self._standing)

    def find(self, session: str) -> Standing | None:
        """Who came with this session."""
        with self._lock:
            return self._standing.get(session)

    def forget(self, session: str) -> Standing | None:
        """The session has ended."""
        with self._lock:
            return self._standing.pop(session, None)

    def patient(self, number: str, name: str = "") -> Person | None:
        """Whose citizen id this is, by the exact number."""
        if number == TEST_NUMBER or (self.ways.matches_name and name == TEST_NAME):
            return self.people.patients[0]
        return None

    def entries(self, folder: Path) -> list[dict[str, Any]]:
        """What the target file says of these sign-ins; writes the secrets beside it."""
        found: list[dict[str, Any]] = []
        for name in PROVIDERS:
            place = folder / f"{name}.secret"
            place.write_text(self.secrets[name])
            place.chmod(0o600)
            found.append(
                {
                    "component": "portal",
                    "provider": name,
                    "listen": f"127.0.0.1:{self.port(name)}",
                    "start": f"/login/{name}",
                    "home": "/services",
                    "client_id": self.client_id,
                    "redirect_uri": f"https://{HOSTS['portal']}/callback/{name}",
                    "secret": {"file": place.name},
                    "functions": _FUNCTIONS[name],
                }
            )
        return found


def over(standing: Standing) -> bool:
    """Whether the token behind a standing has ended."""
    return time.time() >= standing.ends


def _held() -> socket.socket:
    """A port of our own that somebody else may listen on: bound for sharing, and never listening itself."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    return sock


def _bounded(table: dict[Any, Any]) -> None:
    while len(table) > MOST:
        table.pop(next(iter(table)), None)
