"""The record itself as JSON: everything the HTML shows, in both languages, for machines."""

import json
import re

import msgspec

from harness.record import Run

# Printable ASCII and the Thai block need no look-up.
_SUSPECT = re.compile(r"[^\n -~\u0e01-\u0e3a\u0e3f-\u0e5b]")


def render(run: Run, lang: str) -> str:
    """Return the whole record, indented, in the order of its fields, with a final newline.

    Both languages are always inside; `lang` is taken because every renderer is called alike. Characters outside
    ASCII are escaped where a terminal or an editor might obey them, so hostile text stays text.
    """
    if lang not in ("th", "en"):
        raise ValueError(f"lang is {lang!r}, expected 'th' or 'en'")
    text = json.dumps(msgspec.to_builtins(run), ensure_ascii=False, indent=1)
    return _SUSPECT.sub(lambda found: _escape(found[0]), text) + "\n"


def _escape(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]
