"""The commands `attest new` and `attest verify`. They print; what counts is decided elsewhere."""

from datetime import date
from pathlib import Path

import click

from harness import catalogue
from harness.attest import stub
from harness.attest.assess import assess, due_on
from harness.attest.load import gather
from harness.attestation import Handed
from harness.catalogue import Catalogue
from harness.errors import BadInput, Exit
from harness.evidence import encode
from harness.ledger import Attested, DocumentSeen
from harness.model import Verdict
from harness.nearest import hint
from harness.requirement import Impact, Requirement, Slot
from harness.rollup import worst

_COLOUR = {Verdict.PASS: "green", Verdict.FAIL: "red"}


def new(requirement: str, folder: Path) -> Exit:
    """Write `folder/ID.yaml`, to be filled in. Raises BadInput; nothing is overwritten."""
    known = catalogue.load()
    id = requirement.strip().upper()
    row = _row(known, id)
    path = folder / f"{id}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(stub.text(id, row, figures(known, id), str(folder)))
    except FileExistsError:
        raise BadInput(f"{path} exists; edit it, or move it away first") from None
    except OSError as wrong:
        raise BadInput(f"{path} cannot be written: {wrong.strerror}") from None
    click.echo(f"wrote {path}; fill it in, then: moph-harness attest verify {folder}")
    return Exit.MET


def figures(known: Catalogue, id: str) -> dict[str, Impact]:
    """The answers that scores ask for in the attestation of `id`."""
    scores = (score for standard in known.standards.values() for score in standard.scores.values())
    return {name: impact for s in scores if s.declared_in == id for name, impact in s.impact.items()}


def _row(known: Catalogue, id: str) -> Requirement:
    row = known.row(id)
    if row is None:
        near = hint(id, (here for _, here, _ in known.rows()), "see `moph-harness requirements list`")
        raise BadInput(f"there is no requirement {id}; {near}")
    if row.evidence is None:
        raise BadInput(f"{id} takes no attestation; {_decided_by(row)}")
    return row


def _decided_by(row: Requirement) -> str:
    """What decides a requirement that asks for no document."""
    if row.checks:
        return f"the check{'s' if len(row.checks) > 1 else ''} {', '.join(row.checks)} decide{'' if len(row.checks) > 1 else 's'} it"
    if row.planned:
        return f"a check that does not exist yet is to decide it: {', '.join(row.planned)}"
    if row.derived is not None:
        return f"it follows from other results: {row.derived.en}"
    return f"nobody decides it here: {row.not_tested.en if row.not_tested else 'it is not tested'}"


def verify(folder: Path, as_of: date, *, as_json: bool) -> Exit:
    """Read every attestation of `folder` on the day `as_of` and print what it shows. Raises BadInput."""
    slots: dict[str, Slot | None] = {
        id: row.evidence for _, id, row in catalogue.load().rows() if row.evidence
    }
    handed = gather(folder, slots, as_of)
    if not handed:
        raise BadInput(f"{folder}: no attestation here; write one with `moph-harness attest new ID`")
    read = [(one, assess(slots[one.attestation.requirement], one, as_of)) for one in handed]
    if as_json:
        click.echo(encode([_plain(one, found, slots, as_of) for one, found in read]), nl=False)
    else:
        for one, found in read:
            _show(one, found)
    return _exit(worst(found.verdict for _, found in read))


def _exit(verdict: Verdict) -> Exit:
    return {Verdict.PASS: Exit.MET, Verdict.FAIL: Exit.NOT_MET}.get(verdict, Exit.UNDECIDED)


def _show(one: Handed, found: Attested) -> None:
    id = f"{one.attestation.requirement:<9} "
    click.echo(
        id
        + click.style(f"{found.verdict:<13}", fg=_COLOUR.get(found.verdict, "yellow"))
        + _safe(found.reason.en)
    )
    for document, seen in zip(found.documents, one.inspections, strict=True):
        click.echo(
            f"{'':<10}{_safe(document.name)}  {_size(seen.pages)}{_safe(document.place)}  sha256 {document.digest}"
        )


def _size(pages: int | None) -> str:
    return f"{pages} page{'' if pages == 1 else 's'}, " if pages is not None else ""


def _safe(text: str) -> str:
    """What others wrote is hostile to terminals too: no control characters."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _plain(one: Handed, found: Attested, slots: dict[str, Slot | None], as_of: date) -> dict[str, object]:
    id = one.attestation.requirement
    documents: tuple[DocumentSeen, ...] = found.documents
    return {
        "requirement": id,
        "verdict": found.verdict,
        "reason": found.reason,
        "counts_until": due_on(slots[id], one, as_of),
        "documents": [
            {"name": d.name, "sha256": d.digest, "pages": seen.pages, "place": d.place, "seen": d.seen}
            for d, seen in zip(documents, one.inspections, strict=True)
        ],
    }
