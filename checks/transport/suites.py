"""Cipher suites by number and name, and how strong each is. Facts of the IANA TLS Cipher Suites registry.

Pre-shared-key, SRP, Kerberos and GOST suites are left out: without such a credential no server accepts them.
"""

_SIX = "RSA DH_DSS DH_RSA DHE_DSS DHE_RSA DH_anon"
_PAIRED = "RSA DHE_RSA DH_RSA DHE_DSS DH_DSS DH_anon"
_CURVES = "ECDHE_ECDSA ECDH_ECDSA ECDHE_RSA ECDH_RSA"
_GCM = "{0}_128_GCM_SHA256 {0}_256_GCM_SHA384"
_CBC = "{0}_128_CBC_SHA256 {0}_256_CBC_SHA384"
_POLY = "ECDHE_RSA ECDHE_ECDSA DHE_RSA"

#: (first number, key exchanges, ciphers): numbers count up over ciphers within key exchanges.
_BLOCKS = (
    (0x0001, "RSA", "NULL_MD5 NULL_SHA"),
    (0x0003, "RSA_EXPORT", "RC4_40_MD5"),
    (0x0004, "RSA", "RC4_128_MD5 RC4_128_SHA"),
    (0x0006, "RSA_EXPORT", "RC2_CBC_40_MD5"),
    (0x0007, "RSA", "IDEA_CBC_SHA"),
    (0x0008, "RSA_EXPORT", "DES40_CBC_SHA"),
    (0x0009, "RSA", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x000B, "DH_DSS_EXPORT", "DES40_CBC_SHA"),
    (0x000C, "DH_DSS", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x000E, "DH_RSA_EXPORT", "DES40_CBC_SHA"),
    (0x000F, "DH_RSA", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x0011, "DHE_DSS_EXPORT", "DES40_CBC_SHA"),
    (0x0012, "DHE_DSS", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x0014, "DHE_RSA_EXPORT", "DES40_CBC_SHA"),
    (0x0015, "DHE_RSA", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x0017, "DH_anon_EXPORT", "RC4_40_MD5"),
    (0x0018, "DH_anon", "RC4_128_MD5"),
    (0x0019, "DH_anon_EXPORT", "DES40_CBC_SHA"),
    (0x001A, "DH_anon", "DES_CBC_SHA 3DES_EDE_CBC_SHA"),
    (0x002F, _SIX, "AES_128_CBC_SHA"),
    (0x0035, _SIX, "AES_256_CBC_SHA"),
    (0x003B, "RSA", "NULL_SHA256 AES_128_CBC_SHA256 AES_256_CBC_SHA256"),
    (0x003E, "DH_DSS DH_RSA DHE_DSS", "AES_128_CBC_SHA256"),
    (0x0041, _SIX, "CAMELLIA_128_CBC_SHA"),
    (0x0062, "RSA_EXPORT1024 DHE_DSS_EXPORT1024", "DES_CBC_SHA"),
    (0x0064, "RSA_EXPORT1024 DHE_DSS_EXPORT1024", "RC4_56_SHA"),
    (0x0066, "DHE_DSS", "RC4_128_SHA"),
    (0x0067, "DHE_RSA", "AES_128_CBC_SHA256"),
    (0x0068, "DH_DSS DH_RSA DHE_DSS DHE_RSA", "AES_256_CBC_SHA256"),
    (0x006C, "DH_anon", "AES_128_CBC_SHA256 AES_256_CBC_SHA256"),
    (0x0084, _SIX, "CAMELLIA_256_CBC_SHA"),
    (0x0096, _SIX, "SEED_CBC_SHA"),
    (0x009C, _PAIRED, _GCM.format("AES")),
    (0x00BA, _SIX, "CAMELLIA_128_CBC_SHA256"),
    (0x00C0, _SIX, "CAMELLIA_256_CBC_SHA256"),
    (
        0xC001,
        "ECDH_ECDSA ECDHE_ECDSA ECDH_RSA ECDHE_RSA ECDH_anon",
        "NULL_SHA RC4_128_SHA 3DES_EDE_CBC_SHA AES_128_CBC_SHA AES_256_CBC_SHA",
    ),
    (0xC023, _CURVES, _CBC.format("AES")),
    (0xC02B, _CURVES, _GCM.format("AES")),
    (0xC03C, _SIX, _CBC.format("ARIA")),
    (0xC048, _CURVES, _CBC.format("ARIA")),
    (0xC050, _PAIRED, _GCM.format("ARIA")),
    (0xC05C, _CURVES, _GCM.format("ARIA")),
    (0xC072, _CURVES, _CBC.format("CAMELLIA")),
    (0xC07A, _PAIRED, _GCM.format("CAMELLIA")),
    (0xC086, _CURVES, _GCM.format("CAMELLIA")),
    (0xC09C, "RSA DHE_RSA", "AES_128_CCM AES_256_CCM"),
    (0xC0A0, "RSA DHE_RSA", "AES_128_CCM_8 AES_256_CCM_8"),
    (0xC0AC, "ECDHE_ECDSA", "AES_128_CCM AES_256_CCM AES_128_CCM_8 AES_256_CCM_8"),
    (0xCC13, _POLY, "CHACHA20_POLY1305_OLD_SHA256"),
    (0xCCA8, _POLY, "CHACHA20_POLY1305_SHA256"),
)
#: The suites of TLS 1.3 (RFC 8446 §B.4), by number.
MODERN = {
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0x1304: "TLS_AES_128_CCM_SHA256",
    0x1305: "TLS_AES_128_CCM_8_SHA256",
}


