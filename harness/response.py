"""http.client's response, made to see what browsers see: interim answers skipped, header lines checked one by one.

http.client stops at 103 Early Hints, splits a header line at a bare CR, and loses every header after a line without
a colon, all without a word. Any of these would make a verdict about headers false.
"""

import http.client
import re
from typing import Any

#: Interim (1xx) answers before the final one; RFC 9110 §15.2 sets no number, ours bounds a flood.
INTERIM = 20
#: A line that http.client takes for one field or for the continuation of one (obs-fold, RFC 9112 §5.2), as browsers do.
_LINE = re.compile(rb"(?:[!-9;-~]+:|[ \t])[^\r\n\0]*\r?\n")


class CheckedResponse(http.client.HTTPResponse):
    """A response that knows whether its header block can be trusted: `malformed` says what is wrong with it."""

    malformed = ""

    def begin(self) -> None:
        """Read the final status line and the header block, keeping its raw lines for the check."""
        plain: Any = self.fp
        lines: Any = _Lines(plain)
        self.fp = lines
        try:
            super().begin()
        finally:
            if self.fp is lines:
                self.fp = plain
        block = lines.seen[:-1]
        if block and block[0][:1] in b" \t":
            self.malformed = _about(block[0])  # it continues nothing
        else:
            self.malformed = next((_about(line) for line in block if not _LINE.fullmatch(line)), "")

    def _read_status(self) -> Any:
        for _ in range(INTERIM):
            found = super()._read_status()  # type: ignore[misc]
            if not 100 <= found[1] < 200 or found[1] == 101:
                self.fp.seen.clear()  # type: ignore[attr-defined]
                return found
            while self.fp.readline(65_537) not in (b"\r\n", b"\n", b""):
                pass
        raise http.client.HTTPException(f"more than {INTERIM} interim answers")


class _Lines:
    """A file that remembers the lines read from it."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.seen: list[bytes] = []

    def readline(self, *size: int) -> bytes:
        line: bytes = self._file.readline(*size)
        self.seen.append(line)
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _about(line: bytes) -> str:
    return f"a header line is malformed, so the headers cannot be trusted: {line[:80]!r}"


def length_fault(values: list[str]) -> str:
    """What is wrong with these Content-Length values (RFC 9112 §6.3), or nothing."""
    if any(not re.fullmatch(r"\d{1,18}", value.strip()) for value in values):
        return f"Content-Length is not a number: {values[0][:40]!r}"
    return "several different Content-Length values" if len({int(v) for v in values}) > 1 else ""
