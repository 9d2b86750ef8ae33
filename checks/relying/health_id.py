"""The platform as relying party of Health ID (RPH-01 to RPH-07)."""

from msgspec.structs import replace

from harness.experiment import Attempt, refused, unusable
from harness.model import Judgement, Text, Verdict, failed, not_applicable, passed
from harness.registry import Thai, check

from .evidence import HealthTrials
from .judging import came, cited, granted, judged, moved, picked, undecided, worst_of

_MANUAL = "Health ID and Provider ID manual 2567"
#: Two readings of one lifetime may differ by the time a sign-in takes.
_SLACK = 60


@check(
    "RPH-01",
    title="The sign-in with Health ID keeps its callback and checks its state",
    severity="high",
    verifies=(f"{_MANUAL} §Authentication", "RFC 6749 §10.12", "ASVS 5.0.0-10.2.1"),
    remedy="Send the registered redirect_uri as it stands and a random state bound to the session, although the manual "
    "leaves state optional; refuse a callback whose state differs or is missing.",
    thai=Thai(
        title="การเข้าสู่ระบบด้วย Health ID ใช้ callback เดิมและตรวจสอบ state",
        why="หากไม่ตรวจสอบ state ผู้โจมตีทำให้ผู้ป่วยเข้าสู่ระบบด้วยตัวตนของผู้อื่นได้ และหาก callback เปลี่ยนได้ รหัสของผู้ป่วยจะรั่วไปยังเว็บไซต์อื่น",
        remedy="ส่ง redirect_uri ที่ลงทะเบียนไว้ตามเดิมและ state แบบสุ่มที่ผูกกับเซสชัน แม้คู่มือไม่บังคับ และปฏิเสธ callback ที่ state ต่างหรือขาดหาย",
    ),
)
def health_start(found: HealthTrials) -> Judgement:
    """Check redirect_uri in every redirect and token request, then come back with a changed and a missing state.

    Either fault lets a stranger take over a patient's sign-in, or slip their own under it.
    """
    first = next(iter(found.redirects), None)
    if first is not None and "state" not in first.names:
        return replace(failed("no state is sent", "ไม่ได้ส่ง state"), exchanges=(first.exchange,))
    return worst_of([moved(found), judged(found, "state")])


@check(
    "RPH-02",
    title="A token of Health ID that it did not sign signs nobody in",
    severity="critical",
    verifies=(f"{_MANUAL} §Public Key", "RFC 8725 §3.1", "ASVS 5.0.0-9.1.1", "ASVS 5.0.0-9.1.2"),
    remedy="Verify the token with RS256 only and the public key fetched from Health ID; never let the token's header "
    "choose the algorithm.",
    thai=Thai(
        title="โทเคนที่ Health ID ไม่ได้ลงลายมือชื่อเข้าสู่ระบบไม่ได้",
        why="โทเคนที่ไม่ตรวจลายมือชื่อทำให้ผู้ใดก็ปลอมเป็นผู้ป่วยหรือบุคลากรคนใดก็ได้",
        remedy="ตรวจโทเคนด้วย RS256 เท่านั้นและใช้กุญแจสาธารณะที่ดึงจาก Health ID ไม่ให้ส่วนหัวของโทเคนเป็นผู้เลือกอัลกอริทึม",
    ),
)
def health_token(found: HealthTrials) -> Judgement:
    """Hand out tokens signed by a foreign key, by none, with alg none and by HMAC with the public key.

    The public key is public: a platform that takes it for an HMAC secret lets everyone sign.
    """
    return judged(found, "token")


