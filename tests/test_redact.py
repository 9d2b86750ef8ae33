"""Redaction: nothing secret stays in any writing of it, ordinary text stays as it is, twice changes nothing."""

import base64
import html
import json
import random
import re
import string
import threading
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from harness.evidence import Redaction
from harness.redact import Redactor
from harness.secretvalues import is_citizen_id

SALT = b"a salt for tests"
HOLDER = re.compile(r"\[([a-z_]+):([0-9a-f]{8}):([0-9]+)\]")
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def chance(seed: object) -> random.Random:
    return random.Random(f"redact {seed}")


def citizen(rng: random.Random) -> str:
    front = str(rng.randint(1, 8)) + "".join(rng.choices(string.digits, k=11))
    return next(front + d for d in string.digits if is_citizen_id(front + d))


def jwt(rng: random.Random, header: str = '{"alg":"RS256","typ":"JWT"}') -> str:
    parts = (header.encode(), json.dumps({"sub": rng.random()}).encode(), rng.randbytes(32))
    return ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts)


def opaque(rng: random.Random) -> str:
    return "a1" + "".join(rng.choices(string.ascii_letters + string.digits + "-_", k=rng.randint(20, 60)))


def password(rng: random.Random) -> str:
    signs = string.ascii_letters + string.digits + "!#$%&*+,-./:;=?@^_~|'\"<>\\ กขค"
    return "p" + "".join(rng.choices(signs, k=rng.randint(8, 20))) + "w"


# By value: known secrets.

WRITINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda s: s,
    "query": lambda s: quote(s, safe=""),
    "form": quote_plus,
    "lower-case escapes": lambda s: re.sub("%..", lambda m: m[0].lower(), quote(s, safe="")),
    "json": lambda s: json.dumps(s)[1:-1],
    "json in unicode": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "html": html.escape,
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64url": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "base64, shifted by one": lambda s: base64.b64encode(b"x" + s.encode() + b"yz").decode(),
    "base64, shifted by two": lambda s: base64.b64encode(b"u:" + s.encode()).decode(),
    "hex": lambda s: s.encode().hex(),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_known_secrets_go_in_every_writing(writing: str) -> None:
    rng = chance(writing)
    for _ in range(150):
        secret = password(rng)
        redactor = Redactor([secret], SALT)
        text = f"lorem <p>{WRITINGS[writing](secret)}</p> ipsum"
        clean = redactor.text(text, "body")
        assert WRITINGS[writing](secret) not in clean
        assert redactor.text(clean, "body") == clean
        known = HOLDER.search(redactor.headers([("X-Password", secret)], "header")[0][1])
        found = HOLDER.search(clean)
        assert known
        assert found
        assert found[2] == known[2], "equal values, equal hashes, whatever the writing"


def test_a_short_secret_goes_alone_but_does_not_shred_words() -> None:
    clean = Redactor(["demo"], SALT).text("demo demo.example.test demonstrate (demo)", "body")
    assert HOLDER.sub("X", clean) == "X demo.example.test demonstrate (X)"
    assert Redactor(["abc"], SALT).text("abc", "body") == "abc"


def test_a_cookie_value_reflected_in_the_body_goes_too() -> None:
    rng = chance("reflected")
    redactor, value = Redactor(salt=SALT), opaque(rng)
    redactor.headers([("Set-Cookie", f"SID={value}; Path=/")], "response")
    for writing in WRITINGS.values():
        assert writing(value) not in redactor.body(f"<p>{writing(value)}</p>".encode(), "text/html", "body")


# By value: what is recognised by its look.


def spellings(cid: str) -> list[str]:
    groups = (cid[0], cid[1:5], cid[5:10], cid[10:12], cid[12])
    plain = [cid, *(sign.join(groups) for sign in "- .–\u00a0")]
    thai = [one.translate(THAI) for one in plain]
    return [*plain, *thai, quote(thai[0]), json.dumps(thai[1])[1:-1], thai[0].encode().decode("latin-1")]


def test_valid_citizen_ids_go_in_every_spelling() -> None:
    rng = chance("citizens")
    for _ in range(200):
        cid = citizen(rng)
        for written in spellings(cid):
            for text in (f"id {written}.", f'"{written}"', f"x={written}&y=1", f"เลข{written}ค่ะ"):
                redactor = Redactor(salt=SALT)
                clean = redactor.text(text, "body")
                assert written not in clean, text
                assert redactor.text(clean, "body") == clean
                assert redactor.taken() == (Redaction("citizen_id", "body", 1),)
                assert HOLDER.search(clean)[3] == "13"  # type: ignore[index]


