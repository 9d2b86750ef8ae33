"""The wrong name, no TLS, no certificate: TLS-26, TLS-28, TLS-29."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .access_evidence import Presented, Shown, TlsClientAuth, TlsNames

#: Second-level domains under .th where anyone of a kind may register (THNIC): sharing one is no kinship.
_SHARED = frozenset(("ac.th", "co.th", "go.th", "in.th", "mi.th", "net.th", "or.th"))
_PLACEHOLDERS = ("localhost", ".local", ".localdomain", ".invalid", ".example", ".internal")


def _foreign(name: str, host: str) -> bool:
    """Whether a certificate's name belongs to someone other than the owner of `host`."""
    name, host = name.lower().removeprefix("*."), host.lower()
    if "." not in name or name.endswith(_PLACEHOLDERS):
        return False
    parent = host.partition(".")[2]
    family = parent if "." in parent and parent not in _SHARED else host
    return name != family and not name.endswith("." + family) and not family.endswith("." + name)


@check(
    "TLS-26",
    title="A client with a wrong name or none is not shown another tenant's certificate",
    severity="medium",
    verifies=("RFC 9325 §3.7", "RFC 6066 §3"),
    absence=True,
    remedy="Refuse unknown names, or give a default server a certificate that names nobody else.",
    example="""
    # nginx
    server { listen 443 ssl default_server; ssl_reject_handshake on; }
    """,
    thai=Thai(
        title="ผู้ที่ส่งชื่อผิดหรือไม่ส่งชื่อไม่ได้รับใบรับรองของหน่วยงานอื่น",
        why="ใบรับรองของผู้อื่นเผยให้รู้ว่าใครใช้เซิร์ฟเวอร์เดียวกัน และเปิดทางให้ส่งคำขอข้ามไปยังบริการของผู้อื่น",
        remedy="ปฏิเสธชื่อที่ไม่รู้จัก หรือให้เซิร์ฟเวอร์ตั้งต้นใช้ใบรับรองที่ไม่มีชื่อของผู้อื่น",
    ),
)
def no_other_tenant(names: TlsNames) -> Judgement:
    """Another's certificate tells who else is served by the machine, and opens the way to requests that cross
    over into another's service."""
    for shown in names.shown:
        strangers = [n for n in shown.names if _foreign(n, names.host)]
        if shown.outcome == "other" and strangers:
            found = failed(
                "asked with {asked}, the server shows a certificate of {name}",
                "เมื่อขอด้วย {asked} เซิร์ฟเวอร์แสดงใบรับรองของ {name}",
                asked=shown.asked, name=strangers[0],
            )  # fmt: skip
            return replace(found, facts=(("names", ", ".join(shown.names)),))
    unknown = [s for s in names.shown if s.outcome == "unknown"]
    if unknown or not names.shown or not names.control:
        return inconclusive(
            "asked with {asked}: {how}", "เมื่อขอด้วย {asked}: {how}",
            asked=unknown[0].asked if unknown else "its own name",
            how=unknown[0].how if unknown else "no certificate was shown",
        )  # fmt: skip
    good = passed("{what}", "{what}", what="; ".join(f"{s.asked}: {_said(s)}" for s in names.shown))
    return replace(good, assertions=len(names.shown), control=names.control)


def _said(shown: Shown) -> str:
    return f"{shown.how} {', '.join(shown.names[:3])}".strip()


