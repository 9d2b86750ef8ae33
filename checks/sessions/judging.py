"""What several rules of this folder say alike."""

from msgspec.structs import replace

from harness.experiment import Attempt
from harness.model import Fault, Judgement, Text, inconclusive, not_applicable

from .evidence import SpareAccount


def undecided(text: Text, *exchanges: str) -> Judgement:
    """Inconclusive because of the platform, with the reason as given."""
    verdict = inconclusive("{en}", "{th}", en=text.en, th=text.th)
    return replace(verdict, fault=Fault.TARGET, exchanges=tuple(e for e in exchanges if e))


def asleep(spare: SpareAccount) -> Judgement | None:
    """Why the spare account shows nothing: it did not even sign in at first."""
    if spare.works.granted:
        return None
    return undecided(
        Text(
            f"the spare account could not sign in at first ({spare.works.status or 'no answer'}); it may still be "
            "locked by an earlier run, or its password may have changed",
            f"บัญชีสำรองเข้าสู่ระบบไม่ได้ตั้งแต่แรก ({spare.works.status or 'ไม่มีคำตอบ'}) อาจยังถูกล็อกจากการทดสอบครั้งก่อน "
            "หรือรหัสผ่านถูกเปลี่ยนไปแล้ว",
        ),
        spare.works.exchange,
    )


def unchangeable(spare: SpareAccount) -> Judgement | None:
    """Why no password was changed: no page for it, no form on it, or no change was taken, which proves no refusal."""
    if stop := asleep(spare):
        return stop
    if spare.unchanged == "no page":
        return not_applicable(
            "rule: applies where people change their password; fact: the target file names no page for it",
            "เงื่อนไข: ใช้กับระบบที่ผู้ใช้เปลี่ยนรหัสผ่านได้; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุหน้าเปลี่ยนรหัสผ่าน",
        )
    if spare.unchanged == "codes":
        return undecided(
            Text(
                "each change of the password would need another one-time code, so none was tried",
                "การเปลี่ยนรหัสผ่านแต่ละครั้งต้องใช้รหัสใช้ครั้งเดียวใหม่ จึงไม่ได้ทดลองเปลี่ยน",
            )
        )
    if spare.unchanged:
        return undecided(
            Text("no form for another password was found on the page", "ไม่พบแบบฟอร์มเปลี่ยนรหัสผ่านในหน้าที่ระบุ")
        )
    if not any(c.accepted for c in spare.candidates):
        return undecided(
            Text(
                f"none of {len(spare.candidates)} new passwords was taken, not even a good one, so a refusal proves nothing",
                f"รหัสผ่านใหม่ทั้ง {len(spare.candidates)} รายการไม่ได้รับการยอมรับแม้รายการที่ถูกต้อง การปฏิเสธจึงไม่พิสูจน์สิ่งใด",
            ),
            *(c.exchange for c in spare.candidates[:3]),
        )
    return None


def receipt(judgement: Judgement, restored: bool | None) -> Judgement:
    """The judgement with what became of the spare account's password (None: it was not changed)."""
    said = {
        True: "changed for the test and put back",
        False: "CHANGED FOR THE TEST AND NOT PUT BACK: the platform refused; give the account a new one",
        None: "not changed",
    }[restored]
    return replace(judgement, facts=(*judgement.facts, ("password of the spare account", said)))


def unclear(attempt: Attempt | None, what: Text) -> Judgement | None:
    """Undecided where an attempt could not be told."""
    if attempt is not None and attempt.granted is not None:
        return None
    text = Text("{what} ({seen})", "{what} ({seen})").of({"what": what, "seen": seen(attempt)})
    return undecided(text, attempt.exchange if attempt else "")


def seen(attempt: Attempt | None) -> Text:
    """What came of an attempt that may not have been made."""
    return attempt.told if attempt else Text("not tried", "ไม่ได้ทดลอง")
