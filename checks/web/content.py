"""What a response says its content is: nosniff, and a Content-Type that is there, right, and names its charset."""

import json

from harness.evidence import Exchange
from harness.model import Judgement, Text
from harness.registry import Thai, check

from .fields import media, split_list
from .pages_evidence import SitePages
from .responses import HTTPS_ROLES, clip, labelled, lacking, survey, undecided


def nosniff(exchange: Exchange) -> bool:
    """Fetch, "determine nosniff": the first of all comma-separated values, without case."""
    values = split_list(exchange.values("x-content-type-options"))
    return bool(values) and values[0].lower() == "nosniff"


def _sniffable(exchange: Exchange) -> Text | None:
    if nosniff(exchange):
        return None
    if values := exchange.values("x-content-type-options"):
        shown = clip(", ".join(values), 60)
        return Text(
            f"browsers read X-Content-Type-Options `{shown}` as absent",
            f"เบราว์เซอร์ถือว่า X-Content-Type-Options `{shown}` ไม่มีผล",
        )
    return Text("no X-Content-Type-Options: nosniff", "ไม่มี X-Content-Type-Options: nosniff")


@check(
    "HTTP-09",
    title="Every response forbids content sniffing",
    severity="low",
    verifies=("Fetch Standard §3.6", "ASVS 5.0.0-3.4.4"),
    remedy="Send `X-Content-Type-Options: nosniff` on every response, errors, redirects, API and static files included.",
    example="""
        # nginx
        add_header X-Content-Type-Options "nosniff" always;
    """,
    thai=Thai(
        title="ทุกคำตอบห้ามเบราว์เซอร์เดาชนิดของเนื้อหา",
        why="หากเบราว์เซอร์เดาชนิดเอง ไฟล์ที่ผู้ใช้อัปโหลดหรือข้อความจาก API อาจถูกตีความเป็นสคริปต์และทำงานในนามของระบบ "
        "เบราว์เซอร์อ่านเฉพาะค่าแรกเท่านั้น",
        remedy="ส่ง `X-Content-Type-Options: nosniff` ในทุกคำตอบ รวมถึงหน้าข้อผิดพลาด การเปลี่ยนเส้นทาง API และไฟล์คงที่",
    ),
)
def sniffing_forbidden(pages: SitePages) -> Judgement:
    """Keep data from being run as script.

    A browser that guesses the type of a response can take an uploaded file or an API answer for a script and
    run it as part of the platform. nosniff stops that, wherever content is served from, so every HTTPS
    response is judged. Only the first value counts: `foo, nosniff` has no effect.
    """
    if thin := lacking(pages):
        return undecided(thin)
    return survey(
        pages,
        labelled(pages, *HTTPS_ROLES),
        _sniffable,
        Text("{count} responses, each with nosniff", "ตรวจ {count} คำตอบ ทุกคำตอบมี nosniff"),
    )


#: Labels (Encoding Standard §4.2) of UTF-8 and of ASCII-compatible single-byte encodings, windows-874 for Thai.
_SAFE_CHARSETS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-11", "iso8859-11", "iso-8859-15"}
    | {"windows-1252", "windows-874", "tis-620", "dos-874"}
)


def looks_like(body: str) -> str:
    """What a body plainly is: html, json, xml or "" when it is not plain. Leading space and BOM are skipped."""
    text = body.lstrip("\ufeff \t\r\n\x0c")
    start = text[:256].lower()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    if start.startswith("<?xml"):
        return "xml"
    if start.startswith(("{", "[")):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return ""
        return "json"
    return ""


def _family(essence: str) -> str:
    if essence in ("text/html", "application/xhtml+xml"):
        return "html"
    if essence == "application/json" or essence.endswith("+json"):
        return "json"
    if essence in ("text/xml", "application/xml") or essence.endswith("+xml"):
        return "xml"
    return essence


def _mislabelled(exchange: Exchange) -> Text | None:
    if not exchange.size and not exchange.body:
        return None
    kind = media(exchange)
    if kind is None:
        shown = clip(", ".join(exchange.values("content-type")), 60)
        return Text(f"no valid Content-Type (`{shown}`)", f"ไม่มี Content-Type ที่ถูกต้อง (`{shown}`)")
    real, said = looks_like(exchange.body), _family(kind.essence)
    if exchange.complete and real and said != real and not (real == "xml" and said == "html"):
        return Text(
            f"says {clip(kind.essence, 60)}, is {real}", f"ระบุว่า {clip(kind.essence, 60)} แต่เนื้อหาคือ {real}"
        )
    return _charset(kind.essence, kind.charset)


def _charset(essence: str, charset: str | None) -> Text | None:
    if not (essence.startswith("text/") or _family(essence) == "xml" or essence.endswith("+xml")):
        return None
    shown = clip(essence, 60)
    if charset is None:
        return Text(f"{shown} without charset", f"{shown} ไม่ระบุ charset")
    if charset not in _SAFE_CHARSETS:
        return Text(
            f"{shown} with charset `{clip(charset, 40)}`", f"{shown} ใช้ charset `{clip(charset, 40)}`"
        )
    return None


@check(
    "HTTP-10",
    title="Every response with content says what it is, rightly, and in which charset",
    severity="low",
    verifies=("RFC 9110 §8.3", "WHATWG MIME Sniffing §4.4", "Encoding Standard §4.2", "ASVS 5.0.0-4.1.1"),
    remedy="Send a Content-Type that matches the content; add `charset=utf-8` to text and XML types. "
    "JSON needs no charset (RFC 8259 §11).",
    example="""
        # nginx
        charset utf-8;
        charset_types text/html text/css text/plain text/javascript text/xml application/xml image/svg+xml;
    """,
    thai=Thai(
        title="ทุกคำตอบที่มีเนื้อหาระบุชนิดและชุดอักขระถูกต้อง",
        why="เบราว์เซอร์ตัดสินใจจาก Content-Type ว่าจะแสดง ดาวน์โหลด หรือเรียกใช้เนื้อหา "
        "หาก JSON ถูกส่งเป็น HTML ข้อความของผู้ป่วยที่มีแท็กอาจกลายเป็นสคริปต์ และหากไม่ระบุชุดอักขระ "
        "ผู้โจมตีอาจใช้การเข้ารหัสที่แปลกเพื่อหลบตัวกรอง",
        remedy="ส่ง Content-Type ที่ตรงกับเนื้อหา เพิ่ม `charset=utf-8` กับชนิดข้อความและ XML ส่วน JSON ไม่ต้องระบุ (RFC 8259 §11)",
    ),
)
def content_type_right(pages: SitePages) -> Judgement:
    """A wrong label turns data into a page.

    From the Content-Type a browser decides whether to show, download or run what it got. JSON sent as HTML
    makes markup inside a patient's text come alive; text without a charset invites encodings that slip past
    filters. Judged on every HTTPS response with a body; the last valid header line counts (Fetch §2.2.2).
    The content is compared only where its nature is plain (HTML, JSON, XML).
    """
    if thin := lacking(pages):
        return undecided(thin)
    seen = labelled(pages, *HTTPS_ROLES)
    if seen and not any(e.size or e.body for e in seen):
        return undecided(Text("no response had content", "ไม่มีคำตอบใดมีเนื้อหา"), seen)
    return survey(
        pages,
        seen,
        _mislabelled,
        Text("{count} responses, content labelled rightly", "ตรวจ {count} คำตอบ ระบุชนิดเนื้อหาถูกต้อง"),
    )
