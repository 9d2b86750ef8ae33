"""Content Security Policy on the platform's pages: sent, strong, and with nonces that cannot be guessed."""

import math
import re
from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, Text, not_applicable, passed
from harness.registry import Thai, check

from .csp_policy import FETCH, enforced, holes, in_markup, nonces, parse_header
from .pages_evidence import SitePages
from .responses import blanket, broke, documents, ids, labelled, survey_documents, undecided, unusable

_CSP = "Content-Security-Policy"


def _unsent(exchange: Exchange) -> Text | None:
    policies = enforced(exchange)
    if any(FETCH & p.directives.keys() for p in policies):
        return None
    if policies:
        return Text(f"{_CSP} has no directive that restricts content", f"{_CSP} ไม่มีคำสั่งที่จำกัดแหล่งเนื้อหา")
    if parse_header(exchange.values("content-security-policy-report-only")):
        return Text(f"{_CSP} is report-only: nothing is enforced", f"{_CSP} เป็นแบบรายงานอย่างเดียว ไม่มีผลบังคับ")
    if in_markup(exchange):
        return Text(f"{_CSP} only in a <meta> element", f"มี {_CSP} เฉพาะในแท็ก <meta>")
    return Text(f"no {_CSP} header", f"ไม่มีหัว {_CSP}")


@check(
    "HTTP-05",
    title="Every page is sent with an enforced Content-Security-Policy header",
    severity="medium",
    verifies=("W3C CSP Level 3 §3.1", "ASVS 5.0.0-3.4.3", "WSTG-CONF-12"),
    remedy="Send an enforcing Content-Security-Policy header with every page; use report-only beside it to try "
    "changes, not instead of it.",
    example="""
        # nginx
        add_header Content-Security-Policy "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'" always;
    """,
    thai=Thai(
        title="ทุกหน้าเว็บส่งหัว Content-Security-Policy ที่มีผลบังคับ",
        why="หากผู้ไม่หวังดีแทรกสคริปต์เข้าในหน้าเว็บได้ สคริปต์นั้นจะอ่านข้อมูลสุขภาพทุกอย่างที่ผู้ใช้เห็น "
        "CSP เป็นด่านสุดท้ายที่เบราว์เซอร์ใช้ปฏิเสธสคริปต์ซึ่งระบบไม่ได้อนุญาต นโยบายแบบรายงานอย่างเดียวไม่ห้ามสิ่งใด "
        "ส่วนนโยบายในแท็ก <meta> ไม่คุ้มครองส่วนที่มาก่อนแท็ก และกำหนด frame-ancestors ไม่ได้",
        remedy="ส่งหัว Content-Security-Policy ที่มีผลบังคับกับทุกหน้า ส่วนแบบ report-only ใช้ทดลองควบคู่ ไม่ใช้แทน",
    ),
)
def csp_enforced(pages: SitePages) -> Judgement:
    """Give the browser the last word on which scripts run.

    If someone manages to slip a script into a page, that script reads every health record the user can see.
    A Content Security Policy makes the browser refuse it. A report-only policy refuses nothing; one in a
    <meta> element does not cover what stands before it and cannot forbid framing; a policy without any
    fetch directive restricts no content. Judged on every page a browser renders.
    """
    return survey_documents(
        pages,
        _unsent,
        Text("{count} pages, each with an enforced policy", "ตรวจ {count} หน้า ทุกหน้ามีนโยบายที่มีผลบังคับ"),
    )


_WEAK = {
    "inline": Text("inline script is allowed", "อนุญาตสคริปต์ที่ฝังในหน้า (inline)"),
    "eval": Text(
        "eval is allowed ('unsafe-eval' or no script-src)", "อนุญาต eval ('unsafe-eval' หรือไม่มี script-src)"
    ),
    "anywhere": Text("scripts may come from anywhere", "อนุญาตสคริปต์จากแหล่งใดก็ได้"),
    "plugins": Text("object-src is not 'none'", "object-src ไม่ใช่ 'none'"),
    "base": Text("base-uri is not 'none'", "base-uri ไม่ใช่ 'none'"),
}


