"""Collects TlsClientAuth: whether an endpoint that claims mutual TLS refuses every client it should refuse."""

import re
import ssl
import tempfile
from pathlib import Path

from harness.evidence import Missing
from harness.registry import probe
from harness.scope import WireError
from harness.target import Endpoint

from .access_evidence import Presented, TlsClientAuth
from .probe_line import Line, Wired, answer_at_all, together
from .probe_session import asks_for_certificate

#: What the target file calls it, under a component's `claims`.
CLAIM = "mtls"
#: Seconds in which a TLS 1.3 server that refuses the certificate says so, before anything is requested.
_SHORT = 0.5
#: Statuses by which web servers refuse a client certificate; 495 and 496 are nginx's own.
_REFUSING = (400, 401, 403, 495, 496)
_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})")


@probe("endpoint", seconds=60, isolated=True)
def tls_clientauth(endpoint: Endpoint, wire: Wired) -> TlsClientAuth | Missing:
    """Come without a certificate and with four that no server may accept; nothing is sent unless claimed."""
    if CLAIM not in endpoint.claims:
        return TlsClientAuth(claimed=False)
    line = Line(endpoint, wire)
    first = answer_at_all(line)
    if isinstance(first, Missing):
        return first
    from .probe_clientcerts import make_all  # an X.509 library only where the claim needs one

    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, Path | None] = {"none": None, **make_all(Path(folder))}
        attempts = tuple(together(*(lambda n=n, f=f: _attempt(line, n, f) for n, f in files.items())))
    return TlsClientAuth(
        claimed=True,
        asks=asks_for_certificate(line, first),
        attempts=attempts,
        control=f"the server answered on the same path: {first.how}",
    )


def _attempt(line: Line, name: str, file: Path | None) -> Presented:
    try:
        context = _context(file)
        server = None if line.is_address else line.host
        with line.open() as sock, context.wrap_socket(sock, server_hostname=server) as secure:
            return Presented(name, *_reaction(secure, line))
    except ssl.SSLError as fault:
        return Presented(name, *_refusal(fault))
    except TimeoutError:
        return Presented(name, "unknown", "no answer in time")
    except (OSError, WireError) as fault:
        return Presented(name, "unknown", f"the connection ended: {type(fault).__name__}")


def _context(file: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if file is not None:
        context.load_cert_chain(file)
    return context


def _refusal(fault: ssl.SSLError) -> tuple[str, str]:
    reason = (fault.reason or "").lower().replace("_", " ")
    return ("refused_tls" if "alert" in reason else "unknown"), reason or "TLS error"


def _reaction(secure: ssl.SSLSocket, line: Line) -> tuple[str, str]:
    """After the handshake: an alert at once (TLS 1.3), or the answer to one request (nginx finishes the
    handshake with anyone and then says 400)."""
    secure.settimeout(_SHORT)
    try:
        if not secure.recv(1):
            return "unknown", "closed after the handshake without an alert"
    except ssl.SSLError as fault:
        return _refusal(fault)
    except TimeoutError:
        pass
    secure.settimeout(line.wait)
    agent = getattr(line.wire, "user_agent", "moph-harness")
    request = f"GET / HTTP/1.1\r\nHost: {line.host}\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n"
    try:
        secure.sendall(request.encode())
        status = _STATUS.match(secure.recv(4096))
    except ssl.SSLError as fault:
        return _refusal(fault)
    if status is None:
        return "unknown", "the answer is not HTTP"
    code = int(status[1])
    if code in _REFUSING:
        return "refused_http", f"HTTP status {code}"
    return ("unknown" if code >= 500 else "accepted"), f"HTTP status {code}"
