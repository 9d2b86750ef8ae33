"""Redaction: secrets and personal data leave the text before anyone sees it, by structure first, then by value.

Every removed value becomes `[kind:hash:length]`: the hash is the first 8 hex digits of an HMAC-SHA256 under a
salt that lives in memory only, so equal values compare equal inside one run and nobody can try values against
a stored report. The length counts characters after the escaping of its place was taken off.
"""

import hmac
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from harness.evidence import Redaction
from harness.secretplaces import (
    HOLDER,
    OPAQUE,
    Put,
    cookies,
    credential,
    form_fields,
    kind_of,
    query,
    structure,
)
from harness.secretvalues import forms, is_jwt, shapes

Step = Callable[[str, Put], str]

_HOLDERS = re.compile(f"(?:{HOLDER.pattern})+")
#: A removal may bring out another secret: the text is gone over until it stays, at most this often.
_ROUNDS = 8
#: Values learned from headers, whose reflection in the body goes too; searching costs time for each.
_LEARNED = 64
#: Texts whose redacted form is remembered: how long one may be (characters), and how many.
_SHORT, _REMEMBERED = 4000, 300
#: Charsets that a body may claim. Others could be used to hide ASCII (UTF-7, EBCDIC), and browsers refuse most.
_CHARSET = re.compile(
    r"charset\s{0,8}=\s{0,8}[\"']?(?:windows-(?P<windows>125\d|874)"
    r"|(?P<name>utf-?8|us-ascii|tis-?620|iso-?8859-?\d{1,2}|big5|gbk|gb18030|shift_jis|euc-(?:jp|kr)))",
    re.IGNORECASE,
)


class Redactor:
    """Takes secrets out of texts. Safe to share between threads: `taken` tells what the calling thread removed.

    `secrets` are known values (shorter than 4 characters they are ignored: too common to search for).
    Equal values get equal hashes in redactors of the same `salt`; without one it is fresh.
    """

    def __init__(self, secrets: Iterable[str] = (), salt: bytes | None = None) -> None:
        self._salt = salt or os.urandom(32)
        self._taken = _Taken()
        self._learned = 0
        self._known: dict[str, str] = {}
        # Header lines and short pages come again and again: what became of each, and the kinds that were taken out.
        self._settled: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
        for secret in secrets:
            self._known |= dict.fromkeys(forms(secret), secret)

    def taken(self) -> tuple[Redaction, ...]:
        """What this thread removed since the creation or its last `reset`, by kind and place, sorted."""
        return tuple(Redaction(kind, where, n) for (kind, where), n in sorted(self._taken.counts.items()))

    def reset(self) -> None:
        """Forget what this thread removed; what was learned stays."""
        self._taken.counts.clear()

    def text(self, value: str, where: str) -> str:
        """Redact any text; `where` names its place in `taken`."""
        return self._settle(value, where, "text", structure)

    def url(self, url: str, where: str = "url") -> str:
        """Redact a URL: the user part's password, parameters of query, fragment and path by name, then by value."""
        return self._settle(url, where, "url", query, structure)

    def body(self, data: bytes, content_type: str, where: str) -> str:
        """Decode a body, wrong bytes as U+FFFD, and redact it: JSON, form, XML, HTML, multipart, then by value."""
        text = data.decode(_charset(data, content_type), "replace")
        if "x-www-form-urlencoded" in content_type.lower():
            return self._settle(text, where, "form", form_fields, structure)
        return self._settle(text, where, "text", structure)

    def headers(self, headers: Sequence[tuple[str, str]], where: str) -> tuple[tuple[str, str], ...]:
        """Redact header values; names and attributes of cookies and schemes of credentials stay.

        A random-looking value taken out here is remembered, so that its reflection in a body goes too.
        """
        return tuple((self.text(n, where), self._header(n.lower(), v, where)) for n, v in headers)

    def _header(self, name: str, value: str, where: str) -> str:
        def named(text: str, put: Put) -> str:
            def noted(kind: str, found: str) -> str:
                self._learn(found)
                return put(kind, found)

            return _by_header(name, text, noted)

        return self._settle(value, where, f"{name}:", named, structure)

    def _settle(self, text: str, where: str, kind: str, *steps: Step) -> str:
        """The text when the steps change it no more. `kind` names them: equal texts of one kind become equal again."""
        remembered = self._settled  # this one, and not one that another thread's learning put in its place
        done = remembered.get((kind, text))
        if done is None:
            done = self._taken_out(text, steps)
            if len(remembered) >= _REMEMBERED:
                self._settled = {}
            elif len(text) <= _SHORT:
                remembered[kind, text] = done
        clean, taken = done
        for one in taken:
            self._taken.counts[one, where] += 1
        return clean

    def _taken_out(self, text: str, steps: Sequence[Step]) -> tuple[str, tuple[str, ...]]:
        """The settled text, and the kind of each value that left it."""
        taken: list[str] = []

        def put(kind: str, value: str) -> str:
            return self._put(kind, value, taken)

        for _ in range(_ROUNDS):
            before = text
            for step in (*steps, self._secrets, shapes):
                text = step(text, put)
            if text == before:
                break
        return text, tuple(taken)

    def _put(self, kind: str, value: str, taken: list[str]) -> str:
        if not value or _HOLDERS.fullmatch(value):
            return value
        kind = "jwt" if kind != "cookie" and is_jwt(value) else kind
        digest = hmac.digest(self._salt, value.encode("utf-8", "surrogatepass"), "sha256").hex()[:8]
        taken.append(kind)
        return f"[{kind}:{digest}:{len(value)}]"

    def _learn(self, value: str) -> None:
        if self._learned < _LEARNED and value not in self._known and OPAQUE.fullmatch(value):
            self._learned += 1
            new = forms(value)
            # New dicts, for threads may be reading the old ones.
            self._known = self._known | dict.fromkeys(new, value)
            kept = self._settled.copy().items()
            self._settled = {key: done for key, done in kept if not any(form in key[1] for form in new)}

    def _secrets(self, text: str, put: Put) -> str:
        known = self._known
        found = sorted((form for form in known if form in text), key=len, reverse=True)
        if not found:
            return text
        # A short secret goes only where it stands alone, or it would shred ordinary words.
        parts = [re.escape(f) if len(f) >= 8 else rf"(?<![\w.-]){re.escape(f)}(?![\w-]|\.\w)" for f in found]
        search = re.compile("|".join([HOLDER.pattern, *parts]))
        return search.sub(lambda m: put("secret", known[m[0]]) if m[0] in known else m[0], text)


class _Taken(threading.local):
    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()


def _by_header(name: str, value: str, put: Put) -> str:
    if name in {"cookie", "cookie2", "set-cookie", "set-cookie2"}:
        return cookies(value, put, one=name.startswith("set"), nameless=True)
    if name.endswith("authorization"):
        return credential(value, put)
    if kind := kind_of(name, value):
        return put(kind, value)
    return query(value, put) if name in {"location", "content-location", "referer", "origin"} else value


def _charset(data: bytes, content_type: str) -> str:
    # UTF-16 is believed only when the bytes look it: a false claim would turn plain secrets into Chinese.
    sample = data[:4096]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = (sum(sample[start::2].count(high) for high in (0x00, 0x0E)) for start in (0, 1))
    if even + odd > len(sample) // 5:  # the high bytes of Latin and Thai letters
        return "utf-16-be" if even >= odd else "utf-16-le"
    claimed = _CHARSET.search(content_type[:500])
    if not claimed:
        return "utf-8-sig"
    return f"cp{claimed['windows']}" if claimed["windows"] else claimed["name"]
