"""The stapled OCSP response as plain facts (RFC 6960, RFC 8446 §4.4.2.1)."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from .evidence import Staple
from .probe_path import signed_by, verify


def read_staple(der: bytes, leaf: x509.Certificate, issuer: x509.Certificate | None) -> Staple:
    """The facts of a response to the question "is `leaf` revoked?"; nonsense becomes outcome "unreadable"."""
    try:
        response = ocsp.load_der_ocsp_response(der)
        outcome = response.response_status.name.lower()
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return Staple(outcome=outcome, matches=False, signed=None)
        return Staple(
            outcome=outcome,
            status=response.certificate_status.name.lower(),
            produced=response.produced_at_utc.isoformat(),
            this_update=response.this_update_utc.isoformat(),
            next_update=response.next_update_utc.isoformat() if response.next_update_utc else "",
            matches=response.serial_number == leaf.serial_number,
            signed=_signed(response, issuer),
            scts=_scts(response),
        )
    except Exception as wrong:  # noqa: BLE001 — hostile DER may raise anything
        return Staple(outcome=f"unreadable ({type(wrong).__name__})", matches=False, signed=None)


def _signed(response: ocsp.OCSPResponse, issuer: x509.Certificate | None) -> bool | None:
    if issuer is None:
        return None
    delegates = [c for c in response.certificates[:5] if _may_speak(c) and signed_by(c, issuer)]
    for signer in (issuer, *delegates):
        try:
            used = response.signature_hash_algorithm
            verify(signer.public_key(), response.signature, response.tbs_response_bytes, used)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            continue
        return True
    return False


def _may_speak(certificate: x509.Certificate) -> bool:
    """Whether the issuer delegated OCSP signing to it (RFC 6960 §4.2.2.2)."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes


def _scts(response: ocsp.OCSPResponse) -> tuple[str, ...]:
    try:
        found = response.single_extensions.get_extension_for_class(x509.SignedCertificateTimestamps).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(sct.log_id.hex() for sct in list(found)[:100])
