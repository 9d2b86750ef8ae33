"""Collects the answer of the way out, with the site's cookie names and values that mean nothing."""

import re
import secrets

from harness.evidence import Exchange, Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import LogoutReply
from .probe_active_sites import at, place, shown, unnamed, unreached

_SESSION = re.compile(r"sess|sid\b|auth|token|login|connect\.", re.I)
_PAGES = 3


@probe("site", seconds=30)
def logout_reply(site: Site, wire: Wire) -> LogoutReply | Missing:
    """Look at up to three pages for cookie names, ask a random path, then log out by GET or else POST; 6 requests."""
    way_out = site.component.logout
    if way_out is None:
        return unnamed(
            "rule: applies to components with a logout path; fact: the target file names none",
            "เงื่อนไข: ใช้กับองค์ประกอบที่มีพาธออกจากระบบ; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุไว้",
        )
    control = wire.http("GET", place(site), label="ordinary GET")
    if gone := unreached(control):
        return gone
    others = [at(site, path) for path in (*site.component.pages, *site.component.protected)]
    others = [url for url in dict.fromkeys(others) if url != place(site)][: _PAGES - 1]
    pages = [control, *(wire.http("GET", url, label="looking for cookies") for url in others)]
    names = tuple(dict.fromkeys(name for page in pages for name in _cookies(page)))
    cookie = (("Cookie", "; ".join(f"{name}=moph{secrets.token_hex(8)}" for name in names)),) if names else ()
    baseline = wire.http("GET", at(site, f"/moph{secrets.token_hex(4)}"), label="random path")
    reply = wire.http("GET", at(site, way_out), headers=cookie, label="logout")
    if reply.status in (404, 405):
        reply = wire.http("POST", at(site, way_out), headers=cookie, label="logout by POST")
    return LogoutReply(
        control=shown(control, 2_000),
        cookies=names,
        reply=shown(reply, 2_000),
        baseline=shown(baseline, 2_000),
    )


def _cookies(page: Exchange) -> list[str]:
    """Names of session-like cookies a page sets: HttpOnly, or named like one; only names fit for a Cookie header."""
    found = []
    for value in page.values("set-cookie"):
        name = value.partition("=")[0].strip()
        session = "httponly" in value.lower() or _SESSION.search(name)
        if session and re.fullmatch(r"[!#$%&'*+.^_`|~\w-]{1,80}", name, re.ASCII):
            found.append(name)
    return found[:10]