@check(
    "TLS-28",
    title="Where mutual TLS is claimed, clients without a trusted certificate are refused",
    severity="high",
    verifies=("ASVS 5.0.0-12.1.3", "RFC 8705 §2", "RFC 8446 §4.4.2.4"),
    absence=True,
    remedy="Require a client certificate and trust only the authority that issues them.",
    example="""
    # nginx
    ssl_client_certificate /etc/nginx/clients-ca.pem;
    ssl_verify_client on;
    # Apache
    SSLCACertificateFile /etc/apache2/clients-ca.pem
    SSLVerifyClient require
    """,
    thai=Thai(
        title="เมื่อระบุว่าใช้ mutual TLS ผู้ที่ไม่มีใบรับรองที่เชื่อถือได้ต้องถูกปฏิเสธ",
        why="หากใบรับรองฝั่งผู้ใช้เป็นเพียงทางเลือก ระบบที่เชื่อว่าคุ้มครองด้วย mutual TLS ก็เปิดให้ทุกคน",
        remedy="บังคับให้ใช้ใบรับรองฝั่งผู้ใช้ และเชื่อถือเฉพาะหน่วยงานที่ออกใบรับรองนั้น",
    ),
)
def client_certificates(auth: TlsClientAuth) -> Judgement:
    """Where client certificates are only asked for and not required, an interface believed to be guarded by
    mutual TLS stands open to everyone."""
    if not auth.claimed:
        return not_applicable(
            "rule: applies where the target file claims mtls; fact: it does not",
            "เงื่อนไข: ใช้เมื่อไฟล์เป้าหมายระบุ mtls; ข้อเท็จจริง: ไม่ได้ระบุ",
        )
    for attempt in auth.attempts:
        if attempt.outcome == "accepted":
            return failed(
                "a client with certificate “{certificate}” is served: {how}",
                "ผู้ใช้ที่แสดงใบรับรองแบบ “{certificate}” ได้รับบริการ: {how}",
                certificate=attempt.certificate, how=attempt.how,
            )  # fmt: skip
    unsure = [a for a in auth.attempts if not _refused(a, auth.asks)]
    if unsure or not auth.attempts or not auth.control:
        return inconclusive(
            "certificate “{certificate}”: {how}, which does not show why",
            "ใบรับรองแบบ “{certificate}”: {how} ซึ่งไม่แสดงสาเหตุ",
            certificate=unsure[0].certificate if unsure else "none",
            how=unsure[0].how if unsure else "not presented",
        )  # fmt: skip
    good = passed(
        "all {count} clients without a trusted certificate were refused",
        "ผู้ใช้ที่ไม่มีใบรับรองที่เชื่อถือได้ทั้ง {count} แบบถูกปฏิเสธ",
        count=len(auth.attempts),
    )
    facts = tuple((a.certificate, a.how) for a in auth.attempts)
    return replace(good, assertions=len(auth.attempts), control=auth.control, facts=facts)


def _refused(attempt: Presented, asks: bool | None) -> bool:
    """A refusal over HTTP counts only where the server asked for a certificate: a 403 may have other reasons."""
    return attempt.outcome == "refused_tls" or (attempt.outcome == "refused_http" and asks is True)


@check(
    "TLS-29",
    title="HTTP without TLS on the TLS port is refused",
    severity="low",
    verifies=("ASVS 5.0.0-12.2.1", "RFC 9110 §4.2.2"),
    remedy="Serve TLS only on this port; send clear HTTP on port 80 to https with a redirect.",
    example="""
    # nginx refuses it with status 400 as soon as the port is declared with ssl
    listen 443 ssl;
    """,
    thai=Thai(
        title="ปฏิเสธ HTTP ที่ไม่เข้ารหัสบนพอร์ต TLS",
        why="หากพอร์ตเดียวกันตอบเนื้อหาโดยไม่เข้ารหัส การตั้งค่าผิดเพียงจุดเดียวก็ทำให้ข้อมูลสุขภาพวิ่งบนเครือข่ายแบบเปิดเผยโดยไม่มีใครสังเกต",
        remedy="ให้พอร์ตนี้รับเฉพาะ TLS และเปลี่ยนเส้นทาง HTTP ที่พอร์ต 80 ไปยัง https",
    ),
)
def clear_text_refused(names: TlsNames) -> Judgement:
    """A port that answers in clear text as well lets one wrong setting of a client send health data through the
    network in the open, and nobody notices."""
    if names.plain == "content":
        return failed(
            "clear HTTP is answered with content: {how}",
            "ตอบเนื้อหาผ่าน HTTP ที่ไม่เข้ารหัส: {how}",
            how=names.plain_how,
        )
    if names.plain in ("error", "refused", "redirect"):
        return passed(
            "clear HTTP is not served: {how}", "ไม่ให้บริการผ่าน HTTP ที่ไม่เข้ารหัส: {how}", how=names.plain_how
        )
    return inconclusive(
        "the answer to clear HTTP does not decide: {how}",
        "คำตอบต่อ HTTP ที่ไม่เข้ารหัสยังตัดสินไม่ได้: {how}",
        how=names.plain_how,
    )
