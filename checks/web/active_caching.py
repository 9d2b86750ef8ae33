"""What shared caches may keep of protected data (HTTP-16, HTTP-17)."""

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Fault, Judgement, failed, inconclusive, needs_review, passed
from harness.registry import Thai, check

from .active_baseline import control_of, ids, seen, undecided
from .active_evidence import CacheTrial, ProtectedPage, ProtectedPages
from .active_storing import good, not_protected


@check(
    "HTTP-16",
    title="No cache serves one person's answer to another",
    severity="critical",
    verifies=("ASVS 5.0.0-14.2.2", "RFC 9111 §3.5", "CWE-524"),
    remedy="Exclude everything that needs a login from shared caches, send Cache-Control: no-store, and never strip "
    "Authorization or cookies from the cache key.",
    example="""
    # nginx as a cache
    proxy_no_cache $http_authorization $cookie_session;
    proxy_cache_bypass $http_authorization $cookie_session;
    # CDN: bypass the cache for /api/* and every path behind the login
    """,
    absence=True,
    thai=Thai(
        title="แคชกลางไม่ส่งคำตอบของบุคคลหนึ่งให้อีกบุคคลหนึ่ง",
        why="หากแคชกลางหรือ CDN เก็บหน้าของผู้ป่วยคนหนึ่งไว้ ผู้ที่เปิดที่อยู่เดียวกันจะเห็นข้อมูลสุขภาพของผู้ป่วยคนนั้นทันที "
        "โดยไม่ต้องโจมตีระบบใด ๆ",
        remedy="ไม่ให้แคชกลางเก็บสิ่งที่ต้องเข้าสู่ระบบ ส่ง Cache-Control: no-store และไม่ตัด Authorization หรือคุกกี้ออกจากกุญแจของแคช",
    ),
)
def caches_keep_people_apart(found: ProtectedPages) -> Judgement:
    """Check that the same address, asked by one identity, then by nobody and by another, never shows the first one's data.

    A shared cache that keeps one patient's page hands it to whoever opens the address next. Compared are the
    words that only the owner's answer holds, counted in memory and not kept; a status alone proves nothing.
    """
    return _leaks(found, [(p, t) for p in found.pages for t in (p.plain,) if t], second=True)


@check(
    "HTTP-17",
    title="Endings like .css do not make a cache keep protected data",
    severity="high",
    verifies=("ASVS 5.0.0-14.2.5", "CWE-524", "CWE-525"),
    remedy="Answer 404 where the path goes on behind a protected page, let caches store by Content-Type and Cache-Control "
    "and not by the ending of the address, and exclude protected folders from them.",
    example="""
    # nginx: match the whole path
    location = /me { proxy_pass http://app; }
    # Cloudflare: switch Cache Deception Armor on
    """,
    absence=True,
    thai=Thai(
        title="ส่วนต่อท้ายอย่าง .css ไม่ทำให้แคชเก็บข้อมูลที่ต้องเข้าสู่ระบบ",
        why="ผู้โจมตีหลอกให้ผู้ป่วยเปิดลิงก์เช่น /me/x.css ระบบตอบหน้าส่วนตัว แต่แคชเข้าใจว่าเป็นไฟล์สาธารณะจึงเก็บไว้ "
        "จากนั้นผู้โจมตีเปิดลิงก์เดียวกันและอ่านข้อมูลสุขภาพได้",
        remedy="ตอบ 404 เมื่อพาธต่อท้ายหน้าที่ต้องเข้าสู่ระบบ ให้แคชตัดสินจาก Content-Type และ Cache-Control "
        "ไม่ใช่ส่วนต่อท้ายของที่อยู่ และไม่แคชโฟลเดอร์ที่ต้องเข้าสู่ระบบ",
    ),
)
def endings_do_not_deceive(found: ProtectedPages) -> Judgement:
    """Check that a page asked with a file ending by its owner is not served to a stranger afterwards.

    An attacker gets a patient to open /me/x.css; the application answers with the private page, the cache
    takes it for a public file, and the attacker opens the same address.
    """
    return _leaks(found, [(p, t) for p in found.pages for t in p.suffixed], second=False)


