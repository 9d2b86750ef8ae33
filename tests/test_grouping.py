"""The groups of switches are arranged as they must be, and find every switch that moves too much or nothing."""

from collections.abc import Iterable, Mapping
from itertools import permutations, product
from random import Random

import pytest

from harness.demo import DEFECTS
from tests.grouping import Group, crossed, grouped, pairs, told
from tests.switches_apart import AT_MOST, apart, groupings, sides, watching

SIDES = sides()
EVERY_PART = pytest.mark.parametrize("part", SIDES, ids=[side[0][0][0] for side in SIDES])
Part = tuple[tuple[Group, ...], tuple[Group, ...]]


def drawn(seed: int) -> tuple[list[str], set[frozenset[str]]]:
    """Some names, and some that must be kept apart."""
    chance = Random(seed)
    names = [f"s{number}" for number in range(chance.randrange(1, 70))]
    return names, {frozenset(two) for two in permutations(names, 2) if chance.random() < 0.05}


def amiss(groups: Iterable[Group], moves: Mapping[str, set[str]]) -> list[Group]:
    """The groups that move too much or too little, when these switches move this and every other what it stands for."""
    touched = (group for group in groups if not moves.keys().isdisjoint(group))
    return [group for group in touched if set().union(*(moves.get(n, {n}) for n in group)) != set(group)]


def test_every_switch_is_in_two_groups() -> None:
    for number in (0, 1):
        names = [name for side in SIDES for group in side[number] for name in group]
        assert sorted(names) == sorted(DEFECTS)


@EVERY_PART
def test_no_two_meet_twice(part: Part) -> None:
    rows, columns = part
    assert not pairs(rows) & pairs(columns)


@EVERY_PART
def test_a_group_is_small_and_watched_by_the_same_checks(part: Part) -> None:
    for group in (*part[0], *part[1]):
        assert len(group) <= AT_MOST
        assert len({watching(DEFECTS[name].checks) for name in group}) == 1


def test_what_hides_another_is_kept_apart() -> None:
    assert all(two <= DEFECTS.keys() for two in apart())
    assert not pairs(groupings()) & apart()


@pytest.mark.parametrize("seed", range(40))
def test_any_table_is_grouped_so(seed: int) -> None:
    names, kept_apart = drawn(seed)
    rows, columns = crossed(names, kept_apart, AT_MOST)
    for side in (rows, columns):
        assert sorted(name for group in side for name in group) == sorted(names)
        assert max(map(len, side)) <= AT_MOST
    assert not pairs(rows) & pairs(columns)
    assert not (pairs(rows) | pairs(columns)) & kept_apart


@EVERY_PART
def test_a_switch_that_moves_anothers_check_too_is_always_seen(part: Part) -> None:
    groups = (*part[0], *part[1])
    for one, other in permutations([name for group in part[0] for name in group], 2):
        seen = amiss(groups, {one: {one, other}})
        assert any(one in group and other not in group for group in seen), (one, other)


@EVERY_PART
def test_a_switch_that_moves_nothing_is_always_seen(part: Part) -> None:
    groups = (*part[0], *part[1])
    for one in (name for group in part[0] for name in group):
        assert len(amiss(groups, {one: set()})) == 2


@EVERY_PART
def test_a_switch_that_moves_nothing_is_seen_when_others_move_its_check_in_both_groups(part: Part) -> None:
    groups = (*part[0], *part[1])
    for one in (name for group in part[0] for name in group):
        first, second = ([*group] for group in groups if one in group)
        for two in product(set(first) - {one}, set(second) - {one}):
            helped = {name: {name, one} for name in two}
            assert amiss(groups, {one: set(), **helped}), (one, two)


def test_one_grouping_alone_would_not_see_it() -> None:
    rows, columns = crossed(["a", "b", "c", "d"], set(), 2)
    assert rows == (("a", "b"), ("c", "d"))
    assert columns == (("a", "c"), ("b", "d"))
    assert not amiss(rows, {"a": {"a", "b"}})
    assert amiss(columns, {"a": {"a", "b"}}) == [("a", "c")]


def test_who_goes_with_nobody_is_tried_alone() -> None:
    assert grouped("abc", pairs(["ab", "ac"]), 3) == (("a",), ("b", "c"))


def test_a_failing_group_says_who_was_on_and_what_to_run() -> None:
    said = told(
        ("ssl2", "tls10"), {"TLS-01": "ssl2", "TLS-03": "tls10"}, ["TLS-03", "TLS-03 a:443", "TLS-09"]
    )
    assert "on together: ssl2 tls10" in said
    assert "moved too much: TLS-09\n" in said
    assert "moved too little: TLS-01 of ssl2\n" in said
    assert "ALONE=1 python -m pytest tests/test_mutants.py -s -k 'ssl2 or tls10'" in said
