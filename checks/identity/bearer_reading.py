"""What the checks of tokens at the resource have in common."""

from msgspec.structs import replace

from harness.experiment import Attempt, Experiment, refused
from harness.model import Fault, Judgement, Text, Verdict, failed, inconclusive
from harness.wording import both, joined


def judged(experiment: Experiment) -> Judgement:
    """Every attempt was refused between two uses of the genuine token; a grant counts whatever the last control said."""
    if any(a.granted for a in experiment.attempts) and experiment.control and experiment.control.granted:
        return refused(replace(experiment, after=None))
    return refused(experiment)


def fetched(found: Judgement, names: tuple[str, ...]) -> Judgement:
    """The judgement, worse where the platform called an address that it read in a token."""
    if not names:
        return found
    called = Text(
        "the platform fetched an address named in a token: {names}",
        "แพลตฟอร์มเรียกที่อยู่ซึ่งระบุไว้ในโทเคน: {names}",
    ).of({"names": joined(map(both, names), ", ")})
    if found.verdict is Verdict.FAIL:
        called = Text(f"{found.reason.en}; {called.en}", f"{found.reason.th}; {called.th}")
    worse = failed("{en}", "{th}", en=called.en, th=called.th)
    return replace(
        worse, assertions=max(1, found.assertions), exchanges=found.exchanges, control=found.control
    )


def unprovable(why: Text | None, *, fault: Fault = Fault.CREDENTIALS) -> Judgement:
    """Nothing that the issuer signed could be had with this fault, so nothing is proven."""
    said = why or Text("none could be had", "ไม่สามารถจัดหาได้")
    found = inconclusive(
        "changing a claim breaks the signature, so only a token that the issuer signed with this fault would prove it; "
        "{en}; name the test environment's `signing_key` in the target file",
        "การแก้ไขข้อมูลทำให้ลายมือชื่อเสีย จึงต้องใช้โทเคนที่ผู้ออกลงลายมือชื่อพร้อมข้อบกพร่องนี้เท่านั้นจึงจะพิสูจน์ได้ {th} "
        "โปรดระบุ `signing_key` ของระบบทดสอบในไฟล์เป้าหมาย",
        en=said.en,
        th=said.th,
    )
    return replace(found, fault=fault, assertions=0)


def told(attempts: tuple[Attempt, ...]) -> tuple[tuple[str, str], ...]:
    """Attempts that no standard decides, as facts."""
    words = {True: "let in", False: "refused", None: "could not be told"}
    return tuple((a.name, words[a.granted]) for a in attempts)
