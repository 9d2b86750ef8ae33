"""What the platform believes when a browser comes back from ThaID (RPT-02, RPT-06, RPT-07, RPT-10, RPT-12)."""

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, needs_review
from harness.registry import Thai, check
from harness.wording import joined

from .evidence import ThaidTrials
from .judging import NO_SIGN_IN, judged, plain, undecided

_DOCUMENT = "ThaID RP API 1.0.1"
#: With fewer states than this a pattern cannot be told from chance.
FEWEST_STATES = 6


@check(
    "RPT-02",
    title="The state of a sign-in with ThaID cannot be guessed, belongs to one session and is checked",
    severity="high",
    verifies=(f"{_DOCUMENT} §Authentication", "RFC 6749 §10.12", "ASVS 5.0.0-10.2.1"),
    remedy="Make a random state of 128 bits for every sign-in, keep it in the session, compare it when the browser "
    "comes back, and refuse what differs, is missing or belongs to another session.",
    thai=Thai(
        title="ค่า state ของการเข้าสู่ระบบด้วย ThaID คาดเดาไม่ได้ ผูกกับเซสชันเดียว และได้รับการตรวจสอบ",
        why="หากไม่ตรวจสอบ state ผู้โจมตีอาจทำให้เบราว์เซอร์ของผู้ป่วยเข้าสู่ระบบด้วยตัวตนของผู้อื่น แล้วข้อมูลที่ผู้ป่วยกรอกจะไปอยู่ในบัญชีของผู้โจมตี",
        remedy="สุ่มค่า state ขนาด 128 บิตทุกครั้ง เก็บไว้ในเซสชัน เปรียบเทียบเมื่อกลับมา และปฏิเสธค่าที่ต่าง ขาดหาย หรือเป็นของเซสชันอื่น",
    ),
)
def state_checked(found: ThaidTrials, *, bits: int = 64) -> Judgement:
    """Check states for patterns, then come back with one that is changed, missing or another session's.

    Without this a patient can be signed in as somebody else and write their data into a stranger's record.
    """
    first, states = plain(found), found.states
    if first is None or states is None:
        return undecided(NO_SIGN_IN)
    wrong = []
    if "state" not in first.names:
        wrong.append(Text("no state is sent", "ไม่ได้ส่ง state"))
    elif states.distinct < states.samples:
        twice, n = states.samples - states.distinct, states.samples
        wrong.append(Text(f"{twice} of {n} states came twice", f"state {twice} จาก {n} ค่าซ้ำกัน"))
    elif states.samples >= FEWEST_STATES and states.bits < bits:
        rising = (", each after the last", " และเรียงลำดับกัน") if states.ascending else ("", "")
        wrong.append(
            Text(
                f"states vary in at most {states.bits:g} bits{rising[0]}, below {bits}",
                f"state ต่างกันได้ไม่เกิน {states.bits:g} บิต{rising[1]} น้อยกว่า {bits}",
            )
        )
    facts = (("states", str(states.samples)), ("bits at most", f"{states.bits:g}"))
    if wrong:
        return replace(
            failed("{what}", "{what}", what=joined(wrong)), exchanges=(first.exchange,), facts=facts
        )
    return replace(judged(found, "state"), facts=facts)


@check(
    "RPT-06",
    title="An id_token of ThaID with any fault signs nobody in",
    severity="critical",
    verifies=(
        f"{_DOCUMENT} §ID Token",
        "OpenID Connect Core 1.0 §3.1.3.7",
        "ASVS 5.0.0-6.8.2",
        "ASVS 5.0.0-10.5.4",
    ),
    remedy="Verify the id_token with a library: RS256 only, the key from jwks_uri, iss and aud equal to what is "
    "configured, exp not passed, at_hash of the access token, and the nonce where one was sent.",
    thai=Thai(
        title="id_token ของ ThaID ที่ผิดแม้ค่าเดียวเข้าสู่ระบบไม่ได้",
        why="id_token ที่ไม่ได้ตรวจสอบครบถ้วนเปิดทางให้ผู้อื่นปลอมเป็นผู้ป่วยคนใดก็ได้และเปิดดูประวัติสุขภาพของผู้นั้น",
        remedy="ตรวจ id_token ด้วยไลบรารีมาตรฐาน รับเฉพาะ RS256 ใช้กุญแจจาก jwks_uri ตรวจ iss และ aud ให้ตรงกับที่ตั้งไว้ "
        "ตรวจ exp, at_hash ของ access token และ nonce หากส่งไป",
    ),
)
def faulty_id_tokens(found: ThaidTrials) -> Judgement:
    """Give the platform id_tokens that are wrong in one thing each: none may sign in, a sound one must.

    Whoever can make the platform believe a token becomes any patient they like.
    """
    first = plain(found)
    if first is not None and "openid" not in first.scope:
        return needs_review(
            "openid is not asked for, so ThaID signs nothing that could be checked; a person must judge whether the "
            "channel to ThaID is enough",
            "ไม่ได้ขอ openid จึงไม่มีข้อมูลที่ ThaID ลงลายมือชื่อให้ตรวจสอบ ต้องให้ผู้ประเมินพิจารณาว่าช่องทางเชื่อมต่อกับ ThaID เพียงพอหรือไม่",
        )
    return judged(found, "id_token")


