"""What differs between two locked profiles: requirements, force, settings, decisions, gates."""

from collections.abc import Iterator

import click

from harness import locking, registry
from harness.errors import Exit
from harness.evidence import encode
from harness.profile import Locked

#: (what, id, in A, in B); an empty text where it is absent.
Row = tuple[str, str, str, str]
ABSENT = ""


def rows(a: Locked, b: Locked) -> Iterator[Row]:
    """Every difference, kind by kind, in the order of A and then of B."""
    yield from _compare("requirement", _requirements(a), _requirements(b))
    yield from _compare("check", _checks(a), _checks(b))
    yield from _compare("setting", _settings(a), _settings(b))
    yield from _compare("decides", a.decides, b.decides)
    yield from _compare("gate", _gates(a), _gates(b))
    yield from _compare("profile", _plain(a), _plain(b))


def _compare(kind: str, a: dict[str, str], b: dict[str, str]) -> Iterator[Row]:
    for id in dict.fromkeys((*a, *b)):
        if a.get(id, ABSENT) != b.get(id, ABSENT):
            yield kind, id, a.get(id, ABSENT), b.get(id, ABSENT)


def _requirements(one: Locked) -> dict[str, str]:
    return {id: chosen.obligation for id, chosen in one.requirements.items()}


def _checks(one: Locked) -> dict[str, str]:
    return {id: use.obligation for id, use in one.checks.items()}


def _settings(one: Locked) -> dict[str, str]:
    return {f"{id}.{k}": str(v) for id, use in one.checks.items() for k, v in use.settings.items()}


def _gates(one: Locked) -> dict[str, str]:
    return {id: gate.part for id, gate in one.gates.items()}


def _plain(one: Locked) -> dict[str, str]:
    return {
        "evidence_days": str(one.evidence_days),
        "hand_in_days": str(one.hand_in_days),
        "components": ", ".join(one.components) or "all",
        "dangers": "as the scope allows" if one.dangers is None else ", ".join(one.dangers) or "none",
        "requires": ", ".join(one.requires) or "nothing",
    }


def show(a: str, b: str, *, as_json: bool) -> Exit:
    """Print the differences; exit 0 when there are none, 1 when there are."""
    checks = registry.checks()
    found = list(rows(locking.load(a, checks), locking.load(b, checks)))
    if as_json:
        plain = [dict(zip(("what", "id", "a", "b"), row, strict=True)) for row in found]
        click.echo(encode(plain), nl=False)
    else:
        for kind, id, left, right in found:
            click.echo(f"{kind:<12} {id:<28} {left or '—':<24} → {right or '—'}")
        click.echo(f"{len(found)} differences" if found else "no difference")
    return Exit.NOT_MET if found else Exit.MET
