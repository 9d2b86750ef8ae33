"""Tokens bound to a key (OAU-19)."""

from msgspec.structs import replace

from harness.model import Judgement
from harness.registry import Thai, check

from .token_evidence import DpopTrials
from .token_judging import attempts, noted, settle


@check(
    "OAU-19",
    title="Tokens bound by DPoP open nothing without a good proof",
    severity="high",
    verifies=("RFC 9449 §4.3", "RFC 9449 §5", "RFC 9449 §7.2", "ASVS 5.0.0-10.3.5", "ASVS 5.0.0-10.4.14"),
    remedy="Check every point of RFC 9449 §4.3 at the token endpoint and at the resource: typ, asymmetric alg, signature by the "
    "jwk, htm, htu, iat or nonce, jti, ath, and that the token is bound to that key. Refuse a bound token sent as Bearer.",
    thai=Thai(
        title="โทเคนที่ผูกด้วย DPoP เปิดสิ่งใดไม่ได้หากไม่มีหลักฐานที่ถูกต้อง",
        why="ระบบประกาศว่าโทเคนที่ถูกขโมยจะใช้ไม่ได้เพราะผูกกับกุญแจของแอป หากเครื่องแม่ข่ายไม่ตรวจหลักฐานให้ครบ ผู้ขโมยโทเคนก็ยังเปิดข้อมูลผู้ป่วยได้เหมือนเดิม "
        "คำประกาศนั้นจึงเป็นความปลอดภัยที่ไม่มีอยู่จริง",
        remedy="ตรวจทุกข้อของ RFC 9449 §4.3 ทั้งที่ token endpoint และที่ทรัพยากร ได้แก่ typ, alg แบบอสมมาตร, ลายมือชื่อด้วย jwk, htm, htu, iat หรือ nonce, jti, ath "
        "และตรวจว่าโทเคนผูกกับกุญแจนั้น ปฏิเสธโทเคนที่ผูกแล้วแต่ส่งมาแบบ Bearer",
    ),
    absence=True,
)
def proofs_checked(found: DpopTrials, *, replay_refused: bool = False) -> Judgement:
    """Check that what the metadata promise of DPoP holds.

    The promise is that a stolen token is useless without the app's key. Where a server takes a proof for another
    address, an old one, one signed by anyone, or the token as a plain bearer, the promise is empty and the record
    is open as before. Remembering proofs is left to the server by RFC 9449 §11.1 (`replay_refused`).
    """
    names = [name for name in found.experiments if name != "used" or replay_refused]
    judgement = settle(found, *names)
    judgement = replace(
        judgement, facts=(("algorithms", ", ".join(found.offered) or "none"), ("nonce", str(found.nonce)))
    )
    return judgement if replay_refused else noted(judgement, "proofs used twice", attempts(found, "used"))
