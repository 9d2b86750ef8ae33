"""What a switch is, and the few kinds of change that nearly all of them are."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from harness.demo.behaviour import Behaviour, Handler

Change = Callable[[Behaviour], None]


class Defect(Struct, frozen=True):
    """A named way to be wrong: the checks it must fail, what is wrong in words, and the part that has it.

    `combinable` is False for a switch that would hide others, so that `--all-defects` leaves it out.
    """

    name: str
    checks: tuple[str, ...]
    title: str
    where: str
    change: Change
    combinable: bool = True


def header(name: str, value: str | None, *kinds: str) -> Change:
    """Set a response header (None: leave it out) in these response classes; in none named, where it is now."""

    def change(behaviour: Behaviour) -> None:
        for kind, table in behaviour.headers.items():
            if kind in kinds or (not kinds and name in table):
                table.pop(name, None)
                if value is not None:
                    table[name] = value

    return change


def replaced(name: str, old: str, new: str, *kinds: str) -> Change:
    """Replace a part of a header's value where it stands; in these response classes or in all."""

    def change(behaviour: Behaviour) -> None:
        for kind, table in behaviour.headers.items():
            if name in table and (not kinds or kind in kinds):
                table[name] = table[name].replace(old, new)

    return change


def route(host: str, path: str, method: str, handler: Handler) -> Change:
    """Serve something at a place, instead of what is there."""

    def change(behaviour: Behaviour) -> None:
        behaviour.routes[host].setdefault(path, {})[method] = handler

    return change


def setting(name: str, value: Any) -> Change:
    """Give one part of the behaviour another value; `a.b` reaches inside, into fields and dictionaries."""

    def change(behaviour: Behaviour) -> None:
        place, _, last = name.rpartition(".")
        part = _part(behaviour, place)
        if isinstance(part, dict):
            part[last] = value
        else:
            getattr(part, last)  # a field that does not exist is our mistake
            setattr(part, last, value)

    return change


def listed(name: str, *values: Any) -> Change:
    """Add to one of the behaviour's lists: layers, markup, certificate, zone, mail, claims, tls.edits, tls.faults."""

    def change(behaviour: Behaviour) -> None:
        _part(behaviour, name).extend(values)

    return change


def _part(behaviour: Behaviour, name: str) -> Any:
    part: Any = behaviour
    for step in filter(None, name.split(".")):
        part = getattr(part, step)
    return part


def both(*changes: Change) -> Change:
    """Several changes that make one defect together."""

    def change(behaviour: Behaviour) -> None:
        for one in changes:
            one(behaviour)

    return change
