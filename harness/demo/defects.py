"""The registry of switches: each makes its checks fail on the demo platform, and nothing else moves."""

import difflib
from collections.abc import Iterable

from harness.demo import (
    defects_active,
    defects_certificates,
    defects_cookies,
    defects_names,
    defects_tls,
    defects_web,
)
from harness.demo.switch import Defect
from harness.errors import BadInput

_ALL: tuple[Defect, ...] = (
    *defects_tls.DEFECTS,
    *defects_certificates.DEFECTS,
    *defects_web.DEFECTS,
    *defects_cookies.DEFECTS,
    *defects_active.DEFECTS,
    *defects_names.DEFECTS,
)
#: Every defect by name, in the order in which they are applied.
DEFECTS: dict[str, Defect] = {one.name: one for one in _ALL}
assert len(DEFECTS) == len(_ALL), "two defects have the same name"

__all__ = ["DEFECTS", "Defect", "chosen"]


def chosen(names: Iterable[str]) -> tuple[Defect, ...]:
    """The defects of these names in the order of the registry; raises BadInput for a name it does not know."""
    wanted = frozenset(names)
    for name in sorted(wanted - DEFECTS.keys()):
        close = difflib.get_close_matches(name, DEFECTS, 1)
        hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(DEFECTS)}"
        raise BadInput(f"no defect is named `{name}`; {hint}")
    return tuple(one for one in _ALL if one.name in wanted)
