"""The Mann–Whitney rank test: are the times of one series larger than those of another, whatever their distribution.

H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the
other", Annals of Mathematical Statistics 18 (1947) 50–60; the variance with ties as in E. L. Lehmann,
"Nonparametrics: Statistical Methods Based on Ranks" (1975), chapter 1.
"""

import math
from collections import Counter
from itertools import combinations

from msgspec import Struct

#: Up to this many values in all, every way to split them is counted; beyond, the normal form is close enough.
_EXACT = 16


class Compared(Struct, frozen=True):
    """`larger` is the share of pairs in which the first series has the larger value (ties count half).

    `p` is the two-sided probability of a share as far from one half where both series are of one distribution.
    """

    larger: float
    p: float


def compare(first: list[float], second: list[float]) -> Compared:
    """Compare two series; two-sided. With an empty series nothing is shown (p is 1)."""
    n, m = len(first), len(second)
    if not n or not m:
        return Compared(0.5, 1.0)
    ranks = _ranks([*first, *second])
    u = sum(ranks[:n]) - n * (n + 1) / 2
    away = abs(u - n * m / 2)
    p = _exact(ranks, n, away) if n + m <= _EXACT else _normal(ranks, n, m, away)
    return Compared(u / (n * m), min(1.0, p))


def _ranks(values: list[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    ordered = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(ordered, 1)))}
    count = Counter(ordered)
    return [first[value] + (count[value] - 1) / 2 for value in values]


def _exact(ranks: list[float], n: int, away: float) -> float:
    m, splits, as_far = len(ranks) - n, 0, 0
    for chosen in combinations(ranks, n):
        splits += 1
        as_far += abs(sum(chosen) - n * (n + 1) / 2 - n * m / 2) >= away - 1e-9
    return as_far / splits


def _normal(ranks: list[float], n: int, m: int, away: float) -> float:
    """Normal form with correction for ties and for continuity."""
    total = n + m
    ties = sum(t**3 - t for t in Counter(ranks).values())
    variance = n * m / 12 * ((total + 1) - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return math.erfc(max(0.0, away - 0.5) / math.sqrt(2 * variance))
