"""Which passwords the platform takes at a change: long ones whole, common ones not, and the rule of the Co-CSIRT."""

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .evidence import Candidate, SpareAccount
from .judging import receipt, unchangeable, undecided


@check(
    "ATN-06",
    title="Long passwords count whole, and short and common ones are refused",
    severity="medium",
    verifies=(
        "ASVS 5.0.0-6.2.1", "ASVS 5.0.0-6.2.4", "ASVS 5.0.0-6.2.8", "ASVS 5.0.0-6.2.9", "NIST SP 800-63B §5.1.1.2",
        "CWE-521",
    ),
    remedy="Take passwords of 64 characters and more as they are, through a hash without a limit of length (Argon2id, "
    "scrypt, or bcrypt over a longer hash). Compare new passwords with a list of common ones.",
    thai=Thai(
        title="รหัสผ่านยาวมีผลทั้งหมด และไม่รับรหัสผ่านที่สั้นหรือใช้กันแพร่หลาย",
        why="ระบบที่ตัดรหัสผ่านให้สั้นลงทำให้ผู้ใช้เชื่อว่าปลอดภัยกว่าความจริง ส่วนรหัสผ่านที่ใช้กันแพร่หลายอยู่ในรายการแรกที่ผู้โจมตีลอง "
        "แม้จะมีอักขระครบทุกประเภท",
        remedy="รับรหัสผ่านตั้งแต่ 64 อักขระขึ้นไปโดยไม่ตัดทอน ใช้ฟังก์ชันแฮชที่ไม่จำกัดความยาว และเทียบรหัสผ่านใหม่กับรายการที่ใช้กันแพร่หลาย",
    ),
)  # fmt: skip
def whole_and_uncommon(
    spare: SpareAccount, *, longest_accepted: int = 64, shortest: int = 8, composition: bool = True
) -> Judgement:
    """A password must be worth what its owner thinks it is.

    Where the end of a long one is dropped, its beginning signs in; one from the list of common ones falls at the
    first try, however many classes of characters it has. Passwords are offered at a change, and which one signs in
    afterwards tells what was taken. With `composition` false the platform must not demand classes of characters
    either (ASVS 5.0.0-6.2.5, which contradicts the Co-CSIRT's guide).
    """
    if stop := unchangeable(spare):
        return stop
    wrong = [
        *(
            _named(c, "was taken", "ได้รับการยอมรับ")
            for c in spare.candidates
            if c.accepted and (c.word or c.length < shortest)
        ),
        *(_named(c, "signs in when cut short", "ใช้เพียงบางส่วนก็เข้าสู่ระบบได้") for c in spare.candidates if c.cut),
        *(
            _named(c, "was refused", "ถูกปฏิเสธ")
            for c in _needed(spare, longest_accepted, shortest, composition)
            if c.accepted is False
        ),
    ]
    if wrong:
        return _judged(spare, _failed(wrong))
    if stop := _lacking(spare) or _untried(spare, longest_accepted):
        return _judged(spare, stop)
    cut = [c for c in spare.candidates if c.cut is False]
    good = passed(
        "{lengths} characters count whole; {words} common passwords and those below {shortest} characters were refused",
        "รหัสผ่าน {lengths} อักขระมีผลทั้งหมด รหัสผ่านที่ใช้กันแพร่หลาย {words} รายการและที่สั้นกว่า {shortest} อักขระถูกปฏิเสธ",
        lengths=", ".join(str(c.length) for c in cut),
        words=sum(c.word for c in spare.candidates),
        shortest=shortest,
    )
    return _judged(spare, replace(good, assertions=len(spare.candidates) + len(cut)))


def _needed(spare: SpareAccount, longest: int, shortest: int, composition: bool) -> list[Candidate]:
    """Candidates that must be taken: the shortest of the long ones, and simple ones where classes may not be demanded."""
    long = sorted((c for c in spare.candidates if c.length >= longest), key=lambda c: c.length)[:1]
    simple = (
        []
        if composition
        else [c for c in spare.candidates if not c.word and c.classes < 4 and c.length >= shortest]
    )
    return [*long, *simple]


def _untried(spare: SpareAccount, longest: int) -> Judgement | None:
    if any(c.length >= longest and c.cut is not None for c in spare.candidates):
        return None
    return undecided(
        Text(
            f"no password of {longest} characters was tried whole and cut",
            f"ไม่ได้ทดลองรหัสผ่าน {longest} อักขระทั้งแบบเต็มและแบบตัด",
        )
    )


