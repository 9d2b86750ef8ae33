"""The cookies of those who signed in, and how long their sessions live."""

from msgspec.structs import replace

from harness.experiment import refused
from harness.model import Fault, Judgement, Text, Verdict, failed, inconclusive, needs_review, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .evidence import LoginCookie, LoginSessions, SessionLifetimes
from .judging import undecided


@check(
    "ATN-13",
    title="The cookie of a signed-in session is Secure, HttpOnly and SameSite and cannot be guessed",
    severity="high",
    verifies=(
        "ASVS 5.0.0-3.3.1", "ASVS 5.0.0-3.3.2", "ASVS 5.0.0-3.3.4", "ASVS 5.0.0-7.2.3", "NIST SP 800-63B §7.1",
        "CWE-614", "CWE-1004", "CWE-331",
    ),
    remedy="Set Secure, HttpOnly and SameSite=Lax or Strict on the cookie that carries the session, and take its value "
    "from the system's cryptographic generator, 16 bytes or more.",
    example="""
        Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
    """,
    thai=Thai(
        title="คุกกี้ของเซสชันที่เข้าสู่ระบบแล้วกำหนด Secure, HttpOnly และ SameSite และเดาไม่ได้",
        why="ผู้ที่ได้คุกกี้นี้ไปใช้งานได้ในนามของเจ้าของบัญชีโดยไม่ต้องมีรหัสผ่าน จึงต้องไม่ส่งผ่าน HTTP สคริปต์ต้องอ่านไม่ได้ "
        "เว็บไซต์อื่นต้องสั่งให้ส่งไม่ได้ และค่าต้องเดาไม่ได้",
        remedy="กำหนด Secure, HttpOnly และ SameSite=Lax หรือ Strict กับคุกกี้ที่ระบุเซสชัน และใช้ค่าสุ่มอย่างน้อย 16 ไบต์จากตัวสร้างเลขสุ่มเชิงรหัสลับ",
    ),
)  # fmt: skip
def login_cookies_safe(found: LoginSessions, *, bits: int = 64, samples: int = 12) -> Judgement:
    """Whoever has this cookie needs no password.

    Which cookies carry the session is found by trying them: one that opens the home page alone, or without which it
    stays shut. Where several are needed together, one of them must hold what is asked. Values of several sign-ins
    are measured in memory; the bits are an upper bound, so a pass says that no weakness showed, not that the
    generator is good.
    """
    alone = [c for c in found.cookies if c.alone]
    needed = [c for c in found.cookies if c.needed]
    carriers = alone or needed
    if not carriers:
        return undecided(
            Text(
                f"none of {len(found.cookies)} cookies carries the session, as far as trying them shows",
                f"ทดลองแล้วไม่พบว่าคุกกี้ใดใน {len(found.cookies)} ตัวระบุเซสชัน",
            )
        )
    judged = [(c, _wrong(c, bits)) for c in carriers]
    bad = [(c, text) for c, text in judged if text]
    if len(bad) == len(judged) or (alone and bad):
        return _with_facts(_bad([text for _, text in bad if text]), carriers, found)
    good = [c for c, text in judged if not text]
    few = min(c.samples for c in good)
    if few < samples:
        return undecided(
            Text(f"only {few} values were seen, {samples} are needed", f"ได้เพียง {few} ค่า ต้องมี {samples} ค่า")
        )
    if any(c.attributes.get("samesite", "").lower() == "none" for c in good):
        doubt = needs_review(
            "the session is sent from other sites (SameSite=None); is that its purpose?",
            "คุกกี้เซสชันถูกส่งจากเว็บไซต์อื่นด้วย (SameSite=None) เป็นความตั้งใจหรือไม่",
        )
        return _with_facts(doubt, carriers, found)
    names = ", ".join(c.name for c in good)
    verdict = passed(
        "{names}: Secure, HttpOnly, SameSite; {n} values all different, room for {bits:.0f} bits",
        "{names}: มี Secure, HttpOnly, SameSite; {n} ค่าไม่ซ้ำกัน รองรับ {bits:.0f} บิต",
        names=names,
        n=few,
        bits=min(c.bits for c in good),
    )
    return _with_facts(replace(verdict, assertions=4 * len(good)), carriers, found)


def _wrong(cookie: LoginCookie, bits: int) -> Text | None:
    said = cookie.attributes
    missing = [name for name in ("Secure", "HttpOnly") if name.lower() not in said]
    if said.get("samesite", "").lower() not in ("strict", "lax", "none"):
        missing.append("SameSite")
    parts = [(f"lacks {', '.join(missing)}", f"ไม่มี {', '.join(missing)}")] if missing else []
    if cookie.derived:
        parts.append((f"is {cookie.derived}", f"คือ {both(cookie.derived).th}"))
    elif cookie.distinct < cookie.samples:
        parts.append((f"repeated in {cookie.samples} sign-ins", f"ซ้ำกันในการเข้าสู่ระบบ {cookie.samples} ครั้ง"))
    elif cookie.samples > 1 and cookie.bits < bits:
        parts.append(
            (
                f"has room for {cookie.bits:.0f} bits only, below {bits}",
                f"รองรับเพียง {cookie.bits:.0f} บิต น้อยกว่า {bits}",
            )
        )
    if not parts:
        return None
    return Text(
        f"`{cookie.name}` " + " and ".join(en for en, _ in parts),
        f"`{cookie.name}` " + " และ".join(th for _, th in parts),
    )


