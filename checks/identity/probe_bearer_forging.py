"""Tokens that the provider never signed, made as attackers make them. Claims stay those of the genuine token.

So a resource that lets one in would let in the same person with any claim the attacker likes.
"""

import contextlib
import datetime
import json
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from harness.once import once

from .probe_jose import (
    Claims,
    algorithm,
    flipped,
    jwk_of,
    macced,
    part,
    public_key,
    signed,
    unb64u,
    unsigned,
)
from .probe_jose_keys import digest_of, key_for

Named = Iterator[tuple[str, str]]
#: Characters of a key's member beyond which it is nobody's key (RSA of 16384 bits has 2731).
LONGEST_KEY = 20_000


class OwnPair:
    """A key pair of the harness with its certificate, of the kind that the genuine token is signed with."""

    def __init__(self, genuine: str) -> None:
        self.key = key_for(genuine)
        self.alg = algorithm(self.key, [genuine])
        self.jwk = jwk_of(self.key, "moph-own") | {"alg": self.alg}
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "moph-harness test")])
        now = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        self.certificate = made.sign(self.key, hashes.SHA256() if digest_of(self.alg) else None)

    @property
    def chain(self) -> list[str]:
        """The certificate as `x5c` holds it (RFC 7515 §4.1.6)."""
        pem = self.certificate.public_bytes(Encoding.PEM).decode()
        return ["".join(pem.splitlines()[1:-1])]

    @property
    def pem(self) -> bytes:
        """The certificate as an `x5u` address answers it."""
        return self.certificate.public_bytes(Encoding.PEM)

    def sign(self, header: Claims, claims: Claims) -> str:
        """A token signed with this key."""
        return signed(header | {"alg": self.alg}, claims, self.key)


@once
def own_pair(genuine: str) -> OwnPair:
    """The harness's own pair for tokens of this algorithm; made once, for keys cost time."""
    return OwnPair(genuine)


def tampered(token: str, header: Claims, claims: Claims, other: str, own: OwnPair) -> Named:
    """The signature changed, taken away or foreign, or kept over changed claims (RFC 8725 §3.3)."""
    text, _, signature = token.rpartition(".")
    if signature:
        with contextlib.suppress(ValueError, IndexError):  # a signature that is no base64url
            yield "one bit of the signature flipped", flipped(token)
        yield "the signature cut in half", f"{text}.{signature[: len(signature) // 2]}"
        yield "the signature emptied", f"{text}."
        later = (
            claims | {"exp": int(claims["exp"]) + 3600}
            if isinstance(claims.get("exp"), int)
            else claims | {"moph": 1}
        )
        yield "a claim changed under the old signature", f"{part(header)}.{part(later)}.{signature}"
    if other and other.rpartition(".")[0] != text:
        yield "the signature of another token", f"{text}.{other.rpartition('.')[2]}"
    yield "a signature of a stranger's key", own.sign(header, claims)


def unsigned_tokens(token: str, header: Claims, claims: Claims) -> Named:
    """The header says that there is no signature, in every spelling (RFC 8725 §3.1, §3.2)."""
    signature = token.rpartition(".")[2]
    for spelling in ("none", "None", "NONE", "nOnE"):
        yield f"alg {spelling}", unsigned(header | {"alg": spelling}, claims)
    yield "alg none with the old signature", f"{unsigned(header | {'alg': 'none'}, claims)}{signature}"
    yield "alg empty", unsigned(header | {"alg": ""}, claims)
    yield "no alg at all", unsigned({k: v for k, v in header.items() if k != "alg"}, claims)
    yield "alg none without the last part", unsigned(header | {"alg": "none"}, claims).rstrip(".")
    yield "the genuine token without its last part", token.rpartition(".")[0]


def confused(header: Claims, claims: Claims, keys: list[Claims]) -> Named:
    """HMAC with a public key as the secret, in each form a program may hold it (RFC 8725 §2.1, §3.1)."""
    for jwk in keys[:2]:
        for name, secret in _secrets(jwk):
            yield f"HS256 with {name}", macced(header | {"alg": "HS256"}, claims, secret)


