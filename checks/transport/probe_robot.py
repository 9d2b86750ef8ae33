"""ROBOT (CVE-2017-13099 and others): does the server tell well-padded RSA ciphertexts from badly padded ones?

Five classes of premaster secret after Böck, Somorovsky, Young, "Return Of Bleichenbacher's Oracle Threat"
(USENIX Security 2018), §3; a difference must show three times alike before it counts.
"""

from harness.scope import WireError

from .flaws_evidence import Finding
from .probe_flight import Flight
from .probe_hello import TLS12
from .probe_line import Line, together
from .probe_messages import ALERTS, Reply
from .suites import CLASSIC

_RSA = tuple(n for n, name in CLASSIC.items() if name.startswith("TLS_RSA_WITH_") and "_NULL_" not in name)
_RSA_GCM = tuple(n for n in _RSA if "_GCM_" in CLASSIC[n])
CLASSES = ("well padded", "wrong first bytes", "zero at a wrong place", "no zero", "wrong version")
_ROUNDS = 3
_FINISHED = bytes(range(64))


def robot(line: Line, version: int, answered: str = "") -> Finding:
    """Judge by reactions to five ciphertexts, sent side by side; repeat only what differs.

    `answered` says how another hello was answered on the same path: without it a refusal of RSA proves nothing.
    """
    first = line.ask(line.hello(version, _RSA), "done")
    if not first.offered:
        state = "no_rsa" if first.refused else "stalled"
        control = f"another hello was answered: {answered}" if answered else ""
        return Finding(state, first.how, control, attempts=(("hello with RSA key exchange only", first.how),))
    if version == TLS12 and first.suite not in _RSA_GCM:  # some servers give themselves away only with GCM
        gcm = line.ask(line.hello(version, _RSA_GCM), "done")
        first = gcm if gcm.offered else first
    key = rsa_key(first.certificates[0]) if first.certificates else None
    if key is None or first.asks_certificate:
        why = "asks for a client certificate" if first.asks_certificate else "sent no usable RSA key"
        return Finding("stalled", f"the server {why}")
    rounds = [_round(line, first, key)]
    while len(rounds) < _ROUNDS and len(set(rounds[0])) > 1:
        rounds.append(_round(line, first, key))
    return _conclusion(rounds, first)


def _conclusion(rounds: list[tuple[str, ...]], first: Reply) -> Finding:
    attempts = tuple(pair for replies in rounds for pair in zip(CLASSES, replies, strict=True))
    replies = rounds[0]
    control = f"{first.how} with RSA key exchange; all five ciphertexts were answered"
    if any("stalled" in replies for replies in rounds):
        return Finding("stalled", "not every ciphertext was answered", attempts=attempts)
    if len(set(replies)) == 1:
        return Finding("safe", f"all five were answered with {replies[0]}", control, attempts)
    if any(again != replies for again in rounds):
        return Finding("varying", "the answers differ from one time to the next", attempts=attempts)
    # Only the fully correct form stands out: an attack needs many more queries (ibid. §3.3).
    weak = replies[1] == replies[2] == replies[3]
    return Finding("weak" if weak else "strong", "the answers differ by padding", attempts=attempts)


def _round(line: Line, first: Reply, key: tuple[int, int]) -> tuple[str, ...]:
    return tuple(together(*(lambda i=i: _send(line, first, key, i) for i in range(len(CLASSES)))))


def _send(line: Line, first: Reply, key: tuple[int, int], index: int) -> str:
    try:
        with line.open() as sock:
            sock.sendall(line.hello(first.version, (first.suite,)).encode())
            flight = Flight(sock, line.wait)
            if not flight.until("done").done:
                return "stalled"
            sock.sendall(_messages(first.version, key, index))
            record = flight.record()
    except WireError:
        return "stalled"
    except OSError:
        return "closed"
    if isinstance(record, str):
        return record
    kind, body = record
    return f"alert {body[1]} {ALERTS.get(body[1], '?')}" if kind == 21 and len(body) > 1 else f"record {kind}"


def _messages(version: int, key: tuple[int, int], index: int) -> bytes:
    """ClientKeyExchange with the ciphertext, ChangeCipherSpec, and a Finished nobody can decrypt."""
    modulus, exponent = key
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(_padded(version, size, index), "big")
    cipher = pow(number % modulus, exponent, modulus).to_bytes(size, "big")
    inner = cipher if version < 0x0301 else size.to_bytes(2, "big") + cipher
    exchange = b"\x10" + len(inner).to_bytes(3, "big") + inner
    return _record(22, version, exchange) + _record(20, version, b"\x01") + _record(22, version, _FINISHED)


def _padded(version: int, size: int, index: int) -> bytes:
    """PKCS #1 v1.5 block of `size` bytes; classes 1 to 4 each break one thing."""
    secret = b"\x5a" * 46
    stated = version.to_bytes(2, "big") if index != 4 else b"\x02\x02"
    fill = b"\xab" * (size - 3 - 48)
    if index == 1:
        return b"\x41\x17" + fill + b"\x00" + stated + secret
    if index == 2:
        return b"\x00\x02" + fill + b"\x11" + stated[:0] + b"\x11" * 2 + secret[:-1] + b"\x00"
    if index == 3:
        return b"\x00\x02" + fill + b"\x11" * 3 + secret
    return b"\x00\x02" + fill + b"\x00" + stated + secret


def _record(kind: int, version: int, body: bytes) -> bytes:
    return bytes([kind]) + version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def rsa_key(certificate: bytes) -> tuple[int, int] | None:
    """Modulus and exponent from a DER certificate (RFC 5280 §4.1, RFC 8017 §A.1.1); None when it holds no RSA key.

    A reader of four DER types costs less than the 100 ms of importing an X.509 library.
    """
    try:
        (_, tbs), *_ = _der(_der(certificate)[0][1])
        fields = [part for part in _der(tbs) if part[0] != 0xA0]
        algorithm, key = _der(fields[5][1])
        if _der(algorithm[1])[0][1] != bytes.fromhex("2a864886f70d010101"):
            return None
        modulus, exponent = (int.from_bytes(v, "big") for _, v in _der(_der(key[1][1:])[0][1]))
    except (IndexError, ValueError):
        return None
    return (modulus, exponent) if modulus.bit_length() >= 512 else None


def _der(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    while data:
        tag, size, at = data[0], data[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(data[2:at], "big")
        found.append((tag, data[at : at + size]))
        data = data[at + size :]
    return found
