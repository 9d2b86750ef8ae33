"""Whether answers tell anything: the control, the random place, and the answers that leave it open."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Fault, Judgement, inconclusive, not_applicable

from .evidence import Denials, Search, Trial
from .signatures import UNREADABLE

#: A WAF or limiter answers with these; 429 RFC 6585 §4, 503 RFC 9110 §15.6.4.
_BLOCKING = frozenset({403, 429, 503})
_WAF_WORDS = re.compile(
    r"request (?:was |has been )?(?:blocked|rejected)|access denied|web application firewall|"
    r"attention required! \| cloudflare|incapsula incident|the requested url was rejected",
    re.IGNORECASE,
)
#: Where sites send people who ask for what is not there.
_LOST = re.compile(
    r"/(?:404|error|errors|not[-_]?found|page[-_]?not[-_]?found)(?:\.\w{2,5})?/?", re.IGNORECASE
)


def not_denied(found: Denials, fact: str) -> Judgement | None:
    """The judgement where the target does not deny `fact`: it says another thing, or nothing."""
    value = found.facts.get(fact)
    if value == "no":
        return None
    return not_applicable(
        "rule: applies where the target says `{fact}: no`; fact: it says {value}",
        "เงื่อนไข: ใช้เมื่อเป้าหมายแจ้งว่า `{fact}: no`; ข้อเท็จจริง: {value_th}",
        fact=fact,
        value=f"`{fact}: {value}`" if value else "nothing of it",
        value_th=f"แจ้งว่า `{fact}: {value}`" if value else "ไม่ได้แจ้งไว้",
    )


def open_question(
    found: Denials, searches: Iterable[Search | None], *, locked: bool = True
) -> Judgement | None:
    """The inconclusive judgement while something keeps the answers from telling, or None when they all tell.

    Without `locked`, places that ask for a credential do not count.
    """
    if stop := _unusable(found.control):
        return stop
    kept = [search for search in searches if search is not None]
    random = [trial for search in kept for trial in search.baselines]
    asked = [trial for search in kept for trial in search.trials]
    open_ = [t for t in (*random, *asked) if untold_by(t, found.base) and (locked or not refused(t))]
    if asked and not open_:
        return None
    everywhere = any(trial in random for trial in open_)
    judgement = inconclusive(
        "{count} place(s) did not tell: {what}{even}",
        "มี {count} ตำแหน่งที่คำตอบไม่เพียงพอให้สรุป: {what}{even_th}",
        count=len(open_),
        what="; ".join(f"{t.name} {untold_by(t, found.base)}" for t in open_[:5]) or "none could be asked",
        even="; even a random path is answered so" if everywhere else "",
        even_th=" แม้พาธสุ่มก็ได้รับคำตอบเช่นนี้" if everywhere else "",
    )
    return replace(judgement, exchanges=ids(open_), fault=Fault.TARGET)


def refused(trial: Trial) -> bool:
    """Whether the place asks for a credential, or forbids."""
    return trial.last.answered and trial.last.status in (401, 403)


def untold_by(trial: Trial, base: str) -> str:
    """Why this answer shows neither that the thing is there nor that it is not; "" when it tells."""
    last = trial.last
    status = last.status or 0
    if not last.answered:
        return last.fault.value if last.fault else "no HTTP reply"
    if 300 <= status < 400:
        return "" if _lost(last, base) else f"redirects to {(last.value('location') or 'nowhere')[:120]}"
    if status in (401, 403, 407, 429) or (status >= 500 and status != 501):
        return str(status)
    if UNREADABLE in trial.marks and 200 <= status < 300:
        return f"{status} with unreadable JSON"
    if not last.complete:
        return f"{status}, not read to its end"
    return f"{status} of a firewall" if _WAF_WORDS.search(last.body) else ""


def seen(exchange: Exchange) -> str:
    """What came back, in few words."""
    return exchange.fault.value if exchange.fault else str(exchange.status or "no HTTP reply")


def ids(trials: Iterable[Trial]) -> tuple[str, ...]:
    """The ids of the exchanges that answered these trials."""
    return tuple(dict.fromkeys(t.last.id for t in trials if t.last.id))


def control_of(found: Denials) -> str:
    """How a pass names its positive control."""
    control = found.control
    return (control.id or f"what the component declares answered {control.status}") if control else ""


def _unusable(control: Exchange | None) -> Judgement | None:
    status = (control.status or 0) if control and control.answered else 0
    if control and (200 <= status < 400 or status == 401) and not _WAF_WORDS.search(control.body):
        return None
    blocked = status in _BLOCKING or bool(control and _WAF_WORDS.search(control.body))
    judgement = inconclusive(
        "the control did not work: what the component declares got {seen}{blocked}",
        "ชุดควบคุมใช้ไม่ได้: สิ่งที่องค์ประกอบแจ้งไว้ได้รับ {seen}{blocked_th}",
        seen=seen(control) if control else "no request",
        blocked=", so a refusal proves nothing" if blocked else "",
        blocked_th=" จึงสรุปจากการปฏิเสธไม่ได้" if blocked else "",
    )
    return replace(judgement, exchanges=(control.id,) if control and control.id else (), fault=Fault.TARGET)


def _lost(exchange: Exchange, base: str) -> bool:
    """Whether a redirect only says "not here": it leads to the component's own front page or to an error page."""
    try:
        place = urlsplit(urljoin(exchange.url, exchange.value("location") or ""))
        home = urlsplit(base)
    except ValueError:
        return False
    fronts = {home.path.rstrip("/"), ""}
    return place.netloc == home.netloc and (
        place.path.rstrip("/") in fronts or bool(_LOST.fullmatch(place.path))
    )
