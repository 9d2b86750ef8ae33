"""CRT-01 and CRT-06: whether the chain leads to a trusted root, and whether the server sends all of it, in order."""

from harness.model import Judgement, failed, passed
from harness.registry import Thai, check

from .evidence import ServedChain


@check(
    "CRT-01",
    title="The certificate chain leads to a trusted root",
    severity="high",
    verifies=("ASVS 5.0.0-12.2.2", "RFC 5280 §6", "CWE-295"),
    remedy="Use a certificate from a CA that the clients of this platform trust, and install it with its intermediate certificates. "
    "If the platform uses a CA of its own, name its root file as `ca_file` in the target.",
    example="""
        # nginx: the file holds the server's certificate first, then the intermediates
        ssl_certificate     /etc/ssl/portal/fullchain.pem;
        ssl_certificate_key /etc/ssl/portal/key.pem;
    """,
    thai=Thai(
        title="สายใบรับรองเชื่อมต่อไปถึงใบรับรองรากที่เชื่อถือได้",
        why="ใบรับรองที่ไม่ได้ออกโดยผู้ออกใบรับรอง (CA) ที่เชื่อถือได้ ทำให้ผู้ใช้แยกไม่ออกว่ากำลังติดต่อระบบจริงหรือระบบของผู้โจมตี "
        "ข้อมูลสุขภาพและรหัสผ่านจึงอาจถูกดักอ่านหรือแก้ไขระหว่างทาง",
        remedy="ใช้ใบรับรองจาก CA ที่ผู้ใช้ของระบบเชื่อถือ และติดตั้งพร้อมใบรับรองขั้นกลาง "
        "หากหน่วยงานใช้ CA ของตนเอง ให้ระบุไฟล์ใบรับรองรากที่ `ca_file` ในไฟล์เป้าหมาย",
    ),
)
def trusted(evidence: ServedChain) -> Judgement:
    """A certificate that no trusted authority issued proves nothing: a user cannot tell the platform from an impostor who
    sits between them, reads health records and passwords, and changes them on the way."""
    path = evidence.path
    if evidence.anchored:
        return passed(
            "the chain leads to the trusted root {anchor}",
            "สายใบรับรองเชื่อมต่อถึงใบรับรองรากที่เชื่อถือ {anchor}",
            anchor=path.anchor or evidence.used[-1].issuer,
        )
    if path.anchor:
        return failed(
            "the chain reaches {anchor} but does not verify: {why} (OpenSSL error {code})",
            "สายใบรับรองไปถึง {anchor} แต่ตรวจสอบไม่ผ่าน: {why} (OpenSSL error {code})",
            anchor=path.anchor,
            why=path.message,
            code=path.code,
        )
    if evidence.leaf.self_signed:
        return failed(
            "the server's certificate is self-signed: {subject}",
            "ใบรับรองของเซิร์ฟเวอร์ลงนามโดยตนเอง (self-signed): {subject}",
            subject=evidence.leaf.subject,
        )
    return failed(
        "no trusted certificate issued {below}: its issuer {top} is neither sent by the server nor among the trusted roots",
        "ไม่พบใบรับรองที่เชื่อถือได้ซึ่งออก {below}: เซิร์ฟเวอร์ไม่ได้ส่งใบรับรองของ {top} และไม่อยู่ในรายการใบรับรองรากที่เชื่อถือ",
        below=evidence.used[-1].subject,
        top=path.top,
    )


@check(
    "CRT-06",
    title="The server sends its intermediate certificates, in order and nothing else",
    severity="medium",
    verifies=("RFC 5246 §7.4.2", "RFC 8446 §4.4.2"),
    remedy="Put the server's certificate first, then each certificate that issued the one before it; leave out the root and anything else.",
    example="""
        cat portal.crt intermediate.crt > fullchain.pem
        # nginx
        ssl_certificate /etc/ssl/portal/fullchain.pem;
    """,
    thai=Thai(
        title="เซิร์ฟเวอร์ส่งใบรับรองขั้นกลางครบถ้วน เรียงลำดับถูกต้อง และไม่มีใบรับรองอื่นปน",
        why="เบราว์เซอร์บางรุ่นหาใบรับรองที่ขาดหายมาเติมเองได้ แต่แอปบนมือถือและระบบที่เชื่อมต่อกันทำไม่ได้ "
        "ระบบที่ดูใช้งานได้ปกติในสำนักงานจึงอาจใช้งานไม่ได้ที่โรงพยาบาล และผู้ดูแลมักแก้ด้วยการปิดการตรวจสอบใบรับรอง",
        remedy="จัดเรียงไฟล์โดยให้ใบรับรองของเซิร์ฟเวอร์อยู่ลำดับแรก ตามด้วยใบรับรองที่ออกใบก่อนหน้าทีละใบ ไม่ต้องใส่ใบรับรองรากและใบรับรองอื่น",
    ),
)
def complete(evidence: ServedChain) -> Judgement:
    """Some browsers repair a chain with missing or disordered certificates; mobile apps and other servers do not. What
    works at the desk then fails in the hospital, and the quick fix there is to switch verification off."""
    steps, sent = evidence.path.steps, len(evidence.certificates)
    if len(steps) == 1 == evidence.sent and not evidence.path.anchor and not evidence.leaf.self_signed:
        return failed(
            "only the server's own certificate was sent; the certificate of its issuer {top} is missing",
            "เซิร์ฟเวอร์ส่งเฉพาะใบรับรองของตนเอง ขาดใบรับรองของผู้ออก {top}",
            top=evidence.path.top,
        )
    if steps != tuple(range(len(steps))):
        return failed(
            "the certificates are out of order: the chain reads them as {steps}",
            "ใบรับรองเรียงลำดับไม่ถูกต้อง: ต้องอ่านสลับเป็นลำดับ {steps}",
            steps=", ".join(str(s + 1) for s in steps),
        )
    strays = [
        c.subject for at, c in enumerate(evidence.certificates) if at not in steps and not _root(evidence, at)
    ]
    if strays or evidence.sent > sent:
        return failed(
            "{sent} certificates were sent, of which the chain uses {used}; not part of it: {strays}",
            "เซิร์ฟเวอร์ส่งใบรับรอง {sent} ใบ แต่สายใบรับรองใช้ {used} ใบ ใบที่ไม่เกี่ยวข้อง: {strays}",
            sent=evidence.sent,
            used=len(steps),
            strays="; ".join(strays[:3]) or "…",
        )
    return passed(
        "{used} certificates were sent in order", "ส่งใบรับรอง {used} ใบ เรียงลำดับถูกต้อง", used=evidence.sent
    )


def _root(evidence: ServedChain, at: int) -> bool:
    """A self-signed root sent last is superfluous and harmless (RFC 8446 §4.4.2: it MAY be omitted)."""
    last = len(evidence.certificates) - 1
    return at == last and evidence.certificates[at].self_signed and all(evidence.links[-1:])