def test_other_thirteen_digit_numbers_stay() -> None:
    rng = chance("numbers")
    redactor = Redactor(salt=SALT)
    for _ in range(2000):
        cid = citizen(rng)
        wrong = cid[:-1] + str((int(cid[-1]) + rng.randint(1, 9)) % 10)
        for text in (
            wrong,
            wrong.translate(THAI),
            f"9{cid}",
            f"{cid}0",
            f"๑{cid.translate(THAI)}",
            f"0.{cid[:12]}",
        ):
            assert redactor.text(f"n={text}", "body") == f"n={text}"
    assert redactor.taken() == ()


@pytest.mark.parametrize(
    "header", ['{"alg":"RS256"}', '{ "alg": "none" }', '{\n "alg":"ES256"}', '{\r\n"alg":"HS256"}']
)
def test_jwts_go_wherever_they_stand(header: str) -> None:
    rng = chance(header)
    for _ in range(50):
        token = jwt(rng, header)
        for text in (
            token,
            f"x{token}",
            f"access_token%3D{token}%26a",
            f"Bearer {token}",
            f'"{token}"',
            f"a.{token}",
        ):
            clean = Redactor(salt=SALT).text(text, "body")
            assert token.split(".")[2] not in clean
            assert token.split(".")[1] not in clean


def test_an_unsigned_jwt_goes() -> None:
    token = jwt(chance("none")).rpartition(".")[0] + "."
    assert Redactor(salt=SALT).text(f"<{token}>", "b").startswith("<[jwt:")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\\n", " "])
@pytest.mark.parametrize("kind", ["RSA ", "EC ", "", "ENCRYPTED ", "OPENSSH "])
def test_private_keys_go(kind: str, ending: str) -> None:
    lines = [base64.b64encode(chance(n).randbytes(48)).decode() for n in range(12)]
    for end in (f"-----END {kind}PRIVATE KEY-----", ""):
        pem = ending.join([f"-----BEGIN {kind}PRIVATE KEY-----", *lines, end])
        clean = Redactor(salt=SALT).text(f'{{"k": "{pem}"}} after', "body")
        assert not any(line in clean for line in lines)
        assert clean.endswith("after")


def test_credentials_of_bearer_and_basic_go_and_prose_about_them_stays() -> None:
    basic = base64.b64encode(b"somchai:correct horse").decode()
    clean = Redactor(salt=SALT).text(f"Bearer abc123def456 and Basic {basic}", "body")
    assert HOLDER.sub(r"<\1>", clean) == "Bearer <bearer> and Basic <basic>"
    prose = 'Bearer authentication, Basic authentication and Bearer realm="x1y2z3w4" are schemes'
    assert Redactor(salt=SALT).text(prose, "body") == prose


# By structure.

PLACES = {
    "url query": ("{name}={url}", "url"),
    "json": ('{{"a":1,"{name}": "{json}","b":2}}', "application/json"),
    "json in json": ('{{"data":"{{\\"{name}\\":\\"{plain}\\"}}"}}', "application/json"),
    "form": ("a=1&{name}={form}&b=2", "application/x-www-form-urlencoded"),
    "form, first": ("{name}={form}&b=2", "application/x-www-form-urlencoded"),
    "input": ('<input type="hidden" name="{name}" value="{html}">', "text/html"),
    "input, value first": ("<input value='{html}' name='{name}' type='text'/>", "text/html"),
    "meta": ('<meta name="{name}" content="{html}">', "text/html"),
    "xml element": ("<x:{name} a='1'>{html}</x:{name}>", "application/xml"),
    "xml cdata": ("<{name}><![CDATA[{plain}]]></{name}>", "text/xml"),
    "xml attribute": ('<login user="a" {name}="{html}"/>', "text/xml"),
    "link": ('<a href="/x?a=1&amp;{name}={url}&amp;b=2">', "text/html"),
    "link in a link": ('<a href="/login?next=%2Fcb%3F{name}%3D{plain}%26b%3D2">', "text/html"),
    "escaped json": ('<div data-page="{{&quot;{name}&quot;:&quot;{plain}&quot;}}">', "text/html"),
    "script": ("var settings = {{{name}: '{plain}'}};", "text/javascript"),
    "multipart": (
        '--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{plain}\r\n--x--',
        "multipart/form-data",
    ),
    "echoed header": ("GET / HTTP/1.1\r\nCookie: {name}={plain}; b=2\r\n\r\n", "message/http"),
}
NAMES = [
    "password",
    "newPassword2",
    "passwd",
    "client_secret",
    "access_token",
    "id_token",
    "refreshToken",
    "csrf_token",
]
NAMES += [
    "X-Api-Key",
    "assertion",
    "client_assertion",
    "SAMLResponse",
    "session_id",
    "device_code",
    "code_verifier",
    "pin",
]


