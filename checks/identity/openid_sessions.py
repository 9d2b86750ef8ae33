"""Sessions at the provider and userinfo (OID-06, OID-07, OID-08)."""

from msgspec.structs import replace

from harness.experiment import Attempt, refused
from harness.model import Fault, Judgement, Text, Verdict, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check
from harness.wording import joined

from .authorization_evidence import OpenIdTrials, Renewal
from .openid_tokens import lacking

#: Errors that say that a person would have to act (OpenID Connect Core 1.0 §3.1.2.6).
_NEEDS_PERSON = frozenset(
    {"login_required", "interaction_required", "consent_required", "account_selection_required"}
)


@check(
    "OID-06",
    title="prompt=none without a session gives an error to the client, no page and no code",
    severity="low",
    verifies=("OpenID Connect Core 1.0 §3.1.2.1", "OpenID Connect Core 1.0 §3.1.2.6"),
    remedy="Where prompt=none is asked and nobody is signed in, redirect to the client with error=login_required.",
    absence=True,
    thai=Thai(
        title="คำขอ prompt=none เมื่อยังไม่ได้เข้าสู่ระบบได้รับข้อผิดพลาดกลับไปยังไคลเอนต์ โดยไม่มีหน้าเว็บและไม่ได้รหัสอนุญาต",
        why="ไคลเอนต์ใช้ prompt=none ในเบื้องหลังเพื่อถามว่ายังมีผู้ใช้อยู่หรือไม่ หากระบบออกรหัสให้โดยไม่มีผู้ใช้หรือแสดงหน้าเข้าสู่ระบบ"
        "ในกรอบที่มองไม่เห็น การออกจากระบบอัตโนมัติจะไม่ทำงาน",
        remedy="เมื่อมี prompt=none และไม่มีผู้ใช้เข้าสู่ระบบ ให้เปลี่ยนเส้นทางกลับไปยังไคลเอนต์พร้อม error=login_required",
    ),
)
def silent_request_refused(trials: OpenIdTrials) -> Judgement:
    """Check that a request which forbids any page, from a browser without a session, comes back with an error.

    Clients ask so, unseen, whether the person is still there. A code without a person, or a sign-in page in an
    invisible frame, leaves the record open on a ward computer that everybody has left.
    """
    stop = lacking(trials)
    if stop is not None:
        return stop
    silent = trials.silent
    if silent is None or trials.token is None or not trials.token.present:
        return inconclusive("the ordinary request did not work either", "คำขอปกติก็ใช้ไม่ได้เช่นกัน")
    return replace(
        _silent(silent, trials.page),
        exchanges=(silent.exchange,) if silent.exchange else (),
        control=trials.token.exchange,
    )


def _silent(silent: Attempt, page: bool) -> Judgement:
    if silent.granted:
        return failed(
            "a code was given to a browser that nobody signed in with", "ระบบออกรหัสอนุญาตโดยไม่มีผู้ใช้เข้าสู่ระบบ"
        )
    if page:
        return failed("a sign-in page was shown", "ระบบแสดงหน้าเข้าสู่ระบบ")
    if silent.error in _NEEDS_PERSON:
        return passed("the client was told {error}", "ไคลเอนต์ได้รับ {error}", error=silent.error)
    if silent.granted is None or (not silent.error and silent.status in (403, 429)):
        return replace(
            inconclusive("could not be told: {seen}", "ไม่สามารถสรุปได้: {seen}", seen=silent.told),
            fault=Fault.TARGET,
        )
    return failed(
        "the client was not told that a person is needed: {seen}",
        "ไคลเอนต์ไม่ได้รับแจ้งว่าต้องมีผู้ใช้เข้าสู่ระบบ: {seen}",
        seen=silent.told,
    )


@check(
    "OID-07",
    title="A session older than max_age is not enough, and auth_time tells its age",
    severity="low",
    verifies=("OpenID Connect Core 1.0 §3.1.2.1", "OpenID Connect Core 1.0 §2"),
    remedy="When max_age is asked and has passed, ask for the password again; put auth_time into the id_token of such requests.",
    thai=Thai(
        title="เซสชันที่เก่ากว่า max_age ต้องยืนยันตัวตนใหม่ และ auth_time บอกเวลายืนยันตัวตน",
        why="งานสำคัญ เช่น การสั่งยาเสพติดให้โทษ ต้องแน่ใจว่าผู้ใช้เพิ่งยืนยันตัวตน หากระบบไม่สนใจ max_age ผู้ที่พบเครื่องเปิดทิ้งไว้จะทำงานแทนได้",
        remedy="เมื่อคำขอมี max_age และเวลาผ่านไปแล้ว ให้ยืนยันตัวตนใหม่ และใส่ auth_time ใน id_token ของคำขอเช่นนั้น",
    ),
)
def max_age_honoured(trials: OpenIdTrials) -> Judgement:
    """Check that max_age=1, two seconds after the sign-in, makes the provider ask again, and that auth_time says when.

    A prescription of a controlled drug wants the prescriber now, not whoever finds the session open.
    """
    stop = lacking(trials)
    if stop is not None:
        return stop
    renewal = trials.renewal
    if renewal is None or not renewal.old.granted or renewal.fresh.granted is None:
        return inconclusive(
            "could not be told: {old}; {fresh}",
            "ไม่สามารถสรุปได้: {old}; {fresh}",
            old=renewal.old.told if renewal else Text("max_age was not tried", "ไม่ได้ทดลอง max_age"),
            fresh=renewal.fresh.told if renewal else "",
        )
    found = _renewed(renewal) if renewal.fresh.granted else _turned_away(renewal)
    return replace(
        found, assertions=3, exchanges=tuple(a.exchange for a in (renewal.old, renewal.fresh) if a.exchange)
    )


