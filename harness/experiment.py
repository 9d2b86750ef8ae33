"""Experiments: a positive control, the attempts that should be refused, and what each of them was given.

Probes carry them out and write down what happened; rules judge them. An attempt says nothing of right or wrong:
`granted` is whether what was asked for was given.
"""

from msgspec import Struct
from msgspec.structs import replace

from harness.model import Fault, Judgement, Text, failed, inconclusive, not_applicable, passed
from harness.wording import both, joined, quoted


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One try. `granted` is None where it could not be told (no answer, an answer that fits nothing).

    `error` is the error code the platform gave, `exchange` the id of the exchange that decides, `note` what
    else was seen; both texts redacted and bounded by the probe.
    """

    name: str
    granted: bool | None
    status: int | None = None
    error: str = ""
    exchange: str = ""
    note: str = ""

    @property
    def told(self) -> Text:
        """What came back, in a few words of both languages."""
        came = Text(str(self.status), str(self.status)) if self.status else both("no answer")
        return joined((both(self.name), came, Text(self.error, self.error), quoted(self.note)), " ")

    @property
    def seen(self) -> str:
        """What came back, in a few words."""
        return self.told.en


class Experiment(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A control that must be granted, before and where it says so after, and attempts between them.

    `not_offered` says why the platform gives nothing to try here; then nothing was attempted.
    """

    control: Attempt | None = None
    attempts: tuple[Attempt, ...] = ()
    after: Attempt | None = None
    not_offered: Text | None = None


def refused(experiment: Experiment | None) -> Judgement:
    """Every attempt was refused while the control was granted. The frame of most negative tests."""
    granted = [a for a in experiment.attempts if a.granted] if experiment is not None else []
    stop = unusable(experiment)
    if stop is not None and not granted:  # what was given away is proof enough without a control
        return stop
    assert experiment is not None
    unclear = [a for a in experiment.attempts if a.granted is None]
    if granted:
        found = failed("granted: {what}", "ระบบยอมให้: {what}", what=_list(granted))
    elif unclear:
        found = inconclusive("could not be told: {what}", "ไม่สามารถสรุปได้: {what}", what=_list(unclear))
        found = replace(found, fault=Fault.TARGET)
    else:
        found = passed(
            "{n} attempts refused while {control} was granted: {what}",
            "ปฏิเสธทั้ง {n} วิธี ขณะที่ {control} ใช้ได้ตามปกติ: {what}",
            n=len(experiment.attempts),
            control=both(experiment.control.name if experiment.control else ""),
            what=_list(experiment.attempts),
        )
    deciding = granted or unclear or experiment.attempts
    return replace(
        found,
        assertions=len(experiment.attempts),
        exchanges=tuple(a.exchange for a in deciding if a.exchange),
        control=experiment.control and (experiment.control.exchange or experiment.control.name),
    )


def unusable(experiment: Experiment | None) -> Judgement | None:
    """Why an experiment decides nothing: not offered, not carried out, or without a control that held."""
    if experiment is None:
        return _undecided("the experiment was not carried out", "ไม่ได้ทำการทดลองนี้")
    if experiment.not_offered is not None:
        text = experiment.not_offered
        return not_applicable(text.en.replace("{", "{{"), text.th.replace("{", "{{"))
    for control in (experiment.control, experiment.after):
        if control is not None and not control.granted:
            return _undecided(
                "the control did not hold ({seen}), so a refusal proves nothing",
                "การทดลองควบคุมไม่สำเร็จ ({seen}) การถูกปฏิเสธจึงไม่พิสูจน์สิ่งใด",
                seen=control.told,
            )
    if experiment.control is None or not experiment.attempts:
        return _undecided("nothing was attempted", "ไม่มีการทดลองใดเกิดขึ้น")
    return None


def _undecided(en: str, th: str, **values: object) -> Judgement:
    return replace(inconclusive(en, th, **values), assertions=0, fault=Fault.TARGET)


def _list(attempts: list[Attempt] | tuple[Attempt, ...]) -> Text:
    return joined(a.told for a in attempts)
