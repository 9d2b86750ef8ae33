"""HTTP/1.1 on one connection, strictly: what RFC 9112 lets a server refuse is refused."""

import re
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from harness.demo.messages import Request

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_START = re.compile(rb"(%s) ([\x21-\x7e]+) HTTP/1\.([01])" % _TOKEN)
_FIELD = re.compile(rb"(%s):[ \t]*([\x20-\x7e\x80-\xff\t]*?)[ \t]*" % _TOKEN)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[\x20-\x7e]{0,64})?\r\n")
HEAD_BYTES = 16_384
BODY_BYTES = 1_048_576


class Refusal(Exception):  # noqa: N818 — an answer, not a fault of ours
    """The request is answered with this status and the connection is closed."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Framing(Struct, frozen=True):
    """How bodies are framed; the defaults are what RFC 9112 §6.3 asks for.

    `both_lengths` takes Content-Length where Transfer-Encoding stands beside it instead of refusing.
    """

    both_lengths: bool = False


def read_request(stream: BinaryIO, framing: Framing, scheme: str) -> Request | None:
    """Read one request; None at the end of the stream; raises Refusal for what is malformed."""
    start = _line(stream)
    if start in (None, b""):  # one empty line before a request is allowed (RFC 9112 §2.2)
        start = _line(stream) if start == b"" else None
    if start is None:
        return None
    found = _START.fullmatch(start)
    if not found:
        raise Refusal(400)
    headers = _headers(stream)
    method, target = found[1].decode(), found[2].decode()
    path, query = _split(method, target)
    request = Request(
        method=method,
        target=target,
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        scheme=scheme,
        version=int(found[3]),
        authority=urlsplit(target).netloc if "://" in target else None,
    )
    if request.version == 1 and len(request.values("host")) != 1:  # RFC 9112 §3.2
        raise Refusal(400)
    return request.with_body(_body(stream, request, framing))


def _line(stream: BinaryIO) -> bytes | None:
    line = stream.readline(HEAD_BYTES + 2)
    if not line:
        return None
    if not line.endswith(b"\r\n"):  # bare LF, an endless line, or the peer went away
        raise Refusal(431 if len(line) > HEAD_BYTES else 400)
    return line[:-2]


def _headers(stream: BinaryIO) -> tuple[tuple[str, str], ...]:
    found, size = [], 0
    while line := _line(stream):
        size += len(line)
        field = _FIELD.fullmatch(line)  # a folded line starts with a blank and does not match (RFC 9112 §5.2)
        if size > HEAD_BYTES or not field:
            raise Refusal(400 if not field else 431)
        found.append((field[1].decode(), field[2].decode("latin-1")))
    if line is None:
        raise Refusal(400)
    return tuple(found)


def _split(method: str, target: str) -> tuple[str, str]:
    if method == "CONNECT" or (method == "OPTIONS" and target == "*"):
        return target, ""
    if not target.startswith(("/", "http://", "https://")):
        raise Refusal(400)
    try:
        parts = urlsplit(target if "://" in target[:8] else "//x" + target)
    except ValueError:
        raise Refusal(400) from None
    return parts.path or "/", parts.query


def _body(stream: BinaryIO, request: Request, framing: Framing) -> bytes:
    lengths, codings = request.values("content-length"), request.values("transfer-encoding")
    if lengths and codings and not framing.both_lengths:  # RFC 9112 §6.1: a server may refuse, so it does
        raise Refusal(400)
    if lengths:
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,12}", lengths[0]):
            raise Refusal(400)
        return _exactly(stream, int(lengths[0]))
    if not codings:
        return b""
    if codings != ("chunked",) or request.version == 0:
        raise Refusal(400 if "chunked" in ",".join(codings).lower() else 501)
    return _chunks(stream)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    if size > BODY_BYTES:
        raise Refusal(413)
    body = stream.read(size)
    if len(body) < size:
        raise Refusal(400)
    return body


def _chunks(stream: BinaryIO) -> bytes:
    body = b""
    while True:
        found = _CHUNK.fullmatch(stream.readline(128))
        if not found:
            raise Refusal(400)
        size = int(found[1], 16)
        if size == 0:
            break
        body += _exactly(stream, size) if len(body) + size <= BODY_BYTES else _exactly(stream, BODY_BYTES + 1)
        if stream.read(2) != b"\r\n":
            raise Refusal(400)
    _headers(stream)  # trailers are read and dropped
    return body
