"""Roll-up: the one place where verdicts are combined and a decision is made. Renderers never compute either."""

from collections.abc import Iterable

from harness.errors import Exit
from harness.model import Decision, Obligation, Verdict
from harness.record import Item, Tally

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}

#: Verdicts that neither help nor hurt: the check does not speak about this platform.
NEUTRAL = frozenset({Verdict.NOT_APPLICABLE, Verdict.INFO})
#: Verdicts that leave a binding check undecided.
UNDECIDED = frozenset(
    {Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NEEDS_REVIEW, Verdict.NOT_COVERED}
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a group: the worst of its members, `not_covered` for an empty group.

    A maximum over a fixed order is commutative, associative and idempotent, so no grouping can hide a failure.
    """
    return min(verdicts, key=_RANK.__getitem__, default=Verdict.NOT_COVERED)


def decide(items: Iterable[Item], *, complete: bool) -> Decision:
    """The decision of a profile over its binding (must) checks.

    One proven failure decides, whatever else is unknown. Without one, an unfinished run, an undecided
    check, or nothing at all that passed leaves it undetermined.
    """
    binding = [item.verdict for item in items if item.obligation is Obligation.MUST]
    if Verdict.FAIL in binding:
        return Decision.NON_CONFORMANT
    if not complete or UNDECIDED.intersection(binding) or Verdict.PASS not in binding:
        return Decision.UNDETERMINED
    return Decision.CONFORMANT


def tally(items: Iterable[Item]) -> Tally:
    """Applicable, decided and passed binding checks: two plain fractions, never a percentage."""
    binding = [
        item.verdict for item in items if item.obligation is Obligation.MUST and item.verdict not in NEUTRAL
    ]
    decided = [verdict for verdict in binding if verdict not in UNDECIDED]
    return Tally(len(binding), len(decided), decided.count(Verdict.PASS))


def exit_code(decision: Decision) -> Exit:
    """The exit code that a gate on this decision gives."""
    return {
        Decision.CONFORMANT: Exit.MET,
        Decision.CONFORMANT_WITH_WAIVERS: Exit.MET,
        Decision.NON_CONFORMANT: Exit.NOT_MET,
        Decision.UNDETERMINED: Exit.UNDECIDED,
    }[decision]
