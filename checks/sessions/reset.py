"""A mailed link to a new password works once, ends in time, and leads nowhere else (ATN-16, ATN-17)."""

from msgspec.structs import replace

from harness.experiment import refused, unusable
from harness.model import Judgement, Verdict, failed, needs_review
from harness.registry import Thai, check

from .judging import receipt
from .reset_evidence import ResetLinks


@check(
    "ATN-16",
    title="A mailed link to a new password works once and ends in time",
    severity="high",
    verifies=("ASVS 5.0.0-6.4.3", "WSTG v4.2 ATHN-09", "CWE-640"),
    remedy="Keep a random token with its time and delete it in the transaction that sets the password. Let it end within "
    "half an hour, and declare that as reset_seconds; a test environment may make it shorter.",
    thai=Thai(
        title="ลิงก์ตั้งรหัสผ่านใหม่ทางอีเมลใช้ได้ครั้งเดียวและสิ้นอายุตามเวลา",
        why="อีเมลเก่าค้างอยู่ในกล่องจดหมาย ในเครื่องที่ใช้ร่วมกัน และในสำเนาสำรอง หากลิงก์ยังใช้ได้ ผู้ที่พบภายหลังจะตั้งรหัสผ่านเองและเข้าถึงข้อมูลผู้ป่วยได้",
        remedy="เก็บโทเคนแบบสุ่มพร้อมเวลา และลบในธุรกรรมเดียวกับการตั้งรหัสผ่าน ให้สิ้นอายุภายในครึ่งชั่วโมงและแจ้งเป็น reset_seconds "
        "ในสภาพแวดล้อมทดสอบอาจกำหนดให้สั้นลงได้",
    ),
)
def link_once(found: ResetLinks, *, at_most: int = 3600) -> Judgement:
    """Old mail lies about: in the inbox, on shared computers, in backups.

    The spare account's password is set by a mailed link, which is shown to sign in; then the same link is tried
    again. Where the declared life is a minute at most, another link is left alone for longer and tried. The limit of
    an hour is ours: ASVS asks for a secure process and names no time. A longer declared life is not awaited; then a
    person must look at the platform's settings.
    """
    once = refused(found.once)
    late = refused(found.late) if found.late is not None else None
    if found.declared is not None and found.declared > at_most and once.verdict is not Verdict.FAIL:
        words = ("declared: {n} s, above {most}", "ค่าที่แจ้ง: {n} วินาที เกิน {most}")
        return receipt(failed(*words, n=found.declared, most=at_most), found.restored)
    if late is not None and once.verdict is Verdict.PASS:
        return receipt(replace(late, assertions=late.assertions + once.assertions), found.restored)
    return receipt(_unseen(once, found), found.restored)


def _unseen(once: Judgement, found: ResetLinks) -> Judgement:
    """A used link was refused, but nobody saw an unused one end."""
    if once.verdict is not Verdict.PASS:
        return once
    review = needs_review(
        "a used link was refused; how long an unused one lives was not awaited ({declared})",
        "ลิงก์ที่ใช้แล้วถูกปฏิเสธ แต่ไม่ได้รอดูว่าลิงก์ที่ยังไม่ใช้สิ้นอายุเมื่อใด ({declared_th})",
        declared="not declared" if found.declared is None else f"declared: {found.declared} s",
        declared_th="ไม่ได้แจ้งไว้" if found.declared is None else f"ค่าที่แจ้ง: {found.declared} วินาที",
    )
    return replace(review, exchanges=once.exchanges, assertions=once.assertions, control=once.control)


@check(
    "ATN-17",
    title="A mailed link to a new password leads to the platform's own host, whatever the request says",
    severity="high",
    verifies=("WSTG v4.2 INPV-17", "CWE-640", "CWE-644"),
    remedy="Build links in mails from the configured address of the platform, never from Host or a forwarding header.",
    thai=Thai(
        title="ลิงก์ตั้งรหัสผ่านใหม่ทางอีเมลชี้ไปยังโฮสต์ของแพลตฟอร์มเองเสมอ ไม่ว่าคำขอจะระบุอย่างไร",
        why="ผู้โจมตีขอรหัสผ่านใหม่ในชื่อเหยื่อโดยปลอมชื่อโฮสต์ อีเมลจริงของแพลตฟอร์มจะพาเหยื่อพร้อมโทเคนไปยังเว็บไซต์ของผู้โจมตี",
        remedy="สร้างลิงก์ในอีเมลจากที่อยู่ของแพลตฟอร์มที่กำหนดไว้ในค่าตั้ง ไม่ใช้ Host หรือส่วนหัวการส่งต่อ",
    ),
)
def link_home(found: ResetLinks) -> Judgement:
    """The victim trusts the mail, for it is the platform's own.

    An attacker asks for a new password in the victim's name and names another host in Host or a forwarding header.
    Where links are built from that, the token is the attacker's at one click. The control is the link of an honest
    request; a request that is refused outright is safe too.
    """
    if found.hosts is None:
        return receipt(unusable(found.once) or refused(None), found.restored)
    return receipt(refused(found.hosts), found.restored)
