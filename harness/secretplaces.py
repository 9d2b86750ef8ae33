"""Where secrets stand: the places in URLs, forms, JSON, XML, HTML, multipart and header lines whose name says so.

Each function takes a text and `put(kind, value)`, which answers with the placeholder, and gives the text back.
The text is hostile: every pattern is bounded in length or keeps what it scanned (possessive quantifiers), so
none goes back over a long text and the time stays linear.
"""

import html
import json
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote_plus

Put = Callable[[str, str], str]

HOLDER = re.compile(r"\[[a-z_]{2,16}:[0-9a-f]{8}:[0-9]{1,9}\]")
#: A value that looks random: long, with letters and digits.
OPAQUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[\w.~+/=%-]{16,}")

# Names whose value is secret wherever it stands, compared in lower case without punctuation.
_SURE = re.compile(
    r"(?P<password>.*(?:password|passwd|passphrase|passcode|pwd)"
    r"(?:[0-9]*|confirm(?:ation)?|again|repeat|new|old|hash)|pass|pin|t?otp)"
    r"|(?P<secret>.*secret|.*(?:api|access|secret|signing|encryption|subscription|master|shared)key(?:id)?)"
    r"|(?P<private_key>.*privatekey)"
    r"|(?P<token>.*(?:token|assertion|jwt|csrf|xsrf|tokenhint|sess(?:ion)?id)|saml(?:response|request)|authorization)"
    r"|(?P<code>(?:auth(?:orization)?|device|user|verification|reset|activation)code|codeverifier)"
)
# Names that are secret in a query or a form, and elsewhere only when the value looks it: FHIR has `code` everywhere.
_MAYBE = re.compile(
    r"(?P<code>code)|(?P<state>(?:relay)?state)|(?P<token>session|sess|sid|auth|ticket|sig|.*signature)"
    r"|(?P<secret>key)"
)
_JWK = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})  # private members of a JSON Web Key, RFC 7518 §6
_NOTHING = frozenset({"", "true", "false", "null", "none", "undefined"})

