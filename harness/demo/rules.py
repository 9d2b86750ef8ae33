"""The rules of signing in, with their conforming values; a defect changes one of them."""

import re
import unicodedata
from collections.abc import Callable

from msgspec import Struct, field

from harness.demo.hosts import HOSTS
from harness.demo.messages import Request

#: Least length and the four classes: COC-05. The words: what people choose and attackers try first.
LEAST_LENGTH = 10
#: A link to a new password ends soon (seconds); here so soon that its end can be awaited in every audit.
RESET_SECONDS = 6
_CLASSES = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")
_WORDS = (
    "password",
    "passwd",
    "qwerty",
    "admin",
    "welcome",
    "letmein",
    "hospital",
    "iloveyou",
    "12345",
    "abc",
)
_LEET = str.maketrans("@4301!$57", "aaeoiisst")


def canonical(name: str) -> str:
    """The one form of a user name: whoever writes it in capitals or with blanks means the same account."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def good_password(password: str, least: int = LEAST_LENGTH) -> bool:
    """Long enough, of all four classes, and not built on a word of the list, written plainly or in leet."""
    plain, leet = password.lower(), password.lower().translate(_LEET)
    return (
        least <= len(password) <= 256
        and all(re.search(one, password) for one in _CLASSES)
        and not any(word in plain or word in leet for word in _WORDS)
    )


def by_account(request: Request, name: str) -> str:
    """Failures are counted for the account, whoever asks and from wherever."""
    return name


class Rules(Struct):
    """How people sign in. Seconds of sessions are also what the target file declares."""

    failures: int = 5
    lock_seconds: float = 900
    idle_seconds: int = 900
    absolute_seconds: int = 28_800
    counted_by: Callable[[Request, str], str] = by_account
    password_ok: Callable[[str], bool] = good_password
    #: What of a password counts; conforming: all of it.
    kept: Callable[[str], str] = lambda password: password
    #: The same words whether the account exists or not.
    wrong: Callable[[bool], str] = lambda known: "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง · The name or the password is wrong"
    sent: Callable[[bool], str] = lambda known: (
        "หากมีบัญชีนี้ ระบบได้ส่งวิธีตั้งรหัสผ่านใหม่ไปทางอีเมลแล้ว · If the account exists, a mail is on its way"
    )
    #: A link to a new password lives so many seconds, as declared; it is used up; and it leads here, whoever asks.
    reset_lives: float = RESET_SECONDS
    reset_once: bool = True
    reset_origin: Callable[[Request], str] = lambda request: f"https://{HOSTS['portal']}"
    keeps_session: bool = False
    forgets_at_server: bool = True
    ends_others: bool = True
    #: How many passwords before the present one may not be taken again.
    remembered: int = 5
    #: Whose sign-in the portal's is, as the target file says.
    portal_users: list[str] = field(default_factory=lambda: ["patients"])
    #: Names that are told to be closed; conforming: none, a closed account is answered like any other.
    barred: frozenset[str] = frozenset()
    #: Whether a lock shows only to whoever has the right password.
    lock_hidden: bool = False
    #: Seconds of a time step of the staff's codes; short, so that a test need not wait for the next code.
    code_seconds: int = 1
    code_once: bool = True
    #: Whether half a session opens the staff's home page; whom no code is asked from.
    half_opens: bool = False
    uncoded: frozenset[str] = frozenset()
    #: Whether acts of high risk ask for the password again.
    confirms: bool = True
    #: Accounts that came with the software.
    delivered: list[tuple[str, str]] = field(default_factory=list)

    def wrong_for(self, name: str, known: bool) -> str:
        """What a wrong name or password is answered."""
        return (
            "บัญชีนี้ถูกปิดใช้งาน · This account is closed" if canonical(name) in self.barred else self.wrong(known)
        )
