"""What a code is good for: once, for its client, for its address, for a while (OAU-04, OAU-05, OAU-22)."""

from msgspec.structs import replace

from harness.experiment import Attempt, refused
from harness.model import Fault, Judgement, Text, Verdict, failed, needs_review
from harness.registry import Thai, check
from harness.wording import both, joined

from .authorization_evidence import CodeLife, CodeTrials
from .token_judging import not_run, settled

_LEFT_OUT = "redirect_uri left out"


@check(
    "OAU-04",
    title="A code works once",
    severity="high",
    verifies=("RFC 6749 §4.1.2", "RFC 9700 §4.5"),
    remedy="Mark a code as used in the same transaction that issues its tokens. When it comes again, refuse it and "
    "revoke the tokens it gave.",
    absence=True,
    thai=Thai(
        title="รหัสอนุญาตใช้ได้เพียงครั้งเดียว",
        why="รหัสอนุญาตที่ใช้ซ้ำได้เปิดโอกาสให้ผู้ที่พบรหัสในประวัติหรือบันทึกของระบบแลกโทเคนของตนเองในนามเจ้าหน้าที่โดยไม่มีใครทราบ",
        remedy="บันทึกว่ารหัสถูกใช้แล้วในธุรกรรมเดียวกับการออกโทเคน หากมีการใช้ซ้ำให้ปฏิเสธและเพิกถอนโทเคนที่ออกจากรหัสนั้น",
    ),
)
def code_once(trials: CodeTrials, *, revoke: bool = False) -> Judgement:
    """Check that a code which was redeemed is refused when it comes again, and note whether its tokens die.

    A code seen twice has been stolen by one of the two. RFC 6749 demands the refusal and recommends that the
    tokens are revoked, so tokens that live on are a fact here; with `revoke` they fail, as ASVS 5.0.0-10.4.2 asks.
    """
    found = refused(trials.replay)
    alive = _alive(trials)
    told = replace(found, facts=(("tokens of the code after its second use", _told(trials, alive)),))
    if not (revoke and alive and told.verdict is Verdict.PASS):
        return told
    reason = Text(
        "the second use was refused, but what the first gave still works: {names}",
        "การใช้ครั้งที่สองถูกปฏิเสธ แต่สิ่งที่ได้จากครั้งแรกยังใช้ได้: {names}",
    ).of({"names": joined((both(a.name) for a in alive), ", ")})
    return replace(told, verdict=Verdict.FAIL, reason=reason, exchanges=tuple(a.exchange for a in alive))


def _alive(trials: CodeTrials) -> list[Attempt]:
    """Uses that still work although they worked before, and so prove something."""
    before = {a.name for a in trials.alive if a.granted} | {"refresh token"}
    return [a for a in trials.survivors if a.granted and a.name in before]


def _told(trials: CodeTrials, alive: list[Attempt]) -> str:
    if not trials.survivors:
        return "not tried"
    return "; ".join(f"{a.name}: {'works' if a in alive else a.seen}" for a in trials.survivors)


@check(
    "OAU-05",
    title="A code works only for the client and the redirect address it was given for",
    severity="high",
    verifies=("RFC 6749 §4.1.3", "RFC 9700 §4.5"),
    remedy="Keep the client and the redirect_uri with the code and compare both when it is redeemed.",
    absence=True,
    thai=Thai(
        title="รหัสอนุญาตใช้ได้เฉพาะกับไคลเอนต์และ redirect_uri ที่ขอรหัสนั้น",
        why="หากไคลเอนต์อื่นนำรหัสไปแลกได้ แอปพลิเคชันหนึ่งที่ถูกยึดจะเปิดข้อมูลที่ผู้ป่วยอนุญาตให้แอปพลิเคชันอื่นได้",
        remedy="เก็บไคลเอนต์และ redirect_uri ไว้คู่กับรหัสอนุญาต และเปรียบเทียบทั้งสองค่าเมื่อมีการแลกโทเคน",
    ),
)
def code_bound(trials: CodeTrials, *, repeated: bool = False) -> Judgement:
    """Check that another client cannot redeem a code, and that it cannot be redeemed for another address.

    Otherwise one client that was taken over opens what patients allowed to another. With `repeated` the token
    request must also repeat the address (RFC 6749); by default leaving it out is a fact, for with PKCE and exact
    addresses nothing hangs on it and OAuth 2.1 does without.
    """
    kept = tuple(a for a in trials.address.attempts if repeated or a.name != _LEFT_OUT)
    experiments = (replace(trials.address, attempts=kept),) + ((trials.stranger,) if trials.stranger else ())
    found = settled(experiments)
    if trials.stranger is None and found.verdict is Verdict.PASS:
        found = not_run(("other",))
    left_out = next((a for a in trials.address.attempts if a.name == _LEFT_OUT), None)
    return replace(found, facts=((_LEFT_OUT, left_out.seen if left_out else "not tried"),))


@check(
    "OAU-22",
    title="A code that nobody redeems ends within ten minutes",
    severity="medium",
    verifies=("RFC 6749 §4.1.2", "ASVS 5.0.0-10.4.3"),
    remedy="Let codes end after a minute, and compare the time when one is redeemed; a clean-up job alone is too late. "
    "Declare the life in the target file as code_seconds. A test environment may make it shorter.",
    thai=Thai(
        title="รหัสอนุญาตที่ไม่มีผู้ใช้สิ้นอายุภายในสิบนาที",
        why="รหัสอนุญาตค้างอยู่ในประวัติของเบราว์เซอร์และบันทึกของเซิร์ฟเวอร์ ยิ่งรหัสมีอายุนาน ผู้ที่พบรหัสยิ่งมีโอกาสนำไปแลกโทเคนได้มาก",
        remedy="กำหนดให้รหัสสิ้นอายุภายในหนึ่งนาทีและตรวจเวลาเมื่อมีการแลกโทเคน การลบด้วยงานตามกำหนดเวลาเพียงอย่างเดียวช้าเกินไป "
        "แจ้งอายุในไฟล์เป้าหมายเป็น code_seconds ในสภาพแวดล้อมทดสอบอาจกำหนดให้สั้นลงได้",
    ),
)
def code_ends(found: CodeLife, *, at_most: int = 600) -> Judgement:
    """Check that a code is worth nothing once its time is over.

    Codes stay in browser histories and server logs; the longer they live, the likelier somebody redeems one that was
    left there. RFC 6749 and ASVS (levels 1 and 2) allow ten minutes, ASVS level 3 one. A life of up to a minute is
    awaited; a longer one rests on what the owner declares, so a person must look at the provider's settings.
    """
    if found.declared is None:
        reason = Text(
            "the target file does not declare code_seconds, how long a code lives",
            "ไฟล์เป้าหมายไม่ได้แจ้ง code_seconds ซึ่งเป็นอายุของรหัสอนุญาต",
        )
        return Judgement(Verdict.NOT_RUN, reason, 0, fault=Fault.CONFIGURATION)
    if found.declared > at_most:
        words = ("declared: {n} s, above {most}", "ค่าที่แจ้ง: {n} วินาที เกิน {most}")
        return failed(*words, n=found.declared, most=at_most)
    if found.late is None:
        return needs_review(
            "declared: {n} s, within {most}, but too long to be awaited ({wait} s at most); look at the provider's settings",
            "ค่าที่แจ้ง: {n} วินาที ไม่เกิน {most} แต่นานเกินกว่าจะรอ (ไม่เกิน {wait} วินาที) โปรดตรวจค่าตั้งของผู้ให้บริการ",
            n=found.declared,
            most=at_most,
            wait=found.awaitable,
        )
    return refused(found.late)
