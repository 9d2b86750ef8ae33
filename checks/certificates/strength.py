"""CRT-05 and CRT-10: whether keys and digests are strong enough, and whether the leaf is the kind of certificate it should be."""

import ipaddress

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, inconclusive, passed
from harness.registry import Thai, check

from .evidence import Certificate, ServedChain

#: Digests at least as strong as SHA-256 (RFC 9325 §4.5 asks for SHA-256); EdDSA has none to choose ("").
_DIGESTS = frozenset({"", "sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512"})
_ANY_PURPOSE = "anyExtendedKeyUsage"
_INTERNAL = (".local", ".localhost", ".internal", ".lan", ".corp", ".home", ".test", ".example", ".invalid")


@check(
    "CRT-05",
    title="Every certificate of the chain has a strong key and a strong signature",
    severity="high",
    verifies=("RFC 9325 §4.5", "NIST SP 800-131A", "CWE-326", "CWE-328"),
    remedy="Have the certificate issued again for a new key: EC P-256 or RSA of at least 2048 bits, signed with SHA-256 or stronger.",
    example="openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem",
    thai=Thai(
        title="ใบรับรองทุกใบในสายใช้กุญแจและลายมือชื่อที่แข็งแรง",
        why="กุญแจที่สั้นเกินไปถูกคำนวณย้อนกลับได้ และลายมือชื่อแบบ SHA-1 หรือ MD5 ถูกปลอมแปลงได้ "
        "ทั้งสองกรณีทำให้ผู้โจมตีสร้างใบรับรองที่ดูถูกต้องของระบบได้",
        remedy="สร้างกุญแจใหม่แบบ EC P-256 หรือ RSA ไม่น้อยกว่า 2048 บิต แล้วขอออกใบรับรองใหม่ที่ลงนามด้วย SHA-256 ขึ้นไป",
    ),
)
def strong(evidence: ServedChain, *, rsa_bits: int = 2048, ec_bits: int = 256) -> Judgement:
    """Short keys can be computed and SHA-1 or MD5 signatures forged; either gives an attacker a certificate that looks
    right. A root's own signature is not judged: nobody relies on it."""
    for certificate in evidence.used:
        weak = _weakness(certificate, {"RSA": rsa_bits, "EC": ec_bits, "Ed25519": 256, "Ed448": 456})
        if weak:
            return failed(
                "{subject} has {weak}", "{subject} ใช้ {weak}", subject=certificate.subject, weak=weak
            )
        if certificate.lacks("key", "signature"):
            return inconclusive(
                "key or signature of {subject} cannot be parsed",
                "อ่านกุญแจหรือลายมือชื่อของ {subject} ไม่ได้",
                subject=certificate.subject,
            )
    keys = ", ".join(f"{c.key} {c.bits} ({c.hash or 'EdDSA'})" for c in evidence.used)
    good = passed("the chain uses {keys}", "สายใบรับรองใช้ {keys}", keys=keys)
    return replace(good, assertions=2 * len(evidence.used))


def _weakness(certificate: Certificate, least: dict[str, int]) -> str:
    if not certificate.lacks("key") and certificate.bits < least.get(certificate.key, 1 << 30):
        return f"{certificate.key} {certificate.bits}"
    if certificate.self_signed or certificate.lacks("signature") or certificate.hash in _DIGESTS:
        return ""
    return certificate.hash.upper()


