"""Waivers at work: refused before anything is sent when they cannot stand, laid over failures when results are read.

A waiver marks a result; it never edits a verdict. What goes wrong with one after it was accepted (it ends, the
check passes by now, the subject is gone) is a fault in the ledger, a sentence with what to do about it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace

from harness.attest import people
from harness.days import day
from harness.errors import BadInput
from harness.ledger import WaiverInfo
from harness.model import Verdict
from harness.nearest import hint
from harness.record import Item, Result
from harness.rollup import UNDECIDED
from harness.waiver import Waiver

#: A year at most; a leap year has 366 days.
MAX_DAYS = 366
#: How much of a value a sentence shows, and how many names it lists.
SHOWN, LISTED = 80, 8


class _Undated(Waiver, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A waiver as written: without an expiry it must be refused by its id, not by the shape of the file."""

    expires: str | None = None  # type: ignore[assignment]


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    waivers: dict[str, _Undated]


def load(path: Path, as_of: date, checks: Iterable[str], subjects: Iterable[str]) -> dict[str, Waiver]:
    """Read a waiver file against what is going to be run, on the day `as_of`; the order of the file stays.

    `checks` are the ids of the profile's checks, `subjects` the subjects as reports name them. Raises BadInput.
    """
    from harness import yamlfile  # laying waivers over a stored run needs no YAML

    found = yamlfile.load(path, _File).waivers
    if not found:
        raise BadInput(f"{path}: holds no waiver; write one below `waivers:`, or leave the file out")
    known_checks, known_subjects = list(checks), list(subjects)
    doubles = _doubles(found)
    for id, waiver in found.items():
        wrong = [*_names(waiver, known_checks, known_subjects), *_unsound(waiver, as_of), doubles.get(id)]
        for fault in filter(None, wrong):
            raise BadInput(f"{path}: waiver `{_short(id)}`: {fault}")
    return {id: Waiver(**asdict(waiver)) for id, waiver in found.items()}


def lay(
    items: tuple[Item, ...], waivers: dict[str, Waiver], as_of: date
) -> tuple[tuple[Item, ...], tuple[WaiverInfo, ...], tuple[str, ...]]:
    """Mark the failures that current waivers accept: the items, the waivers that act, and what is wrong with the rest."""
    by_id = {item.id: item for item in items}
    doubles = _doubles(waivers)
    acting: dict[str, Waiver] = {}
    faults: list[str] = []
    for id, waiver in waivers.items():
        idle = next(_unsound(waiver, as_of), None) or doubles.get(id) or _idle(waiver, by_id)
        if idle is None:
            acting[id] = waiver
        else:
            faults.append(f"waiver `{_short(id)}`: {idle}")
    places = {(waiver.check, waiver.subject): id for id, waiver in acting.items()}
    marked = tuple(_marked(item, places) for item in items)
    return marked, tuple(_info(id, waiver, as_of) for id, waiver in acting.items()), tuple(faults)


def _marked(item: Item, places: dict[tuple[str, str], str]) -> Item:
    def over(result: Result) -> Result:
        id = places.get((item.id, result.subject)) if result.verdict is Verdict.FAIL else None
        return replace(result, waiver=id)

    return replace(item, results=tuple(map(over, item.results)))


def _info(id: str, waiver: Waiver, as_of: date) -> WaiverInfo:
    issued, expires = day(waiver.issued, id), day(waiver.expires, id)
    return WaiverInfo(
        id=id,
        check=waiver.check,
        subject=waiver.subject,
        owner=waiver.owner,
        approver=waiver.approver,
        reason=waiver.reason,
        issued=issued.isoformat(),
        expires=expires.isoformat(),
        days_left=(expires - as_of).days,
    )


def _names(waiver: Waiver, checks: list[str], subjects: list[str]) -> Iterator[str]:
    if waiver.check not in checks:
        near = hint(waiver.check, checks, "write the id of a check that the profile selects")
        yield f"check `{_short(waiver.check)}` is not in the profile; {near}"
    if waiver.subject not in subjects:
        listed = ", ".join(f"`{s}`" for s in subjects[:LISTED]) + (", …" if len(subjects) > LISTED else "")
        near = hint(waiver.subject, subjects, f"expected a subject of the target: {listed or 'it has none'}")
        yield f"subject `{_short(waiver.subject)}` is not in the target; {near}"


