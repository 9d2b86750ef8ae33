"""Profiles: which checks, how binding, at which thresholds. Data that is locked by digest into every run."""

import difflib
import hashlib
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from harness.errors import BadInput
from harness.evidence import encode
from harness.model import Obligation, Text
from harness.registry import CheckSpec


class Use(Struct, frozen=True, rename={"settings": "with"}, forbid_unknown_fields=True):
    """How a profile uses one check. Settings are text in the file and take the type of the check's default."""

    obligation: Obligation
    settings: dict[str, Any] = {}


class Gap(Struct, frozen=True, forbid_unknown_fields=True):
    """What the source asks and this profile does not test, and why."""

    title: Text
    why: Text


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile file. `evidence_days` is the age after which evidence no longer counts."""

    id: str
    version: str
    title: Text
    source: str
    evidence_days: int = 30
    checks: dict[str, Use]
    not_covered: dict[str, Gap] = {}


class Locked(Struct, frozen=True, kw_only=True):
    """A profile as a run uses it: every setting explicit, every check with its version."""

    id: str
    version: str
    title: Text
    source: str
    evidence_days: int
    checks: dict[str, Use]
    versions: dict[str, int]
    not_covered: dict[str, Gap]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the locked profile."""
        return hashlib.sha256(encode(self)).hexdigest()


def shipped() -> dict[str, Path]:
    """The profiles that come with the harness, by id."""
    import harness.profiles

    folder = Path(next(iter(harness.profiles.__path__)))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load(name: str, checks: dict[str, CheckSpec]) -> Locked:
    """Lock the shipped profile `name`, or the profile file at that path. Raises BadInput."""
    from harness import yamlfile

    known = shipped()
    path = known.get(name) or Path(name)
    if name not in known and not path.is_file():
        close = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean `{close[0]}`?" if close else f"shipped profiles: {', '.join(known)}"
        raise BadInput(f"profile `{name}` is neither shipped nor a file; {hint}")
    return lock(yamlfile.load(path, Profile), checks, path)


def lock(profile: Profile, checks: dict[str, CheckSpec], path: Path) -> Locked:
    """Validate a profile against the registry and make every setting explicit. Raises BadInput."""
    if not profile.checks:
        raise BadInput(f"{path}: selects no check; a profile without checks would decide nothing")
    for id in profile.checks:
        if id not in checks:
            close = difflib.get_close_matches(id, checks, 1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise BadInput(f"{path}: check `{id}` does not exist{hint}")
    uses = {
        id: Use(use.obligation, _settings(checks[id], use.settings, path))
        for id, use in profile.checks.items()
    }
    return Locked(
        id=profile.id,
        version=profile.version,
        title=profile.title,
        source=profile.source,
        evidence_days=profile.evidence_days,
        checks=uses,
        versions={id: checks[id].version for id in uses},
        not_covered=profile.not_covered,
    )


def _settings(spec: CheckSpec, given: dict[str, Any], path: Path) -> dict[str, Any]:
    for name in given:
        if name not in spec.settings:
            known = ", ".join(spec.settings) or "none"
            raise BadInput(f"{path}: check `{spec.id}` has no setting `{name}`; its settings: {known}")
    return {
        name: typed(spec, name, given.get(name, default), path) for name, default in spec.settings.items()
    }


def typed(spec: CheckSpec, name: str, value: Any, path: Path) -> Any:
    """A setting's value as the type its check declares."""
    kind = spec.rule.__annotations__[name]
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise BadInput(f"{path}: check `{spec.id}`, setting `{name}`: {wrong}, found `{value}`") from None
