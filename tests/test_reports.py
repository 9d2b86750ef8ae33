"""The reports: complete, inert whatever the platform says, the same bytes for the same run, readable in a browser."""

import base64
import hashlib
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import msgspec
import pytest
from harness.reports import html, words
from harness.reports import json as as_json

from harness.record import Run
from tests import report_sample as sample

RUNS = {
    "conforming": sample.conforming,
    "bad": sample.bad,
    "incomplete": sample.incomplete,
    "hostile": sample.hostile,
}
EVERY = [(name, lang) for name in RUNS for lang in ("th", "en")]
ELEMENTS = """
html head meta title style body svg symbol use rect path circle g a p div main header section article nav h1 h2 h3 h4
dl dt dd ol ul li table caption thead tbody tfoot tr th td figure figcaption details summary pre code bdi b span time br
"""
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Every element with its attributes, the text, and whether the elements nest."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"doubled attribute in <{tag}>"
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment in the report: {data[:60]}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


@cache
def source(name: str, lang: str) -> str:
    return str(html.render(RUNS[name](), lang))


@cache
def page(name: str, lang: str) -> Page:
    return Page(source(name, lang))


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_the_policy_forbids_everything_but_this_style(name: str, lang: str) -> None:
    style = re.findall(r"<style>(.*?)</style>", source(name, lang), re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    policies = [a["content"] for t, a in page(name, lang).elements if t == "meta" and "http-equiv" in a]
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    assert not re.search(r"url\(|@import|expression", style[0])
    assert source(name, lang).index("Content-Security-Policy") < source(name, lang).index("<style>")


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_nothing_runs_and_nothing_is_fetched(name: str, lang: str) -> None:
    for tag, attributes in page(name, lang).elements:
        assert tag in ELEMENTS.split(), f"unexpected <{tag}>"
        assert not {
            a
            for a in attributes
            if a.startswith("on") or a in ("style", "src", "srcset", "action", "data", "xlink:href")
        }
        assert attributes.get("href", "#").startswith("#")


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_ids_are_unique_and_references_resolve(name: str, lang: str) -> None:
    elements = page(name, lang).elements
    ids = Counter(a["id"] for _, a in elements if "id" in a)
    assert [i for i, n in ids.items() if n > 1] == []
    wanted = {a["href"][1:] for _, a in elements if "href" in a} | {
        a["aria-labelledby"] for _, a in elements if "aria-labelledby" in a
    }
    assert wanted - set(ids) == set()


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_headings_come_in_order_and_tables_say_what_they_are(name: str, lang: str) -> None:
    elements = page(name, lang).elements
    levels = [int(t[1]) for t, _ in elements if re.fullmatch("h[1-6]", t)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = Counter(t for t, _ in elements)
    assert tags["caption"] == tags["table"]
    assert all(a.get("scope") in ("row", "col") for t, a in elements if t == "th")
    assert elements[0] == ("html", {"lang": lang})


def test_hostile_text_is_shown_and_does_nothing() -> None:
    shown = "".join(page("hostile", "th").words)
    assert "<script>alert(1)</script><img src=https://attacker.test/x onerror=alert(2)>" in shown
    assert "⟨U+202E⟩gnp.exe⟨U+202C⟩" in shown
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", source("hostile", "th")
    )
    honest = Counter(t for t, _ in page("bad", "th").elements)
    assert set(Counter(t for t, _ in page("hostile", "th").elements)) <= set(honest)


def test_hostile_text_is_bounded() -> None:
    assert len(source("hostile", "th")) < 4_000_000
    assert "[…4,000/1,0" in source("hostile", "th")


@pytest.mark.parametrize("lang", ["th", "en"])
def test_everything_of_the_record_is_in_the_page(lang: str) -> None:
    run, shown = sample.bad(), "".join(page("bad", lang).words)
    for item in run.items:
        assert item.id in shown
        for text in (item.title, item.why, item.remedy, *(r.reason for r in item.results)):
            assert (text.th if lang == "th" else text.en) in shown
        assert all(r.digest in shown and r.evidence in shown for r in item.results if r.digest and r.evidence)
    assert all(digest in shown for _, digest in run.files)
    assert all(f"check-{i.id}" in {a.get("id") for _, a in page("bad", lang).elements} for i in run.items)


def test_an_exchange_is_shown_once_and_linked_elsewhere() -> None:
    anchors = [a["id"] for _, a in page("bad", "th").elements if a.get("id", "").startswith("exchange-")]
    assert anchors == ["exchange-1", "exchange-2", "exchange-3"]


def test_an_incomplete_run_never_looks_whole() -> None:
    whole, broken = "".join(page("conforming", "th").words), "".join(page("incomplete", "th").words)
    assert broken.count("รายงานไม่สมบูรณ์") >= 4
    assert "รายงานไม่สมบูรณ์" not in whole
    assert "ผลชั่วคราว" in broken
    assert "ผลชั่วคราว" not in whole
    lying = msgspec.structs.replace(sample.conforming(), complete=False)
    assert words.terms.CONSEQUENCES["conformant"].th not in html.render(lying, "th")


def test_the_same_run_gives_the_same_bytes() -> None:
    assert html.render(sample.bad(), "th") == source("bad", "th")


@pytest.mark.parametrize("name", RUNS)
def test_json_is_the_whole_record(name: str) -> None:
    text = as_json.render(RUNS[name](), "th")
    assert msgspec.json.decode(text, type=Run) == RUNS[name]()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066\u2028]", text)


@pytest.mark.parametrize("render", [html.render, as_json.render])
def test_another_language_is_refused(render: object) -> None:
    with pytest.raises(ValueError, match="expected 'th' or 'en'"):
        render(sample.bad(), "fr")  # type: ignore[operator]
