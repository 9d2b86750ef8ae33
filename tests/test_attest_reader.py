"""Hostile and broken documents: each is one clear sentence, and the process that judges is never in danger."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdf
import pytest

from harness.attest import reader
from harness.attest.inspect import inspect
from harness.attest.load import gather
from harness.attest.reading import MAX_BYTES, MAX_PAGES, Answer, Limits, Reading, Refusal
from harness.attestation import Document
from harness.errors import BadInput
from tests import attest_documents as make
from tests.attest_documents import POLICY, SLOT, hand_in, statement

DAY = date(2026, 7, 1)


def read(folder: Path, data: bytes, limits: Limits | None = None) -> Answer:
    path = folder / "document"
    path.write_bytes(data)
    return reader.read({path: ()}, limits)[path]


REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a web page": (lambda: b"<!DOCTYPE html><p>not found", "type", "is a web page, neither PDF nor DOCX"),
    "a picture": (lambda: b"\xff\xd8\xff\xe0" + bytes(99), "type", "is a picture, neither"),
    "nothing": (lambda: b"", "type", "is empty, neither"),
    "text": (lambda: b"plain words", "type", "is a file of another kind"),
    "an Excel file": (lambda: make.archive({"xl/workbook.xml": b"<w/>"}), "type", "is an Excel file"),
    "an archive": (lambda: make.archive({"a.txt": b"a"}), "type", "is a ZIP archive"),
    "an old Word file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "type", "old Office file"),
    "a locked DOCX": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
        "is encrypted",
    ),
    "a locked PDF": (make.encrypted, "encrypted", "is encrypted; hand in a copy saved without password"),
    "a restricted PDF": (lambda: make.encrypted(""), "encrypted", "without restrictions"),
    "a macro DOCX": (make.macros, "type", "holds macros"),
    "a bomb": (make.bomb, "bomb", "expands to more than 100 MB"),
    "many files": (lambda: make.archive({f"{n}": b"" for n in range(2001)}), "bomb", "holds 2001 files"),
    "false sizes": (make.false_sizes, "damaged", "damaged DOCX"),
    "entities": (make.entities, "damaged", "is damaged"),
    "half a PDF": (lambda: make.pdf()[: len(make.pdf()) // 2], "damaged", "is cut off"),
    "half a DOCX": (lambda: make.word(POLICY)[:9000], "damaged", "is a damaged DOCX"),
    "a DOCX without parts": (lambda: make.archive({"word/document.xml": b"<w/>"}), "damaged", "is damaged"),
    "a page tree in a loop": (make.page_loop, "damaged", "is damaged"),
    "deep arrays": (make.deep, "damaged", "is damaged"),
    "no pages": (lambda: make.objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Kids [] /Count 0 >>"), "damaged", "has no page"),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """All hostile documents in one folder, read together: none may spoil the answer to another."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = {name: folder / f"{number}.pdf" for number, name in enumerate([*REFUSED, "sound"])}
    for name, path in paths.items():
        path.write_bytes(REFUSED[name][0]() if name in REFUSED else make.pdf())
    found = reader.read(dict.fromkeys(paths.values(), ()))
    return {name: found[path] for name, path in paths.items()}


@pytest.mark.parametrize("name", REFUSED)
def test_each_is_refused_for_what_it_is(answers: dict[str, Answer], name: str) -> None:
    found = answers[name]
    assert isinstance(found, Refusal), found
    _, kind, says = REFUSED[name]
    assert (found.kind, says in found.why) == (kind, True), found
    assert found.why.isprintable()


def test_a_sound_document_among_hostile_ones_is_read(answers: dict[str, Answer]) -> None:
    found = answers["sound"]
    assert isinstance(found, Reading)
    assert (found.pages, found.texts[1].splitlines(), found.unread) == (1, POLICY, ())
    assert found.digest == hashlib.sha256(make.pdf()).hexdigest()


