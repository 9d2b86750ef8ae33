"""Who may become a client (OAU-20)."""

from msgspec.structs import replace

from harness.model import Judgement, Text
from harness.registry import Thai, check

from .token_evidence import RegistrationTrials
from .token_judging import settle


@check(
    "OAU-20",
    title="Nobody becomes a client unasked",
    severity="high",
    verifies=("ASVS 5.0.0-10.4.7", "RFC 7591 §5", "RFC 9700 §2.6"),
    remedy="Ask an initial access token or a signed software statement of who registers a client, or close the endpoint. Where "
    "registration is open by policy, accept https redirect addresses without fragment only, and warn the user.",
    thai=Thai(
        title="ไม่มีผู้ใดเป็นไคลเอนต์ได้โดยไม่ได้รับอนุญาต",
        why="หากใครก็ลงทะเบียนแอปกับระบบยืนยันตัวตนได้ ผู้ไม่หวังดีจะสร้างแอปที่ดูเหมือนของโรงพยาบาล พาผู้ป่วยเข้าสู่ระบบจริง แล้วรับสิทธิเข้าถึงข้อมูลไปเอง",
        remedy="กำหนดให้ผู้ลงทะเบียนไคลเอนต์แสดงโทเคนเริ่มต้นหรือคำรับรองซอฟต์แวร์ที่ลงลายมือชื่อ หรือปิด endpoint นี้ หากนโยบายเปิดให้ลงทะเบียนได้ "
        "ให้รับเฉพาะที่อยู่ https ที่ไม่มี fragment และเตือนผู้ใช้",
    ),
    absence=True,
)
def registration_guarded(found: RegistrationTrials, *, open_by_policy: bool = False) -> Judgement:
    """Check that clients are registered by who may, and only with sound addresses.

    Who can register a client makes an app that looks like the hospital's, sends patients through the genuine
    sign-in and keeps what they agreed to. Some platforms are open by policy (`open_by_policy`): then the redirect
    addresses decide. What the test registered is deleted again.
    """
    opened = any(a.granted for e in [found.experiments.get("anonymous")] if e for a in e.attempts)
    judgement = settle(found, "addresses" if open_by_policy and opened else "anonymous")
    facts = (("clients registered", str(found.registered)), ("deleted again", str(found.deleted)))
    return replace(judgement, facts=facts, reason=_left(judgement.reason, found.left))


def _left(reason: Text, left: tuple[str, ...]) -> Text:
    """The reason, with what the owner must delete because the test could not."""
    if not left:
        return reason
    names = ", ".join(left)
    return Text(
        f"{reason.en}; could not be deleted again, please remove: {names}",
        f"{reason.th}; ลบคืนไม่ได้ โปรดลบไคลเอนต์: {names}",
    )
