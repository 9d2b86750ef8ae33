"""The text of a PDF, page by page. Runs in the confined child only."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from harness.attest import thai
from harness.attest.reading import MAX_LETTERS, MAX_PAGES, Reading, ReadingError

#: A page with a picture and no more letters than this is a scan with a stamp, such as the name of the scanner.
STAMP_LETTERS = 100
#: Where the end of a PDF says where its parts are.
TAIL = 2048


def read(data: bytes, spans: Iterable[tuple[int, int]], reading: Reading) -> Reading:
    """`reading` with the pages of the PDF `data`, cited spans first. Raises ReadingError."""
    from msgspec.structs import replace
    from pypdf import PdfReader

    if b"startxref" not in data[-TAIL:]:
        raise ReadingError("damaged", "is cut off: the end of the PDF is missing; hand in the whole file")
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise ReadingError(
            "encrypted", "is encrypted; hand in a copy saved without password and without restrictions"
        )
    pages = len(reader.pages)
    if pages == 0:
        raise ReadingError("damaged", "has no page; hand in the whole file")
    texts, unread = _texts(reader, _order(pages, spans))
    left = [page for page in range(1, pages + 1) if page not in texts]
    return replace(reading, pages=pages, texts=texts, unread=tuple(sorted({*unread, *left})))


def _order(pages: int, spans: Iterable[tuple[int, int]]) -> list[int]:
    cited = dict.fromkeys(p for first, last in spans for p in range(first, min(last, pages) + 1))
    return [*dict.fromkeys([*cited, *range(1, min(pages, MAX_PAGES) + 1)])][:MAX_PAGES]


def _texts(reader: Any, order: list[int]) -> tuple[dict[int, str], list[int]]:
    """Texts by page, and the pages that a machine cannot read."""
    texts: dict[int, str] = {}
    unread, letters = [], 0
    for number in order:
        text, is_read = _page(reader.pages[number - 1])
        if not is_read:
            unread.append(number)
        letters += len(text)
        if letters > MAX_LETTERS:
            break
        texts[number] = text
    return dict(sorted(texts.items())), unread


def _page(page: Any) -> tuple[str, bool]:
    """The text, and whether it is what a reader of the page sees."""
    try:
        text = page.extract_text()
        if text.strip():
            return text, thai.legible(text) and not (len(text) <= STAMP_LETTERS and _has_picture(page))
        contents = page.get_contents()
        return "", not (_has_picture(page) or (contents and contents.get_data().strip()))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 — whatever breaks on one page, the page is not read, and this is said
        return "", False


def _has_picture(page: Any) -> bool:
    """Whether the page's own resources hold a picture, or a form that may."""
    resources: Any = page.get("/Resources")
    objects: Any = resources.get_object().get("/XObject") if resources else None
    parts = objects.get_object().values() if objects else ()
    return any(part.get_object().get("/Subtype") in ("/Image", "/Form") for part in parts)
