"""HTTP servers that lie and drag: one handler each, in the table `HTTP`."""

import gzip
import zlib
from collections.abc import Callable

from tests.hostile_servers import CITIZEN, COOKIE, SCRIPT, TOKEN, Handler, Talk


def page(body: str = "hello", title: str = "t") -> bytes:
    """A small HTML document."""
    return f"<!doctype html><html lang=en><title>{title}</title><p>{body}</p></html>".encode()


HTML = b"Content-Type: text/html; charset=utf-8"
OK = b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\n"


def says(*parts: bytes, then: Callable[[Talk], None] = lambda talk: None) -> Handler:
    """Read the request, send these bytes as they are, then do `then`."""

    def handle(talk: Talk) -> None:
        talk.request()
        talk.send(*parts)
        then(talk)

    return handle


def blurts(*parts: bytes) -> Handler:
    """Send these bytes before anyone asked, then stay."""

    def handle(talk: Talk) -> None:
        talk.send(*parts)
        talk.stall()

    return handle


def redirects(where: Callable[[Talk], str], status: bytes = b"302 Found") -> Handler:
    """Answer every request with a redirect."""

    def handle(talk: Talk) -> None:
        talk.request()
        talk.answer(b"", b"Location: " + where(talk).encode("utf-8", "surrogateescape"), status=status)

    return handle


