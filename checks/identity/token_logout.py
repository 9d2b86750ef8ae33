"""Leaving the provider (OID-09)."""

from harness.model import Judgement
from harness.registry import Thai, check

from .token_evidence import ProviderLogoutTrials
from .token_judging import settle


@check(
    "OID-09",
    title="Logout at the provider obeys its clients and the person, nobody else",
    severity="medium",
    verifies=(
        "OpenID Connect RP-Initiated Logout 1.0 §2",
        "OpenID Connect RP-Initiated Logout 1.0 §3",
        "ASVS 5.0.0-10.6.2",
    ),
    remedy="Redirect after logout only to addresses registered for the client, compared exactly. Verify the signature and issuer "
    "of id_token_hint; without a valid one ask the person before the session ends.",
    thai=Thai(
        title="การออกจากระบบที่ผู้ให้บริการยืนยันตัวตนเป็นไปตามไคลเอนต์และผู้ใช้เท่านั้น",
        why="หลังออกจากระบบ ผู้ใช้เชื่อว่ายังอยู่กับระบบเดิม หากถูกพาไปยังเว็บใดก็ได้ย่อมถูกหลอกให้กรอกรหัสผ่านอีกครั้ง และหากหน้าเว็บใดก็สั่งให้ออกจากระบบได้ "
        "แพทย์อาจถูกตัดออกกลางการรักษา",
        remedy="พากลับเฉพาะที่อยู่ที่ลงทะเบียนไว้ของไคลเอนต์โดยเทียบตรงตัวอักษร ตรวจลายมือชื่อและผู้ออกของ id_token_hint หากไม่ถูกต้องให้ถามผู้ใช้ก่อนสิ้นสุดเซสชัน",
    ),
    absence=True,
)
def logout_obeys(found: ProviderLogoutTrials) -> Judgement:
    """Check that logout leads nowhere unknown and cannot be forced on anyone.

    Who has just logged out trusts the next page and types the password into it: it must be the client's own.
    And a session that any page on the web can end throws a doctor out in the middle of a treatment.
    """
    return settle(found)