def test_a_file_of_two_gigabytes_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    path.chmod(0)
    found = reader.read({path: ()})[path]
    assert found == Refusal(
        kind="size",
        why="has 2,000,000,000 bytes, more than 50 MB; hand in the cited part or smaller pictures",
    )


def test_a_pipe_is_not_opened(tmp_path: Path, must_end: None) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    found = reader.read({tmp_path / "a.pdf": ()})[tmp_path / "a.pdf"]
    assert isinstance(found, Refusal)
    assert "is not a file" in found.why


@pytest.mark.parametrize("limits", [Limits(computing=1), Limits(clock=1)], ids=["computing", "clock"])
def test_a_document_that_takes_too_long_is_given_up(tmp_path: Path, limits: Limits, must_end: None) -> None:
    found = read(tmp_path, make.slow(), limits)
    assert isinstance(found, Refusal)
    assert (found.kind, "to open; hand in a simpler copy" in found.why) == ("killed", True)


def test_a_document_that_needs_too_much_memory_is_given_up(tmp_path: Path, must_end: None) -> None:
    found = read(tmp_path, make.greedy(), Limits(memory=250_000_000))
    assert isinstance(found, Refusal)
    assert (found.kind, "needs more than 250 MB" in found.why) == ("killed", True), found


def test_a_form_that_draws_itself_ends(tmp_path: Path, must_end: None) -> None:
    found = read(tmp_path, make.form_loop())
    assert isinstance(found, Reading)
    assert found.unread == (1,)


CONFINED = """
import os, socket, subprocess, sys
from harness.attest.confine import confine
from harness.attest.reading import Limits
confine(Limits())
tries = {
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "look up": lambda: socket.getaddrinfo("localhost", 80),
    "run": lambda: subprocess.run(["true"]),
    "fork": os.fork,
    "write": lambda: open(sys.argv[1], "w"),
    "append": lambda: os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT),
    "remove": lambda: os.remove(sys.argv[2]),
    "grow": lambda: bytearray(2_000_000_000),
    "read": lambda: open(sys.argv[2]).read(),
}
for name, act in tries.items():
    try:
        act()
        print(name, "done")
    except BaseException as wrong:
        print(name, type(wrong).__name__)
"""


