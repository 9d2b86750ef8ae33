"""Documents and statements for tests, sound ones and hostile ones. All people and numbers are invented."""

import hashlib
import io
import zipfile
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pypdf
import yaml
from docx.oxml import parse_xml

from harness.attest import minipdf
from harness.model import Text
from harness.requirement import Slot

SLOT = Slot(
    what=Text("The backup policy", "นโยบายสำรองข้อมูล"),
    words=(("สำรองข้อมูล", "backup"), ("ซ้อม", "drill")),
    max_age_days=400,
)
POLICY = [
    "Backup policy",
    "No. 7/2569",
    "31 May 2026",
    "4.2 Restore drill",
    "The backup is restored in a drill.",
]
THAI_POLICY = ["นโยบายการสํารองข้อมูล", "เลขที่ ๗/๒๕๖๙ ลงวันที่ ๓๑ พฤษภาคม พ.ศ. ๒๕๖๙", "ข้อ ๔.๒ การซ้อมกู้คืน"]


def pdf(*pages: list[str]) -> bytes:
    return minipdf.write(pages or [POLICY])


def word(lines: list[str], *, headings: tuple[int, ...] = ()) -> bytes:
    """A DOCX with these paragraphs; the same bytes for the same ones, so that a test can know them again."""
    return _word(tuple(lines), headings)


@cache
def _word(lines: tuple[str, ...], headings: tuple[int, ...]) -> bytes:
    document = docx.Document()
    for number, line in enumerate(lines):
        if number in headings:
            document.add_heading(line, 1)
        else:
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def objects(*parts: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
        + b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, root, len(out))
    )


def stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), keys, data)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
IMAGE = stream(
    b"\x80" * 16,
    b"/Type /XObject /Subtype /Image /Width 4 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8",
)


def scan(stamp: str = "") -> bytes:
    """One page: a picture, and perhaps the name of the scanner."""
    text = b"BT /F 9 Tf 9 9 Td (%s) Tj ET" % stamp.encode()
    return objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 6 0 R >> /XObject << /I 5 0 R >> >> >>",
        stream(b"q 595 0 0 842 0 0 cm /I Do Q " + (text if stamp else b"")),
        IMAGE,
        FONT,
    )


def half_scan() -> bytes:
    """The policy as text, and a scanned page behind it."""
    writer = pypdf.PdfWriter()
    for data in (pdf(), scan()):
        writer.append(io.BytesIO(data))
    return _written(writer)


def encrypted(user: str = "secret", owner: str = "owner") -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf()))
    writer.encrypt(user, owner, algorithm="AES-256")
    return _written(writer)


def _written(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_loop() -> bytes:
    """A page tree whose only kid is itself."""
    return objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def form_loop() -> bytes:
    """A page that draws a form that draws itself."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    return objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
        stream(b"/X Do"),
        stream(b"/X Do /X Do", form),
    )


def deep() -> bytes:
    """Arrays nested a hundred thousand deep where the catalogue should be."""
    return objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"[" * 100_000 + b"]" * 100_000)


def slow() -> bytes:
    """A page whose small stream unpacks to millions of operators: a minute of work for any reader."""
    packed = zlib.compress(b"BT /F 9 Tf (a) Tj ET\n" * 90_000, 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents [%s] /Resources << /Font << /F 5 0 R >> >> >>"
    return objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count 200 >>" % (b"3 0 R " * 200),
        page % b"4 0 R",
        stream(packed, b"/Filter /FlateDecode"),
        FONT,
    )


def archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    return out.getvalue()


def bomb() -> bytes:
    """A DOCX that is small and unpacks to 200 MB."""
    out = io.BytesIO(word(POLICY))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed,
        packed.open("word/media/a.bmp", "w") as entry,
    ):
        for _ in range(200):
            entry.write(bytes(1_000_000))
    return out.getvalue()


def entities() -> bytes:
    """A DOCX whose body is a billion laughs."""
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE d [<!ENTITY a0 "lol">{laughs}]><d>&a9;</d>'
    return replaced(word(POLICY), "word/document.xml", body.encode())


def replaced(data: bytes, name: str, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return archive({entry: new if entry == name else packed.read(entry) for entry in packed.namelist()})


def statement(requirement: str, file: str, data: bytes) -> dict[str, Any]:
    """A sound statement about a sound document, as YAML has it."""
    return {
        "requirement": requirement,
        "outcome": "met",
        "statement": "Backups are made and restored in drills.",
        "documents": [
            {
                "file": file,
                "sha256": hashlib.sha256(data).hexdigest(),
                "number": "7/2569",
                "version": "1.0",
                "signatory": "Dr Wilai Samutra, Director",
                "issued": "2026-05-31",
                "section": "4.2 Restore drill",
            }
        ],
        "author": {"name": "Somchai Tuayang", "position": "IT officer", "on": "2026-06-01"},
        "approver": {"name": "Wilai Samutra", "position": "Director", "on": "2569-06-02"},
        "expires": "2570-06-01",
    }


def hand_in(folder: Path, said: dict[str, Any], data: bytes) -> Path:
    """Write a statement and the document it cites first."""
    (folder / said["documents"][0]["file"]).write_bytes(data)
    path = folder / f"{said['requirement']}.yaml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return path


def changed(said: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """Set `documents.0.pages` and the like; None takes the key away."""
    *steps, last = place.split(".")
    here: Any = said
    for step in steps:
        here = here[int(step)] if step.isdigit() else here.setdefault(step, {})
    if value is None:
        here.pop(last, None)
    else:
        here[last] = value
    return said


def false_sizes() -> bytes:
    """A DOCX whose directory declares a part of 4 GB that is not there."""
    data = bytearray(word(POLICY))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = b"\xf0\xff\xff\xff"
    return bytes(data)


def macros() -> bytes:
    types = zipfile.ZipFile(io.BytesIO(word(POLICY))).read("[Content_Types].xml")
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return replaced(
        word(POLICY),
        "[Content_Types].xml",
        types.replace(plain, b"application/vnd.ms-word.document.macroEnabled.main+xml"),
    )


def greedy() -> bytes:
    """A DOCX of 60 MB of small elements, which need ten times as much as a tree."""
    head = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    body = head + b"<w:p/>" * 10_000_000 + b"</w:body></w:document>"
    return replaced(word(POLICY), "word/document.xml", body)


def rich_word() -> bytes:
    """A DOCX with a header, a footer, a table, an insertion, a deletion and a text box."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "No. 7/2569"
    document.sections[0].footer.paragraphs[0].text = "at the foot"
    document.add_heading("Backup policy", 0)
    document.add_heading("4.2 Restore drill", 2)
    document.add_table(1, 1).rows[0].cells[0].text = "in a cell"
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    inner = (
        '<w:ins w:id="1" w:author="a"><w:r><w:t>inserted</w:t></w:r></w:ins>',
        '<w:del w:id="2" w:author="a"><w:r><w:delText>deleted</w:delText></w:r></w:del>',
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    )
    for xml in inner:
        document.element.body.append(parse_xml(f"<w:p {space}>{xml}</w:p>"))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