@check(
    "RPH-03",
    title="The session does not live as long as Health ID's token",
    severity="medium",
    verifies=(f"{_MANUAL} §Token", "ASVS 5.0.0-7.3.2", "ASVS 5.0.0-7.6.1"),
    remedy="Give the session a lifetime of your own, hours and not a year, whatever expires_in says.",
    thai=Thai(
        title="เซสชันไม่มีอายุยาวตามโทเคนของ Health ID",
        why="โทเคนของ Health ID มีอายุราวหนึ่งปี หากเซสชันมีอายุเท่ากัน ผู้ที่ได้เครื่องหรือคุกกี้ไปจะเปิดดูข้อมูลสุขภาพได้ตลอดทั้งปี",
        remedy="กำหนดอายุเซสชันของแพลตฟอร์มเองเป็นชั่วโมง ไม่ขึ้นกับ expires_in",
    ),
)
def health_session(found: HealthTrials, *, at_most_seconds: int = 43_200) -> Judgement:
    """Compare how long the session's cookies live under a token of 15 minutes and under one of a year.

    The limit of 12 hours is IDA-07's. A cookie without a lifetime says nothing of the session at the server.
    """
    said = [one for one in found.lifetimes if one.session is not None]
    if len(said) < 2:
        return undecided(
            Text(
                "the cookies of the session name no lifetime that could be compared",
                "คุกกี้ของเซสชันไม่ระบุอายุที่เปรียบเทียบได้",
            )
        )
    (short, *_, long), ids = said, tuple(one.exchange for one in said)
    assert short.session is not None
    assert long.session is not None
    values: dict[str, object] = {"short": short.session, "long": long.session, "most": at_most_seconds}
    if long.session > short.session + _SLACK or long.session > at_most_seconds:
        judgement = failed(
            "the session lives {long} s under the long token, {short} s under the short one; at most {most} s",
            "เซสชันมีอายุ {long} วินาทีเมื่อโทเคนมีอายุยาว และ {short} วินาทีเมื่อโทเคนมีอายุสั้น กำหนดไม่เกิน {most} วินาที",
            **values,
        )
    else:
        judgement = passed(
            "{long} s under the long token, {short} s under the short one; at most {most} s",
            "{long} วินาทีเมื่อโทเคนมีอายุยาว และ {short} วินาทีเมื่อโทเคนมีอายุสั้น กำหนดไม่เกิน {most} วินาที",
            **values,
        )
    return replace(judgement, assertions=2, exchanges=ids)


@check(
    "RPH-04",
    title="A proofing that is too old, of the future or without a time opens no function with a lowest level",
    severity="medium",
    verifies=(f"{_MANUAL} §Profile", "ASVS 5.0.0-6.8.4"),
    remedy="Read ial.verified_at with ial.level, refuse a time that is missing, in the future or older than the policy "
    "allows, and send the person to be proofed again.",
    thai=Thai(
        title="ผลการพิสูจน์ตัวตนที่เก่าเกินไป เป็นเวลาในอนาคต หรือไม่มีเวลา เปิดฟังก์ชันที่กำหนดระดับขั้นต่ำไม่ได้",
        why="ระดับที่พิสูจน์ไว้นานแล้วหรือไม่ทราบเวลาอาจไม่ใช่ผู้ถือบัญชีในวันนี้ โดยเฉพาะเมื่อเครื่องหรือหมายเลขโทรศัพท์เปลี่ยนมือ",
        remedy="อ่าน ial.verified_at คู่กับ ial.level ปฏิเสธเวลาที่ขาดหาย เป็นอนาคต หรือเก่ากว่านโยบาย และให้พิสูจน์ตัวตนใหม่",
    ),
)
def proofing_age(found: HealthTrials, *, days: int = 1_825) -> Judgement:
    """Give the level with a time that is old, of the future, or missing. The age allowed is policy; five years is ours.

    A phone changes hands; who was proofed years ago need not be who holds it today.
    """
    if not any(found.ages.values()):
        stop = unusable(found.experiments.get("proofing"))
        if stop is not None and "control" in stop.reason.en:
            return stop
        return not_applicable(
            "rule: applies where functions need a level; fact: the target file names no functions",
            "เงื่อนไข: ใช้เมื่อมีฟังก์ชันที่กำหนดระดับ; ข้อเท็จจริง: แฟ้มเป้าหมายไม่ได้ระบุฟังก์ชัน",
        )
    fresh = found.ages[min(found.ages)]
    closed = [a for a in fresh if not a.granted]
    if closed:
        return undecided(came(closed))
    experiment = found.experiments.get("proofing")
    old = [a for age, tries in found.ages.items() if age > days for a in tries]
    if experiment is None:
        return undecided(Text("the experiment was not carried out", "ไม่ได้ทำการทดลองนี้"))
    everything: tuple[Attempt, ...] = (*old, *experiment.attempts)
    return refused(replace(experiment, attempts=everything))


