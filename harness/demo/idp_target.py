"""The identity provider as the target file describes it: its test clients, and the files with their secrets."""

from pathlib import Path
from typing import Any

from harness.demo.idp_clients import SMART_SCOPES, Clients
from harness.demo.idp_keys import Keys
from harness.demo.idp_rules import CODE_SECONDS


def described(
    folder: Path, clients: Clients, keys: Keys, account: dict[str, Any], fhir: dict[str, Any]
) -> dict[str, Any]:
    """The provider's entry; writes the clients' secrets beside the target, and what only a test environment hands out.

    That is the signing key, and the token that registers clients.
    """
    for role, secret in clients.secrets.items():
        _kept(folder / _file(role), secret)
    _kept(folder / "id-registration.token", clients.initial_token)
    _kept(folder / "id-signing.pem", keys.all[0].as_pem(private=True).decode())
    return {
        "component": "id",
        "sign_in": {"account": account},
        "clients": {role: _client(role, clients) for role in clients.roles},
        "resource": {"component": "api", "path": "/patients/me", "scope": "patient.read"},
        "fhir": fhir,
        "signing_key": {"file": "id-signing.pem"},
        "code_seconds": CODE_SECONDS,
    }


def _client(role: str, clients: Clients) -> dict[str, Any]:
    client = clients.roles[role]
    said: dict[str, Any] = {
        "client_id": client.id,
        "auth": client.methods[0],
        "scope": " ".join(word for word in client.scope if word not in SMART_SCOPES),
    }
    if client.redirect_uris:
        said["redirect_uri"] = client.redirect_uris[0]
    return said | ({"secret": {"file": _file(role)}} if role in clients.secrets else {})


def _file(role: str) -> str:
    return f"id-{role}.pem" if role in ("machine", "service") else f"id-{role}.secret"


def _kept(place: Path, secret: str) -> None:
    place.write_text(secret)
    place.chmod(0o600)
