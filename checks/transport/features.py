"""Extensions and reactions: TLS-17, TLS-18, TLS-20, TLS-21, TLS-25, TLS-27."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .features_evidence import TlsFeatures

_LIBRARY = "Update the TLS library (OpenSSL 1.1.1 or newer does this by default) and restart the server."
_LIBRARY_TH = "ปรับปรุงไลบรารี TLS (OpenSSL 1.1.1 ขึ้นไปทำเช่นนี้อยู่แล้ว) แล้วเริ่มเซิร์ฟเวอร์ใหม่"


def _without_hello(features: TlsFeatures) -> Judgement:
    """What to say when no version up to TLS 1.2 answered: it is either not offered, or not known."""
    if features.best == "TLS 1.3" and features.how.startswith(("alert", "the connection was closed")):
        return not_applicable(
            "this concerns TLS 1.2 and older, which are refused: {how}",
            "ข้อนี้เกี่ยวกับ TLS 1.2 และเก่ากว่า ซึ่งเซิร์ฟเวอร์ปฏิเสธ: {how}",
            how=features.how,
        )
    return inconclusive(
        "the hello that asks was not answered: {how}", "ข้อความที่ใช้ถามไม่ได้รับคำตอบ: {how}", how=features.how
    )


def _echoed(features: TlsFeatures, present: bool | None, name: str) -> Judgement:
    if present is None:
        return _without_hello(features)
    if present:
        return passed(
            "the {version} ServerHello confirms {name}", "ServerHello ของ {version} ยืนยัน {name}",
            version=features.version, name=name,
        )  # fmt: skip
    return failed(
        "the {version} ServerHello does not confirm {name}", "ServerHello ของ {version} ไม่ยืนยัน {name}",
        version=features.version, name=name,
    )  # fmt: skip


@check(
    "TLS-17",
    title="TLS compression is not used",
    severity="high",
    verifies=("RFC 9325 §3.3", "RFC 7457 §2.6", "CVE-2012-4929"),
    absence=True,
    remedy="Turn TLS compression off in the server (all versions in support have it off).",
    example="""
    # Apache
    SSLCompression off
    """,
    thai=Thai(
        title="ไม่ใช้การบีบอัดในชั้น TLS",
        why="การบีบอัดก่อนเข้ารหัสทำให้ขนาดของข้อความเผยเนื้อหา ผู้โจมตีจึงเดาคุกกี้ของผู้ใช้ได้ทีละตัวอักษร (CRIME)",
        remedy="ปิดการบีบอัดในชั้น TLS ของเซิร์ฟเวอร์ (รุ่นที่ยังได้รับการดูแลปิดไว้อยู่แล้ว)",
    ),
)
def no_compression(features: TlsFeatures) -> Judgement:
    """Compressing before encrypting makes the length of a message betray what is in it; an attacker can guess a
    session cookie letter by letter (CRIME)."""
    if features.compression is None:
        return _without_hello(features)
    words = (
        "a {version} client that offers DEFLATE is given {method}",
        "ผู้ใช้ {version} ที่เสนอ DEFLATE ได้รับ {method}",
    )
    values = {"version": features.version, "method": features.compression}
    if features.compression != "null":
        return failed(*words, **values)
    return replace(passed(*words, **values), control=f"the hello that offers it was answered: {features.how}")


@check(
    "TLS-18",
    title="Secure renegotiation (RFC 5746) is supported",
    severity="medium",
    verifies=("RFC 5746 §3.6", "RFC 9325 §3.5", "CVE-2009-3555"),
    remedy=_LIBRARY,
    thai=Thai(
        title="รองรับการเจรจาซ้ำอย่างปลอดภัย (RFC 5746)",
        why="หากไม่รองรับ ผู้ที่อยู่กลางทางแทรกคำสั่งของตนไว้หน้าคำขอของผู้ใช้ที่เข้าสู่ระบบแล้วได้",
        remedy=_LIBRARY_TH,
    ),
)
def secure_renegotiation(features: TlsFeatures) -> Judgement:
    """Without it, someone on the way can put words of his own in front of a signed-in user's request."""
    return _echoed(features, features.renegotiation_info, "renegotiation_info")


