"""What the providers that the harness plays have in common: clients, codes, tokens, and what was asked of them."""

import secrets
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from msgspec import Struct

from .evidence import BackCall
from .probe_scene import Scene
from .probe_server import Call, Reply
from .probe_tokens import Signer

#: Calls that evidence keeps; a platform that asks more often is not written down at greater length.
MOST_NOTED = 400


class Grant(Struct):
    """A sign-in that the provider has agreed to."""

    scene: Scene
    redirect_uri: str
    scope: tuple[str, ...]
    nonce: str
    used: int = 0


class Token(Struct):
    """An access token that was handed out, or, with another `kind`, what it was exchanged for."""

    grant: Grant
    expires: float
    kind: str = "access"
    revoked: bool = False


class National(ABC):
    """One provider. `answer` is called from many threads; `issue` makes a code for a scene."""

    def __init__(self, base: str, client_id: str, secret: str) -> None:
        self.base, self.client_id, self.secret = base, client_id, secret
        self.signer = Signer()
        self.calls: list[BackCall] = []
        self.removed: set[str] = set()
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Token] = {}
        self._lock = threading.Lock()
        self.routes: dict[tuple[str, str], Callable[[Call], Reply]] = {}

    def issue(self, scene: Scene, params: Mapping[str, str]) -> str:
        """The code that a person's browser brings back after this authorization request."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = Grant(
                scene,
                params.get("redirect_uri", ""),
                tuple(params.get("scope", "").split()),
                params.get("nonce", ""),
            )
        return code

    def answer(self, call: Call) -> Reply:
        """Answer a call of the platform, one at a time."""
        found = self.routes.get((call.method, call.path.rstrip("/") or "/"))
        if found is None:
            return self.noted(call, "other", Reply(404, {"error": "not found"}))
        with self._lock:
            return found(call)

    def noted(self, call: Call, kind: str, reply: Reply, scene: str = "", **facts: object) -> Reply:
        """Write a call down and answer it."""
        if len(self.calls) < MOST_NOTED:
            self.calls.append(
                BackCall(
                    call=kind,
                    scene=scene,
                    status=reply.status,
                    secret_in=call.places(self.secret),
                    grant=call.sent.get("grant_type", "")[:40],
                    headers=self._headers(call),
                    **facts,  # type: ignore[arg-type]
                )
            )
        return reply

    def of(self, scene: str, kind: str) -> list[BackCall]:
        """The calls of one kind in one sign-in."""
        return [one for one in self.calls if one.scene == scene and one.call == kind]

    def authenticated(self, call: Call) -> bool:
        """Whether the platform proved that it is our client, in whatever way; which way is a fact, noted elsewhere."""
        name, password = call.basic
        offered = (
            (name, password),
            (unquote(name), unquote(password)),
            (call.sent.get("client_id"), call.sent.get("client_secret", call.sent.get("secret_key"))),
            (call.query.get("client_id"), call.query.get("client_secret")),
            (call.headers.get("client-id"), call.headers.get("secret-key")),
        )
        return (self.client_id, self.secret) in offered

    def _headers(self, call: Call) -> tuple[str, ...]:
        right = {"client-id": self.client_id, "secret-key": self.secret}
        return tuple(name for name, value in right.items() if call.headers.get(name) == value)

    def code(self, call: Call) -> tuple[Grant | None, bool]:
        """The grant of a code, and whether it may be redeemed (once, unless the scene honours it again)."""
        grant = self._codes.get(call.sent.get("code", ""))
        if grant is None:
            return None, False
        grant.used += 1
        return grant, grant.used == 1 or (grant.scene.twice and grant.used == 2)

    def redeem(self, call: Call) -> Reply:
        """Exchange a code for tokens, and note what the platform said."""
        grant, good = self.code(call)
        name = grant.scene.name if grant else ""
        same = None if grant is None else call.sent.get("redirect_uri") == grant.redirect_uri
        return self.noted(
            call, "token", self.exchanged(call, grant, good), name, known=good, same_redirect=same
        )

    @abstractmethod
    def exchanged(self, call: Call, grant: Grant | None, good: bool) -> Reply:
        """The provider's answer to a code of this grant (None: not ours) that may be redeemed or not."""

    def hand_out(self, token: str, grant: Grant, seconds: float, kind: str = "access") -> str:
        """Remember a token."""
        self._tokens[token] = Token(grant, time.time() + seconds, kind)
        return token

    def token(self, said: str, kind: str = "access") -> Token | None:
        """The token of this text, None for one that is not ours."""
        found = self._tokens.get(said)
        return found if found is not None and found.kind == kind else None


def live(token: Token | None) -> bool:
    """Whether a token is good now."""
    return token is not None and not token.revoked and time.time() < token.expires


def expired(token: Token | None) -> bool:
    """Whether a token's time is over."""
    return token is not None and time.time() >= token.expires
