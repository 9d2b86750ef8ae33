"""Sample attestations for the demo: synthetic documents by invented people, one document a standard's prefix."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import yaml

from harness import catalogue
from harness.attest import dates, minipdf
from harness.attest.command import figures
from harness.attestation import Attestation, Document, Person
from harness.errors import BadInput
from harness.requirement import Slot

#: Days after the day of writing for which statements and documents count, where the row does not ask for less.
STATEMENT_DAYS, DOCUMENT_DAYS = 180, 365
#: Age of the documents, where the row does not ask for fresher ones.
AGE_DAYS = 30
AUTHOR = ("Ms Anchalee Tuayang (sample)", "Head of information technology, Example Hospital")
APPROVER = ("นายสมมติ ตัวอย่าง", "ผู้อำนวยการโรงพยาบาลตัวอย่าง")
_TITLE = "เอกสารตัวอย่างสำหรับการสาธิต (ข้อมูลสมมติทั้งหมด)"

Rows = dict[str, Slot]


def write(folder: Path, rows: Rows, as_of: date) -> None:
    """Write an attestation for each row, and the documents it cites, so that each passes on `as_of`.

    Raises BadInput when the folder cannot be written.
    """
    known = catalogue.load()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, group in _documents(rows).items():
            youngest = min(AGE_DAYS, *(slot.max_age_days or AGE_DAYS for slot in group.values()))
            issued = as_of - timedelta(youngest)
            make = _pdf if name.endswith(".pdf") else _docx
            make(folder / name, name, group, issued)
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for number, id in enumerate(group, 1):
                answers = {key: next(iter(impact.levels)) for key, impact in figures(known, id).items()}
                document = _document(name, digest, id, number, issued=issued, as_of=as_of)
                _write(folder / f"{id}.yaml", _attestation(id, document, answers, as_of))
    except OSError as wrong:
        raise BadInput(f"{folder} cannot be written: {wrong.strerror}") from None


def _documents(rows: Rows) -> dict[str, Rows]:
    """File names with the rows they serve: a DOCX a prefix, and one PDF for the first row that Latin words can serve."""
    found: dict[str, Rows] = {}
    latin = next((id for id, slot in rows.items() if all(map(_latin, slot.words))), None)
    for id, slot in rows.items():
        name = f"{id}.pdf" if id == latin else f"{id.split('-')[0]}.docx"
        found.setdefault(name, {})[id] = slot
    return found


def _latin(group: Iterable[str]) -> str | None:
    return next((word for word in group if word.isascii()), None)


def _heading(id: str) -> str:
    return f"{id} Evidence"


def _number(name: str) -> str:
    return f"EX-{name.rpartition('.')[0]}/2569"


def _docx(path: Path, name: str, rows: Rows, issued: date) -> None:
    import docx

    document = docx.Document()
    document.add_heading(_TITLE, 0)
    document.add_paragraph(f"เลขที่ {_number(name)} ลงวันที่ {dates.spoken(issued).th}")
    for id, slot in rows.items():
        document.add_heading(_heading(id), 1)
        document.add_paragraph(" ".join([slot.what.th, *(group[0] for group in slot.words)]))
    document.add_paragraph(f"ลงนาม {APPROVER[0]} {APPROVER[1]}")
    document.save(str(path))


def _pdf(path: Path, name: str, rows: Rows, issued: date) -> None:
    first = [
        "Sample document for demonstration. All data are invented.",
        f"No. {_number(name)}",
        dates.spoken(issued).en,
    ]
    pages = [first]
    for id, slot in rows.items():
        pages.append([_heading(id), *(_latin(group) or "" for group in slot.words)])
    path.write_bytes(minipdf.write(pages))


def _document(name: str, digest: str, id: str, number: int, *, issued: date, as_of: date) -> Document:
    return Document(
        file=name,
        sha256=digest,
        number=_number(name),
        version="1.0",
        signatory=", ".join(APPROVER),
        issued=issued.isoformat(),
        expires=(as_of + timedelta(DOCUMENT_DAYS)).isoformat(),
        pages=str(number + 1) if name.endswith(".pdf") else None,
        section=_heading(id),
    )


def _attestation(id: str, document: Document, answers: dict[str, str], as_of: date) -> Attestation:
    day = as_of.isoformat()
    return Attestation(
        requirement=id,
        outcome="met",
        statement=f"ตัวอย่าง: เป็นไปตามข้อกำหนด {id} ตามเอกสารที่อ้างถึง / Sample: {id} is met, as the cited document shows.",
        documents=(document,),
        author=Person(*AUTHOR, on=day),
        approver=Person(*APPROVER, on=day),
        expires=(as_of + timedelta(STATEMENT_DAYS)).isoformat(),
        figures=answers,
    )


def _write(path: Path, attestation: Attestation) -> None:
    plain = {key: value for key, value in msgspec.to_builtins(attestation).items() if value not in (None, {})}
    plain["documents"] = [{k: v for k, v in d.items() if v is not None} for d in plain["documents"]]
    text = yaml.dump(
        plain, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True, sort_keys=False
    )
    path.write_text(text, encoding="utf-8")