@pytest.mark.parametrize("place", PLACES)
def test_named_secrets_go_in_every_place(place: str) -> None:
    template, kind = PLACES[place]
    for name in NAMES:
        rng = chance(place + name)
        for _ in range(20):
            value, plain = password(rng), opaque(rng)
            shown = {"url": quote(value, safe=""), "form": quote_plus(value), "json": json.dumps(value)[1:-1]}
            text = template.format(name=name, plain=plain, html=html.escape(value), **shown)
            redactor = Redactor(salt=SALT)
            clean = (
                redactor.url(f"https://h.test/?{text}")
                if kind == "url"
                else redactor.body(text.encode(), kind, "b")
            )
            assert plain not in clean
            assert not any(writing in clean for writing in (value, html.escape(value), *shown.values())), (
                text,
                clean,
            )
            assert name in clean
            assert redactor.text(clean, "b") == clean
            if place != "xml attribute":  # cannot be told from JSON, so its escapes count as characters
                assert HOLDER.search(clean)[3] == str(len(value if plain not in text else plain))  # type: ignore[index]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h.test/cb?code=abc&state=xyz&lang=th", "https://h.test/cb?code=<code>&state=<state>&lang=th"),
        ("https://h.test/cb#id_token=q&access_token=z", "https://h.test/cb#id_token=<token>&access_token=<token>"),
        ("https://user:pa@h.test/", "https://user:<password>@h.test/"),
        ("https://in-scope.test@evil.test/", "https://in-scope.test@evil.test/"),
        ("https://h.test/a;jsessionid=A1?token=b", "https://h.test/a;jsessionid=<token>?token=<token>"),
        ("https://h.test/?access%5Ftoken=b", "https://h.test/?access%5Ftoken=<token>"),
        ("https://h.test/?next=/cb?token=b&x=1", "https://h.test/?next=/cb?token=<token>&x=1"),
        ("https://h.test/?next=https%3A%2F%2Fx%2F%3Fcode%3Db%26c%3Dd", "https://h.test/?next=https%3A%2F%2Fx%2F%3Fcode%3D<code>%26c%3Dd"),
        ("https://h.test/#/cb?token=b", "https://h.test/#/cb?token=<token>"),
        ("https://h.test/?token=", "https://h.test/?token="),
        ("https://h.test/Observation?code=http://loinc.org|8480-6", "https://h.test/Observation?code=http://loinc.org|8480-6"),
        ("//evil.test/%00\r\n?key=v", "//evil.test/%00\r\n?key=<secret>"),
    ],
)  # fmt: skip
def test_urls(url: str, expected: str) -> None:
    redactor = Redactor(salt=SALT)
    clean = redactor.url(url)
    assert HOLDER.sub(r"<\1>", clean) == expected
    assert redactor.url(clean) == clean


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Authorization", "Bearer abc", "Bearer <bearer>"),
        ("authorization", "Basic YTpi", "Basic <basic>"),
        ("Authorization", "justatoken", "<token>"),
        ("Proxy-Authorization", 'Digest username="u", response="r"', "Digest <token>"),
        ("Cookie", "a=b; theme=dark;c=", "a=<cookie>; theme=<cookie>;c="),
        ("Set-Cookie", "__Host-sid=v; Path=/; Secure; SameSite=Lax", "__Host-sid=<cookie>; Path=/; Secure; SameSite=Lax"),
        ("Set-Cookie", 'a="q=r"; Expires=Wed, 09 Jun 2027 10:18:14 GMT', "a=<cookie>; Expires=Wed, 09 Jun 2027 10:18:14 GMT"),
        ("Set-Cookie", "nameless; Secure", "<cookie>; Secure"),
        ("SET-COOKIE", "a=; Max-Age=0", "a=; Max-Age=0"),
        ("X-API-Key", "k", "<secret>"),
        ("X-Auth-Token", "t", "<token>"),
        ("X-CSRF-Token", "t", "<token>"),
        ("Location", "/cb?code=a&x=1#access_token=b", "/cb?code=<code>&x=1#access_token=<token>"),
        ("Refresh", "0; url=https://h.test/?code=abc", "0; url=https://h.test/?code=<code>"),
        ("X-Anything", "id 1-2345-67890-12-1", "id <citizen_id>"),
    ],
)  # fmt: skip
def test_headers(name: str, value: str, expected: str) -> None:
    redactor = Redactor(salt=SALT)
    clean = redactor.headers([(name, value)], "response")
    assert [(n, HOLDER.sub(r"<\1>", v)) for n, v in clean] == [(name, expected)]
    assert redactor.headers(clean, "response") == clean


