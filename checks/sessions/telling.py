"""Who has an account stays the platform's secret: at the sign-in and on the page for forgotten passwords."""

from msgspec.structs import replace

from harness.experiment import refused, unusable
from harness.model import Judgement, Text, Verdict, failed, needs_review, passed
from harness.registry import Thai, check

from .comparing import Found, by_face, by_time, usable
from .evidence import DefaultLogins, ForgottenPassword, Reply, SpareAccount
from .judging import asleep, undecided

#: Fewer usable answers of each kind show nothing steady.
_LEAST = 4


@check(
    "ATN-05",
    title="The sign-in does not tell whether an account exists",
    severity="medium",
    verifies=("ASVS 5.0.0-6.3.8", "WSTG v4.2 IDNT-04", "CWE-204", "CWE-208"),
    remedy="Answer an unknown name like a wrong password: the same words, status, redirect and cookies, and compute a "
    "password hash for it, too. Count failures and lock for unknown names alike.",
    thai=Thai(
        title="การเข้าสู่ระบบไม่เปิดเผยว่ามีบัญชีอยู่หรือไม่",
        why="ผู้โจมตีที่รู้ว่าใครมีบัญชีจะลองรหัสผ่านเฉพาะบัญชีเหล่านั้นหรือส่งข้อความหลอกลวงได้ตรงตัว "
        "และการมีบัญชีในระบบของคลินิกบางแห่งก็เป็นข้อมูลสุขภาพในตัวเอง",
        remedy="ตอบชื่อที่ไม่มีอยู่ให้เหมือนกับรหัสผ่านผิด ทั้งข้อความ สถานะ การเปลี่ยนเส้นทาง และคุกกี้ คำนวณแฮชรหัสผ่านด้วยเช่นกัน "
        "และนับกับล็อกชื่อที่ไม่มีอยู่ในแบบเดียวกัน",
    ),
)
def sign_in_tells_nothing(
    spare: SpareAccount, *, confidence: float = 0.99999, milliseconds: float = 5.0
) -> Judgement:
    """Whom to attack is half of the attack, and being a patient somewhere can be health information itself.

    Wrong passwords for the spare account and for names that nobody has, as often for each and in random order, are
    compared by status, redirect, cookies and words, before and after the lock. Their times are compared by the rank
    test of Mann and Whitney at the stated confidence. A certain difference in what is shown fails; one in time alone
    fails only where one kind is slower by 50 ms in nine pairs of ten, and is otherwise for a person to judge.
    """
    if stop := asleep(spare):
        return stop
    telling = spare.telling
    count = min(len([r for r in usable(x) if r.step != "locked"]) for x in (telling.known, telling.unknown))
    shown, timed = by_face(telling), by_time(telling, confidence, milliseconds)
    found = next((f for f in (shown, timed) if f and f.certain), None)
    if found is None and count < _LEAST:
        return undecided(
            Text(
                f"only {count} answers of each kind could be compared",
                f"มีคำตอบที่เปรียบเทียบได้เพียงแบบละ {count} ครั้ง",
            )
        )
    if found := found or shown or timed:
        return _different(found)
    ids = tuple(r.exchange for r in (*telling.known[:1], *telling.unknown[:1]) if r.exchange)
    judgement = passed(
        "{n} answers of each kind: alike in status, redirect, cookies and words, no difference in time at a confidence of {c:g}",
        "คำตอบแบบละ {n} ครั้ง: สถานะ การเปลี่ยนเส้นทาง คุกกี้ และข้อความเหมือนกัน ไม่พบความต่างของเวลาที่ความเชื่อมั่น {c:g}",
        n=count,
        c=confidence,
    )
    control = spare.works.exchange or spare.works.name
    return replace(judgement, assertions=2, exchanges=ids, control=control)


def _different(found: Found) -> Judgement:
    say = failed if found.certain else needs_review
    judgement = say("{en}", "{th}", en=found.text.en, th=found.text.th)
    return replace(judgement, exchanges=tuple(r.exchange for r in found.replies if r.exchange))


