"""Version banners: product versions in response headers and in the signature of default error pages."""

import re

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, Text, Verdict
from harness.registry import Thai, check

from .fields import split_list
from .pages_evidence import SitePages
from .responses import HTTPS_ROLES, clip, labelled, lacking, survey, undecided, unusable, where

#: Headers that name products (RFC 9110 §10.2.4; the others by custom of their makers).
_NAMING = ("server", "x-powered-by", "x-generator", "x-runtime-version", "x-drupal-version", "liferay-portal")
#: Headers whose only content is a version.
_VERSIONS = ("x-aspnet-version", "x-aspnetmvc-version", "x-owa-version", "microsoftsharepointteamservices")
_VERSIONED = re.compile(r"(?:/|[\s(]|^v|-)\d+(?:\.\d+)*|\d+\.\d+")
#: `1.1 name (comment)`: the number is the version of HTTP (RFC 9110 §7.6.3), only the comment can tell more.
_VIA = re.compile(r"^(?:[A-Za-z]+/)?[\d.]+\s+\S+(?P<comment>.*)$", re.DOTALL)
#: The signature lines of stock error pages: nginx, Apache, Tomcat, Jetty, lighttpd, OpenResty, IIS.
_SIGNATURE = re.compile(
    r"(?:nginx|openresty|lighttpd|Apache(?: Tomcat)?|Jetty(?:://)?|Microsoft-IIS)[/(: ]{1,3}v?\d+(?:\.\d+)+\S{0,20}",
    re.IGNORECASE,
)


def version_in(name: str, value: str) -> bool:
    """Whether a header value tells a version; dates and the protocol number of Via do not count."""
    if name == "via":
        each = (_VIA.match(part) for part in split_list((value,)))
        return any(m and _VERSIONED.search(m["comment"]) for m in each)
    return name in _VERSIONS or bool(_VERSIONED.search(value))


def _telling(exchange: Exchange) -> Text | None:
    for name, value in exchange.headers:
        known = name.lower() in (*_NAMING, *_VERSIONS, "via")
        if known and version_in(name.lower(), value):
            shown = clip(f"{name}: {value}", 80)
            return Text(f"`{shown}` tells a version", f"`{shown}` เปิดเผยรุ่นของซอฟต์แวร์")
    if exchange.label in ("error", "api-error") and (found := _SIGNATURE.search(exchange.body)):
        shown = clip(found[0], 60)
        return Text(f"the error page is signed `{shown}`", f"หน้าข้อผิดพลาดลงชื่อ `{shown}`")
    return None


@check(
    "HTTP-14",
    title="Responses do not tell which version of which software answers",
    severity="low",
    verifies=("RFC 9110 §10.2.4", "ASVS 5.0.0-13.4.6", "WSTG v4.2 INFO-02", "CWE-200"),
    absence=True,
    remedy="Switch version banners off in web server, framework and proxy; replace stock error pages.",
    example="""
        # nginx                    # Apache                      # PHP
        server_tokens off;         ServerTokens Prod             expose_php = Off
                                   ServerSignature Off
    """,
    thai=Thai(
        title="คำตอบไม่เปิดเผยรุ่นของซอฟต์แวร์ที่ใช้",
        why="หมายเลขรุ่นบอกผู้โจมตีว่าควรใช้ช่องโหว่ใด และช่วยให้ค้นหาระบบที่ยังไม่ปรับปรุงได้จำนวนมากในคราวเดียว "
        "การซ่อนรุ่นไม่ใช่การแก้ช่องโหว่ แต่ทำให้ระบบไม่ตกเป็นเป้าจากการค้นหาแบบกวาด",
        remedy="ปิดการแสดงรุ่นในเว็บเซิร์ฟเวอร์ เฟรมเวิร์ก และพร็อกซี และเปลี่ยนหน้าข้อผิดพลาดมาตรฐานเป็นของหน่วยงาน",
    ),
)
def versions_hidden(pages: SitePages) -> Judgement:
    """A version number tells an attacker which hole to try.

    Hiding it repairs nothing, but takes the platform off the lists that mass searches produce. Judged on
    every HTTPS response: Server, X-Powered-By and their like, the comment of Via (its leading number is the
    version of HTTP), and the signature of stock error pages. A name without a version is fine. The control
    is a response of the platform that was read in full, headers and all.
    """
    if thin := lacking(pages):
        return undecided(thin)
    seen = labelled(pages, *HTTPS_ROLES)
    found = survey(
        pages,
        seen,
        _telling,
        Text("{count} responses, no version in them", "ตรวจ {count} คำตอบ ไม่พบหมายเลขรุ่น"),
    )
    if found.verdict is not Verdict.PASS:
        return found
    control = next((e for e in seen if e.headers and e.complete and not unusable(e)), None)
    if control is None:
        return undecided(Text("no response came with readable headers", "ไม่มีคำตอบใดมีหัวที่อ่านได้"), seen)
    return replace(found, control=control.id or where(control))