def _weak(exchange: Exchange) -> Text | None:
    found = holes((*enforced(exchange), *in_markup(exchange)))
    if not found:
        return None
    return Text(", ".join(_WEAK[n].en for n in found), ", ".join(_WEAK[n].th for n in found))


@check(
    "HTTP-06",
    title="The Content Security Policy stops injected script",
    severity="medium",
    verifies=("W3C CSP Level 3 §6.7.3.2", "ASVS 5.0.0-3.4.3"),
    remedy="Allow scripts by nonce or hash, or from named hosts only; drop 'unsafe-inline', 'unsafe-eval', `*`, "
    "`https:` and `data:` for scripts; set object-src 'none' and base-uri 'none'.",
    example="""
        # a fresh nonce for each response, written by the application
        Content-Security-Policy: default-src 'self'; script-src 'nonce-{random}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'
    """,
    thai=Thai(
        title="นโยบายความปลอดภัยของเนื้อหา (CSP) ยับยั้งสคริปต์ที่ถูกแทรกได้จริง",
        why="นโยบายที่ยังอนุญาตสคริปต์แบบ inline, eval หรือสคริปต์จากโฮสต์ใดก็ได้ ยับยั้งผู้โจมตีไม่ได้เลย "
        "เบราว์เซอร์บังคับใช้ทุกนโยบายพร้อมกัน จึงนับเป็นช่องโหว่เฉพาะเมื่อทุกนโยบายเปิดไว้ "
        "และไม่นับ 'unsafe-inline' เมื่อมี nonce, hash หรือ 'strict-dynamic' อยู่ด้วย",
        remedy="อนุญาตสคริปต์ด้วย nonce หรือ hash หรือเฉพาะโฮสต์ที่ระบุชื่อ ไม่ใช้ 'unsafe-inline', 'unsafe-eval', `*`, "
        "`https:` และ `data:` กับสคริปต์ และกำหนด object-src 'none' กับ base-uri 'none'",
    ),
)
def csp_strong(pages: SitePages) -> Judgement:
    """A policy that allows inline script, eval or any host stops no attack.

    Judged as a browser does: all enforced policies of a page together (a hole must be open in each), the
    first of doubled directives, fallback to default-src, 'unsafe-inline' ignored beside a nonce, a hash or
    'strict-dynamic', hosts ignored beside 'strict-dynamic'. object-src and base-uri must be 'none', as ASVS
    asks. Inline styles are not judged. Pages without any policy are left to HTTP-05.
    """
    if veil := blanket(pages):
        return undecided(veil)
    with_policy = [e for e in documents(pages) if enforced(e) or in_markup(e)]
    if not with_policy and documents(pages) and not any(unusable(e) for e in documents(pages)):
        return not_applicable(
            "the rule is for enforced policies; none of {count} pages has one (HTTP-05 judges that)",
            "ข้อนี้ใช้กับนโยบายที่มีผลบังคับ แต่ทั้ง {count} หน้าไม่มี (HTTP-05 เป็นผู้ตัดสิน)",
            count=len(documents(pages)),
        )
    return survey_documents(
        pages,
        lambda e: _weak(e) if enforced(e) or in_markup(e) else None,
        Text(
            "{count} pages judged; no policy leaves a hole for script",
            "ตรวจ {count} หน้า ไม่มีนโยบายใดเปิดช่องให้สคริปต์",
        ),
    )


def nonce_bits(nonce: str) -> float:
    """The most a nonce can carry: its length times the bits of the smallest usual alphabet that holds it."""
    if placeholder := re.fullmatch(r"\[[a-z_-]+:[0-9a-f]+:([0-9]+)\]", nonce):
        return int(placeholder[1]) * 6.0
    text = nonce.rstrip("=")
    for alphabet, size in (("0-9", 10), ("0-9a-f", 16), ("0-9A-F", 16)):
        if re.fullmatch(f"[{alphabet}]+", text):
            return len(text) * math.log2(size)
    return len(text) * 6.0


def _pairs(pages: SitePages) -> list[tuple[Exchange, Exchange]]:
    second = {e.url: e for e in labelled(pages, "again")}
    return [(e, second[e.url]) for e in documents(pages) if e.url in second]


