"""What a series of identifiers shows, in numbers. Works on the values in memory and returns nothing of them."""

import hashlib
import math
import re
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import unquote

from msgspec import Struct

#: Usual alphabets, smallest first: digits, hex, base32, base64 and base64url, all printable ASCII.
_ALPHABETS = (
    (10, re.compile(r"[0-9]*")),
    (16, re.compile(r"[0-9a-f]*|[0-9A-F]*")),
    (32, re.compile(r"[A-Z2-7]*|[a-z2-7]*")),
    (64, re.compile(r"[A-Za-z0-9+/_=.-]*")),
    (94, re.compile(r".*", re.DOTALL)),
)


class Sampled(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a series of values of one cookie showed, in numbers only; computed in memory before redaction.

    `samples` values were seen, `distinct` of them differ; `shortest` and `longest` in characters;
    `alphabet` is the number of characters in the smallest usual alphabet that holds the varying part
    (10, 16, 32, 64 or 94); `varying` positions change at all, `lively` ones as random characters would;
    `bits` is the most that the varying part can carry; `ascending` says each value sorts after the one
    before; `derived` names a guessable recipe that reproduced a value ("" when none did).
    """

    name: str
    samples: int
    distinct: int
    shortest: int
    longest: int
    alphabet: int = 0
    varying: int = 0
    lively: int = 0
    bits: float = 0.0
    ascending: bool = False
    derived: str = ""


def measure(name: str, values: Iterable[str], *, epoch: int = 0) -> Sampled:
    """Measure a series of values of one cookie, in the order they were given out.

    Percent-encoding is undone. Position by position over the shortest length: one that shows fewer different
    characters than a random one would (see `_expected`) carries log2 of what it showed, rounded up, since the
    last character of an encoded value often has fewer choices; the others carry log2 of the alphabet. The sum is an upper bound of the entropy. `epoch` is the time of sampling in
    seconds, for the recipes that are tried.
    """
    series = [unquote(value) for value in values]
    if not series:
        return Sampled(name=name, samples=0, distinct=0, shortest=0, longest=0)
    lengths = [len(value) for value in series]
    columns = [c for c in zip(*series, strict=False) if len(set(c)) > 1]
    alphabet = _alphabet("".join("".join(c) for c in columns))
    least = _expected(alphabet, len(series))
    lively = [c for c in columns if len(set(c)) >= least]
    slow = sum(math.ceil(math.log2(len(set(c)))) for c in columns if len(set(c)) < least)
    return Sampled(
        name=name,
        samples=len(series),
        distinct=len(set(series)),
        shortest=min(lengths),
        longest=max(lengths),
        alphabet=alphabet,
        varying=len(columns),
        lively=len(lively),
        bits=round(len(lively) * math.log2(alphabet) + slow, 1),
        ascending=len(series) > 2 and all(a < b for a, b in pairwise(series)),
        derived=_recipe(series, epoch),
    )


def _alphabet(text: str) -> int:
    return next(size for size, pattern in _ALPHABETS if pattern.fullmatch(text))


def _expected(k: int, n: int) -> float:
    """The number of different characters below which a random position of `k` falls once in 10⁷ or less.

    Mean and variance of the number of occupied cells after n throws into k (classical occupancy), minus six
    standard deviations.
    """
    one, two = (1 - 1 / k) ** n, (1 - 2 / k) ** n
    variance = k * one * (1 - one) + k * (k - 1) * (two - one * one)
    return k * (1 - one) - 6 * math.sqrt(max(variance, 0.0))


def _recipe(series: list[str], epoch: int) -> str:
    """The guessable recipe that yields one of the values: a digest of a small number or of the time, else ""."""
    wanted = {value.lower() for value in series if re.fullmatch(r"[0-9a-fA-F]{32,64}", value)}
    if not wanted:
        return ""
    tries = [("a small number", range(10_000)), ("the time", range(epoch - 60, epoch + 61))]
    for words, numbers in tries:
        for number in numbers:
            for digest in ("md5", "sha1", "sha256"):
                if hashlib.new(digest, str(number).encode(), usedforsecurity=False).hexdigest() in wanted:
                    return f"{digest} of {words}"
    return ""
