"""What a page's markup asks the browser to load, and what its <meta> elements say."""

from functools import lru_cache
from urllib.parse import urljoin

from msgspec import Struct

from harness.evidence import Exchange

from .tags import TooMuch, start_tags


class Resource(Struct, frozen=True):
    """One thing the page loads or sends to: the element, the absolute URL, its integrity attribute."""

    element: str
    url: str
    integrity: str = ""
    crossorigin: bool = False


class Markup(Struct, frozen=True):
    """A page, read: resources, `pragmas` (http-equiv name → contents), `names` (meta name → contents).

    `html` says that elements were found and all were read, so that absences among them mean something.
    """

    resources: tuple[Resource, ...] = ()
    pragmas: dict[str, tuple[str, ...]] = {}
    names: dict[str, tuple[str, ...]] = {}
    html: bool = False


def read(exchange: Exchange) -> Markup:
    """Read the body of a response as HTML."""
    return _read(exchange.url, exchange.body)


@lru_cache(maxsize=64)
def _read(url: str, body: str) -> Markup:
    reader, whole = _Reader(url), True
    try:
        for tag, given in start_tags(body):
            reader.take(tag, given)
    except TooMuch:
        whole = False
    return Markup(
        tuple(reader.resources),
        {k: tuple(v) for k, v in reader.pragmas.items()},
        {k: tuple(v) for k, v in reader.names.items()},
        whole and reader.elements > 0,
    )


#: Attributes that make the browser load or send something (Mixed Content, HTML §4). A link to click is not one.
_LOADS = {
    "script": ("src",),
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "img": ("src", "srcset"),
    "audio": ("src",),
    "video": ("src", "poster"),
    "source": ("src", "srcset"),
    "track": ("src",),
    "input": ("src", "formaction"),
    "button": ("formaction",),
    "form": ("action",),
}
#: rel values of <link> that load what they name.
_LOADING_RELS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"}


class _Reader:
    def __init__(self, url: str) -> None:
        self.base, self._based = url, False
        self.elements = 0
        self.resources: list[Resource] = []
        self.pragmas: dict[str, list[str]] = {}
        self.names: dict[str, list[str]] = {}

    def take(self, tag: str, given: dict[str, str]) -> None:
        """Take one start tag."""
        self.elements += 1
        if tag == "base" and "href" in given and not self._based:
            self.base, self._based = _join(self.base, given["href"]), True
        elif tag == "meta":
            self._meta(given)
        elif tag == "link":
            self._link(given)
        for name in _LOADS.get(tag, ()):
            for place in _urls(name, given.get(name, "")):
                self._add(tag, place, given)

    def _meta(self, given: dict[str, str]) -> None:
        content = given.get("content", "")
        if "http-equiv" in given:
            self.pragmas.setdefault(given["http-equiv"].strip().lower(), []).append(content)
        if "name" in given:
            self.names.setdefault(given["name"].strip().lower(), []).append(content)

    def _link(self, given: dict[str, str]) -> None:
        rels = set(given.get("rel", "").lower().split()) & _LOADING_RELS
        if rels and given.get("href"):
            self._add("style" if "stylesheet" in rels else "link", given["href"], given)

    def _add(self, element: str, place: str, given: dict[str, str]) -> None:
        url = _join(self.base, place)
        self.resources.append(Resource(element, url, given.get("integrity", ""), "crossorigin" in given))


def _urls(name: str, value: str) -> list[str]:
    if name != "srcset":
        return [value] if value.strip() else []
    return [part.split()[0] for part in value.split(",") if part.split()]


def _join(base: str, place: str) -> str:
    try:
        return urljoin(base, place.strip())
    except ValueError:
        return ""
