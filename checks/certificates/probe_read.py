"""From DER to plain facts. Certificates come from strangers: every field is read on its own, bounded, and may fail."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID as Aia

from .evidence import BOUND, MOST, Certificate

Value = TypeVar("Value")
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign",
)  # fmt: skip


def read(certificate: x509.Certificate, host: str) -> Certificate:
    """The facts of one certificate; `host` decides which names are kept when there are too many."""
    unread: list[str] = []

    def field(name: str, get: Callable[[], Value], default: Value) -> Value:
        try:
            return get()
        except Exception as wrong:  # noqa: BLE001 — a parser of hostile DER may raise anything
            unread.append(_bound(f"{name}: {type(wrong).__name__}"))
            return default

    extensions = field("extensions", lambda: certificate.extensions, x509.Extensions([]))
    nothing: list[str] = []
    dns = field("names", lambda: _dns(extensions), nothing)
    addresses = field("addresses", lambda: _addresses(extensions), nothing)
    key, bits = field("key", lambda: _key(certificate), ("unknown", 0))
    return Certificate(
        subject=field("subject", lambda: name(certificate.subject), ""),
        issuer=field("issuer", lambda: name(certificate.issuer), ""),
        version=field("version", lambda: certificate.version.value + 1, 0),
        serial_bits=field("serial", lambda: _serial_bits(certificate), 0),
        not_before=field("not_before", lambda: certificate.not_valid_before_utc.isoformat(), ""),
        not_after=field("not_after", lambda: certificate.not_valid_after_utc.isoformat(), ""),
        key=key,
        bits=bits,
        hash=field("signature", lambda: _hash(certificate), "unknown"),
        self_signed=field("self_signed", lambda: certificate.subject == certificate.issuer, False),
        is_ca=field("basic_constraints", lambda: _is_ca(extensions), False),
        key_usage=field("key_usage", lambda: _usage(extensions), None),
        purposes=field("purposes", lambda: _purposes(extensions), None),
        names=tuple(map(_bound, _near(dns, host)[:MOST])),
        addresses=tuple(addresses[:MOST]),
        names_sent=len(dns) + len(addresses),
        ocsp=field("ocsp", lambda: _ocsp(extensions), ()),
        must_staple=field("tls_feature", lambda: _must_staple(extensions), False),
        scts=field("scts", lambda: _scts(extensions), ()),
        fingerprint=digest(certificate),
        key_fingerprint=field("public_key", lambda: _key_digest(certificate), ""),
        unread=tuple(unread),
    )


def digest(certificate: x509.Certificate) -> str:
    """SHA-256 of the DER, in hex."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def name(found: x509.Name) -> str:
    """A distinguished name as one bounded line (RFC 4514)."""
    return _bound(found.rfc4514_string())


def _bound(text: str) -> str:
    return text if len(text) <= BOUND else text[: BOUND - 1] + "…"


def _one(extensions: x509.Extensions, kind: type[Any]) -> Any:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _dns(extensions: x509.Extensions) -> list[str]:
    san = _one(extensions, x509.SubjectAlternativeName)
    return [n.lower() for n in san.get_values_for_type(x509.DNSName)] if san else []


def _addresses(extensions: x509.Extensions) -> list[str]:
    san = _one(extensions, x509.SubjectAlternativeName)
    return [_bound(str(a)) for a in san.get_values_for_type(x509.IPAddress)] if san else []


def _near(names: list[str], host: str) -> list[str]:
    """Names under the host's own parent first, so that a cut never hides the one that matters."""
    parent = host.partition(".")[2] or host
    return sorted(names, key=lambda n: (n != host, not n.endswith(parent)))


def _key(certificate: x509.Certificate) -> tuple[str, int]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519", 256
    return ("Ed448", 456) if isinstance(key, ed448.Ed448PublicKey) else (type(key).__name__, 0)


def _key_digest(certificate: x509.Certificate) -> str:
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()


def _hash(certificate: x509.Certificate) -> str:
    used = certificate.signature_hash_algorithm
    return used.name if used else ""


def _serial_bits(certificate: x509.Certificate) -> int:
    serial = certificate.serial_number
    return serial.bit_length() if serial > 0 else 0


def _is_ca(extensions: x509.Extensions) -> bool:
    constraints = _one(extensions, x509.BasicConstraints)
    return bool(constraints and constraints.ca)


def _usage(extensions: x509.Extensions) -> tuple[str, ...] | None:
    usage = _one(extensions, x509.KeyUsage)
    return tuple(u for u in _USAGES if getattr(usage, u)) if usage else None


def _purposes(extensions: x509.Extensions) -> tuple[str, ...] | None:
    purposes = _one(extensions, x509.ExtendedKeyUsage)
    if purposes is None:
        return None
    return tuple(
        _bound(p.dotted_string if p._name == "Unknown OID" else p._name) for p in list(purposes)[:MOST]
    )


def _ocsp(extensions: x509.Extensions) -> tuple[str, ...]:
    access = _one(extensions, x509.AuthorityInformationAccess) or ()
    found = [a.access_location.value for a in access if a.access_method == Aia.OCSP]
    return tuple(_bound(str(url)) for url in found[:MOST])


def _must_staple(extensions: x509.Extensions) -> bool:
    return x509.TLSFeatureType.status_request in (_one(extensions, x509.TLSFeature) or ())


def _scts(extensions: x509.Extensions) -> tuple[str, ...]:
    found = _one(extensions, x509.PrecertificateSignedCertificateTimestamps) or ()
    return tuple(sct.log_id.hex() for sct in list(found)[:MOST])