_PARAMETER = re.compile(r"([?&#;])([^=&#;?]{1,80}+)=")
_ARGUMENT = {
    ";": re.compile(r"[^&#;?/]++")
}  # a matrix parameter of the path ends sooner than one of the query
_ANY_ARGUMENT = re.compile(r"[^&#]++")
_USER = re.compile(r"(?<=//)([^\s\"'<>/?#\\]{1,256})@")
_HEAD = re.compile(
    r"(?:(?P<lead>[?&#;]|%(?:25)?(?:3F|26|23))(?:amp;)?|(?<![\w.%\[-]))(?P<name>[A-Z_][\w.\-\[\]]{0,63}+)"
    r"(?P<close>\\{0,3}[\"']|&quot;|&\#34;)?+(?:\s{0,20}+(?P<mark>[:=])\s{0,20}+|(?P<coded>%(?:25)?3D))",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\"(?P<double>(?:[^\"\\\n]|\\.)++)|'(?P<single>(?:[^'\\\n]|\\.)++)"
    r"|\\{1,3}\"(?P<nested>(?:[^\"\\\n]|\\{2}\\?.)++)"
    r"|(?:&quot;|&\#34;)(?P<entity>(?:(?!&quot;|&\#34;)[^\n\"<>])++)"
    r"|(?P<bare>[^\s\"'<>&;,?\#\\{}()]++)"
)
_CODED = re.compile(r"(?P<bare>(?:(?!%(?:25)?26)[^\s\"'<>&;,\#])++)", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z][\w:.-]{0,63}+(?:[^<>\"']|\"[^\"]*+\"?+|'[^']*+'?+)*+")
_ATTRIBUTE = re.compile(r"([\w:.-]{1,64}+)\s{0,20}+=\s{0,20}+(?:\"([^\"]*+)|'([^']*+)|([^\s\"'<>=`]++))")
_ELEMENT = re.compile(r"<(?:[\w.-]{1,64}:)?([\w.-]{1,64})(?:\s[^<>]{0,2000})?>(?:<!\[CDATA\[)?([^<]++)")
_PART = re.compile(r";[ \t]?name=\"([^\"\r\n]{1,64})\"\r?\n(?:[^\r\n]{1,200}\r?\n){0,4}\r?\n([^\r\n]++)")
_LINE = re.compile(
    r"(?<![\w\[-])((?:set-)?cookie|(?:proxy-)?authorization)([\"']?[ \t]{0,8}:[ \t]{0,8}[\"']?)([^\r\n\"'<]++)",
    re.I,
)
_SCHEME = re.compile(r"(bearer|basic|digest|dpop|negotiate|ntlm|token|apikey)[ \t]++", re.I)


@lru_cache(4096)
def _named(name: str, maybe: bool) -> str | None:
    bare = re.sub(r"[\W_]", "", unquote_plus(name.removeprefix("amp;"))).lower()
    found = _SURE.fullmatch(bare) or (_MAYBE.fullmatch(bare) if maybe else None)
    return found.lastgroup if found else None


def kind_of(name: str, value: str) -> str | None:
    """The kind of secret that `name` says `value` is, or None; a doubtful name needs a value that looks random."""
    if value.lower() in _NOTHING or len(name) > 80:
        return None
    return _named(name, bool(OPAQUE.fullmatch(value)))


def structure(text: str, put: Put) -> str:
    """Every named place in a text of any type: the declared type may lie, so all are looked for."""
    lower = text.lower()
    if "cookie" in lower or "authorization" in lower:
        text = _LINE.sub(lambda m: m[1] + m[2] + _line(m[1].lower(), m[3], put), text)
    if "<" in text:
        text = _TAG.sub(lambda m: _tag(m[0], put), text)
        text = _ELEMENT.sub(lambda m: _inside(m, put), text)
    if "name=" in text:
        text = _PART.sub(lambda m: _inside(m, put), text)
    text = _USER.sub(lambda m: _user(m[1], put) + "@", text)
    return _pairs(text, put)


def query(text: str, put: Put) -> str:
    """The parameters of a URL or a form by their names: query, fragment and matrix parameters (RFC 3986 §3.3)."""
    done, place, kept = 0, 0, []
    while head := _PARAMETER.search(text, place):
        place = head.end()
        kind = _named(head[2], True)
        found = _ARGUMENT.get(head[1], _ANY_ARGUMENT).match(text, place) if kind else None
        if kind and found and not _is_concept(kind, found[0]):
            kept += [text[done:place], put(kind, unquote_plus(found[0]))]
            done = place = found.end()
    return "".join([*kept, text[done:]])


def form_fields(text: str, put: Put) -> str:
    """The fields of an application/x-www-form-urlencoded body."""
    return query("&" + text, put)[1:]


def credential(value: str, put: Put) -> str:
    """The value of an Authorization header; the scheme stays."""
    scheme = _SCHEME.match(value)
    if not scheme:
        return put("token", value)
    name = scheme[1].lower()
    return scheme[0] + put(name if name in {"bearer", "basic"} else "token", value[scheme.end() :])


def cookies(value: str, put: Put, *, one: bool, nameless: bool) -> str:
    """Cookie values; names stay, and with `one` (Set-Cookie) everything after the first pair.

    Browsers take a pair without `=` for a value without a name; with `nameless` so do we.
    """
    parts = value.split(";")
    for place, part in enumerate(parts[:1] if one else parts):
        name, equals, held = part.partition("=")
        if equals:
            parts[place] = f"{name}={_padded(held, put)}"
        elif nameless:
            parts[place] = _padded(part, put)
    return ";".join(parts)


def _padded(value: str, put: Put) -> str:
    bare = value.strip()
    front = value[: len(value) - len(value.lstrip())]
    return front + put("cookie", bare) + value[len(front) + len(bare) :] if bare else value


def _is_concept(kind: str | None, value: str) -> bool:
    return kind == "code" and value.lower().startswith("http")  # FHIR search: ?code=http://loinc.org|8480-6


def _line(name: str, value: str, put: Put) -> str:
    if name.endswith("authorization"):
        return credential(value, put) if _SCHEME.match(value) else value
    return cookies(value, put, one=name.startswith("set"), nameless=False)


def _inside(found: re.Match[str], put: Put) -> str:
    whole = found[2]
    held = whole.removesuffix("]]>")
    bare = held.strip()
    kind = kind_of(found[1], bare)
    return _swap(found, 2, whole.replace(bare, put(kind, html.unescape(bare)))) if kind else found[0]


def _swap(found: re.Match[str], group: int | str, new: str) -> str:
    start, end = (place - found.start() for place in found.span(group))
    return found[0][:start] + new + found[0][end:]


def _pairs(text: str, put: Put) -> str:
    done, place, kept = 0, 0, []
    while head := _HEAD.search(text, place):
        place = head.end()
        if not _named(head["name"], True) and head["name"] not in _JWK:
            continue
        found = (_CODED if head["coded"] else _VALUE).match(text, place)
        if not found or not found.lastgroup:
            continue
        form = found.lastgroup
        new = _pair(head, form, found[form], put)
        if new is not None:
            start, end = found.span(form)
            kept += [text[done:start], new]
            done = place = end
        elif form not in {
            "double",
            "single",
        }:  # inside those two another pair may stand; a second scan stays linear
            place = found.end()
    return "".join([*kept, text[done:]])


def _pair(head: re.Match[str], form: str, value: str, put: Put) -> str | None:
    asked = form == "bare" and bool(head["coded"] or (head["lead"] and head["mark"] == "="))
    kind = _named(head["name"], True) if asked else kind_of(head["name"], value)
    if head["name"] in _JWK and head["close"] and OPAQUE.fullmatch(value):
        kind = "private_key"
    if not kind or value.lower() in _NOTHING or _is_concept(kind, value) or HOLDER.match(value):
        return None
    number = bool(head["close"]) and value.isdigit()
    if form == "bare" and head["mark"] == ":" and not number and not OPAQUE.fullmatch(value):
        return None  # `Password: required` is prose
    return credential(value, put) if _SCHEME.match(value) else put(kind, _plain(value, form, asked))


def _plain(value: str, form: str, asked: bool) -> str:
    if form == "entity":
        return html.unescape(value)
    if asked:
        return unquote_plus(value)
    try:
        return str(json.loads(f'"{value}"')) if form == "double" and "\\" in value else value
    except ValueError:
        return value


def _tag(tag: str, put: Put) -> str:
    if "=" not in tag:
        return tag
    found = {m[1].lower(): m for m in _ATTRIBUTE.finditer(tag)}
    held = found.get("value") or found.get("content")
    value = _held(held)
    if held is None or value.lower() in _NOTHING:
        return tag
    names = (_held(found.get(a)) for a in ("name", "id", "key", "property"))
    hidden = _held(found.get("type")).lower() == "password"
    kind = "password" if hidden else next((k for n in names if (k := kind_of(n, value))), None)
    start, end = held.span(held.lastindex or 0)
    return tag[:start] + put(kind, html.unescape(value)) + tag[end:] if kind else tag


def _held(attribute: re.Match[str] | None) -> str:
    return attribute[attribute.lastindex or 0] if attribute else ""


def _user(part: str, put: Put) -> str:
    user, colon, password = part.partition(":")
    user = put("token", user) if OPAQUE.fullmatch(user) else user  # https://TOKEN@host/
    return user + colon + (put("password", unquote_plus(password)) if password else "")
