"""The process that opens documents: each in a fork of its own with little memory and time, no network, no writing.

parent → child   one line: {"documents": […], "limits": {…}}
child → parent   one line a document, in their order: a Reading or a Refusal
"""

import hashlib
import multiprocessing
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from harness.attest import docxfile, pdffile
from harness.attest.confine import confine
from harness.attest.reading import (
    MAX_BYTES,
    MAX_LETTERS,
    Answer,
    Limits,
    Order,
    Reading,
    ReadingError,
    Refusal,
    Wanted,
)

#: UTF-8 needs three bytes for a Thai letter; JSON escapes can double a few.
MAX_ANSWER = 6 * MAX_LETTERS
#: XML_ERR_NO_MEMORY of libxml2.
_XML_NO_MEMORY = 2
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def main() -> None:
    """Read one order, answer it document by document."""
    import docx  # noqa: F401 — loaded once here, so that each fork finds the libraries ready
    import pypdf  # noqa: F401

    talk = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints must not break the protocol
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    for wanted in order.documents:
        talk.write(msgspec.json.encode(isolated(wanted, order.limits)) + b"\n")
        talk.flush()


def isolated(wanted: Wanted, limits: Limits) -> Answer:
    """Open one document in a fork; its death is an answer too."""
    fork: Any = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_alone, args=(theirs, wanted, limits))
    process.start()
    theirs.close()
    try:
        said = ours.recv_bytes(MAX_ANSWER)
    except (EOFError, OSError):
        said = b""
    ours.close()
    process.join()
    if said:
        answer: Answer = msgspec.json.decode(said, type=Answer)
        return answer
    return Refusal(kind="killed", why=_death(process.exitcode, limits))


def _death(code: int | None, limits: Limits) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        return f"takes more than {limits.computing} s of computing to open; hand in a simpler copy, such as a new print to PDF"
    return f"stopped the reader (exit {code}); hand in a simpler copy, such as a new print to PDF"


def _alone(talk: Connection, wanted: Wanted, limits: Limits) -> None:
    confine(limits)
    talk.send_bytes(msgspec.json.encode(_answer(wanted, limits)))


def _answer(wanted: Wanted, limits: Limits) -> Answer:
    seen = Reading(digest="", size=0)
    try:
        with Path(wanted.path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        seen = replace(seen, digest=hashlib.sha256(data).hexdigest(), size=len(data))
        return _open(data, wanted, seen)
    except ReadingError as wrong:
        return Refusal(kind=wrong.kind, why=wrong.why, digest=seen.digest, size=seen.size)
    except Exception as wrong:  # noqa: BLE001 — libraries raise anything on hostile input; it is one finding
        if _is_memory(wrong):
            why = f"needs more than {limits.memory // 1_000_000} MB of memory to open; hand in a simpler copy"
            return Refusal(kind="killed", why=why)
        why = f"is damaged ({type(wrong).__name__} while reading); save it again and hand in the new file"
        return Refusal(kind="damaged", why=why, digest=seen.digest, size=seen.size)


def _is_memory(wrong: Exception) -> bool:
    """libxml2 calls a lack of memory a syntax error, with a code of its own."""
    return isinstance(wrong, MemoryError) or getattr(wrong, "code", None) == _XML_NO_MEMORY


def _open(data: bytes, wanted: Wanted, seen: Reading) -> Reading:
    """By content, not by name. Either end of a file tells, so that one altered byte does not hide what it is."""
    if b"%PDF-" in data[:1024] or (b"startxref" in data[-2048:] and b"%%EOF" in data[-2048:]):
        return pdffile.read(data, wanted.spans, seen)
    if data.startswith(b"PK\x03\x04") or b"PK\x05\x06" in data[-66_000:]:
        return docxfile.read(data, seen)
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadingError("encrypted", "is encrypted; hand in a copy saved without password")
    raise ReadingError("type", f"is {_what(data)}, neither PDF nor DOCX; save it as one of these")


def _what(data: bytes) -> str:
    start = data[:512].lstrip().lower()
    if not data:
        return "empty"
    if data.startswith(_OLE):
        return "an old Office file (.doc or .xls)"
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "a web page"
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"II*\x00", b"MM\x00*")):
        return "a picture"
    return "a file of another kind"


if __name__ == "__main__":
    main()