def _guessable(first: Exchange, second: Exchange, at_least: int) -> Text | None:
    here, there = nonces(enforced(first)), nonces(enforced(second))
    if set(here) & set(there):
        return Text("the nonce is the same in two responses", "ค่า nonce ซ้ำกันในสองคำตอบ")
    least = min(nonce_bits(n) for n in (*here, *there))
    if least < at_least:
        return Text(
            f"the nonce carries at most {least:.0f} bits, below {at_least}",
            f"ค่า nonce มีได้ไม่เกิน {least:.0f} บิต น้อยกว่า {at_least}",
        )
    return None


@check(
    "HTTP-07",
    title="Nonces of the Content Security Policy are long and new in every response",
    severity="medium",
    verifies=("W3C CSP Level 3 §7.1", "W3C CSP Level 3 §8.1"),
    remedy="Generate at least 16 random bytes from a cryptographic generator for every response and do not cache "
    "pages that carry a nonce.",
    example="""
        # Python
        nonce = base64.b64encode(secrets.token_bytes(16)).decode()
    """,
    thai=Thai(
        title="ค่า nonce ของ CSP ยาวพอและเปลี่ยนใหม่ทุกคำตอบ",
        why="nonce คือรหัสที่บอกเบราว์เซอร์ว่าสคริปต์ใดเป็นของระบบ หากใช้ค่าเดิมซ้ำหรือเดาได้ "
        "ผู้โจมตีก็ใส่ค่านั้นให้สคริปต์ของตน แล้วนโยบายทั้งหมดจะไม่มีผล",
        remedy="สร้างค่าสุ่มอย่างน้อย 16 ไบต์จากตัวสร้างเลขสุ่มเชิงรหัสลับใหม่ทุกคำตอบ และไม่แคชหน้าที่มี nonce",
    ),
)
def nonces_fresh(pages: SitePages, *, at_least: int = 128) -> Judgement:
    """A nonce that repeats or can be guessed opens the policy to anyone.

    The nonce tells the browser which scripts are the platform's own. CSP3 §7.1 asks for a new value in every
    response, at least 128 bits before encoding. Two fetches of each page are compared; the bits are an upper
    bound from length and alphabet, so a short nonce is certain, a random-looking one is not proof.
    """
    if veil := blanket(pages):
        return undecided(veil)
    pairs = _pairs(pages)
    unclear = [(a, b) for a, b in pairs if unusable(a) or unusable(b)]
    usable = [pair for pair in pairs if pair not in unclear]
    noncy = [(a, b) for a, b in usable if nonces(enforced(a)) or nonces(enforced(b))]
    broken = [(a, wrong) for a, b in noncy if (wrong := _guessable(a, b, at_least))]
    if broken:
        return broke(broken, len(noncy))
    if unclear or not usable:
        return _nothing_to_compare(pages)
    if not noncy:
        return not_applicable(
            "the rule is for nonces; no policy of {count} pages uses one",
            "ข้อนี้ใช้กับ nonce แต่นโยบายของทั้ง {count} หน้าไม่ได้ใช้",
            count=len(usable),
        )
    ok = passed(
        "{count} pages fetched twice; every nonce is new and has room for {bits} bits",
        "ดึง {count} หน้าซ้ำสองครั้ง ทุก nonce เป็นค่าใหม่และยาวพอสำหรับ {bits} บิต",
        count=len(noncy),
        bits=at_least,
    )
    return replace(ok, assertions=2 * len(noncy), exchanges=ids(e for pair in noncy for e in pair))


def _nothing_to_compare(pages: SitePages) -> Judgement:
    if not documents(pages):
        return survey_documents(pages, lambda _: None, Text("", ""))
    paths = ", ".join(urlsplit(e.url).path for e in documents(pages))
    return undecided(
        Text(
            f"two usable fetches are needed to compare nonces ({paths[:80]})",
            f"ต้องมีคำตอบที่ใช้ได้สองครั้งจึงเทียบ nonce ได้ ({paths[:80]})",
        ),
        documents(pages),
    )
