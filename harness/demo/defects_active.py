"""Defects that answer active experiments wrongly: layers before the routes, and lenient parsing."""

import gzip
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.demo.behaviour import HOSTS, Answer, Behaviour, Layer
from harness.demo.entry import end_sessions
from harness.demo.http1 import Framing
from harness.demo.messages import Request, Response
from harness.demo.replies import redirect
from harness.demo.switch import Change, Defect, listed, route, setting

_RECORD = "/patients/me"


def echo_trace(request: Request, answer: Answer) -> Response:
    """Answer TRACE with the request itself."""
    if request.method != "TRACE":
        return answer(request)
    lines = [f"TRACE {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    return Response(kind="api", body="\r\n".join([*lines, "", ""]).encode(), content_type="message/http")


def override_method(request: Request, answer: Answer) -> Response:
    """Believe X-HTTP-Method-Override."""
    wanted = request.value("x-http-method-override")
    return answer(replace(request, method=wanted) if wanted else request)


def squeeze_search(request: Request, answer: Answer) -> Response:
    """Compress the page that repeats what was asked and holds a form token."""
    response = answer(request)
    if request.path != "/search" or "gzip" not in request.value("accept-encoding"):
        return response
    coding = ("Content-Encoding", "gzip")
    return replace(response, body=gzip.compress(response.body), headers=(*response.headers, coding))


def copy_language(request: Request, answer: Answer) -> Response:
    """Copy a parameter into a header as it came."""
    response = answer(request)
    wanted = request.query.get("lang")
    return (
        replace(response, headers=(*response.headers, ("Content-Language", wanted))) if wanted else response
    )


def show_traceback(request: Request, answer: Answer) -> Response:
    """Put the inside of the program into every 404."""
    response = answer(request)
    if response.status != 404:
        return response
    trace = b'Traceback (most recent call last):\n  File "/srv/portal/views.py", line 42, in find\nKeyError\n'
    return replace(response, body=response.body + trace, content_type="text/html; charset=utf-8")


def leave_browser(request: Request, app: Any) -> Response:
    """End the session at the server, and say nothing to the browser."""
    end_sessions(request, app)
    return redirect("/")


def shared_cache(stored: Callable[[Request], bool], asked_as: Callable[[Request], Request]) -> Change:
    """A cache in front that forgets who asked: the first answer of an address is everybody's."""

    def change(behaviour: Behaviour) -> None:
        kept: dict[str, Response] = {}

        def layer(request: Request, answer: Answer) -> Response:
            if request.method != "GET" or request.host != HOSTS["api"] or not stored(request):
                return answer(request)
            if request.target not in kept:
                response = answer(asked_as(request))
                if response.status != 200:
                    return response
                kept[request.target] = response
            return kept[request.target]

        behaviour.layers.append(layer)

    return change


def _provided(request: Request) -> bool:
    """Whether the request brings a token of the identity provider, which this cache lets pass."""
    return "." in request.value("authorization")


def without_suffix(request: Request) -> Request:
    """The record's own path, whatever follows it."""
    return replace(request, path=_RECORD)


def _layer(name: str, check: str, title: str, where: str, layer: Layer) -> Defect:
    return Defect(name, (check,), title, where, listed("layers", layer))


DEFECTS: tuple[Defect, ...] = (
    _layer("trace-enabled", "HTTP-19", "TRACE sends the request back", "http", echo_trace),
    _layer("method-override", "HTTP-20", "A header replaces the method", "http", override_method),
    _layer(
        "search-compressed", "HTTP-21", "A page with token and echo is compressed", "pages", squeeze_search
    ),
    Defect(
        "host-trusted",
        ("HTTP-22",),
        "Links are built from X-Forwarded-Host",
        "http",
        setting("own_origin", lambda request, host: f"https://{request.value('x-forwarded-host') or host}"),
    ),
    Defect(
        "lengths-confused",
        ("HTTP-23",),
        "Content-Length decides although Transfer-Encoding is there",
        "http",
        setting("framing", Framing(both_lengths=True)),
    ),
    _layer(
        "header-injection", "HTTP-24", "A parameter is copied into a header as it came", "http", copy_language
    ),
    _layer("traceback-shown", "WEB-12", "Errors show the inside of the program", "pages", show_traceback),
    Defect(
        "record-shared",
        ("HTTP-16",),
        "A cache gives one patient's record to the next who asks",
        "http",
        shared_cache(lambda r: r.path == _RECORD and not _provided(r), lambda r: r),
    ),
    Defect(
        "record-deceived",
        ("HTTP-17",),
        "A cache stores the record under an address that looks like a style sheet",
        "http",
        shared_cache(
            lambda r: r.path.startswith(_RECORD) and r.path.endswith((".css", ".js")), without_suffix
        ),
    ),
    Defect(
        "logout-forgets",
        ("HTTP-18",),
        "Signing out leaves the browser as it was",
        "cookies",
        route("portal", "/logout", "POST", leave_browser),
    ),
)
