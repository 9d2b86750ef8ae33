"""Locking: from layers and catalogue to the explicit profile that a run carries. Everything doubtful is refused here."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from harness import catalogue as catalogues
from harness import layering, settings
from harness.catalogue import Catalogue
from harness.errors import BadInput
from harness.model import Obligation, Text
from harness.nearest import hint
from harness.profile import (
    Chosen,
    Gap,
    Gate,
    Layer,
    Locked,
    LockedScore,
    LockedUse,
    Select,
    StandardText,
    Use,
)
from harness.registry import CheckSpec
from harness.requirement import Conflict, Part, Requirement

EVIDENCE_DAYS = 30
HAND_IN_DAYS = 30
_WHOLE = {"all": Gate(Text("The whole profile", "ทั้งโปรไฟล์"), Part.BOTH)}


class Given(Struct, frozen=True):
    """What locking works from: the merged layer, whose `layers` (id, version) are named in the result; `place` is the file that messages name."""

    layer: Layer
    catalogue: Catalogue
    checks: dict[str, CheckSpec]
    place: Path
    layers: tuple[tuple[str, str], ...] = ()


def load(name: str, checks: dict[str, CheckSpec]) -> Locked:
    """Lock the shipped profile `name`, or the profile file at that path. Raises BadInput."""
    path = layering.find(name)
    pairs = layering.layers(path)
    layer = layering.merged(pairs)
    own = Path(layer.catalogue) if layer.catalogue else None
    known = catalogues.load(own) if layer.select else catalogues.empty(own)
    return lock(Given(layer, known, checks, path, tuple((a.id, a.version) for _, a in pairs)))


def lock(given: Given) -> Locked:
    """Validate a merged profile and make everything explicit. Raises BadInput."""
    layer = given.layer
    rows = _rows(given)
    met = _met(given, rows)
    rows = _overruled(given, rows, met)
    uses = _uses(given, rows, met)
    if not uses and not rows:
        raise BadInput(f"{given.place}: selects nothing; a profile without checks would decide nothing")
    standards = {chosen.standard: given.catalogue.standards[chosen.standard] for chosen in rows.values()}
    cited = {key for chosen in rows.values() for key in chosen.row.sources}
    return Locked(
        id=layer.id,
        version=layer.version,
        title=layer.title,
        source=layer.source,
        layers=given.layers,
        evidence_days=layer.evidence_days or EVIDENCE_DAYS,
        hand_in_days=layer.hand_in_days or HAND_IN_DAYS,
        checks=uses,
        versions={id: given.checks[id].version for id in uses},
        requirements=rows,
        standards={id: StandardText(s.title, s.issuer, s.edition, s.about) for id, s in standards.items()},
        sources={key: source for key, source in given.catalogue.sources.items() if key in cited},
        facts=given.catalogue.facts,
        requires=_known(layer.requires, given.catalogue.facts, f"{given.place}: fact"),
        conflicts=met,
        decides={id: layer.decides[id] for id in met},
        scores={
            id: LockedScore(standard.id, score)
            for standard in given.catalogue.standards.values()
            for id, score in standard.scores.items()
            if set(score.items) <= set(rows)
        },
        components=layer.components,
        dangers=layer.dangers,
        gates=layer.gates or _WHOLE,
        not_covered=layer.not_covered | _left_out(given),
    )


def _known(names: tuple[str, ...], known: Iterable[str], what: str) -> tuple[str, ...]:
    """The names themselves, each of which must be known."""
    known = list(known)
    for name in names:
        if name not in known:
            near = hint(name, known, f"known: {', '.join(known[:20])}")
            raise BadInput(f"{what} `{name}` does not exist; {near}")
    return names


def _rows(given: Given) -> dict[str, Chosen]:
    """The selected requirements, each with its force in this profile."""
    layer, known = given.layer, given.catalogue
    found: dict[str, Chosen] = {}
    for select in layer.select:
        _known(select.standards, known.standards, f"{given.place}: standard")
        _known(select.only, (id for _, id, _ in known.rows()), f"{given.place}: requirement")
        for standard in select.standards:  # in the order of the profile: that is the order of the report
            for id, row in known.standards[standard].requirements.items():
                if _takes(select, id, row) and id not in layer.without:
                    found[id] = Chosen(standard, layer.obligations.get(id, row.obligation), row)
    _known(tuple(layer.obligations), found, f"{given.place}: selected requirement")
    return found


def _takes(select: Select, id: str, row: Requirement) -> bool:
    return (
        (not select.obligations or row.obligation in select.obligations)
        and (not select.parts or row.part in (*select.parts, Part.BOTH))
        and (not select.only or id in select.only)
    )


def _met(given: Given, rows: dict[str, Chosen]) -> dict[str, Conflict]:
    """The conflicts with a side among the selected requirements; every one of them must be decided."""
    decides, conflicts = given.layer.decides, given.catalogue.conflicts
    if given.catalogue.standards:
        _known(tuple(decides), conflicts, f"{given.place}: conflict")
    met = {id: c for id, c in conflicts.items() if any(s.requirement in rows for s in c.sides.values())}
    for id, conflict in met.items():
        sides = ", ".join(conflict.sides)
        if id not in decides:
            raise BadInput(
                f"{given.place}: selects a side of conflict {id} ({conflict.title.en}) without deciding it; "
                f"write `decides: {{{id}: …}}` with one of {sides}"
            )
        _known((decides[id],), conflict.sides, f"{given.place}: conflict {id}: side")
    return met


def _overruled(given: Given, rows: dict[str, Chosen], met: dict[str, Conflict]) -> dict[str, Chosen]:
    """Mark the rows whose side of an exclusive conflict was not taken."""
    result = dict(rows)
    for id, conflict in met.items():
        taken = conflict.sides[given.layer.decides[id]].requirement
        losing = {s.requirement for s in conflict.sides.values()} - {taken} if conflict.exclusive else set()
        for name in losing & set(rows):
            assert name is not None
            result[name] = replace(rows[name], overruled=id)
    return result


def _uses(given: Given, rows: dict[str, Chosen], met: dict[str, Conflict]) -> dict[str, LockedUse]:
    """Every check the profile names, its requirements cite, or its facts are probed by, in the registry's order."""
    layer = given.layer
    _known(tuple(layer.checks), given.checks, f"{given.place}: check")
    live = {id: chosen for id, chosen in rows.items() if chosen.overruled is None}
    own = {id: use.obligation for id, use in layer.checks.items() if use.obligation is not None}
    own = dict.fromkeys(_probes(given, live), Obligation.MUST) | own
    force: dict[str, list[Obligation]] = {id: [obligation] for id, obligation in own.items()}
    for id, chosen in live.items():
        for check in _known(chosen.row.checks, given.checks, f"catalogue: {id}: check"):
            force.setdefault(check, []).append(chosen.obligation)
    for id in (*layer.checks, *layer.without):
        if id not in force and given.catalogue.row(id) is None:
            raise BadInput(f"{given.place}: `{id}` is named, but no layer and no requirement selects it")
    bounds = settings.bounds(live)
    result = {}
    for id in (id for id in given.checks if id in force and id not in layer.without):
        strongest = min(force[id], key=list(Obligation).index)
        said = settings.decided(layer.decides, met, id)
        said |= layer.checks.get(id, Use()).settings
        explicit = settings.explicit(given.checks[id], said, bounds, given.place)
        result[id] = LockedUse(strongest, explicit, id in own)
    return result


def _probes(given: Given, rows: dict[str, Chosen]) -> tuple[str, ...]:
    """The checks that look whether a denial is true: all of them, wherever requirements are decided."""
    known = given.catalogue.facts.values() if rows else ()
    probes = tuple(fact.probed_by for fact in known if fact.probed_by is not None)
    return _known(probes, given.checks, "catalogue: facts: check")


def _left_out(given: Given) -> dict[str, Gap]:
    gaps = {}
    for id, why in given.layer.without.items():
        row = given.catalogue.row(id)
        gaps[id] = Gap(row.title if row else given.checks[id].title, why)
    return gaps
