"""What passes between the platform and ThaID, and what becomes of it (RPT-04, RPT-08, RPT-09, RPT-11)."""

from msgspec.structs import replace

from harness.experiment import unusable
from harness.model import Judgement, Text, Verdict, failed, needs_review, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .evidence import ThaidTrials
from .judging import granted, judged, undecided, unset

_DOCUMENT = "ThaID RP API 1.0.1"


@check(
    "RPT-04",
    title="The client secret for ThaID travels only in the server's Basic header",
    severity="critical",
    verifies=(f"{_DOCUMENT} §Token", "RFC 6749 §2.3.1", "ASVS 5.0.0-13.3.1"),
    remedy="Send the client's id and secret by HTTP Basic from the server, and keep the secret out of pages, scripts, "
    "addresses and forms. Change a secret that has been seen anywhere else.",
    thai=Thai(
        title="ค่าลับของไคลเอนต์สำหรับ ThaID ส่งเฉพาะในส่วนหัว Basic จากเซิร์ฟเวอร์",
        why="ผู้ที่ได้ค่าลับไปสามารถแสดงตนเป็นแพลตฟอร์มต่อ ThaID และแลกรหัสของผู้ป่วยเป็นข้อมูลส่วนบุคคลได้",
        remedy="ส่งรหัสและค่าลับของไคลเอนต์ด้วย HTTP Basic จากเซิร์ฟเวอร์ ไม่ให้ปรากฏในหน้าเว็บ สคริปต์ ที่อยู่ หรือฟอร์ม "
        "และเปลี่ยนค่าลับที่เคยปรากฏในที่อื่น",
    ),
)
def secret_in_basic(found: ThaidTrials) -> Judgement:
    """Look for the secret in everything the platform sent to ThaID and showed to the browser.

    Whoever has it can act as the platform towards ThaID and turn the codes of patients into their data.
    """
    tokens = [c for c in found.calls if c.call == "token" and c.grant == "authorization_code"]
    places = {(place, c.call) for c in found.calls for place in c.secret_in if place != "basic"}
    wrong = [_where(*place) for place in sorted(places)]
    wrong += [_shown(label) for label in found.leaks]
    without = sum("basic" not in c.secret_in for c in tokens)
    if without:
        wrong.append(
            Text(
                f"not in the Basic header of {without} of {len(tokens)} token requests",
                f"ไม่อยู่ในส่วนหัว Basic ของคำขอโทเคน {without} จาก {len(tokens)} คำขอ",
            )
        )
    if wrong:
        judgement = failed("the secret stood in: {what}", "พบค่าลับผิดที่: {what}", what=joined(wrong))
    elif not tokens:
        return undecided(Text("the platform exchanged no code", "แพลตฟอร์มไม่ได้แลกรหัสอนุญาต"))
    else:
        judgement = passed(
            "in the Basic header of {n} token requests; not elsewhere in {calls} calls and {pages} answers",
            "อยู่ในส่วนหัว Basic ของ {n} คำขอโทเคน และไม่พบที่อื่นใน {calls} คำขอกับ {pages} คำตอบ",
            n=len(tokens),
            calls=len(found.calls),
            pages=found.pages,
        )
    return replace(judgement, assertions=len(found.calls) + found.pages)


def _where(place: str, call: str) -> Text:
    return Text(f"{place} of the {call} request", f"{both(place).th}ของคำขอ {call}")


def _shown(label: str) -> Text:
    called = both(label)
    return Text(f"an answer to the browser ({called.en})", f"คำตอบที่ส่งให้เบราว์เซอร์ ({called.th})")