@check(
    "ATN-11",
    title="The page for forgotten passwords answers alike for all names and takes no host from the request",
    severity="high",
    verifies=("ASVS 5.0.0-6.3.8", "WSTG v4.2 ATHN-09", "CWE-640", "CWE-204"),
    remedy="Answer every name with the same page at the same speed, and send the mail afterwards. Build links from the "
    "configured address of the platform, never from Host or X-Forwarded-Host.",
    thai=Thai(
        title="หน้าลืมรหัสผ่านตอบทุกชื่อเหมือนกันและไม่ใช้ชื่อโฮสต์จากคำขอ",
        why="หน้าลืมรหัสผ่านที่บอกว่ามีบัญชีหรือไม่เปิดเผยรายชื่อผู้ใช้ ส่วนลิงก์ที่สร้างจากชื่อโฮสต์ในคำขอทำให้ผู้โจมตีส่งอีเมลของระบบ "
        "ที่พาเจ้าของบัญชีไปยังเว็บไซต์ของตน แล้วได้ลิงก์ตั้งรหัสผ่านไป",
        remedy="ตอบทุกชื่อด้วยหน้าเดียวกันในเวลาเท่ากันแล้วจึงส่งอีเมล และสร้างลิงก์จากที่อยู่ที่กำหนดไว้ในระบบ ไม่ใช้ Host หรือ X-Forwarded-Host",
    ),
)
def reset_tells_nothing(found: ForgottenPassword) -> Judgement:
    """The way back in is a way in.

    A page that says whether there is such an account lists the users; a link built from the request's host leads
    the owner, by the platform's own mail, to the attacker. The test account and names that nobody has are asked for
    in turns, then false hosts are named. The mail is not seen by this test, so a host that shows only there, and
    whether a link works once and for how long, are not judged.
    """
    if stop := unusable(found.host):
        return stop
    shown = by_face(found.telling)
    hosts = refused(found.host)
    if hosts.verdict is Verdict.FAIL:
        return hosts
    if shown is not None:
        return _different(shown)
    if min(len(usable(x)) for x in (found.telling.known, found.telling.unknown)) < 2:
        return undecided(Text("the page did not answer often enough to compare", "หน้านี้ไม่ตอบมากพอให้เปรียบเทียบ"))
    if hosts.verdict is not Verdict.PASS:
        return hosts
    judgement = passed(
        "answers for known and unknown names are alike, and no false host came back; the mail itself was not seen",
        "คำตอบสำหรับชื่อที่มีและไม่มีอยู่เหมือนกัน และไม่พบชื่อโฮสต์ปลอมในคำตอบ ทั้งนี้ ไม่ได้เห็นอีเมลที่ส่ง",
    )
    return replace(
        judgement, assertions=1 + hosts.assertions, exchanges=hosts.exchanges, control=hosts.control
    )


@check(
    "ATN-25",
    title="Built-in names are refused at the sign-in exactly as names that nobody has",
    severity="medium",
    verifies=("ASVS 5.0.0-6.3.2", "ASVS 5.0.0-6.3.8", "CWE-204", "CWE-1392"),
    remedy="Remove or disable the accounts admin, root and administrator, and answer those names like any other that does "
    "not exist: with the same words, status and cookies.",
    thai=Thai(
        title="ชื่อบัญชีที่มากับระบบถูกปฏิเสธเช่นเดียวกับชื่อที่ไม่มีอยู่จริง",
        why="ผู้โจมตีลองชื่อ admin, root และ administrator ก่อนเสมอ คำตอบที่ต่างออกไปบอกว่ามีบัญชีนั้นอยู่ จึงคุ้มที่จะเดารหัสผ่านต่อ "
        "และบัญชีเหล่านี้มักมีสิทธิ์สูงสุด",
        remedy="ลบหรือปิดบัญชี admin, root และ administrator และตอบชื่อเหล่านี้ให้เหมือนชื่อที่ไม่มีอยู่ ทั้งข้อความ สถานะ และคุกกี้",
    ),
)
def built_in_names_unknown(found: DefaultLogins) -> Judgement:
    """An attacker who learns that there is an `admin` knows where to begin.

    Each built-in name is given once with a made-up password, and as many names that nobody has. The answers must be
    alike; whether an account that nobody hears of is disabled inside cannot be seen from here.
    """
    if stop := unusable(found.logins):
        return stop
    strangers, known = usable(found.nobody), usable(tuple(found.builtin.values()))
    if len(strangers) < 2 or len(known) < len(found.builtin) or not known:
        return undecided(Text("some of the names got no clear answer", "บางชื่อไม่ได้รับคำตอบที่ชัดเจน"))
    steady = len({r.face for r in strangers}) == 1
    faces = {r.face if steady else r.face[:3] for r in strangers}
    other = {n: r for n, r in found.builtin.items() if (r.face if steady else r.face[:3]) not in faces}
    ids = tuple(r.exchange for r in (*(other or found.builtin).values(), strangers[0]) if r.exchange)
    control = found.logins.control
    return replace(
        _names(other, found, steady=steady),
        assertions=len(known),
        exchanges=ids,
        control=control.exchange or control.name if control else None,
    )


def _names(other: dict[str, Reply], found: DefaultLogins, *, steady: bool) -> Judgement:
    names = ", ".join(other or found.builtin)
    if other and len({r.face[:3] for r in found.nobody}) == 1:
        return failed(
            "answered otherwise than names that nobody has: {names}",
            "ได้รับคำตอบต่างจากชื่อที่ไม่มีอยู่: {names}",
            names=names,
        )
    if other or not steady:
        return needs_review(
            "answers change each time, so a person must compare them: {names}",
            "คำตอบเปลี่ยนทุกครั้ง จึงต้องให้บุคคลเปรียบเทียบ: {names}",
            names=names,
        )
    return passed(
        "refused as names that nobody has: {names}", "ถูกปฏิเสธเช่นเดียวกับชื่อที่ไม่มีอยู่: {names}", names=names
    )
