"""Framing: whether another site can show the platform's pages inside its own."""

import re

from harness.evidence import Exchange
from harness.model import Judgement, Text
from harness.registry import Thai, check

from .csp_policy import enforced, is_broad, is_none
from .fields import split_list
from .pages_evidence import SitePages
from .responses import clip, survey_documents

_XFO = "x-frame-options"


def x_frame_options(exchange: Exchange) -> str:
    """What X-Frame-Options makes a browser do (HTML, "check a navigation response's adherence"): deny, sameorigin or ignored.

    All lines count, without case. Two different values of which one is known deny; unknown ones alone, and
    ALLOW-FROM, are ignored.
    """
    values = {value.lower() for value in split_list(exchange.values(_XFO))}
    if len(values) > 1:
        return "deny" if values & {"deny", "allowall", "sameorigin"} else "ignored"
    only = next(iter(values), "")
    return only if only in {"deny", "sameorigin"} else "ignored"


def framable(exchange: Exchange) -> Text | None:
    """Why any site may frame this page, or None. frame-ancestors, once enforced, replaces X-Frame-Options."""
    lists = [p.directives["frame-ancestors"] for p in enforced(exchange) if "frame-ancestors" in p.directives]
    if lists:
        if any(is_none(sources) or not any(map(is_broad, sources)) for sources in lists):
            return None
        shown = clip(" ".join(lists[0]), 60)
        return Text(
            f"frame-ancestors `{shown}` lets any site frame it",
            f"frame-ancestors `{shown}` ยอมให้ทุกเว็บไซต์นำไปแสดงในเฟรม",
        )
    if x_frame_options(exchange) != "ignored":
        return None
    if values := exchange.values(_XFO):
        shown = clip(re.sub(r"\s+", " ", ", ".join(values)), 60)
        return Text(
            f"browsers ignore X-Frame-Options `{shown}`", f"เบราว์เซอร์ไม่ยอมรับ X-Frame-Options `{shown}`"
        )
    return Text("neither frame-ancestors nor X-Frame-Options", "ไม่มีทั้ง frame-ancestors และ X-Frame-Options")


@check(
    "HTTP-08",
    title="Other sites cannot show the platform's pages in a frame",
    severity="medium",
    verifies=(
        "W3C CSP Level 3 §6.4.2",
        "HTML Living Standard §7.4.2.3",
        "RFC 7034",
        "ASVS 5.0.0-3.4.6",
        "CWE-1021",
    ),
    remedy="Send `frame-ancestors 'none'` (or the named sites that may frame the page) in Content-Security-Policy; "
    "X-Frame-Options: DENY beside it serves old browsers.",
    example="""
        # nginx
        add_header Content-Security-Policy "frame-ancestors 'none'" always;
        add_header X-Frame-Options "DENY" always;
    """,
    thai=Thai(
        title="เว็บไซต์อื่นนำหน้าของระบบไปแสดงในเฟรมไม่ได้",
        why="เว็บไซต์หลอกลวงอาจวางหน้าของระบบแบบโปร่งใสทับไว้ แล้วล่อให้ผู้ใช้กดปุ่มโดยไม่รู้ตัว เช่น ยินยอมเปิดเผยข้อมูลสุขภาพ "
        "เมื่อมี frame-ancestors ที่มีผลบังคับ เบราว์เซอร์จะไม่อ่าน X-Frame-Options และค่า ALLOW-FROM ไม่มีผลในเบราว์เซอร์ปัจจุบัน",
        remedy="ส่ง `frame-ancestors 'none'` (หรือระบุเว็บไซต์ที่อนุญาต) ใน Content-Security-Policy "
        "และส่ง X-Frame-Options: DENY ควบคู่สำหรับเบราว์เซอร์รุ่นเก่า",
    ),
)
def framing_denied(pages: SitePages) -> Judgement:
    """Keep a stranger's page from borrowing the user's clicks.

    A hostile site can lay the platform's page, invisible, over its own and let the user press a button
    without knowing, such as the one that gives consent. frame-ancestors in an enforced header policy decides
    alone when it is there, even against X-Frame-Options; a report-only or <meta> policy does not count, nor
    does ALLOW-FROM. Judged on every page a browser renders.
    """
    return survey_documents(
        pages,
        framable,
        Text("{count} pages, none can be framed by strangers", "ตรวจ {count} หน้า ไม่มีหน้าใดที่เว็บอื่นนำไปใส่เฟรมได้"),
    )
