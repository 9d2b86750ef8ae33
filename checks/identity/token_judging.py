"""From several experiments to one judgement. What was granted decides; nothing passes on an experiment that did not run."""

from msgspec.structs import replace

from harness.experiment import Attempt, Experiment, refused, unusable
from harness.model import Fault, Judgement, Text, Verdict

from .token_evidence import Trials

#: Attempts that the reason of a pass lists by name.
_SHOWN = 8


def settle(found: Trials, *names: str) -> Judgement:
    """Judge the named experiments (all without a name) as one: everything that should be refused was refused."""
    chosen = {name: e for name, e in found.experiments.items() if not names or name in names}
    return settled(tuple(chosen.values()), found.lacking)


def settled(experiments: tuple[Experiment, ...], lacking: tuple[str, ...] = ()) -> Judgement:
    """Something granted fails; then what could not be carried out; then not offered; else all was refused."""
    granted = tuple(a for e in experiments for a in e.attempts if a.granted)
    if granted:
        return refused(Experiment(control=_control(experiments) or granted[0], attempts=granted))
    offered = tuple(e for e in experiments if e.not_offered is None)
    stops = [stop for e in offered if (stop := unusable(e)) is not None]
    if stops:
        return stops[0]
    if lacking:
        return not_run(lacking)
    if not offered:
        return unusable(experiments[0] if experiments else None) or refused(None)
    return _short(tuple(a for e in offered for a in e.attempts), _control(offered))


def _short(tried: tuple[Attempt, ...], control: Attempt | None) -> Judgement:
    """As `refused` says it, but with a few of many attempts; the evidence holds them all."""
    found = refused(Experiment(control=control, attempts=tried))
    if len(tried) <= _SHOWN or found.verdict is not Verdict.PASS:
        return found
    few = refused(Experiment(control=control, attempts=tried[:_SHOWN])).reason
    n, more = len(tried), len(tried) - _SHOWN
    en = few.en.replace(str(_SHOWN), str(n), 1) + f"; and {more} more"
    th = few.th.replace(str(_SHOWN), str(n), 1) + f" และอีก {more} วิธี"
    return replace(found, reason=Text(en, th))


def not_run(lacking: tuple[str, ...]) -> Judgement:
    """Not run for want of a test client."""
    names = ", ".join(lacking)
    reason = Text(
        f"the target file names no test client `{names}`; register one for the test",
        f"ไฟล์เป้าหมายไม่ได้ระบุไคลเอนต์ทดสอบ `{names}` โปรดลงทะเบียนไว้สำหรับการทดสอบ",
    )
    return Judgement(Verdict.NOT_RUN, reason, 0, fault=Fault.CREDENTIALS)


def noted(judgement: Judgement, name: str, attempts: tuple[Attempt, ...]) -> Judgement:
    """The judgement with what else was granted, which this profile does not score."""
    seen = ", ".join(a.name for a in attempts if a.granted) or "none"
    return replace(judgement, facts=(*judgement.facts, (name, seen)))


def attempts(found: Trials, name: str) -> tuple[Attempt, ...]:
    """The attempts of one experiment, none where it was not carried out."""
    experiment = found.experiments.get(name)
    return experiment.attempts if experiment else ()


def _control(experiments: tuple[Experiment, ...]) -> Attempt | None:
    return next((e.control for e in experiments if e.control is not None and e.control.granted), None)
