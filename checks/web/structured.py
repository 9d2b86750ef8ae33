"""Structured field values (RFC 9651): the parser for items and dictionaries, and nothing more.

The library http-sf does the same and takes about 40 ms to import, most of what `judge` may take in all; the
tests compare this parser with it, case by case.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*")
_NUMBER = re.compile(r"-?(?:(?P<decimal>[0-9]{1,12}\.[0-9]{1,3})|[0-9]{1,15})(?![0-9.])")
_STRING = re.compile(r'"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"')
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
_DISPLAY = re.compile(r'%"((?:[\x20-\x21\x23\x24\x26-\x7e]|%[0-9a-f]{2})*)"')


class Token(str):
    """A token; a plain str is a String."""

    __slots__ = ()


class Member(Struct, frozen=True):
    """A parsed item or inner list (`value` is then a tuple of members) with its parameters."""

    value: Any
    parameters: dict[str, Any]


class Malformed(ValueError):  # noqa: N818
    """The field does not parse; whoever reads it must ignore all of it (RFC 9651 §4.2)."""


def item(values: tuple[str, ...]) -> Member:
    """Parse the lines of an Item field. Raises Malformed."""
    text = _Cursor(", ".join(values))
    found = text.item()
    text.end()
    return found


def dictionary(values: tuple[str, ...]) -> dict[str, Member]:
    """Parse the lines of a Dictionary field; a key that comes again replaces the earlier one. Raises Malformed."""
    text = _Cursor(", ".join(values))
    found: dict[str, Member] = {}
    while not text.done():
        key = text.match(_KEY)
        found.pop(key, None)
        found[key] = text.member() if text.skip("=") else Member(True, text.parameters())
        text.space(" \t")
        if text.done():
            break
        text.expect(",")
        text.space(" \t")
        if text.done():
            raise Malformed("trailing comma")
    return found


class _Cursor:
    def __init__(self, text: str) -> None:
        if not text.isascii():
            raise Malformed("not ASCII")
        self._text, self._at = text.strip(" "), 0

    def done(self) -> bool:
        return self._at >= len(self._text)

    def end(self) -> None:
        if not self.done():
            raise Malformed("something after the value")

    def peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def skip(self, char: str) -> bool:
        hit = self.peek() == char
        self._at += hit
        return hit

    def expect(self, char: str) -> None:
        if not self.skip(char):
            raise Malformed(f"expected {char}")

    def space(self, chars: str = " ") -> None:
        while self.peek() and self.peek() in chars:
            self._at += 1

    def match(self, pattern: re.Pattern[str], group: int = 0) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            raise Malformed(f"unexpected text at {self._at}")
        self._at = found.end()
        return str(found[group])

    def member(self) -> Member:
        return self.inner_list() if self.peek() == "(" else self.item()

    def inner_list(self) -> Member:
        self.expect("(")
        found: list[Member] = []
        while not self.done():
            self.space()
            if self.skip(")"):
                return Member(tuple(found), self.parameters())
            found.append(self.item())
            if self.peek() not in (" ", ")"):
                break
        raise Malformed("inner list without end")

    def item(self) -> Member:
        return Member(self.bare(), self.parameters())

    def parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.skip(";"):
            self.space()
            key = self.match(_KEY)
            found.pop(key, None)
            found[key] = self.bare() if self.skip("=") else True
        return found

    def bare(self) -> Any:
        char = self.peek()
        if char == "-" or char.isdigit():
            return self.number()
        if char == "@":
            self.expect("@")
            return self.number(whole=True)
        for first, pattern, group, made in _BARE:
            if char == first:
                return made(self.match(pattern, group))
        return Token(self.match(_TOKEN))

    def number(self, *, whole: bool = False) -> int | float:
        text = self.match(_NUMBER)
        if "." not in text:
            return int(text)
        if whole:
            raise Malformed("a date has no fraction")
        return float(text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as wrong:
        raise Malformed("not base64") from wrong


def _displayed(text: str) -> str:
    try:
        raw = re.sub(r"%([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), text).encode("latin-1")
        return raw.decode("utf-8")
    except UnicodeError as wrong:
        raise Malformed("not UTF-8") from wrong


#: By first character: the pattern of a bare item, the group that matters, and what becomes of it.
_BARE: tuple[tuple[str, re.Pattern[str], int, Callable[[str], Any]], ...] = (
    ('"', _STRING, 0, lambda text: re.sub(r"\\(.)", r"\1", text[1:-1])),
    (":", _BYTES, 1, _decoded),
    ("?", re.compile(r"\?[01]"), 0, "?1".__eq__),
    ("%", _DISPLAY, 1, _displayed),
)
