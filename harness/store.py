"""The run folder: written as the work goes on, each file whole or not at all, all of it in the manifest.

run.json            what is being run, by what, since when; `finished` once every probe has answered
target.json         the target as read (it holds no secret)
profile.json        the locked profile
evidence/SUBJECT/KIND.json
overlay.json        attestations and waivers as handed in; documents/SHA256.EXT are copies of what they cite
results.json        the judged record
manifest.json       SHA-256 of every file above
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from harness.errors import BadInput, HarnessError, IntegrityError
from harness.evidence import Envelope, encode
from harness.version import VERSION

T = TypeVar("T")
MANIFEST = "manifest.json"


class Head(Struct, frozen=True, kw_only=True):
    """What a run is: written first, again when finished. `plan` lists every (evidence kind, subject) to be collected."""

    id: str
    harness: str
    started: str
    target_digest: str
    profile_digest: str
    plan: tuple[tuple[str, str], ...]
    subjects: dict[str, tuple[str, ...]]
    kinds: dict[str, str]
    finished: str | None = None
    assurance: str = "self-run"


class Manifest(Struct, frozen=True, kw_only=True):
    """Digests of everything in the folder but the manifest itself and rendered reports."""

    harness: str
    profile: str
    checks: dict[str, int]
    files: dict[str, Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]]


class RunFolder:
    """One run on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Each file is read and digested once, so what is digested is what is judged.
        self._read: dict[str, bytes] = {}
        self._digests: dict[str, str] = {}

    @classmethod
    def create(cls, path: Path) -> "RunFolder":
        """A new, empty run folder. Raises BadInput where something already is."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise BadInput(
                f"{path} already holds something; choose another --out, or add --resume to continue that run"
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as wrong:
            raise BadInput(f"{path} cannot be made: {wrong.strerror}") from None
        return cls(path)

    @classmethod
    def existing(cls, path: Path) -> "RunFolder":
        """An earlier run. Raises BadInput when `path` holds none."""
        if not (path / "run.json").is_file():
            raise BadInput(f"{path} is not a run folder (no run.json in it)")
        return cls(path)

    def write(self, name: str, data: bytes) -> None:
        """Write a file atomically: a kill at any moment leaves the old file or the new one."""
        self._read.pop(name, None)
        self._digests.pop(name, None)
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        except OSError as wrong:
            raise HarnessError(f"{place} cannot be written: {wrong.strerror}") from None

    def read(self, name: str, kind: type[T]) -> T:
        """Read a JSON file of the folder as `kind`. Raises IntegrityError when it is missing or not one."""
        try:
            return msgspec.json.decode(self.bytes(name), type=kind)
        except msgspec.DecodeError as wrong:
            raise IntegrityError(f"{self.path / name} is not what was written: {wrong}") from None

    def has(self, name: str) -> bool:
        """Whether the folder holds the file."""
        return name in self._read or (self.path / name).is_file()

    def bytes(self, name: str) -> bytes:
        """A file's bytes. Raises IntegrityError when it cannot be read."""
        try:
            if name not in self._read:
                self._read[name] = (self.path / name).read_bytes()
            return self._read[name]
        except OSError as wrong:
            raise IntegrityError(f"{self.path / name} cannot be read: {wrong.strerror}") from None

    def digest(self, name: str) -> str:
        """SHA-256 (hex) of a file."""
        if name not in self._digests:
            self._digests[name] = hashlib.sha256(self.bytes(name)).hexdigest()
        return self._digests[name]

    def envelope(self, schema: str, subject: str) -> Envelope | None:
        """Stored evidence, or None when it was not collected."""
        name = evidence_name(schema, subject)
        return self.read(name, Envelope) if self.has(name) else None

    def keep(self, envelope: Envelope) -> None:
        """Store evidence."""
        self.write(evidence_name(envelope.schema, envelope.subject), encode(envelope))

    def seal(self, profile_digest: str, checks: dict[str, int]) -> None:
        """Write the manifest over everything that is in the folder now."""
        files = {name: self.digest(name) for name in self._names()}
        self.write(
            MANIFEST, encode(Manifest(harness=VERSION, profile=profile_digest, checks=checks, files=files))
        )

    def unseal(self, *patterns: str) -> None:
        """Take off the manifest, and away what matches: the folder is about to be changed and sealed again."""
        for pattern in (MANIFEST, *patterns):
            for path in self.path.glob(pattern):
                path.unlink()
        self._read.clear()
        self._digests.clear()

    def verify(self) -> None:
        """Compare every input file with the manifest, if there is one. Raises IntegrityError.

        `results.json` is what judging makes from the inputs, so it is not an input.
        """
        if not (self.path / MANIFEST).is_file():
            return
        recorded = self.read(MANIFEST, Manifest).files
        for name, digest in recorded.items():
            if name != "results.json" and self.digest(name) != digest:
                raise IntegrityError(
                    f"{self.path / name} was changed after it was recorded; its SHA-256 differs from the manifest"
                )
        for name in self._names():
            if name not in recorded and name != "results.json":
                raise IntegrityError(
                    f"{self.path / name} is not in the manifest; it was added after the run was sealed"
                )

    def _names(self) -> Iterator[str]:
        fixed = [
            n
            for n in ("run.json", "target.json", "profile.json", "overlay.json", "results.json")
            if (self.path / n).is_file()
        ]
        yield from fixed
        for pattern in ("evidence/*/*.json", "documents/*"):
            yield from sorted(p.relative_to(self.path).as_posix() for p in self.path.glob(pattern))


def evidence_name(schema: str, subject: str) -> str:
    """Where evidence of one kind about a subject lies inside the run folder."""
    return f"evidence/{re.sub(r'[^A-Za-z0-9._-]', '_', subject)}/{schema}.json"
