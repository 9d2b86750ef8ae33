"""The platform as relying party of Provider ID (RPP-01 to RPP-07)."""

from msgspec.structs import replace

from harness.experiment import Experiment
from harness.model import Judgement, Text, Verdict, failed
from harness.registry import Thai, check
from harness.wording import both, joined

from .evidence import ProviderTrials
from .judging import judged, undecided

_MANUAL = "Health ID and Provider ID manual 2567"
_NO_CHOICE = Text(
    "no choice between two units was offered after the sign-in, or the first one opened nothing",
    "หลังเข้าสู่ระบบไม่มีการให้เลือกระหว่างสองหน่วยงาน หรือหน่วยงานแรกไม่เปิดสิ่งใด",
)


@check(
    "RPP-01",
    title="Whoever has no Provider ID gets no clinical function",
    severity="critical",
    verifies=(f"{_MANUAL} §Service Token", "ASVS 5.0.0-8.2.1"),
    remedy="Give the clinical role only after Provider ID has named the person; treat 400 and 404 as no clinician.",
    thai=Thai(
        title="ผู้ที่ไม่มี Provider ID ใช้ฟังก์ชันทางคลินิกไม่ได้",
        why="หากระบบให้สิทธิทางคลินิกแก่ผู้ที่ไม่ใช่บุคลากร ผู้นั้นจะเปิดเวชระเบียนและสั่งยาแทนแพทย์ได้",
        remedy="ให้บทบาททางคลินิกเฉพาะเมื่อ Provider ID ยืนยันบุคคลนั้นแล้ว และถือคำตอบ 400 กับ 404 ว่าไม่ใช่บุคลากร",
    ),
)
def none_no_role(found: ProviderTrials) -> Judgement:
    """Have Provider ID answer that there is no such provider, then no profile: no clinical function may answer.

    A patient who signs in must not come out as a doctor.
    """
    return judged(found, "no provider id")


@check(
    "RPP-02",
    title="Without a verified licence that is running there is no clinical function",
    severity="critical",
    verifies=(f"{_MANUAL} §Profile", "ASVS 5.0.0-8.2.1"),
    remedy="Open clinical functions only where license_id_verify is true and license_expired_date has not passed, in "
    "the unit chosen, and look at both at every sign-in.",
    thai=Thai(
        title="หากใบอนุญาตประกอบวิชาชีพไม่ผ่านการตรวจสอบหรือหมดอายุ จะใช้ฟังก์ชันทางคลินิกไม่ได้",
        why="ผู้ที่ใบอนุญาตหมดอายุหรือถูกเพิกถอนไม่มีสิทธิสั่งยาและดูเวชระเบียน การปล่อยให้ใช้งานเป็นอันตรายต่อผู้ป่วย",
        remedy="เปิดฟังก์ชันทางคลินิกเฉพาะเมื่อ license_id_verify เป็นจริงและ license_expired_date ยังไม่พ้น ในหน่วยที่เลือก และตรวจทุกครั้งที่เข้าสู่ระบบ",
    ),
)
def licence_counts(found: ProviderTrials) -> Judgement:
    """Report the licence as not verified, then as expired: no function answers; verified and running, all do.

    The fields are documented; what to refuse without them is our reading. A licence that was withdrawn must stop
    prescribing the same day.
    """
    return judged(found, "licence")


