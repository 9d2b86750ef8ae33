"""What refresh tokens are good for: once, for their client, for what was granted (OAU-09, OAU-10)."""

from harness.model import Judgement, not_applicable
from harness.registry import Thai, check

from .token_evidence import RefreshRotation, RefreshTrials
from .token_judging import not_run, settle, settled


@check(
    "OAU-09",
    title="A stolen refresh token of a public client is soon worth nothing",
    severity="high",
    verifies=("RFC 9700 §2.2.2", "RFC 9700 §4.14.2", "ASVS 5.0.0-10.4.5"),
    remedy="Replace the refresh token of a public client at every use. When a used one comes back, refuse it and revoke "
    "the newest of its family, so that thief and owner both have to sign in again. Or bind the token to a key (DPoP, mTLS).",
    thai=Thai(
        title="โทเคนต่ออายุของไคลเอนต์สาธารณะที่ถูกขโมยใช้ประโยชน์ไม่ได้นาน",
        why="แอปบนมือถือและในเบราว์เซอร์เก็บความลับไม่ได้ ผู้ที่ขโมยโทเคนต่ออายุ (refresh token) จากแอปเหล่านี้จะเข้าถึงข้อมูลผู้ป่วยได้เป็นเวลาหลายเดือน "
        "หากโทเคนเปลี่ยนใหม่ทุกครั้งที่ใช้ และการใช้โทเคนเก่าซ้ำทำให้โทเคนทั้งชุดถูกเพิกถอน ผู้ขโมยจะถูกตัดออกและเจ้าของจะทราบเหตุ",
        remedy="เปลี่ยนโทเคนต่ออายุของไคลเอนต์สาธารณะใหม่ทุกครั้งที่ใช้ เมื่อมีการนำโทเคนที่ใช้แล้วกลับมาใช้ให้ปฏิเสธและเพิกถอนโทเคนล่าสุดของชุดเดียวกัน หรือผูกโทเคนกับกุญแจ (DPoP, mTLS)",
    ),
    absence=True,
)
def refresh_rotates(found: RefreshRotation, *, confidential_too: bool = False) -> Judgement:
    """Check that a used refresh token is refused and takes its family with it.

    Apps on phones and in browsers keep no secret: who copies a refresh token from one reads the patient's data
    for months, and nobody notices. Where the token is replaced at every use, the copy comes back once too often
    and ends the access of both. Confidential clients prove themselves at every refresh, so RFC 9700 §2.2.2 does
    not ask rotation of them; a profile may (`confidential_too`).
    """
    chosen = [role for role in found.experiments if confidential_too or role in found.public]
    if chosen:
        return settled(tuple(found.experiments[role] for role in chosen))
    if found.public_offered:
        return not_run(("public",))
    return not_applicable(
        "rule: applies to public clients; fact: the metadata do not offer clients without authentication "
        "and the target names none",
        "เงื่อนไข: ใช้กับไคลเอนต์สาธารณะ; ข้อเท็จจริง: เมทาดาทาไม่เสนอไคลเอนต์ที่ไม่ยืนยันตัวตน และไฟล์เป้าหมายไม่ได้ระบุไว้",
    )


@check(
    "OAU-10",
    title="A refresh token serves only its client and never for more than was granted",
    severity="high",
    verifies=("RFC 6749 §6", "RFC 6749 §10.4", "RFC 9700 §4.14.2"),
    remedy="Store with every refresh token its client and the granted scope. Refuse it from any other client (invalid_grant), "
    "and refuse or leave out scope that was not granted (invalid_scope).",
    thai=Thai(
        title="โทเคนต่ออายุใช้ได้เฉพาะไคลเอนต์ของตน และไม่ได้สิทธิเกินกว่าที่ได้รับอนุญาต",
        why="ผู้ป่วยอนุญาตให้แอปอ่านข้อมูลเพียงบางส่วน หากการต่ออายุขอสิทธิเพิ่มเองได้ หรือแอปอื่นนำโทเคนไปใช้ได้ ความยินยอมของผู้ป่วยย่อมไม่มีความหมาย",
        remedy="บันทึกไคลเอนต์และ scope ที่ได้รับอนุญาตไว้กับโทเคนต่ออายุทุกตัว ปฏิเสธเมื่อไคลเอนต์อื่นนำมาใช้ (invalid_grant) และปฏิเสธหรือตัด scope ที่ไม่ได้รับอนุญาต (invalid_scope)",
    ),
    absence=True,
)
def refresh_bound(found: RefreshTrials) -> Judgement:
    """Check that refreshing widens nothing and that no other client can do it.

    A patient let an app read some of the record. If refreshing can ask for the rest, or another app can use
    the token, the consent that was given means nothing.
    """
    return settle(found)
