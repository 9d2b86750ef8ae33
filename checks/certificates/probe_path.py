"""The way from a leaf to a trust anchor: signatures and names only, so that dates, digests and purposes stay with the checks that judge them.

`cryptography`'s own verifier refuses a chain for any of a dozen reasons at once; a report needs them apart.
"""

import contextlib
import functools
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as File

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.utils import CryptographyDeprecationWarning

from .evidence import Path
from .probe_read import digest, name

#: A hostile chain may offer many certificates of one name: this many signatures are tried, no more.
_MOST_SIGNATURES = 60
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
# Roots of 20 years ago, and hostile certificates, have serial numbers of zero; saying so on stderr helps nobody.
warnings.filterwarnings("ignore", message="Parsed a serial number", category=CryptographyDeprecationWarning)


@functools.cache
def roots(file: str) -> tuple[x509.Certificate, ...]:
    """The trust anchors of a PEM file; raises ValueError when it holds none that can be read."""
    found = tuple(_parsed(File(file).read_bytes()))
    if not found:
        raise ValueError("no certificate in it")
    return found


def _parsed(pem: bytes) -> Iterator[x509.Certificate]:
    """One by one: a root that a stricter parser refuses must not take the others with it."""
    for block in pem.split(_END)[:-1]:
        with contextlib.suppress(ValueError):
            yield x509.load_pem_x509_certificate(block[block.rfind(_BEGIN) :] + _END)


def public_file() -> str:
    """The PEM file of the public roots (Mozilla's list, as certifi carries it)."""
    return certifi.where()


@functools.cache
def public_digests() -> frozenset[str]:
    """The fingerprints of the public roots."""
    return frozenset(map(digest, roots(public_file())))


def build(received: Sequence[x509.Certificate], anchors: Iterable[x509.Certificate]) -> Path:
    """The shortest honest answer: the steps to an anchor, or as far as the received certificates lead."""
    by_name: dict[bytes, list[x509.Certificate]] = {}
    for anchor in anchors:
        by_name.setdefault(anchor.subject.public_bytes(), []).append(anchor)
    budget = iter(range(_MOST_SIGNATURES))
    best: tuple[int, ...] = (0,)
    for steps in _ways(received, (0,), budget):
        found = _anchor(received[steps[-1]], by_name, budget)
        if found:
            return Path(steps=steps, anchor=name(found.subject), public=digest(found) in public_digests())
        best = max(best, steps, key=len)
    return Path(steps=best, top=name(received[best[-1]].issuer))


def _ways(
    received: Sequence[x509.Certificate], steps: tuple[int, ...], budget: Iterator[int]
) -> Iterator[tuple[int, ...]]:
    yield steps
    below = received[steps[-1]]
    for at, above in enumerate(received):
        fresh = at not in steps and above.subject == below.issuer
        if fresh and next(budget, None) is not None and signed_by(below, above):
            yield from _ways(received, (*steps, at), budget)


def _anchor(
    top: x509.Certificate, by_name: dict[bytes, list[x509.Certificate]], budget: Iterator[int]
) -> x509.Certificate | None:
    for anchor in by_name.get(top.subject.public_bytes(), []):
        if anchor == top:
            return anchor
    for anchor in by_name.get(top.issuer.public_bytes(), []):
        if next(budget, None) is not None and signed_by(top, anchor):
            return anchor
    return None


def signed_by(below: x509.Certificate, above: x509.Certificate) -> bool:
    """Whether `above`'s name and key issued `below`; old digests are read here and judged elsewhere."""
    if below.issuer != above.subject:
        return False
    try:
        used = below.signature_hash_algorithm
        verify(above.public_key(), below.signature, below.tbs_certificate_bytes, used, _pss(below))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _pss(certificate: x509.Certificate) -> padding.PSS | None:
    if certificate.signature_algorithm_oid != x509.SignatureAlgorithmOID.RSASSA_PSS:
        return None
    parameters = certificate.signature_algorithm_parameters
    return parameters if isinstance(parameters, padding.PSS) else None


def verify(
    key: CertificatePublicKeyTypes,
    signature: bytes,
    data: bytes,
    used: HashAlgorithm | None,
    pss: padding.PSS | None = None,
) -> None:
    """Check a signature with whatever kind of key it is; raises InvalidSignature, TypeError or UnsupportedAlgorithm."""
    if isinstance(key, rsa.RSAPublicKey) and used:
        key.verify(signature, data, pss or padding.PKCS1v15(), used)
    elif isinstance(key, ec.EllipticCurvePublicKey) and used:
        key.verify(signature, data, ec.ECDSA(used))
    else:
        key.verify(signature, data)  # type: ignore[union-attr, call-arg]
