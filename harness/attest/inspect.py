"""What stands in a cited document, fact by fact. Opening is the reader's; the verdict is `assess`'s."""

from collections.abc import Iterable
from pathlib import Path

from harness.attest import dates, reader, thai
from harness.attest.reading import Answer, Reading, Refusal
from harness.attestation import Document, Inspection
from harness.days import day
from harness.errors import BadInput
from harness.model import Text
from harness.requirement import Slot

#: A longer line is a paragraph, not a heading.
HEADING_LETTERS = 250


def inspect(document: Document, base: Path, slot: Slot | None) -> Inspection:
    """Open one document of the folder `base` and look. Raises BadInput for what is no readable document."""
    path = base / document.file
    return look(document, reader.read({path: spans(document)})[path], slot)


def spans(document: Document) -> tuple[tuple[int, int], ...]:
    """The cited pages as (first, last), none where a section alone is cited."""
    if document.pages is None:
        return ()
    first, _, last = document.pages.partition("-")
    return ((int(first), int(last or first)),)


def look(document: Document, answer: Answer, slot: Slot | None) -> Inspection:
    """What the reader's answer says about the citation. Raises BadInput, its message beginning with the file's name."""
    if isinstance(answer, Refusal):
        return _refused(document, answer)
    text = thai.prepare("\n".join(answer.texts.values()))
    groups = slot.words if slot else ()
    words = tuple(_told(any(thai.stands(w, text) for w in group), answer.unread) for group in groups)
    place = _place(document, answer)
    dated = _told(dates.stands(day(document.issued, document.file), text), answer.unread)
    untold = None in (*words, place, dated)
    return Inspection(
        file=document.file,
        digest=answer.digest,
        size=answer.size,
        pages=answer.pages,
        place=place,
        words=words,
        dated=dated,
        trouble=_trouble(document, answer) if untold else None,
    )


def _refused(document: Document, answer: Refusal) -> Inspection:
    """A file that was altered may well be broken: that it was altered is the finding. Other refusals stand."""
    if answer.kind != "damaged" or answer.digest in ("", document.sha256):
        raise BadInput(f"document `{document.file}` {answer.why}")
    broken = Text("the altered file cannot be opened", "เปิดไฟล์ที่ถูกแก้ไขไม่ได้")
    return Inspection(file=document.file, digest=answer.digest, size=answer.size, trouble=broken)


def _told(found: bool, unread: Iterable[int]) -> bool | None:
    """A word that is not found may stand where nothing could be read."""
    return True if found else None if tuple(unread) else False


def _place(document: Document, answer: Reading) -> bool | None:
    """Whether the cited pages exist and the cited heading stands there."""
    if answer.pages is None:
        return _heading(document.section, range(1), answer) if document.section else None
    first, last = next(iter(spans(document)), (1, answer.pages))
    if last > answer.pages:
        return False
    return _heading(document.section, range(first, last + 1), answer) if document.section else True


def _heading(section: str, pages: Iterable[int], answer: Reading) -> bool | None:
    lines = (line for page in pages for line in answer.texts.get(page, "").splitlines())
    found = any(thai.begins(section, line) for line in lines if len(line) <= HEADING_LETTERS)
    found = found or _is_numbered_heading(section, answer.headings)
    return _told(found, set(pages) & set(answer.unread))


def _is_numbered_heading(section: str, headings: Iterable[str]) -> bool:
    """Word numbers headings without writing the number into the text: `4.2 Backup` is the heading `Backup`."""
    number, _, title = section.strip().partition(" ")
    if not title.strip() or not number[0].isdecimal():
        return False
    return thai.plain(title) in {thai.plain(heading) for heading in headings}


def _trouble(document: Document, answer: Reading) -> Text:
    """Why something could not be told."""
    if not answer.unread:
        return Text("a DOCX has no fixed pages; cite a section", "ไฟล์ DOCX ไม่มีเลขหน้าที่แน่นอน โปรดอ้างอิงหัวข้อแทน")
    if answer.pages is None or len(answer.unread) == answer.pages:
        return Text("no text that a machine can read, as in a scan", "ไม่มีข้อความที่เครื่องอ่านได้ เช่น เป็นเอกสารสแกน")
    shown = ", ".join(map(str, answer.unread[:5])) + (", …" if len(answer.unread) > 5 else "")
    return Text(
        "no text that a machine can read on pages {pages} of {all}",
        "ไม่มีข้อความที่เครื่องอ่านได้ในหน้า {pages} จากทั้งหมด {all} หน้า",
    ).of({"pages": shown, "all": answer.pages})
