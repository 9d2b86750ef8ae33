"""Levels of proofing: what each function gives at each of them (IAL-01 to IAL-04)."""

from msgspec.structs import replace

from harness.experiment import Attempt
from harness.levels import IAL, Ial, below
from harness.model import Judgement, Text, failed, not_applicable, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .evidence import LevelTrials
from .judging import came, cited, undecided, unset

#: By policy, unverified: the text of ขมธอ. 19 was not seen, and Health ID's own samples say 1.3. The full record
#: has a check of its own.
FLOORS: dict[str, Ial] = {"appointment": "1.3", "consent": "2.1", "prescription": "2.1"}
_FULL = "record"


@check(
    "IAL-01",
    title="Every function refuses a sign-in below the lowest level of proofing it accepts",
    severity="high",
    verifies=("ASVS 5.0.0-6.8.4", "ASVS 5.0.0-8.2.1"),
    remedy="Give every function a lowest IAL, compare it on the server at every request with the level that the "
    "provider asserted, and send people below it to a stronger sign-in.",
    thai=Thai(
        title="ทุกฟังก์ชันปฏิเสธการเข้าสู่ระบบที่ต่ำกว่าระดับการพิสูจน์ตัวตนขั้นต่ำ",
        why="ผู้ที่แจ้งตัวตนเองโดยไม่มีการพิสูจน์อาจใช้ฟังก์ชันแทนผู้ป่วยหรือผู้ให้บริการ เช่น ให้ความยินยอมหรือสั่งยา",
        remedy="กำหนด IAL ขั้นต่ำของทุกฟังก์ชัน เปรียบเทียบที่เซิร์ฟเวอร์ทุกคำขอกับระดับที่ผู้ให้บริการยืนยันตัวตนแจ้ง "
        "และนำผู้ที่ระดับไม่ถึงไปเข้าสู่ระบบด้วยวิธีที่สูงกว่า",
    ),
)
def floors_hold(found: LevelTrials, *, floors: dict[str, Ial] = FLOORS) -> Judgement:
    """Ask each function at each level from 1.1 to 3: below its lowest level it must refuse. The floors are policy.

    A person whom nobody has proofed must not consent, book or prescribe in a patient's name. No provider of these
    asserts an AAL in its documents, so only IAL is tried.
    """
    functions = {name: tries for name, tries in found.levels.items() if name != _FULL}
    if not functions:
        return not_applicable(
            "rule: applies to functions besides the full record; fact: the target file names none",
            "เงื่อนไข: ใช้กับฟังก์ชันอื่นนอกจากประวัติฉบับเต็ม; ข้อเท็จจริง: แฟ้มเป้าหมายไม่ได้ระบุไว้",
        )
    unknown = sorted(functions.keys() - floors.keys())
    wrong = [
        (n, a)
        for n, tries in functions.items()
        if n in floors
        for a in _too_low(tries, floors[n])
        if a.granted
    ]
    closed = [n for n, tries in functions.items() if not tries or not tries[-1].granted]
    if wrong:
        return _failed(wrong)
    if closed:
        return undecided(_shut(", ".join(closed)))
    if unknown:
        names = ", ".join(unknown)
        return unset(
            f"the profile sets no lowest level for {names}; say it in IAL-01.floors",
            f"โปรไฟล์ไม่ได้กำหนดระดับขั้นต่ำของ {names} โปรดระบุใน IAL-01.floors",
        )
    return _held({n: (tries, floors[n]) for n, tries in functions.items()})


def _too_low(tries: tuple[Attempt, ...], floor: str) -> list[Attempt]:
    low = below(IAL, floor)
    return [a for a in tries if a.name in low]


def _failed(wrong: list[tuple[str, Attempt]]) -> Judgement:
    at = Text("{name} at {seen}", "{name} ที่ระดับ {seen}")
    what = joined(at.of({"name": name, "seen": attempt.told}) for name, attempt in wrong)
    found = failed("granted: {what}", "ระบบยอมให้: {what}", what=what)
    return replace(found, exchanges=cited([a for _, a in wrong]), assertions=len(wrong))


def _shut(en: str, th: str = "") -> Text:
    top = IAL[-1]
    return Text(f"{en} did not answer even at level {top}", f"{th or en} ไม่ตอบแม้ที่ระดับ {top}")


