"""Attestations as handed in: every YAML file of a folder, checked, with what was found in its documents."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from harness import yamlfile
from harness.attest import reader
from harness.attest.inspect import look, spans
from harness.attestation import Attestation, Document, Handed, Inspection, Person
from harness.days import day
from harness.errors import BadInput
from harness.nearest import hint
from harness.requirement import Slot

#: Marks what is still to be filled in, in the stub that `attest new` writes.
MARK = "FILL-IN"

Read = list[tuple[Path, Attestation]]


def gather(folder: Path, rows: dict[str, Slot | None], as_of: date) -> tuple[Handed, ...]:
    """Every attestation of `folder` with what its documents show, by requirement in the order of the files.

    `rows` are the requirements that may be attested and the documents they expect; `as_of` is the day of reading,
    which no date is compared with here. Nothing is written. Raises BadInput: one sentence, beginning with the file.
    """
    read = [(path, _load(path, rows)) for path in _files(folder)]
    _refuse_doubles(read)
    wanted: dict[Path, reader.Spans] = {}
    for path, attestation in read:
        for document in attestation.documents:
            place = _inside(folder, document.file, path)
            wanted[place] = wanted.get(place, ()) + spans(document)
    answers = reader.read(wanted)

    def seen(path: Path, document: Document, slot: Slot | None) -> Inspection:
        try:
            return look(document, answers[_inside(folder, document.file, path)], slot)
        except BadInput as wrong:
            raise BadInput(f"{path}: {wrong}") from None

    return tuple(
        Handed(one, tuple(seen(path, document, rows[one.requirement]) for document in one.documents))
        for path, one in read
    )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder; expected one with attestations (*.yaml)")
    for path in sorted(folder.glob("*.yml")):
        raise BadInput(f"{path}: would not be read; name it {path.stem}.yaml")
    found = sorted(folder.glob("*.yaml"))
    for path in found:
        if not path.is_file():
            raise BadInput(f"{path}: is not a file; expected an attestation")
    return found


def _load(path: Path, rows: dict[str, Slot | None]) -> Attestation:
    _refuse_unfilled(path)
    found = yamlfile.load(path, Attestation)
    if found.requirement not in rows:
        near = hint(found.requirement, rows, "see `moph-harness requirements list`")
        raise BadInput(f"{path}: no requirement `{found.requirement}` takes an attestation; {near}")
    for words in _faults(found, str(path)):
        raise BadInput(f"{path}: {words}")
    return found


def _refuse_unfilled(path: Path) -> None:
    """A stub would fail in other ways as well; this one says what to do."""
    with path.open("rb") as file:
        text = file.read(yamlfile.MAX_BYTES).decode(errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(rf"[\s-]*([\w-]+):.*{MARK}", line)
        if found:
            raise BadInput(f"{path}:{number}: `{found[1]}` is not filled in yet; write it in place of {MARK}")


def _faults(one: Attestation, where: str) -> Iterator[str]:
    """What the schema cannot say. Dates raise BadInput themselves."""
    day(one.expires, f"{where}: expires")
    if not one.statement.strip():
        yield "`statement` is empty; say in a sentence what is met and how"
    for role in ("author", "approver", "examined"):
        person: Person | None = getattr(one, role)
        if person is not None:
            day(person.on, f"{where}: {role}.on")
            yield from _blank(person, role, ("name", "position"))
    for number, document in enumerate(one.documents):
        yield from _document_faults(document, f"documents[{number}]", where)


def _document_faults(document: Document, name: str, where: str) -> Iterator[str]:
    day(document.issued, f"{where}: {name}.issued")
    if document.expires is not None:
        day(document.expires, f"{where}: {name}.expires")
    yield from _blank(document, name, ("file", "number", "version", "signatory"))
    if document.pages is None and not (document.section or "").strip():
        yield f"{name} (`{document.file}`): neither `pages` nor `section`; cite where it stands"
    for first, last in spans(document):
        if not 1 <= first <= last:
            yield f"{name}.pages `{document.pages}`: pages count from 1 upward; write 3 or 3-5"
    if document.section is not None and not document.section.strip():
        yield f"{name}.section is empty; write the heading as it stands in the document"


def _blank(thing: object, name: str, fields: Iterable[str]) -> Iterator[str]:
    return (f"{name}.{field} is empty; fill it in" for field in fields if not getattr(thing, field).strip())


def _refuse_doubles(read: Read) -> None:
    seen: dict[str, Path] = {}
    for path, one in read:
        if one.requirement in seen:
            raise BadInput(
                f"{path}: {one.requirement} is attested in {seen[one.requirement].name} as well; keep one"
            )
        seen[one.requirement] = path


def _inside(folder: Path, file: str, path: Path) -> Path:
    """The real place of a document, which is in the folder; links are followed before this is asked."""
    try:
        base, place = folder.resolve(), (folder / file).resolve(strict=True)
    except FileNotFoundError:
        raise BadInput(f"{path}: document `{file}` is not there; paths count from {folder}") from None
    except (OSError, ValueError, RuntimeError):  # a loop of links, a name too long or with a NUL in it
        raise BadInput(f"{path}: document `{file!a}` cannot be a file; paths count from {folder}") from None
    if Path(file).is_absolute() or not place.is_relative_to(base):
        raise BadInput(f"{path}: document `{file}` is outside {folder}; put a copy inside")
    return place