@check(
    "RPP-03",
    title="Rights are those of the unit chosen",
    severity="high",
    verifies=(f"{_MANUAL} §Profile", "ASVS 5.0.0-8.2.2"),
    remedy="Bind the session to one organisation of the list, take licence and position from that entry alone, and "
    "ignore a unit named in the request.",
    thai=Thai(
        title="สิทธิเป็นไปตามหน่วยงานที่เลือกเท่านั้น",
        why="บุคลากรที่สังกัดสองหน่วยอาจมีสิทธิต่างกัน หากระบบรวมสิทธิของทุกหน่วย ผู้นั้นจะเข้าถึงข้อมูลในหน่วยที่ตนไม่มีใบอนุญาตได้",
        remedy="ผูกเซสชันกับหน่วยเดียวในรายการ ใช้ใบอนุญาตและตำแหน่งของหน่วยนั้นเท่านั้น และไม่เชื่อรหัสหน่วยในคำขอ",
    ),
)
def unit_chosen(found: ProviderTrials) -> Judgement:
    """Name two units, licensed in the first only: with the second chosen nothing clinical answers, hcode or not.

    Whether records of the other unit stay hidden is not tried: the target file cannot name them.
    """
    experiment = found.experiments.get("unit")
    if experiment is not None and not experiment.attempts and _sound(experiment):
        return undecided(_NO_CHOICE)
    return judged(found, "unit")


def _sound(experiment: Experiment) -> bool:
    return experiment.control is not None and bool(experiment.control.granted)


@check(
    "RPP-04",
    title="Nobody becomes a clinician by saying so",
    severity="critical",
    verifies=(f"{_MANUAL} §Profile", "ASVS 5.0.0-8.3.1"),
    remedy="Keep role, position and licence at the server as Provider ID said them; read none of them from parameters, "
    "headers or cookies.",
    thai=Thai(
        title="ไม่มีผู้ใดได้สิทธิทางคลินิกจากข้อมูลที่ตนส่งมาเอง",
        why="หากบทบาทมาจากข้อมูลฝั่งผู้ใช้ ผู้ป่วยคนใดก็แก้คำขอแล้วสั่งยาหรือดูเวชระเบียนของผู้อื่นได้",
        remedy="เก็บบทบาท ตำแหน่ง และใบอนุญาตไว้ที่เซิร์ฟเวอร์ตามที่ Provider ID แจ้ง ไม่อ่านจากพารามิเตอร์ ส่วนหัว หรือคุกกี้",
    ),
)
def role_from_provider(found: ProviderTrials) -> Judgement:
    """Without a verified licence, claim role, position and licence in the query, in headers and in cookies.

    What a browser sends, a patient can write.
    """
    return judged(found, "client")


@check(
    "RPP-05",
    title="The flags of directors and HR staff open nothing clinical",
    severity="high",
    verifies=(f"{_MANUAL} §Profile", "ASVS 5.0.0-8.2.1"),
    remedy="Give is_director and is_hr_admin the administrative rights they are meant for, declared in writing, and "
    "no clinical one.",
    thai=Thai(
        title="ค่าผู้อำนวยการและฝ่ายบุคคลไม่เปิดสิทธิทางคลินิก",
        why="ผู้บริหารและฝ่ายบุคคลไม่จำเป็นต้องเป็นผู้ประกอบวิชาชีพ การให้สิทธิทางคลินิกตามตำแหน่งบริหารเปิดเวชระเบียนแก่ผู้ไม่มีสิทธิ",
        remedy="ให้ is_director และ is_hr_admin เฉพาะสิทธิด้านการบริหารที่ประกาศไว้เป็นลายลักษณ์อักษร และไม่ให้สิทธิทางคลินิก",
    ),
)
def flags_not_clinical(found: ProviderTrials) -> Judgement:
    """Set each flag alone, without a licence: no clinical function answers. Which rights they give is not tried.

    A director without a licence is not a doctor.
    """
    return judged(found, "flags")


