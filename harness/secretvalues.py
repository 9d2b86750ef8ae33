"""What secrets look like: private keys, JWTs, credentials and Thai citizen ids are found by value, wherever they stand.

As in `secretplaces`, no pattern goes back over a long text.
"""

import base64
import binascii
import html
import json
import re
from urllib.parse import quote, quote_plus

from harness.secretplaces import Put

_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\w+/=\s\\:,%&#;.()]|-(?!----))*+"
    r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?"
)
_JWT = re.compile(r"(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{12,}+)((?:\.[A-Za-z0-9_-]*+){2,4})")
_JWT_START = re.compile(r"eyJ|eyAi|ewo[gJ]|ew0K")  # base64url of `{"`, `{ "`, `{\n` and `{\r\n`
_BEARER = re.compile(r"\b((?:Bearer|DPoP)(?:\s|%20|\+){1,4})([\w.~+/-]{8,}+=*+)(?![\"'])", re.I)
_BASIC = re.compile(r"\b(Basic(?:\s|%20|\+){1,4})([A-Za-z0-9+/]{6,}+=*+)", re.I)
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z]).*")

# One digit as it can stand in a body, URL or header: ASCII or Thai, percent-, JSON-, HTML-escaped, or UTF-8 read as Latin-1.
_DIGIT = (
    r"(?:\d|%E0%B9%9[0-9]|\\u0E5[0-9]|&\#x0?E5[0-9];|&\#36(?:6[4-9]|7[0-3]);|\u00e0\u00b9[\u0090-\u0099])"
)
_GAP = r"(?:[-\u2010-\u2015 \t\u00a0./]|%20|%2D|\+|&nbsp;)?"
_CITIZEN = re.compile(
    r"(?:(?<!\d)|(?<=%[0-9A-F]{2}))(?<!%E0%B9%9[0-9])(?<!\\u0E5[0-9])(?<!\u00e0\u00b9[\u0090-\u0099])"
    + _GAP.join(f"{_DIGIT}{{{count}}}" for count in (1, 4, 5, 2, 1))
    + rf"(?!{_DIGIT})",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?<!\d)" + r"[-\u2010-\u2015 \t\u00a0./+]?".join(f"\\d{{{n}}}" for n in (1, 4, 5, 2, 1)) + r"(?!\d)"
)
#: Only a text with one of these can hold an id that the plain pattern does not see; the other costs four times as much.
_SIGNS = ("%2", "%E0%B9", "\\U0E5", "&#", "&NBSP;", "\u00c0\u00b9")
_ONE = re.compile(rf"%20|%2D|{_DIGIT}", re.IGNORECASE)


def shapes(text: str, put: Put) -> str:
    """Take out everything that is recognised by its value alone."""
    if "PRIVATE KEY" in text:
        text = _PEM.sub(lambda m: put("private_key", m[0]) if re.search(r"[\w+/=]{16}", m[0]) else m[0], text)
    upper = text.upper()
    if "EY" in upper or "EW" in upper:
        text = _JWT.sub(lambda m: _jwt(m, put), text)
    if "BEARER" in upper or "DPOP" in upper:
        text = _BEARER.sub(lambda m: m[1] + (put("bearer", m[2]) if _MIXED.fullmatch(m[2]) else m[2]), text)
    if "BASIC" in upper:
        text = _BASIC.sub(lambda m: m[1] + (put("basic", m[2]) if _is_pair(m[2]) else m[2]), text)
    search = _CITIZEN if any(sign in upper for sign in _SIGNS) else _PLAIN
    return search.sub(lambda m: _citizen(m[0], put), text)


def is_jwt(value: str) -> bool:
    """Whether the whole value is a signed, unsigned or encrypted JWT in compact form (RFC 7519 §3)."""
    found = _JWT.fullmatch(value)
    return bool(found and _JWT_START.match(value) and _is_header(found[1]))


def _jwt(found: re.Match[str], put: Put) -> str:
    for start in _JWT_START.finditer(found[1]):  # text may be glued before it, as in access_token%3DeyJ...
        if _is_header(found[1][start.start() :][:512]):
            return found[1][: start.start()] + put("jwt", found[0][start.start() :])
    return found[0]


def _is_header(segment: str) -> bool:
    head = base64.urlsafe_b64decode(segment[: len(segment) // 4 * 4])
    return head.isascii() and head.startswith(b"{") and head.count(b'"') >= 2


def _is_pair(encoded: str) -> bool:
    try:
        return b":" in base64.b64decode(encoded + "=" * (-len(encoded) % 4)) and encoded.strip("=") != ""
    except (binascii.Error, ValueError):
        return False


def _citizen(found: str, put: Put) -> str:
    if any(0 < found.count(sign) < 4 for sign in "./+"):  # 0.123456789012 is a fraction
        return found
    digits = "".join(_digit(m[0]) for m in _ONE.finditer(found))
    return put("citizen_id", digits) if is_citizen_id(digits) else found


def _digit(written: str) -> str:
    if written.startswith("%") and len(written) == 3:
        return ""
    if written.startswith("&#36"):
        return str(int(written[2:-1]) - 0x0E50)
    if written[0] == "\u00e0":
        return str(ord(written[-1]) - 0x90)
    return str(int(written.rstrip(";")[-1]))


def is_citizen_id(digits: str) -> bool:
    """Whether 13 ASCII digits end in the check digit of a Thai citizen id.

    The check digit is (11 - sum of digit i times 13 - i) mod 11, its last digit; source: Department of Provincial
    Administration. One random number in ten passes.
    """
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - weighed % 11) % 10 == int(digits[12])


def forms(secret: str) -> set[str]:
    """How a known secret can stand in a text: as it is, URL-, JSON-, HTML-, hex- and base64-encoded.

    Base64 is covered at each of the three alignments, so a secret inside longer encoded text is found too.
    """
    if len(secret) < 4:
        return set()
    data = secret.encode("utf-8", "surrogatepass")
    coded = {quote(data, safe=""), quote(data), quote_plus(data)}
    coded |= {re.sub(r"%..", lambda m: m[0].lower(), one) for one in coded}
    quoted = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    quoted |= {one.replace("/", "\\/") for one in quoted}
    marked = {
        html.escape(secret),
        html.escape(secret, quote=False),
        html.escape(secret).replace("&#x27;", "&#39;"),
    }
    packed = {core for shift in range(3) for core in _base64(data, shift) if len(core) >= 6}
    hexed = {data.hex(), data.hex().upper()}
    return {secret, data.decode("latin-1"), *coded, *quoted, *marked, *packed, *hexed}


def _base64(data: bytes, shift: int) -> tuple[str, str]:
    encoded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
    # The first characters mix in what stands before, the last one what comes after, unless they fall on a boundary.
    core = encoded[(0, 2, 3)[shift] : len(encoded) - ((shift + len(data)) % 3 != 0)]
    return core, core.replace("+", "-").replace("/", "_")
