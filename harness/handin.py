"""What is handed in with a run: attestations with their documents, and waivers; read before anything is sent."""

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from harness import catalogue, waivers
from harness.attest.load import gather
from harness.attestation import Handed, Inspection
from harness.errors import BadInput
from harness.evidence import encode
from harness.overlay import Overlay
from harness.profile import Locked
from harness.requirement import Slot
from harness.run import OVERLAY
from harness.store import RunFolder


def read(
    attestations: Path | None, waiver_file: Path | None, locked: Locked, subjects: Iterable[str], as_of: date
) -> Overlay:
    """Open and check everything handed in. Raises BadInput; nothing is written."""
    handed: tuple[Handed, ...] = ()
    if attestations is not None:
        handed = gather(attestations, _slots(locked), as_of)
    accepted = waivers.load(waiver_file, as_of, locked.checks, subjects) if waiver_file is not None else {}
    return Overlay(handed, accepted)


def _slots(locked: Locked) -> dict[str, Slot | None]:
    """Every requirement that may be attested: a folder of attestations may serve several profiles."""
    shipped = {id: row.evidence for _, id, row in catalogue.load().rows()}
    return shipped | {id: chosen.row.evidence for id, chosen in locked.requirements.items()}


def keep(folder: RunFolder, over: Overlay, attestations: Path | None, waiver_file: Path | None) -> None:
    """Write the overlay into the run folder, and a copy of each document under its digest. Raises BadInput.

    What is handed in takes the place of what was; what is not handed in again stays.
    """
    before = folder.read(OVERLAY, Overlay) if folder.has(OVERLAY) else Overlay()
    if waiver_file is None:
        over = replace(over, waivers=before.waivers)
    if attestations is None:
        folder.unseal()
        over = replace(over, attestations=before.attestations)
    else:
        folder.unseal("documents/*")
        over = replace(
            over, attestations=tuple(_kept(folder, attestations, one) for one in over.attestations)
        )
    folder.write(OVERLAY, encode(over))


def _kept(folder: RunFolder, base: Path, one: Handed) -> Handed:
    return replace(one, inspections=tuple(_copy(folder, base, seen) for seen in one.inspections))


def _copy(folder: RunFolder, base: Path, seen: Inspection) -> Inspection:
    name = f"documents/{seen.digest}{Path(seen.file).suffix.lower()}"
    if not folder.has(name):
        data = (base / seen.file).read_bytes()
        if hashlib.sha256(data).hexdigest() != seen.digest:
            raise BadInput(f"{base / seen.file} changed while it was being read; hand it in again")
        folder.write(name, data)
    return replace(seen, kept=name)