def _bad(texts: list[Text]) -> Judgement:
    return failed("{what}", "{what}", what=joined(texts))


def _with_facts(judgement: Judgement, carriers: list[LoginCookie], found: LoginSessions) -> Judgement:
    facts = tuple(
        (
            c.name,
            f"{c.samples} samples, {c.distinct} distinct, ≤ {c.bits:.1f} bits; {', '.join(c.attributes)}",
        )
        for c in carriers
    )
    names = {c.name for c in carriers}
    ids = tuple(
        e.id
        for e in found.exchanges
        if any(v.partition("=")[0].strip() in names for v in e.values("set-cookie"))
    )
    return replace(judgement, facts=facts, exchanges=ids)


@check(
    "ATN-09",
    title="Sessions are declared to end in time, and none is seen to outlive what is declared",
    severity="medium",
    verifies=("ASVS 5.0.0-7.3.1", "ASVS 5.0.0-7.3.2", "WSTG v4.2 SESS-07", "CWE-613"),
    remedy="End a session at the server after 15 minutes without use, and in any case after its longest life; declare both in "
    "the target file. In a test environment with short times both can be awaited.",
    thai=Thai(
        title="เซสชันกำหนดให้สิ้นสุดภายในเวลา และไม่พบว่ามีเซสชันใดอยู่นานกว่าที่แจ้ง",
        why="เครื่องที่เปิดทิ้งไว้ในหอผู้ป่วยให้ผู้ผ่านไปมาใช้งานในนามของเจ้าหน้าที่ได้ตราบเท่าที่เซสชันยังอยู่ "
        "และคุกกี้ที่ถูกขโมยใช้ได้จนกว่าเซสชันจะสิ้นสุดตามอายุสูงสุด",
        remedy="ยุติเซสชันที่เซิร์ฟเวอร์เมื่อไม่มีการใช้งาน 15 นาที และเมื่อครบอายุสูงสุด แจ้งค่าทั้งสองในไฟล์เป้าหมาย "
        "หากสภาพแวดล้อมทดสอบตั้งเวลาให้สั้น ระบบตรวจจะรอดูการสิ้นสุดจริงได้",
    ),
)
def sessions_end(
    found: SessionLifetimes, *, idle_seconds: int = 900, absolute_seconds: int = 43_200
) -> Judgement:
    """A screen left open is open to whoever passes.

    What the owner declares must be within the limits: 15 idle minutes by the Website Security Standard, 12 hours at
    most by NIST SP 800-63B for AAL2. Times short enough are awaited: one session is left alone while another is
    used, and one is used past its longest life. Longer ones are not awaited, and the result says so: it then rests on
    the declaration, and on cookies that are not kept for longer.
    """
    declared = (
        (found.idle_seconds, idle_seconds, Text("idle", "ไม่ใช้งาน")),
        (found.absolute_seconds, absolute_seconds, Text("at most", "อายุสูงสุด")),
    )
    if any(value is None for value, _, _ in declared):
        return replace(
            inconclusive(
                "the target file does not declare both idle_seconds and absolute_seconds of this sign-in",
                "ไฟล์เป้าหมายไม่ได้แจ้งทั้ง idle_seconds และ absolute_seconds ของการเข้าสู่ระบบนี้",
            ),
            fault=Fault.CONFIGURATION,
        )
    over = [
        Text(f"{value} s {what.en}, above {limit}", f"{what.th} {value} วินาที เกิน {limit}")
        for value, limit, what in declared
        if value is not None and value > limit
    ]
    if over:
        return failed("declared: {over}", "ค่าที่แจ้ง: {over}", over=joined(over))
    awaited = [refused(one) for one in (found.idle, found.lived) if one is not None]
    worst = next((j for j in awaited if j.verdict is Verdict.FAIL), None)
    worst = worst or next((j for j in awaited if j.verdict is not Verdict.PASS), None)
    if worst is not None:
        return worst
    if found.cookie is not None and found.cookie > (found.absolute_seconds or 0):
        return needs_review(
            "a cookie of the session is kept for {cookie} s, longer than the {most} s declared; does the server end it?",
            "คุกกี้ของเซสชันมีอายุ {cookie} วินาที นานกว่าที่แจ้ง {most} วินาที เซิร์ฟเวอร์ยุติเซสชันหรือไม่",
            cookie=found.cookie,
            most=found.absolute_seconds,
        )
    return _within(found, awaited)


def _within(found: SessionLifetimes, awaited: list[Judgement]) -> Judgement:
    seen = "; ".join(j.reason.en for j in awaited) or f"not awaited (longer than {found.awaitable} s)"
    seen_th = "; ".join(j.reason.th for j in awaited) or f"ไม่ได้รอ (นานกว่า {found.awaitable} วินาที)"
    verdict = passed(
        "declared: {idle} s idle, {most} s at most; {seen}",
        "ค่าที่แจ้ง: ไม่ใช้งาน {idle} วินาที อายุสูงสุด {most} วินาที; {seen_th}",
        idle=found.idle_seconds,
        most=found.absolute_seconds,
        seen=seen,
        seen_th=seen_th,
    )
    ids = tuple(e for j in awaited for e in j.exchanges)
    return replace(verdict, assertions=3 + len(awaited), exchanges=ids)
