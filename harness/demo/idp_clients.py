"""The clients that the provider knows: those of the target file, and those that were registered at run time."""

import secrets
import threading
from typing import Literal

from joserfc.jwk import ECKey
from msgspec import Struct

from harness.demo.compact import Key
from harness.demo.hosts import APP

Method = Literal["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
CODE = ("authorization_code", "refresh_token")
#: What people may let an app do; `openid` and `profile` are about themselves, the others about their record.
SCOPES = ("openid", "profile", "patient.read", "notes.read")
#: The same in SMART's words, for the FHIR server; a category narrows a scope down (SMART App Launch 2.2, scopes).
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category|"
SMART_SCOPES = (
    "launch/patient",
    "patient/Patient.rs",
    "patient/Observation.rs",
    "patient/Observation.r",
    "patient/Observation.s",
    *(f"patient/Observation.rs?category={_CATEGORY}{one}" for one in ("laboratory", "vital-signs")),
)
#: What a backend service of SMART may read, of every patient.
SYSTEM_SCOPES = ("system/Patient.rs", "system/Observation.rs")


class Client(Struct, frozen=True, kw_only=True):
    """A registered client. `methods` are the ways in which it may authenticate, `key` the public key of its assertions."""

    id: str
    methods: tuple[Method, ...]
    redirect_uris: tuple[str, ...] = ()
    goodbye_uris: tuple[str, ...] = ()
    grants: tuple[str, ...] = CODE
    scope: tuple[str, ...] = (*SCOPES, *SMART_SCOPES)
    secret: str = ""
    key: Key | None = None

    @property
    def service(self) -> bool:
        """Whether it is a backend service of SMART, whose assertions have rules of their own."""
        return any(one.startswith("system/") for one in self.scope)

    @property
    def public(self) -> bool:
        """Whether it cannot keep a secret."""
        return self.methods == ("none",)


def _machine(role: str, scope: tuple[str, ...], key: ECKey) -> Client:
    return Client(
        id=f"demo-{role}",
        methods=("private_key_jwt",),
        grants=("client_credentials",),
        scope=scope,
        key=ECKey.import_key(key.as_dict(private=False)),
    )


class Clients:
    """Every client by its id. `secrets` holds what the test clients know, by role, for the files beside the target."""

    #: More than so many are not taken at run time.
    MOST = 1_000

    def __init__(self) -> None:
        keys = {role: ECKey.generate_key("P-256", private=True) for role in ("machine", "service")}
        self.secrets = {role: secrets.token_urlsafe(24) for role in ("main", "other")}
        self.secrets |= {role: key.as_pem(private=True).decode() for role, key in keys.items()}
        self.roles: dict[str, Client] = {
            "main": self._app("main", ("client_secret_basic", "client_secret_post")),
            "other": self._app("other", ("client_secret_basic",)),
            "public": self._app("public", ("none",)),
            "machine": _machine("machine", ("statistics.read",), keys["machine"]),
            "service": _machine("service", SYSTEM_SCOPES, keys["service"]),
        }
        #: Whoever holds this may register clients (RFC 7591 §3).
        self.initial_token = secrets.token_urlsafe(32)
        self._known = {client.id: client for client in self.roles.values()}
        self._access: dict[str, str] = {}
        self._lock = threading.Lock()

    def _app(self, role: str, methods: tuple[Method, ...]) -> Client:
        callback = f"{APP}/{role}/callback"
        goodbye = (f"{APP}/{role}/signed-out", callback)
        secret = self.secrets.get(role, "")
        return Client(
            id=f"demo-{role}", methods=methods, redirect_uris=(callback,), goodbye_uris=goodbye, secret=secret
        )

    def find(self, id: str) -> Client | None:
        """The client of this id."""
        return self._known.get(id)

    def add(self, client: Client) -> str | None:
        """Take a client on; gives the token that manages its registration (RFC 7592), None when there are too many."""
        with self._lock:
            if len(self._access) >= self.MOST:
                return None
            self._known[client.id] = client
            self._access[client.id] = secrets.token_urlsafe(32)
            return self._access[client.id]

    def managed(self, id: str, token: str) -> Client | None:
        """The client of this id that was registered at run time, if this is its management token."""
        known = self._access.get(id, "")
        right = secrets.compare_digest(known.encode(), token.encode("utf-8", "replace"))
        return self._known.get(id) if known and right else None

    def remove(self, id: str) -> None:
        """Forget a client that was registered at run time."""
        with self._lock:
            if self._access.pop(id, None):
                self._known.pop(id, None)