def _secrets(jwk: Claims) -> Iterator[tuple[str, bytes]]:
    if any(len(str(value)) > LONGEST_KEY for value in jwk.values()):
        return
    try:
        key = public_key(jwk)
    except ValueError:
        return
    spki = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield "PEM", spki
    yield "PEM without the last newline", spki.rstrip(b"\n")
    yield "DER", key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(key, rsa.RSAPublicKey):
        old = key.public_bytes(Encoding.PEM, PublicFormat.PKCS1)
        yield "PKCS#1 PEM", old
        yield "PKCS#1 PEM without the last newline", old.rstrip(b"\n")
        yield "PKCS#1 DER", key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        yield "the modulus", unb64u(jwk["n"])
        yield "the modulus as text", str(jwk["n"]).encode()
    yield "the JWK as JSON", json.dumps(jwk, separators=(",", ":")).encode()
    needed = {name: jwk[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in jwk}
    yield "the JWK in canonical JSON", json.dumps(needed, separators=(",", ":"), sort_keys=True).encode()
    if chain := jwk.get("x5c"):
        yield from _certificates(chain)


def _certificates(chain: object) -> Iterator[tuple[str, bytes]]:
    if isinstance(chain, list) and chain and isinstance(chain[0], str):
        text = "\n".join(chain[0][i : i + 64] for i in range(0, len(chain[0]), 64))
        yield "its certificate", f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n".encode()


def self_named(header: Claims, claims: Claims, own: OwnPair) -> Named:
    """The token brings the key that it is to be checked with (RFC 8725 §3.10, RFC 7515 §4.1.3, §4.1.6)."""
    public = {k: v for k, v in own.jwk.items() if k != "kid"}
    yield "a key of its own in jwk", own.sign(header | {"kid": "moph-own", "jwk": own.jwk}, claims)
    if "kid" in header:
        yield (
            "a key of its own in jwk under the provider's kid",
            own.sign(header | {"jwk": public | {"kid": header["kid"]}}, claims),
        )
    yield "a key of its own in jwk without kid", own.sign(_without_kid(header) | {"jwk": public}, claims)
    yield "a certificate of its own in x5c", own.sign(_without_kid(header) | {"x5c": own.chain}, claims)


def _without_kid(header: Claims) -> Claims:
    return {k: v for k, v in header.items() if k != "kid"}


def pointed(header: Claims, claims: Claims, own: OwnPair, member: str, url: str) -> str:
    """The token names an address to fetch its key from, in `jku` or `x5u`."""
    return own.sign(_without_kid(header) | {"kid": "moph-own", member: url}, claims)


def injected(header: Claims, claims: Claims, own: OwnPair) -> Named:
    """The kid leads a program that looks it up to a secret known to everybody (RFC 8725 §3.10)."""
    up = "../" * 10
    hmac = header | {"alg": "HS256"}
    yield "kid a path to an empty file", macced(hmac | {"kid": f"{up}dev/null"}, claims, b"")
    yield "kid an absolute path to an empty file", macced(hmac | {"kid": "/dev/null"}, claims, b"")
    yield (
        "kid a path to a file with known content",
        macced(hmac | {"kid": f"{up}proc/sys/kernel/randomize_va_space"}, claims, b"2\n"),
    )
    for quote in ("'", '"'):
        query = f"moph{quote} UNION SELECT 'moph-known'-- "
        yield f"kid an SQL query ({quote})", macced(hmac | {"kid": query}, claims, b"moph-known")
    yield "kid empty", own.sign(header | {"kid": ""}, claims)
    yield "kid unknown", own.sign(header | {"kid": "moph-unknown"}, claims)
    yield "kid of 3000 characters", own.sign(header | {"kid": "moph" * 750}, claims)


def key_address(header: Claims, claims: Claims, own: OwnPair, url: str) -> str:
    """The kid is an address."""
    return own.sign(header | {"kid": url}, claims)


def key_document(own: OwnPair) -> bytes:
    """A key set of the harness's own key."""
    return json.dumps({"keys": [own.jwk]}).encode()