@check(
    "RPT-08",
    title="The sign-in with ThaID needs no refresh token and ends with the access token",
    severity="medium",
    verifies=(f"{_DOCUMENT} §Token", "ASVS 5.0.0-7.6.1"),
    remedy="When ThaID's access token has ended, lead people to a new sign-in before anything that rests on it. Do "
    "not ask for a refresh token: there is none.",
    thai=Thai(
        title="การเข้าสู่ระบบด้วย ThaID ไม่อาศัย refresh token และสิ้นสุดตาม access token",
        why="เซสชันที่ดำเนินต่อไปหลังโทเคนหมดอายุทำให้ผู้ที่ใช้เครื่องต่อจากผู้ป่วยยังเปิดดูข้อมูลได้ทั้งที่ไม่มีการยืนยันตัวตนรองรับ",
        remedy="เมื่อ access token ของ ThaID หมดอายุ ให้นำไปสู่การเข้าสู่ระบบใหม่ก่อนใช้สิ่งใดที่อาศัยโทเคนนั้น และไม่ขอ refresh token เพราะไม่มี",
    ),
)
def ends_with_the_token(found: ThaidTrials) -> Judgement:
    """Let an access token of a few seconds end, without a refresh token: what does the session rest on then?

    A session that goes on although ThaID says no has nobody's authentication behind it. One that goes on by itself,
    asking nobody, is for a person to judge: the platform may have a limit of its own.
    """
    judgement = judged(found, "expired")
    if judgement.verdict is not Verdict.PASS:
        return judgement
    after = (
        next(iter(found.experiments["outlived"].attempts), None) if "outlived" in found.experiments else None
    )
    if after is None or after.granted is None:
        return undecided(
            Text("the session was not asked after the token's end", "ไม่ได้ทดลองใช้เซสชันหลังโทเคนหมดอายุ")
        )
    if after.granted:
        return replace(
            needs_review(
                "the session went on after ThaID's token had ended, without asking ThaID; a person must judge whether "
                "the platform's own limit is short enough",
                "เซสชันดำเนินต่อหลังโทเคนของ ThaID หมดอายุโดยไม่ได้ติดต่อ ThaID ต้องให้ผู้ประเมินพิจารณาว่าอายุเซสชันของแพลตฟอร์มสั้นเพียงพอหรือไม่",
            ),
            exchanges=(after.exchange,),
        )
    return replace(
        passed(
            "signed in without a refresh token; after the token's end the session was over ({status})",
            "เข้าสู่ระบบได้โดยไม่มี refresh token และเซสชันสิ้นสุดหลังโทเคนหมดอายุ ({status})",
            status=after.status,
        ),
        exchanges=(after.exchange,),
        control=judgement.control,
    )


@check(
    "RPT-09",
    title="Errors of ThaID sign nobody in and show nothing of what ThaID said",
    severity="medium",
    verifies=(f"{_DOCUMENT} §Error codes", "ASVS 5.0.0-16.5.1"),
    remedy="Answer every error of ThaID with a page of your own that says that the sign-in did not succeed; write the "
    "details to a log without code or secret.",
    thai=Thai(
        title="ข้อผิดพลาดของ ThaID ไม่ทำให้ผู้ใดเข้าสู่ระบบ และไม่แสดงข้อความจาก ThaID",
        why="ข้อความผิดพลาดจากระบบต้นทางอาจมีรหัสหรือค่าลับ และผู้ที่เห็นหน้าจอหรือประวัติเบราว์เซอร์นำไปใช้ได้",
        remedy="แสดงหน้าแจ้งของระบบเองว่าเข้าสู่ระบบไม่สำเร็จ และบันทึกรายละเอียดโดยไม่มีรหัสหรือค่าลับ",
    ),
)
def errors_kept(found: ThaidTrials) -> Judgement:
    """Have ThaID answer 400 and 401 with marked bodies, and a person decline: nobody is in, no mark is shown.

    What a provider says in anger may hold the code, and pages end up in histories and screenshots.
    """
    return judged(found, "errors")


@check(
    "RPT-11",
    title="Signing out revokes the token at ThaID",
    severity="low",
    verifies=(f"{_DOCUMENT} §Token Revocation", "RFC 7009 §2"),
    remedy="When somebody signs out, post their access token to /revoke/ with the client's Basic header, and end the "
    "session whatever the answer.",
    thai=Thai(
        title="การออกจากระบบเพิกถอนโทเคนที่ ThaID",
        why="โทเคนที่ไม่ถูกเพิกถอนยังใช้ตรวจสอบตัวตนของผู้ป่วยต่อ ThaID ได้จนหมดอายุ แม้ผู้ป่วยเข้าใจว่าออกจากระบบแล้ว",
        remedy="เมื่อออกจากระบบ ให้ส่ง access token ไปที่ /revoke/ พร้อมส่วนหัว Basic ของไคลเอนต์ และสิ้นสุดเซสชันไม่ว่าผลเป็นอย่างไร",
    ),
)
def revoked_at_logout(found: ThaidTrials) -> Judgement:
    """Sign out and count the revocations that ThaID gets. The address is documented; the duty is our inference.

    A patient who has signed out on a shared computer expects that nothing of theirs lives on.
    """
    experiment = found.experiments.get("logout")
    stop = unusable(experiment)
    if stop is not None and experiment is not None and experiment.control and experiment.control.granted:
        return unset(
            "the component in the target file names no logout path",
            "องค์ประกอบในแฟ้มเป้าหมายไม่ได้ระบุพาธออกจากระบบ",
        )
    return granted(experiment)