@check(
    "RPH-05",
    title="People are matched by the hash of their number, in whatever letters it comes",
    severity="high",
    verifies=(f"{_MANUAL} §Profile", "ASVS 5.0.0-6.8.1"),
    remedy="Bring the hash to lower-case hex before comparing it with the SHA-256 of the thirteen digits, and match "
    "by nothing else.",
    thai=Thai(
        title="จับคู่บุคคลด้วยค่าแฮชของเลขประจำตัว ไม่ว่าเป็นตัวพิมพ์ใดก็ตาม",
        why="หากจับคู่ผิด ผู้ป่วยจะไม่พบข้อมูลของตนหรือเห็นข้อมูลของผู้อื่น",
        remedy="แปลงค่าแฮชเป็นเลขฐานสิบหกตัวพิมพ์เล็กก่อนเปรียบเทียบกับ SHA-256 ของเลข 13 หลัก และไม่จับคู่ด้วยข้อมูลอื่น",
    ),
)
def matched_by_hash(found: HealthTrials) -> Judgement:
    """Send the test patient's hash in capitals, then the hash of another person of the same name.

    The exact form of the hash was not verified, so both cases of letters must lead to the same person.
    """
    other = refused(picked(found.experiments.get("unmatched"), "the hash"))
    return worst_of([other, granted(found.experiments.get("matched"))])


@check(
    "RPH-06",
    title="The hash of a citizen id stands in no address",
    severity="medium",
    verifies=("ASVS 5.0.0-14.2.1",),
    remedy="Use an id of your own in addresses. The hash of thirteen digits is as good as the number: there are few "
    "enough to try them all.",
    absence=True,
    thai=Thai(
        title="ค่าแฮชของเลขประจำตัวประชาชนไม่ปรากฏในที่อยู่เว็บ",
        why="เลขประจำตัวมีจำนวนจำกัดจึงคาดเดาย้อนกลับจากค่าแฮชได้ ที่อยู่เว็บค้างในประวัติเบราว์เซอร์และบันทึกของเครื่องกลาง",
        remedy="ใช้รหัสภายในของแพลตฟอร์มในที่อยู่เว็บแทนค่าแฮช",
    ),
)
def hash_in_no_address(found: HealthTrials) -> Judgement:
    """Look for the test person's hash in every address that sign-ins led to or pages named; logs are not looked at.

    Addresses stay in histories, in logs and with other sites.
    """
    stop = unusable(found.experiments.get("token"))
    if stop is not None:
        return stop
    control = found.experiments["token"].control
    assert control is not None
    if found.hashed:
        judgement = failed("found in: {what}", "พบใน: {what}", what="; ".join(found.hashed[:5]))
    else:
        judgement = passed(
            "in none of {n} addresses; logs were not looked at",
            "ไม่พบใน {n} ที่อยู่; ไม่ได้ตรวจบันทึกของระบบ",
            n=found.addresses,
        )
    return replace(judgement, assertions=found.addresses, control=control.exchange or control.name)


@check(
    "RPH-07",
    title="Foreign nationals can sign in without a citizen id",
    severity="medium",
    verifies=(f"{_MANUAL} §Profile",),
    remedy="Take people of category Foreigner by their passport, ask them for no citizen id, and open nobody else's "
    "record to them.",
    thai=Thai(
        title="ชาวต่างชาติเข้าสู่ระบบได้โดยไม่ต้องมีเลขประจำตัวประชาชน",
        why="ชาวต่างชาติที่รับบริการมีสิทธิเข้าถึงข้อมูลของตน และต้องไม่ถูกจับคู่กับเวชระเบียนของผู้อื่นเพราะไม่มีเลขประจำตัว",
        remedy="รับบุคคลประเภท Foreigner ด้วยหนังสือเดินทาง ไม่ขอเลขประจำตัวประชาชน และไม่เปิดเวชระเบียนของผู้อื่น",
    ),
)
def foreigners_enter(found: HealthTrials) -> Judgement:
    """Sign in as a person of category Foreigner with a passport: the sign-in works, no other record opens.

    Patients without a Thai number exist; an empty number must not match an empty number.
    """
    entered = granted(found.experiments.get("foreigner"))
    other = picked(found.experiments.get("unmatched"), "a foreigner")
    if entered.verdict is not Verdict.PASS or other is None or not other.attempts:
        return entered
    opened = [a for a in other.attempts if a.granted]
    if opened:
        found_ = failed(
            "another person's record opened: {what}", "เปิดเวชระเบียนของผู้อื่น: {what}", what=opened[0].told
        )
        return replace(found_, exchanges=cited(opened))
    return entered
