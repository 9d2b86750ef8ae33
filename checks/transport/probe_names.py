"""Collects TlsNames: whose certificate is shown to a client with a wrong name or none, and clear HTTP."""

import contextlib
import re
import ssl

from harness.evidence import Missing
from harness.registry import probe
from harness.scope import WireError
from harness.target import Endpoint

from .access_evidence import Shown, TlsNames
from .probe_line import Line, Wired, answer_at_all, together

#: A name nobody can own (RFC 6761 §6.4).
UNKNOWN = "no-such-tenant.invalid"
_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})")


@probe("endpoint", seconds=60, isolated=True)
def tls_names(endpoint: Endpoint, wire: Wired) -> TlsNames | Missing:
    """Ask one endpoint for its certificate by its own name, a wrong one and none, and speak clear HTTP to it."""
    line = Line(endpoint, wire)
    first = answer_at_all(line)
    if isinstance(first, Missing):
        return first
    own, wrong, none, plain = together(
        lambda: _leaf(line, None if line.is_address else line.host),
        lambda: _leaf(line, UNKNOWN),
        lambda: _leaf(line, None),
        lambda: _clear(line),
    )
    shown = (_shown("unknown name", wrong, own), _shown("no name", none, own))
    different = isinstance(own, bytes) and any(s.outcome == "other" for s in shown)
    return TlsNames(
        host=line.host,
        own=_names(own) if different and isinstance(own, bytes) else (),
        control=f"the endpoint's own name was answered with a certificate: {first.how}"
        if isinstance(own, bytes)
        else "",
        shown=shown,
        plain=plain[0],
        plain_how=plain[1],
    )


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def _leaf(line: Line, name: str | None) -> bytes | tuple[str, str]:
    """The leaf in DER, or (outcome, how) without one."""
    try:
        with line.open() as sock, _context().wrap_socket(sock, server_hostname=name) as secure:
            return secure.getpeercert(binary_form=True) or ("unknown", "no certificate")
    except ssl.SSLError as fault:
        return "refused", (fault.reason or "TLS error").lower().replace("_", " ")
    except TimeoutError:
        return "unknown", "no answer in time"
    except WireError as fault:
        return "unknown", str(fault)
    except OSError:
        return "refused", "the connection was closed"


def _shown(asked: str, got: bytes | tuple[str, str], own: bytes | tuple[str, str]) -> Shown:
    if isinstance(got, tuple):
        return Shown(asked, *got)
    if not isinstance(own, bytes):
        return Shown(asked, "unknown", "no certificate for the endpoint's own name to compare with")
    if got == own:
        return Shown(asked, "same", "the endpoint's own certificate")
    return Shown(asked, "other", "another certificate", _names(got))


def _names(leaf: bytes) -> tuple[str, ...]:
    """DNS names of a certificate, at most 20; imported late, because the case is rare."""
    from cryptography import x509

    with contextlib.suppress(ValueError, x509.ExtensionNotFound):
        found = x509.load_der_x509_certificate(leaf).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
        return tuple(name[:253] for name in found.value.get_values_for_type(x509.DNSName)[:20])
    return ()


def _clear(line: Line) -> tuple[str, str]:
    request = f"GET / HTTP/1.1\r\nHost: {line.host}\r\nConnection: close\r\n\r\n".encode()
    try:
        with line.open() as sock:
            sock.sendall(request)
            data = b""
            while len(data) < 12 and (more := sock.recv(4096)):
                data += more
    except TimeoutError:
        return "silent", f"no answer in {line.patience:.0f} s"
    except (OSError, WireError):
        return "refused", "the connection was closed"
    return _meaning(data)


def _meaning(data: bytes) -> tuple[str, str]:
    status = _STATUS.match(data)
    if status:
        code = int(status[1])
        kind = "content" if 200 <= code < 300 else "redirect" if 300 <= code < 400 else "error"
        return kind, f"HTTP status {code}"
    if data[:1] == b"\x15" and len(data) >= 7:
        return "refused", f"TLS alert {data[6]}"
    return ("other", f"{len(data)} bytes that are neither HTTP nor TLS") if data else ("refused", "closed")
