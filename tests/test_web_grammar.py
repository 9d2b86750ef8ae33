"""The grammars of the web checks: headers, cookies and markup as browsers read them."""

import importlib
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness import registry
from harness.evidence import Exchange

registry.checks()
WEB = "harness.checks.web"
fields, structured = (importlib.import_module(f"{WEB}.{name}") for name in ("fields", "structured"))
hsts, csp_policy, setcookie = (
    importlib.import_module(f"{WEB}.{name}") for name in ("hsts", "csp_policy", "setcookie")
)
evidence = importlib.import_module(f"{WEB}.pages_evidence")
VECTORS = Path(__file__).parent / "vectors"


def answer(*headers: tuple[str, str], body: str = "") -> Exchange:
    return Exchange(url="https://portal.example.go.th/", status=200, headers=headers, body=body)


# Structured fields: item by item against http-sf, whose author edits RFC 9651.
FIELDS = (
    *(
        "a",
        "a=1",
        "a=1, b",
        "a;x=1",
        'a="b\\"c"',
        "a=?1",
        "a=?2",
        "a=:aGk=:",
        "a=:aGk:",
        "a=:*:",
        "a=@12",
        "a=@1.5",
    ),
    *("a=()", "a=(b c)", 'a=(b "c";d);e=2', "a=(b,c)", "a=(b", "a=1.5", "a=1.", "a=1.2345", "a=-0", "a=--1"),
    *(
        "a=1234567890123456",
        "a=123456789012345",
        "a=1234567890123.1",
        "A=1",
        "*a=1",
        "a=1,",
        ",a=1",
        "a=1,,b=2",
    ),
    *(
        "a=1 , b=2",
        "a=1\t,\tb=2",
        " a=1",
        "a=1 ",
        "a= 1",
        "a =1",
        "a=1; b=2",
        "a=1 ;b=2",
        "a=*",
        "a=a/b:c",
        "a=1, a=2",
    ),
    *(
        'a=%"f%c3%bc"',
        'a=%"f%C3%BC"',
        'a=%"%ff"',
        'a="é"',
        "a='x'",
        "",
        " ",
        "a=(  b  c  )",
        "a=(b)c",
        "a;b;c=?0",
        "a=1e3",
    ),
    *(
        "camera=(), microphone=(self)",
        "camera 'none'",
        "same-origin",
        '"same-origin"',
        'same-origin; report-to="x"',
    ),
)


def plain(value: Any) -> Any:
    """One parser's result in a form both have: (value, parameters) with tokens marked."""
    if isinstance(value, structured.Member):
        return (plain(value.value), {k: plain(v) for k, v in value.parameters.items()})
    if type(value).__name__ == "Token":
        return ("token", str(value))
    if type(value).__name__ == "DisplayString":
        return str(value)
    if type(value).__name__ in ("datetime",):
        return int(value.timestamp())
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], dict):
        return (plain(value[0]), {k: plain(v) for k, v in value[1].items()})
    if isinstance(value, list | tuple):
        return tuple(plain(v) for v in value)
    return float(value) if type(value).__name__ == "Decimal" else value


def ours(text: str, kind: str) -> Any:
    try:
        found = structured.dictionary((text,)) if kind == "dictionary" else structured.item((text,))
    except structured.Malformed:
        return "malformed"
    return {k: plain(v) for k, v in found.items()} if isinstance(found, dict) else plain(found)


def theirs(text: str, kind: str) -> Any:
    http_sf = pytest.importorskip("http_sf")
    try:
        found = http_sf.parse(text.encode(), tltype=kind)
    except ValueError:
        return "malformed"
    return {k: plain(v) for k, v in found.items()} if isinstance(found, dict) else plain(found)


@pytest.mark.parametrize("text", FIELDS)
def test_structured_fields_agree_with_the_library(text: str) -> None:
    assert ours(text, "dictionary") == theirs(text, "dictionary")
    assert ours(text, "item") == theirs(text, "item")


