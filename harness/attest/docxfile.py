"""The text and the headings of a DOCX. Runs in the confined child only."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from harness.attest.reading import MAX_ENTRIES, MAX_EXPANDED, MAX_LETTERS, Reading, ReadingError

_CHUNK = 1 << 16
_BOMB = f"expands to more than {MAX_EXPANDED // 1_000_000} MB; hand in a document with smaller pictures"


def read(data: bytes, reading: Reading) -> Reading:
    """`reading` with the text of the DOCX `data` under page 0. Raises ReadingError."""
    import docx
    from msgspec.structs import replace

    _weigh(data)
    try:
        document = docx.Document(BytesIO(data))
    except ValueError:
        raise ReadingError("type", "is a Word template or holds macros; save it as a plain DOCX") from None
    paragraphs = [(part, _text(part)) for part in _paragraphs(document)]
    text = "\n".join(words for _, words in paragraphs)
    headings = tuple(words for part, words in paragraphs if words and _is_heading(part, document))
    is_read = bool(text.strip()) and len(text) <= MAX_LETTERS
    return replace(reading, texts={0: text[:MAX_LETTERS]}, headings=headings, unread=() if is_read else (0,))


def _weigh(data: bytes) -> None:
    """Refuse an archive that is no DOCX, or grows beyond reason, by what really comes out of it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise ReadingError("bomb", f"holds {len(entries)} files; a Word document has some dozen")
            if any(entry.flag_bits & 1 for entry in entries):
                raise ReadingError("encrypted", "is encrypted; hand in a copy saved without password")
            _expand(archive, entries)
            names = set(archive.namelist())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as wrong:
        raise ReadingError("damaged", f"is a damaged DOCX ({_first_line(wrong)}); save it again") from None
    if "word/document.xml" not in names:
        raise ReadingError("type", f"is {_kind(names)}, neither PDF nor DOCX; save it as one of these")


def _expand(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack everything to nowhere. Declared sizes are not believed: a false one is found at the checksum."""
    declared = sum(entry.file_size for entry in entries)
    total = 0
    for entry in entries:
        with archive.open(entry) as stream:
            while piece := stream.read(_CHUNK):
                total += len(piece)
                if total > MAX_EXPANDED:
                    raise ReadingError("bomb", _BOMB)
    if declared > MAX_EXPANDED:
        raise ReadingError(
            "damaged", "is a damaged DOCX (it declares sizes that it does not have); save it again"
        )


def _first_line(wrong: Exception) -> str:
    words = (str(wrong) or type(wrong).__name__).splitlines()[0]
    return "".join(c if c.isprintable() else "?" for c in words)[:120]


def _kind(names: set[str]) -> str:
    known = {"xl/workbook.xml": "an Excel file", "ppt/presentation.xml": "a PowerPoint file"}
    known["content.xml"] = "an OpenDocument file"
    return next((words for name, words in known.items() if name in names), "a ZIP archive")


def _paragraphs(document: Any) -> Iterator[Any]:
    """Every paragraph in order: of headers first (number and date often stand there), then body, tables, boxes, footers."""
    from docx.opc.part import XmlPart
    from docx.oxml.ns import qn

    parts = [part for part in document.part.package.iter_parts() if isinstance(part, XmlPart)]
    for kind in ("header+xml", "main+xml", "footer+xml"):
        for part in parts:
            if part.content_type.endswith(kind):
                yield from part.element.iter(qn("w:p"))


def _text(paragraph: Any) -> str:
    """The words as shown: inserted ones too, deleted ones not. A box inside counts with its own paragraphs again."""
    from docx.oxml.ns import qn

    shown = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    pieces = (e.text if e.tag == qn("w:t") else shown.get(e.tag) for e in paragraph.iter())
    return "".join(piece or "" for piece in pieces).strip()


def _is_heading(paragraph: Any, document: Any) -> bool:
    from docx.oxml.ns import qn

    if paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") is not None:
        return True
    style = document.styles.element.get_by_id(paragraph.style) if paragraph.style else None
    name = (style.name_val or "").lower() if style is not None else ""
    return name.startswith(("heading", "title", "subtitle", "หัวเรื่อง", "หัวข้อ"))
