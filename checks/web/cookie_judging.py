"""One verdict over the cookies that a rule concerns."""

from collections.abc import Callable

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, Text, failed, needs_review, not_applicable, passed

from .pages_evidence import SitePages
from .responses import HTTPS_ROLES, blanket, clip, ids, labelled, undecided, unusable, where
from .setcookie import Cookie, set_by


def judge_cookies(
    pages: SitePages,
    concerned: Callable[[Cookie], bool],
    wrong: Callable[[Exchange, Cookie], Text | None],
    ok: Text,
    doubt: Callable[[Cookie], Text | None] = lambda _: None,
) -> Judgement:
    """Judge every cookie of every HTTPS response that `concerned` picks: `wrong` fails, `doubt` asks for a person.

    `{names}` in `ok` are the names judged. The length of a cookie is that before redaction."""
    if veil := blanket(pages):
        return undecided(veil)
    seen = labelled(pages, *HTTPS_ROLES, "again")
    found = [(e, c) for e, c in set_by(seen) if not unusable(e) and concerned(c)]
    broken = [(e, c, text) for e, c in found if (text := wrong(e, c))]
    if broken:
        return _failed(broken)
    if not found:
        return _none(pages, seen)
    doubts = [(e, c, text) for e, c in found if (text := doubt(c))]
    if doubts:
        return _doubtful(doubts)
    names = ", ".join(dict.fromkeys(clip(c.name, 40) for _, c in found))
    verdict = passed(ok.en, ok.th, names=names)
    return replace(verdict, assertions=len(found), exchanges=ids(dict.fromkeys(e for e, _ in found)))


def _failed(broken: list[tuple[Exchange, Cookie, Text]]) -> Judgement:
    said = _said(broken)
    verdict = failed("{en}", "{th}", en=said.en, th=said.th)
    return replace(verdict, assertions=len(broken), exchanges=ids(dict.fromkeys(e for e, _, _ in broken)))


def _doubtful(doubts: list[tuple[Exchange, Cookie, Text]]) -> Judgement:
    said = _said(doubts)
    verdict = needs_review("{en}", "{th}", en=said.en, th=said.th)
    return replace(verdict, exchanges=ids(dict.fromkeys(e for e, _, _ in doubts)))


def _said(found: list[tuple[Exchange, Cookie, Text]]) -> Text:
    first: dict[tuple[str, Text], Exchange] = {}
    for exchange, cookie, text in found:
        first.setdefault((clip(cookie.name, 60), text), exchange)
    some = list(first.items())[:4]
    return Text(
        "; ".join(f"cookie `{name}` {text.en}, set at {where(e)}" for (name, text), e in some),
        "; ".join(f"คุกกี้ `{name}` {text.th} กำหนดที่ {where(e)}" for (name, text), e in some),
    )


def _none(pages: SitePages, seen: tuple[Exchange, ...]) -> Judgement:
    clear = [e for e in seen if not unusable(e)]
    if not clear or any(unusable(e) for e in labelled(pages, "document")):
        return undecided(
            Text("no page that could set a cookie was seen", "ไม่มีหน้าเว็บที่อาจกำหนดคุกกี้ในหลักฐาน"), seen
        )
    return not_applicable(
        "the rule is for such cookies; {count} responses to an anonymous visitor set none",
        "ข้อนี้ใช้กับคุกกี้ประเภทดังกล่าว แต่คำตอบ {count} รายการต่อผู้ใช้ที่ยังไม่ลงชื่อเข้าใช้ไม่ได้กำหนดไว้",
        count=len(clear),
    )
