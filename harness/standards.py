"""What there is to know of requirements, for the command line."""

from collections import Counter
from collections.abc import Iterator

import click
from msgspec.structs import replace

from harness import catalogue, coverage, locking, registry
from harness.catalogue import Catalogue
from harness.coverage import Status
from harness.errors import BadInput, Exit
from harness.evidence import encode
from harness.nearest import hint
from harness.requirement import Requirement
from harness.settings import words


def _selected(known: Catalogue, profile: str | None) -> Catalogue:
    """The catalogue, narrowed to the rows a profile selects."""
    if profile is None:
        return known
    chosen = locking.load(profile, registry.checks()).requirements
    narrowed = {}
    for id, standard in known.standards.items():
        rows = {name: chosen[name].row for name in standard.requirements if name in chosen}
        if rows:
            narrowed[id] = replace(standard, requirements=rows)
    return replace(known, standards=narrowed)


def list_rows(standard: str | None, profile: str | None, lang: str, *, as_json: bool) -> Exit:
    """Print one line a requirement."""
    known = _selected(catalogue.load(), profile)
    if standard is not None and standard not in known.standards:
        near = hint(standard, known.standards, f"known: {', '.join(known.standards)}")
        raise BadInput(f"there is no standard `{standard}`; {near}")
    rows = [(s, id, row) for s, id, row in known.rows() if standard in (None, s)]
    if as_json:
        plain = [{"id": id, "standard": s, "status": coverage.status(row), "row": row} for s, id, row in rows]
        click.echo(encode(plain), nl=False)
        return Exit.MET
    for _, id, row in rows:
        methods = "".join(method[0] for method in row.methods)
        click.echo(
            f"{id:<9} {row.obligation:<6} {methods:<3} {row.part:<10} {row.confidence:<10} "
            f"{coverage.status(row):<21} {getattr(row.title, lang)}"
        )
    return Exit.MET


def show_row(id: str, lang: str) -> Exit:
    """Print everything about one requirement."""
    known = catalogue.load()
    row = known.row(id.upper())
    if row is None:
        names = [name for _, name, _ in known.rows()]
        near = hint(id, names, "see `moph-harness requirements list`")
        raise BadInput(f"there is no requirement {id}; {near}")
    click.echo(
        f"{id.upper()} ({row.obligation}, {row.part}, {coverage.status(row)})  {getattr(row.title, lang)}\n"
    )
    for label, value in _details(known, id.upper(), row, lang):
        click.echo(f"{label:<12} {value}")
    return Exit.MET


def _details(known: Catalogue, id: str, row: Requirement, lang: str) -> Iterator[tuple[str, str]]:
    """(label, value) of everything a row says."""
    yield "methods", ", ".join(row.methods)
    yield "confidence", row.confidence
    for key in row.sources:
        source = known.sources[key]
        yield "source", f"{key}: {source.title} ({source.where}; {source.date}; {source.confidence})"
    yield from _decided_by(row, lang)
    for fact, values in row.applies.items():
        yield "applies", f"{getattr(known.facts[fact].title, lang)}: {', '.join(values)}"
    for label, text in (("derived", row.derived), ("not tested", row.not_tested), ("note", row.note)):
        if text is not None:
            yield label, getattr(text, lang)
    for name, conflict in known.conflicts.items():
        if any(side.requirement == id for side in conflict.sides.values()):
            yield "conflict", f"{name} {getattr(conflict.title, lang)}: {', '.join(conflict.sides)}"


def _decided_by(row: Requirement, lang: str) -> Iterator[tuple[str, str]]:
    specs = registry.checks()
    for check in row.checks:
        yield "check", f"{check} {getattr(specs[check].title, lang)}"
    for check, text in row.planned.items():
        yield "planned", f"{check} {getattr(text, lang)}"
    for place, limit in row.limits.items():
        yield "loosest", f"{place}: {words(limit)}"
    if row.evidence is not None:
        yield "document", getattr(row.evidence.what, lang)
        if row.evidence.max_age_days:
            yield "", f"at most {row.evidence.max_age_days} days old"


def show_coverage(profile: str | None, *, as_json: bool) -> Exit:
    """Print how many requirements of each standard are covered, and how."""
    known = _selected(catalogue.load(), profile)
    found = {id: coverage.counts(standard.requirements.values()) for id, standard in known.standards.items()}
    if as_json:
        click.echo(encode(found), nl=False)
        return Exit.MET
    click.echo(f"{'standard':<22}{'rows':>5}" + "".join(f"{s.split()[-1][:11]:>13}" for s in Status))
    for id, counted in found.items():
        _line(id, counted)
    _line("all", sum(found.values(), Counter[Status]()))
    return Exit.MET


def _line(name: str, counted: Counter[Status]) -> None:
    click.echo(f"{name:<22}{counted.total():>5}" + "".join(f"{counted[s]:>13}" for s in Status))
