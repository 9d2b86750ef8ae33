"""The registry of switches: each makes its checks fail on the demo platform, and nothing else moves."""

from collections.abc import Iterable

from msgspec.structs import replace

from harness.demo import (
    defects_active,
    defects_certificates,
    defects_cookies,
    defects_denials,
    defects_idp,
    defects_idp_oauth,
    defects_idp_tokens,
    defects_names,
    defects_relying,
    defects_sessions,
    defects_smart,
    defects_tls,
    defects_web,
)
from harness.demo.switch import Defect
from harness.errors import BadInput
from harness.nearest import hint

_ALL: tuple[Defect, ...] = (
    *defects_tls.DEFECTS,
    *defects_certificates.DEFECTS,
    *defects_web.DEFECTS,
    *defects_cookies.DEFECTS,
    *defects_active.DEFECTS,
    *defects_names.DEFECTS,
    *defects_sessions.DEFECTS,
    *defects_denials.DEFECTS,
    *defects_relying.DEFECTS,
    *defects_idp.DEFECTS,
    *defects_idp_oauth.DEFECTS,
    *defects_idp_tokens.DEFECTS,
    *defects_smart.DEFECTS,
)
#: Left out when all are on together: each hides another of these, or is hidden by one that stays.
_APART = frozenset(
    {"cert-weak-key", "cert-wildcard", "cert-long-life", "csp-report-only", "cors-wildcard", "cookie-wide"}
    | {"tls-prefers-tls12", "tls-robot", "tls-no-secure-renegotiation", "tls-no-extended-master-secret"}
    | {"tls-long-tickets"}
    # Behind a certificate that does not verify no password is typed in, so that nothing of these is seen.
    | {one.name for one in defects_sessions.DEFECTS if one.name != "login-in-clear"}
)
#: Every defect by name, in the order in which they are applied.
DEFECTS: dict[str, Defect] = {one.name: replace(one, combinable=one.name not in _APART) for one in _ALL}
assert len(DEFECTS) == len(_ALL), "two defects have the same name"
assert DEFECTS.keys() >= _APART, "a name is not that of a defect"

__all__ = ["DEFECTS", "Defect", "chosen"]


def chosen(names: Iterable[str]) -> tuple[Defect, ...]:
    """The defects of these names in the order of the registry; raises BadInput for a name it does not know."""
    wanted = frozenset(names)
    for name in sorted(wanted - DEFECTS.keys()):
        near = hint(name, DEFECTS, f"known are {', '.join(DEFECTS)}")
        raise BadInput(f"no defect is named `{name}`; {near}")
    return tuple(one for name, one in DEFECTS.items() if name in wanted)
