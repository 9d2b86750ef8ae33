"""What the reader is asked and what it answers: the words between the process that judges and the one that opens."""

from typing import Literal

from msgspec import Struct

#: Larger than any signed policy or report; a scan of 200 pages at 200 dpi in grey is about 40 MB.
MAX_BYTES = 50_000_000
#: Pages whose text is taken: the cited ones first. A book of laws has more; nobody cites all of it.
MAX_PAGES = 300
#: Letters of text kept from one document, about 2500 printed pages.
MAX_LETTERS = 5_000_000
#: What a DOCX may expand to, pictures included, and how many files it may hold; Word writes a dozen or two.
MAX_EXPANDED = 100_000_000
MAX_ENTRIES = 2_000
#: Documents open at the same time.
PARALLEL = 2


class Limits(Struct, frozen=True):
    """Per document: seconds of computing, seconds by the clock (for a busy machine), bytes of memory."""

    computing: int = 60
    clock: int = 300
    memory: int = 768_000_000


class Wanted(Struct, frozen=True):
    """A document to open and the page spans (first, last) that are cited."""

    path: str
    spans: tuple[tuple[int, int], ...] = ()


class Order(Struct, frozen=True):
    """What a child process is to do."""

    documents: tuple[Wanted, ...]
    limits: Limits


class Reading(Struct, frozen=True, kw_only=True, tag=True):
    """What stands in a document. `pages` is None for a DOCX, which has none; its text is under page 0.

    `unread` are pages whose text layer is missing, or not what a reader sees, or that were left out as too many.
    """

    digest: str
    size: int
    pages: int | None = None
    texts: dict[int, str] = {}
    headings: tuple[str, ...] = ()
    unread: tuple[int, ...] = ()


class Refusal(Struct, frozen=True, kw_only=True, tag=True):
    """Why a document was not read; `why` continues a sentence that began with its name and says what to do."""

    kind: Literal["size", "type", "encrypted", "bomb", "damaged", "killed"]
    why: str
    digest: str = ""
    size: int = 0


Answer = Reading | Refusal


class ReadingError(Exception):
    """Raised inside the child; becomes a Refusal."""

    def __init__(self, kind: Literal["type", "encrypted", "bomb", "damaged", "killed"], why: str) -> None:
        super().__init__(why)
        self.kind, self.why = kind, why
