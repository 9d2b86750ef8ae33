"""From experiments to judgements, for the rules of this folder."""

from collections.abc import Iterable

from msgspec.structs import replace

from harness.experiment import Attempt, Experiment, refused, unusable
from harness.model import Fault, Judgement, Text, Verdict, failed, inconclusive, passed
from harness.wording import both, joined

from .evidence import LoginRedirect, RelyingTrials

_REGISTERED = Text("it is the one registered at the provider", "ตรงกับค่าที่ลงทะเบียนไว้กับผู้ให้บริการ")
NO_SIGN_IN = Text("no sign-in began", "ไม่มีการเข้าสู่ระบบเริ่มขึ้น")
_UNSAID = Text("the target file does not say which value is registered", "ทั้งนี้ แฟ้มเป้าหมายไม่ได้ระบุค่าที่ลงทะเบียน")


def judged(found: RelyingTrials, name: str) -> Judgement:
    """Whether one experiment held: all refused while the good sign-in was granted, before and after."""
    return refused(found.experiments.get(name))


def granted(experiment: Experiment | None) -> Judgement:
    """Every attempt was granted, as it should be, with the controls around it."""
    stop = unusable(experiment)
    if stop is not None:
        return stop
    assert experiment is not None
    assert experiment.control is not None
    wrong = [a for a in experiment.attempts if a.granted is False]
    unclear = [a for a in experiment.attempts if a.granted is None]
    if wrong:
        found = failed("not granted: {what}", "ไม่สำเร็จ: {what}", what=came(wrong))
    elif unclear:
        found = replace(undecided(came(unclear)), assertions=0)
    else:
        found = passed("granted: {what}", "สำเร็จ: {what}", what=came(experiment.attempts))
    control = experiment.control.exchange or experiment.control.name
    return replace(found, exchanges=cited(wrong or unclear or experiment.attempts), control=control)


def picked(experiment: Experiment | None, *names: str) -> Experiment | None:
    """An experiment with those of its attempts only whose names begin so."""
    if experiment is None:
        return None
    return replace(experiment, attempts=tuple(a for a in experiment.attempts if a.name.startswith(names)))


def undecided(what: Text) -> Judgement:
    """The platform did not let us tell."""
    found = inconclusive("could not be told: {what}", "ไม่สามารถสรุปได้: {what}", what=what)
    return replace(found, fault=Fault.TARGET)


def unset(en: str, th: str) -> Judgement:
    """Not run, for something that the target file or the profile does not say."""
    return Judgement(Verdict.NOT_RUN, Text(en, th), 0, fault=Fault.CONFIGURATION)


def cited(attempts: list[Attempt] | tuple[Attempt, ...]) -> tuple[str, ...]:
    """The exchanges of attempts."""
    return tuple(a.exchange for a in attempts if a.exchange)


def plain(found: RelyingTrials) -> LoginRedirect | None:
    """Where the sign-in leads when nobody meddles."""
    return next((r for r in found.redirects if r.name == "plain"), None)


def worst_of(judgements: list[Judgement]) -> Judgement:
    """The first that failed, else the first that decides nothing, else the last."""
    for verdicts in ((Verdict.FAIL,), (Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.ERROR)):
        for one in judgements:
            if one.verdict in verdicts:
                return one
    return judgements[-1]


def moved(found: RelyingTrials) -> Judgement:
    """Whether redirect_uri stayed the same, byte for byte, in every redirect and every exchange of a code."""
    first = plain(found)
    if first is None or not first.redirect_uri:
        return failed("the sign-in sends no redirect_uri", "การเข้าสู่ระบบไม่ส่ง redirect_uri")
    right = found.registered or first.redirect_uri
    wrong = _shape(right)
    other = [r for r in found.redirects if r.redirect_uri and r.redirect_uri != right]
    wrong += [_with(r) for r in other]
    tokens = [c for c in found.calls if c.call == "token" and c.same_redirect is not None]
    if any(c.same_redirect is False for c in tokens):
        wrong.append(Text("another value in the token request", "คำขอโทเคนใช้ค่าอื่น"))
    ids = tuple(r.exchange for r in (other or found.redirects) if r.exchange)
    if wrong:
        judgement = failed("redirect_uri: {what}", "redirect_uri: {what}", what=joined(wrong))
    elif not tokens:
        judgement = undecided(
            Text(
                "no code was exchanged, so the token request was not seen",
                "ไม่มีการแลกรหัสอนุญาต จึงไม่เห็นคำขอโทเคน",
            )
        )
    else:
        judgement = passed(
            "{uri} in {n} redirects, also with a changed host or path, and in {m} token requests; {source}",
            "{uri} ตรงกันใน {n} การเปลี่ยนเส้นทาง รวมถึงเมื่อโฮสต์หรือพาธถูกแก้ไข และใน {m} คำขอโทเคน {source}",
            uri=right,
            source=_REGISTERED if found.registered else _UNSAID,
            n=sum(bool(r.redirect_uri) for r in found.redirects),
            m=len(tokens),
        )
    return replace(judgement, exchanges=ids, assertions=len(found.redirects) + len(tokens))


def _with(redirect: LoginRedirect) -> Text:
    uri, name = redirect.redirect_uri, both(redirect.name)
    return Text(f"{uri} with {name.en}", f"{uri} เมื่อมี{name.th}")


def _shape(uri: str) -> list[Text]:
    wrong = [] if uri.startswith("https://") else [Text(f"{uri} is not https", f"{uri} ไม่ใช่ https")]
    return wrong + [Text(f"{uri} holds `{sign}`", f"{uri} มี `{sign}`") for sign in ("#", "*") if sign in uri]


def came(attempts: Iterable[Attempt]) -> Text:
    """What came of attempts."""
    return joined(a.told for a in attempts)
