"""Defects of the portal's certificate; demo.ca makes them."""

import ssl

from harness.demo.switch import Defect, both, listed
from harness.demo.tls import CIPHERS


def _any_strength(context: ssl.SSLContext) -> None:
    context.set_ciphers(f"{CIPHERS}:@SECLEVEL=0")  # OpenSSL would not load so short a key


_TABLE = (
    ("cert-unknown-ca", "CRT-01", "unknown_ca", "The certificate comes from a CA that nobody trusts"),
    ("cert-wrong-host", "CRT-02", "wrong_host", "The certificate names another host"),
    ("cert-expired", "CRT-03", "expired", "The certificate has expired"),
    ("cert-long-life", "CRT-04", "long_life", "The certificate was issued for ten years"),
    ("cert-disordered", "CRT-06", "wrong_order", "The certificates of the chain are sent out of order"),
    (
        "cert-must-staple",
        "CRT-07",
        "must_staple_without_staple",
        "The certificate demands a staple that never comes",
    ),
    ("cert-one-sct", "CRT-09", "one_sct", "The certificate is in one public log only"),
    ("cert-client-only", "CRT-10", "no_server_auth", "The certificate is made for clients"),
)

DEFECTS: tuple[Defect, ...] = (
    *(
        Defect(name, (check,), title, "certificate", listed("certificate", wrong))
        for name, check, wrong, title in _TABLE
    ),
    Defect(
        "cert-weak-key",
        ("CRT-05",),
        "The certificate's key is RSA with 1024 bits",
        "certificate",
        both(listed("certificate", "weak_key"), listed("tls.edits", _any_strength)),
    ),
    Defect(
        "cert-wildcard",
        ("CRT-11",),
        "The certificate holds for every host of the domain",
        "certificate",
        listed("certificate", "wildcard"),
    ),
)
