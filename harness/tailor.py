"""A profile and a target brought together: what of the target it looks at, and which facts it needs to be told."""

from msgspec.structs import replace

from harness.errors import BadInput
from harness.nearest import hint
from harness.profile import Locked
from harness.target import Target


def narrowed(target: Target, locked: Locked) -> Target:
    """The target as far as the profile looks at it: components of its kinds, dangers it allows. Raises BadInput."""
    kept = tuple(c for c in target.components if not locked.components or c.kind in locked.components)
    if not kept:
        kinds = ", ".join(locked.components)
        raise BadInput(f"profile {locked.id} looks at components of kind {kinds}; the target has none")
    dangers = target.scope.dangers if locked.dangers is None else target.scope.dangers & set(locked.dangers)
    return replace(target, components=kept, scope=replace(target.scope, dangers=dangers))


def check_facts(target: Target, locked: Locked) -> None:
    """Every fact the target states is known, and every one the profile requires is stated. Raises BadInput."""
    for name, value in target.facts.items():
        if name not in locked.facts:
            near = hint(name, locked.facts, f"known: {', '.join(locked.facts)}")
            raise BadInput(f"target: unknown fact `{name}`; {near}")
        if value not in locked.facts[name].values:
            raise BadInput(
                f"target: fact `{name}` is `{value}`; expected one of {', '.join(locked.facts[name].values)}"
            )
    for name in locked.requires:
        if name not in target.facts:
            about = locked.facts[name]
            raise BadInput(
                f"target: profile {locked.id} needs the fact `{name}` ({about.title.en}); "
                f"write `facts: {{{name}: …}}` with one of {', '.join(about.values)}"
            )
