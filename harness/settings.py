"""Settings of checks: typed by the check, kept within what the selected requirements accept."""

from pathlib import Path
from typing import Any

import msgspec

from harness.errors import BadInput
from harness.profile import Chosen
from harness.registry import CheckSpec
from harness.requirement import Conflict, Limit

#: CHECK.setting → (requirement, limit) of every selected row that limits it.
Bounds = dict[str, list[tuple[str, Limit]]]


def bounds(rows: dict[str, Chosen]) -> Bounds:
    """The limits that the selected requirements put on settings."""
    found: Bounds = {}
    for id, chosen in rows.items():
        for place, limit in chosen.row.limits.items():
            found.setdefault(place, []).append((id, limit))
    return found


def decided(decides: dict[str, str], conflicts: dict[str, Conflict], check: str) -> dict[str, Any]:
    """The settings of `check` that follow from the sides a profile took."""
    said = {}
    for id, conflict in conflicts.items():
        for place, value in conflict.sides[decides[id]].settings.items():
            here, _, setting = place.partition(".")
            if here == check:
                said[setting] = value
    return said


def explicit(spec: CheckSpec, said: dict[str, Any], limits: Bounds, place: Path) -> dict[str, Any]:
    """Every setting of a check: as said, or its default tightened to the limits. Raises BadInput when said is looser."""
    for name in said:
        if name not in spec.settings:
            known = ", ".join(spec.settings) or "none"
            raise BadInput(f"{place}: check `{spec.id}` has no setting `{name}`; its settings: {known}")
    result = {}
    for name, default in spec.settings.items():
        value = typed(spec, name, said.get(name, default), place)
        for requirement, limit in limits.get(f"{spec.id}.{name}", ()):
            wanted = _bounded(value, limit)
            if name in said and wanted != value:
                raise BadInput(
                    f"{place}: check `{spec.id}`, setting `{name}` is {value}; {requirement} accepts "
                    f"{words(limit)}. Tighten it, or leave {requirement} out with a reason (`without:`)"
                )
            value = wanted
        _refuse_contradiction(spec.id, name, value, limits)
        result[name] = value
    return result


def _refuse_contradiction(check: str, name: str, value: Any, limits: Bounds) -> None:
    """Limits of two requirements may leave no value that both accept."""
    for requirement, limit in limits.get(f"{check}.{name}", ()):
        if _bounded(value, limit) != value:
            others = ", ".join(r for r, _ in limits[f"{check}.{name}"] if r != requirement)
            raise BadInput(
                f"catalogue: no value of {check}.{name} satisfies both {requirement} and {others}; "
                "leave one out of the profile (`without:`)"
            )


def typed(spec: CheckSpec, name: str, value: Any, place: Path) -> Any:
    """A setting's value as the type its check declares."""
    try:
        return msgspec.convert(value, spec.rule.__annotations__[name], strict=False)
    except msgspec.ValidationError as wrong:
        raise BadInput(f"{place}: check `{spec.id}`, setting `{name}`: {wrong}, found `{value}`") from None


def _bounded(value: Any, limit: Limit) -> Any:
    """`value`, or the loosest value that the limit accepts."""
    if limit.at_least is not None:
        return max(value, type(value)(limit.at_least))
    if limit.at_most is not None:
        return min(value, type(value)(limit.at_most))
    return msgspec.convert(limit.equals, type(value), strict=False)


def words(limit: Limit) -> str:
    """A limit as a person reads it."""
    if limit.at_least is not None:
        return f"at least {_plain(limit.at_least)}"
    return f"at most {_plain(limit.at_most)}" if limit.at_most is not None else f"only {limit.equals}"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
