"""What an answer shows to a stranger, made comparable: words without the name tried, without digits and tokens."""

import hashlib
import re
import secrets
from urllib.parse import parse_qsl, urlsplit

import lxml.html

from harness.agent import Page
from harness.wire import Wire

from .evidence import Reply


class Seen:
    """An answer and the words it showed; the words stay in memory."""

    def __init__(self, reply: Reply, words: str) -> None:
        self.reply, self.words = reply, words


def seen(page: Page, step: str, tried: str, milliseconds: float = 0.0) -> Seen:
    """Read an answer to a form in which the name `tried` was typed."""
    words = _words(page, tried)
    names = {value.partition("=")[0].strip() for name, value in page.headers if name.lower() == "set-cookie"}
    reply = Reply(
        step=step,
        status=page.status,
        place=_place(page.location, tried)[:200],
        cookies=tuple(sorted(names)),
        words=hashlib.sha256(words.encode()).hexdigest()[:16] if words else "",
        milliseconds=milliseconds,
        exchange=page.exchange.id,
    )
    return Seen(reply, words)


def difference(known: list[Seen], unknown: list[Seen], wire: Wire) -> str:
    """Words that one kind of answer showed and the other did not, at the first step where they differ."""
    for a in known:
        for b in unknown:
            if a.reply.step == b.reply.step and a.words != b.words:
                mine, theirs = _only(a.words, b.words), _only(b.words, a.words)
                return wire.redacted(f"`{mine}` for a known name, `{theirs}` for an unknown one")[:400]
    return ""


def _place(location: str, tried: str) -> str:
    """Where a redirect leads: the path, and of the query what reads like a word; tokens there change each time."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "?"
    asked = sorted(
        (k, v if re.fullmatch(r"[A-Za-z_ -]{0,30}", v) else "*") for k, v in parse_qsl(parts.query)
    )
    return _steady(parts.path, tried) + "".join(f" {k[:30]}={_steady(v, tried)}" for k, v in asked)


def _only(words: str, others: str) -> str:
    there = set(others.split())
    return " ".join(word for word in words.split() if word not in there)[:150]


def _words(page: Page, tried: str) -> str:
    try:
        tree = lxml.html.document_fromstring(page.body) if b"<" in page.body[:500] else None
    except (ValueError, lxml.etree.LxmlError):
        tree = None
    if tree is None:
        return _steady(page.body[:20_000].decode("utf-8", "replace"), tried)
    for hidden in tree.xpath("//script|//style|//template|//noscript"):
        hidden.drop_tree()
    return _steady(" ".join(tree.itertext())[:20_000], tried)


def _steady(text: str, tried: str) -> str:
    """The text without what differs from answer to answer anyway."""
    text = re.sub(re.escape(tried), "", text, flags=re.IGNORECASE) if tried else text
    return " ".join(re.sub(r"[0-9a-fA-F]{16,}|\d+", "", text).split())


def nobody_like(username: str) -> str:
    """A name of the same form that nobody has.

    Thirteen digits become a citizen id that begins with 9, which is not given out, with the right check digit.
    """
    if re.fullmatch(r"\d{13}", username):
        digits = "9" + "".join(str(secrets.randbelow(10)) for _ in range(11))
        total = sum(int(d) * (13 - i) for i, d in enumerate(digits))
        return digits + str((11 - total % 11) % 10)
    local, at, domain = username.partition("@")
    made = f"moph{secrets.token_hex(8)}"[: max(8, len(local))]
    return made + at + domain


def said_wait(page: Page) -> int | None:
    """Seconds that a refusal says to wait: Retry-After (RFC 9110 §10.2.3), or its words."""
    for name, value in page.headers:
        if name.lower() == "retry-after" and re.fullmatch(r"\d{1,7}", value.strip()):
            return int(value)
    text = re.sub(r"<[^>]{0,500}>", " ", page.body[:50_000].decode("utf-8", "replace"))
    found = re.search(r"(\d{1,4})\s{0,3}(seconds?|minutes?|hours?|วินาที|นาที|ชั่วโมง)", text, re.IGNORECASE)
    if not found:
        return None
    unit = found[2].lower().rstrip("s")
    return (
        int(found[1]) * {"second": 1, "วินาที": 1, "minute": 60, "นาที": 60, "hour": 3600, "ชั่วโมง": 3600}[unit]
    )
