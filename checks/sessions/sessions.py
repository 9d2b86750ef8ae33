"""Sessions begin anew at the sign-in and end at the logout and at a change of password."""

from harness.experiment import refused, unusable
from harness.model import Judgement
from harness.registry import Thai, check

from .evidence import LoginSessions, SpareAccount
from .judging import receipt, unchangeable


@check(
    "ATN-07",
    title="The session has a new identifier after the sign-in",
    severity="high",
    verifies=("ASVS 5.0.0-7.2.4", "WSTG v4.2 SESS-03", "CWE-384"),
    remedy="Make a new session at every sign-in and forget the old one; accept only identifiers that the server gave out.",
    example="""
    # PHP
    session_regenerate_id(true);
    # Java Servlet
    request.changeSessionId();
    """,
    thai=Thai(
        title="รหัสเซสชันเปลี่ยนใหม่หลังเข้าสู่ระบบ",
        why="ผู้โจมตีที่วางรหัสเซสชันไว้ในเบราว์เซอร์ของผู้ใช้ก่อน เช่น ที่เครื่องใช้ร่วมกันในหอผู้ป่วย "
        "จะใช้เซสชันเดียวกันนั้นในนามของผู้ใช้ได้ทันทีที่ผู้ใช้เข้าสู่ระบบ",
        remedy="สร้างเซสชันใหม่ทุกครั้งที่เข้าสู่ระบบและลบเซสชันเดิม และรับเฉพาะรหัสที่เซิร์ฟเวอร์ออกให้",
    ),
)
def new_identifier_at_sign_in(found: LoginSessions) -> Judgement:
    """Whoever knew the identifier before must not be signed in after.

    An attacker may have left an identifier in the victim's browser, on a shared computer or through another host of
    the domain. The cookies from before a sign-in, and made-up ones brought along to it, are tried afterwards
    from another browser; the control is that the sign-in itself opened the home page.
    """
    return refused(found.fixation)


@check(
    "ATN-08",
    title="Signing out ends the session at the server",
    severity="high",
    verifies=("ASVS 5.0.0-7.4.1", "WSTG v4.2 SESS-06", "CWE-613"),
    remedy="Delete or revoke the session at the server when the user signs out; clearing the cookie is not enough. "
    "Self-contained tokens need a list of revoked ones or a short life with a revocable refresh.",
    thai=Thai(
        title="การออกจากระบบยุติเซสชันที่เซิร์ฟเวอร์",
        why="หากเซิร์ฟเวอร์ยังรับเซสชันเดิมหลังออกจากระบบ ผู้ที่ได้คุกกี้ไปก่อนหน้า เช่น จากเครื่องที่ใช้ร่วมกันหรือบันทึกของพร็อกซี "
        "ยังเข้าถึงข้อมูลสุขภาพต่อไปได้ ทั้งที่ผู้ใช้เชื่อว่าปิดแล้ว",
        remedy="ลบหรือเพิกถอนเซสชันที่เซิร์ฟเวอร์เมื่อผู้ใช้ออกจากระบบ การล้างคุกกี้อย่างเดียวไม่พอ "
        "โทเคนที่ตรวจได้ในตัวต้องมีรายการเพิกถอนหรือมีอายุสั้น",
    ),
)
def logout_ends_session(found: LoginSessions) -> Judgement:
    """The user believes the door is shut.

    A cookie copied before, from a shared computer or a log, must open nothing once its owner has signed out. The
    cookies are copied, the logout is asked for as the home page offers it, and the copy is tried. The controls are
    the same cookies just before, and that the logout was carried out.
    """
    # An old cookie that still works after a logout that was refused is no fault: there was no logout.
    return unusable(found.logout) or refused(found.logout)


@check(
    "ATN-10",
    title="Another password ends the other sessions",
    severity="medium",
    verifies=("ASVS 5.0.0-7.4.3", "CWE-613"),
    remedy="End every other session of the account, and revoke its refresh tokens, when the password is changed or reset.",
    thai=Thai(
        title="การเปลี่ยนรหัสผ่านยุติเซสชันอื่นของบัญชี",
        why="ผู้ใช้เปลี่ยนรหัสผ่านเพราะสงสัยว่ามีผู้อื่นเข้าใช้บัญชี หากเซสชันของผู้นั้นยังใช้ได้ การเปลี่ยนรหัสผ่านย่อมไม่ช่วยอะไร",
        remedy="เมื่อเปลี่ยนหรือตั้งรหัสผ่านใหม่ ให้ยุติเซสชันอื่นทั้งหมดของบัญชีและเพิกถอนโทเคนต่ออายุ",
    ),
)
def change_ends_others(spare: SpareAccount) -> Judgement:
    """People change a password because somebody else may have it.

    Then that somebody's session must end too. A second session of the spare account is opened, the password is
    changed in the first, and the second is tried. The standard lets the platform ask the user whether to end
    them; where it asks, a person reads this result beside that question.
    """
    stop = unchangeable(spare)
    if stop is not None:
        return stop
    return receipt(refused(spare.others), spare.restored)
