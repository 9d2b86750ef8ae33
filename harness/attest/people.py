"""Whether two names are one person's, however they are spaced, cased, ordered or titled."""

import re

from harness.attest import thai

#: Forms of address before a name. Two people whose names differ in nothing else are taken for one, and a person looks.
_TITLES = (
    "นางสาว", "น.ส.", "นาย", "นาง", "ดร.", "นพ.", "พญ.", "ภก.", "ภญ.", "นายแพทย์", "แพทย์หญิง",
    "mr", "mrs", "ms", "miss", "dr", "prof",
)  # fmt: skip
_THAI_TITLE = re.compile(
    "|".join(sorted(map(re.escape, map(thai.plain, _TITLES[:11])), key=len, reverse=True))
)
#: Not \\W: Thai marks are no word characters to Python.
_BETWEEN = re.compile(r"[\s.,'’\"()/_-]+")


def same(one: str, other: str) -> bool:
    """Whether both names, brought to one form, are equal or have the same parts in another order."""
    left, right = _parts(one), _parts(other)
    return "".join(left) == "".join(right) or sorted(left) == sorted(right)


def _parts(name: str) -> list[str]:
    form = thai.plain(name)
    while found := _THAI_TITLE.match(form):
        form = form[found.end() :].lstrip()
    parts = [part for part in _BETWEEN.split(form) if part]
    return [part for part in parts if part not in _TITLES] or parts
