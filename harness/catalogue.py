"""The catalogue: every standard, row by row, read from YAML and checked against itself and the registry."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from harness import yamlfile
from harness.errors import BadInput
from harness.requirement import Conflict, Fact, Reference, Requirement, Source, Standard

#: Files of the folder that are not standards.
SHARED = ("sources", "facts", "conflicts", "references")


class _Sources(Struct, forbid_unknown_fields=True):
    sources: dict[str, Source]


class _Facts(Struct, forbid_unknown_fields=True):
    facts: dict[str, Fact]


class _Conflicts(Struct, forbid_unknown_fields=True):
    conflicts: dict[str, Conflict]


class _References(Struct, forbid_unknown_fields=True):
    references: dict[str, Reference]


class Catalogue(Struct, frozen=True, kw_only=True):
    """All standards by id, and what their rows share."""

    standards: dict[str, Standard]
    sources: dict[str, Source]
    facts: dict[str, Fact]
    conflicts: dict[str, Conflict]
    references: dict[str, Reference]

    def rows(self) -> Iterator[tuple[str, str, Requirement]]:
        """(standard id, requirement id, requirement) of every row, in the order of the files."""
        for standard in self.standards.values():
            for id, row in standard.requirements.items():
                yield standard.id, id, row

    def row(self, id: str) -> Requirement | None:
        """The requirement `id`, None where there is none."""
        return next((row for _, here, row in self.rows() if here == id), None)


def folder() -> Path:
    """Where the shipped catalogue is."""
    import harness.profiles

    return Path(next(iter(harness.profiles.__path__))) / "catalogue"


def load(replacements: Path | None = None) -> Catalogue:
    """Read the shipped catalogue; a file of `replacements` takes the place of the shipped one of that name.

    Raises BadInput at the first thing that does not hold together.
    """
    files = {path.stem: path for path in sorted(folder().glob("*.yaml"))}
    if replacements is not None:
        own = {path.stem: path for path in sorted(replacements.glob("*.yaml"))}
        if not own:
            raise BadInput(f"{replacements}: no .yaml file here; expected a folder of catalogue files")
        files |= own
    found = Catalogue(
        standards=_standards(path for name, path in files.items() if name not in SHARED),
        sources=yamlfile.load(files["sources"], _Sources).sources,
        facts=yamlfile.load(files["facts"], _Facts).facts,
        conflicts=yamlfile.load(files["conflicts"], _Conflicts).conflicts,
        references=yamlfile.load(files["references"], _References).references,
    )
    for fault in faults(found):
        raise BadInput(f"catalogue: {fault}")
    return found


def _standards(paths: Iterable[Path]) -> dict[str, Standard]:
    found: dict[str, Standard] = {}
    for path in paths:
        standard = yamlfile.load(path, Standard)
        if standard.id != path.stem:
            raise BadInput(f"{path}: id is `{standard.id}`; expected the file's own name, `{path.stem}`")
        found[standard.id] = standard
    return found


def faults(catalogue: Catalogue) -> Iterator[str]:
    """What does not hold together inside the catalogue, a sentence each."""
    seen: dict[str, str] = {}
    for standard, id, row in catalogue.rows():
        if id in seen:
            yield f"{id} stands in `{seen[id]}` and in `{standard}`; ids are unique"
        seen[id] = standard
        yield from (f"{id}: {words}" for words in _row_faults(catalogue, row))
    for standard in catalogue.standards:
        yield from _score_faults(catalogue, standard)
    for id, conflict in catalogue.conflicts.items():
        for name, side in conflict.sides.items():
            if side.requirement is not None and side.requirement not in seen:
                yield f"conflict {id}, side `{name}`: there is no requirement {side.requirement}"
        yield from (f"conflict {id}: {w}" for w in _unknown(conflict.sources, catalogue.sources, "source"))


def _row_faults(catalogue: Catalogue, row: Requirement) -> Iterator[str]:
    yield from _unknown(row.sources, catalogue.sources, "source")
    yield from _unknown(row.applies, catalogue.facts, "fact")
    for name, values in row.applies.items():
        if name in catalogue.facts:
            yield from _unknown(values, catalogue.facts[name].values, f"value of `{name}`")
    for place, limit in row.limits.items():
        check, _, setting = place.partition(".")
        if not setting or check not in (*row.checks, *row.planned):
            yield f"limit `{place}`: expected CHECK.setting with a check of this row"
        if sum(x is not None for x in (limit.at_least, limit.at_most, limit.equals)) != 1:
            yield f"limit `{place}`: give exactly one of at_least, at_most, equals"
    if not (row.checks or row.evidence or row.planned or row.derived or row.not_tested):
        yield "neither check nor evidence nor a reason why nobody looks; give one"


def _score_faults(catalogue: Catalogue, standard: str) -> Iterator[str]:
    rows = catalogue.standards[standard].requirements
    for id, score in catalogue.standards[standard].scores.items():
        yield from (f"score `{id}`: {w}" for w in _unknown(score.items, rows, "requirement"))
        yield from (f"score `{id}`: {w}" for w in _unknown(score.sources, catalogue.sources, "source"))
        if score.declared_in is not None and score.declared_in not in rows:
            yield f"score `{id}`: there is no requirement {score.declared_in}"
        if score.passed_weight + score.impact_weight != 100:
            yield f"score `{id}`: the weights add up to {score.passed_weight + score.impact_weight}, not 100"


def _unknown(names: Iterable[str], known: Iterable[str], what: str) -> Iterator[str]:
    known = set(known)
    return (f"unknown {what} `{name}`" for name in names if name not in known)


def empty(replacements: Path | None = None) -> Catalogue:
    """A catalogue of facts alone, for profiles that select no requirement."""
    own = replacements / "facts.yaml" if replacements is not None else None
    facts = yamlfile.load(own if own and own.is_file() else folder() / "facts.yaml", _Facts).facts
    return Catalogue(standards={}, sources={}, facts=facts, conflicts={}, references={})
