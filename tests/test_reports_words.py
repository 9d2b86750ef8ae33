"""The words of the reports: both languages, both calendars, and foreign text made visible."""

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.reports import dates, foreign, html, picture, words

from harness.model import Text, Verdict


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x00b\tc\nd", "a␀b⇥c⏎d"),
        ("\u202eevil", "⟨U+202E⟩evil"),
        ("\ud800", "⟨U+D800⟩"),
        ("ก\u0e49\u0e49\u0e49\u0e49\u0e49", "ก\u0e49\u0e49\u0e49⟨U+0E49⟩⟨U+0E49⟩"),
        ("น้ำปั๊มเกี๊ยะ", "น้ำปั๊มเกี๊ยะ"),
        ("x" * 700, "x" * 600 + " […600/700]"),
        (12, "12"),
    ],
)
def test_visible_text(raw: object, shown: str) -> None:
    assert foreign.visible(raw) == shown


def test_backticks_quote() -> None:
    assert (
        foreign.prose("a `<b>` c `d") == '<bdi>a <code dir="ltr" translate="no">&lt;b&gt;</code> c `d</bdi>'
    )


def test_lines_survive_where_they_are_wanted() -> None:
    assert foreign.visible("a\r\nb\rc", lines=True) == "a\nb␍c"


def test_a_css_string_cannot_end_itself() -> None:
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]{6})*"', foreign.css_string('"}</style><b>\\"; x\n๑'))


def every_text() -> Iterator[tuple[str, Text]]:
    """Every fixed text with its key."""
    yield from words.PHRASES.items()
    yield "months", words.MONTHS
    for table, texts in words.TABLES.items():
        yield from ((f"{table}.{code}", text) for code, text in texts.items())
    for n, (word, meaning) in enumerate(pair for glossary in words.GLOSSARIES for pair in glossary):
        yield from ((f"glossary.{n}.word", word), (f"glossary.{n}.meaning", meaning))


@pytest.mark.parametrize(("key", "text"), list(every_text()))
def test_every_phrase_is_in_both_languages_with_the_same_places(key: str, text: Text) -> None:
    places = [
        {field for _, field, _, _ in string.Formatter().parse(half) if field is not None}
        for half in (text.en, text.th)
    ]
    assert places[0] == places[1]
    assert text.en.strip()
    assert text.th.strip()
    assert not re.search(r"[<>&]", text.en + text.th)
    assert re.search(r"[\u0e01-\u0e5b]", text.th) or key in ("strip", "code.api", "code.fhir")
    assert not re.search(r"[\u0e01-\u0e5b]", text.en)


def test_every_phrase_is_used() -> None:
    folder = Path(html.__file__).parent
    text = "".join(
        p.read_text(encoding="utf-8")
        for p in folder.iterdir()
        if p.suffix in (".jinja", ".py") and p.name not in ("words.py", "clausewords.py")
    )
    assert [key for key in words.PHRASES if f'"{key}"' not in text and f"'{key}'" not in text] == []


def test_every_verdict_has_a_word_a_meaning_and_a_mark() -> None:
    for table in (words.terms.VERDICTS, words.terms.MEANINGS, picture.SHAPES):
        assert set(table) == {v.value for v in Verdict}
    assert len(set(picture.SHAPES.values())) == len(Verdict)


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("2026-11-22T01:15:02Z", "22 พฤศจิกายน พ.ศ. 2569 (2026-11-22) 08:15:02 น. เวลาไทย, 01:15:02 UTC"),
        (
            "2026-12-31T20:00:00+00:00",
            "1 มกราคม พ.ศ. 2570 (2027-01-01) 03:00:00 น. เวลาไทย, 2026-12-31 20:00:00 UTC",
        ),
        ("yesterday", "yesterday"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_times_in_both_calendars(stamp: str, shown: str) -> None:
    assert dates.moment(words.Words("th"), stamp).striptags() == shown


@pytest.mark.parametrize(
    ("text", "thai", "english"),
    [
        ("2026-05-31", "31 พฤษภาคม พ.ศ. 2569 (2026-05-31)", "31 May, B.E. 2569 (2026-05-31)"),
        ("2569-05-31", "31 พฤษภาคม พ.ศ. 2569 (2026-05-31)", "31 May, B.E. 2569 (2026-05-31)"),
        ("2024-05", "พฤษภาคม พ.ศ. 2567 (2024-05)", "May, B.E. 2567 (2024-05)"),
        ("2563", "พ.ศ. 2563 (2020)", "B.E. 2563 (2020)"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
        ("0000", "0000", "0000"),
        ("๒๕๖๙-๐๑-๐๑", "๒๕๖๙-๐๑-๐๑", "๒๕๖๙-๐๑-๐๑"),
        ("<b>soon", "&lt;b&gt;soon", "&lt;b&gt;soon"),
    ],
)
def test_dates_on_paper_in_both_calendars(text: str, thai: str, english: str) -> None:
    for lang, wanted in (("th", thai), ("en", english)):
        shown = dates.calendar(words.Words(lang), text)
        assert re.sub(r"</?(bdi|span)[^>]*>", "", str(shown)) == wanted
