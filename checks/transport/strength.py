"""Cipher suites: TLS-06 to TLS-10."""

from collections.abc import Callable

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from . import suites
from .offer_evidence import TlsOffer, VersionOffer

_NGINX = """
    # nginx
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
    # Apache
    SSLCipherSuite ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384
"""
_REMEDY = "Offer only ECDHE suites with AES-GCM or ChaCha20-Poly1305 for TLS 1.2, and all suites of TLS 1.3."
_REMEDY_TH = (
    "สำหรับ TLS 1.2 ให้เปิดเฉพาะชุดรหัสลับ ECDHE ร่วมกับ AES-GCM หรือ ChaCha20-Poly1305 และใช้ชุดของ TLS 1.3 ได้ทั้งหมด"
)


def _none(offer: TlsOffer, is_bad: Callable[[str], bool], kind: str, kind_th: str) -> Judgement:
    """Fail when a suite of SSL 3.0 to TLS 1.3 is bad; SSL 2.0 has a check of its own."""
    versions = [v for v in offer.offered() if v.name != "SSL 2.0"]
    bad = tuple((v.name, s) for v in versions for s in v.suites if is_bad(s))
    if bad:
        names = dict.fromkeys(s for _, s in bad)
        found = failed(
            "{kind} accepted: {count}, such as {first} ({version})",
            "เซิร์ฟเวอร์ยอมรับชุดรหัสลับ{kind_th} จำนวน {count} ชุด เช่น {first} ({version})",
            count=len(names), kind=kind, kind_th=kind_th, first=bad[0][1], version=bad[0][0],
        )  # fmt: skip
        return replace(found, facts=(("suites", ", ".join(names)),))
    loose = [v for v in offer.unsettled() if v.name != "SSL 2.0"]
    if loose or not versions:
        return inconclusive(
            "not every suite could be asked about: {why}",
            "ไม่สามารถตรวจชุดรหัสลับได้ครบทุกชุด: {why}",
            why=_why(loose),
        )
    count = sum(len(v.suites) for v in versions)
    good = passed(
        "{kind} accepted: none among {count} suites",
        "ในชุดรหัสลับที่เซิร์ฟเวอร์ยอมรับทั้ง {count} ชุด ไม่มีชุด{kind_th}",
        count=count, kind=kind, kind_th=kind_th,
    )  # fmt: skip
    return replace(good, assertions=count, control=offer.control or f"{count} suites were accepted")


def _why(loose: list[VersionOffer]) -> str:
    return f"{loose[0].name}: {loose[0].how}" if loose else "no version was negotiated"


@check(
    "TLS-06",
    title="No NULL, anonymous, export, RC4, DES or RC2 suite is accepted",
    severity="critical",
    verifies=("RFC 9325 §4.1", "RFC 7465 §2", "ASVS 5.0.0-12.1.2", "CWE-327"),
    absence=True,
    remedy=_REMEDY,
    example=_NGINX,
    thai=Thai(
        title="ไม่ยอมรับชุดรหัสลับแบบ NULL, anonymous, export, RC4, DES หรือ RC2",
        why="ชุดเหล่านี้ไม่เข้ารหัสเลย ไม่ยืนยันตัวเซิร์ฟเวอร์ หรือถูกถอดได้ในเวลาไม่นาน ข้อมูลสุขภาพที่ส่งผ่านจึงไม่ต่างจากส่งแบบเปิดเผย",
        remedy=_REMEDY_TH,
    ),
)
def no_broken_suite(offer: TlsOffer) -> Judgement:
    """These suites do not encrypt, do not say who the server is, or can be broken in hours: health data sent
    through them is as good as sent in the open."""
    return _none(offer, suites.is_broken, "broken suites", "ที่ถูกทำลายแล้ว")


@check(
    "TLS-07",
    title="No suite with 64-bit blocks (3DES, IDEA) is accepted",
    severity="medium",
    verifies=("CVE-2016-2183", "RFC 9325 §4.1", "ASVS 5.0.0-12.1.2"),
    absence=True,
    remedy=_REMEDY,
    example=_NGINX,
    thai=Thai(
        title="ไม่ยอมรับชุดรหัสลับที่มีบล็อก 64 บิต (3DES, IDEA)",
        why="รหัสลับที่มีบล็อกเพียง 64 บิตเริ่มซ้ำตัวเองเมื่อส่งข้อมูลหลายสิบกิกะไบต์ ผู้ที่ดักการเชื่อมต่อยาว ๆ จึงกู้คืนคุกกี้หรือโทเคนได้ (SWEET32)",
        remedy=_REMEDY_TH,
    ),
)
def no_small_block_suite(offer: TlsOffer) -> Judgement:
    """A cipher with 64-bit blocks begins to repeat itself after some tens of gigabytes; on long connections
    an eavesdropper can then recover cookies and tokens (SWEET32)."""
    return _none(offer, suites.is_small_block, "suites with 64-bit blocks", "ที่มีบล็อก 64 บิต")


@check(
    "TLS-08",
    title="Every accepted suite has forward secrecy",
    severity="medium",
    verifies=("RFC 9325 §4.1", "ASVS 5.0.0-12.1.2"),
    absence=True,
    remedy=_REMEDY,
    example=_NGINX,
    thai=Thai(
        title="ชุดรหัสลับที่ยอมรับทุกชุดมี forward secrecy",
        why="หากไม่มี forward secrecy ผู้ที่บันทึกการรับส่งไว้วันนี้แล้วได้กุญแจของเซิร์ฟเวอร์ในภายหลัง จะถอดรหัสย้อนหลังได้ทั้งหมด ข้อมูลสุขภาพต้องเป็นความลับตลอดชีวิตของผู้ป่วย",
        remedy=_REMEDY_TH,
    ),
)
def forward_secrecy(offer: TlsOffer) -> Judgement:
    """Without forward secrecy, whoever records traffic today and obtains the server's key years later can read
    all of it. Health data must stay secret for a lifetime."""

    def is_bad(name: str) -> bool:
        return not suites.has_forward_secrecy(name) and "_anon_" not in name  # anonymous ones are TLS-06's

    return _none(offer, is_bad, "suites without forward secrecy", "ที่ไม่มี forward secrecy")


