"""Reading published documents: which of them tell something, and what to say of those that do not."""

from collections.abc import Iterable

from msgspec.structs import replace

from harness.evidence import Cause, Exchange
from harness.model import Fault, Judgement, Text, inconclusive
from harness.wording import quoted

from .published_evidence import Document, Published


def said(exchange: Exchange) -> Text:
    """How an exchange ended, in a few words."""
    if exchange.answered:
        return Text(f"answered {exchange.status}", f"ตอบ {exchange.status}")
    why = quoted(exchange.detail or (exchange.fault or Cause.MALFORMED).value)
    return Text(f"gave no usable answer ({why.en})", f"ไม่ได้ให้คำตอบที่ใช้ได้ ({why.th})")


def usable(document: Document) -> bool:
    """Whether it was given as the standards ask: 200, one JSON object."""
    return document.parsed and document.exchange.status == 200 and document.exchange.answered


def absent(document: Document) -> bool:
    """Whether the platform says plainly that there is none."""
    return document.exchange.answered and document.exchange.status in (404, 410)


def unread(document: Document) -> Text:
    """Why a document that is neither given nor denied tells nothing."""
    exchange = document.exchange
    if exchange.answered and exchange.status == 200:
        if not exchange.complete:
            return Text("it is too large to be read", "มีขนาดใหญ่เกินกว่าจะอ่าน")
        kind = (exchange.value("content-type") or "")[:60]
        shown = Text(kind, kind) if kind else Text("no media type", "ไม่ระบุชนิดสื่อ")
        return Text(f"what came is no JSON object ({shown.en})", f"สิ่งที่ได้ไม่ใช่ออบเจกต์ JSON ({shown.th})")
    if exchange.status in (301, 302, 303, 307, 308):
        place = (exchange.value("location") or "")[:120]
        return Text(f"it leads on to {place}", f"ถูกส่งต่อไปที่ {place}")
    return said(exchange)


def undecided(en: str, th: str, *exchanges: Exchange, fault: Fault = Fault.TARGET) -> Judgement:
    """The evidence does not tell; the texts are used as they are."""
    found = inconclusive("{en}", "{th}", en=en, th=th)
    return replace(found, fault=fault, assertions=0, exchanges=ids(exchanges))


def ids(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """The ids of exchanges that were recorded."""
    return tuple(dict.fromkeys(e.id for e in exchanges if e.id))


def listed(texts: Iterable[Text], most: int = 8) -> Text:
    """Texts side by side, the first few of them."""
    shown = list(texts)
    more = f"; +{len(shown) - most}" if len(shown) > most else ""
    return Text("; ".join(t.en for t in shown[:most]) + more, "; ".join(t.th for t in shown[:most]) + more)


def documents(found: Published) -> tuple[tuple[Document, ...], Judgement | None]:
    """The documents that can be judged, or why none can."""
    good = tuple(d for d in found.documents if usable(d))
    if good:
        return good, None
    exchanges = [d.exchange for d in found.documents]
    why = listed(_each(d) for d in found.documents)
    return (), undecided(f"no metadata to read: {why.en}", f"ไม่มีเมทาดาทาให้อ่าน: {why.th}", *exchanges)


def _each(document: Document) -> Text:
    why = unread(document)
    return Text(f"{document.place}: {why.en}", f"{document.place}: {why.th}")
