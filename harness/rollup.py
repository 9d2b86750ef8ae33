"""Roll-up: the one place where verdicts are combined and a decision is made. Renderers never compute either."""

from collections import Counter
from collections.abc import Iterable

from harness.errors import Exit
from harness.ledger import Clause, Tally
from harness.model import Decision, Obligation, Verdict
from harness.record import Item, Result

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


def count(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    """How often each verdict occurs, worst first, without those that do not."""
    counted = Counter(verdicts)
    return {verdict: counted[verdict] for verdict in Verdict if counted[verdict]}


def standing(results: Iterable[Result]) -> Verdict | None:
    """The worst verdict with waived failures taken as accepted; None where no waiver lies over any."""
    results = tuple(results)
    if not any(result.waiver for result in results):
        return None
    return worst(Verdict.PASS if result.waiver else result.verdict for result in results)


def decide(rows: Iterable[Item | Clause], *, complete: bool) -> Decision:
    """The decision over the binding (must) checks and requirements.

    One proven failure that no waiver accepts decides, whatever else is unknown. Without one, an unfinished
    run, anything undecided, or nothing at all that passed leaves it undetermined.
    """
    binding = [row for row in rows if row.obligation is Obligation.MUST]
    verdicts = [row.standing or row.verdict for row in binding]
    if Verdict.FAIL in verdicts:
        return Decision.NON_CONFORMANT
    if not complete or UNDECIDED.intersection(verdicts) or Verdict.PASS not in verdicts:
        return Decision.UNDETERMINED
    if any(row.standing is not None for row in binding):
        return Decision.CONFORMANT_WITH_WAIVERS
    return Decision.CONFORMANT


def tally(rows: Iterable[Item | Clause]) -> Tally:
    """Applicable, decided and passed binding rows: two plain fractions, never a percentage."""
    binding = [
        row.verdict for row in rows if row.obligation is Obligation.MUST and row.verdict not in NEUTRAL
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
