"""Thai for the words that evidence carries: names of attempts, notes, details of what went wrong.

Evidence is stored in English and judged later, so a name stands there as the probe gave it. Each domain has tables of
its names beside its checks and hands them over when it is loaded; those of the wire are in `wirewords`. In a table `{}`
stands for a value without blanks and `{text}` (or another name) for any text, both shown as they are, and `{words}` for
words that have Thai of their own. What is in no table stays English, and a test fails (tests/test_thai_words.py).
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from harness.errors import HarnessError
from harness.model import Text
from harness.wirewords import DETAILS, NOTES

_fixed: dict[str, str] = {}
#: Those with places, the longest first: of several that fit, it leaves least open.
_shapes: list[str] = []


def learn(*tables: Mapping[str, str]) -> None:
    """Take over tables of words; a word with two translations is a programming error."""
    for english, thai in (pair for table in tables for pair in table.items()):
        if _fixed.setdefault(english, thai) != thai:
            raise HarnessError(f"`{english}` has two translations: {_fixed[english]}, {thai}")
    _shapes[:] = sorted((english for english in _fixed if "{" in english), key=len, reverse=True)
    _found.cache_clear()


@cache
def _shape(english: str) -> re.Pattern[str]:
    pattern = re.escape(english).replace(r"\{\}", r"(\S+)")
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", pattern), re.DOTALL)


def both(words: str) -> Text:
    """A name, a note or a detail in both languages."""
    return Text(words, _found(words) or words)


def quoted(words: str) -> Text:
    """A note or a detail that may hold words of a library or of the platform; those are quoted in Thai."""
    return both(words) if not words or known(words) else Text(words, f"`{words}`")


def known(words: str) -> bool:
    """Whether there is Thai for these words."""
    return _found(words) is not None


def joined(texts: Iterable[Text], between: str = "; ") -> Text:
    """Texts in a row; those without words are left out."""
    shown = [one for one in texts if one.en]
    return Text(between.join(t.en for t in shown), between.join(t.th for t in shown))


def cut(text: Text, most: int) -> Text:
    """At most so many characters of either language."""
    return Text(text.en[:most], text.th[:most])


@cache
def _found(words: str) -> str | None:
    """The Thai of these words."""
    shaped = (thai for english in _shapes if (thai := _fitted(english, words)))
    return _fixed.get(words) or next(shaped, None)


def _fitted(english: str, words: str) -> str | None:
    """The Thai of words of this shape, None where they have another one, or words in it have no Thai."""
    match = _shape(english).fullmatch(words)
    if match is None:
        return None
    named = match.groupdict()
    inner = _found(named["words"]) if "words" in named else ""
    places = match.re.groupindex.values()
    values = [value for place, value in enumerate(match.groups(), 1) if place not in places]
    return None if inner is None else _fixed[english].format(*values, **named | {"words": inner})


learn(NOTES, DETAILS)
