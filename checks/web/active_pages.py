"""What public pages and their links give away (WEB-20, WEB-21).

The wire has already put placeholders like `[token:1f2e3d4c:32]` in place of secrets; where those stand is the finding.
"""

import html
import ipaddress
import re
from collections.abc import Iterator

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, failed, needs_review, passed
from harness.registry import Thai, check

from .active_baseline import control_of, ids, ordinary, seen, undecided, unserved, unusable
from .active_evidence import PublicPages

_HOLDER = re.compile(r"(?:([\w.~%-]{1,60})=)?\[([a-z_]{2,16}):[0-9a-f]{8}:(\d{1,9})\]")
_LINK = re.compile(
    r"\b(?:href|src|action|formaction|content)\s{0,5}=\s{0,5}(?:\"([^\"]{1,2000})\"|'([^']{1,2000})')"
    r"|(https?://[^\s\"'<>\\]{1,1000})",
    re.I,
)
_CERTAIN = frozenset({"password", "jwt", "bearer", "basic", "cookie", "private_key"})
#: Values that OAuth puts into URLs by design (RFC 6749 §4.1.2), short-lived and bound elsewhere.
_BY_DESIGN = frozenset({"code", "state"})
#: A random 13-digit number passes the check digit one time in ten, and milliseconds since 1970 have 13 digits.
_CLOCKS = frozenset({"_", "t", "ts", "v", "ver", "time", "timestamp", "cb", "r", "rnd", "cache", "d", "date"})


@check(
    "WEB-20",
    title="Addresses carry no secret and no citizen id",
    severity="medium",
    verifies=("ASVS 5.0.0-14.2.1", "CWE-598", "WSTG-SESS-04"),
    remedy="Send tokens in the Authorization header or a cookie, personal numbers in a request body, and use an opaque "
    "reference where an address must name a person.",
    example="""
    # instead of  GET /report?access_token=...&cid=1101700203451
    POST /report/search HTTP/1.1
    Authorization: Bearer ...
    """,
    absence=True,
    thai=Thai(
        title="ที่อยู่เว็บ (URL) ไม่มีค่าลับหรือเลขประจำตัวประชาชน",
        why="URL ถูกเก็บในประวัติเบราว์เซอร์ บันทึกของพร็อกซีและเครื่องแม่ข่าย และส่งต่อไปเว็บไซต์อื่นผ่านส่วนหัว Referer "
        "โทเคนหรือเลขประจำตัวประชาชนใน URL จึงเท่ากับเปิดเผยแล้ว",
        remedy="ส่งโทเคนผ่านส่วนหัว Authorization หรือคุกกี้ ส่งเลขประจำตัวในเนื้อความของคำขอ "
        "และใช้รหัสอ้างอิงที่ไม่มีความหมายเมื่อต้องระบุบุคคลใน URL",
    ),
)
def addresses_are_clean(public: PublicPages) -> Judgement:
    """Check that no link, form target or redirect carries a token, key, password or citizen id.

    Addresses end up in histories, in the logs of every proxy and, by the Referer header, at other sites.
    OAuth's one-time `code` and `state` are not counted.
    """
    if stop := _stopped(public):
        return stop
    links = [(page, link) for page in public.pages for link in _links(page)]
    found = [(page, *hit) for page, link in links for hit in _hits(link, public.host)]
    sure = [one for one in found if one[3]]
    if found:
        chosen = sure or found
        say = failed if sure else needs_review
        return replace(
            say(
                "{what}",
                "พบใน URL: {what}",
                what="; ".join(dict.fromkeys(f"{kind} in {link}" for _, link, kind, _ in chosen[:5])),
            ),
            exchanges=ids(*(page for page, *_ in chosen)),
            assertions=len(links) or 1,
        )
    if stop := unserved(public.pages):
        return stop
    return replace(
        passed(
            "{links} addresses on {pages} pages and redirects, none carries a secret",
            "ตรวจ {links} ที่อยู่จาก {pages} หน้าและการเปลี่ยนเส้นทาง ไม่พบค่าลับ",
            links=len(links),
            pages=len(public.pages),
        ),
        assertions=len(links),
        control=control_of(public.pages[0]),
        exchanges=ids(*public.pages),
    )


def _stopped(public: PublicPages) -> Judgement | None:
    if not public.pages:
        return undecided(["no page was asked"])
    silent = [p for p in public.pages if not p.answered or (p.status or 0) >= 500 or p.status == 429]
    return unusable(public.pages[0]) or (undecided(f"{p.url}: {seen(p)}" for p in silent) if silent else None)


def _links(page: Exchange) -> Iterator[str]:
    """Every address the page gives: its own, its redirect, its links; bounded in length by the pattern."""
    yield page.url
    for name in ("location", "content-location", "link", "refresh"):
        yield from page.values(name)
    for found in _LINK.finditer(page.body):
        link = html.unescape(found[1] or found[2] or found[3])
        if found[3] or not found[0].lower().startswith("content") or "url=" in link.lower():
            yield link


