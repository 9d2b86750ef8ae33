"""Raw bytes over the wire, for requests that no HTTP library would send; replies are parsed leniently."""

import http.client
import io
import socket
import ssl
import time
from dataclasses import dataclass

from msgspec.structs import replace

from harness.door import Door
from harness.evidence import Cause, Exchange
from harness.redact import Redactor
from harness.response import CheckedResponse
from harness.scope import WireError


@dataclass(frozen=True)
class Place:
    """Where raw bytes go: host and port, in TLS or in clear, and the SNI name to send."""

    host: str
    port: int
    tls: bool
    server_name: str


def send(
    wire: Door,
    exchange: Exchange,
    place: Place,
    payload: bytes,
    *,
    seconds: float | None,
    redactor: Redactor,
) -> Exchange:
    """Open a connection, send `payload`, collect the reply and return the recorded exchange. Raises WireError."""
    sock: socket.socket = wire.connect(place.host, place.port)
    deadline = wire.until(min(seconds or wire.limits.read_seconds, wire.limits.total_seconds))
    try:
        if place.tls:
            sock = wire.secure(sock, place.server_name)
        sock.sendall(payload)
        reply, ended = _read(sock, deadline, wire.limits.body_bytes)
    except ssl.SSLError as wrong:
        raise WireError(Cause.TLS, str(wrong)) from None
    except OSError as wrong:
        cause = Cause.TIMEOUT if isinstance(wrong, TimeoutError) else Cause.UNREACHABLE
        raise WireError(cause, f"the connection broke: {wrong}") from None
    finally:
        sock.close()
    return _parsed(replace(exchange, tls="unverified" if place.tls else "none"), reply, ended, redactor)


def _read(sock: socket.socket, deadline: float, limit: int) -> tuple[bytes, str]:
    """The reply and how it ended: complete, closed, reset, silent or cut."""
    taken = b""
    while len(taken) < limit:
        left = deadline - time.monotonic()
        if left <= 0:
            return taken, "silent"
        sock.settimeout(left)
        try:
            chunk = sock.recv(65_536)
        except TimeoutError:
            return taken, "silent"
        except OSError:
            return taken, "reset"
        if not chunk:
            return taken, "closed"
        taken += chunk
        if _whole(taken):
            return taken, "complete"
    return taken[:limit], "cut"


def _whole(reply: bytes) -> bool:
    """Whether `reply` holds one complete HTTP response, so that no time is spent waiting for more."""
    head, gap, body = reply.partition(b"\r\n\r\n")
    if not gap or not head.startswith(b"HTTP/1."):
        return False
    fields = [line.partition(b":") for line in head.lower().split(b"\r\n")[1:]]
    lengths = [value.strip() for name, _, value in fields if name == b"content-length"]
    if any(name == b"transfer-encoding" for name, _, _ in fields):
        return body.endswith(b"0\r\n\r\n")
    return (
        len(lengths) == 1 and lengths[0].isdigit() and len(lengths[0]) < 19 and len(body) >= int(lengths[0])
    )


def _parsed(exchange: Exchange, reply: bytes, ended: str, redactor: Redactor) -> Exchange:
    detail = f"the reply ended: {ended}"
    if not reply:
        cause = Cause.TIMEOUT if ended == "silent" else Cause.MALFORMED
        return replace(exchange, fault=cause, detail=f"no reply at all; {detail}")
    response = CheckedResponse(_Bytes(reply))  # type: ignore[arg-type]
    try:
        response.begin()
        headers = tuple(response.getheaders())
        body, short = _body(response)
    except (http.client.HTTPException, ValueError, ArithmeticError, OSError):
        fault = Cause.TIMEOUT if ended == "silent" else None
        text = redactor.text(reply.decode("latin-1"), "body")
        return replace(
            exchange, body=text, size=len(reply), fault=fault, complete=False, detail=f"not HTTP; {detail}"
        )
    return replace(
        exchange,
        status=response.status,
        headers=redactor.headers(headers, "response"),
        body=redactor.body(body, response.getheader("Content-Type", ""), "body"),
        size=len(body),
        complete=ended in {"complete", "closed"} and not short,
        fault=Cause.MALFORMED if response.malformed else None,
        detail=response.malformed or detail,
    )


def _body(response: http.client.HTTPResponse) -> tuple[bytes, bool]:
    """The body that arrived, and whether it is shorter than announced."""
    try:
        return response.read(), False
    except http.client.IncompleteRead as cut:
        return cut.partial, True


class _Bytes:
    """What http.client needs of a socket, over bytes that have already arrived."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._data)