def _unsound(waiver: Waiver, as_of: date) -> Iterator[str]:
    """Why a waiver does not stand on that day, whatever was found."""
    nameless = [key for key in ("owner", "approver") if not any(map(str.isalpha, getattr(waiver, key)))]
    if nameless:
        yield f"the {nameless[0]} has no name; write who it is"
    elif people.same(waiver.owner, waiver.approver):
        yield f"owner and approver are the same person, `{_short(waiver.owner)}`; another person must approve it"
    if not waiver.expires:
        yield "key `expires` is missing; write the day it ends, a year after `issued` at most"
        return
    try:
        issued, expires = day(waiver.issued, "`issued`"), day(waiver.expires, "`expires`")
    except BadInput as wrong:
        yield " ".join(str(wrong).split())
        return
    yield from _misdated(issued, expires, as_of)


def _misdated(issued: date, expires: date, as_of: date) -> Iterator[str]:
    if expires < as_of:
        yield (
            f"expired on {expires}, before {as_of}, so it does not act; "
            "correct the failure and remove it, or have it approved anew"
        )
    elif issued > as_of:
        yield f"issued on {issued}, after {as_of}, so it does not act yet; write the day of its approval"
    elif (expires - issued).days > MAX_DAYS:
        yield (
            f"runs {(expires - issued).days} days, from {issued} to {expires}; "
            f"{MAX_DAYS} is the most: let it end sooner"
        )


def _doubles(waivers: dict[str, _Undated] | dict[str, Waiver]) -> dict[str, str]:
    """Waivers on a pair that an earlier one already covers: a sentence each, by id."""
    first: dict[tuple[str, str], str] = {}
    found = {}
    for id, waiver in waivers.items():
        earlier = first.setdefault((waiver.check, waiver.subject), id)
        if earlier != id:
            found[id] = f"is for {_place(waiver)}, and so is waiver `{_short(earlier)}`; keep one of them"
    return found


def _idle(waiver: Waiver, items: dict[str, Item]) -> str | None:
    """Why a sound waiver has nothing to lie over; None where it has."""
    item = items.get(waiver.check)
    if item is None:
        near = hint(waiver.check, list(items), "remove the waiver")
        return f"check `{_short(waiver.check)}` was not run, the profile does not select it; {near}"
    result = next((r for r in item.results if r.subject == waiver.subject), None)
    failing = [r.subject for r in item.results if r.verdict is Verdict.FAIL]
    if result is None:
        near = hint(waiver.subject, failing or [r.subject for r in item.results], "remove the waiver")
        return f"check {item.id} has no result on `{_short(waiver.subject)}`; {near}{_elsewhere(failing)}"
    return _unneeded(waiver, result, failing)


def _unneeded(waiver: Waiver, result: Result, failing: list[str]) -> str | None:
    if result.verdict is Verdict.FAIL:
        return None
    if result.verdict in UNDECIDED:
        return (
            f"{_place(waiver)} is {result.verdict} and cannot be waived: only a proven failure can; "
            "get it decided, and remove the waiver until then"
        )
    said = "passes" if result.verdict is Verdict.PASS else f"is {result.verdict}"
    return f"{_place(waiver)} {said}; remove the waiver{_elsewhere(failing)}"


def _elsewhere(failing: list[str]) -> str:
    listed = ", ".join(f"`{_short(s)}`" for s in failing[:LISTED])
    return f" (the check fails on {listed})" if failing else ""


def _place(waiver: Waiver) -> str:
    return f"{_short(waiver.check)} on `{_short(waiver.subject)}`"


def _short(text: str) -> str:
    """A value as a sentence shows it: on one line, printable, bounded."""
    flat = "".join(char if char.isprintable() else " " for char in text)
    return flat if len(flat) <= SHOWN else f"{flat[:SHOWN]}…"
