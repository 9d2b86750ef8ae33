"""Where secrets come from: environment, file or command. They live in memory and in the redactor, nowhere else."""

import os
import subprocess
from pathlib import Path

from harness.target import Secret, Target

#: A command that hands out a secret should answer at once; this stops one that waits for a person.
COMMAND_SECONDS = 10


class NoSecret(Exception):  # noqa: N818
    """The secret could not be had; the message says what to do and holds nothing of the secret."""


def fetch(source: Secret) -> str:
    """The secret, without surrounding white space. Raises NoSecret."""
    value = _raw(source).strip()
    if value.startswith("-----BEGIN "):  # a key keeps its lines, in the one-line form that environments use
        value = value.replace("\r", "").replace("\n", "\\n")
    if not value:
        raise NoSecret(f"{_origin(source)} is empty")
    if not value.isprintable() or not value.isascii():
        raise NoSecret(f"{_origin(source)} holds characters that cannot stand in an HTTP header")
    return value


def _raw(source: Secret) -> str:
    try:
        if source.env is not None:
            return os.environ[source.env]
        if source.file is not None:
            return Path(source.file).read_text(encoding="utf-8")
        done = subprocess.run(  # noqa: S603 — the target's author names the command
            list(source.command or ()), capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True
        )
    except KeyError:
        raise NoSecret(f"{_origin(source)} is not set") from None
    except (OSError, subprocess.SubprocessError, ValueError) as wrong:
        raise NoSecret(f"{_origin(source)} cannot be read: {type(wrong).__name__}") from None
    return done.stdout


def _origin(source: Secret) -> str:
    if source.env is not None:
        return f"environment variable {source.env}"
    return f"file {source.file}" if source.file is not None else f"command {(source.command or ('',))[0]}"


def declared(target: Target) -> dict[str, Secret]:
    """Every secret the target names, by the name under which a wire knows it; identities by their own."""
    found = {identity.name: identity.bearer for identity in target.identities}
    for provider in target.providers:
        found[f"{provider.component}.password"] = provider.sign_in.account.password
        if provider.signing_key is not None:
            found[f"{provider.component}.signing"] = provider.signing_key
        for role, client in provider.clients.items():
            if client.secret is not None:
                found[f"{provider.component}.{role}"] = client.secret
    for login in target.logins:
        for name, member in login.members.items():
            found[f"{login.id}.{name}"] = member.password
            if member.totp is not None:
                found[f"{login.id}.{name}.totp"] = member.totp
    return found | {f"{one.component}/{one.provider}": one.secret for one in target.relying}


def credentials(target: Target) -> tuple[dict[str, str], dict[str, str]]:
    """Secrets by name, and for those that could not be had the reason why."""
    found: dict[str, str] = {}
    lacking: dict[str, str] = {}
    for name, source in declared(target).items():
        try:
            found[name] = fetch(source)
        except NoSecret as why:
            lacking[name] = str(why)
    return found, lacking
