"""Text that is not ours: the platform wrote it, or may have. Bounded, control characters made visible, isolated.

Nothing here decides what is dangerous markup: autoescaping does that for every character. What escaping cannot
do is done here: characters that a browser obeys without showing them (controls, bidi, zero width, lone
surrogates, stacks of combining marks) become visible names, and no string is longer than its bound.
"""

import re
import unicodedata

from markupsafe import Markup, escape

#: Longest inline value, in characters; a longer one ends in `[…shown/all]`.
INLINE = 600
#: Combining marks allowed on one base; Thai and decomposed Vietnamese need two, rarely three.
STACK = 3

# Printable ASCII and the Thai block need no look-up; everything else is asked of the Unicode tables.
_SUSPECT = re.compile(r"[^ -~\u0e01-\u0e3a\u0e3f-\u0e5b]+")
_THAI_STACK = re.compile(
    rf"(?<=[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{{{STACK}}})[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+"
)
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_QUOTED = re.compile(r"`([^`]+)`")
_KEPT = re.compile(r"[^\n]+")

# Put together and not formatted: a report shows twenty thousand values, and Markup's formatter costs ten times as much.
_BDI, _END_BDI = Markup("<bdi>"), Markup("</bdi>")
_CODE, _END_CODE = Markup('<code dir="ltr" translate="no">'), Markup("</code>")


def visible(value: object, limit: int = INLINE, *, lines: bool = False) -> str:
    """Return at most `limit` characters of a value, every control character shown as `⟨U+XXXX⟩`.

    With `lines`, newlines stay (for preformatted blocks) and CR LF counts as one; otherwise a newline is shown as ⏎.
    """
    text = value if isinstance(value, str) else str(value)
    cut = text[:limit]
    cut = _KEPT.sub(lambda line: _shown(line[0]), cut.replace("\r\n", "\n")) if lines else _shown(cut)
    return cut if len(text) <= limit else f"{cut} […{limit:,}/{len(text):,}]"


def _shown(text: str) -> str:
    if not text.isascii():
        text = _THAI_STACK.sub(lambda run: "".join(map(_name, run[0])), text)
    return _SUSPECT.sub(lambda run: _run(run[0]), text)


def _run(text: str) -> str:
    marks, out = 0, []
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        out.append(_name(char) if category in _HIDDEN or marks > STACK else char)
    return "".join(out)


def _name(char: str) -> str:
    return {"\n": "⏎", "\t": "⇥", "\r": "␍", "\0": "␀"}.get(char, f"⟨U+{ord(char):04X}⟩")


def bdi(value: object, limit: int = INLINE) -> Markup:
    """Show a value inside a sentence: escaped, and isolated so that it cannot reorder what surrounds it."""
    return _BDI + escape(visible(value, limit)) + _END_BDI


def prose(value: object, limit: int = INLINE) -> Markup:
    """Show a sentence of ours that may quote the platform: as `bdi`, with what stands in `backticks` set as code."""
    parts = _QUOTED.split(visible(value, limit))
    shown = (code(part, len(part)) if n % 2 else escape(part) for n, part in enumerate(parts))
    return _BDI + Markup("").join(shown) + _END_BDI


def code(value: object, limit: int = INLINE) -> Markup:
    """Show a value as code: escaped, isolated, and left alone by translators."""
    return _CODE + escape(visible(value, limit)) + _END_CODE


def css_string(value: object, limit: int = 90) -> str:
    """Return a CSS string literal; every character but letters and digits is a numeric escape (CSS Syntax 3 §4.3.7)."""
    shown = visible(value, limit)
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in shown) + '"'