ORDINARY = [
    ("WWW-Authenticate", 'Digest realm="x", qop="auth", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c0", opaque="5ccc069c403e"'),
    ("WWW-Authenticate", 'Bearer realm="api1234567", error="invalid_token", error_description="The token expired"'),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload"),
    ("Content-Security-Policy", "default-src 'self'; script-src 'nonce-R4nd0mR4nd0mR4nd0m' 'sha256-abc1234567890123456='"),
    ("ETag", '"5e0f-60ab3c2d1e"'),
    ("Access-Control-Allow-Headers", "Authorization, X-API-Key, Cookie"),
    ("Keep-Alive", "timeout=5, max=100"),
    ("Content-Type", 'multipart/form-data; boundary="----x1234567890abcdef"'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), ORDINARY)
def test_ordinary_headers_stay(name: str, value: str) -> None:
    assert Redactor(salt=SALT).headers([(name, value)], "response") == ((name, value),)


@pytest.mark.parametrize(
    "text",
    [
        "Password: required. Token: invalid. Enter your PIN code or secret answer.",
        "<label for=password>Password</label><input type=password name=password>",
        '<p>password: required</p><code>GET /x</code><state>active</state><title>token</title>',
        '{"resourceType":"Observation","code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"status":"final"}',
        '{"token_endpoint":"https://h.test/token","grant_types_supported":["password"],"token_type":"Bearer","expires_in":3600}',
        '{"token_endpoint_auth_methods_supported":["client_secret_basic"],"code_challenge_methods_supported":["S256"]}',
        '{"keys":[{"kty":"RSA","kid":"k1","use":"sig","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx","e":"AQAB"}]}',
        '{"password":null,"token":"","pin":false,"key":"value","state":"open"}',
        "version 1.2345.678 on 2026-11-22, order 1234567890123456, price 0.123456789012",
        "var state = getState(); keyJarStoreName.get.value(); framework.settings.module",
        "รหัสผ่านต้องมีความยาวอย่างน้อย ๑๒ ตัวอักษร",
        "mailto:nobody@example.test see https://example.test/@user/page",
    ],
)  # fmt: skip
def test_ordinary_text_stays(text: str) -> None:
    redactor = Redactor(["Tr0ub4dor&3"], SALT)
    assert redactor.text(text, "body") == text
    assert redactor.taken() == ()


# The body's bytes.


def test_wrong_bytes_show_as_replacement_characters() -> None:
    assert Redactor().body(b"a\xff\xfeb\x00", "text/html; charset=utf-8", "body") == "a\ufffd\ufffdb\x00"


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "tis-620", "windows-874", "iso-8859-11"]
)
def test_thai_ids_go_in_every_charset(charset: str) -> None:
    cid = citizen(chance(charset)).translate(THAI)
    data = f"<p>เลขประจำตัว {cid}</p>".encode(charset.replace("windows-874", "cp874"))
    clean = Redactor(salt=SALT).body(data, f"text/html; charset={charset}", "body")
    assert "เลขประจำตัว [citizen_id:" in clean


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "cp037", "rot13", "idna", "zip", "\x00", "utf-32", "no-such"]
)
def test_a_false_charset_does_not_hide_a_secret(charset: str) -> None:
    cid = citizen(chance("charset"))
    clean = Redactor(salt=SALT).body(f"id {cid}".encode(), f"text/plain; charset={charset}", "body")
    assert clean.startswith("id [citizen_id:")


# The placeholder and the account of what was taken.


def test_hashes_compare_inside_one_salt_only() -> None:
    def hashed(salt: bytes | None, text: str) -> str:
        return HOLDER.search(Redactor(salt=salt).text(text, "b"))[2]  # type: ignore[index]

    value = opaque(chance("hash"))
    same = {
        hashed(SALT, f'"token":"{value}"'),
        hashed(SALT, f"?code={value}"),
        hashed(SALT, f"<pin>{value}</pin>"),
    }
    assert len(same) == 1
    assert hashed(b"another", f'"token":"{value}"') not in same
    assert hashed(None, f'"token":"{value}"') != hashed(None, f'"token":"{value}"')


