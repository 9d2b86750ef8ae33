"""Set-Cookie by RFC 6265bis (draft-ietf-httpbis-rfc6265bis §5.6, §5.7): what a browser stores, and under which rules."""

import re
from urllib.parse import urlsplit

from msgspec import Struct

from harness.evidence import Exchange

_PLACEHOLDER = re.compile(r"\[[a-z_-]+:[0-9a-f]+:(?P<length>[0-9]+)\]")
#: Names that say session, sign-in or token (ours, from the defaults of common frameworks and products).
_SESSION = re.compile(
    r"sess|^sid$|[._-]sid|sid$|auth|token|jwt|login|sso|identity|remember|ticket|aspxauth|\.aspnet|saml|oidc",
    re.IGNORECASE,
)
#: Names meant to be read by the page's own script (double-submit tokens) or of measuring tools.
_READABLE = re.compile(
    r"^(?:__host-|__secure-)?(?:x?-?csrf.*|xsrf.*|_ga.*|_gid|_gat.*|_pk_.*)$|csrf|xsrf", re.IGNORECASE
)
#: From this length on a value is long enough to be an identifier that opens a session (16 hex digits: 64 bits).
OPAQUE = 16


class Cookie(Struct, frozen=True):
    """One Set-Cookie line. `length` is that of the value before redaction; attributes by lower-case name, last wins."""

    name: str
    length: int
    attributes: dict[str, str]

    def has(self, attribute: str) -> bool:
        """Whether the attribute is there, with or without a value."""
        return attribute in self.attributes

    @property
    def same_site(self) -> str:
        """strict, lax, none, "" when absent, or "?" when browsers do not know the value."""
        if not self.has("samesite"):
            return ""
        value = self.attributes["samesite"].lower()
        return value if value in ("strict", "lax", "none") else "?"

    @property
    def domain(self) -> str:
        """The Domain attribute in lower case without its leading dot; "" is a host-only cookie."""
        return self.attributes.get("domain", "").lower().removeprefix(".")

    @property
    def path(self) -> str:
        """The Path attribute, or "" when browsers use the default path."""
        value = self.attributes.get("path", "")
        return value if value.startswith("/") else ""

    @property
    def kind(self) -> str:
        """session by name, readable by design, opaque (long enough to be an identifier), or plain."""
        if _READABLE.search(self.name):
            return "readable"
        if _SESSION.search(self.name):
            return "session"
        return "opaque" if self.length >= OPAQUE else "plain"


def parse(line: str) -> Cookie | None:
    """§5.6: name and value up to the first `;`, then attributes; None when a browser ignores the line."""
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line):
        return None
    pair, *rest = line.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    name, value = name.strip(" \t"), value.strip(" \t")
    if not name and not value:
        return None
    attributes: dict[str, str] = {}
    for part in rest:
        key, _, content = part.partition("=")
        if len(content.strip(" \t")) <= 1024:
            attributes[key.strip(" \t").lower()] = content.strip(" \t")
    hidden = _PLACEHOLDER.fullmatch(value)
    return Cookie(name, int(hidden["length"]) if hidden else len(value), attributes)


def cookies(exchange: Exchange) -> tuple[Cookie, ...]:
    """Every cookie the response sets, in order; lines a browser ignores are left out."""
    found = (parse(value) for value in exchange.values("set-cookie"))
    return tuple(cookie for cookie in found if cookie)


def refused(cookie: Cookie, url: str) -> str:
    """Why a browser does not store the cookie that `url` sets ("" when it does), in English (§5.7)."""
    host = (urlsplit(url).hostname or "").lower()
    name, secure = cookie.name.lower(), cookie.has("secure")
    foreign = cookie.domain and host != cookie.domain and not host.endswith("." + cookie.domain)
    reasons = {
        "larger than 4096 bytes": len(cookie.name.encode()) + cookie.length > 4096,
        "Domain is not this host's": foreign,
        "Secure over plain HTTP": secure and not url.lower().startswith("https:"),
        "SameSite=None without Secure": cookie.same_site == "none" and not secure,
        "prefix without Secure": name.startswith(("__secure-", "__host-")) and not secure,
        "__Host- with Domain or without Path=/": name.startswith("__host-")
        and (cookie.domain or cookie.path != "/"),
    }
    return next((why for why, holds in reasons.items() if holds), "")


def set_by(exchanges: tuple[Exchange, ...]) -> tuple[tuple[Exchange, Cookie], ...]:
    """Every cookie with the response that sets it."""
    return tuple((e, cookie) for e in exchanges for cookie in cookies(e))