def _expand() -> dict[int, str]:
    found: dict[int, str] = {}
    for first, exchanges, ciphers in _BLOCKS:
        pairs = [(x, c) for x in exchanges.split() for c in ciphers.split()]
        found.update({first + i: f"TLS_{x}_WITH_{c}" for i, (x, c) in enumerate(pairs)})
    return found


#: The suites of SSL 3.0 to TLS 1.2, by number.
CLASSIC = _expand()
NAMES = CLASSIC | MODERN
#: SSL 2.0 cipher kinds (the SSL 2.0 specification, §1.5), by number.
SSL2 = {
    0x010080: "SSL_CK_RC4_128_WITH_MD5",
    0x020080: "SSL_CK_RC4_128_EXPORT40_WITH_MD5",
    0x030080: "SSL_CK_RC2_128_CBC_WITH_MD5",
    0x040080: "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5",
    0x050080: "SSL_CK_IDEA_128_CBC_WITH_MD5",
    0x060040: "SSL_CK_DES_64_CBC_WITH_MD5",
    0x0700C0: "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
}


def is_broken(name: str) -> bool:
    """NULL, anonymous, export, RC4, DES or RC2 (RFC 9325 §4.1; RFC 7465)."""
    signs = ("_NULL_", "_anon_", "EXPORT", "_RC4_", "_DES_", "_DES40_", "_RC2_")
    return any(sign in name for sign in signs)


def is_small_block(name: str) -> bool:
    """A cipher with 64-bit blocks that is not broken outright: 3DES or IDEA (CVE-2016-2183)."""
    return not is_broken(name) and ("_3DES_" in name or "_IDEA_" in name)


def is_aead(name: str) -> bool:
    """An authenticated cipher: GCM, CCM or ChaCha20-Poly1305."""
    return any(sign in name for sign in ("_GCM_", "_CCM", "_POLY1305_"))


def has_forward_secrecy(name: str) -> bool:
    """Ephemeral key exchange; every suite of TLS 1.3 has it."""
    return "_WITH_" not in name or name.startswith(("TLS_ECDHE_", "TLS_DHE_"))


def rank(name: str) -> int:
    """How weak: 0 AEAD with forward secrecy, 1 CBC with it, 2 without it, 3 small blocks, 4 broken."""
    if is_broken(name):
        return 4
    if is_small_block(name):
        return 3
    if not has_forward_secrecy(name):
        return 2
    return 0 if is_aead(name) else 1


def fits_old_versions(name: str) -> bool:
    """Whether the suite may be used below TLS 1.2: AEAD and SHA-2 suites may not (RFC 5246 §A.5, RFC 5289)."""
    return name.endswith(("_SHA", "_MD5"))
