"""What stays in the browser after the way out (HTTP-18)."""

import re
from datetime import datetime

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check

from .active_baseline import ids, seen, undecided, unusable
from .active_evidence import LogoutReply

_CLEARING = re.compile(r"\"(?:\*|cookies)\"")


@check(
    "HTTP-18",
    title="Logging out clears the browser",
    severity="low",
    verifies=("ASVS 5.0.0-14.3.1", "W3C Clear Site Data §3.1"),
    remedy="Answer the logout with Clear-Site-Data for cache, cookies and storage, and expire the session cookie with "
    "the same name, path and domain it was set with.",
    example="""
    # nginx
    location = /logout { add_header Clear-Site-Data '"cache", "cookies", "storage"' always; }
    # the application
    Set-Cookie: __Host-session=; Path=/; Secure; HttpOnly; Max-Age=0
    """,
    thai=Thai(
        title="การออกจากระบบล้างข้อมูลในเบราว์เซอร์",
        why="หากคุกกี้และข้อมูลที่เก็บไว้ยังอยู่หลังออกจากระบบ ผู้ใช้คนถัดไปของเครื่องที่ใช้ร่วมกันอาจกลับเข้าสู่ข้อมูลของผู้ป่วยคนก่อนได้",
        remedy="ให้การออกจากระบบตอบ Clear-Site-Data สำหรับ cache, cookies และ storage และทำให้คุกกี้เซสชันหมดอายุด้วยชื่อ พาธ และโดเมนเดิม",
    ),
)
def logout_clears(found: LogoutReply) -> Judgement:
    """Check that the answer to a logout tells the browser to forget.

    On a shared computer the next user must not find the last one's session or data. The way out is asked
    with the site's own cookie names and meaningless values, so that no session of the test is ended.
    """
    reply = found.reply
    if stop := unusable(found.control) or _no_way_out(found):
        return stop
    directives = ", ".join(reply.values("clear-site-data"))
    cleared = _expired(reply)
    left = [name for name in found.cookies if name not in cleared]
    facts = (
        ("Clear-Site-Data", directives or "absent"),
        ("cookies cleared", ", ".join(sorted(cleared)) or "none"),
    )
    if _CLEARING.search(directives) or (cleared and not left):
        judgement = passed(
            "answered {status}; Clear-Site-Data: {data}; cookies cleared: {cookies}",
            "ตอบ {status}; Clear-Site-Data: {data}; คุกกี้ที่ล้าง: {cookies}",
            status=reply.status,
            data=directives[:120] or "absent",
            cookies=", ".join(sorted(cleared)) or "none",
        )
    elif not found.cookies:
        judgement = inconclusive(
            "answered {status} without clearing anything, but the site set no session cookie that it could clear",
            "ตอบ {status} โดยไม่ล้างสิ่งใด แต่เว็บไซต์ไม่ได้ตั้งคุกกี้เซสชันให้ทดสอบ",
            status=reply.status,
        )
    else:
        judgement = failed(
            "answered {status} and left {cookies} in the browser",
            "ตอบ {status} และปล่อยให้ {cookies} ค้างอยู่ในเบราว์เซอร์",
            status=reply.status,
            cookies=", ".join(left)[:200],
        )
    return replace(judgement, facts=facts, exchanges=ids(reply))


def _no_way_out(found: LogoutReply) -> Judgement | None:
    """A path that answers like one that cannot exist is no way out, and an error is no answer."""
    reply, baseline = found.reply, found.baseline
    status = reply.status or 0
    if not reply.answered or status >= 400:
        return undecided([f"{reply.url}: {seen(reply)}"])
    if (
        baseline.answered
        and baseline.status == reply.status
        and baseline.value("location") == reply.value("location")
    ):
        same = baseline.body == reply.body and not (
            reply.values("set-cookie") or reply.values("clear-site-data")
        )
        return undecided([f"{reply.url} answers like a path that does not exist"]) if same else None
    return None


def _expired(reply: Exchange) -> set[str]:
    """Names of cookies that the reply expires or empties (RFC 6265 §5.2.1, §5.2.2; a Max-Age wins)."""
    return {name for value in reply.values("set-cookie") if (name := _cleared(value, reply))}


def _cleared(cookie: str, reply: Exchange) -> str | None:
    pair, *attributes = cookie.split(";")
    name, _, value = pair.strip().partition("=")
    found = {k.strip().lower(): v.strip() for k, _, v in (a.partition("=") for a in attributes)}
    age = found.get("max-age", "")
    if re.fullmatch(r"-?\d{1,12}", age):
        return name if int(age) <= 0 else None
    if found.get("expires"):
        return name if _past(found["expires"], reply.at) else None
    return name if not value.strip('"') else None


def _past(written: str, at: str) -> bool:
    try:
        from email.utils import parsedate_to_datetime  # seldom needed, and slow to load

        when = parsedate_to_datetime(written.replace("-", " "))
        now = datetime.fromisoformat(at) if at else None
    except (ValueError, TypeError, IndexError):
        return False
    if now is None or now.tzinfo is None or when.tzinfo is None:
        return when.year <= 1971  # the usual way to write "gone"
    return when <= now
