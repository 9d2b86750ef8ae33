"""What the provider's endpoints are asked and answer: parameters, JSON, errors (RFC 6749 §5.2)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from harness.demo.behaviour import Handler
from harness.demo.messages import Headers, Request, Response
from harness.demo.replies import data

if TYPE_CHECKING:
    from harness.demo.web import App

Params = dict[str, str]
_FORM = "application/x-www-form-urlencoded"


class OAuthError(Exception):
    """An error answer; `code` is one of the registered error codes, `words` say to a developer what to change."""

    def __init__(self, code: str, words: str = "", status: int = 400, headers: Headers = ()) -> None:
        super().__init__(code)
        self.code, self.words, self.status, self.headers = code, words, status, headers

    @property
    def params(self) -> Params:
        """The error as members of an answer."""
        return {"error": self.code} | ({"error_description": self.words} if self.words else {})


def query(request: Request) -> Params:
    """The parameters of the address, byte for byte. Raises OAuthError when one stands twice (RFC 6749 §3.1)."""
    return _params(urlsplit("//x" + request.resource).query)


def form(request: Request) -> Params:
    """The parameters of a posted form. Raises OAuthError; the address must bear none, for addresses are logged."""
    if query(request):
        raise OAuthError("invalid_request", "parameters belong into the body")
    if request.value("content-type").partition(";")[0].strip().lower() != _FORM:
        raise OAuthError("invalid_request", f"the body is {_FORM}")
    return _params(request.body.decode("utf-8", "surrogateescape"))


def _params(text: str) -> Params:
    try:
        pairs = parse_qsl(text, errors="surrogateescape", max_num_fields=60)
    except ValueError:
        raise OAuthError("invalid_request", "too many parameters") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise OAuthError("invalid_request", "a parameter stands twice")
    return dict(pairs)


def endpoint(answer: Callable[[Request, "App"], Response]) -> Handler:
    """A handler whose errors are JSON that nobody stores (RFC 6749 §5.1, §5.2)."""

    def handler(request: Request, app: "App") -> Response:
        try:
            return answer(request, app)
        except OAuthError as error:
            return told(error.params, status=error.status, headers=error.headers)

    return handler


def told(value: Any, *, status: int = 200, headers: Headers = ()) -> Response:
    """A JSON answer that may hold tokens: its response class forbids storing it."""
    return data(value, status=status, kind="tokens", headers=headers)


def credentials(request: Request) -> tuple[str, str]:
    """Scheme, in lower case, and token of the Authorization header; empty without exactly one such header."""
    sent = request.values("authorization")
    scheme, _, token = (sent[0] if len(sent) == 1 else "").partition(" ")
    return scheme.lower(), token.strip()


def challenge(scheme: str, error: str = "", **more: str) -> Headers:
    """The challenge of a 401 or 403 (RFC 6750 §3, RFC 9449 §7.1)."""
    words = {"realm": "demo"} | ({"error": error} if error else {}) | more
    return (("WWW-Authenticate", f"{scheme} " + ", ".join(f'{k}="{v}"' for k, v in words.items())),)