def test_taken_counts_by_kind_and_place_and_resets() -> None:
    redactor = Redactor(salt=SALT)
    redactor.headers([("Cookie", "a=b; c=d")], "request")
    redactor.text('"token":"x", "password":"y"', "body")
    expected = (Redaction("cookie", "request", 2), Redaction("password", "body"), Redaction("token", "body"))
    assert redactor.taken() == expected
    redactor.reset()
    assert redactor.taken() == ()


def test_threads_share_one_redactor_and_see_their_own() -> None:
    redactor, wrong = Redactor(salt=SALT), []

    def work(number: int) -> None:
        for turn in range(50):
            redactor.reset()
            redactor.headers([("Cookie", f"a=session{number}value{turn:020}")], f"t{number}")
            if redactor.taken() != (Redaction("cookie", f"t{number}", 1),):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


# Twice changes nothing, and time stays linear.

FRAGMENTS = [
    '"',
    "'",
    "\\",
    "&",
    "=",
    ":",
    ";",
    "?",
    "#",
    "<",
    ">",
    "/",
    " ",
    "\n",
    "\r\n",
    "%3D",
    "%3F",
    "%26",
    "&quot;",
]
FRAGMENTS += [
    "token",
    "password",
    "code",
    "state",
    "Cookie: ",
    "Authorization: ",
    "Bearer ",
    "Basic ",
    "//",
    "@",
    "a1b2c3d4",
]
FRAGMENTS += [
    "[token:0123abcd:9]",
    "[cookie:ffffffff:",
    "1234567890121",
    "hunter2hunter2",
    "-----BEGIN PRIVATE KEY-----",
    "-",
]
FRAGMENTS += [
    "eyJhbGciOiJub25lIn0.",
    "eyJ",
    ".",
    "<input ",
    "value=",
    "name=",
    "type=password",
    "<password>",
    "]]>",
    "<![CDATA[",
]
FRAGMENTS += ["access_token", "YTpiY2RlZg==", "๑", "0", "lorem", "\x00", "\ufffd", "a1b2c3d4e5f6g7h8i9", "set-cookie: a="]  # fmt: skip


def test_twice_changes_nothing() -> None:
    rng = chance("soup")
    redactor = Redactor(["hunter2hunter2", "token"], SALT)
    ways: list[Callable[[str], str]] = [
        lambda text: redactor.text(text, "b"),
        redactor.url,
        lambda text: redactor.headers([("Cookie", text)], "h")[0][1],
        lambda text: redactor.headers([("Authorization", text)], "h")[0][1],
        lambda text: redactor.body(text.encode(), "application/x-www-form-urlencoded", "b"),
    ]
    for _ in range(3000):
        text = "".join(rng.choices(FRAGMENTS, k=rng.randint(1, 25)))
        for way in ways:
            once = way(text)
            assert way(once) == once, text
            assert "hunter2hunter2" not in once, text


PATHOLOGICAL = [
    '"',
    "'",
    "<",
    "\\",
    "&",
    "//",
    "a.",
    "1-",
    "1",
    "x",
    "%20",
    "eyJ",
    "eyJhbGciOiJub25lIn0.",
    "token ",
    "<a ",
]
PATHOLOGICAL += [
    '<input a="',
    "<input a='\"",
    "a=",
    "code=",
    'code="',
    "code='",
    'code=\\"',
    'code=\\\\\\"',
    "code%3D",
    "?a=",
]
PATHOLOGICAL += [
    "&code=&quot;",
    "-----BEGIN PRIVATE KEY-----",
    "//a:",
    "//" + "a" * 300,
    "Bearer ",
    "Cookie: a=b;",
    "password = ",
]
PATHOLOGICAL += ['; name="a"\r\n', "token" + " " * 19, "๑", "&#3665;", "%E0%B9%91", "\\u0e51", "<!--", "<![CDATA[", "basic YTpi"]  # fmt: skip


@pytest.mark.parametrize("piece", PATHOLOGICAL)
@pytest.mark.usefixtures("must_end")
def test_time_stays_linear(piece: str) -> None:
    text = piece * (400_000 // len(piece))  # a linear pass takes about one second; a quadratic one an hour
    Redactor(["hunter2hunter2"], SALT).url(text)
