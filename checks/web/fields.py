"""Reading header fields as a browser does: lists by Fetch, media types by MIME Sniffing, Cache-Control by RFC 9111."""

import re

from msgspec import Struct

from harness.evidence import Exchange

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HTML = ("text/html", "application/xhtml+xml")


def split_list(values: tuple[str, ...]) -> tuple[str, ...]:
    """Get, decode and split (Fetch §2.2.2): all lines joined, cut at commas outside quoted strings, trimmed."""
    return split_outside_quotes(", ".join(values), ",") if values else ()


def split_outside_quotes(text: str, at: str) -> tuple[str, ...]:
    """Cut `text` at every character `at` that is not inside a quoted string (RFC 9110 §5.6.4); parts are trimmed."""
    parts, start, quoted, escaped = [], 0, False, False
    for i, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == at and not quoted:
            parts.append(text[start:i])
            start = i + 1
    return tuple(part.strip(" \t") for part in (*parts, text[start:]))


def unquote(value: str) -> str | None:
    """A token as it is, a quoted string without its quotes, None for anything else (RFC 9110 §5.6)."""
    if _TOKEN.fullmatch(value):
        return value
    if len(value) >= 2 and value[0] == value[-1] == '"' and not re.search(r'(?<!\\)"', value[1:-1]):
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return None


class Media(Struct, frozen=True):
    """A media type: the essence in lower case and the charset parameter in lower case, or None."""

    essence: str
    charset: str | None = None


def media(exchange: Exchange) -> Media | None:
    """Extract a MIME type (Fetch §2.2.2): the last valid line wins; it keeps the charset of its own essence."""
    found: Media | None = None
    for text in split_list(exchange.values("content-type")):
        one = _media(text)
        if one is None or one.essence == "*/*":
            continue
        same = found is not None and found.essence == one.essence and one.charset is None
        found = Media(one.essence, found.charset) if same and found else one
    return found


def _media(text: str) -> Media | None:
    essence, *parameters = split_outside_quotes(text, ";")
    kind, slash, subtype = essence.partition("/")
    if not slash or not _TOKEN.fullmatch(kind) or not _TOKEN.fullmatch(subtype.rstrip()):
        return None
    pairs = (p.partition("=") for p in parameters)
    charsets = [unquote(value) for name, _, value in pairs if name.lower() == "charset"]
    return Media(essence.lower(), (charsets[0] or "").lower() if charsets else None)


def is_html(exchange: Exchange) -> bool:
    """Whether a browser renders the response as a page: by media type, by its first bytes when there is none."""
    kind = media(exchange)
    if kind is not None:
        return kind.essence in _HTML
    start = exchange.body[:512].lstrip("\ufeff \t\r\n\x0c").lower()
    return start.startswith(("<!doctype html", "<html", "<head", "<script", "<body"))


def cache_directives(exchange: Exchange) -> dict[str, str]:
    """Cache-Control by RFC 9111 §5.2: names in lower case with their argument ("" when there is none)."""
    found: dict[str, str] = {}
    for part in split_list(exchange.values("cache-control")):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), unquote(value.strip()) or "")
    return found
