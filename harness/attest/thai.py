"""Finding Thai and Latin words in text as documents give it.

Text taken from a PDF splits words by spaces, changes the order of vowels and tone marks, writes sara am in two
ways, loses marks, or has the private glyphs of old Thai fonts. Both sides are brought to one form first.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

#: Vowels above and below, tone marks and signs: what hangs on a consonant.
MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
#: Glyphs of old Thai fonts in the private use area: Windows (F700…) and Macintosh (F884…), as HarfBuzz lists them.
_WINDOWS = "ฐิีึื่้๊๋์่้๊๋์ญัํ็่้๊๋์ฺุู"
_MACINTOSH = "ัิีึื็่่่้้้๊๊๊๋๋๋์์์ํญฺุูฐ"
_PRIVATE = {0xF700 + i: c for i, c in enumerate(_WINDOWS)} | {0xF884 + i: c for i, c in enumerate(_MACINTOSH)}
_MARK_RUN = re.compile(f"[{MARKS}]+")
_SPACE_BEFORE_MARK = re.compile(f"\\s+(?=[{MARKS}])")
#: Below this many letters a Thai word without its marks could be many words.
BARE_LETTERS = 4
#: From this many letters on, a Latin word is found although its letters were set apart.
SPREAD_LETTERS = 8
#: Up to this many letters, a Latin word must stand alone: `log` is not in `catalogue`.
SHORT_LETTERS = 4
#: Above this share of strange characters a text is not what the reader of the page sees.
STRANGE = 0.3
_HEADING_WORD = "(?:(?:หมวด|ส่วน|ภาค|บท|ข้อ)(?: ?ที่)? ?|(?:section|chapter|clause|article|annex|part) )?"


class Prepared(NamedTuple):
    """A text ready for searching: in one form, and the same without Thai marks."""

    plain: str
    bare: str


@lru_cache(maxsize=64)
def prepare(text: str) -> Prepared:
    """Bring a whole text into the form that `stands` searches."""
    form = plain(text)
    return Prepared(form, bare(form))


def plain(text: str) -> str:
    """One form for what reads the same: NFKC, small letters, Arabic digits, one hyphen, marks in one order, single spaces."""
    text = unicodedata.normalize("NFKC", text.translate(_PRIVATE)).casefold().replace("เเ", "แ")
    text = "".join(_letter(c) for c in text)
    text = _SPACE_BEFORE_MARK.sub("", text)
    text = _MARK_RUN.sub(lambda run: "".join(sorted(set(run[0]))), text)
    return re.sub(r"\s+", " ", text).strip()


def _letter(c: str) -> str:
    if c.isdecimal():
        return str(unicodedata.decimal(c))
    unseen = unicodedata.category(c) in ("Cf", "Cc", "Co") and not c.isspace()
    if c in "\u2010\u2011\u2012\u2013\u2212":
        return "-"
    return "" if unseen or c == "\ufffd" else c  # a glyph of no known meaning is, in Thai, most often a mark


def bare(form: str) -> str:
    """Without Thai marks: what is left when a PDF loses them."""
    return _MARK_RUN.sub("", form)


def stands(word: str, text: Prepared) -> bool:
    """Whether `word` stands in the text; Latin words at the beginning of a word, short ones alone."""
    form = plain(word)
    if re.search(_whole(form), text.plain):
        return True
    return _may_be_bare(form) and re.search(_whole(bare(form)), text.bare) is not None


def begins(section: str, line: str) -> bool:
    """Whether `line` is the heading `section`, or begins with it; a number before it may be missing in the citation."""
    form, text = plain(section), prepare(line)
    before = _HEADING_WORD if form[:1].isdigit() else r"(?:[\d.]+\)? )?"
    after = r"(?!\.?\d)" if form[-1:].isdigit() else r"(?![a-z])" if form[-1:].isascii() else ""
    if re.match(before + spaced(form) + after, text.plain):
        return True
    return _may_be_bare(form) and re.match(bare(before) + spaced(bare(form)) + after, text.bare) is not None


def legible(text: str) -> bool:
    """Whether a text layer is what a reader sees: not the debris of a font without a Unicode table."""
    letters = [c for c in text.translate(_PRIVATE) if not c.isspace()]
    return sum(map(_strange, letters)) <= STRANGE * len(letters)


def spaced(form: str) -> str:
    """A pattern for a text in one form that forgives a space between Thai letters, and missing ones."""
    spread = sum(c.isascii() and c.isalpha() for c in form) >= SPREAD_LETTERS
    parts = []
    for here, following in zip(form, [*form[1:], ""], strict=True):
        letter = "[ -]?" if here in " -" else re.escape(here)
        loose = following and (_is_thai(here) or _is_thai(following) or (spread and here.isalpha()))
        parts.append(letter + (" ?" if loose else ""))
    return "".join(parts)


def _whole(form: str) -> str:
    left = "(?<![a-z0-9])" if _is_latin(form[:1]) else ""
    right = r"(?!\d)" if form[-1:].isdigit() else ""
    if _is_latin(form[-1:]) and len(form) <= SHORT_LETTERS:
        right = "s?(?![a-z0-9])"
    return left + spaced(form) + right


def _may_be_bare(form: str) -> bool:
    return bare(form) != form and sum(map(_is_thai, bare(form))) >= BARE_LETTERS


def _is_thai(c: str) -> bool:
    return "\u0e00" < c < "\u0e60"


def _is_latin(c: str) -> bool:
    return c.isascii() and c.isalnum()


def _strange(c: str) -> bool:
    return "\x80" <= c <= "\xff" or c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cc")
