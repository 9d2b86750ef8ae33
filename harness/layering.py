"""Layers of profile files: found by id or path, laid over one another, the later one winning."""

from pathlib import Path

from msgspec.structs import asdict, replace

from harness import yamlfile
from harness.errors import BadInput
from harness.nearest import hint
from harness.profile import Layer, Use

#: Layers below one profile; more is a mistake.
MAX_LAYERS = 16


def shipped() -> dict[str, Path]:
    """The profiles that come with the harness, by id."""
    import harness.profiles

    folder = Path(next(iter(harness.profiles.__path__)))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find(name: str, beside: Path | None = None) -> Path:
    """The file of the profile `name`: shipped, or a path, from the folder `beside` if that is given."""
    known = shipped()
    if name in known:
        return known[name]
    path = (beside or Path()) / name
    if not path.is_file():
        near = hint(name, known, f"shipped profiles: {', '.join(known)}")
        raise BadInput(f"profile `{name}` is neither shipped nor a file; {near}")
    return path


def layers(path: Path, above: tuple[Path, ...] = ()) -> list[tuple[Path, Layer]]:
    """The layers of the profile at `path`, lowest first, itself last. Raises BadInput on a circle."""
    here = path.resolve()
    if here in above or len(above) >= MAX_LAYERS:
        raise BadInput(f"{path}: extends itself, by way of {', '.join(p.name for p in above)}")
    top = yamlfile.load(path, Layer)
    found = [pair for name in top.extends for pair in layers(find(name, path.parent), (*above, here))]
    catalogue = str(path.parent / top.catalogue) if top.catalogue is not None else None
    return [*found, (path, replace(top, catalogue=catalogue))]


def merged(pairs: list[tuple[Path, Layer]]) -> Layer:
    """One layer that says what all of them say together."""
    result = pairs[0][1]
    for _, layer in pairs[1:]:
        result = _over(result, layer)
    return result


def _over(below: Layer, above: Layer) -> Layer:
    """Tables are joined, selections added, plain values replaced where the upper layer states one."""
    said = {}
    for name, value in asdict(above).items():
        old = getattr(below, name)
        if name == "checks":
            said[name] = old | {id: _use(old.get(id), use) for id, use in value.items()}
        elif name in ("select", "requires"):
            said[name] = (*old, *(x for x in value if x not in old))
        elif isinstance(value, dict):
            said[name] = old | value
        else:
            unsaid = value is None or (value == () and name != "dangers")  # no danger at all can be said
            said[name] = old if unsaid else value
    return Layer(**said)


def _use(old: Use | None, new: Use) -> Use:
    if old is None:
        return new
    return Use(new.obligation or old.obligation, old.settings | new.settings)
