"""What is asked for besides the password: of whom, how many factors, and again before acts of high risk."""

from msgspec.structs import replace

from harness.experiment import Attempt, refused, unusable
from harness.levels import AAL, Aal, reaches
from harness.model import Fault, Judgement, Text, Verdict, failed, inconclusive, passed
from harness.registry import Thai, check
from harness.wording import joined

from .factor_evidence import AskedFactor, FactorTrial, RoleFactors, SensitiveActs
from .judging import undecided

#: AAL2 asks for two factors of different kinds (NIST SP 800-63B §4.2.1). That its least form is called 2.1 is from
#: NDID's code; the text of ขมธอ. 20 was not seen, so that the levels are policy, unverified.
FLOORS: dict[str, Aal] = {"clinician": "2.1", "administrator": "2.1"}


@check(
    "ATN-26",
    title="The sign-in of staff and of critical systems asks for a second factor",
    severity="high",
    verifies=("ASVS 5.0.0-6.3.3", "NIST SP 800-63B §4.2.1", "CWE-308"),
    remedy="Ask staff, administrators and whoever works in a critical system for a second factor at every sign-in: the "
    "code of an app, a security key, or ThaID.",
    thai=Thai(
        title="การเข้าสู่ระบบของบุคลากรและระบบสำคัญขอปัจจัยยืนยันตัวตนที่สอง",
        why="รหัสผ่านของบุคลากรถูกหลอกถาม ถูกเดา หรือรั่วจากระบบอื่นได้ หากไม่มีปัจจัยที่สอง ผู้ที่ได้รหัสผ่านไปเปิดเวชระเบียนของผู้ป่วยทุกคนที่บุคลากรผู้นั้นเข้าถึงได้",
        remedy="ขอปัจจัยที่สองทุกครั้งที่บุคลากร ผู้ดูแลระบบ หรือผู้ใช้ระบบสำคัญเข้าสู่ระบบ เช่น รหัสจากแอปพลิเคชัน กุญแจความปลอดภัย หรือ ThaID",
    ),
)
def second_factor_asked(found: AskedFactor) -> Judgement:
    """A password that was phished must not open the records of a ward.

    The password of the test account is given and nothing more. Something else must be asked for then; whether
    that can be walked past is ATN-12. Whose sign-in it is stands in the target file.
    """
    if not found.users:
        return replace(
            inconclusive(
                "the target file does not say whose sign-in this is (users)",
                "ไฟล์เป้าหมายไม่ได้ระบุว่าเป็นการเข้าสู่ระบบของผู้ใด (users)",
            ),
            fault=Fault.CONFIGURATION,
        )
    judgement = refused(found.alone)
    if judgement.verdict is Verdict.FAIL:
        text = failed(
            "the password alone signs in: {users}",
            "รหัสผ่านอย่างเดียวเข้าสู่ระบบได้: {users}",
            users=", ".join(found.users),
        )
        return replace(text, exchanges=judgement.exchanges, control=judgement.control)
    if judgement.verdict is Verdict.PASS:
        text = passed(
            "after the password something more is asked for: {users}",
            "หลังรหัสผ่านมีการขอปัจจัยเพิ่มเติม: {users}",
            users=", ".join(found.users),
        )
        return replace(text, assertions=1, exchanges=judgement.exchanges, control=judgement.control)
    return judgement


def reached(trial: FactorTrial) -> Aal | None:
    """The level of authentication that a sign-in was seen to reach, None where it could not be told.

    1: one factor; a code that is not looked at is none. 2.1: something known and something held. Higher levels
    rest on keys, which are not played here.
    """
    if trial.alone.granted or (trial.wrong is not None and trial.wrong.granted):
        return "1"
    if trial.alone.granted is False and trial.wrong is not None and trial.code is not None:
        return "2.1" if trial.wrong.granted is False and trial.code.granted else None
    return None