def bomb(megabytes: int, window: int = 31) -> bytes:
    """Zeros, compressed a thousand times."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(squeeze.compress(bytes(1_000_000)) for _ in range(megabytes)) + squeeze.flush()


def coded(coding: bytes, body: bytes) -> Handler:
    """A body under a Content-Encoding, true or not."""
    return says(then=lambda talk: talk.answer(body, HTML, b"Content-Encoding: " + coding))


def fixed(status: bytes, body: bytes) -> Handler:
    """The same answer to everything."""
    return says(then=lambda talk: talk.answer(body, HTML, status=status))


def markup(talk: Talk) -> None:
    """Markup and script in every place that a report could show; `talk.server.away` is linked everywhere."""
    talk.request()
    away = talk.server.away
    code = SCRIPT.encode()
    links = (
        f'<a href="{away}/a">a</a><img src="{away}/b"><script src="{away}/c.js"></script>'
        f'<link rel=stylesheet href="{away}/d.css"><form action="{away}/e"><input name="{SCRIPT}"></form>'
        f'<meta http-equiv=refresh content="0;url={away}/f"><iframe src="//{away.split("//")[-1]}/g"></iframe>'
    )
    talk.answer(
        page(SCRIPT + links + talk.head.decode("latin-1"), "</title>" + SCRIPT),
        HTML,
        b"Server: " + code,
        b"X-Powered-By: '\"><svg/onload=alert(1)>{{7*7}}${7*7}",
        b"Set-Cookie: " + b"n<script>alert(1)</script>=v<script>; Path=/" + code,
        b"Content-Security-Policy: script-src " + code + b"; report-uri " + away.encode() + b"/csp",
        b"Strict-Transport-Security: max-age=" + code,
        b"Link: <" + away.encode() + b"/h>; rel=preload",
        b"Report-To: {\"endpoints\":[{\"url\":\"" + away.encode() + b"/i\"}]}",
        b"Access-Control-Allow-Origin: " + code,
        b"Access-Control-Allow-Methods: " + code,
        b"Allow: " + code,
        b"Referrer-Policy: " + code,
        b"X-<b>Name: bold",
        status=b"200 <script>alert(1)</script>",
    )  # fmt: skip


def leaking(talk: Talk) -> None:
    """A page that holds personal data, a token and its own cookie, in several writings."""
    talk.request()
    thai = CITIZEN.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    spaced = f"{CITIZEN[0]}-{CITIZEN[1:5]}-{CITIZEN[5:10]}-{CITIZEN[10:12]}-{CITIZEN[12]}"
    body = (
        f"<p>{CITIZEN} {spaced} {thai}</p><p>Authorization: Bearer {TOKEN}</p>"
        f'<input type=hidden name=access_token value="{TOKEN}"><script>var s = {{"session": "{COOKIE}"}}</script>'
        f"<p>{COOKIE}</p><pre>{talk.head.decode('latin-1')}</pre>"
    )
    talk.answer(
        page(body, f"patient {CITIZEN}"),
        HTML,
        f"Set-Cookie: SID={COOKIE}; Path=/".encode(),
        f"X-Patient: {spaced}".encode(),
        f"X-Debug: token={TOKEN}".encode(),
        f"Location: /next?access_token={TOKEN}&cid={CITIZEN}".encode(),
        f"Server: {CITIZEN}".encode(),
        b"X-Thai: " + thai.encode(),
        status=f"404 {CITIZEN}".encode() if "error" in talk.path else b"200 OK",
    )


def soft_404(talk: Talk) -> None:
    """The same friendly page for everything, whatever was asked."""
    talk.request()
    talk.answer(page("Welcome! We could not find it, but here is our home page.", "Home"), HTML)


WAF = page("Access denied. Your support ID is 4242.", "Request blocked")
FOREVER = b"X-A: b\r\n"

#: Every HTTP server that lies or drags, by name.
HTTP: dict[str, Handler] = {
    "drips the status line": says(then=lambda talk: talk.drip(OK * 999, 0.2)),
    "drips headers for ever": says(b"HTTP/1.1 200 OK\r\n", then=lambda talk: talk.drip(FOREVER * 9_999, 0.1)),
    "drips the body": says(OK + b"Content-Length: 100000\r\n\r\n", then=lambda talk: talk.drip(b"x" * 99_999, 0.1)),
    "drips chunks": says(OK + b"Transfer-Encoding: chunked\r\n\r\n", then=lambda t: t.drip(b"1\r\nx\r\n" * 9_999, 0.1)),
    "drips a body without end": says(OK + b"\r\n", then=lambda talk: talk.drip(b"x" * 99_999, 0.1)),
    "says nothing": says(then=lambda talk: talk.stall()),
    "stalls after the headers": says(OK + b"Content-Length: 10\r\n\r\n", then=Talk.stall),
    "stalls in the status line": says(b"HTTP/1.1 2", then=Talk.stall),
    "body without end": says(OK + b"\r\n", then=lambda talk: talk.pour(b"x" * 65_536)),
    "chunks without end": says(OK + b"Transfer-Encoding: chunked\r\n\r\n", then=lambda t: t.pour(b"400\r\n%b\r\n" % bytes(1024))),
    "headers without end": says(b"HTTP/1.1 200 OK\r\n", then=lambda talk: talk.pour(FOREVER * 1000)),
    "one header without end": says(b"HTTP/1.1 200 OK\r\nX-A: ", then=lambda talk: talk.pour(b"a" * 65_536)),
    "a status line without end": says(b"HTTP/1.1 200 ", then=lambda talk: talk.pour(b"a" * 65_536)),
    "chunk extension without end": says(OK + b"Transfer-Encoding: chunked\r\n\r\n5;a=", then=lambda t: t.pour(b"a" * 65_536)),
    "trailers without end": says(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", then=lambda t: t.pour(FOREVER * 1000)),
    "gzip bomb": coded(b"gzip", bomb(60)),
    "deflate bomb": coded(b"deflate", bomb(60, 15)),
    "gzip bomb in a gzip": coded(b"gzip, gzip", gzip.compress(bomb(60))),
    "claims gzip, is text": coded(b"gzip", page()),
    "claims deflate, is text": coded(b"deflate", page()),
    "claims brotli": coded(b"br", page()),
    "gzip cut short": coded(b"gzip", gzip.compress(page("x" * 5000))[:-20]),
    "gzip with a second face": coded(b"gzip", gzip.compress(page("first")) + gzip.compress(page("second"))),
    "length too short": says(OK + b"Content-Length: 5\r\n\r\n" + page("y" * 500)),
    "length too long": says(OK + b"Content-Length: 5000\r\n\r\n" + page()),
    "length negative": says(OK + b"Content-Length: -5\r\n\r\n" + page()),
    "length not a number": says(OK + b"Content-Length: 0x10\r\n\r\n" + page()),
    "length of many digits": says(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + page()),
    "two lengths": says(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + page()),
    "length and chunks": says(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    "chunks of garbage": says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnot a chunk\r\n"),
    "chunk of negative size": says(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n"),
    "chunk of huge size": says(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabcde"),
    "redirect to itself": redirects(lambda talk: talk.path),
    "redirects without end": redirects(lambda talk: f"/{len(talk.server.paths)}{talk.path[:200]}"),
    "redirect of a megabyte": redirects(lambda talk: "/" + "a" * 60_000),
    "redirect to nowhere": redirects(lambda talk: ""),
    "body not UTF-8": fixed(b"200 OK", b"<title>\xff\xfe\xc3\x28\xed\xa0\x80\xf8\x88</title>"),
    "headers not UTF-8": says(OK + b"X-A: \xff\xfe\xc3\x28\r\nX-\xe0\xb8\x81: b\r\nContent-Length: 2\r\n\r\nok"),
    "NULs in headers": says(OK + b"X-A: a\x00b\r\nX\x00Y: c\r\nContent-Length: 2\r\n\r\nok"),
    "NULs in the body": fixed(b"200 OK", b"<title>\x00a\x00</title>\x00"),
    "bare CR in headers": says(OK + b"X-A: a\rX-B: c\rSet-Cookie: d=e\r\nContent-Length: 2\r\n\r\nok"),
    "bare LF": says(OK.replace(b"\r\n", b"\n") + b"Content-Length: 2\n\nok"),
    "folded header": says(OK + b"X-A: one\r\n two\r\n\tthree\r\nContent-Length: 2\r\n\r\nok"),
    "first header folded": says(b"HTTP/1.1 200 OK\r\n X-A: one\r\nContent-Length: 2\r\n\r\nok"),
    "line without a colon": says(OK + b"this is no header\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 2\r\n\r\nok"),
    "space before the colon": says(OK + b"X-A : one\r\nContent-Length: 2\r\n\r\nok"),
    "header without a name": says(OK + b": one\r\nContent-Length: 2\r\n\r\nok"),
    "100 without end": says(then=lambda talk: talk.pour(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)),
    "103 without end": says(then=lambda talk: talk.pour(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)),
    "103, then 200": says(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok"),
    "101 unasked": says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", then=Talk.stall),
    "status 999": says(b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok"),
    "status 099": says(b"HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok"),
    "status of letters": says(b"HTTP/1.1 abc OK\r\n\r\n"),
    "HTTP/9.9": says(b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    "HTTP/0.9": says(b"<html>just a body</html>"),
    "garbage": lambda talk: talk.send(bytes(range(256)) * 64),
    "SSH": blurts(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "HTTP/2": blurts(b"\0\0\0\4\0\0\0\0\0"),
    "closes at once": lambda talk: None,
    "closes after the request": says(),
    "resets at once": Talk.reset,
    "resets in the headers": says(b"HTTP/1.1 200 OK\r\nX-A:", then=Talk.reset),
    "resets in the body": says(OK + b"Content-Length: 5000\r\n\r\n" + page(), then=Talk.reset),
    "closes in the body": says(OK + b"Content-Length: 5000\r\n\r\n" + page()),
    "two answers": says(OK + b"Content-Length: 2\r\n\r\nok" + OK + b"Content-Length: 2\r\n\r\nno"),
    "a thousand cookies": says(OK + b"".join(b"Set-Cookie: a%d=b\r\n" % n for n in range(90)) + b"Content-Length: 2\r\n\r\nok"),
    "markup everywhere": markup,
    "leaks secrets": leaking,
    "WAF": fixed(b"403 Forbidden", WAF),
    "always 500": fixed(b"500 Internal Server Error", page("Oops")),
    "always 429": fixed(b"429 Too Many Requests", page("Slow down")),
    "soft 404": soft_404,
}  # fmt: skip
