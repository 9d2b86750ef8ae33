"""One-time codes: used once, not late, and not to be guessed."""

from msgspec.structs import replace

from harness.experiment import refused
from harness.model import Judgement, Text, Verdict, failed, needs_review, passed
from harness.registry import Thai, check

from .factor_evidence import OneTimeCodes
from .judging import unclear, undecided


@check(
    "ATN-14",
    title="One-time codes work once and in their time only, and guessing them is stopped",
    severity="high",
    verifies=(
        "ASVS 5.0.0-6.5.1", "ASVS 5.0.0-6.5.5", "ASVS 5.0.0-6.6.3", "NIST SP 800-63B §5.1.4.2",
        "NIST SP 800-63B §5.2.2", "CWE-294", "CWE-307",
    ),
    remedy="Remember the last time step whose code was taken and take none that is not later; take no code beyond the "
    "drift of clocks; count wrong codes for the account, not for the session, and lock after a few.",
    thai=Thai(
        title="รหัสใช้ครั้งเดียวใช้ได้ครั้งเดียวและในเวลาที่กำหนดเท่านั้น และระงับการเดารหัส",
        why="ผู้ที่เห็นรหัสบนจอหรือหลอกถามรหัสได้จะใช้รหัสนั้นซ้ำหรือใช้ภายหลังเพื่อเข้าสู่ระบบแทนเจ้าของบัญชี "
        "และรหัสหกหลักมีเพียงหนึ่งล้านค่า หากลองได้ไม่จำกัดย่อมถูกเดาได้",
        remedy="จดจำช่วงเวลาของรหัสล่าสุดที่ใช้แล้วและไม่รับรหัสที่ไม่ใหม่กว่า ไม่รับรหัสที่เลยเวลาเกินความคลาดเคลื่อนของนาฬิกา "
        "และนับรหัสที่ผิดต่อบัญชี ไม่ใช่ต่อเซสชัน แล้วล็อกเมื่อผิดไม่กี่ครั้ง",
    ),
)  # fmt: skip
def codes_hold(found: OneTimeCodes, *, lifetime_seconds: int = 600, attempts: int = 100) -> Judgement:
    """Whoever saw a code over a shoulder, or was told it, must not come in with it later.

    A code that has just signed in is given once more from another browser, and codes whose time ended long ago are
    given; a fresh code before and after shows that codes are taken. An account meant for it gets wrong codes in a row,
    through as many sessions as it takes, and then a right one: after 100 (the bound of NIST SP 800-63B) that must
    be refused. The lifetime of ten minutes is the longest that any text allows; codes of an app should live for one.
    """
    late = tuple(a.tried for a in found.aged if a.seconds > lifetime_seconds)
    used = refused(replace(found.reuse, attempts=(*found.reuse.attempts, *late)))
    guessed = _guessed(found, attempts)
    for verdict in (Verdict.FAIL, None):
        for one in (used, guessed):
            if one.verdict is verdict or (verdict is None and one.verdict is not Verdict.PASS):
                return one
    if not late:
        return undecided(
            Text(
                f"no code was tried later than {lifetime_seconds} s after its time",
                f"ไม่ได้ทดลองรหัสที่เลยเวลาเกิน {lifetime_seconds} วินาที",
            )
        )
    good = passed(
        "used again and late, codes were refused; after {n} wrong codes in a row the right one was refused",
        "รหัสที่ใช้ซ้ำและรหัสที่เลยเวลาถูกปฏิเสธ และหลังลองรหัสผิดติดต่อกัน {n} ครั้ง รหัสที่ถูกต้องถูกปฏิเสธ",
        n=found.guesses,
    )
    return replace(
        good,
        assertions=used.assertions + 1,
        exchanges=(*used.exchanges, *guessed.exchanges),
        control=used.control,
    )


def _guessed(found: OneTimeCodes, most: int) -> Judgement:
    """Whether guessing was stopped in time."""
    if found.accepted is not None:
        bad = failed("a wrong code signed in", "รหัสที่ผิดเข้าสู่ระบบได้")
        return replace(bad, exchanges=(found.accepted.exchange,))
    if not found.works.granted:
        return undecided(
            Text(
                f"the account whose codes are guessed could not sign in at first ({found.works.told.en}); an earlier run may "
                "have locked it",
                f"บัญชีที่ใช้ลองรหัสผิดเข้าสู่ระบบไม่ได้ตั้งแต่แรก ({found.works.told.th}) อาจยังถูกล็อกจากการทดสอบครั้งก่อน",
            ),
            found.works.exchange,
        )
    if stop := unclear(
        found.right, Text("the right code was not answered clearly", "คำตอบต่อรหัสที่ถูกต้องไม่ชัดเจน")
    ):
        return stop
    assert found.right is not None
    judgement = _counted(found, most)
    return replace(
        judgement, exchanges=(found.right.exchange,), control=found.works.exchange or found.works.name
    )


def _counted(found: OneTimeCodes, most: int) -> Judgement:
    right, n = found.right is not None and found.right.granted, found.guesses
    if right and found.stopped:
        return needs_review(
            "wrong codes were no more taken after {n}, but a right one signed in at once; is guessing slowed enough?",
            "ระบบไม่รับรหัสผิดอีกหลัง {n} ครั้ง แต่รหัสที่ถูกต้องเข้าสู่ระบบได้ทันที การเดารหัสถูกชะลอเพียงพอหรือไม่",
            n=n,
        )
    if right and n >= most:
        return failed(
            "the right code still signed in after {n} wrong ones in a row",
            "รหัสที่ถูกต้องยังเข้าสู่ระบบได้หลังลองรหัสผิดติดต่อกัน {n} ครั้ง",
            n=n,
        )
    if right or not n or (not found.stopped and n > most):
        return undecided(
            Text(f"{n} wrong codes were tried, which decides nothing", f"ลองรหัสผิด {n} ครั้ง ซึ่งยังสรุปไม่ได้"),
        )
    if n > most:
        return failed(
            "guessing was stopped only after {n} wrong codes; {most} are allowed",
            "ระงับการเดารหัสเมื่อลองผิดแล้ว {n} ครั้ง เกณฑ์คือไม่เกิน {most} ครั้ง",
            n=n,
            most=most,
        )
    return passed("stopped after {n} wrong codes", "ระงับหลังลองรหัสผิด {n} ครั้ง", n=n)