@check(
    "CRT-10",
    title="The certificate is made for a TLS server",
    severity="low",
    verifies=("RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12", "CA/B BR §7.1.2.7", "Apple 103769"),
    remedy="Have a server certificate issued: not a CA, extended key usage serverAuth, key usage digitalSignature, a random serial number.",
    thai=Thai(
        title="ใบรับรองเป็นชนิดสำหรับเซิร์ฟเวอร์ TLS",
        why="ใบรับรองที่ออกมาเพื่อวัตถุประสงค์อื่น หรือใบที่ลงนามออกใบรับรองต่อได้ ทำให้บางไคลเอนต์ปฏิเสธการเชื่อมต่อ "
        "และหากกุญแจรั่ว ผู้โจมตีจะออกใบรับรองในนามของหน่วยงานได้",
        remedy="ขอออกใบรับรองชนิดเซิร์ฟเวอร์: ไม่เป็น CA มี extended key usage เป็น serverAuth มี key usage เป็น digitalSignature และหมายเลขลำดับแบบสุ่ม",
    ),
)
def server_kind(evidence: ServedChain) -> Judgement:
    """A certificate made for something else is refused by some clients, and one that may issue others turns a stolen server key
    into a forger's workshop. Serial numbers too short to be random make signatures easier to forge."""
    leaf = evidence.leaf
    broken = leaf.lacks("extensions", "key_usage", "basic_constraints", "serial", "version")
    if broken:
        return inconclusive(
            "the certificate cannot be parsed: {why}", "อ่านใบรับรองไม่ได้: {why}", why="; ".join(broken)
        )
    wrong = _kind(leaf) + _number(leaf) + (_internal(leaf) if evidence.path.public else [])
    if wrong:
        en, th = "; ".join(w.en for w in wrong), "; ".join(w.th for w in wrong)
        return failed("{subject}: {en}", "{subject}: {th}", subject=leaf.subject, en=en, th=th)
    return replace(
        passed("an end-entity certificate for TLS servers", "เป็นใบรับรองปลายทางสำหรับเซิร์ฟเวอร์ TLS"),
        assertions=5,
    )


def _kind(leaf: Certificate) -> list[Text]:
    wrong = []
    if leaf.purposes is None:
        wrong.append(Text("no extended key usage", "ไม่มี extended key usage"))
    elif "serverAuth" not in leaf.purposes and _ANY_PURPOSE not in leaf.purposes:
        held = ", ".join(leaf.purposes[:5])
        wrong.append(
            Text(
                f"extended key usage is {held}, not serverAuth",
                f"extended key usage เป็น {held} ไม่ใช่ serverAuth",
            )
        )
    may_sign = leaf.is_ca or "key_cert_sign" in (leaf.key_usage or ())
    if may_sign and not leaf.self_signed:
        wrong.append(Text("it may itself issue certificates (CA)", "สามารถออกใบรับรองต่อได้ (เป็น CA)"))
    usages = ("digital_signature", "key_encipherment", "key_agreement")
    if leaf.key_usage is not None and not set(usages) & set(leaf.key_usage):
        wrong.append(Text("its key usage allows no TLS handshake", "key usage ไม่อนุญาตให้ใช้กับ TLS"))
    return wrong


def _number(leaf: Certificate) -> list[Text]:
    """CA/B BR §7.1: more than zero, at least 64 bits of randomness; RFC 5280 §4.1.2.2: at most 20 octets.

    A random 64-bit number has fewer than 40 significant bits once in 2^24 certificates.
    """
    wrong = []
    if not 40 <= leaf.serial_bits <= 160:
        said = f"{leaf.serial_bits} bits"
        wrong.append(
            Text(
                f"its serial number has {said}, not a random one of 64 to 160",
                f"หมายเลขลำดับยาว {said} ไม่ใช่เลขสุ่ม 64 ถึง 160 บิต",
            )
        )
    if leaf.version != 3:
        wrong.append(
            Text(f"it is an X.509 version {leaf.version} certificate", f"เป็นใบรับรอง X.509 รุ่น {leaf.version}")
        )
    return wrong


def _internal(leaf: Certificate) -> list[Text]:
    """CA/B BR §4.2.2: a public CA does not certify internal names or reserved addresses."""
    inner = [n for n in leaf.names if "." not in n.strip(".") or n.endswith(_INTERNAL)]
    inner += [a for a in leaf.addresses if not ipaddress.ip_address(a).is_global]
    shown = ", ".join(inner[:5])
    return [Text(f"internal names: {shown}", f"มีชื่อภายใน: {shown}")] if inner else []
