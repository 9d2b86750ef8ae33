"""ALPN in TLS 1.3, where the choice is encrypted: a finished handshake has to tell."""

import ssl

from harness.scope import WireError

from .features_evidence import Answer
from .probe_line import Line

#: Protocols that are not for a web server to choose: dead ones of the web, and others' (RFC 7301, ALPACA attack).
FOREIGN = ("spdy/3.1", "spdy/3", "spdy/2", "spdy/1", "imap", "pop3", "ftp")


def foreign_in_tls13(line: Line) -> Answer:
    """Offer only foreign protocols in TLS 1.3: chosen, ignored, refused or unknown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(list(FOREIGN))
    name = None if line.is_address else line.host
    try:
        with line.open() as sock, context.wrap_socket(sock, server_hostname=name) as secure:
            chosen = secure.selected_alpn_protocol()
            return Answer(
                "chosen" if chosen else "ignored", chosen or "the handshake was finished without one"
            )
    except ssl.SSLError as fault:
        refused = "APPLICATION_PROTOCOL" in (fault.reason or "")
        return Answer(
            "refused" if refused else "unknown", (fault.reason or "TLS error").lower().replace("_", " ")
        )
    except (OSError, WireError) as fault:
        return Answer("unknown", str(fault)[:120] or type(fault).__name__)
