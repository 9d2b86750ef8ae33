"""Implementation flaws: TLS-14 to TLS-16."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .flaws_evidence import Finding, TlsFlaws

_UPDATE = "Install the current security updates of the TLS library and restart every service that uses it."
_UPDATE_TH = "ติดตั้งโปรแกรมแก้ไขความปลอดภัยล่าสุดของไลบรารี TLS แล้วเริ่มบริการทั้งหมดที่ใช้ไลบรารีนั้นใหม่"


def _facts(finding: Finding) -> tuple[tuple[str, str], ...]:
    return finding.attempts[:20]


def _after_hello(finding: Finding, what: str, what_th: str) -> Judgement:
    """Heartbleed and CCS alike: only an answered control makes the absence of a reaction a pass."""
    if finding.state == "vulnerable":
        found = failed("{what}: {how}", "{what_th}: {how}", what=what, what_th=what_th, how=finding.how)
    elif finding.state == "safe" and finding.control:
        found = passed("the message was refused: {how}", "เซิร์ฟเวอร์ปฏิเสธข้อความดังกล่าว: {how}", how=finding.how)
        found = replace(found, control=finding.control)
    elif finding.state == "no_handshake":
        found = not_applicable(
            "the flaw belongs to TLS 1.2 and older, which are refused: {how}",
            "ช่องโหว่นี้มีใน TLS 1.2 และเก่ากว่า ซึ่งเซิร์ฟเวอร์ปฏิเสธ: {how}",
            how=finding.how,
        )
    else:
        found = inconclusive(
            "no reaction that decides arrived ({state}): {how}",
            "ไม่ได้รับปฏิกิริยาที่ใช้ตัดสินได้ ({state}): {how}",
            state=finding.state, how=finding.how,
        )  # fmt: skip
    return replace(found, facts=_facts(finding))


@check(
    "TLS-14",
    title="Heartbleed is absent",
    severity="critical",
    verifies=("CVE-2014-0160", "RFC 6520 §4"),
    absence=True,
    remedy=_UPDATE + " Afterwards replace the server's key and certificate.",
    thai=Thai(
        title="ไม่มีช่องโหว่ Heartbleed",
        why="ใครก็ตามบนอินเทอร์เน็ตอ่านหน่วยความจำของเซิร์ฟเวอร์ได้ทีละ 64 กิโลไบต์ ทั้งกุญแจส่วนตัว รหัสผ่าน และข้อมูลผู้ป่วย โดยไม่ทิ้งร่องรอย",
        remedy=_UPDATE_TH + " จากนั้นเปลี่ยนกุญแจและใบรับรองของเซิร์ฟเวอร์",
    ),
)
def heartbleed(flaws: TlsFlaws) -> Judgement:
    """With this flaw anyone on the Internet reads the server's memory, 64 kB at a time and without a trace:
    keys, passwords, patients' records."""
    return _after_hello(
        flaws.heartbleed, "the server gives away memory (Heartbleed)", "เซิร์ฟเวอร์เปิดเผยหน่วยความจำ (Heartbleed)"
    )


@check(
    "TLS-15",
    title="An early ChangeCipherSpec is refused (CCS injection)",
    severity="high",
    verifies=("CVE-2014-0224",),
    absence=True,
    remedy=_UPDATE,
    thai=Thai(
        title="ปฏิเสธข้อความ ChangeCipherSpec ที่มาก่อนเวลา (CCS injection)",
        why="ผู้ที่อยู่กลางทางบังคับให้การเชื่อมต่อใช้กุญแจที่ตนรู้ได้ แล้วอ่านและแก้ไขข้อมูลที่รับส่ง",
        remedy=_UPDATE_TH,
    ),
)
def ccs_injection(flaws: TlsFlaws) -> Judgement:
    """Someone on the way can force the connection onto keys he knows, and then read and change what is sent."""
    return _after_hello(
        flaws.ccs,
        "the server began to decrypt before keys were agreed",
        "เซิร์ฟเวอร์เริ่มถอดรหัสก่อนตกลงกุญแจเสร็จ",
    )


@check(
    "TLS-16",
    title="No Bleichenbacher oracle in RSA key exchange (ROBOT)",
    severity="high",
    verifies=("CVE-2017-13099", "RFC 5246 §7.4.7.1"),
    absence=True,
    remedy="Turn every TLS_RSA suite off, and update the TLS library or appliance.",
    example="""
    # nginx
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20:!kRSA;
    """,
    thai=Thai(
        title="ไม่มีช่องรั่วแบบ Bleichenbacher ในการแลกเปลี่ยนกุญแจ RSA (ROBOT)",
        why="เซิร์ฟเวอร์ที่ตอบต่างกันเมื่อข้อความเข้ารหัสผิดรูปแบบต่างกัน เท่ากับช่วยผู้โจมตีถอดรหัสการเชื่อมต่อที่บันทึกไว้โดยไม่ต้องมีกุญแจ",
        remedy="ปิดชุดรหัสลับ TLS_RSA ทั้งหมด และปรับปรุงไลบรารีหรืออุปกรณ์ TLS",
    ),
)
def robot(flaws: TlsFlaws) -> Judgement:
    """A server that answers differently to differently malformed ciphertexts helps an attacker decrypt recorded
    connections without ever having the key."""
    finding = flaws.robot
    if finding.state in ("strong", "weak"):
        found = failed(
            "the server is a {state} oracle: {how}", "เซิร์ฟเวอร์เป็นช่องรั่วแบบ {state}: {how}",
            state=finding.state, how=finding.how,
        )  # fmt: skip
    elif finding.state == "no_rsa" and finding.attempts and finding.control:
        found = passed(
            "RSA key exchange is refused, so there is nothing to attack: {how}",
            "เซิร์ฟเวอร์ปฏิเสธการแลกเปลี่ยนกุญแจ RSA จึงไม่มีช่องให้โจมตี: {how}",
            how=finding.how,
        )
        found = replace(found, control=finding.control)
    elif finding.state == "safe" and finding.control:
        found = passed("{how}", "ทั้งห้าแบบได้รับคำตอบเดียวกัน: {how}", how=finding.how)
        found = replace(found, control=finding.control, assertions=len(finding.attempts) or 1)
    else:
        found = inconclusive(
            "the answers do not decide ({state}): {how}", "คำตอบยังตัดสินไม่ได้ ({state}): {how}",
            state=finding.state, how=finding.how,
        )  # fmt: skip
    return replace(found, facts=_facts(finding))
