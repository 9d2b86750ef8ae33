"""The page people sign in at (OAU-17)."""

import re

from msgspec.structs import replace

from harness.evidence import Cause, Exchange
from harness.model import Fault, Judgement, Text, failed, passed
from harness.registry import Thai, check
from harness.wording import cut, joined

from .published_evidence import AuthorizationPage
from .published_reading import ids, listed, said, undecided

_SAFE = frozenset({"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"})
_KNOWN = _SAFE | {"no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "unsafe-url"}
#: Sources of frame-ancestors that are everybody: a star, a bare scheme, a star before a top-level domain.
_BROAD = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?\*(?:\.[a-z]+)?(?::(?:\d+|\*))?|[a-z][a-z0-9+.-]*:", re.IGNORECASE
)


@check(
    "OAU-17",
    title="The sign-in page cannot be framed, passes its address to nobody and loads nothing from strangers",
    severity="medium",
    verifies=("RFC 9700 §4.2.4", "RFC 9700 §4.16", "ASVS 5.0.0-3.4.5", "ASVS 5.0.0-3.4.6", "CWE-1021"),
    remedy="Send `frame-ancestors 'none'` and `Referrer-Policy: no-referrer` with every page of the sign-in, and serve its "
    "scripts, styles, fonts and pictures from the platform itself.",
    example="""
    # nginx, on the provider
    add_header Content-Security-Policy "frame-ancestors 'none'" always;
    add_header Referrer-Policy "no-referrer" always;
    """,
    absence=True,
    thai=Thai(
        title="หน้าเข้าสู่ระบบนำไปแสดงในเฟรมไม่ได้ ไม่ส่งต่อที่อยู่ของหน้า และไม่โหลดสิ่งใดจากบุคคลภายนอก",
        why="เว็บไซต์หลอกลวงอาจซ้อนหน้าเข้าสู่ระบบไว้ใต้หน้าของตน แล้วล่อให้ผู้ใช้กดยินยอมโดยไม่รู้ตัว ที่อยู่ของหน้ามีพารามิเตอร์ของการเข้าสู่ระบบซึ่งไม่ควรรั่วไหล "
        "และสคริปต์จากภายนอกอ่านรหัสผ่านที่พิมพ์ได้ทุกตัว",
        remedy="ส่ง `frame-ancestors 'none'` และ `Referrer-Policy: no-referrer` ในทุกหน้าของการเข้าสู่ระบบ และให้บริการสคริปต์ สไตล์ "
        "ฟอนต์ และรูปภาพจากระบบเอง",
    ),
)
def sign_in_page_is_shielded(found: AuthorizationPage) -> Judgement:
    """People type their passwords here and give their consent.

    A hostile page can lay this one under its own and borrow the click that consents. The page's address carries
    the parameters of the sign-in, which a careless referrer policy hands to others. A script or style of a
    stranger reads what is typed. Hosts of the scope and of the target count as the platform's own.
    """
    exchange = found.exchange
    if stop := _no_page(found):
        return stop
    wrong = [text for text in (_framable(exchange), _leaky(found)) if text]
    strange = sorted({(p.element, p.host) for p in found.parts if not p.own})
    if strange:
        parts = (Text(f"{part} from {host}", f"{part} จาก {host}") for part, host in strange)
        what = cut(joined(parts, ", "), 300)
        wrong.append(Text(f"it loads {what.en}", f"โหลดจากภายนอก: {what.th}"))
    if wrong:
        why = listed(wrong)
        judgement = failed("{en}", "{th}", en=why.en, th=why.th)
    elif not found.html:
        return undecided(
            "its headers are good, its markup could not be read", "เฮดเดอร์ถูกต้อง แต่อ่านเนื้อหาไม่ได้", exchange
        )
    else:
        judgement = passed(
            "framing denied, referrer policy safe, {n} parts loaded, all the platform's own",
            "ปิดการแสดงในเฟรม นโยบาย referrer ปลอดภัย โหลด {n} รายการจากระบบเองทั้งหมด",
            n=len(found.parts),
        )
    form = "yes" if found.form else "no"
    return replace(
        judgement,
        assertions=3,
        exchanges=ids([exchange]),
        control=exchange.id or exchange.url,
        facts=(("asks for a password", form),),
    )


def _no_page(found: AuthorizationPage) -> Judgement | None:
    exchange = found.exchange
    if exchange.answered and exchange.status == 200:
        return None
    place = (exchange.value("location") or "")[:120]
    if place:
        return undecided(
            f"the authorization request led to {place}, not to a page",
            f"คำขออนุญาตถูกส่งต่อไปที่ {place} ไม่ใช่หน้าเว็บ",
            exchange,
            fault=Fault.CONFIGURATION,
        )
    why = said(exchange)
    fault = Fault.NETWORK if exchange.fault in (Cause.TIMEOUT, Cause.UNREACHABLE) else Fault.TARGET
    return undecided(f"no page to look at: it {why.en}", f"ไม่มีหน้าให้ตรวจ: {why.th}", exchange, fault=fault)


def _framable(exchange: Exchange) -> Text | None:
    """Why anybody may frame this page; frame-ancestors replaces X-Frame-Options (CSP level 3 §6.4.2)."""
    policies = [p for value in exchange.values("content-security-policy") for p in value.split(",")]
    lists = [
        words[1:]
        for p in policies
        for d in p.split(";")
        if (words := d.lower().split())[:1] == ["frame-ancestors"]
    ]
    if lists:
        if any(not any(_BROAD.fullmatch(source) for source in sources) for sources in lists):
            return None
        return Text("frame-ancestors lets any site frame it", "frame-ancestors ยอมให้ทุกเว็บไซต์นำไปแสดงในเฟรม")
    options = {v.strip().lower() for value in exchange.values("x-frame-options") for v in value.split(",")}
    if options and options <= {"deny", "sameorigin"}:
        return None
    return Text("other sites may frame it", "เว็บไซต์อื่นนำไปแสดงในเฟรมได้")


def _leaky(found: AuthorizationPage) -> Text | None:
    """Why its address reaches others: the last known value of the header, then of the markup, counts."""
    values = [
        v.strip().lower() for value in found.exchange.values("referrer-policy") for v in value.split(",")
    ]
    known = [v for v in (*values, *found.referrer) if v in _KNOWN]
    if not known:
        return Text("no referrer policy", "ไม่มีนโยบาย referrer")
    if known[-1] in _SAFE:
        return None
    return Text(f"the referrer policy is {known[-1]}", f"นโยบาย referrer คือ {known[-1]}")
