"""Passwords to offer at a change, made anew for each run except where they are common words."""

import re
import secrets
import string
from typing import NamedTuple

# Without vowels, nor the signs that stand for them, chance writes no word that a rule against common ones would refuse.
_LOWER = "bcdfghjklmnpqrstvwxz"
_UPPER, _DIGITS, _SPECIAL = _LOWER.upper(), "256789", "#%*+-=?_"
_ALL = (_LOWER, _UPPER, _DIGITS, _SPECIAL)
_ROWS = (string.ascii_lowercase, "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
#: Three in a row of the alphabet, the digits or the keyboard, either way.
_RUNS = frozenset(way[n : n + 3] for row in _ROWS for way in (row, row[::-1]) for n in range(len(row) - 2))


class Offer(NamedTuple):
    """A password and what it is called in evidence; `word` marks a common one."""

    name: str
    value: str
    word: bool = False

    @property
    def classes(self) -> int:
        """How many of the four classes of characters it has."""
        return sum(bool(re.search(c, self.value)) for c in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))


def made(length: int, *classes: str) -> str:
    """Random characters with at least one of each class and nothing that rules refuse in a long password.

    No words, no `bcd`, `987` or `zxc`, and no sign three times in a row: a refusal must say something of length and classes.
    """
    chosen = classes or _ALL
    while True:
        found = "".join(secrets.choice("".join(chosen)) for _ in range(length))
        low = found.lower()
        orderly = re.search(r"(.)\1\1", low) or any(run in low for run in _RUNS)
        if all(set(one) & set(found) for one in chosen) and not orderly:
            return found


def offers() -> tuple[Offer, ...]:
    """What is offered, in order: first one that the rule of the Co-CSIRT takes, then what it refuses.

    The words stand in every list of leaked passwords. The long ones come last: 64 characters (NIST SP 800-63B
    §5.1.1.2 asks for at least that), and 80, for some hashes look at 72 bytes only.
    """
    return (
        Offer("10 characters of four classes", made(10)),
        Offer("dictionary word", "password", word=True),
        Offer("leet word", "P@ssw0rd", word=True),
        Offer("leet word with digits", "P@ssw0rd123", word=True),
        Offer("word with everything asked for", "Password123!", word=True),
        Offer("digits in order", "1234567890", word=True),
        Offer("20 lower-case letters", made(20, _LOWER)),
        Offer("12 letters of both cases", made(12, _LOWER, _UPPER)),
        Offer("12 characters without a special one", made(12, _LOWER, _UPPER, _DIGITS)),
        Offer("12 characters without a digit", made(12, _LOWER, _UPPER, _SPECIAL)),
        Offer("7 characters of four classes", made(7)),
        Offer("8 characters of four classes", made(8)),
        Offer("9 characters of four classes", made(9)),
        Offer("64 characters of four classes", made(64)),
        Offer("80 characters of four classes", made(80)),
    )


#: How much of a long password is tried alone: all but its end, and what bcrypt looks at.
CUTS = {64: (63, 32), 80: (72, 64)}