def _held(functions: dict[str, tuple[tuple[Attempt, ...], str]]) -> Judgement:
    """All below the floor was refused, unless it could not be told; what opens later than it must is a fact."""
    unclear = [a for tries, floor in functions.values() for a in _too_low(tries, floor) if a.granted is None]
    if unclear:
        return undecided(came(unclear))
    opens = {name: next(a.name for a in tries if a.granted) for name, (tries, _) in functions.items()}
    asked = [a for tries, floor in functions.values() for a in _too_low(tries, floor)]
    judgement = passed(
        "refused below the lowest level, granted above: {what}",
        "ปฏิเสธระดับที่ต่ำกว่าขั้นต่ำ และยอมรับระดับที่สูงพอ: {what}",
        what=joined(_opens(name, opens[name], floor) for name, (_, floor) in functions.items()),
    )
    control = next(a.exchange for tries, _ in functions.values() for a in tries if a.granted)
    return replace(judgement, assertions=len(asked), exchanges=cited(asked), control=control or "level 3")


def _opens(name: str, level: str, floor: str) -> Text:
    return Text(
        f"{name} from {level} (lowest accepted {floor})", f"{name} ตั้งแต่ระดับ {level} (ขั้นต่ำที่ยอมรับ {floor})"
    )


@check(
    "IAL-02",
    title="Levels of proofing are compared as steps of a list, and what is unknown counts as the lowest",
    severity="high",
    verifies=("ASVS 5.0.0-6.8.4", "ASVS 5.0.0-6.8.2"),
    remedy="Keep the levels as an ordered list (1.1, 1.2, 1.3, 2.1, 2.2, 2.3, 3), look the asserted value up in it "
    "letter by letter, and treat whatever is not there, or not verified, as 1.1.",
    thai=Thai(
        title="เปรียบเทียบระดับการพิสูจน์ตัวตนตามลำดับในรายการ และถือค่าที่ไม่รู้จักเป็นระดับต่ำสุด",
        why="การเปรียบเทียบเป็นตัวเลขหรือข้อความทำให้ค่าผิดรูป เช่น 2.10 หรือ 9 กลายเป็นระดับสูงกว่าที่พิสูจน์จริง และเปิดเวชระเบียนให้ผู้ที่ยังไม่ได้พิสูจน์ตัวตน",
        remedy="เก็บระดับเป็นรายการเรียงลำดับ (1.1, 1.2, 1.3, 2.1, 2.2, 2.3, 3) ค้นหาค่าที่ได้รับให้ตรงทุกตัวอักษร "
        "และถือค่าที่ไม่อยู่ในรายการหรือตรวจสอบไม่ได้เป็น 1.1",
    ),
)
def ordered(found: LevelTrials) -> Judgement:
    """Assert every level, then 2.10, 3.0, 9, words and an unverified 3: order decides, the unknown is the lowest.

    Compared as numbers or as text, a malformed value opens records to people whom nobody has proofed.
    """
    wrong = [(n, a) for n, tries in found.levels.items() for a in _out_of_order(tries)]
    telling = {n for n, tries in found.levels.items() if _tells(tries)}
    odd = [(n, a) for n, tries in found.odd.items() if n in telling for a in tries]
    wrong += [(n, a) for n, a in odd if a.granted]
    if wrong:
        return _failed(wrong)
    if not telling or not odd:
        return _no_difference(found)
    return _refused(found, [a for _, a in odd], sorted(telling))


def _out_of_order(tries: tuple[Attempt, ...]) -> list[Attempt]:
    """Levels that were refused although a lower one was granted; named as what they are."""
    opened = [place for place, a in enumerate(tries) if a.granted]
    late = [a for place, a in enumerate(tries) if opened and place > opened[0] and a.granted is False]
    return [replace(a, note=f"refused although {tries[opened[0]].name} was granted") for a in late]


def _tells(tries: tuple[Attempt, ...]) -> bool:
    """Whether a function answers otherwise at the highest level than at the lowest."""
    return bool(tries) and tries[0].granted is False and tries[-1].granted is True


def _no_difference(found: LevelTrials) -> Judgement:
    names = ", ".join(sorted(found.levels))
    shown = Text(names, names) if names else Text("no function", "ไม่มีฟังก์ชัน")
    none = Text(
        "{names}: no function was refused at level {low} and granted at {top}",
        "{names}: ไม่มีฟังก์ชันใดที่ปฏิเสธระดับ {low} และเปิดที่ระดับ {top}",
    )
    return undecided(none.of({"names": shown, "low": IAL[0], "top": IAL[-1]}))


