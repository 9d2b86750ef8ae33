"""The request and the response of the demo platform, as values, and the bytes of a response."""

from email.utils import formatdate
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

from msgspec import Struct
from msgspec.structs import replace

Headers = tuple[tuple[str, str], ...]


class Request(Struct, frozen=True, kw_only=True):
    """One well-formed request. `authority` is set only for an absolute-form target."""

    method: str
    target: str
    path: str
    query: dict[str, str]
    headers: Headers
    scheme: str
    version: int = 1
    authority: str | None = None
    body: bytes = b""

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order."""
        return tuple(value for key, value in self.headers if key.lower() == name)

    def value(self, name: str) -> str:
        """The first value of a header, or the empty text."""
        return next(iter(self.values(name)), "")

    def with_body(self, body: bytes) -> "Request":
        """The same request with its body read."""
        return replace(self, body=body) if body else self

    @property
    def host(self) -> str:
        """The host asked for, without port, lower case."""
        return (self.authority or self.value("host")).rpartition("@")[2].partition(":")[0].lower()

    @property
    def resource(self) -> str:
        """Path and query as they were asked for."""
        return self.target if self.authority is None else "/" + self.target.split("/", 3)[-1]

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name; a header that does not parse is no cookie."""
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(self.value("cookie"))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open after the answer (RFC 9112 §9.3)."""
        return self.version == 1 and "close" not in self.value("connection").lower()


class Response(Struct, frozen=True, kw_only=True):
    """What a route answers. `kind` is the response class its headers are taken from; `nonce` is that of its scripts.

    `leads_to` is the origin to which the page's form may lead in the end.
    """

    kind: str
    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: Headers = ()
    nonce: str = ""
    leads_to: str = ""


def head_and_body(response: Response, headers: Headers, *, method: str, close: bool) -> bytes:
    """The bytes on the wire. HEAD gets the same head and no body (RFC 9110 §9.3.2)."""
    status = response.status
    lines = [f"HTTP/1.1 {status} {_phrase(status)}", f"Date: {formatdate(usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if status >= 200 and status != 204:
        lines.append(f"Content-Length: {len(response.body)}")
    if close:
        lines.append("Connection: close")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
    return head if method == "HEAD" or status in (204, 304) else head + response.body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
