"""Defects of signing in, of passwords and of sessions."""

from msgspec.structs import replace

from harness.demo.behaviour import HOSTS, Answer
from harness.demo.messages import Request, Response
from harness.demo.rules import good_password
from harness.demo.switch import Defect, listed, setting


def login_in_clear(request: Request, answer: Answer) -> Response:
    """Serve the sign-in page over plain HTTP as well."""
    if request.scheme == "http" and request.host == HOSTS["portal"] and request.path == "/login":
        return answer(replace(request, scheme="https"))
    return answer(request)


def by_forwarded_address(request: Request, name: str) -> str:
    """Count the failures of an account for each address that the client claims to have."""
    return f"{request.value('x-forwarded-for')} {name}"


def _forwarded(request: Request) -> str:
    return f"https://{request.value('x-forwarded-host') or HOSTS['portal']}"


DEFECTS: tuple[Defect, ...] = (
    Defect(
        "login-in-clear",
        ("ATN-01",),
        "The sign-in page is served over plain HTTP too",
        "http",
        listed("layers", login_in_clear),
    ),
    Defect(
        "default-account",
        ("ATN-02",),
        "The account that came with the software still opens with its first password",
        "pages",
        listed("rules.delivered", ("admin", "admin")),
    ),
    Defect(
        "lockout-late",
        ("ATN-03",),
        "An account is locked after ten failures instead of five",
        "pages",
        setting("rules.failures", 10),
    ),
    Defect(
        "lockout-by-address",
        ("ATN-04",),
        "Failures are counted for the address that the client claims",
        "pages",
        setting("rules.counted_by", by_forwarded_address),
    ),
    Defect(
        "unknown-name-told",
        ("ATN-05",),
        "The sign-in page says that there is no such account",
        "pages",
        setting("rules.wrong", lambda known: "รหัสผ่านไม่ถูกต้อง" if known else "ไม่มีบัญชีนี้ในระบบ"),
    ),
    Defect(
        "password-truncated",
        ("ATN-06",),
        "Only the first forty characters of a password count",
        "pages",
        setting("rules.kept", lambda password: password[:40]),
    ),
    Defect(
        "session-kept",
        ("ATN-07",),
        "The session from before the sign-in is signed in as well",
        "cookies",
        setting("rules.keeps_session", True),
    ),
    Defect(
        "logout-at-browser-only",
        ("ATN-08",),
        "Signing out leaves the session alive at the server",
        "pages",
        setting("rules.forgets_at_server", False),
    ),
    Defect(
        "session-idles-long",
        ("ATN-09",),
        "A session may idle for an hour",
        "pages",
        setting("rules.idle_seconds", 3600),
    ),
    Defect(
        "change-keeps-others",
        ("ATN-10",),
        "Another password leaves the sessions of others alive",
        "pages",
        setting("rules.ends_others", False),
    ),
    Defect(
        "reset-tells",
        ("ATN-11",),
        "The page for forgotten passwords says whether the account exists",
        "pages",
        setting("rules.sent", lambda known: "ส่งอีเมลแล้ว" if known else "ไม่พบบัญชีนี้"),
    ),
    Defect(
        "reset-link-kept",
        ("ATN-16",),
        "A link to a new password works until its time is over, however often it was used",
        "pages",
        setting("rules.reset_once", False),
    ),
    Defect(
        "reset-link-led-astray",
        ("ATN-17",),
        "The link to a new password leads to the host that a forwarding header names",
        "pages",
        setting("rules.reset_origin", _forwarded),
    ),
    Defect(
        "second-factor-skipped",
        ("ATN-12",),
        "The staff are asked for a code, but the password alone opens their page",
        "pages",
        setting("rules.half_opens", True),
    ),
    Defect(
        "login-cookie-readable",
        ("ATN-13",),
        "Scripts can read the cookie of those who signed in",
        "cookies",
        setting("signed.attributes", "Path=/; Secure; SameSite=Lax"),
    ),
    Defect(
        "password-rule-short",
        ("ATN-21",),
        "Passwords of eight characters are taken",
        "pages",
        setting("rules.password_ok", lambda password: good_password(password, 8)),
    ),
    Defect(
        "code-reused",
        ("ATN-14",),
        "A one-time code of the staff signs in twice",
        "pages",
        setting("rules.code_once", False),
    ),
    Defect(
        "acts-unconfirmed",
        ("ATN-15",),
        "Whoever is signed in exports data without giving the password again",
        "pages",
        setting("rules.confirms", False),
    ),
    Defect(
        "critical-by-password",
        ("ATN-26",),
        "The patients' page is the sign-in of a critical system as well, and asks for a password alone",
        "pages",
        listed("rules.portal_users", "critical"),
    ),
    Defect(
        "administrator-by-password",
        ("IAL-05",),
        "The administrator is not asked for a code",
        "pages",
        setting("rules.uncoded", frozenset({"admin-h"})),
    ),
    Defect(
        "password-history-none",
        ("ATN-22",),
        "Former passwords may be chosen again",
        "pages",
        setting("rules.remembered", 0),
    ),
    Defect(
        "lock-tells-right",
        ("ATN-23",),
        "A locked account shows the lock to whoever has the right password only",
        "pages",
        setting("rules.lock_hidden", True),
    ),
    Defect(
        "built-in-name-told",
        ("ATN-25",),
        "The sign-in says of admin, root and administrator that they are closed",
        "pages",
        setting("rules.barred", frozenset({"admin", "root", "administrator"})),
    ),
)