@check(
    "TLS-20",
    title="A forced fallback to an older version is refused",
    severity="medium",
    verifies=("RFC 7507 §3",),
    absence=True,
    remedy=_LIBRARY,
    thai=Thai(
        title="ปฏิเสธการถูกบังคับให้ลดรุ่นของ TLS",
        why="ผู้ที่อยู่กลางทางอาจขัดขวางการเชื่อมต่อรุ่นใหม่เพื่อให้โปรแกรมลองรุ่นเก่าที่โจมตีง่ายกว่า เซิร์ฟเวอร์ต้องสังเกตสัญญาณนี้และปฏิเสธ",
        remedy=_LIBRARY_TH,
    ),
)
def fallback_refused(features: TlsFeatures) -> Judgement:
    """Someone on the way may break connections until the client tries an older, weaker version. The client
    marks such a retry, and the server must refuse it."""
    answer = features.fallback
    if answer.outcome == "accepted":
        return failed(
            "a hello marked as a fallback from {best} was accepted: {how}",
            "ยอมรับข้อความที่ทำเครื่องหมายว่าลดรุ่นจาก {best}: {how}",
            best=features.best, how=answer.how,
        )  # fmt: skip
    if answer.outcome == "refused":
        good = passed("a fallback from {best} is refused: {how}", "ปฏิเสธการลดรุ่นจาก {best}: {how}",
                      best=features.best, how=answer.how)  # fmt: skip
        return replace(good, control=features.control)
    if answer.outcome == "none":
        return not_applicable(
            "only one version is offered, so there is nothing to fall back to: {how}",
            "รองรับเพียงรุ่นเดียว จึงไม่มีรุ่นให้ลดลง: {how}",
            how=answer.how,
        )
    return inconclusive(
        "the marked hello was not answered: {how}", "ข้อความที่ทำเครื่องหมายไม่ได้รับคำตอบ: {how}", how=answer.how
    )


@check(
    "TLS-21",
    title="Extended Master Secret is supported in TLS 1.2",
    severity="medium",
    verifies=("RFC 7627 §5.3", "RFC 9325 §3.5"),
    remedy=_LIBRARY,
    thai=Thai(
        title="รองรับ Extended Master Secret ใน TLS 1.2",
        why="หากไม่รองรับ ผู้โจมตีทำให้การเชื่อมต่อสองสายใช้กุญแจเดียวกัน แล้วสวมรอยเป็นผู้ใช้ที่ยืนยันตัวด้วยใบรับรองได้ (Triple Handshake)",
        remedy=_LIBRARY_TH,
    ),
)
def extended_master_secret(features: TlsFeatures) -> Judgement:
    """Without it an attacker can make two connections share one key and pass for a user who signs in with a
    certificate (triple handshake)."""
    return _echoed(features, features.extended_master_secret, "extended_master_secret")