@check(
    "ATN-21",
    title="Passwords have at least 10 characters of four classes and are no dictionary word",
    severity="medium",
    verifies=("ASVS 5.0.0-6.2.1", "ASVS 5.0.0-6.2.4", "CWE-521"),
    remedy="At every change demand at least 10 characters with upper case, lower case, digits and special characters, and "
    "compare with a dictionary after undoing the usual replacements (@ for a, 0 for o).",
    thai=Thai(
        title="รหัสผ่านยาวอย่างน้อย 10 อักขระ ครบสี่ประเภท และไม่ใช่คำในพจนานุกรม",
        why="รหัสผ่านสั้นหรือเป็นคำในพจนานุกรมถูกเดาได้ในเวลาไม่นาน แม้จะแทนตัวอักษรด้วยเครื่องหมายที่คล้ายกัน แนวทางของ Co-CSIRT "
        "จึงกำหนดความยาวและประเภทอักขระขั้นต่ำ",
        remedy="ทุกครั้งที่เปลี่ยนรหัสผ่านให้กำหนดอย่างน้อย 10 อักขระ มีตัวพิมพ์ใหญ่ ตัวพิมพ์เล็ก ตัวเลข และอักขระพิเศษ "
        "และเทียบกับพจนานุกรมหลังแปลงเครื่องหมายแทนตัวอักษรกลับแล้ว",
    ),
)
def by_the_guide(spare: SpareAccount, *, least_length: int = 10, classes: int = 4) -> Judgement:
    """The rule that the health sector's response team tells hospitals to keep.

    Passwords are offered at a change: words plainly and in leet, too short ones, and ones that lack a class of
    characters must be refused, and at least one that keeps the rule must be taken, or the refusals prove nothing.
    A platform that follows ASVS 5.0.0-6.2.5 instead, which forbids rules of composition, cannot keep this one too.
    """
    if stop := unchangeable(spare):
        return stop
    wrong = [
        _named(c, "was taken", "ได้รับการยอมรับ")
        for c in spare.candidates
        if c.accepted and (c.word or c.length < least_length or c.classes < classes)
    ]
    if wrong:
        return _judged(spare, _failed(wrong))
    if stop := _lacking(spare):
        return _judged(spare, stop)
    taken = [c for c in spare.candidates if c.accepted]
    good = passed(
        "{refused} passwords against the rule were refused; taken: {taken}",
        "รหัสผ่านที่ไม่เป็นไปตามเกณฑ์ {refused} รายการถูกปฏิเสธ ที่ยอมรับคือ {taken}",
        refused=len(spare.candidates) - len(taken),
        taken=joined(both(c.name) for c in taken),
    )
    return _judged(spare, replace(good, assertions=len(spare.candidates)))


@check(
    "ATN-22",
    title="The last five passwords are refused when they are chosen again",
    severity="low",
    verifies=("CWE-521", "CWE-262"),
    remedy="Keep the hashes of the last five passwords of each account and refuse a new one that matches any of them.",
    thai=Thai(
        title="ไม่รับรหัสผ่าน 5 ครั้งล่าสุดเมื่อเลือกใช้ซ้ำ",
        why="ผู้ใช้ที่ถูกขอให้เปลี่ยนรหัสผ่านหลังเหตุรั่วไหลมักเปลี่ยนแล้วกลับไปใช้ของเดิม ผู้ที่ได้รหัสผ่านเดิมไปจึงกลับเข้ามาได้อีก",
        remedy="เก็บแฮชของรหัสผ่าน 5 ครั้งล่าสุดของแต่ละบัญชี และปฏิเสธรหัสผ่านใหม่ที่ตรงกับรายการใดรายการหนึ่ง",
    ),
)
def former_refused(spare: SpareAccount, *, remembered: int = 5) -> Judgement:
    """A password that leaked once is no better after a detour.

    At the change of the spare account's password its former ones are chosen again, the most recent first. After
    the refusals a new one must be taken, or they prove nothing.
    """
    if stop := unchangeable(spare):
        return stop
    asked = [e for e in spare.earlier if e.back <= remembered]
    ids = tuple(e.exchange for e in asked if e.exchange)
    taken = next((e for e in asked if e.accepted), None)
    if taken is not None:
        bad = failed(
            "the password of {back} changes ago was taken again",
            "รหัสผ่านเมื่อ {back} ครั้งก่อนหน้าใช้ซ้ำได้",
            back=taken.back,
        )
        return receipt(replace(bad, assertions=len(asked), exchanges=ids), spare.restored)
    if len(asked) < remembered or any(e.accepted is None for e in asked) or not spare.anew:
        return receipt(
            undecided(
                Text(
                    f"{len(asked)} former passwords were refused, {remembered} are needed, and a new one taken after them",
                    f"รหัสผ่านเดิมถูกปฏิเสธ {len(asked)} รายการ ต้องทดลอง {remembered} รายการ และรหัสผ่านใหม่ต้องใช้ได้หลังจากนั้น",
                ),
                *ids,
            ),
            spare.restored,
        )
    good = passed(
        "the last {n} passwords were refused, and a new one was taken after them",
        "รหัสผ่าน {n} ครั้งล่าสุดถูกปฏิเสธ และรหัสผ่านใหม่ใช้ได้หลังจากนั้น",
        n=len(asked),
    )
    return receipt(
        replace(good, assertions=len(asked), exchanges=ids, control="a new password"), spare.restored
    )


def _named(candidate: Candidate, en: str, th: str) -> tuple[Candidate, Text]:
    name = both(candidate.name)
    return candidate, Text(f"{name.en} {en}", f"{name.th} {th}")


def _failed(wrong: list[tuple[Candidate, Text]]) -> Judgement:
    bad = failed("{what}", "{what}", what=joined(text for _, text in wrong))
    return replace(bad, assertions=len(wrong), exchanges=tuple(c.exchange for c, _ in wrong if c.exchange))


def _lacking(spare: SpareAccount) -> Judgement | None:
    """Undecided where not all was offered, or an answer could not be told."""
    unclear = [both(c.name) for c in spare.candidates if c.accepted is None]
    if spare.all_offered and not unclear:
        return None
    last = both(spare.candidates[-1].name if spare.candidates else "none")
    ended = Text(f"the offers ended after `{last.en}`", f"การทดลองสิ้นสุดหลัง `{last.th}`")
    why = joined(unclear) if unclear else ended
    return undecided(Text(f"not every password could be tried: {why.en}", f"ทดลองรหัสผ่านได้ไม่ครบ: {why.th}"))


def _judged(spare: SpareAccount, judgement: Judgement) -> Judgement:
    taken = next((c for c in spare.candidates if c.accepted), None)
    control = (taken.exchange or taken.name) if taken else None
    ids = judgement.exchanges or tuple(c.exchange for c in spare.candidates if c.exchange)
    return receipt(replace(judgement, exchanges=ids, control=control), spare.restored)