@check(
    "IAL-05",
    title="Clinicians and administrators sign in with two factors of different kinds",
    severity="high",
    verifies=("ASVS 5.0.0-6.3.3", "NIST SP 800-63B §4.2.1", "CWE-308"),
    remedy="Let no account of a clinician or an administrator sign in with a password alone, and check the second factor "
    "at the server; leave no account out.",
    thai=Thai(
        title="ผู้ให้บริการทางการแพทย์และผู้ดูแลระบบเข้าสู่ระบบด้วยปัจจัยสองประเภทที่ต่างกัน",
        why="บัญชีของแพทย์และผู้ดูแลระบบเข้าถึงข้อมูลได้มากที่สุด การยกเว้นปัจจัยที่สองให้บัญชีใดบัญชีหนึ่งทำให้การป้องกันของทั้งระบบอ่อนลงเท่าบัญชีนั้น",
        remedy="ไม่ให้บัญชีของผู้ให้บริการทางการแพทย์หรือผู้ดูแลระบบเข้าสู่ระบบด้วยรหัสผ่านอย่างเดียว ตรวจปัจจัยที่สองที่เซิร์ฟเวอร์ และไม่ยกเว้นบัญชีใด",
    ),
)
def two_kinds(found: RoleFactors, *, floors: dict[str, Aal] = FLOORS) -> Judgement:
    """The accounts that see most must not hang on a password.

    A test account of each role signs in: with the password alone, with a wrong code after it, and with the right
    code of its app, which is something held. What it reached is compared, as steps of a list, with the lowest AAL
    that the profile sets for the role. The levels are policy: the text of ขมธอ. 20 was not seen.
    """
    levels = {role: reached(trial) for role, trial in found.people.items() if role in floors}
    low = [role for role, level in levels.items() if level and not reaches(AAL, level, floors[role])]
    tries = [a for role in low or levels for a in _all(found.people[role])]
    if low:
        judgement = failed(
            "reached less than is asked for: {what}",
            "ระดับที่ได้ต่ำกว่าที่กำหนด: {what}",
            what="; ".join(f"{role} {levels[role]} < {floors[role]}" for role in low),
        )
    elif untold := [role for role in floors if levels.get(role) is None]:
        return _untold(found, untold)
    else:
        judgement = passed(
            "reached: {what}",
            "ระดับที่ได้: {what}",
            what=joined(_level(role, level, floors[role]) for role, level in levels.items()),
        )
    ids = tuple(a.exchange for a in tries if a.exchange)
    code = next((a for a in tries if a.name.endswith("a code")), None)
    control = (code.exchange or code.name) if code else None
    return replace(judgement, assertions=len(tries), exchanges=ids, control=control)


def _level(role: str, level: Aal | None, floor: Aal) -> Text:
    return Text(f"{role} AAL {level} (lowest {floor})", f"{role} ระดับ AAL {level} (ขั้นต่ำ {floor})")


def _all(trial: FactorTrial) -> list[Attempt]:
    return [a for a in (trial.alone, trial.wrong, trial.code) if a is not None]


def _untold(found: RoleFactors, roles: list[str]) -> Judgement:
    """Which roles have no account in the target file, or signed in in a way that says nothing."""
    lacking = [role for role in roles if role not in found.people]
    missing = [Text(f"{r}: no test account (people)", f"{r}: ไม่มีบัญชีทดสอบ (people)") for r in lacking]
    told = {role: _all(found.people[role])[-1].told for role in roles if role in found.people}
    seen = [Text(f"{role}: {came.en}", f"{role}: {came.th}") for role, came in told.items()]
    why = joined([*missing, *seen])
    judgement = undecided(
        Text(f"the level could not be told: {why.en}", f"ไม่สามารถสรุประดับได้: {why.th}"),
    )
    return replace(judgement, fault=Fault.CONFIGURATION) if lacking else judgement


@check(
    "ATN-15",
    title="Acts of high risk ask whoever is signed in to authenticate again",
    severity="medium",
    verifies=("ASVS 5.0.0-7.5.3", "CWE-306"),
    remedy="Before an export, a change of consent or an emergency access ask for the password or the second factor again, at "
    "the server and for each path, and let that hold for minutes only.",
    thai=Thai(
        title="การกระทำที่มีความเสี่ยงสูงต้องยืนยันตัวตนซ้ำ",
        why="ผู้ที่ผ่านมาพบหน้าจอที่เปิดทิ้งไว้หรือขโมยเซสชันได้ อาจส่งออกข้อมูลทั้งหมด เปลี่ยนความยินยอม หรือเปิดเวชระเบียนโดยอ้างเหตุฉุกเฉินในนามของเจ้าของบัญชี",
        remedy="ก่อนการส่งออกข้อมูล การเปลี่ยนแปลงความยินยอม หรือการเข้าถึงกรณีฉุกเฉิน ให้ขอรหัสผ่านหรือปัจจัยที่สองซ้ำ โดยตรวจที่เซิร์ฟเวอร์ในทุกพาธ "
        "และให้มีผลเพียงไม่กี่นาที",
    ),
)
def asked_again(found: SensitiveActs) -> Judgement:
    """A screen left open must not be enough to carry everything away.

    Each act that the target file names is asked for directly by a session that has signed in and done nothing
    else: that the sign-in was just before does not count. Then the password or a code is given where the act led,
    and the same act must work, or its refusal proves nothing.
    """
    for experiment in found.acts.values():
        if any(a.granted for a in experiment.attempts):
            return _open(found)
    judged = [unusable(x) or refused(x) for x in found.acts.values()]
    worst = next((j for j in judged if j.verdict is not Verdict.PASS), None)
    if worst is not None:
        return worst
    good = passed(
        "refused until authenticated again: {what}",
        "ปฏิเสธจนกว่าจะยืนยันตัวตนซ้ำ: {what}",
        what=", ".join(found.acts),
    )
    ids = tuple(e for j in judged for e in j.exchanges)
    return replace(good, assertions=len(judged), exchanges=ids, control=judged[0].control)


def _open(found: SensitiveActs) -> Judgement:
    granted = [a for x in found.acts.values() for a in x.attempts if a.granted]
    bad = failed(
        "done without authenticating again: {what}",
        "ทำได้โดยไม่ต้องยืนยันตัวตนซ้ำ: {what}",
        what=joined(a.told for a in granted),
    )
    return replace(bad, assertions=len(granted), exchanges=tuple(a.exchange for a in granted if a.exchange))
