"""Error responses: as protected as the pages, and never kept by a cache."""

from harness.evidence import Exchange
from harness.model import Judgement, Text
from harness.registry import Thai, check

from .csp_policy import FETCH, enforced
from .fields import cache_directives, is_html
from .framing import framable
from .pages_evidence import SitePages
from .referrer import SAFE, effective
from .responses import documents, labelled, survey, undecided, unusable

#: Statuses a cache may keep on its own judgement when nothing is said (RFC 9110 §15.1).
_HEURISTIC = (404, 405, 410, 414, 501)


def storable(exchange: Exchange) -> bool:
    """Whether a cache may keep this error for later requests (RFC 9111 §3): unless told no, or nothing says yes."""
    said = cache_directives(exchange)
    if "no-store" in said:
        return False
    explicit = "public" in said or any(_seconds(said.get(name)) for name in ("max-age", "s-maxage"))
    lasting = (
        "max-age" not in said
        and bool(exchange.values("expires"))
        and exchange.value("expires") not in ("0", "-1")
    )
    guess = exchange.status in _HEURISTIC and "max-age" not in said and "no-cache" not in said
    return explicit or lasting or guess


def _seconds(value: str | None) -> int:
    return int(value[:12]) if value and value.isdigit() else 0


def _promised(pages: SitePages) -> tuple[bool, bool, bool]:
    """What the pages themselves have: an enforced policy, framing denied, a safe referrer policy."""
    good = [e for e in documents(pages) if not unusable(e)]
    return (
        any(any(FETCH & p.directives.keys() for p in enforced(e)) for e in good),
        any(framable(e) is None for e in good),
        any(effective(e) in SAFE for e in good),
    )


def _poorer(exchange: Exchange, promised: tuple[bool, bool, bool]) -> Text | None:
    if storable(exchange):
        return Text("the error may be cached (no no-store)", "หน้าข้อผิดพลาดอาจถูกแคชไว้ (ไม่มี no-store)")
    if not is_html(exchange):
        return None
    policy, frame, referrer = promised
    lost = [
        name
        for name, gone in (
            (
                "Content-Security-Policy",
                policy and not any(FETCH & p.directives.keys() for p in enforced(exchange)),
            ),
            ("frame-ancestors / X-Frame-Options", frame and framable(exchange) is not None),
            ("Referrer-Policy", referrer and effective(exchange) not in SAFE),
        )
        if gone
    ]
    names = ", ".join(lost)
    return Text(f"the error page lacks {names}", f"หน้าข้อผิดพลาดไม่มี {names}") if lost else None


@check(
    "WEB-13",
    title="Error responses keep the protection of the pages and are not cached",
    severity="low",
    verifies=("ASVS 5.0.0-3.4.3", "ASVS 5.0.0-3.4.6", "RFC 9111 §3", "RFC 9110 §15.1"),
    remedy="Add the security headers where every response passes (in nginx with `always`) and send "
    "`Cache-Control: no-store` with errors.",
    example="""
        # nginx: `always`, or errors go without
        add_header Content-Security-Policy "default-src 'none'; frame-ancestors 'none'" always;
        add_header Cache-Control "no-store" always;
    """,
    thai=Thai(
        title="หน้าข้อผิดพลาดได้รับการคุ้มครองเท่าหน้าเว็บ และไม่ถูกแคช",
        why="หน้าข้อผิดพลาดมักแสดงข้อความที่ผู้เรียกส่งมา จึงเป็นจุดที่สคริปต์แทรกเข้ามาได้ง่าย แต่เว็บเซิร์ฟเวอร์จำนวนมาก "
        "ไม่ใส่หัวความปลอดภัยกับหน้าเหล่านี้ และแคชอาจเก็บข้อผิดพลาดของผู้ใช้คนหนึ่งไปแสดงแก่คนอื่น",
        remedy="ใส่หัวความปลอดภัยในชั้นที่ทุกคำตอบผ่าน (nginx ใช้ `always`) และส่ง `Cache-Control: no-store` กับหน้าข้อผิดพลาด",
    ),
)
def errors_protected(pages: SitePages) -> Judgement:
    """Errors are where attackers look first.

    An error page often shows what the caller sent, so script slips in easily, and many servers leave their
    security headers off such pages. A cache that keeps an error shows it to others. What the documents have
    (enforced policy, framing denied, referrer policy) the HTML error pages must have as well; HSTS and nosniff
    have their own checks on every response. No error, of page or API, may be storable: no-store, or a status
    and headers that RFC 9111 lets no cache keep.
    """
    errors = [e for e in labelled(pages, "error", "api-error") if unusable(e) or (e.status or 0) >= 400]
    if not errors:
        found = labelled(pages, "error", "api-error")
        return undecided(
            Text(
                "no path that does not exist was answered with an error", "ไม่มีเส้นทางที่ไม่มีอยู่จริงใดตอบเป็นข้อผิดพลาด"
            ),
            found,
        )
    promised = _promised(pages)
    return survey(
        pages,
        errors,
        lambda e: _poorer(e, promised),
        Text(
            "{count} error responses, protected and not cached",
            "ตรวจ {count} หน้าข้อผิดพลาด ได้รับการคุ้มครองและไม่ถูกแคช",
        ),
    )