def _refused(found: LevelTrials, attempts: list[Attempt], functions: list[str]) -> Judgement:
    unclear = [a for a in attempts if a.granted is None]
    if unclear:
        return undecided(came(unclear))
    control = found.levels[functions[0]][-1]
    judgement = passed(
        "refused as at level {low}, while {functions} opened at level {top}: {what}",
        "ปฏิเสธเช่นเดียวกับระดับ {low} ขณะที่ {functions} เปิดได้ที่ระดับ {top}: {what}",
        low=IAL[0],
        top=IAL[-1],
        functions=", ".join(functions),
        what=joined(both(name) for name in dict.fromkeys(a.name for a in attempts)),
    )
    return replace(
        judgement,
        assertions=len(attempts),
        exchanges=cited(attempts),
        control=control.exchange or control.name,
    )


@check(
    "IAL-03",
    title="A sign-in without a level of proofing counts as the lowest",
    severity="high",
    verifies=("ASVS 5.0.0-6.8.4",),
    remedy="Where the provider says no level, use the lowest; never a default that opens anything.",
    thai=Thai(
        title="การเข้าสู่ระบบที่ไม่มีระดับการพิสูจน์ตัวตนถือเป็นระดับต่ำสุด",
        why="ผู้ให้บริการยืนยันตัวตนอาจไม่ส่งระดับ หากระบบถือเป็นระดับสูงโดยปริยาย ผู้ที่ยังไม่ได้พิสูจน์ตัวตนจะเปิดข้อมูลสุขภาพได้",
        remedy="เมื่อไม่มีระดับ ให้ใช้ระดับต่ำสุดเสมอ ไม่ใช้ค่าเริ่มต้นที่เปิดสิทธิใด",
    ),
)
def missing_is_lowest(found: LevelTrials) -> Judgement:
    """Leave the level out: every function that refuses the lowest level must refuse.

    ThaID and Health ID say a level only where it was asked for, or known. Silence is not proof.
    """
    telling = sorted(n for n, tries in found.levels.items() if _tells(tries) and n in found.missing)
    if not telling:
        return _no_difference(found)
    wrong = [(n, found.missing[n]) for n in telling if found.missing[n].granted]
    if wrong:
        return _failed(wrong)
    return _refused(found, [found.missing[n] for n in telling], telling)


@check(
    "IAL-04",
    title="The full health record opens only from the level of proofing declared for it",
    severity="high",
    verifies=("ASVS 5.0.0-6.8.4", "ASVS 5.0.0-8.2.2"),
    remedy="Show the full record from the declared level on (2.3 is proposed), and less, or nothing, below it.",
    thai=Thai(
        title="ประวัติสุขภาพฉบับเต็มเปิดได้ตั้งแต่ระดับการพิสูจน์ตัวตนที่กำหนดเท่านั้น",
        why="ประวัติสุขภาพฉบับเต็มเปิดเผยสิ่งที่แก้ไขภายหลังไม่ได้ ผู้ที่เปิดดูจึงต้องได้รับการพิสูจน์ว่าเป็นเจ้าของข้อมูลจริง",
        remedy="แสดงประวัติฉบับเต็มตั้งแต่ระดับที่กำหนด (ข้อเสนอคือ 2.3) และแสดงเพียงบางส่วนหรือไม่แสดงเมื่อระดับต่ำกว่า",
    ),
)
def full_record(found: LevelTrials, *, level: Ial = "2.3") -> Judgement:
    """Ask for the full record at every level below the declared one, then above. The level is policy, unverified.

    A record once seen cannot be unseen: whoever opens it must have been proofed to be its owner.
    """
    tries = found.levels.get(_FULL)
    if tries is None:
        return not_applicable(
            "rule: applies where the target file names the function `record`; fact: it does not",
            "เงื่อนไข: ใช้เมื่อแฟ้มเป้าหมายระบุฟังก์ชัน `record`; ข้อเท็จจริง: ไม่ได้ระบุไว้",
        )
    wrong = [(_FULL, a) for a in _too_low(tries, level) if a.granted]
    if wrong:
        return _failed(wrong)
    if not tries or not tries[-1].granted:
        return undecided(_shut("the record", "เวชระเบียน"))
    if level == IAL[0]:
        return unset("a lowest level of 1.1 asks for nothing", "ระดับขั้นต่ำ 1.1 ไม่ได้กำหนดสิ่งใด")
    return _held({_FULL: (tries, level)})
