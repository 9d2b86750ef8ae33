"""Client certificates that no server may accept, made fresh and signed by an authority that nobody knows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


def make_all(folder: Path) -> dict[str, Path]:
    """PEM files (certificate and key) by what is wrong with each."""
    authority = ec.generate_private_key(ec.SECP256R1())
    return {
        "self-signed": _make(folder, "self-signed", None),
        "unknown authority": _make(folder, "unknown", authority),
        "server certificate": _make(folder, "server", authority, usage=Eku.SERVER_AUTH),
        "expired": _make(folder, "expired", authority, until=-_DAY),
    }


def _make(
    folder: Path,
    name: str,
    authority: ec.EllipticCurvePrivateKey | None,
    usage: x509.ObjectIdentifier = Eku.CLIENT_AUTH,
    until: timedelta = 2 * _DAY,
) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = _name(f"moph-harness test client ({name})")
    issuer = subject if authority is None else _name("moph-harness unknown test authority")
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - 30 * _DAY).not_valid_after(now + until)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    made = builder.sign(authority or key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{name}.pem"
    file.touch(mode=0o600)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