def test_what_the_reading_process_may_do(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("words")
    command = [sys.executable, "-c", CONFINED, str(tmp_path / "new"), str(tmp_path / "there")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    refused = dict.fromkeys(
        ("connect", "look up", "run", "fork", "write", "append", "remove"), "PermissionError"
    )
    assert said == refused | {"grow": "MemoryError", "read": "done"}
    assert not (tmp_path / "new").exists()


def test_the_reading_process_sees_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATIENT_A_TOKEN", "synthetic")
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def spy(command: list[str], **how: object) -> object:
        seen.append(how["env"])  # type: ignore[arg-type]
        return real(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr("harness.attest.reader.subprocess.run", spy)
    assert isinstance(read(tmp_path, make.pdf()), Reading)
    assert seen
    assert all("PATIENT_A_TOKEN" not in environment for environment in seen)


def test_only_two_children_for_many_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[int] = []

    def child(share: list[object], limits: Limits) -> list[Answer]:
        shares.append(len(share))
        return [Refusal(kind="damaged", why="") for _ in share]

    monkeypatch.setattr(reader, "_child", child)
    for number in range(7):
        (tmp_path / f"{number}").write_bytes(b"a")
    assert len(reader.read(dict.fromkeys(tmp_path.iterdir(), ()))) == 7
    assert sorted(shares) == [3, 4]


def test_a_long_pdf_is_read_where_it_is_cited(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make.pdf(*[[f"Sheet {n}"] for n in range(1, MAX_PAGES + 21)]))
    found = reader.read({path: ((MAX_PAGES + 10, MAX_PAGES + 12),)})[path]
    assert isinstance(found, Reading)
    assert found.texts[MAX_PAGES + 11].strip() == f"Sheet {MAX_PAGES + 11}"
    assert len(found.texts) == MAX_PAGES
    assert MAX_PAGES - 1 in found.unread
    assert MAX_PAGES + 11 not in found.unread


def test_an_empty_page_is_no_scan(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(make.pdf()))
    writer.add_blank_page()
    out = io.BytesIO()
    writer.write(out)
    found = read(tmp_path, out.getvalue())
    assert isinstance(found, Reading)
    assert (found.pages, found.unread) == (2, ())


def test_text_of_a_font_without_a_table_is_not_taken_for_words(tmp_path: Path) -> None:
    thai_bytes = "นโยบายการสำรองข้อมูล".encode("tis-620").decode("cp1252", errors="ignore")
    found = read(tmp_path, make.pdf([thai_bytes]))
    assert isinstance(found, Reading)
    assert found.unread == (1,)


def test_a_docx_is_read_with_headers_tables_and_insertions(tmp_path: Path) -> None:
    found = read(tmp_path, make.rich_word())
    assert isinstance(found, Reading)
    lines = found.texts[0].splitlines()
    for words in ("No. 7/2569", "in a cell", "inserted", "in a box", "at the foot"):
        assert words in lines, lines
    assert "deleted" not in found.texts[0]
    assert found.headings == ("Backup policy", "4.2 Restore drill")


def test_a_docx_of_pictures_is_a_scan(tmp_path: Path) -> None:
    found = read(tmp_path, make.word([]))
    assert isinstance(found, Reading)
    assert found.unread == (0,)


def document(file: str, data: bytes, **more: str) -> Document:
    return Document(
        file=file, sha256=hashlib.sha256(data).hexdigest(), number="7", version="1", signatory="W", issued="2026-05-31", **more
    )  # fmt: skip


def test_inspect_tells_fact_by_fact(tmp_path: Path) -> None:
    data = make.pdf(["Cover"], POLICY)
    (tmp_path / "a.pdf").write_bytes(data)
    found = inspect(document("a.pdf", data, pages="1", section="4.2 Restore drill"), tmp_path, SLOT)
    assert (found.pages, found.place, found.words, found.dated) == (2, False, (True, True), True)
    assert (found.digest, found.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert inspect(document("a.pdf", data, pages="2-3"), tmp_path, None).place is False
    assert inspect(document("a.pdf", data, pages="1-2"), tmp_path, None).place is True


def test_bad_documents_name_the_statement_that_cites_them(tmp_path: Path) -> None:
    data = b"<html><body>Please log in</body></html>"
    path = hand_in(tmp_path, statement("BKP-01", "policy.pdf", data), data)
    before = json.dumps(sorted((p.name, p.stat().st_mtime_ns) for p in tmp_path.iterdir()))
    with pytest.raises(BadInput) as wrong:
        gather(tmp_path, {"BKP-01": SLOT}, DAY)
    says = f"{path}: document `policy.pdf` is a web page, neither PDF nor DOCX; save it as one of these"
    assert str(wrong.value) == says
    assert json.dumps(sorted((p.name, p.stat().st_mtime_ns) for p in tmp_path.iterdir())) == before


def test_a_document_cited_twice_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[Path, reader.Spans]] = []
    real = reader.read

    def spy(documents: dict[Path, reader.Spans]) -> dict[Path, Answer]:
        asked.append(dict(documents))
        return real(documents)

    monkeypatch.setattr(reader, "read", spy)
    data = make.pdf()
    for id in ("BKP-01", "BKP-02"):
        hand_in(tmp_path, statement(id, "a.pdf", data), data)
    assert len(gather(tmp_path, {"BKP-01": SLOT, "BKP-02": SLOT}, DAY)) == 2
    assert [len(documents) for documents in asked] == [1]


def test_the_size_limit_leaves_room_for_what_is_allowed(tmp_path: Path) -> None:
    data = make.pdf() + b" " * 1000
    assert len(data) < MAX_BYTES
    assert isinstance(read(tmp_path, data), Reading)
    with zipfile.ZipFile(io.BytesIO(make.bomb())) as packed:
        assert sum(entry.file_size for entry in packed.infolist()) > 4 * MAX_BYTES
