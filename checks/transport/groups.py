"""Named groups of the IANA TLS Supported Groups registry, with their strength, and known finite-field primes."""

#: Number → (name, bits of the field, or of the lattice's classical partner for hybrids).
GROUPS: dict[int, tuple[str, int]] = {
    29: ("x25519", 255),
    30: ("x448", 448),
    23: ("secp256r1", 256),
    24: ("secp384r1", 384),
    25: ("secp521r1", 521),
    4588: ("X25519MLKEM768", 255),
    4587: ("SecP256r1MLKEM768", 256),
    4589: ("SecP384r1MLKEM1024", 384),
    25497: ("X25519Kyber768Draft00", 255),
    512: ("MLKEM512", 512),
    513: ("MLKEM768", 768),
    514: ("MLKEM1024", 1024),
    26: ("brainpoolP256r1", 256),
    27: ("brainpoolP384r1", 384),
    28: ("brainpoolP512r1", 512),
    31: ("brainpoolP256r1tls13", 256),
    32: ("brainpoolP384r1tls13", 384),
    33: ("brainpoolP512r1tls13", 512),
    256: ("ffdhe2048", 2048),
    257: ("ffdhe3072", 3072),
    258: ("ffdhe4096", 4096),
    259: ("ffdhe6144", 6144),
    260: ("ffdhe8192", 8192),
    22: ("secp256k1", 256),
    14: ("sect571r1", 571),
    13: ("sect571k1", 571),
    12: ("sect409r1", 409),
    11: ("sect409k1", 409),
    10: ("sect283r1", 283),
    9: ("sect283k1", 283),
    8: ("sect239k1", 239),
    7: ("sect233r1", 233),
    6: ("sect233k1", 233),
    21: ("secp224r1", 224),
    20: ("secp224k1", 224),
    19: ("secp192r1", 192),
    18: ("secp192k1", 192),
    5: ("sect193r2", 193),
    4: ("sect193r1", 193),
    3: ("sect163r2", 163),
    2: ("sect163r1", 163),
    1: ("sect163k1", 163),
    17: ("secp160r2", 160),
    16: ("secp160r1", 160),
    15: ("secp160k1", 160),
}
NUMBERS = {name: number for number, (name, _) in GROUPS.items()}
BITS = dict(GROUPS.values())
#: Groups that resist a quantum computer (FIPS 203 ML-KEM), alone or beside a curve.
POST_QUANTUM = tuple(name for name, _ in GROUPS.values() if "MLKEM" in name)


def of(number: int) -> str:
    """The registry's name, or the number in hexadecimal."""
    return GROUPS[number][0] if number in GROUPS else f"group 0x{number:04x}"