@check(
    "TLS-25",
    title="Only HTTP protocols are negotiated by ALPN, and others are refused",
    severity="low",
    verifies=("RFC 7301 §3.2", "RFC 9325 §3.8"),
    remedy="Offer h2 and http/1.1 only, refuse a client that asks for nothing else, and turn NPN and SPDY off.",
    example="""
    # nginx 1.25.1 or newer (before: listen 443 ssl http2)
    http2 on;
    # Apache
    Protocols h2 http/1.1
    """,
    thai=Thai(
        title="เจรจาเฉพาะโพรโทคอล HTTP ด้วย ALPN และปฏิเสธโพรโทคอลอื่น",
        why="หากเซิร์ฟเวอร์รับการเชื่อมต่อที่ตั้งใจจะพูดโพรโทคอลอื่น ผู้โจมตีอาจส่งข้อความข้ามโพรโทคอลเพื่อขโมยคุกกี้ (ALPACA) ส่วน SPDY และ NPN เลิกใช้ไปนานแล้ว",
        remedy="เปิดเฉพาะ h2 และ http/1.1 ปฏิเสธผู้ที่ไม่ได้ขอสองอย่างนี้ และปิด NPN กับ SPDY",
    ),
)
def only_http(features: TlsFeatures) -> Judgement:
    """A web server that goes along with a client that wants to speak another protocol can be made to answer
    messages meant for it (ALPACA); SPDY and NPN have been dead for years."""
    answer = features.foreign_alpn
    if features.npn:
        return failed("NPN is answered with {names}", "ตอบ NPN ด้วย {names}", names=", ".join(features.npn))
    if answer.outcome == "chosen":
        return failed("the protocol {name} was chosen", "เลือกโพรโทคอล {name}", name=answer.how)
    if features.alpn not in (None, "h2", "http/1.1", "http/1.0"):
        return failed("the protocol {name} was chosen", "เลือกโพรโทคอล {name}", name=features.alpn)
    if answer.outcome == "unknown":
        return inconclusive(
            "the hello that asks was not answered: {how}", "ข้อความที่ใช้ถามไม่ได้รับคำตอบ: {how}", how=answer.how
        )
    if answer.outcome == "ignored" and features.alpn:
        return failed(
            "{name} is negotiated, but a client that offers only foreign protocols is served as well",
            "เจรจา {name} ได้ แต่ยังให้บริการผู้ที่เสนอเฉพาะโพรโทคอลอื่น",
            name=features.alpn,
        )
    good = passed(
        "negotiated: {name}; foreign protocols: {outcome}", "เจรจาได้: {name}; โพรโทคอลอื่น: {outcome}",
        name=features.alpn or "no ALPN", outcome=answer.outcome,
    )  # fmt: skip
    return replace(good, assertions=3)


@check(
    "TLS-27",
    title="Unknown values in a hello are ignored (GREASE)",
    severity="low",
    verifies=("RFC 8701 §3", "RFC 8446 §4.1.2"),
    remedy="Update the TLS library, or the load balancer or firewall in front of the server.",
    thai=Thai(
        title="ไม่สะดุดเมื่อพบค่าที่ไม่รู้จักในข้อความเริ่มต้น (GREASE)",
        why="เบราว์เซอร์ส่งค่าที่ไม่มีความหมายเพื่อทดสอบความพร้อมรับรุ่นใหม่ เซิร์ฟเวอร์ที่สะดุดจะใช้กับเบราว์เซอร์บางตัวไม่ได้ และใช้กับ TLS รุ่นต่อไปไม่ได้",
        remedy="ปรับปรุงไลบรารี TLS หรืออุปกรณ์กระจายโหลดและไฟร์วอลล์หน้าเซิร์ฟเวอร์",
    ),
)
def grease(features: TlsFeatures) -> Judgement:
    """Browsers send meaningless values to keep servers ready for what comes. A server that stumbles over them
    locks out browsers, and the next version of TLS."""
    answer = features.grease
    if answer.outcome == "accepted":
        return passed(
            "a hello with reserved values was answered: {how}",
            "ข้อความที่มีค่าสงวนได้รับคำตอบ: {how}",
            how=answer.how,
        )
    if answer.outcome == "refused":
        return failed(
            "the same hello is answered without reserved values and refused with them: {how}",
            "ข้อความเดียวกันได้รับคำตอบเมื่อไม่มีค่าสงวน แต่ถูกปฏิเสธเมื่อมี: {how}",
            how=answer.how,
        )
    return inconclusive(
        "the hello with reserved values was not answered: {how}",
        "ข้อความที่มีค่าสงวนไม่ได้รับคำตอบ: {how}",
        how=answer.how,
    )
