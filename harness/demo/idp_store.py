"""What the provider remembers, in memory and for a while: grants, codes, tokens, sign-ins, sessions."""

import hashlib
import secrets
import threading
import time
from typing import Generic, TypeVar

from msgspec import Struct, field

from harness.demo.people import Person

Value = TypeVar("Value")


class Expiring(Generic[Value]):
    """Values by a secret, each for its time. Only a digest of the secret is kept: who reads the store holds no token.

    A demo that runs for days must not grow: at most `MOST` are kept, the oldest go first.
    """

    MOST = 10_000

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[float, Value]] = {}
        self._lock = threading.Lock()

    def put(self, secret: str, value: Value, seconds: float) -> None:
        """Remember a value."""
        with self._lock:
            self._keep(secret, value, seconds)

    def _keep(self, secret: str, value: Value, seconds: float) -> None:
        while len(self._kept) >= self.MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[_digest(secret)] = (time.monotonic() + seconds, value)

    def new(self, value: Value, seconds: float) -> str:
        """Remember a value under a fresh secret of 256 bits."""
        secret = secrets.token_urlsafe(32)
        self.put(secret, value, seconds)
        return secret

    def get(self, secret: str) -> Value | None:
        """The value, None when there is none or its time is over."""
        with self._lock:
            until, value = self._kept.get(_digest(secret), (0.0, None))
        return value if until > time.monotonic() else None

    def pop(self, secret: str) -> Value | None:
        """The value, to one caller only."""
        with self._lock:
            until, value = self._kept.pop(_digest(secret), (0.0, None))
        return value if until > time.monotonic() else None

    def first(self, secret: str, value: Value, seconds: float) -> bool:
        """Whether this secret is new; it is not from now on."""
        with self._lock:
            until, _ = self._kept.get(_digest(secret), (0.0, None))
            if until > time.monotonic():
                return False
            self._keep(secret, value, seconds)
        return True


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Grant(Struct):
    """What a person (None: the client itself) let a client do. `key` is the thumbprint that its refreshing is bound to.

    Revoking it ends everything that was given for it.
    """

    client_id: str
    person: Person | None
    scope: tuple[str, ...]
    audience: str
    auth_time: int = 0
    key: str = ""
    revoked: bool = False


class Code(Struct, frozen=True):
    """An authorization code: what was granted, and what must come back with it."""

    grant: Grant
    redirect_uri: str
    challenge: str
    method: str
    nonce: str
    key: str


class Access(Struct):
    """An access token that was given out, known by its `jti`."""

    grant: Grant
    scope: tuple[str, ...]
    expires: int
    revoked: bool = False

    @property
    def alive(self) -> bool:
        """Whether neither the token nor its grant was revoked."""
        return not (self.revoked or self.grant.revoked)


class Session(Struct, frozen=True):
    """A person signed in with this browser at this time."""

    person: Person
    since: float


class Store(Struct):
    """All of it. What was used up is remembered too: its second use is an attack (RFC 9700 §4.14.2)."""

    codes: Expiring[Code] = field(default_factory=Expiring)
    spent_codes: Expiring[Grant] = field(default_factory=Expiring)
    refresh: Expiring[Grant] = field(default_factory=Expiring)
    spent_refresh: Expiring[Grant] = field(default_factory=Expiring)
    access: Expiring[Access] = field(default_factory=Expiring)
    sessions: Expiring[Session] = field(default_factory=Expiring)
    seen: Expiring[bool] = field(default_factory=Expiring)

    def once(self, what: str, seconds: float) -> bool:
        """Whether this is seen for the first time within these seconds."""
        return self.seen.first(what, True, seconds)

    def revoked(self, jti: object) -> bool:
        """Whether an access token of this name was given out and taken back."""
        given = self.access.get(str(jti))
        return given is not None and not given.alive
