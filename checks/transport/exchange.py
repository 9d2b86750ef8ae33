"""Key exchange: TLS-11 to TLS-13."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, info, not_applicable, passed
from harness.registry import Thai, check

from . import groups
from .offer_evidence import FiniteField, TlsOffer

_CURVES = """
    # nginx
    ssl_ecdh_curve X25519:prime256v1:secp384r1;
    # Apache
    SSLOpenSSLConfCmd Curves X25519:P-256:P-384
"""


@check(
    "TLS-11",
    title="Finite-field Diffie-Hellman uses safe primes of at least 2048 bits",
    severity="high",
    verifies=("RFC 9325 §4.5", "RFC 7919", "CVE-2015-4000"),
    remedy="Turn DHE suites off and keep ECDHE, or use the group ffdhe3072 of RFC 7919.",
    example="""
    # nginx: leave ssl_dhparam out and offer no DHE suite, or
    # openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe3072 -out dh.pem
    ssl_dhparam dh.pem;
    """,
    thai=Thai(
        title="Diffie-Hellman แบบ finite field ใช้จำนวนเฉพาะปลอดภัยอย่างน้อย 2048 บิต",
        why="จำนวนเฉพาะขนาด 1024 บิตที่ใช้ร่วมกันถูกคำนวณล่วงหน้าได้โดยหน่วยงานที่มีทรัพยากรมาก (Logjam) และจำนวนที่ไม่ใช่จำนวนเฉพาะปลอดภัยอาจซ่อนช่องโหว่ไว้",
        remedy="ปิดชุด DHE แล้วใช้ ECDHE หรือใช้กลุ่ม ffdhe3072 ตาม RFC 7919",
    ),
)
def finite_fields(offer: TlsOffer, *, least_bits: int = 2048) -> Judgement:
    """The shared 1024-bit primes of old servers are within reach of a well-funded eavesdropper (Logjam), and a
    number that is not a safe prime may hide a back door."""
    for field in offer.fields:
        fault = _fault(field, least_bits)
        if fault:
            words = f"{field.version}: the group {field.name or field.digest} "
            return failed(
                f"{words}{fault[0]}", f"{field.version}: กลุ่ม {field.name or field.digest} {fault[1]}"
            )
    loose = offer.unsettled()
    if loose:
        return inconclusive(
            "not every suite could be asked about: {name}: {how}",
            "ไม่สามารถตรวจชุดรหัสลับได้ครบ: {name}: {how}",
            name=loose[0].name, how=loose[0].how,
        )  # fmt: skip
    if not offer.fields:
        return not_applicable(
            "no suite with finite-field Diffie-Hellman (DHE) is accepted",
            "ไม่มีชุดรหัสลับที่ใช้ Diffie-Hellman แบบ finite field (DHE)",
        )
    bits = min(field.bits for field in offer.fields)
    good = passed(
        "the smallest of {count} groups has {bits} bits", "กลุ่มที่เล็กที่สุดใน {count} กลุ่มมี {bits} บิต",
        count=len(offer.fields), bits=bits,
    )  # fmt: skip
    facts = tuple((field.version, f"{field.bits} bits {field.name}".strip()) for field in offer.fields)
    return replace(good, assertions=len(offer.fields), facts=facts)


def _fault(field: FiniteField, least: int) -> tuple[str, str] | None:
    if field.bits < least:
        return f"has {field.bits} bits, fewer than {least}", f"มี {field.bits} บิต น้อยกว่า {least}"
    if not field.prime:
        return "is not a prime", "ไม่ใช่จำนวนเฉพาะ"
    if not field.safe:
        return "is not a safe prime", "ไม่ใช่จำนวนเฉพาะปลอดภัย"
    return None


@check(
    "TLS-12",
    title="Only curves of at least 224 bits are accepted for key exchange",
    severity="medium",
    verifies=("RFC 9325 §4.5", "RFC 8446 §4.2.7", "RFC 8422 §5.1.1"),
    absence=True,
    remedy="Allow X25519, P-256 and P-384 (and their ML-KEM hybrids) and nothing else.",
    example=_CURVES,
    thai=Thai(
        title="ยอมรับเฉพาะเส้นโค้งขนาดอย่างน้อย 224 บิตในการแลกเปลี่ยนกุญแจ",
        why="กุญแจชั่วคราวบนเส้นโค้งขนาดเล็กถูกคำนวณย้อนกลับได้ง่ายกว่าที่ควร ทำให้ความลับของทั้งการเชื่อมต่ออ่อนลง",
        remedy="อนุญาตเฉพาะ X25519, P-256 และ P-384 (รวมทั้งแบบผสม ML-KEM)",
    ),
)
def curves(offer: TlsOffer, *, least_bits: int = 224, allowed: tuple[str, ...] = ()) -> Judgement:
    """The session's secret is only as strong as the curve it is agreed on; small curves fall far below the
    128-bit strength that the suites promise. With `allowed`, no other group may be accepted."""
    accepted = [(g.version, name) for g in offer.groups for name in g.groups]
    for version, name in accepted:
        bits = groups.BITS.get(name, 0)
        if bits < least_bits or (allowed and name not in allowed):
            return failed(
                "{version} accepts {name} ({bits} bits)", "{version} ยอมรับ {name} ({bits} บิต)",
                version=version, name=name, bits=bits,
            )  # fmt: skip
    loose = [g for g in offer.groups if not g.complete] or offer.unsettled()
    if loose:
        return inconclusive(
            "the groups could not be asked about to the end: {how}",
            "ไม่สามารถตรวจกลุ่มแลกเปลี่ยนกุญแจได้จนครบ: {how}",
            how=loose[0].how,
        )
    if not accepted:
        return not_applicable(
            "no version of TLS negotiates a curve with this endpoint", "ปลายทางนี้ไม่เจรจาเส้นโค้งใน TLS รุ่นใด"
        )
    names = ", ".join(dict.fromkeys(name for _, name in accepted))
    good = passed("accepted groups: {names}", "กลุ่มที่ยอมรับ: {names}", names=names)
    return replace(good, assertions=len(accepted), control=offer.control or names)


@check(
    "TLS-13",
    title="Post-quantum key exchange (X25519MLKEM768) is observed",
    severity="info",
    verifies=("NIST FIPS 203", "draft-ietf-tls-ecdhe-mlkem"),
    remedy="Plan for OpenSSL 3.5 or newer, which offers X25519MLKEM768 by default.",
    example=_CURVES.replace("X25519:prime256v1", "X25519MLKEM768:X25519:prime256v1"),
    thai=Thai(
        title="สังเกตการแลกเปลี่ยนกุญแจหลังยุคควอนตัม (X25519MLKEM768)",
        why="ผู้ที่บันทึกการรับส่งไว้วันนี้อาจถอดรหัสได้ในอนาคตด้วยคอมพิวเตอร์ควอนตัม ข้อมูลสุขภาพมีอายุความลับยาวนาน จึงควรวางแผนเปลี่ยนล่วงหน้า",
        remedy="วางแผนใช้ OpenSSL 3.5 ขึ้นไป ซึ่งเปิด X25519MLKEM768 มาให้",
    ),
)
def post_quantum(offer: TlsOffer) -> Judgement:
    """Traffic recorded today may be read tomorrow with a quantum computer. Health data stays sensitive for
    decades, so the change is worth planning; nothing requires it yet."""
    accepted = dict.fromkeys(n for g in offer.groups for n in g.groups if n in groups.POST_QUANTUM)
    if accepted:
        return info("offered: {names}", "รองรับ: {names}", names=", ".join(accepted))
    modern = [g for g in offer.groups if g.version == "TLS 1.3"]
    if modern and not modern[0].complete:
        return inconclusive("the groups could not be asked about to the end", "ไม่สามารถตรวจกลุ่มได้จนครบ")
    return info("no post-quantum group is offered", "ยังไม่รองรับกลุ่มหลังยุคควอนตัม")