@check(
    "RPP-06",
    title="Provider ID is asked with both credentials, and its 401 signs nobody in",
    severity="medium",
    verifies=(f"{_MANUAL} §Profile",),
    remedy="Send client-id and secret-key in the header beside the Bearer token; on a 401 show a page of your own, "
    "sign nobody in, and show neither answer nor secret.",
    thai=Thai(
        title="เรียก Provider ID ด้วยค่ายืนยันสิทธิครบทั้งสองค่า และคำตอบ 401 ไม่ทำให้ผู้ใดเข้าสู่ระบบ",
        why="หากละเลยคำตอบ 401 ระบบจะให้เข้าสู่ระบบทั้งที่ไม่ทราบว่าผู้นั้นเป็นบุคลากรหรือไม่ และข้อความผิดพลาดอาจมีค่าลับ",
        remedy="ส่ง client-id และ secret-key ในส่วนหัวคู่กับ Bearer token เมื่อได้ 401 ให้แสดงหน้าแจ้งของระบบเอง ไม่ให้เข้าสู่ระบบ และไม่แสดงคำตอบหรือค่าลับ",
    ),
)
def both_credentials(found: ProviderTrials) -> Judgement:
    """Read what the platform sent for the profile, then answer 401 with a marked body.

    An ignored refusal is a sign-in that nobody vouches for.
    """
    profiles = [c for c in found.calls if c.call == "profile"]
    lacking = [c for c in profiles if set(c.headers) != {"client-id", "secret-key"}]
    n, most = len(lacking), len(profiles)
    bare = Text(
        f"{n} of {most} profile requests lack a credential header",
        f"คำขอข้อมูลบุคลากร {n} จาก {most} คำขอขาดส่วนหัวยืนยันสิทธิ",
    )
    shown = Text("the secret is shown to the browser ({label})", "เบราว์เซอร์เห็นค่าลับ ({label})")
    wrong = [bare] if lacking else []
    wrong += [shown.of({"label": both(label)}) for label in found.leaks]
    if wrong:
        return replace(failed("{what}", "{what}", what=joined(wrong)), assertions=len(profiles) or 1)
    judgement = judged(found, "refused")
    if judgement.verdict is Verdict.PASS and not profiles:
        return undecided(Text("the platform never asked for a profile", "แพลตฟอร์มไม่เคยขอข้อมูลบุคลากร"))
    return judgement


@check(
    "RPP-07",
    title="Access ends when Provider ID no longer knows the clinician",
    severity="high",
    verifies=(f"{_MANUAL} §Service Token", "ASVS 5.0.0-7.6.1", "ASVS 5.0.0-8.3.2"),
    remedy="When the token of Provider ID has ended, at the latest after 24 hours, ask again before anything clinical, "
    "and take the role away from whoever is not there any more.",
    thai=Thai(
        title="สิทธิสิ้นสุดเมื่อ Provider ID ไม่มีบุคลากรผู้นั้นแล้ว",
        why="บุคลากรที่พ้นหน้าที่แล้วแต่ยังใช้งานได้คือช่องทางที่ข้อมูลผู้ป่วยรั่วไหลบ่อยครั้ง",
        remedy="เมื่อโทเคนของ Provider ID หมดอายุ ซึ่งไม่เกิน 24 ชั่วโมง ให้สอบถามใหม่ก่อนใช้ฟังก์ชันทางคลินิก และถอดบทบาทของผู้ที่ไม่มีอยู่แล้ว",
    ),
)
def removal_ends_access(
    found: ProviderTrials, *, token_seconds: int = 86_400, removal_seconds: int = 86_400
) -> Judgement:
    """Remove a clinician after the sign-in and let a token of a few seconds end: no clinical function answers then.

    Someone who has left the hospital must not go on reading its records. The limits are the manual's 24 hours.
    """
    if not 0 < found.token_seconds <= token_seconds:
        return undecided(
            Text("the token of the experiment did not end in time", "โทเคนของการทดลองไม่หมดอายุภายในเวลาที่กำหนด")
        )
    judgement = judged(found, "removed")
    if judgement.verdict is not Verdict.FAIL:
        return judgement
    asked = [c for c in found.calls if c.scene == "removed later" and c.status >= 400]
    words = "Provider ID said no and was not heeded" if asked else "Provider ID was not asked again"
    facts = (
        ("token lived", f"{found.token_seconds} s"),
        ("removal must tell within", f"{removal_seconds} s"),
    )
    return replace(judgement, facts=(*facts, ("after the token's end", words)))