def _leaks(
    found: ProtectedPages, trials: list[tuple[ProtectedPage, CacheTrial]], *, second: bool
) -> Judgement:
    seen_by = [(p, t, who) for p, t in trials for who in _readers(p, t)]
    certain = [(p, t, who) for p, t, who in seen_by if who[1] * 2 >= who[2]]
    if certain:
        return replace(
            failed(
                "{what}",
                "พบการรั่วไหลผ่านแคช: {what}",
                what="; ".join(
                    f"{p.path} {t.name}: {w[0]} got {w[1]} of {w[2]} private words" for p, t, w in certain[:5]
                ),
            ),
            exchanges=ids(*(x for _, t, _ in certain for x in (t.owner, t.anonymous, t.other))),
            assertions=len(trials) * 2,
            facts=tuple(("cache headers", _cache_headers(t.anonymous)) for _, t, _ in certain[:1]),
        )
    if stop := not_protected(found):
        return stop
    if seen_by:
        return needs_review(
            "{count} answer(s) share some of the owner's private words; a person must compare them",
            "มี {count} คำตอบที่มีคำเฉพาะของเจ้าของข้อมูลบางส่วน ต้องให้ผู้เชี่ยวชาญเปรียบเทียบ",
            count=len(seen_by),
        )
    return _undecided(found, trials, second=second) or _kept_apart(found, trials)


def _readers(page: ProtectedPage, trial: CacheTrial) -> list[tuple[str, int, int]]:
    """Who else read the owner's words: (reader, how many, of how many)."""
    counts = [
        ("a stranger", trial.anonymous_marks, page.markers),
        ("another identity", trial.other_marks, page.personal),
    ]
    return [(who, marks, of) for who, marks, of in counts if marks and of]


def _undecided(
    found: ProtectedPages, trials: list[tuple[ProtectedPage, CacheTrial]], *, second: bool
) -> Judgement | None:
    broken = [
        f"{p.path} {t.name}: {seen(x)}"
        for p, t in trials
        for x in (t.owner, t.anonymous, t.other)
        if x and not _told(x)
    ]
    if broken or not trials:
        return undecided(broken)
    if second:
        quiet = [p.path for p, t in trials if not good(t.owner) or not t.owner_marks]
        if quiet:
            return undecided(f"{path}: the owner's own answer did not repeat" for path in quiet)
        if same := [p.path for p, t in trials if t.other and not p.personal]:
            return undecided(f"{path}: both identities get the same answer" for path in same)
        if not all(t.other for _, t in trials):
            return replace(
                inconclusive(
                    "only one test identity could be used; a second one must be seen to get no other's data",
                    "ใช้บัญชีทดสอบได้เพียงบัญชีเดียว ต้องมีบัญชีที่สองเพื่อยืนยันว่าไม่ได้รับข้อมูลของผู้อื่น",
                ),
                fault=Fault.CREDENTIALS,
            )
    return None


def _kept_apart(found: ProtectedPages, trials: list[tuple[ProtectedPage, CacheTrial]]) -> Judgement:
    judgement = passed(
        "{count} addresses asked by the owner and then by others; the owner's {words} private words went to nobody else",
        "ทดลอง {count} ที่อยู่ โดยเจ้าของข้อมูลแล้วตามด้วยผู้อื่น คำเฉพาะของเจ้าของ {words} คำไม่ปรากฏแก่ผู้อื่น",
        count=len(trials),
        words=sum(p.markers for p in found.pages),
    )
    return replace(
        judgement,
        assertions=sum(2 if t.other else 1 for _, t in trials),
        control=control_of(found.pages[0].owner),
        exchanges=ids(*(x for _, t in trials for x in (t.owner, t.anonymous, t.other))),
        facts=tuple(
            (f"{p.path} {t.name}", f"owner {seen(t.owner)}, stranger {seen(t.anonymous)}") for p, t in trials
        ),
    )


def _told(exchange: Exchange) -> bool:
    return exchange.answered and exchange.status != 429 and (exchange.status or 0) < 500


def _cache_headers(exchange: Exchange) -> str:
    names = ("age", "x-cache", "cf-cache-status", "vary", "cache-control")
    return ", ".join(f"{n}: {exchange.value(n)}" for n in names if exchange.value(n)) or "none"
