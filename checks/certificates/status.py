"""CRT-07 and CRT-09: what the server staples about revocation, and whether the certificate was logged publicly.

Certificate Transparency: two timestamps from different logs for a life of up to 180 days, three for longer (Chrome and
Apple CT policies since 2022-04-15; RFC 6962 defines the timestamps, RFC 9162 their successor).
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .evidence import ServedChain, Staple

_SKEW = timedelta(minutes=5)


@check(
    "CRT-07",
    title="A good revocation status is stapled where the certificate's CA offers one",
    severity="low",
    verifies=("ASVS 5.0.0-12.1.4", "RFC 6960 §4.2", "RFC 7633"),
    remedy="Switch OCSP stapling on and let the server reach its CA's responder. If the status is revoked, replace certificate and key at once.",
    example="""
        # nginx
        ssl_stapling on;
        ssl_stapling_verify on;
        ssl_trusted_certificate /etc/ssl/portal/chain.pem;
        resolver 9.9.9.9;
    """,
    thai=Thai(
        title="เซิร์ฟเวอร์แนบสถานะการเพิกถอนที่ถูกต้อง (OCSP stapling) เมื่อ CA ให้บริการสถานะนี้",
        why="หากเซิร์ฟเวอร์ไม่แนบสถานะมาด้วย ผู้ใช้ต้องสอบถาม CA เอง ซึ่งส่วนใหญ่ไม่ทำหรือถูกขัดขวางได้ "
        "ใบรับรองที่ถูกเพิกถอนเพราะกุญแจรั่วจึงยังใช้ได้ต่อไป",
        remedy="เปิด OCSP stapling และให้เซิร์ฟเวอร์ติดต่อผู้ให้บริการสถานะของ CA ได้ หากสถานะเป็นถูกเพิกถอน ให้เปลี่ยนกุญแจและใบรับรองทันที",
    ),
)
def stapled(evidence: ServedChain) -> Judgement:
    """Without a stapled answer each client would have to ask the CA, which most never do and an attacker can block: a
    certificate revoked because its key leaked keeps working. CAs that offer no OCSP (many stopped in 2025) need none."""
    leaf, staple = evidence.leaf, evidence.staple
    if staple is not None:
        return _judge(evidence, staple)
    if leaf.lacks("extensions", "ocsp", "tls_feature"):
        return inconclusive("the certificate's extensions cannot be parsed", "อ่านส่วนขยายของใบรับรองไม่ได้")
    if leaf.must_staple:
        return failed(
            "the certificate demands a stapled OCSP response (must-staple) and none came in {n} handshakes",
            "ใบรับรองกำหนดให้ต้องแนบสถานะ OCSP (must-staple) แต่ไม่พบใน {n} ครั้งที่เชื่อมต่อ",
            n=evidence.asked_staple,
        )
    if leaf.ocsp:
        return failed(
            "no OCSP response was stapled in {n} handshakes although the CA offers one at {url}",
            "ไม่พบสถานะ OCSP ที่แนบมาใน {n} ครั้งที่เชื่อมต่อ ทั้งที่ CA ให้บริการที่ {url}",
            n=evidence.asked_staple,
            url=leaf.ocsp[0],
        )
    return not_applicable(
        "rule: applies where the CA offers OCSP or the certificate demands stapling; fact: neither",
        "เงื่อนไข: ใช้เมื่อ CA ให้บริการ OCSP หรือใบรับรองกำหนด must-staple; ข้อเท็จจริง: ไม่มีทั้งสองอย่าง",
    )


def _judge(evidence: ServedChain, staple: Staple) -> Judgement:
    wrong = _fault(staple, evidence.clock)
    if wrong:
        return failed("the stapled OCSP response {en}", "สถานะ OCSP ที่แนบมา{th}", en=wrong[0], th=wrong[1])
    if staple.signed is None:
        return inconclusive(
            "the stapled OCSP response says good but its signature cannot be checked: the issuer is not known",
            "สถานะ OCSP ที่แนบมาระบุว่าปกติ แต่ตรวจลายมือชื่อไม่ได้เพราะไม่ทราบผู้ออกใบรับรอง",
        )
    good = passed(
        "a signed OCSP response of {at} says good",
        "สถานะ OCSP ลงนามถูกต้อง ณ {at} ระบุว่าปกติ",
        at=staple.this_update,
    )
    return replace(good, assertions=4)


def _fault(staple: Staple, now: datetime) -> tuple[str, str] | None:
    """What is wrong with the response, in English and Thai; the first that holds."""
    if staple.outcome != "successful":
        return f"is no answer: {staple.outcome}", f"ไม่ใช่คำตอบ: {staple.outcome}"
    faults = (
        (not staple.matches, "speaks of another certificate", "เป็นของใบรับรองอื่น"),
        (staple.signed is False, "is not signed by the issuer", "ไม่ได้ลงนามโดยผู้ออกใบรับรอง"),
        (staple.status != "good", f"says {staple.status}", f"ระบุว่า {staple.status}"),
        (
            _past(now + _SKEW, staple.this_update),
            f"is of the future: {staple.this_update}",
            f"ลงเวลาในอนาคต: {staple.this_update}",
        ),
        (
            _past(staple.next_update, now - _SKEW),
            f"ran out at {staple.next_update}",
            f"หมดอายุเมื่อ {staple.next_update}",
        ),
    )
    return next(((en, th) for holds, en, th in faults if holds), None)


def _past(first: datetime | str, second: datetime | str) -> bool:
    """Whether `first` lies before `second`; never when one of them is not given."""
    if not first or not second:
        return False
    at, to = (datetime.fromisoformat(m) if isinstance(m, str) else m for m in (first, second))
    return at < to


@check(
    "CRT-09",
    title="The certificate carries enough Certificate Transparency timestamps",
    severity="low",
    verifies=("RFC 6962 §3.3", "RFC 9162", "Chrome CT Policy"),
    remedy="Have the certificate issued again by a CA that embeds signed certificate timestamps (every public CA does by default).",
    thai=Thai(
        title="ใบรับรองมีหลักฐานการบันทึกสาธารณะ (Certificate Transparency) เพียงพอ",
        why="การบันทึกใบรับรองต่อสาธารณะทำให้เจ้าของโดเมนตรวจพบใบรับรองปลอมในชื่อของตนได้ เบราว์เซอร์หลักปฏิเสธใบรับรองสาธารณะที่ไม่มีหลักฐานนี้",
        remedy="ขอออกใบรับรองใหม่จาก CA ที่ฝังหลักฐาน SCT ในใบรับรอง (CA สาธารณะทุกรายทำเป็นปกติ)",
    ),
)
def logged(
    evidence: ServedChain,
    *,
    at_least: int = 2,
    at_least_long: int = 3,
    long_days: int = 180,
    private_ca: bool = False,
) -> Judgement:
    """Public logs let a domain's owner discover certificates issued behind their back; browsers refuse public certificates
    without them. A private CA has no place in public logs: there the check applies only if `private_ca` is set. The
    timestamps' signatures are not verified: that needs the current list of logs."""
    leaf = evidence.leaf
    if leaf.lacks("extensions", "scts", "not_before", "not_after"):
        return inconclusive("the certificate's extensions cannot be parsed", "อ่านส่วนขยายของใบรับรองไม่ได้")
    if not (evidence.is_public or private_ca):
        return not_applicable(
            "rule: applies to publicly trusted certificates; fact: {anchor} is a private CA",
            "เงื่อนไข: ใช้กับใบรับรองที่เชื่อถือโดยสาธารณะ; ข้อเท็จจริง: {anchor} เป็น CA เฉพาะหน่วยงาน",
            anchor=evidence.path.anchor or leaf.issuer,
        )
    logs = set(leaf.scts) | set(evidence.staple.scts if evidence.staple else ())
    least = at_least_long if leaf.ends - leaf.starts > timedelta(days=long_days) else at_least
    if not logs:
        return inconclusive(
            "no timestamp is embedded or stapled; a server may send them in a TLS extension, which is not looked at",
            "ไม่พบ SCT ในใบรับรองหรือในสถานะที่แนบมา แต่เซิร์ฟเวอร์อาจส่งผ่านส่วนขยายของ TLS ซึ่งไม่ได้ตรวจ",
        )
    values = {"n": len(logs), "least": least}
    if len(logs) < least:
        return failed(
            "timestamps of {n} logs; at least {least} are needed",
            "มี SCT จาก {n} บันทึก ต้องมีอย่างน้อย {least}",
            **values,
        )
    return passed(
        "timestamps of {n} logs, at least {least} needed",
        "มี SCT จาก {n} บันทึก (ต้องมีอย่างน้อย {least})",
        **values,
    )
