"""Finds what tells who a person is among the claims of a token: by the claim's name and by the value's shape. Keeps no value."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from harness.secretvalues import is_citizen_id

from .bearer_evidence import Personal

#: Depth and number of claims that are looked at, and how many findings are kept.
_DEEPEST, _MOST, _KEPT = 6, 500, 20
_NAMES = {
    "a name": r"name|full_?name|display_?name|given_?name|family_?name|first_?name|last_?name|middle_?name|sur_?name|nickname"
    r"|(?:name|title|first_?name|last_?name|full_?name|fname|lname)_?(?:th|en|thai|eng)|(?:th|en|thai)_?(?:name|fname|lname|first_?name|last_?name)",
    "a date of birth": r"birth_?(?:date|day)|date_?of_?birth|dob",
    "an address": r"(?:home_|postal_|street_)?address(?:_\w{1,20})?|postal_?code",
    "a telephone number": r"(?:phone|mobile|telephone|tel)(?:_?(?:number|no))?",
    "an e-mail address": r"e?_?mail(?:_?address)?",
    "a picture": r"picture|photo|avatar",
    "sex or gender": r"gender|sex",
    "a citizen id": r"citizen_?id|national_?id|id_?card(?:_?(?:no|number))?|personal_?id|thai_?id|passport(?:_?(?:no|number))?",
    "a hospital number": r"hn|hospital_?number|patient_?(?:hn|number)|mrn",
    "health data": r"diagnos[ie]s|icd_?10|allerg(?:y|ies)|medications?|blood_?(?:type|group)|disease",
}
_BY_NAME = {what: re.compile(pattern) for what, pattern in _NAMES.items()}
#: What is named below these is no person: an organization has a name and an address too. `cid` and `pid` mean many
#: things, so they count by their value alone.
_NOBODY = re.compile(
    r"org\w*|hospital|hospitals|facilit\w+|clients?|roles?|\w+_access|tenants?|departments?|apps?|issuer|service\w*"
)
#: Claims of time: thirteen digits of milliseconds pass the check digit of a citizen id once in ten.
_TIMES = re.compile(r"exp|iat|nbf|auth_?time|(?:.*_)?(?:at|time|timestamp|expiry|expires)")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}\.[a-z]{2,20}", re.IGNORECASE)
_DIGITS = re.compile(r"(?<!\d)\d(?:[- ]?\d){12}(?!\d)")
_MOBILE = re.compile(r"(?:\+66|0)[689]\d(?:[- ]?\d){7}")


def personal(claims: dict[str, Any], clean: Callable[[str], str]) -> tuple[Personal, ...]:
    """Each claim that tells who somebody is, by its path; empty claims tell nothing."""
    found: dict[str, Personal] = {}
    for count, (path, name, value) in enumerate(_leaves(claims)):
        if count >= _MOST or len(found) >= _KEPT:
            break
        what = _what(path, name, value)
        if what:
            shown = clean(path)[:80]
            found.setdefault(shown, Personal(shown, what))
    return tuple(found.values())


def _leaves(value: Any, path: str = "", name: str = "", depth: int = 0) -> Iterator[tuple[str, str, Any]]:
    """(path, name of the nearest claim, value) of everything that is no container, and of containers named as personal."""
    if isinstance(value, dict) and depth < _DEEPEST:
        if name and value and _named(name):
            yield path, name, True
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key), str(key), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value[:50]:
            yield from _leaves(inner, path, name, depth + 1)
    else:
        yield path, name, value


def _what(path: str, name: str, value: Any) -> str:
    if value in (None, "", False):
        return ""
    above = path.lower().split(".")[:-1]
    somebody = not any(_NOBODY.fullmatch(one) for one in above)
    return (_named(name) if somebody else "") or _shaped(name, value, somebody=somebody)


def _named(name: str) -> str:
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.rpartition("/")[2]).lower().replace("-", "_")
    return next((what for what, pattern in _BY_NAME.items() if pattern.fullmatch(bare)), "")


def _shaped(name: str, value: Any, *, somebody: bool) -> str:
    if isinstance(value, bool) or _TIMES.fullmatch(name.lower()):
        return ""
    text = str(value)[:2000]
    if any(is_citizen_id(re.sub(r"\D", "", m[0])) and m[0][0] != "0" for m in _DIGITS.finditer(text)):
        return "a citizen id, by its check digit"
    if not isinstance(value, str) or not somebody:
        return ""
    if _MAIL.fullmatch(text):
        return "an e-mail address, by its form"
    return "a telephone number, by its form" if _MOBILE.fullmatch(text) else ""
