"""Session identifiers: whether a guesser stands a chance, from a series given to anonymous visitors."""

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, needs_review, not_applicable, passed
from harness.registry import Thai, check
from harness.sampling import Sampled

from .pages_evidence import SiteSessions
from .responses import clip, undecided, unusable
from .setcookie import Cookie

_RECIPES = {"a small number": "เลขจำนวนน้อย", "the time": "เวลา"}


def _wrong(cookie: Sampled, at_least: int) -> Text | None:
    name = clip(cookie.name, 60)
    if cookie.derived:
        thai = next(
            (f"{cookie.derived.split()[0]} ของ{th}" for en, th in _RECIPES.items() if en in cookie.derived),
            cookie.derived,
        )
        return Text(f"`{name}` is {cookie.derived}", f"`{name}` คือ {thai}")
    if cookie.distinct == 1:
        return Text(f"`{name}` has the same value for every visitor", f"`{name}` มีค่าเดียวกันสำหรับผู้ใช้ทุกคน")
    if cookie.distinct < cookie.samples:
        twice = cookie.samples - cookie.distinct
        return Text(
            f"`{name}` repeated {twice} of {cookie.samples} values",
            f"`{name}` ซ้ำ {twice} จาก {cookie.samples} ค่า",
        )
    if cookie.bits < at_least:
        rising = ", each value after the last" if cookie.ascending else ""
        rising_th = " และค่าเรียงเพิ่มขึ้นเสมอ" if cookie.ascending else ""
        return Text(
            f"`{name}` carries at most {cookie.bits:.0f} bits ({cookie.varying} of {cookie.shortest} characters vary{rising}), below {at_least}",
            f"`{name}` มีได้ไม่เกิน {cookie.bits:.0f} บิต (เปลี่ยน {cookie.varying} จาก {cookie.shortest} ตัวอักษร{rising_th}) น้อยกว่า {at_least}",
        )
    return None


def _facts(cookies: list[Sampled]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            clip(c.name, 60),
            f"{c.samples} samples, {c.distinct} distinct, {c.shortest}-{c.longest} characters, ≤ {c.bits:.1f} bits",
        )
        for c in cookies
    )


@check(
    "CK-06",
    title="Session identifiers have room for 128 random bits and show no pattern",
    severity="high",
    verifies=("ASVS 5.0.0-7.2.3", "WSTG v4.2 SESS-01", "CWE-331", "CWE-340"),
    remedy="Take 16 or more bytes from the system's cryptographic generator for every session identifier; use the "
    "framework's own session layer rather than one of your making. A version 4 UUID has 122 bits: too few.",
    example="""
        # Python
        session_id = secrets.token_urlsafe(32)
    """,
    thai=Thai(
        title="รหัสเซสชันรองรับความสุ่ม 128 บิตและไม่มีรูปแบบให้เดา",
        why="ผู้ที่เดารหัสเซสชันได้ย่อมเข้าถึงข้อมูลสุขภาพของผู้อื่นโดยไม่ต้องมีรหัสผ่าน รหัสที่เรียงลำดับ สั้นเกินไป "
        "หรือคำนวณจากเวลาเดาได้ด้วยเครื่องคอมพิวเตอร์ทั่วไป การสุ่มตัวอย่างพิสูจน์ได้ว่ารหัสอ่อนแอ "
        "แต่พิสูจน์ไม่ได้ว่าแข็งแรง ผลผ่านจึงหมายความเพียงว่าไม่พบจุดอ่อนในตัวอย่าง",
        remedy="ใช้ค่าสุ่มอย่างน้อย 16 ไบต์จากตัวสร้างเลขสุ่มเชิงรหัสลับของระบบปฏิบัติการกับรหัสเซสชันทุกค่า "
        "และใช้กลไกเซสชันของเฟรมเวิร์กแทนการเขียนเอง UUID รุ่น 4 มีเพียง 122 บิต จึงไม่พอ",
    ),
)
def session_ids_unguessable(sessions: SiteSessions, *, at_least: int = 128, samples: int = 16) -> Judgement:
    """Who guesses a session needs no password.

    A series of values given to anonymous visitors is measured in memory. Certain weakness fails: repeated
    values, a digest of a counter or of the time, fewer than 128 bits of room (ASVS 7.2.3). The bits are an
    upper bound: characters that vary as random ones would, times the size of their alphabet; a pass says that
    the sample, of the size in the facts, shows no weakness, not that the generator is good.
    """
    concerned = [c for c in sessions.cookies if _kind(c) in ("session", "opaque")]
    broken = [text for c in concerned if c.samples >= samples or c.derived if (text := _wrong(c, at_least))]
    sure = [c for c in concerned if _kind(c) == "session"]
    if broken and not any(_wrong(c, at_least) for c in sure):
        return _review(broken, concerned)
    if broken:
        en, th = "; ".join(t.en for t in broken[:3]), "; ".join(t.th for t in broken[:3])
        return replace(failed("{en}", "{th}", en=en, th=th), facts=_facts(concerned))
    if not concerned:
        return _none(sessions)
    few = min(c.samples for c in concerned)
    if few < samples:
        return undecided(
            Text(f"only {few} values were seen, {samples} are needed", f"ได้เพียง {few} ค่า ต้องมี {samples} ค่า")
        )
    good = passed(
        "{count} values of each of {names}: all different, no pattern seen, room for {bits:.0f} bits",
        "ตรวจ {count} ค่าของ {names}: ไม่ซ้ำ ไม่พบรูปแบบ รองรับ {bits:.0f} บิต",
        count=few,
        names=", ".join(clip(c.name, 40) for c in concerned),
        bits=min(c.bits for c in concerned),
    )
    return replace(good, assertions=3 * len(concerned), facts=_facts(concerned))


def _kind(cookie: Sampled) -> str:
    return Cookie(cookie.name, cookie.longest, {}).kind


def _review(broken: list[Text], concerned: list[Sampled]) -> Judgement:
    verdict = needs_review(
        "{en}; is it a session identifier?",
        "{th} เป็นรหัสเซสชันหรือไม่",
        en="; ".join(t.en for t in broken[:3]),
        th="; ".join(t.th for t in broken[:3]),
    )
    return replace(verdict, facts=_facts(concerned))


def _none(sessions: SiteSessions) -> Judgement:
    if sessions.answered < 1 or (sessions.sample and unusable(sessions.sample)):
        return undecided(Text("no request for a session was answered", "ไม่มีคำขอใดได้รับคำตอบ"))
    return not_applicable(
        "the rule is for session cookies; an anonymous visitor is given none",
        "ข้อนี้ใช้กับคุกกี้เซสชัน แต่ระบบไม่ได้กำหนดให้ผู้ใช้ที่ยังไม่ลงชื่อเข้าใช้",
    )