@check(
    "RPT-07",
    title="ThaID's expire_in is taken as a time, not as a number of seconds",
    severity="medium",
    verifies=(f"{_DOCUMENT} §Token",),
    remedy="Compare expire_in with the clock: it is the Unix time at which the access token ends. Refuse a sign-in "
    "whose token has already ended.",
    thai=Thai(
        title="ค่า expire_in ของ ThaID ถือเป็นเวลา มิใช่จำนวนวินาที",
        why="หากนำเวลาสัมบูรณ์ไปบวกกับเวลาปัจจุบัน โทเคนจะดูเหมือนมีอายุหลายสิบปี และผู้ที่ได้โทเคนหรือเซสชันไปจะใช้ได้นานกว่าที่ควร",
        remedy="เปรียบเทียบ expire_in กับนาฬิกาโดยตรง เพราะเป็นเวลา Unix ที่ access token หมดอายุ และปฏิเสธการเข้าสู่ระบบที่โทเคนหมดอายุแล้ว",
    ),
)
def absolute_expiry(found: ThaidTrials) -> Judgement:
    """Send expire_in some minutes ahead, then in the past, then 900: only the first is a token to be used.

    Taken as seconds from now, the member makes a token of fifteen minutes seem to live for half a century.
    """
    return judged(found, "expire_in")


@check(
    "RPT-10",
    title="A callback from ThaID works once",
    severity="medium",
    verifies=("RFC 6749 §10.5", "RFC 9700 §4.5", f"{_DOCUMENT} §Authentication"),
    remedy="Forget the state as soon as a browser has come back with it, and refuse every callback whose state is not "
    "waiting in the session.",
    thai=Thai(
        title="callback จาก ThaID ใช้ได้ครั้งเดียว",
        why="ที่อยู่ของ callback ค้างอยู่ในประวัติเบราว์เซอร์และบันทึกของเครื่องกลาง หากส่งซ้ำแล้วยังใช้ได้ ผู้ที่พบที่อยู่นั้นจะเข้าสู่ระบบแทนผู้ป่วยได้",
        remedy="ลบค่า state ทันทีที่ใช้แล้ว และปฏิเสธ callback ที่ state ไม่ได้รออยู่ในเซสชัน",
    ),
)
def callback_once(found: ThaidTrials) -> Judgement:
    """Send a callback that has succeeded again, in its own session and in another; ThaID would take the code twice.

    Callback addresses stay in histories and logs. That a replay must be refused is background knowledge.
    """
    return judged(found, "replay")


@check(
    "RPT-12",
    title="A patient's record opens to the exact citizen id only",
    severity="critical",
    verifies=(f"{_DOCUMENT} §ID Token", "ASVS 5.0.0-6.8.1", "ASVS 5.0.0-8.2.2"),
    remedy="Check the check digit of pid, look the patient up by the whole number, and never fall back to names or "
    "dates of birth.",
    thai=Thai(
        title="เวชระเบียนเปิดได้เฉพาะเมื่อเลขประจำตัวประชาชนตรงกันทุกหลัก",
        why="คนไทยจำนวนมากมีชื่อและนามสกุลซ้ำกัน หากจับคู่ด้วยชื่อ ผู้ป่วยคนหนึ่งจะเห็นเวชระเบียนของอีกคนหนึ่ง",
        remedy="ตรวจเลขตรวจสอบของ pid ค้นหาผู้ป่วยด้วยเลขครบทุกหลัก และไม่ใช้ชื่อหรือวันเกิดแทน",
    ),
)
def exact_number(found: ThaidTrials) -> Judgement:
    """Sign in with a wrong check digit, then as another person of the same name: neither opens the test patient's record.

    Names are shared by thousands; a match by name shows one patient the record of another.
    """
    return judged(found, "pid")
