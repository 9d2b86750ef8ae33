"""The target file read: YAML to a `Target` whose names are unique, whose addresses are usable, whose paths are absolute."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from harness import yamlfile
from harness.errors import BadInput
from harness.idtarget import Fhir, Secret
from harness.secrets import declared
from harness.target import Component, Target


def load(path: Path) -> Target:
    """Read, validate and absolutise a target file; raises BadInput."""
    target = yamlfile.load(path, Target)
    for component in target.components:
        _check_url(component, path)
    names = [c.name for c in target.components] + [i.name for i in target.identities]
    for name in {n for n in names if names.count(n) > 1}:
        raise BadInput(
            f"{path}: the name `{name}` is used more than once; names of components and identities are unique"
        )
    for name, secret in declared(target).items():
        if sum(x is not None for x in (secret.env, secret.file, secret.command)) != 1:
            raise BadInput(f"{path}: secret of `{name}`: give exactly one of env, file, command")
    _check_identity(target, path)
    return _absolute(target, path.resolve().parent, path)


def _check_url(component: Component, path: Path) -> None:
    try:
        parts = urlsplit(component.base_url)
        good = parts.scheme in ("https", "http") and parts.hostname and not parts.username and not parts.query
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise BadInput(
            f"{path}: component `{component.name}`: base_url `{component.base_url}` is not usable; "
            "expected https://host[:port]/path without user, query or fragment"
        )


def _check_identity(target: Target, path: Path) -> None:
    """Components that the identity side names exist; the harness plays others on loopback only."""
    known = [c.name for c in target.components]
    named = [p.component for p in target.providers]
    named += [one.component for one in target.logins] + [one.component for one in target.relying]
    named += [p.resource.component for p in target.providers if p.resource]
    named += [p.fhir.component for p in target.providers if p.fhir]
    for name in named:
        if name not in known:
            raise BadInput(f"{path}: there is no component `{name}`; expected one of {', '.join(known)}")
    logins = [login.id for login in target.logins]
    for name in {n for n in logins if logins.count(n) > 1}:
        raise BadInput(f"{path}: two sign-ins are called `{name}`; give one of them a `name` of its own")
    for fhir in (p.fhir for p in target.providers if p.fhir):
        _check_fhir(target, fhir, path)
    for one in target.relying:
        host, _, port = one.listen.rpartition(":")
        if not (host.startswith("127.") or host == "[::1]") or not port.isdigit():
            raise BadInput(
                f"{path}: listen `{one.listen}`: expected a loopback host and port, as 127.0.0.1:9443"
            )


def _check_fhir(target: Target, fhir: Fhir, path: Path) -> None:
    """The component is one of FHIR, and the two patients are two."""
    kind = next(c.kind for c in target.components if c.name == fhir.component)
    if kind != "fhir":
        raise BadInput(
            f"{path}: fhir: component `{fhir.component}` is of kind {kind}; expected one of kind fhir"
        )
    if fhir.patient == fhir.other_patient:
        raise BadInput(
            f"{path}: fhir: patient and other_patient are both `{fhir.patient}`; name two patients"
        )


def _absolute(target: Target, folder: Path, path: Path) -> Target:
    def place(name: str | None) -> str | None:
        if name is None:
            return None
        full = folder / name
        if not full.is_file():
            raise BadInput(f"{path}: file `{name}` does not exist (looked in {folder})")
        return str(full)

    resolver = target.resolver and replace(target.resolver, trust_anchor=place(target.resolver.trust_anchor))
    placed: Target = _placed(target, folder)
    return replace(placed, ca_file=place(target.ca_file), resolver=resolver)


def _placed(value: Any, folder: Path) -> Any:
    """The same value with every secret's file absolute, wherever it stands."""
    if isinstance(value, Secret):
        return replace(value, file=str(folder / value.file)) if value.file else value
    if isinstance(value, tuple):
        return tuple(_placed(one, folder) for one in value)
    if isinstance(value, dict):
        return {key: _placed(one, folder) for key, one in value.items()}
    if isinstance(value, Struct):
        return replace(
            value, **{name: _placed(getattr(value, name), folder) for name in value.__struct_fields__}
        )
    return value
