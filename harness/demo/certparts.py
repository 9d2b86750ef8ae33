"""Parts of the demo's certificates that `cryptography` has no ready-made word for, or no longer offers."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ObjectIdentifier

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_SCTS = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")  # RFC 6962 §3.3


def usage(**on: bool) -> x509.KeyUsage:
    """A key usage extension with these uses on and all others off."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


def scts(count: int, at: datetime) -> x509.UnrecognizedExtension:
    """A list of invented timestamps (RFC 6962 §3.3): right in form, signed by no real log."""
    stamp = int(at.timestamp() * 1000).to_bytes(8, "big")
    body = b""
    for log in range(count):
        one = (
            b"\x00" + bytes([0xD0 + log]) * 32 + stamp + b"\x00\x00" + b"\x04\x03" + b"\x00\x08" + b"demo-sct"
        )
        body += len(one).to_bytes(2, "big") + one
    listed = len(body).to_bytes(2, "big") + body
    wrapped = b"\x04" + _der_length(len(listed)) + listed  # an OCTET STRING
    return x509.UnrecognizedExtension(_SCTS, wrapped)


def _der_length(size: int) -> bytes:
    return (
        bytes([size])
        if size < 128
        else b"\x81" + bytes([size])
        if size < 256
        else b"\x82" + size.to_bytes(2, "big")
    )


def with_sha1(made: x509.Certificate, key: Key) -> x509.Certificate:
    """The same certificate signed with ECDSA and SHA-1, which `cryptography` rightly no longer offers."""
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    old, new = bytes.fromhex("300a06082a8648ce3d040302"), bytes.fromhex("300906072a8648ce3d0401")
    body = made.tbs_certificate_bytes
    header = 2 + (body[1] & 0x7F if body[1] & 0x80 else 0)
    tbs = _sequence(body[header:].replace(old, new, 1))
    signature = key.sign(tbs, ec.ECDSA(hashes.SHA1()))  # noqa: S303
    bits = b"\x00" + signature
    return x509.load_der_x509_certificate(_sequence(tbs + new + b"\x03" + _der_length(len(bits)) + bits))


def _sequence(content: bytes) -> bytes:
    return b"\x30" + _der_length(len(content)) + content


def pem(certificate: x509.Certificate) -> bytes:
    """The certificate in PEM form."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: Key) -> bytes:
    """The key in PEM form, not encrypted."""
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
