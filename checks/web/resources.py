"""What pages load: nothing over plain HTTP, nothing from strangers without an integrity value."""

import base64
import binascii
import re
from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, Text, Verdict
from harness.registry import Thai, check

from .markup import Resource, read
from .pages_evidence import SitePages
from .responses import clip, documents, survey_documents, undecided, unusable, where

_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


def _read_whole(pages: SitePages, found: Judgement) -> Judgement:
    """Name the control of an absence: a page whose markup was read to the end; without one it is undecided."""
    if found.verdict is not Verdict.PASS:
        return found
    usable = [e for e in documents(pages) if not unusable(e)]
    cut = [e for e in usable if not e.complete or not read(e).html]
    if cut:
        return undecided(
            Text(
                f"the markup of {where(cut[0])} could not be read to the end",
                f"อ่านเนื้อหาของ {where(cut[0])} ได้ไม่ครบ",
            ),
            cut,
        )
    count = sum(len(read(e).resources) for e in usable)
    facts = (("pages", str(len(usable))), ("resources", str(count)))
    return replace(found, control=usable[0].id or where(usable[0]), facts=facts)


def _insecure(resource: Resource) -> bool:
    """Whether a browser would treat it as mixed content: plain HTTP to anything but this machine."""
    parts = urlsplit(resource.url)
    host = (parts.hostname or "").rstrip(".")
    local = (
        host in ("localhost", "::1")
        or host.endswith(".localhost")
        or bool(re.fullmatch(r"127(\.\d+){3}", host))
    )
    return parts.scheme in ("http", "ws") and not local


def _mixed(exchange: Exchange) -> Text | None:
    bad = [r for r in read(exchange).resources if _insecure(r)]
    if not bad:
        return None
    shown = clip(bad[0].url, 80)
    return Text(f"<{bad[0].element}> uses `{shown}`", f"<{bad[0].element}> ใช้ `{shown}`")


@check(
    "HTTP-26",
    title="Pages load nothing and send nothing over plain HTTP",
    severity="low",
    verifies=("W3C Mixed Content §4", "WSTG v4.2 CRYP-03"),
    absence=True,
    remedy="Write https:// or relative addresses for everything a page loads or submits to.",
    example="""
        <!-- before --> <img src="http://portal.example.go.th/logo.png">
        <!-- after  --> <img src="/logo.png">
    """,
    thai=Thai(
        title="หน้าเว็บไม่โหลดและไม่ส่งสิ่งใดผ่าน HTTP ที่ไม่เข้ารหัส",
        why="หน้าเว็บที่เข้ารหัสแต่โหลดสคริปต์ รูป หรือส่งแบบฟอร์มผ่าน HTTP เปิดให้ผู้ที่อยู่ในเครือข่ายอ่านหรือแก้ไขได้ "
        "เบราว์เซอร์รุ่นใหม่อาจปิดกั้นจนหน้าเว็บใช้งานไม่ได้",
        remedy="ใช้ที่อยู่แบบ https:// หรือแบบสัมพัทธ์กับทุกสิ่งที่หน้าเว็บโหลดหรือส่งข้อมูลไป",
    ),
)
def no_mixed_content(pages: SitePages) -> Judgement:
    """One insecure part opens the whole page.

    A script, frame, picture or form target over plain HTTP lets anyone on the network read or change it, or
    is blocked and breaks the page. Judged in the markup of every rendered page, <base> and srcset included;
    links to click are not mixed content, nor are addresses of the user's own machine (smart-card readers).
    What scripts load later is not seen. The control is a page whose markup was read to the end.
    """
    found = survey_documents(
        pages, _mixed, Text("{count} pages, no insecure resource", "ตรวจ {count} หน้า ไม่พบทรัพยากรที่ไม่เข้ารหัส")
    )
    return _read_whole(pages, found)


def protected(integrity: str) -> bool:
    """Whether an integrity attribute holds a digest a browser checks (SRI §3.3): known algorithm, right length."""
    for expression in integrity.split():
        algorithm, _, rest = expression.partition("-")
        size = _SIZES.get(algorithm.lower())
        if size and len(_bytes(rest.partition("?")[0])) == size:
            return True
    return False


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return b""


def _unprotected(exchange: Exchange) -> Text | None:
    home = _origin(exchange.url)
    for resource in read(exchange).resources:
        strange = _origin(resource.url) not in (home, ("", "", None))
        if resource.element in ("script", "style") and strange and not protected(resource.integrity):
            shown = clip(resource.url, 80)
            state = "without" if not resource.integrity else "with an unusable"
            thai = "ไม่มี" if not resource.integrity else "มี integrity ที่ใช้ไม่ได้ ไม่ใช่"
            return Text(f"`{shown}` {state} integrity value", f"`{shown}` {thai}ค่า integrity ที่ถูกต้อง")
    return None


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None
    if parts.scheme not in ("http", "https"):
        return "", "", None
    return parts.scheme, parts.hostname or "", port


@check(
    "HTTP-27",
    title="Scripts and styles from other sites are pinned by an integrity value",
    severity="low",
    verifies=("W3C Subresource Integrity §3.3", "ASVS 5.0.0-3.6.1"),
    absence=True,
    remedy="Host scripts and styles yourself, or add integrity (sha384) and crossorigin to every one from elsewhere.",
    example="""
        # openssl dgst -sha384 -binary library.js | openssl base64 -A
        <script src="https://cdn.example/library-4.2.1.js" integrity="sha384-…" crossorigin="anonymous"></script>
    """,
    thai=Thai(
        title="สคริปต์และสไตล์จากเว็บไซต์อื่นตรึงไว้ด้วยค่า integrity",
        why="ผู้ที่ยึดเครื่องแม่ข่ายของผู้ให้บริการไลบรารีได้ จะใส่สคริปต์ของตนลงในทุกหน้าของระบบได้ทันที "
        "ค่า integrity ทำให้เบราว์เซอร์ปฏิเสธไฟล์ที่ถูกแก้ไข",
        remedy="เก็บสคริปต์และสไตล์ไว้ในระบบเอง หรือเพิ่ม integrity (sha384) และ crossorigin กับทุกไฟล์ที่มาจากที่อื่น",
    ),
)
def strangers_pinned(pages: SitePages) -> Judgement:
    """Whoever takes over a library's host takes over every page that loads from it.

    An integrity value makes the browser refuse a changed file. Judged for every script and style sheet of
    another origin in the markup of every rendered page; a digest counts only with a known algorithm and the
    right length, since browsers skip the others and check nothing. The control is a page whose markup was
    read to the end.
    """
    found = survey_documents(
        pages,
        _unprotected,
        Text(
            "{count} pages, no unpinned script or style of others",
            "ตรวจ {count} หน้า ไม่พบสคริปต์หรือสไตล์จากที่อื่นที่ไม่ได้ตรึง",
        ),
    )
    return _read_whole(pages, found)
