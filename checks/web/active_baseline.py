"""What every active experiment asks first: did the platform answer ordinary requests, and not merely block us?"""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Fault, Judgement, inconclusive

#: A WAF or limiter answers with these; 429 RFC 6585 §4, 503 RFC 9110 §15.6.4, 403/406 by habit.
BLOCKING = frozenset({403, 406, 429, 501, 503})
_WAF_WORDS = re.compile(
    r"request (?:was |has been )?(?:blocked|rejected)|access denied by|web application firewall|"
    r"attention required! \| cloudflare|incapsula incident|the requested url was rejected|mod_security",
    re.I,
)


def ordinary(exchange: Exchange) -> bool:
    """Whether this is the site's normal answer: 2xx, 3xx, or 401 of an API that wants a token first."""
    status = exchange.status or 0
    return (
        exchange.answered and (200 <= status < 400 or status == 401) and not _WAF_WORDS.search(exchange.body)
    )


def blocked(exchange: Exchange) -> bool:
    """Whether this looks like a block rather than the platform's own answer."""
    return exchange.status in BLOCKING or bool(_WAF_WORDS.search(exchange.body))


def whole(exchange: Exchange) -> bool:
    """Whether the answer arrived to its end, by its own Content-Length where it gives one."""
    length = exchange.value("content-length") or ""
    return exchange.complete and not (re.fullmatch("[0-9]{1,12}", length) and exchange.size < int(length))


def seen(exchange: Exchange) -> str:
    """What came back, in few words: the status, or how the exchange broke."""
    if exchange.fault is not None:
        return f"{exchange.fault.value} ({exchange.detail[:80]})" if exchange.detail else exchange.fault.value
    return str(exchange.status) if exchange.status is not None else "no HTTP reply"


def unusable(*controls: Exchange) -> Judgement | None:
    """The inconclusive judgement when a control did not work, or None when all of them did."""
    bad = next((c for c in controls if not ordinary(c)), None)
    if bad is None:
        return None
    if blocked(bad):
        judgement = inconclusive(
            "blocked: even an ordinary request ({label}) got {seen}, so a refusal proves nothing",
            "ถูกปิดกั้น: แม้คำขอปกติ ({label}) ก็ได้รับ {seen} จึงสรุปจากการปฏิเสธไม่ได้",
            label=bad.label or bad.url,
            seen=seen(bad),
        )
    else:
        judgement = inconclusive(
            "the control did not work: an ordinary request ({label}) got {seen}",
            "ชุดควบคุมใช้ไม่ได้: คำขอปกติ ({label}) ได้รับ {seen}",
            label=bad.label or bad.url,
            seen=seen(bad),
        )
    return replace(judgement, exchanges=(bad.id,) if bad.id else (), fault=Fault.TARGET)


def unserved(pages: Iterable[Exchange]) -> Judgement | None:
    """The inconclusive judgement when no page at all was served (2xx): nothing can be absent from it."""
    asked = list(pages)
    if any(p.answered and 200 <= (p.status or 0) < 300 for p in asked):
        return None
    verdict = inconclusive(
        "no page was served: {seen}",
        "ไม่มีหน้าเว็บใดถูกส่งมา: {seen}",
        seen=", ".join(dict.fromkeys(seen(p) for p in asked)) or "none asked",
    )
    return replace(verdict, exchanges=ids(*asked), fault=Fault.TARGET)


def undecided(what: Iterable[str]) -> Judgement:
    """The inconclusive judgement when some attempts got no answer that tells; `what` names them."""
    names = list(what)
    return replace(
        inconclusive(
            "{count} attempt(s) got no answer that tells: {names}",
            "มี {count} การทดลองที่คำตอบไม่เพียงพอให้สรุป: {names}",
            count=len(names),
            names="; ".join(names[:6]),
        ),
        fault=Fault.TARGET,
    )


def ids(*exchanges: Exchange | None) -> tuple[str, ...]:
    """The ids of these exchanges, without repeats and without the unnamed."""
    return tuple(dict.fromkeys(e.id for e in exchanges if e is not None and e.id))


def control_of(exchange: Exchange) -> str:
    """How a pass names its positive control: the id, or words where the exchange has none."""
    return exchange.id or f"{exchange.label or 'ordinary request'} answered {exchange.status}"