def test_structured_fields_agree_on_random_text() -> None:
    dice = random.Random(9651)
    letters = 'ab*AZ019.-_=,; \t()"\\:?@%/+c3fé'
    for _ in range(5_000):
        text = "".join(dice.choices(letters, k=dice.randint(1, 12)))
        assert ours(text, "dictionary") == theirs(text, "dictionary"), text
        assert ours(text, "item") == theirs(text, "item"), text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("max-age=31536000", (31_536_000, False)),
        (' max-age = "0" ; includeSubDomains ;', (0, True)),
        ("max-age=99999999999999999999", (999_999_999_999_999_999, False)),
        ('max-age="1;2"', "max-age is not a number"),
        ("max-age=๑๒๓", "malformed directive"),
        ("max-age", "max-age is not a number"),
        ("", "no max-age"),
        (";;", "no max-age"),
        ("includeSubDomains; includesubdomains; max-age=1", "doubled directive"),
    ],
)
def test_hsts(value: str, expected: object) -> None:
    found = hsts.parse(value)
    assert (found if isinstance(found, str) else (found.max_age, found.subdomains)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("a, b", "c"), ("a", "b", "c")),
        (('"a, b", c',), ('"a, b"', "c")),
        (('a, "b\\", c", d',), ("a", '"b\\", c"', "d")),
        (("",), ("",)),
        ((), ()),
    ],
)
def test_lists_are_split_outside_quotes(lines: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert fields.split_list(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("text/html",), ("text/html", None)),
        (("TEXT/HTML; Charset=UTF-8",), ("text/html", "utf-8")),
        (('text/html;x="a;charset=y";charset="utf-8"',), ("text/html", "utf-8")),
        (("text/html; charset=utf-8", "garbage"), ("text/html", "utf-8")),
        (("text/html; charset=utf-8", "text/plain"), ("text/plain", None)),
        (("text/plain; charset=gbk", "text/plain"), ("text/plain", "gbk")),
        (("*/*",), None),
        (("text/",), None),
    ],
)
def test_media_types(lines: tuple[str, ...], expected: object) -> None:
    found = fields.media(answer(*(("content-type", line) for line in lines)))
    assert (found and (found.essence, found.charset)) == expected


def test_roles_in_vectors_exist() -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in (*VECTORS.glob("HTTP-*.yaml"), *VECTORS.glob("CK-*.yaml"), VECTORS / "WEB-13.yaml"):
        for vector in yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["vectors"]:
            found = vector.get("evidence") or {}
            if "component" in found and "exchanges" in found:
                assert {e["label"] for e in found["exchanges"]} <= set(evidence.ROLES), path.name


@pytest.mark.parametrize(
    "text", [";" * 200_000, '"' * 200_000, "a=(" * 60_000, "a," * 100_000, "\\" * 200_000, "'nonce-" * 30_000]
)
@pytest.mark.usefixtures("must_end")
def test_hostile_headers_come_to_an_end(text: str) -> None:
    hsts.parse(text)
    ours(text, "dictionary")
    csp_policy.holes(csp_policy.parse_header((text,)))
    fields.media(answer(("content-type", text)))
    setcookie.parse(text)


def tags(text: str) -> list[Any]:
    return list(importlib.import_module(f"{WEB}.tags").start_tags(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<A HREF=\"x\" href=y B = 'z' c>", [("a", {"href": "x", "b": "z", "c": ""})]),
        ('<a/b=1/c="2"/>', [("a", {"b": '1/c="2"/'})]),
        ("<a title='&amp;&#60;'>", [("a", {"title": "&<"})]),
        ("<!-- <a> --><b>", [("b", {})]),
        ("<!--><b>", [("b", {})]),
        ("<!-- <a>", []),
        ("<!doctype html><?php <a ?><b>", [("b", {})]),
        ("1 < 2 <b> <3", [("b", {})]),
        ("<script>'<a>'</scripty></SCRIPT ><b>", [("script", {}), ("b", {})]),
        ("<title><a></title><b>", [("title", {}), ("b", {})]),
        ("<a b='c><d>", []),
        ("</a x='<b>'><c>", [("c", {})]),
        ('<a b="c"d>', [("a", {"b": "c", "d": ""})]),
        ("<a =b>", [("a", {"=b": ""})]),
        ("<a b=>", [("a", {"b": ""})]),
        ("</><b></ <c>", [("b", {})]),
    ],
)
def test_start_tags(text: str, expected: object) -> None:
    assert tags(text) == expected


@pytest.mark.parametrize(
    "part",
    ["<", "<!--", "<a ", "</", "<![CDATA[", "<script>", "<a b='", "<a =", "<x y ", "<img src=a>", "&#"],
)
@pytest.mark.usefixtures("must_end")
def test_hostile_markup_comes_to_an_end(part: str) -> None:
    body = (part * 2_000_000)[:2_000_000]
    importlib.import_module(f"{WEB}.markup").read(answer(body=body))