@check(
    "TLS-09",
    title="In TLS 1.2, authenticated (AEAD) suites come before CBC suites",
    severity="low",
    verifies=("RFC 9325 §4.2", "RFC 7457 §2.3"),
    remedy="List the GCM and ChaCha20-Poly1305 suites first, or offer nothing else.",
    example=_NGINX,
    thai=Thai(
        title="ใน TLS 1.2 ชุดรหัสลับแบบยืนยันความถูกต้อง (AEAD) มาก่อนชุด CBC",
        why="ชุด CBC ของ TLS 1.2 ถูกโจมตีด้วยการวัดเวลามาแล้วหลายครั้ง (เช่น Lucky 13) ผู้ใช้ที่รองรับชุดที่ดีกว่าต้องได้ชุดที่ดีกว่าเสมอ",
        remedy="จัดชุด GCM และ ChaCha20-Poly1305 ไว้ก่อน หรือเปิดเฉพาะชุดเหล่านี้",
    ),
)
def aead_first(offer: TlsOffer) -> Judgement:
    """The CBC suites of TLS 1.2 have been attacked by timing time and again (Lucky 13 and its kin). A client
    that can do better must get better."""
    version = offer.version("TLS 1.2")
    if version.outcome == "refused":
        return not_applicable("TLS 1.2 is not offered ({how})", "ไม่รองรับ TLS 1.2 ({how})", how=version.how)
    good = [suites.is_aead(name) for name in version.suites]
    if not good or not version.complete:
        return inconclusive(
            "the order of TLS 1.2 suites is not fully known: {how}",
            "ไม่ทราบลำดับชุดรหัสลับของ TLS 1.2 ครบถ้วน: {how}",
            how=version.how,
        )
    count = sum(good)
    if not count:
        return failed("TLS 1.2 offers no AEAD suite", "TLS 1.2 ไม่มีชุดรหัสลับแบบ AEAD")
    if all(good[:count]):
        return replace(
            passed(
                "all {count} AEAD suites come before the {rest} others",
                "ชุด AEAD ทั้ง {count} ชุดมาก่อนชุดอื่น {rest} ชุด",
                count=count, rest=len(good) - count,
            ),
            assertions=len(good),
        )  # fmt: skip
    first = next(name for name in version.suites if not suites.is_aead(name))
    return failed(
        "a client that lists AEAD suites first is given {first} before them",
        "ผู้ใช้ที่เสนอชุด AEAD ก่อนยังได้รับ {first} ก่อน",
        first=first,
    )


@check(
    "TLS-10",
    title="A client's order cannot bring about a weaker suite than the server could choose",
    severity="low",
    verifies=("RFC 9325 §4.2.1", "ASVS 5.0.0-12.1.2"),
    remedy="Make the server's order binding, or offer only suites of equal strength.",
    example="""
    # nginx
    ssl_prefer_server_ciphers on;
    # Apache
    SSLHonorCipherOrder on
    """,
    thai=Thai(
        title="ลำดับที่ผู้ใช้เสนอไม่ทำให้ได้ชุดรหัสลับที่อ่อนกว่าที่เซิร์ฟเวอร์เลือกได้",
        why="เมื่อยังมีชุดที่อ่อนเปิดอยู่และเซิร์ฟเวอร์ทำตามลำดับของผู้ใช้ โปรแกรมเก่าหรือตั้งค่าผิดจะได้การเชื่อมต่อที่อ่อนกว่าโดยไม่จำเป็น",
        remedy="ให้เซิร์ฟเวอร์ใช้ลำดับของตนเอง หรือเปิดเฉพาะชุดที่แข็งแรงเท่ากัน",
    ),
)
def order_protects(offer: TlsOffer) -> Judgement:
    """Where weaker suites are left on and the server follows the client's order, an old or badly set client
    gets a weaker connection than it needs to."""
    versions = [v for v in offer.offered() if v.name != "SSL 2.0"]
    if not versions:
        return inconclusive("no version was negotiated", "ไม่สามารถเจรจา TLS รุ่นใดได้")
    for version in versions:
        mixed = len({suites.rank(name) for name in version.suites}) > 1
        if mixed and not version.worst_first:
            return inconclusive(
                "{name}: the question with the opposite order was not answered",
                "{name}: ไม่มีคำตอบเมื่อเสนอลำดับกลับกัน",
                name=version.name,
            )
        if mixed and suites.rank(version.worst_first) > suites.rank(version.suites[0]):
            return failed(
                "{name}: a client that lists {worse} first gets it, although {better} was offered too",
                "{name}: ผู้ใช้ที่เสนอ {worse} ก่อนก็ได้ชุดนั้น ทั้งที่เสนอ {better} ด้วย",
                name=version.name, worse=version.worst_first, better=version.suites[0],
            )  # fmt: skip
    return replace(
        passed(
            "in {count} versions no order of the client brings about a weaker suite",
            "ใน {count} รุ่น ไม่มีลำดับใดของผู้ใช้ที่ทำให้ได้ชุดที่อ่อนกว่า",
            count=len(versions),
        ),
        assertions=len(versions),
    )
