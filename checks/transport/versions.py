"""Protocol versions: TLS-01 to TLS-05."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check

from .offer_evidence import TlsOffer

_NGINX = """
    # nginx
    ssl_protocols TLSv1.2 TLSv1.3;
    # Apache
    SSLProtocol -all +TLSv1.2 +TLSv1.3
"""
_REMEDY = "Allow only TLS 1.2 and TLS 1.3 in the web server or load balancer, and reload it."
_REMEDY_TH = "กำหนดให้เว็บเซิร์ฟเวอร์หรืออุปกรณ์กระจายโหลดใช้เฉพาะ TLS 1.2 และ TLS 1.3 แล้วโหลดค่าใหม่"


def _refused(offer: TlsOffer, name: str) -> Judgement:
    version = offer.version(name)
    if version.outcome == "offered":
        found = failed(
            "{name} is negotiated ({how}), with {count} cipher suites",
            "เซิร์ฟเวอร์ยอมเจรจา {name} ({how}) ด้วยชุดรหัสลับ {count} ชุด",
            name=name, how=version.how, count=len(version.suites),
        )  # fmt: skip
        return replace(found, facts=(("suites", ", ".join(version.suites[:40])),))
    if version.outcome != "refused" or not offer.control:
        return inconclusive(
            "whether {name} is refused cannot be told: {how}",
            "ไม่สามารถสรุปได้ว่าเซิร์ฟเวอร์ปฏิเสธ {name} หรือไม่: {how}",
            name=name, how=version.how if version.outcome != "refused" else "no version at all was negotiated",
        )  # fmt: skip
    good = passed("{name} is refused: {how}", "เซิร์ฟเวอร์ปฏิเสธ {name}: {how}", name=name, how=version.how)
    return replace(good, control=offer.control)


@check(
    "TLS-01",
    title="SSL 2.0 is refused",
    severity="critical",
    verifies=("RFC 6176 §3", "ASVS 5.0.0-12.1.1", "CVE-2016-0800"),
    absence=True,
    remedy=_REMEDY,
    example=_NGINX,
    thai=Thai(
        title="เซิร์ฟเวอร์ปฏิเสธ SSL 2.0",
        why="SSL 2.0 ถูกเลิกใช้ตั้งแต่ปี 2011 ผู้โจมตีถอดรหัสการเชื่อมต่อได้ และเพียงเปิดไว้ก็ทำให้การเชื่อมต่อ TLS ที่ใช้กุญแจเดียวกันถูกถอดรหัสได้ด้วย (DROWN)",
        remedy=_REMEDY_TH,
    ),
)
def ssl2_is_refused(offer: TlsOffer) -> Judgement:
    """SSL 2.0 has been forbidden since 2011: anyone on the way can read what it carries, and a server that
    still speaks it endangers even the modern connections that use the same key (DROWN)."""
    return _refused(offer, "SSL 2.0")


@check(
    "TLS-02",
    title="SSL 3.0 is refused",
    severity="high",
    verifies=("RFC 7568 §3", "ASVS 5.0.0-12.1.1", "CVE-2014-3566"),
    absence=True,
    remedy=_REMEDY,
    example=_NGINX,
    thai=Thai(
        title="เซิร์ฟเวอร์ปฏิเสธ SSL 3.0",
        why="SSL 3.0 ถูกเลิกใช้ตั้งแต่ปี 2015 ผู้ที่ดักอยู่กลางทางสามารถกู้คืนข้อมูล เช่น คุกกี้ของผู้ใช้ ได้ทีละไบต์ (POODLE)",
        remedy=_REMEDY_TH,
    ),
)
def ssl3_is_refused(offer: TlsOffer) -> Judgement:
    """SSL 3.0 has been forbidden since 2015: someone on the way can recover session cookies byte by byte
    (POODLE), and so act in the name of a nurse or a patient."""
    return _refused(offer, "SSL 3.0")


@check(
    "TLS-03",
    title="TLS 1.0 is refused",
    severity="high",
    verifies=("RFC 8996 §4", "RFC 9325 §3.1.1", "ASVS 5.0.0-12.1.1"),
    absence=True,
    remedy=_REMEDY,
    example=_NGINX,
    thai=Thai(
        title="เซิร์ฟเวอร์ปฏิเสธ TLS 1.0",
        why="TLS 1.0 ออกมาตั้งแต่ปี 1999 อาศัย MD5 และ SHA-1 และไม่รองรับการเข้ารหัสแบบยืนยันความถูกต้อง IETF ประกาศเลิกใช้อย่างเป็นทางการในปี 2021",
        remedy=_REMEDY_TH,
    ),
)
def tls10_is_refused(offer: TlsOffer) -> Judgement:
    """TLS 1.0 dates from 1999, leans on MD5 and SHA-1 and knows no authenticated encryption. The IETF
    withdrew it in 2021; no browser of this decade needs it."""
    return _refused(offer, "TLS 1.0")


@check(
    "TLS-04",
    title="TLS 1.1 is refused",
    severity="high",
    verifies=("RFC 8996 §5", "RFC 9325 §3.1.1", "ASVS 5.0.0-12.1.1"),
    absence=True,
    remedy=_REMEDY,
    example=_NGINX,
    thai=Thai(
        title="เซิร์ฟเวอร์ปฏิเสธ TLS 1.1",
        why="TLS 1.1 มีจุดอ่อนเช่นเดียวกับ TLS 1.0 คืออาศัย SHA-1 และไม่รองรับการเข้ารหัสแบบยืนยันความถูกต้อง IETF ประกาศเลิกใช้พร้อมกันในปี 2021",
        remedy=_REMEDY_TH,
    ),
)
def tls11_is_refused(offer: TlsOffer) -> Judgement:
    """TLS 1.1 shares the weaknesses of TLS 1.0: SHA-1 in its signatures, no authenticated encryption. The
    IETF withdrew both together in 2021."""
    return _refused(offer, "TLS 1.1")


@check(
    "TLS-05",
    title="TLS 1.2 or 1.3 is offered, and TLS 1.3 is preferred where both are",
    severity="medium",
    verifies=("RFC 9325 §3.1.1", "RFC 8446 §4.2.1", "ASVS 5.0.0-12.1.1"),
    remedy="Enable TLS 1.2 and TLS 1.3, and let the server choose the newest version both sides know.",
    example=_NGINX,
    thai=Thai(
        title="เซิร์ฟเวอร์รองรับ TLS 1.2 หรือ 1.3 และเลือก TLS 1.3 ก่อนเมื่อรองรับทั้งสองรุ่น",
        why="เฉพาะ TLS 1.2 และ 1.3 เท่านั้นที่ยังปลอดภัย และ TLS 1.3 ตัดทางเลือกที่อ่อนแอออกทั้งหมด เมื่อผู้ใช้รองรับทั้งสองรุ่น เซิร์ฟเวอร์จึงต้องเลือกรุ่นใหม่กว่า",
        remedy="เปิดใช้ TLS 1.2 และ TLS 1.3 และให้เซิร์ฟเวอร์เลือกรุ่นใหม่ที่สุดที่ทั้งสองฝ่ายรองรับ",
    ),
)
def modern_version_is_preferred(offer: TlsOffer, *, tls13_required: bool = False) -> Judgement:
    """Only TLS 1.2 and 1.3 are still sound, and 1.3 has done away with every weak choice. A client that
    speaks both must therefore be given the newer one."""
    new, old = offer.version("TLS 1.3"), offer.version("TLS 1.2")
    if new.outcome == "offered" and old.outcome == "offered":
        return _both(offer)
    unknown = [v for v in (new, old) if v.outcome == "unknown"]
    if unknown:
        return inconclusive(
            "whether {name} is offered cannot be told: {how}",
            "ไม่สามารถสรุปได้ว่ารองรับ {name} หรือไม่: {how}",
            name=unknown[0].name, how=unknown[0].how,
        )  # fmt: skip
    if new.outcome == "offered":
        return passed("only TLS 1.3 of the two is offered", "รองรับเฉพาะ TLS 1.3")
    if old.outcome == "offered":
        verdict = failed if tls13_required else passed
        return verdict("TLS 1.2 is offered, TLS 1.3 is not", "รองรับ TLS 1.2 แต่ไม่รองรับ TLS 1.3")
    names = ", ".join(v.name for v in offer.offered())
    if not names:
        return inconclusive("no version was negotiated at all", "ไม่สามารถเจรจา TLS รุ่นใดได้เลย")
    return failed("only {names} is offered", "รองรับเฉพาะ {names}", names=names)


def _both(offer: TlsOffer) -> Judgement:
    words = "a client that offers TLS 1.3 and 1.2 gets {got}", "ผู้ใช้ที่เสนอทั้ง TLS 1.3 และ 1.2 ได้รับ {got}"
    if offer.preferred == "TLS 1.3":
        return replace(passed(*words, got=offer.preferred), assertions=2)
    if not offer.preferred:
        return inconclusive(*words, got="no answer")
    return failed(*words, got=offer.preferred)
