"""Groups by elimination, and what kind of primes finite-field Diffie-Hellman uses."""

import hashlib
import secrets

from .groups import GROUPS, of
from .offer_evidence import FiniteField, GroupOffer
from .probe_hello import TLS12, TLS13, VERSIONS
from .probe_line import Line
from .probe_messages import Reply
from .suites import CLASSIC

_MODERN = tuple(n for n in GROUPS if n in (23, 24, 25) or n >= 29)
#: What no hello for TLS 1.3 alone may name (RFC 8446 §4.2.7), asked for beside TLS 1.2.
_RETIRED = tuple(n for n in GROUPS if n not in _MODERN)
#: TLS 1.2 knows no hybrid and negotiates no finite field through this list in practice (RFC 7919 servers aside).
_CURVES = tuple(n for n, (name, _) in GROUPS.items() if n < 256)
_EPHEMERAL_CURVE = tuple(n for n, name in CLASSIC.items() if name.startswith("TLS_ECDHE_"))

#: Start of the SHA-256 of published primes (big-endian, no leading zero) → name. All but RFC 5114's are safe primes.
PRIMES = {
    "b52ba6a3026520a6": "RFC 2409 group 1",
    "3f35a3f5f6c4376a": "RFC 2409 group 2",
    "64fcc83ec403930b": "RFC 3526 group 5",
    "d66436f79bbd6b2e": "RFC 3526 group 14",
    "48cf8b092fbce435": "RFC 3526 group 15",
    "4ee95187682bcb23": "RFC 3526 group 16",
    "d1bfe6d0925ce7e4": "RFC 3526 group 17",
    "39ab4feab950a312": "RFC 3526 group 18",
    "9cd3b7f336872f46": "ffdhe2048",
    "0eaf67db3a839156": "ffdhe3072",
    "4648414224ac881b": "ffdhe4096",
    "227ac9066b3ddd9e": "ffdhe6144",
    "770b14efaf6f0499": "ffdhe8192",
    "494b6a801b379f37": "RFC 5054 group 1",
    "72af4a20e501a893": "RFC 5054 group 2",
    "91b71d6b40d43995": "RFC 5054 group 3",
    "44c55cfee5c07592": "RFC 5114 group 22",
    "bfe545862ca102ad": "RFC 5114 group 23",
    "0b7835722cb61982": "RFC 5114 group 24",
}
#: Rounds of Miller-Rabin: an error below 4^-8 even for an adversary's number.
_ROUNDS = 8


def modern_groups(line: Line) -> GroupOffer:
    """TLS 1.3: an empty key_share makes the server name its group in a HelloRetryRequest, without any crypto."""
    found, last = _named(line, _MODERN, (TLS13,))
    if not found:  # an odd refusal: ask as a client that knows TLS 1.2 as well
        found, last = _named(line, _MODERN, (TLS13, TLS12))
    retired, end = _named(line, _RETIRED, (TLS13, TLS12))
    settled = last.refused and end.kind != "stalled"
    return _offer(TLS13, [*found, *retired], bool(found) and settled, last.how)


def _named(line: Line, groups: tuple[int, ...], versions: tuple[int, ...]) -> tuple[list[int], Reply]:
    left, found = list(groups), list[int]()
    reply = Reply(kind="alert", how="every group was accepted")
    while left:
        reply = line.ask(line.hello(TLS13, groups=tuple(left), shares=(), versions=versions))
        if not reply.offered or reply.version != TLS13 or reply.group not in left:
            break
        found.append(reply.group)
        left.remove(reply.group)
    else:
        reply = Reply(kind="alert", how="every group was accepted")
    return found, reply


def classic_groups(line: Line, suites: tuple[int, ...]) -> GroupOffer:
    """TLS 1.2: elimination as well. An ECDSA server also needs the curve of its certificate in the list
    (RFC 8422 §5.3), so a refusal is asked again with the group removed last at the end of the list."""
    left, found = list(_CURVES), list[int]()
    kept: list[int] = []
    while True:
        reply = line.ask(line.hello(TLS12, suites, groups=(*left, *kept)), "key")
        if reply.offered and reply.group in left:
            found.append(reply.group)
            left.remove(reply.group)
        elif reply.refused and found and not kept:
            kept = found[-1:]  # its removal brought the refusal
        else:
            break
    ended = reply.refused or (reply.offered and reply.group in kept)
    return _offer(TLS12, found, bool(found) and ended, reply.how)


def _offer(version: int, found: list[int], complete: bool, how: str) -> GroupOffer:
    return GroupOffer(VERSIONS[version], tuple(of(g) for g in found), complete, how)


def field_of(version: str, prime: int) -> FiniteField:
    """Describe a prime: its name when published, otherwise tested for primality."""
    raw = prime.to_bytes((prime.bit_length() + 7) // 8 or 1, "big")
    digest = hashlib.sha256(raw).hexdigest()[:16]
    name = PRIMES.get(digest, "")
    if name:
        return FiniteField(version, prime.bit_length(), name, True, "5114" not in name, digest)
    is_prime = _is_prime(prime)
    safe = is_prime and _is_prime(prime // 2)
    return FiniteField(version, prime.bit_length(), "", is_prime, safe, digest)


def _is_prime(number: int) -> bool:
    if number < 4 or number % 2 == 0 or number.bit_length() > 10_000:
        return number in (2, 3)
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_witnesses(number, odd, twos) for _ in range(_ROUNDS))


def _witnesses(number: int, odd: int, twos: int) -> bool:
    value = pow(secrets.randbelow(number - 3) + 2, odd, number)
    for _ in range(twos):
        if value in (1, number - 1):
            return True
        value = value * value % number
        if value == 1:
            return False
    return value == 1
