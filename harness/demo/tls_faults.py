"""TLS faults that Python's ssl cannot show, by name: what answers the one hello that asks, and nothing else.

`FAULTS[name](sock, context)` looks at the hello waiting in an accepted TCP socket. Where the fault concerns it,
the fault answers, by a tlslite-ng server or by raw bytes, and returns True: the socket is finished. Otherwise it
returns False and has consumed nothing, so that the ordinary TLS server can go on with the connection.
"""

import contextlib
import socket
from collections.abc import Callable, Iterable
from typing import Any

from harness.demo import tls_raw as raw
from harness.demo.tls_library import Answer, FaultContext, rsa_identity, server
from harness.demo.tls_raw import ClientHello

__all__ = ["FAULTS", "FaultContext", "prepare"]

#: Seconds a faulty conversation may take.
_SECONDS = 5.0
_ECDHE_ECDSA_GCM, _RSA_GCM, _DHE_RSA_GCM = 0xC02B, 0x009C, 0x009F
_SSL2_KIND = bytes.fromhex("010080")


Fault = Callable[[socket.socket, FaultContext], bool]


def _on(asks: Callable[[ClientHello], bool], answer: Answer) -> Fault:
    """A fault that answers the hellos for which `asks` holds."""

    def fault(sock: socket.socket, context: FaultContext) -> bool:
        hello = raw.read_hello(raw.peek(sock))
        if hello is None or not asks(hello):
            return False
        return _finish(sock, lambda: answer(sock, context, hello))

    return fault


def _finish(sock: socket.socket, speak: Callable[[], None]) -> bool:
    sock.settimeout(_SECONDS)
    with contextlib.suppress(OSError):
        speak()
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65_536):  # closing with bytes unread would reset the answer away
            pass
    return True


# -- servers by raw bytes -------------------------------------------------------------------------------------


def _says(extensions: bytes = raw.SOUND, **more: Any) -> Answer:
    """A ServerHello with an ECDHE suite and these extensions."""

    def answer(sock: socket.socket, _: FaultContext, hello: ClientHello) -> None:
        sock.sendall(raw.server_hello(hello, _ECDHE_ECDSA_GCM, extensions, **more))

    return answer


def _alerts(description: int) -> Answer:
    def answer(sock: socket.socket, _: FaultContext, hello: ClientHello) -> None:
        sock.sendall(raw.record(21, hello.version, bytes((2, description))))

    return answer


def _flight(sock: socket.socket, context: FaultContext, hello: ClientHello, extensions: bytes) -> None:
    raw.next_record(sock)  # the hello
    sock.sendall(raw.server_hello(hello, _ECDHE_ECDSA_GCM, extensions))
    sock.sendall(raw.rest_of_flight(hello.version, raw.der(context.chain), raw.on_curve()))


def _heartbleed(sock: socket.socket, context: FaultContext, hello: ClientHello) -> None:
    """Answer every heartbeat with as many bytes as it claims to hold (zeros stand for memory)."""
    _flight(sock, context, hello, raw.SOUND + raw.extension(15, b"\x01"))
    while (got := raw.next_record(sock)) and got[0] == 24:
        body = got[1]
        claimed = int.from_bytes(body[1:3], "big")
        payload = (body[3:] + bytes(claimed))[:claimed]
        sock.sendall(raw.record(24, hello.version, b"\x02" + raw.vector(payload, 2) + bytes(16)))


def _ccs(sock: socket.socket, context: FaultContext, hello: ClientHello) -> None:
    """Accept an early ChangeCipherSpec in silence, then fail to decrypt what follows."""
    _flight(sock, context, hello, raw.RENEGOTIATION)
    if (got := raw.next_record(sock)) and got[0] == 20 and raw.next_record(sock):
        sock.sendall(raw.record(21, hello.version, b"\x02\x14"))


def _robot(sock: socket.socket, _: FaultContext, hello: ClientHello) -> None:
    """Tell a client whether its RSA ciphertext was well padded: alert 20 if so, 51 if not."""
    key = rsa_identity()[1]
    der = bytes(rsa_identity()[0].x509List[0].bytes)
    sock.sendall(raw.server_hello(hello, _RSA_GCM, raw.RENEGOTIATION))
    sock.sendall(raw.rest_of_flight(hello.version, der))
    raw.next_record(sock)  # the hello
    got = raw.next_record(sock)
    if got and got[0] == 22:
        size = (int(key.n).bit_length() + 7) // 8
        number = pow(int.from_bytes(got[1][-size:], "big"), int(key.d), int(key.n))
        block = number.to_bytes(size, "big")
        good = block[:2] == b"\x00\x02" and block[2:].find(b"\x00") == size - 51
        sock.sendall(raw.record(21, hello.version, bytes((2, 20 if good else 51))))


def _small_field(sock: socket.socket, _: FaultContext, hello: ClientHello) -> None:
    from tlslite.mathtls import RFC2409_GROUP2

    sock.sendall(raw.server_hello(hello, _DHE_RSA_GCM, raw.RENEGOTIATION + raw.EXTENDED_MASTER))
    certificate = bytes(rsa_identity()[0].x509List[0].bytes)
    sock.sendall(raw.rest_of_flight(hello.version, certificate, raw.in_field(RFC2409_GROUP2[1])))


def _weak_curve(sock: socket.socket, _: FaultContext, hello: ClientHello) -> None:
    """Name secp192r1 (19) in a HelloRetryRequest."""
    chosen = raw.extension(43, b"\x03\x04") + raw.extension(51, b"\x00\x13")
    sock.sendall(raw.server_hello(hello, 0x1301, chosen, retry=True))


