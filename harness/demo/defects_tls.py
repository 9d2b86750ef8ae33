"""Defects of TLS: what Python's ssl can do wrong by itself, and the faults of demo.tls_faults for the rest."""

import ssl

from harness.demo.switch import Change, Defect, listed, setting
from harness.demo.tls import CIPHERS

_CBC = "ECDHE-ECDSA-AES128-SHA256"
_ALLOW_CLIENT_RENEGOTIATION = 0x100  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION of OpenSSL 3


def cbc_first(context: ssl.SSLContext) -> None:
    """A CBC suite at the head of the server's list."""
    context.set_ciphers(f"{_CBC}:{CIPHERS}")


def clients_order(context: ssl.SSLContext) -> None:
    """A CBC suite at the end, which a client may pull to the front."""
    context.set_ciphers(f"{CIPHERS}:{_CBC}")
    context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE


def renegotiating(context: ssl.SSLContext) -> None:
    """Renegotiate as often as the client likes."""
    context.options &= ~ssl.OP_NO_RENEGOTIATION
    context.options |= _ALLOW_CLIENT_RENEGOTIATION


_FAULTS = (
    ("ssl2", "TLS-01", "SSL 2.0 is spoken"),
    ("ssl3", "TLS-02", "SSL 3.0 is spoken"),
    ("tls10", "TLS-03", "TLS 1.0 is spoken"),
    ("tls11", "TLS-04", "TLS 1.1 is spoken"),
    ("prefers-tls12", "TLS-05", "TLS 1.2 is preferred to TLS 1.3"),
    ("rc4", "TLS-06", "RC4 is accepted"),
    ("3des", "TLS-07", "3DES is accepted"),
    ("static-rsa", "TLS-08", "Key exchange without forward secrecy is accepted"),
    ("small-field", "TLS-11", "Diffie-Hellman in a field of 1024 bits is accepted"),
    ("weak-curve", "TLS-12", "A curve of 192 bits is accepted"),
    ("heartbleed", "TLS-14", "Heartbeats return memory"),
    ("ccs-injection", "TLS-15", "An early ChangeCipherSpec is accepted"),
    ("robot", "TLS-16", "Alerts tell whether an RSA ciphertext was well padded"),
    ("compression", "TLS-17", "TLS compression is accepted"),
    ("no-secure-renegotiation", "TLS-18", "Secure renegotiation is not supported"),
    ("fallback-accepted", "TLS-20", "A forced fallback is accepted"),
    ("no-extended-master-secret", "TLS-21", "Extended Master Secret is not supported"),
    ("early-data", "TLS-22", "Tickets invite early data"),
    ("long-tickets", "TLS-23", "Tickets live for thirty days"),
    ("grease-intolerant", "TLS-27", "Unknown values in a hello are refused"),
)


def _tls(name: str, check: str, title: str, change: Change) -> Defect:
    return Defect(name if name.startswith(("tls", "ssl")) else f"tls-{name}", (check,), title, "tls", change)


DEFECTS: tuple[Defect, ...] = (
    *(_tls(name, check, title, listed("tls.faults", name)) for name, check, title in _FAULTS),
    _tls("cbc-first", "TLS-09", "A CBC suite is preferred", listed("tls.edits", cbc_first)),
    _tls(
        "clients-order",
        "TLS-10",
        "The client's order decides among unequal suites",
        listed("tls.edits", clients_order),
    ),
    _tls(
        "renegotiation", "TLS-19", "Clients may renegotiate without end", listed("tls.edits", renegotiating)
    ),
    _tls(
        "any-protocol",
        "TLS-25",
        "A client that asks for foreign protocols only is served",
        setting("tls.strict_protocols", False),
    ),
    _tls(
        "other-tenant",
        "TLS-26",
        "An unknown name is shown another tenant's certificate",
        setting("tls.stranger", "other-hospital.test"),
    ),
    _tls(
        "mutual-claimed",
        "TLS-28",
        "Mutual TLS is claimed for the API and not required",
        listed("claims", "mtls"),
    ),
    _tls("clear-text", "TLS-29", "The TLS port serves clear text too", setting("tls.clear_text", True)),
)
