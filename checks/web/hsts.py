"""HSTS by RFC 6797: what the header makes a browser remember, and whether it is sent as the standard says."""

import re

from msgspec import Struct

from harness.evidence import Exchange
from harness.model import Judgement, Text, not_applicable
from harness.registry import Thai, check

from .fields import split_outside_quotes, unquote
from .markup import read
from .pages_evidence import SitePages
from .responses import HTTPS_ROLES, clip, documents, labelled, lacking, survey, undecided, unusable

NAME = "strict-transport-security"
#: ASVS 5.0.0-3.4.1: at least one year.
YEAR = 31_536_000
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class Hsts(Struct, frozen=True):
    """A policy a browser accepts: seconds and whether it covers subdomains. `max_age` 0 deletes the policy."""

    max_age: int
    subdomains: bool


def parse(value: str) -> Hsts | str:
    """RFC 6797 §6.1: the policy, or in English why a browser ignores the whole header.

    Names compare without case, values may be quoted, no directive may appear twice, unknown directives
    are skipped, includeSubDomains takes no value, max-age is required and is digits only.
    """
    found: dict[str, str | None] = {}
    for part in split_outside_quotes(value, ";"):
        if not part:
            continue
        name, equals, text = (x.strip(" \t") for x in part.partition("="))
        if not _TOKEN.fullmatch(name) or (equals and unquote(text) is None):
            return "malformed directive"
        if name.lower() in found:
            return "doubled directive"
        found[name.lower()] = unquote(text) if equals else None
    if "max-age" not in found:
        return "no max-age"
    if not re.fullmatch(r"[0-9]+", found["max-age"] or ""):
        return "max-age is not a number"
    if found.get("includesubdomains") is not None:
        return "includeSubDomains has a value"
    return Hsts(int((found["max-age"] or "0")[:18]), "includesubdomains" in found)


_THAI = {
    "malformed directive": "มีคำสั่งผิดรูปแบบ",
    "doubled directive": "มีคำสั่งซ้ำกัน",
    "no max-age": "ไม่มี max-age",
    "max-age is not a number": "max-age ไม่ใช่ตัวเลข",
    "includeSubDomains has a value": "includeSubDomains มีค่ากำกับ",
}


def _ignored(value: str, why: str) -> Text:
    shown = clip(value, 80)
    return Text(
        f"a browser ignores {NAME} `{shown}` ({why})",
        f"เบราว์เซอร์ไม่ยอมรับ {NAME} `{shown}` ({_THAI[why]})",
    )


def _short(exchange: Exchange, at_least: int, subdomains: bool) -> Text | None:
    value = exchange.value(NAME)
    if exchange.url.lower().startswith("http:"):
        return Text(
            "answered over plain HTTP, where browsers ignore HSTS",
            "ตอบผ่าน HTTP ที่ไม่เข้ารหัส ซึ่งเบราว์เซอร์ไม่สนใจ HSTS",
        )
    if value is None:
        return Text("no Strict-Transport-Security header", "ไม่มีหัว Strict-Transport-Security")
    policy = parse(value)
    if isinstance(policy, str):
        return _ignored(value, policy)
    if policy.max_age < at_least:
        return Text(
            f"max-age is {policy.max_age} s, below {at_least} s",
            f"max-age คือ {policy.max_age} วินาที น้อยกว่า {at_least} วินาที",
        )
    if subdomains and not policy.subdomains:
        return Text("includeSubDomains is missing", "ไม่มี includeSubDomains")
    return None


@check(
    "HTTP-03",
    title="Every HTTPS response tells browsers to stay on HTTPS for at least a year, subdomains included",
    severity="medium",
    verifies=("RFC 6797 §6.1.1", "RFC 6797 §8.1", "ASVS 5.0.0-3.4.1"),
    remedy="Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` on every HTTPS response, "
    "error pages, redirects and the API included.",
    example="""
        # nginx: `always` adds the header to error responses too; a location with add_header of its own
        # loses the headers of the server block, so repeat it there
        add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
    """,
    thai=Thai(
        title="ทุกคำตอบผ่าน HTTPS สั่งให้เบราว์เซอร์ใช้ HTTPS อย่างน้อยหนึ่งปี รวมถึงโดเมนย่อย",
        why="ผู้ที่พิมพ์ชื่อเว็บไซต์โดยไม่ใส่ https จะเริ่มต้นด้วย HTTP ที่ไม่เข้ารหัส "
        "ผู้ที่อยู่ในเครือข่ายเดียวกันจึงตอบแทนระบบจริงได้ HSTS ปิดช่องนี้สำหรับผู้ที่เคยเข้าใช้งานแล้ว "
        "จนกว่าจะครบกำหนด max-age เบราว์เซอร์จดจำนโยบายจากทุกคำตอบ ดังนั้นคำตอบใดไม่มีหัวนี้ "
        "ก็เท่ากับเปิดช่องให้ผู้ใช้ที่เข้ามาทางคำตอบนั้นไม่ได้รับการคุ้มครอง",
        remedy="ส่ง `Strict-Transport-Security: max-age=31536000; includeSubDomains` ในทุกคำตอบผ่าน HTTPS "
        "รวมถึงหน้าข้อผิดพลาด การเปลี่ยนเส้นทาง และ API",
    ),
)
def hsts_everywhere(pages: SitePages, *, at_least: int = YEAR, subdomains: bool = True) -> Judgement:
    """Close the gap left by the first request.

    Someone who types the bare address starts on plain HTTP, where anyone on the network can answer for the
    platform. HSTS ends that for returning visitors, until max-age runs out. A browser learns the policy from
    whichever response it sees first, so documents, static files, API answers, errors and redirects are all
    judged, and only the first header of a response counts (RFC 6797 §8.1). Whether the certificate lets a
    browser honour the header at all is judged by the certificate checks.
    """
    if thin := lacking(pages):
        return undecided(thin)
    return survey(
        pages,
        labelled(pages, *HTTPS_ROLES),
        lambda e: _short(e, at_least, subdomains),
        Text(
            f"{{count}} responses, each with max-age of at least {at_least} s",
            f"ตรวจ {{count}} คำตอบ ทุกคำตอบมี max-age อย่างน้อย {at_least} วินาที",
        ),
    )


