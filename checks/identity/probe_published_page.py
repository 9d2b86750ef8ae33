"""Looks at the page that people sign in at, before anybody does."""

from urllib.parse import urljoin, urlsplit

import lxml.html
from msgspec.structs import replace

from harness.agent import Page, forms
from harness.evidence import Missing
from harness.registry import probe
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Flow
from .published_evidence import AuthorizationPage, Part

#: Elements and attributes by which a page loads something, and rel values that make a <link> load.
_LOADS = {"script": "src", "img": "src", "iframe": "src", "frame": "src", "embed": "src", "object": "data", "video": "src", "audio": "src", "source": "src", "input": "src"}  # fmt: skip
_RELS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon", "prefetch"}


@probe("issuer", seconds=60)
def authorization_page(issuer: Issuer, wire: Wire) -> AuthorizationPage | Missing:
    """Send one good authorization request and go where it leads, until a page; nobody signs in."""
    flow = Flow(wire, issuer)
    ask = flow.ask()
    page = flow.authorize(ask, sign_in=False).page
    own = set(wire.target.scope.hosts) | {c.host for c in wire.target.components}
    tree = _tree(page)
    return AuthorizationPage(
        exchange=replace(page.exchange, body=""),
        html=tree is not None and page.exchange.complete,
        form=any(form.password for form in forms(page)),
        parts=_parts(page.url, tree, own) if tree is not None else (),
        referrer=_referrer(tree) if tree is not None else (),
    )


def _tree(page: Page) -> lxml.html.HtmlElement | None:
    kind = next((v for n, v in page.headers if n.lower() == "content-type"), "")
    if "html" not in kind.lower() or not page.body.strip():
        return None
    try:
        return lxml.html.document_fromstring(page.body, base_url=page.url)
    except (ValueError, lxml.etree.LxmlError):
        return None


def _parts(url: str, tree: lxml.html.HtmlElement, own: set[str]) -> tuple[Part, ...]:
    """What the page loads, each element and host once."""
    found: dict[tuple[str, str], Part] = {}
    base = urljoin(url, next((b.get("href") or "" for b in tree.iter("base")), ""))
    for element, place in _loaded(tree):
        try:
            host = (urlsplit(urljoin(base, place.strip())).hostname or "").lower()
        except ValueError:
            continue
        if host:
            found.setdefault((element, host), Part(element, host, _ours(host, url, own)))
        if len(found) >= 100:
            break
    return tuple(found.values())


def _loaded(tree: lxml.html.HtmlElement) -> list[tuple[str, str]]:
    found = [(tag, e.get(name)) for tag, name in _LOADS.items() for e in tree.iter(tag) if e.get(name)]
    links = [e for e in tree.iter("link") if _RELS & set((e.get("rel") or "").lower().split())]
    found += [("link", e.get("href")) for e in links if e.get("href")]
    for style in tree.iter("style"):
        found += [("style", place) for place in _style_places(style.text or "")]
    return found


def _style_places(text: str) -> list[str]:
    """What url(…) and @import "…" of a style sheet load."""
    found = [piece.partition(")")[0].strip(" '\"") for piece in text.split("url(")[1:51]]
    for piece in text.split("@import")[1:51]:
        quoted = piece.strip()
        if quoted[:1] in ("'", '"'):
            found.append(quoted[1:].partition(quoted[0])[0])
    return [place for place in found if not place.startswith("data:")]


def _ours(host: str, url: str, own: set[str]) -> bool:
    names = {name.lower() for name in own} | {(urlsplit(url).hostname or "").lower()}
    return any(host == name or host.endswith(f".{name}") for name in names if name)


def _referrer(tree: lxml.html.HtmlElement) -> tuple[str, ...]:
    named = [m for m in tree.iter("meta") if (m.get("name") or "").strip().lower() == "referrer"]
    return tuple((m.get("content") or "").strip().lower()[:60] for m in named[:10])
