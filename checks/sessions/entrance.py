"""How people get in: over TLS only, not with delivered accounts, not with half of the proof."""

from msgspec.structs import replace

from harness.experiment import refused
from harness.model import Judgement, failed
from harness.registry import Thai, check

from .evidence import DefaultLogins, HalfSession, SignInTransport


@check(
    "ATN-01",
    title="Sign-in is offered over TLS only",
    severity="high",
    verifies=("ASVS 5.0.0-12.2.1", "WSTG v4.2 ATHN-01", "CWE-319", "CWE-523"),
    remedy="Answer every path of the sign-in over plain HTTP with a redirect to https or a refusal; let the form be "
    "sent to an https address; switch off Basic authentication on port 80.",
    example="""
    # nginx
    server { listen 80; return 308 https://$host$request_uri; }
    """,
    thai=Thai(
        title="การเข้าสู่ระบบเปิดให้ใช้ผ่าน TLS เท่านั้น",
        why="รหัสผ่านที่ส่งผ่าน HTTP ถูกอ่านได้โดยทุกคนที่อยู่ระหว่างทาง เช่น ผู้ใช้ Wi-Fi เดียวกันในโรงพยาบาล "
        "และหน้าเข้าสู่ระบบที่แสดงผ่าน HTTP ถูกแก้ไขให้ส่งรหัสผ่านไปที่อื่นได้",
        remedy="ให้ทุกพาธของการเข้าสู่ระบบบน HTTP เปลี่ยนเส้นทางไปยัง https หรือปฏิเสธ ให้แบบฟอร์มส่งไปยัง https "
        "และปิด Basic authentication ที่พอร์ต 80",
    ),
)
def sign_in_over_tls(found: SignInTransport) -> Judgement:
    """Keep passwords from being read on the way.

    Everyone between, for instance on the same wireless network of a ward, reads what is sent over plain HTTP,
    and can rewrite a sign-in page that is served so. The page, the home page and the form's address are asked
    for over plain HTTP, with a made-up name; the control is the same page over TLS.
    """
    for scheme, en, th in (
        (found.declared, "the sign-in page itself is", "หน้าเข้าสู่ระบบใช้"),
        (found.action, "the form is sent to an address that is", "แบบฟอร์มส่งไปยังที่อยู่ที่ใช้"),
    ):
        if scheme == "http":
            control = found.clear.control
            bad = failed("{en} plain HTTP", "{th} HTTP ที่ไม่เข้ารหัส", en=en, th=th)
            return replace(bad, exchanges=(control.exchange,) if control and control.exchange else ())
    return refused(found.clear)


@check(
    "ATN-02",
    title="Accounts and passwords that software is delivered with do not sign in",
    severity="critical",
    verifies=("ASVS 5.0.0-6.3.2", "WSTG v4.2 ATHN-02", "CWE-1392", "CWE-1393"),
    remedy="Remove delivered accounts, or give each a password of its own at installation; look for them in every "
    "product that the sign-in draws on.",
    thai=Thai(
        title="บัญชีและรหัสผ่านที่มากับซอฟต์แวร์ใช้เข้าสู่ระบบไม่ได้",
        why="รหัสผ่านจากโรงงานเผยแพร่อยู่ในคู่มือและในเครื่องมือโจมตีทุกชุด ผู้บุกรุกลองเป็นอันดับแรก "
        "และบัญชีเหล่านี้มักมีสิทธิ์ผู้ดูแลระบบซึ่งเข้าถึงข้อมูลผู้ป่วยได้ทั้งหมด",
        remedy="ลบบัญชีที่มากับซอฟต์แวร์ หรือตั้งรหัสผ่านเฉพาะของแต่ละแห่งเมื่อติดตั้ง และตรวจผลิตภัณฑ์ทุกตัวที่เกี่ยวข้องกับการเข้าสู่ระบบ",
    ),
)
def delivered_accounts_refused(found: DefaultLogins) -> Judgement:
    """The first thing an intruder tries must not work.

    Delivered passwords stand in manuals and in every attacker's tools, and the accounts are often those of
    administrators. Ten pairs are tried, two for a name at most, so that no account is locked; a pair answered by
    a throttle was not looked at and decides nothing. A pass speaks of these pairs, not of others.
    """
    return refused(found.logins)


@check(
    "ATN-12",
    title="The second factor cannot be skipped",
    severity="high",
    verifies=("ASVS 5.0.0-6.3.3", "WSTG ATHN-11", "CWE-304"),
    remedy="Give a session its rights only after the last factor; check that on every protected path, not only on the "
    "page that asks for the code.",
    thai=Thai(
        title="ข้ามปัจจัยยืนยันตัวตนที่สองไม่ได้",
        why="หากเซสชันใช้งานได้ทันทีที่รหัสผ่านถูกต้อง ผู้ที่ขโมยรหัสผ่านมาเพียงเรียกหน้าภายในโดยตรงก็เข้าถึงข้อมูลได้ "
        "โดยไม่ต้องมีปัจจัยที่สอง ปัจจัยนั้นจึงไม่ป้องกันสิ่งใด",
        remedy="ให้สิทธิ์แก่เซสชันเมื่อผ่านปัจจัยสุดท้ายแล้วเท่านั้น และตรวจเงื่อนไขนี้ในทุกพาธที่มีการป้องกัน ไม่ใช่เฉพาะหน้าที่ขอรหัส",
    ),
)
def second_factor_needed(found: HalfSession) -> Judgement:
    """A stolen password alone must open nothing.

    Where the session has its rights as soon as the password was right, whoever stole it calls the inner pages
    directly and never sees the question for the code. The control is that the password was taken: the sign-in went
    on to another page than it does for a name that nobody has.
    """
    return refused(found.skipped)
