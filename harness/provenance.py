"""What a browser says of where a form stood: platforms guard against forged requests by it and take no form without."""

from collections.abc import Iterable
from urllib.parse import quote, urlsplit, urlunsplit

Header = tuple[str, str]
_PORTS = {"http": ":80", "https": ":443"}
_POLICIES = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)


def provenance(page: str, action: str, method: str, policy: str = "") -> tuple[Header, ...]:
    """Origin and Referer of a form, by the page's referrer policy (Fetch §3.2, Referrer Policy §8.3)."""
    (origin, bare), there = _origin(page), _origin(action)[0]
    hidden = policy == "no-referrer" or (policy == "same-origin" and origin != there)
    if not origin or hidden:
        return (("Origin", "null"),) if method == "POST" else ()
    whole = policy == "unsafe-url" or (origin == there and policy not in ("origin", "strict-origin"))
    referer = ("Referer", bare if whole else f"{origin}/")
    return (("Origin", origin), referer) if method == "POST" else (referer,)


def referrer_policy(headers: Iterable[Header]) -> str:
    """The last referrer policy that a browser knows; "" for its default."""
    said = [
        word.strip().lower()
        for name, value in headers
        if name.lower() == "referrer-policy"
        for word in value.split(",")
    ]
    return next((word for word in reversed(said) if word in _POLICIES), "")


def _origin(url: str) -> tuple[str, str]:
    """The origin of an address, "" where it has none, and the address without user and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].lower()
    except ValueError:
        return "", ""
    if parts.scheme not in _PORTS or not host.isascii() or not host:
        return "", ""
    host = host.removesuffix(_PORTS[parts.scheme])
    whole = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    return f"{parts.scheme}://{host}", quote(whole, safe="%/:?&=+~!$'()*,;@[]")
