"""Tokens that end when they should, and that only their parties look into (OAU-16)."""

from harness.model import Judgement
from harness.registry import Thai, check

from .token_evidence import RevocationTrials
from .token_judging import settle


@check(
    "OAU-16",
    title="Revoked tokens are dead, and only clients that prove themselves revoke or look into tokens",
    severity="medium",
    verifies=("RFC 7009 §2.1", "RFC 7662 §2.1", "RFC 7662 §4", "ASVS 5.0.0-10.4.10"),
    remedy="End a token and what follows from it when its client revokes it. Authenticate the client at both endpoints, let "
    "nobody revoke another's token, and answer introspection only to those who may ask.",
    thai=Thai(
        title="โทเคนที่ถูกเพิกถอนใช้ไม่ได้อีก และเฉพาะไคลเอนต์ที่พิสูจน์ตัวตนแล้วเท่านั้นที่เพิกถอนหรือตรวจสอบโทเคนได้",
        why="เมื่อโทรศัพท์ของแพทย์หาย การเพิกถอนโทเคนคือทางเดียวที่จะหยุดการเข้าถึงข้อมูลผู้ป่วย หากเพิกถอนแล้วโทเคนยังใช้ได้ "
        "หรือใครก็เพิกถอนหรือส่องดูโทเคนของผู้อื่นได้ ระบบย่อมไม่น่าเชื่อถือ",
        remedy="เมื่อไคลเอนต์เพิกถอนโทเคนให้สิ้นผลพร้อมโทเคนที่สืบเนื่อง ยืนยันตัวตนไคลเอนต์ทั้งสอง endpoint ไม่ให้ผู้อื่นเพิกถอนโทเคนที่ไม่ใช่ของตน และตอบผลการตรวจสอบเฉพาะผู้มีสิทธิ",
    ),
    absence=True,
)
def revocation_works(found: RevocationTrials) -> Judgement:
    """Check that revocation ends a token, and that strangers can neither revoke nor look into one.

    When a doctor's phone is lost, revoking its token is what stops the access to records. A token that lives
    on after it, or one that any passer-by may end or read, leaves the platform without that brake.
    """
    return settle(found)
