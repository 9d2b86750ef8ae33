"""Referrer-Policy: how much of the page's address other sites get to see."""

from harness.evidence import Exchange
from harness.model import Judgement, Text
from harness.registry import Thai, check

from .fields import split_list
from .markup import read
from .pages_evidence import SitePages
from .responses import clip, survey_documents

KNOWN = frozenset(
    {"no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin"}
    | {"origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"}
)
#: Names that a <meta name=referrer> still understands (HTML §4.2.5.1).
_LEGACY = {
    "never": "no-referrer",
    "default": "strict-origin-when-cross-origin",
    "always": "unsafe-url",
    "origin-when-crossorigin": "origin-when-cross-origin",
}
SAFE = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")


def effective(exchange: Exchange) -> str:
    """The policy the page ends up with ("" when it sets none).

    Referrer Policy §8.1: of all values in the header the last that is known; then each valid
    <meta name=referrer> replaces it in turn.
    """
    policy = ""
    for token in split_list(exchange.values("referrer-policy")):
        policy = token.lower() if token.lower() in KNOWN else policy
    for content in read(exchange).names.get("referrer", ()):
        word = content.strip().lower()
        word = _LEGACY.get(word, word)
        policy = word if word in KNOWN else policy
    return policy


def _leaky(exchange: Exchange, safe: tuple[str, ...]) -> Text | None:
    policy = effective(exchange)
    if policy in safe:
        return None
    if policy:
        return Text(f"the policy in effect is `{policy}`", f"นโยบายที่มีผลคือ `{policy}`")
    if values := exchange.values("referrer-policy"):
        shown = clip(", ".join(values), 60)
        return Text(
            f"no known value in Referrer-Policy `{shown}`", f"ไม่มีค่าที่เบราว์เซอร์รู้จักใน Referrer-Policy `{shown}`"
        )
    return Text("no Referrer-Policy", "ไม่มี Referrer-Policy")


@check(
    "HTTP-11",
    title="Addresses of pages are not passed on to other sites",
    severity="low",
    verifies=("W3C Referrer Policy §8.1", "ASVS 5.0.0-3.4.5"),
    remedy="Send `Referrer-Policy: no-referrer`, or `strict-origin-when-cross-origin` where partners need the origin.",
    example="""
        # nginx
        add_header Referrer-Policy "strict-origin-when-cross-origin" always;
    """,
    thai=Thai(
        title="ที่อยู่ของหน้าเว็บไม่ถูกส่งต่อให้เว็บไซต์อื่น",
        why="เมื่อผู้ใช้กดลิงก์ไปเว็บอื่น หรือหน้าเว็บโหลดรูปจากที่อื่น เบราว์เซอร์อาจส่งที่อยู่เต็มของหน้าไปด้วย "
        "ซึ่งอาจมีเลขที่นัดหมาย รหัสผู้ป่วย หรือโทเคน เบราว์เซอร์ใช้ค่าสุดท้ายที่รู้จักในหัวนี้",
        remedy="ส่ง `Referrer-Policy: no-referrer` หรือ `strict-origin-when-cross-origin` หากคู่ค้าจำเป็นต้องทราบต้นทาง",
    ),
)
def referrer_kept(pages: SitePages, *, safe: tuple[str, ...] = SAFE) -> Judgement:
    """An address can name a patient.

    Following a link, or loading a picture from elsewhere, a browser may hand over the full address of the
    page, with appointment numbers or tokens in it. The last known value of the header counts, then any
    <meta name=referrer>. Browsers default to a safe policy today; ASVS asks to set one all the same, for
    those that do not. Judged on every page a browser renders.
    """
    return survey_documents(
        pages,
        lambda e: _leaky(e, safe),
        Text("{count} pages, each with a safe policy", "ตรวจ {count} หน้า ทุกหน้ามีนโยบายที่ปลอดภัย"),
    )