def _hits(link: str, host: str) -> Iterator[tuple[str, str, bool]]:
    """(address, kind, whether that is certain) for every secret in one address."""
    for name, kind, length in _HOLDER.findall(link):
        if kind in _BY_DESIGN:
            continue
        ours = host in link or not re.match(r"[a-z][a-z0-9+.-]{0,20}:|//", link, re.I)
        if kind == "citizen_id":
            certain = bool(name) and name.lower() not in _CLOCKS
        else:
            certain = kind in _CERTAIN or (int(length) >= 12 and (kind == "token" or ours))
        if certain or int(length) >= 12:
            yield link[:160], kind, certain


_PRIVATE = re.compile(
    r"(?<![\d.v])(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}(?![.\d])"
    r"|\bfd[0-9a-f]{2}(?::[0-9a-f]{0,4}){3,7}(?![\w:])",
    re.I,
)
_DRAWING = re.compile(
    r"<(?:path|polygon|polyline)\b[^<>]{0,20000}>|\b(?:d|points|viewBox)=\"[^\"]{0,20000}\"", re.I
)
_IDENTITY = re.compile(r"ประชาชน|บัตร|เลขประจำตัว|citizen|national.?id|id.?card|\bcid\b|\bpid\b|\bnid\b", re.I)
_CITIZEN = re.compile(r"\[citizen_id:[0-9a-f]{8}:\d{1,9}\]")


@check(
    "WEB-21",
    title="Public pages hold no personal data and no internal address",
    severity="medium",
    verifies=("CWE-359", "CWE-497", "WSTG-INFO-05"),
    remedy="Remove personal numbers from public pages, comments, scripts and examples; build pages with public names only, "
    "and let the proxy rewrite or drop headers that name internal machines.",
    example="""
    # nginx: do not pass the back end's own address on
    proxy_redirect http://10.0.0.5:8080/ /;
    proxy_hide_header X-Backend-Server;
    """,
    absence=True,
    thai=Thai(
        title="หน้าเว็บสาธารณะไม่มีข้อมูลส่วนบุคคลและที่อยู่เครือข่ายภายใน",
        why="เลขประจำตัวประชาชนในหน้าเว็บสาธารณะเป็นการละเมิดข้อมูลส่วนบุคคลทันที ส่วนที่อยู่เครือข่ายภายในช่วยให้ผู้โจมตีวางแผนเจาะระบบต่อ",
        remedy="ลบเลขประจำตัวออกจากหน้าเว็บ หมายเหตุในโค้ด สคริปต์ และตัวอย่าง สร้างหน้าเว็บด้วยชื่อสาธารณะเท่านั้น "
        "และให้พร็อกซีเขียนทับหรือตัดส่วนหัวที่ระบุเครื่องภายใน",
    ),
)
def pages_are_clean(public: PublicPages) -> Judgement:
    """Check that nothing a stranger can read holds a citizen id or an address of the internal network.

    A citizen id on a public page is a breach of personal data by itself; internal addresses help to plan the
    next step. A 13-digit number whose check digit fits but which nothing calls an identity is left to a person.
    """
    if stop := _stopped(public):
        return stop
    sure: list[tuple[Exchange, str]] = []
    doubtful: list[tuple[Exchange, str]] = []
    for page in public.pages:
        sure += [(page, f"private address {address}") for address in _addresses(page, public.host)]
        ids_here = sum(
            r.count for r in page.redactions if r.kind == "citizen_id" and r.where in ("body", "response")
        )
        if ids_here:
            (sure if _named(page) else doubtful).append(
                (page, f"{ids_here} citizen id(s) with a valid check digit")
            )
    if sure or doubtful:
        chosen = sure or doubtful
        say = failed if sure else needs_review
        return replace(
            say("{what}", "พบ: {what}", what="; ".join(f"{p.url}: {what}" for p, what in chosen[:5])),
            exchanges=ids(*(p for p, _ in chosen)),
            assertions=len(public.pages) * 2,
        )
    if stop := unserved(public.pages):
        return stop
    return replace(
        passed(
            "{count} public pages looked through: no citizen id, no private address",
            "ตรวจหน้าเว็บสาธารณะ {count} หน้า ไม่พบเลขประจำตัวประชาชนและที่อยู่เครือข่ายภายใน",
            count=len(public.pages),
        ),
        assertions=len(public.pages) * 2,
        control=control_of(next(p for p in public.pages if ordinary(p))),
        exchanges=ids(*public.pages),
    )


def _named(page: Exchange) -> bool:
    """Whether words near a removed number say that it is an identity."""
    body = page.body
    return any(_IDENTITY.search(body[max(0, m.start() - 120) : m.start()]) for m in _CITIZEN.finditer(body))


def _addresses(page: Exchange, host: str) -> list[str]:
    text = _DRAWING.sub(" ", page.body) + "\n" + "\n".join(value for _, value in page.headers)
    own = host.rpartition(":")[0] if ":" in host else host
    found = dict.fromkeys(m[0] for m in _PRIVATE.finditer(text))
    return [address for address in found if address != own and _is_private(address)][:5]


def _is_private(written: str) -> bool:
    try:
        return ipaddress.ip_address(written).is_private
    except ValueError:
        return False
