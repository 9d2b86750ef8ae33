"""Levels of assurance as steps of an ordered list; never numbers, never texts.

The names and their order are those of NDID's code (the text of ขมธอ. 18/19/20 was not seen). What is not on the
list, a number among them, counts as its lowest step.
"""

from collections.abc import Sequence
from typing import Literal, get_args

Ial = Literal["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3"]
Aal = Literal["1", "2.1", "2.2", "3"]
IAL: tuple[str, ...] = get_args(Ial)
AAL: tuple[str, ...] = get_args(Aal)


def step(order: Sequence[str], said: object) -> int:
    """Where on the list a level stands; the lowest step for anything that is not on it, letter by letter."""
    return order.index(said) if isinstance(said, str) and said in order else 0


def reaches(order: Sequence[str], said: object, floor: str) -> bool:
    """Whether a level is at or above a floor. Raises ValueError for a floor that is not on the list."""
    return step(order, said) >= order.index(floor)


def below(order: Sequence[str], floor: str) -> tuple[str, ...]:
    """The levels below a floor. Raises ValueError for a floor that is not on the list."""
    return tuple(order[: order.index(floor)])
