"""TLS servers that lie and drag, and the authority that certifies them."""

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from tests.hostile_servers import SCRIPT, Handler, Talk

HOST = "hostile.test"


class Authority:
    """A CA of its own in `folder`; `ca_file` is what a target names."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hostile test CA")])
        own = self._draft(self._name, self._key).add_extension(x509.BasicConstraints(True, 0), True)
        own = own.add_extension(_signing(), True)
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def context(
        self,
        *names: str,
        subject: str = HOST,
        away: str | None = None,
        tls12: bool = False,
        trusted: bool = True,
    ) -> ssl.SSLContext:
        """A server context with a fresh certificate; `away` is named in AIA and CRL fields."""
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject[:64])])
        draft = self._draft(who, key)
        draft = draft.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names or (HOST,)]), False
        )
        draft = draft.add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), False)
        for extension in _pointers(away) if away else ():
            draft = draft.add_extension(extension, False)
        signer = self._key if trusted else ec.generate_private_key(ec.SECP256R1())
        file = self._folder / f"{id(key)}.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + draft.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.maximum_version = ssl.TLSVersion.TLSv1_2 if tls12 else ssl.TLSVersion.TLSv1_3
        return context

    def _draft(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return x509.CertificateBuilder(
            self._name,
            subject,
            key.public_key(),
            x509.random_serial_number(),
            now - datetime.timedelta(days=1),
            now + datetime.timedelta(days=60),
        )


def _signing() -> x509.KeyUsage:
    return x509.KeyUsage(True, False, False, False, False, True, True, False, False)


def _pointers(away: str) -> tuple[x509.ExtensionType, ...]:
    place = [x509.UniformResourceIdentifier(away + "/aia")]
    kinds = (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
    return (
        x509.AuthorityInformationAccess([x509.AccessDescription(kind, place[0]) for kind in kinds]),
        x509.CRLDistributionPoints([x509.DistributionPoint(place, None, None, None)]),
    )


def markup_context(authority: Authority, away: str) -> ssl.SSLContext:
    """Valid for HOST, with script in subject and SAN, and pointers away."""
    return authority.context(
        HOST, "<script>alert(1)</script>.test", "\"'><b>.test", subject=SCRIPT, away=away
    )


# Handshakes that stop half-way. TLS 1.2, so that every message is there to be cut.


def _flights(talk: Talk, context: ssl.SSLContext, send: Callable[[bytes], None]) -> ssl.SSLObject:
    """Shake hands over memory, handing each of our flights to `send`."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    engine = context.wrap_bio(incoming, outgoing, server_side=True)
    while True:
        try:
            engine.do_handshake()
        except ssl.SSLWantReadError:
            if outgoing.pending:
                send(outgoing.read())
            chunk = talk.sock.recv(65_536)
            if not chunk:
                raise ConnectionError from None
            incoming.write(chunk)
        else:
            send(outgoing.read())
            return engine


def stalls_after(
    context: ssl.SSLContext, flights: int, share: float = 1.0, *, records: int | None = None
) -> Handler:
    """Send `flights` whole flights, then `share` of the next one (or so many of its records), then nothing."""

    def handle(talk: Talk) -> None:
        sent = 0

        def send(data: bytes) -> None:
            nonlocal sent
            sent += 1
            if sent <= flights:
                talk.send(data)
                return
            talk.send(data[: _offset(data, records) if records is not None else int(len(data) * share)])
            talk.stall()

        _flights(talk, context, send)
        talk.stall()

    return handle


def _offset(data: bytes, records: int) -> int:
    place = 0
    for _ in range(records):
        place += 5 + int.from_bytes(data[place + 3 : place + 5], "big")
    return place


def drips(context: ssl.SSLContext) -> Handler:
    """A whole handshake, a byte at a time."""

    def handle(talk: Talk) -> None:
        _flights(talk, context, lambda data: talk.drip(data, 0.2))

    return handle


def poured(data: bytes) -> Handler:
    """The same record again and again, from the first byte on."""
    return lambda talk: talk.pour(data * 500)


def _listens(then: Handler) -> Handler:
    def handle(talk: Talk) -> None:
        talk.sock.recv(9)
        then(talk)

    return handle


def _huge_record(talk: Talk) -> None:
    talk.send(b"\x16\x03\x03\xff\xff")
    talk.pour(bytes(4096))


def _then_pour(context: ssl.SSLContext, data: bytes) -> Handler:
    def handle(talk: Talk) -> None:
        _flights(talk, context, talk.send)
        talk.pour(data * 500)

    return handle


WARNING = b"\x15\x03\x03\x00\x02\x01\x70"  # unrecognized_name, a warning
FATAL = b"\x15\x03\x03\x00\x02\x02\x28"  # handshake_failure


def tls(context: ssl.SSLContext) -> dict[str, Handler]:
    """Every TLS server that lies or drags, by name; `context` speaks TLS 1.2."""
    return {
        "stalls before ServerHello": Talk.stall,
        "stalls in ServerHello": stalls_after(context, 0, 0.02),
        "stalls after ServerHello": stalls_after(context, 0, records=1),
        "stalls in the certificate": stalls_after(context, 0, 0.5),
        "stalls before ServerHelloDone": stalls_after(context, 0, 0.99),
        "stalls before Finished": stalls_after(context, 1, 0.0),
        "stalls after Finished": stalls_after(context, 2),
        "drips the handshake": drips(context),
        "closes on ClientHello": _listens(lambda talk: None),
        "resets on ClientHello": _listens(Talk.reset),
        "flood of warnings": poured(WARNING),
        "flood of fatal alerts": poured(FATAL),
        "flood of empty records": poured(b"\x16\x03\x03\x00\x00"),
        "flood of change-cipher-spec": poured(b"\x14\x03\x03\x00\x01\x01"),
        "record without end": _huge_record,
        "garbage": poured(bytes(range(256))),
        "plain HTTP": lambda talk: talk.answer(b"<title>400 plain HTTP</title>", status=b"400 Bad Request"),
        "warnings after Finished": _then_pour(context, WARNING),
        "garbage after Finished": _then_pour(context, bytes(range(256))),
    }
