"""Trying many switches in few runs: each is tried twice, each time in other company.

A group's run has all its switches on and must move exactly what they are there to move. Two groupings are made
in which no two switches meet twice, like the rows and the columns of a table. A switch that also moves what
belongs to another is alone with that fault in one of its two groups at least; a switch that moves nothing goes
unseen only where others move its check in both, and each of those others is then seen itself.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import combinations, product
from math import isqrt

Group = tuple[str, ...]
Pair = frozenset[str]


def pairs(groups: Iterable[Iterable[str]]) -> set[Pair]:
    """Every two that share a group."""
    return {frozenset(two) for group in groups for two in combinations(group, 2)}


def among(*names: str) -> set[Pair]:
    """Every two of these."""
    return pairs([names])


def across(left: Iterable[str], right: Iterable[str]) -> set[Pair]:
    """Each of the one side with each of the other."""
    return {frozenset(two) for two in product(left, right)}


def grouped(names: Iterable[str], apart: Set[Pair], size: int) -> tuple[Group, ...]:
    """Every name in the first group that has room and holds nobody it must be kept apart from."""
    groups: list[list[str]] = []
    for name in names:
        fitting = (
            group
            for group in groups
            if len(group) < size and not any(frozenset({name, other}) in apart for other in group)
        )
        home = next(fitting, None)
        if home is None:
            groups.append([name])
        else:
            home.append(name)
    return tuple(map(tuple, groups))


def crossed(
    names: Sequence[str], apart: Set[Pair], at_most: int
) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Two groupings of the same names, in which no two meet twice and none meet that are to be kept apart."""
    size = min(at_most, isqrt(len(names) - 1) + 1) if names else at_most
    rows = grouped(names, apart, size)
    by_place = (row[place] for place in range(size) for row in rows if place < len(row))
    return rows, grouped(by_place, apart | pairs(rows), size)


def told(group: Group, owners: Mapping[str, str], moved: Iterable[str]) -> str:
    """What a failing group says: who was on, what moved that should not and the reverse, and how to go on from there.

    `owners` names the switch of every check that the group must move; what moved may name a check's subject too.
    """
    checks = {what.partition(" ")[0] for what in moved}
    little = [f"{check} of {name}" for check, name in owners.items() if check not in checks]
    return (
        f"on together: {' '.join(group)}\n"
        f"moved too much: {', '.join(sorted(checks - owners.keys())) or 'nothing'}\n"
        f"moved too little: {', '.join(little) or 'nothing'}\n"
        f"each of them alone: ALONE=1 python -m pytest tests/test_mutants.py -s -k '{' or '.join(group)}'"
    )
