"""Where the authorization endpoint sends a browser, and what it sends along (OAU-01, OAU-02, OAU-18)."""

from msgspec.structs import replace

from harness.experiment import refused
from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .authorization_evidence import AuthorizationTrials, RedirectTrials


@check(
    "OAU-01",
    title="Codes are sent to exactly the registered redirect address and to no other",
    severity="critical",
    verifies=("RFC 9700 §2.1", "RFC 9700 §4.1.3", "RFC 6749 §3.1.2.3", "ASVS 5.0.0-10.4.1", "CWE-601"),
    remedy="Compare redirect_uri with the client's registered addresses character by character, before anything is "
    "decoded or normalised, and show an error page when it differs. No patterns, no prefixes.",
    absence=True,
    thai=Thai(
        title="รหัสอนุญาต (code) ถูกส่งไปยัง redirect_uri ที่ลงทะเบียนไว้เท่านั้น โดยเทียบตรงทุกตัวอักษร",
        why="หากระบบยอมรับที่อยู่ที่ต่างจากที่ลงทะเบียนแม้เพียงเล็กน้อย ผู้โจมตีสามารถส่งลิงก์เข้าสู่ระบบที่ดูเหมือนของจริงให้เจ้าหน้าที่ "
        "แล้วรับรหัสอนุญาตไปเปิดเวชระเบียนในนามของผู้นั้นได้",
        remedy="เทียบ redirect_uri กับที่ลงทะเบียนไว้ทุกตัวอักษรก่อนถอดรหัสหรือปรับรูปแบบใด ๆ หากไม่ตรงให้แสดงหน้าข้อผิดพลาด "
        "ห้ามใช้รูปแบบ (pattern) หรือเทียบเฉพาะส่วนต้น",
    ),
)
def redirect_exact(trials: RedirectTrials, *, equivalent: bool = False) -> Judgement:
    """Check that no variant of the registered redirect address is sent a code or an error.

    A provider that accepts an address which only resembles the registered one can be sent a link that signs a
    nurse in and hands the code to somebody else. `equivalent` lets spellings pass that lead to the same place
    (host in capitals, port written out); the standard asks for exact comparison of strings.
    """
    attempts = trials.variants.attempts
    if not equivalent:
        return refused(trials.variants)
    spelt = tuple(a for a in attempts if a.name in trials.equivalent and a.granted)
    counted = replace(trials.variants, attempts=tuple(a for a in attempts if a not in spelt))
    found = refused(counted)
    return replace(found, facts=(("same place, other spelling", ", ".join(a.name for a in spelt) or "none"),))


@check(
    "OAU-02",
    title="Nobody is redirected to an address before the client and its address are known",
    severity="high",
    verifies=("RFC 9700 §4.11.2", "RFC 6749 §4.1.2.1", "CWE-601"),
    remedy="Look up the client, then compare its redirect address, and only then report other errors to it. Until both "
    "hold, show an error page of the provider's own.",
    absence=True,
    thai=Thai(
        title="ระบบไม่เปลี่ยนเส้นทางไปยังที่อยู่ใดก่อนที่จะรู้จักไคลเอนต์และตรวจที่อยู่ของไคลเอนต์แล้ว",
        why="หากหน้าเข้าสู่ระบบส่งผู้ใช้ไปยังที่อยู่ใดก็ได้ ผู้โจมตีใช้ชื่อโดเมนของโรงพยาบาลนำผู้ใช้ไปยังหน้าปลอมเพื่อหลอกเอารหัสผ่านได้",
        remedy="ค้นหาไคลเอนต์ก่อน จากนั้นเทียบ redirect_uri แล้วจึงแจ้งข้อผิดพลาดอื่นไปยังไคลเอนต์ หากข้อใดไม่ผ่านให้แสดงหน้าข้อผิดพลาดของระบบเอง",
    ),
)
def no_open_redirector(trials: RedirectTrials) -> Judgement:
    """Check that a request of an unknown client, or for a foreign address, ends on the provider's own page.

    A sign-in page that forwards anywhere lends the hospital's name to the page that steals the password: the
    link that the patient checks is the true one.
    """
    return refused(trials.early)


@check(
    "OAU-18",
    title="The answer to the password does not make the browser send the password on",
    severity="medium",
    verifies=("RFC 9700 §4.12", "RFC 9110 §15.4.8"),
    remedy="Answer the form that holds the password with status 303 (See Other), never with 307 or 308.",
    absence=True,
    thai=Thai(
        title="คำตอบหลังส่งรหัสผ่านไม่ทำให้เบราว์เซอร์ส่งรหัสผ่านต่อไปยังที่อยู่อื่น",
        why="สถานะ 307 และ 308 สั่งให้เบราว์เซอร์ส่งแบบฟอร์มเดิมพร้อมรหัสผ่านไปยังที่อยู่ถัดไป รหัสผ่านของเจ้าหน้าที่จึงอาจไปถึงแอปพลิเคชันปลายทาง",
        remedy="ตอบแบบฟอร์มที่มีรหัสผ่านด้วยสถานะ 303 (See Other) ห้ามใช้ 307 หรือ 308",
    ),
)
def password_not_forwarded(trials: AuthorizationTrials) -> Judgement:
    """Check the status of the answers to the form with the password: 307 and 308 repeat the form at the next address.

    The next address is the client's. A client that is curious, or has been taken over, then reads the
    passwords of everybody who signs in through it. 302 is safe in browsers; 303 is what the standard recommends.
    """
    if trials.posts is None:
        return inconclusive(
            "the sign-in is a script of the owner's, or its page hides the password in what it sends, so the answer to it was not seen",
            "การเข้าสู่ระบบทำโดยสคริปต์ของเจ้าของระบบ หรือหน้าเว็บแปลงรหัสผ่านก่อนส่ง จึงไม่เห็นคำตอบหลังส่งรหัสผ่าน",
        )
    control = trials.tokens.control
    if control is None or not control.granted or not trials.posts:
        return inconclusive("no password was taken in this sign-in", "ไม่มีการรับรหัสผ่านในการเข้าสู่ระบบครั้งนี้")
    seen = joined((both(str(a.status or "no answer")) for a in trials.posts), ", ")
    bad = [a for a in trials.posts if a.granted]
    if not bad and any(a.granted is None for a in trials.posts):
        return inconclusive("the answer to the password was {seen}", "คำตอบหลังส่งรหัสผ่านคือ {seen}", seen=seen)
    found = (failed if bad else passed)(
        "the answer to the password has status {seen}", "คำตอบหลังส่งรหัสผ่านมีสถานะ {seen}", seen=seen
    )
    exchanges = tuple(a.exchange for a in trials.posts)
    return replace(
        found, exchanges=exchanges, assertions=len(trials.posts), control=control.exchange or control.name
    )