def _untidy(exchange: Exchange) -> Text | None:
    values = exchange.values(NAME)
    if exchange.url.lower().startswith("http:"):
        over = Text(f"{NAME} is sent over plain HTTP", f"ส่ง {NAME} ผ่าน HTTP ที่ไม่เข้ารหัส")
        return over if values else None
    if len(values) > 1:
        return Text(
            f"{len(values)} {NAME} headers in one response", f"มีหัว {NAME} {len(values)} ชุดในคำตอบเดียว"
        )
    if values and isinstance(why := parse(values[0]), str):
        return _ignored(values[0], why)
    if exchange.label in ("document", "api") and NAME in read(exchange).pragmas:
        return Text(f"{NAME} in a <meta> element", f"มี {NAME} อยู่ในแท็ก <meta>")
    return None


@check(
    "HTTP-04",
    title="HSTS is sent once, well formed, and only where browsers read it",
    severity="low",
    verifies=("RFC 6797 §6.1", "RFC 6797 §7.1", "RFC 6797 §7.2", "RFC 6797 §8.5"),
    remedy="Let exactly one layer (proxy or application) add the header, write it by the grammar of RFC 6797, "
    "and do not send it over plain HTTP or in a <meta> element.",
    example="""
        # nginx in front of an application that sends the header as well: keep one
        proxy_hide_header Strict-Transport-Security;
        add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
    """,
    thai=Thai(
        title="หัว HSTS ถูกส่งเพียงครั้งเดียว ถูกรูปแบบ และเฉพาะในที่ที่เบราว์เซอร์อ่าน",
        why="เบราว์เซอร์อ่านเฉพาะหัวชุดแรก และทิ้งหัวทั้งชุดเมื่อผิดรูปแบบ ไม่สนใจหัวที่มาทาง HTTP หรือในแท็ก <meta> "
        "หัวที่ซ้ำหรือผิดที่จึงทำให้ผู้ดูแลเข้าใจว่าป้องกันแล้วทั้งที่เบราว์เซอร์อาจใช้ค่าอื่นหรือไม่ใช้เลย",
        remedy="ให้มีเพียงชั้นเดียว (พร็อกซีหรือแอปพลิเคชัน) ที่ใส่หัวนี้ เขียนให้ตรงไวยากรณ์ RFC 6797 "
        "และไม่ส่งผ่าน HTTP หรือในแท็ก <meta>",
    ),
)
def hsts_well_formed(pages: SitePages) -> Judgement:
    """Make sure the header does what its author believes.

    A browser processes only the first header, drops it whole when one directive is malformed or doubled, and
    ignores it over plain HTTP and in markup. Two layers that both add it, or a header in the wrong place,
    look safe in a configuration file and are not. Judged on every response, plain HTTP included.
    """
    seen = (
        *labelled(pages, *HTTPS_ROLES),
        *(e for e in labelled(pages, "plain", "plain-api") if not unusable(e)),
    )
    if not any(e.values(NAME) for e in seen) and not any(NAME in read(e).pragmas for e in documents(pages)):
        return _unsent(pages)
    return survey(
        pages,
        seen,
        _untidy,
        Text(
            "{count} responses, no doubled, malformed or misplaced HSTS",
            "ตรวจ {count} คำตอบ ไม่พบ HSTS ที่ซ้ำ ผิดรูปแบบ หรือผิดที่",
        ),
    )


def _unsent(pages: SitePages) -> Judgement:
    seen = labelled(pages, *HTTPS_ROLES)
    if not seen or any(unusable(e) for e in seen):
        return undecided(Text("no response with HSTS could be read", "ไม่มีคำตอบที่อ่านหัว HSTS ได้"), seen)
    return not_applicable(
        "the rule is for HSTS headers; none of {count} responses carries one (HTTP-03 judges that)",
        "ข้อนี้ใช้กับหัว HSTS แต่คำตอบทั้ง {count} รายการไม่มีหัวนี้ (HTTP-03 เป็นผู้ตัดสิน)",
        count=len(seen),
    )
