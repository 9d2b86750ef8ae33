"""Machines that prove themselves by a signed assertion (OAU-12)."""

from harness.model import Judgement
from harness.registry import Thai, check

from .token_evidence import AssertionTrials
from .token_judging import attempts, noted, settle


@check(
    "OAU-12",
    title="Signed client assertions are checked in full",
    severity="high",
    verifies=("RFC 7523 §3", "RFC 8725 §3.1", "OpenID Connect Core 1.0 §9", "ASVS 5.0.0-10.4.10"),
    remedy="Verify the signature with the client's registered keys and algorithms only; require iss and sub to be the client, "
    "aud to be this server, exp not passed and nbf reached; remember each jti until its assertion expires. Use a maintained library.",
    thai=Thai(
        title="คำรับรองที่ลงลายมือชื่อของไคลเอนต์ได้รับการตรวจสอบครบถ้วน",
        why="ระบบงานของโรงพยาบาลเชื่อมต่อกันโดยไม่มีผู้ใช้ ด้วยคำรับรองที่ลงลายมือชื่อดิจิทัล หากเครื่องแม่ข่ายไม่ตรวจลายมือชื่อ ผู้รับ หรือวันหมดอายุ "
        "ผู้ใดก็ตามจะแอบอ้างเป็นระบบเหล่านั้นและดึงข้อมูลผู้ป่วยจำนวนมากได้",
        remedy="ตรวจลายมือชื่อด้วยกุญแจและอัลกอริทึมที่ไคลเอนต์ลงทะเบียนไว้เท่านั้น กำหนดให้ iss และ sub เป็นไคลเอนต์ aud เป็นเครื่องแม่ข่ายนี้ "
        "exp ยังไม่ผ่าน และ nbf มาถึงแล้ว จดจำ jti จนคำรับรองหมดอายุ และใช้ไลบรารีที่ได้รับการดูแล",
    ),
    absence=True,
)
def assertions_checked(
    found: AssertionTrials, *, replay_refused: bool = True, policy: bool = False
) -> Judgement:
    """Check that an assertion that is wrong in one thing is refused.

    Systems of hospitals talk to each other without a person, by signed assertions. A server that skips the
    signature, the audience or the expiry lets anyone play such a system and fetch records by the thousand.
    Assertions are for one use (OpenID Connect Core 1.0 §9; `replay_refused`). A life of more than five minutes, an
    iat in the future and an unknown kid may be refused by RFC 7523 and are by SMART App Launch (`policy`).
    """
    names = ["forged", *(["used"] if replay_refused else []), *(["policy"] if policy else [])]
    judgement = settle(found, *names)
    for name, scored in (("used", replay_refused), ("policy", policy)):
        if not scored:
            judgement = noted(judgement, f"{name}: granted", attempts(found, name))
    return judgement