def _ssl2(sock: socket.socket, context: FaultContext) -> bool:
    data = raw.peek(sock)
    if len(data) < 5 or not data[0] & 0x80 or data[2] != 1:
        return False
    certificate = raw.der(context.chain)
    body = b"\x04\x00\x01\x00\x02" + len(certificate).to_bytes(2, "big") + b"\x00\x03\x00\x10"
    body += certificate + _SSL2_KIND + bytes(16)
    return _finish(sock, lambda: sock.sendall((0x8000 | len(body)).to_bytes(2, "big") + body))


# -- which hello asks which question --------------------------------------------------------------------------


def _is_version(version: int) -> Callable[[ClientHello], bool]:
    return lambda hello: hello.version == version and not hello.versions


def _left_with(suite: int) -> Callable[[ClientHello], bool]:
    """A TLS 1.2 hello that offers this suite, and none that the platform would rather choose."""
    better = {0xC02B, 0xC02C, 0xCCA9}  # what it chooses with its EC key
    return lambda hello: hello.is_tls12 and suite in hello.suites and not better & set(hello.suites)


def _is_combined(hello: ClientHello) -> bool:
    return 1 in hello.compressions


def _is_foreign(hello: ClientHello) -> bool:
    return b"spdy/3.1" in hello.protocols


def _wants_weak_curve(hello: ClientHello) -> bool:
    usual = {29, 30, 23, 24, 25, *range(256, 261)}
    return hello.extensions.get(51) == b"\x00\x00" and 19 in hello.groups and not usual & set(hello.groups)


def _is_plain_dual(hello: ClientHello) -> bool:
    """TLS 1.3 and 1.2 from a client without psk_key_exchange_modes: no browser, no library, our pre-check."""
    return {raw.TLS12, raw.TLS13} <= set(hello.versions) and 45 not in hello.extensions


def _finishes_tls13(hello: ClientHello) -> bool:
    return hello.versions == (raw.TLS13,) and 45 in hello.extensions


#: TLS_RSA_WITH_… with AES, Camellia, 3DES, RC4, SEED, ARIA, IDEA and DES.
_STATIC_RSA = {
    0x04, 0x05, 0x07, 0x09, 0x0A, 0x2F, 0x35, 0x3C, 0x3D, 0x41, 0x84, 0x96, 0x9C, 0x9D, 0xBA, 0xC0, 0xC03C, 0xC03D,
    0xC050, 0xC051, 0xC07A, 0xC07B, 0xC09C, 0xC09D, 0xC0A0, 0xC0A1,
}  # fmt: skip
_OLD: dict[str, Any] = {"cipherNames": ["aes256"], "keyExchangeNames": ["ecdhe_ecdsa"], "macNames": ["sha"]}
_TLS12_ONLY: dict[str, Any] = {"minVersion": (3, 3), "maxVersion": (3, 3)}
_TLS13_ONLY: dict[str, Any] = {"minVersion": (3, 4), "maxVersion": (3, 4)}

FAULTS: dict[str, Fault] = {
    "ssl2": _ssl2,
    "ssl3": _on(_is_version(0x0300), server(minVersion=(3, 0), maxVersion=(3, 0), **_OLD)),
    "tls10": _on(_is_version(0x0301), server(minVersion=(3, 1), maxVersion=(3, 1), **_OLD)),
    "tls11": _on(_is_version(0x0302), server(minVersion=(3, 2), maxVersion=(3, 2), **_OLD)),
    "prefers-tls12": _on(_is_plain_dual, server(cipherNames=["aes128gcm"], **_TLS12_ONLY)),
    "rc4": _on(
        _left_with(0xC007), server(cipherNames=["rc4"], keyExchangeNames=["ecdhe_ecdsa"], **_TLS12_ONLY)
    ),
    "3des": _on(
        _left_with(0xC008), server(cipherNames=["3des"], keyExchangeNames=["ecdhe_ecdsa"], **_TLS12_ONLY)
    ),
    "static-rsa": _on(
        _left_with(_RSA_GCM),
        server(rsa=True, cipherNames=["aes128gcm"], keyExchangeNames=["rsa"], **_TLS12_ONLY),
    ),
    "small-field": _on(_left_with(_DHE_RSA_GCM), _small_field),
    "weak-curve": _on(_wants_weak_curve, _weak_curve),
    "heartbleed": _on(lambda hello: 15 in hello.extensions, _heartbleed),
    "ccs-injection": _on(
        lambda hello: hello.is_tls12 and bool(hello.groups) and 23 not in hello.extensions, _ccs
    ),
    "robot": _on(lambda hello: bool(hello.suites) and {*hello.suites} <= _STATIC_RSA, _robot),
    "compression": _on(_is_combined, _says(compression=1)),
    "no-secure-renegotiation": _on(_is_combined, _says(raw.EXTENDED_MASTER + raw.HTTP)),
    "no-extended-master-secret": _on(_is_combined, _says(raw.RENEGOTIATION + raw.HTTP)),
    "fallback-accepted": _on(lambda hello: 0x5600 in hello.suites, _says()),
    "npn": _on(_is_foreign, _says(raw.RENEGOTIATION + raw.extension(13172, raw.vector(b"spdy/3.1", 1)))),
    "grease-intolerant": _on(lambda hello: any(s & 0x0F0F == 0x0A0A for s in hello.suites), _alerts(47)),
    "early-data": _on(_finishes_tls13, server(lifetime=7200, early_data=16384, **_TLS13_ONLY)),
    "long-tickets": _on(_finishes_tls13, server(lifetime=30 * 86_400, **_TLS13_ONLY)),
}


def prepare(names: Iterable[str]) -> None:
    """Make now what these faults would make while a client waits: imports, and an RSA key."""
    if set(names) & {"static-rsa", "small-field", "robot"}:
        rsa_identity()
    elif set(names):
        import tlslite.api  # noqa: F401
