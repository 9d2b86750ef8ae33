"""Judging many responses alike: which ones can be judged at all, and one verdict over those that can.

A response that did not arrive, is a 5xx, was throttled, or is the same page whatever is asked (a firewall's
block page) says nothing about the platform: it is never counted as good nor as bad. One clear violation
decides all the same; without one, anything unclear makes the whole check inconclusive.
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.evidence import Cause, Exchange
from harness.model import Fault, Judgement, Text, failed, inconclusive, not_applicable, passed

from .fields import is_html
from .pages_evidence import SitePages

#: What a rule says of one response: None when it conforms, otherwise what is wrong.
Rule = Callable[[Exchange], Text | None]

HTTPS_ROLES = ("document", "static", "api", "error", "api-error", "redirect")
#: Kinds of component that need not have a page at all.
MACHINE_KINDS = ("api", "fhir")


def clip(value: str, most: int = 120) -> str:
    """A value of the platform, fit for one line of a report: control characters shown, length bounded."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value[: most + 1])
    return shown if len(value) <= most else shown[:most] + "…"


def where(exchange: Exchange) -> str:
    """Which response: its path and status."""
    path = urlsplit(exchange.url).path or "/"
    return f"{clip(path, 80)} ({exchange.status})" if exchange.status else clip(path, 80)


def labelled(pages: SitePages, *roles: str) -> tuple[Exchange, ...]:
    """The exchanges of these roles, in the order they were made."""
    return tuple(e for e in pages.exchanges if e.label in roles)


def ids(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """The ids of these exchanges, without empty ones."""
    return tuple(e.id for e in exchanges if e.id)


def unusable(exchange: Exchange) -> Text | None:
    """Why this response says nothing about the platform, or None."""
    if not exchange.answered:
        cause = exchange.fault or Cause.MALFORMED
        return Text(f"no usable answer ({cause})", f"ไม่ได้รับคำตอบที่ใช้ได้ ({cause})")
    status = exchange.status or 0
    if status >= 500 or status == 429:
        return Text(f"answered {status}", f"ตอบรหัส {status}")
    if exchange.label in ("document", "again", "static") and status >= 400:
        return Text(f"blocked or absent, answered {status}", f"ถูกปิดกั้นหรือไม่มีอยู่ ตอบรหัส {status}")
    return None


def blanket(pages: SitePages) -> Text | None:
    """Why these responses look like one and the same page put in front of the platform, or None.

    A page that does not exist, the API and the documents cannot all have the same content; when they do,
    a firewall or a maintenance page answers instead. Words with digits (request numbers) are not compared.
    """
    seen = [e for e in labelled(pages, "document", "static", "api", "error", "api-error") if e.answered]
    kinds = {e.label for e in seen}
    if len(kinds) < 2 or "error" not in kinds or seen[0].status in (401, 404):
        return None
    if len({e.status for e in seen}) == 1 and len({_gist(e) for e in seen}) == 1:
        return Text(
            f"every path answers with the same {seen[0].status} page, so a firewall may be answering for the platform",
            f"ทุกเส้นทางตอบด้วยหน้าเดียวกัน (รหัส {seen[0].status}) จึงอาจเป็นไฟร์วอลล์ตอบแทนระบบจริง",
        )
    return None


def _gist(exchange: Exchange) -> str:
    path = urlsplit(exchange.url).path
    body = exchange.body[:20_000].replace(path, "") if len(path) > 1 else exchange.body[:20_000]
    return " ".join(word for word in body.split() if not re.search(r"\d", word))


def undecided(reason: Text, exchanges: Iterable[Exchange] = ()) -> Judgement:
    """Inconclusive because of the platform, with the reason as given."""
    verdict = inconclusive("{en}", "{th}", en=reason.en, th=reason.th)
    return replace(verdict, fault=Fault.TARGET, exchanges=ids(exchanges))


def survey(pages: SitePages, exchanges: Iterable[Exchange], rule: Rule, ok: Text) -> Judgement:
    """Judge every exchange by `rule`: any violation fails, anything unclear is inconclusive, else `ok`.

    `{count}` in `ok` is the number of responses judged.
    """
    exchanges = tuple(exchanges)
    if veil := blanket(pages):
        return undecided(veil, exchanges)
    unclear = [(e, why) for e in exchanges if (why := unusable(e))]
    judged = [e for e in exchanges if not unusable(e)]
    broken = [(e, wrong) for e in judged if (wrong := rule(e))]
    if broken:
        return broke(broken, len(judged))
    if unclear:
        return undecided(_listed(unclear), [e for e, _ in unclear])
    if not judged:
        return undecided(Text("no such response was recorded", "ไม่มีคำตอบประเภทนี้ในหลักฐาน"))
    return replace(passed(ok.en, ok.th, count=len(judged)), assertions=len(judged), exchanges=ids(judged))


def broke(broken: list[tuple[Exchange, Text]], total: int) -> Judgement:
    """The failure that these violations make, out of `total` responses judged."""
    listed = _listed(broken)
    verdict = failed(
        "{en}; {bad} of {total} responses",
        "{th} รวม {bad} จาก {total} คำตอบ",
        en=listed.en,
        th=listed.th,
        bad=len(broken),
        total=total,
    )
    return replace(verdict, assertions=total, exchanges=ids(e for e, _ in broken))


def _listed(found: list[tuple[Exchange, Text]]) -> Text:
    """At most three different findings, each with the first response that shows it."""
    first: dict[Text, Exchange] = {}
    for exchange, text in found:
        first.setdefault(text, exchange)
    some = list(first.items())[:3]
    more = " …" if len(first) > 3 else ""
    return Text(
        "; ".join(f"{text.en} at {where(e)}" for text, e in some) + more,
        "; ".join(f"{text.th} ที่ {where(e)}" for text, e in some) + more,
    )


def lacking(pages: SitePages) -> Text | None:
    """Why this evidence is too thin for a statement about every response, or None."""
    for roles, en, th in (
        (("document", "api"), "no page or API response", "หน้าเว็บหรือ API"),
        (("error", "api-error"), "no error response", "หน้าข้อผิดพลาด"),
    ):
        if not labelled(pages, *roles):
            return Text(f"{en} was recorded", f"ไม่มีคำตอบจาก{th}ในหลักฐาน")
    return None


def documents(pages: SitePages) -> tuple[Exchange, ...]:
    """The responses a browser renders as a page: declared documents, and API paths that answer with HTML.

    Documents that could not be had are included, so that a survey sees them as unclear.
    """
    return tuple(
        e
        for e in labelled(pages, "document", "api")
        if (unusable(e) and e.label == "document") or (e.answered and e.status == 200 and is_html(e))
    )


def survey_documents(pages: SitePages, rule: Rule, ok: Text) -> Judgement:
    """`survey` over the rendered pages; not applicable for a machine interface that has none."""
    found = documents(pages)
    if found:
        return survey(pages, found, rule, ok)
    if veil := blanket(pages):
        return undecided(veil)
    usable = [e for e in labelled(pages, "document", "api") if not unusable(e)]
    if usable and (pages.component in MACHINE_KINDS or all(not is_html(e) for e in usable)):
        return not_applicable(
            "the rule is for pages a browser renders; none of {count} responses of this {kind} is HTML",
            "ข้อนี้ใช้กับหน้าที่เบราว์เซอร์แสดงผล แต่คำตอบทั้ง {count} รายการขององค์ประกอบประเภท {kind} ไม่ใช่ HTML",
            count=len(usable),
            kind=pages.component,
        )
    return undecided(Text("no page was recorded", "ไม่มีหน้าเว็บในหลักฐาน"), labelled(pages, "api"))