def _renewed(renewal: Renewal) -> Judgement:
    wrong = []
    if not (renewal.timed and renewal.retimed):
        wrong.append(Text("auth_time is not in the id_token", "id_token ไม่มี auth_time"))
    if renewal.asked is False or (renewal.asked is None and renewal.renewed is False):
        wrong.append(Text("nobody had to sign in again", "ไม่มีการให้เข้าสู่ระบบใหม่"))
    elif renewal.renewed is False:
        wrong.append(Text("auth_time did not move", "auth_time ไม่เปลี่ยน"))
    if wrong:
        return failed(
            "max_age=1, two seconds later: {what}", "max_age=1 หลังผ่านไปสองวินาที: {what}", what=joined(wrong)
        )
    return passed(
        "the password was asked for again and auth_time moved", "ระบบให้ยืนยันตัวตนใหม่และ auth_time เปลี่ยนตาม"
    )


def _turned_away(renewal: Renewal) -> Judgement:
    if renewal.fresh.error in _NEEDS_PERSON and renewal.timed:
        return passed(
            "the old session was refused: {seen}", "ระบบปฏิเสธเซสชันเดิม: {seen}", seen=renewal.fresh.told
        )
    if renewal.fresh.error in _NEEDS_PERSON:
        return failed("auth_time is not in the id_token", "id_token ไม่มี auth_time")
    return inconclusive("could not be told: {seen}", "ไม่สามารถสรุปได้: {seen}", seen=renewal.fresh.told)


@check(
    "OID-08",
    title="Userinfo speaks of the person of the id_token, and only to a valid token",
    severity="medium",
    verifies=("OpenID Connect Core 1.0 §5.3.2", "OpenID Connect Core 1.0 §5.3.3", "RFC 6750 §3.1"),
    remedy="Answer userinfo from the access token alone, with the sub of its id_token, and 401 without a valid token.",
    absence=True,
    thai=Thai(
        title="userinfo ให้ข้อมูลของบุคคลเดียวกับใน id_token และให้เฉพาะเมื่อมีโทเคนที่ถูกต้อง",
        why="หาก userinfo ตอบโดยไม่ตรวจโทเคนหรือตอบข้อมูลของผู้อื่น ชื่อและข้อมูลส่วนบุคคลของผู้ป่วยจะรั่วไหล และไคลเอนต์จะผูกข้อมูลผิดคน",
        remedy="ตอบ userinfo จาก access token เท่านั้น โดยใช้ sub เดียวกับ id_token และตอบ 401 หากไม่มีโทเคนที่ถูกต้อง",
    ),
)
def userinfo_of_the_same_person(trials: OpenIdTrials) -> Judgement:
    """Check that userinfo has the sub of the id_token, and refuses no token, an empty one and a made-up one.

    Clients join the two answers by sub. A userinfo that answers to anybody hands out names; one that answers for
    somebody else puts one patient's data under another's name.
    """
    stop = lacking(trials)
    if stop is not None:
        return stop
    if trials.userinfo is None:
        return not_applicable(
            "rule: applies where the metadata name a userinfo endpoint; fact: they name none",
            "เงื่อนไข: ใช้เมื่อ metadata ระบุ userinfo_endpoint; ข้อเท็จจริง: ไม่ได้ระบุ",
        )
    found = refused(trials.userinfo)
    if found.verdict is not Verdict.PASS or trials.same_person:
        return found
    control = trials.userinfo.control
    told = (
        inconclusive("there was no sub to compare", "ไม่มีค่า sub ให้เปรียบเทียบ")
        if trials.same_person is None
        else failed("sub of userinfo is not that of the id_token", "ค่า sub ของ userinfo ไม่ตรงกับ id_token")
    )
    return replace(told, exchanges=(control.exchange,) if control and control.exchange else ())
