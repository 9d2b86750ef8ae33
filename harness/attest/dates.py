"""Dates as documents write them: in numbers, in Thai and in English, in the Common or the Buddhist era."""

import re
from datetime import date

from harness.attest import thai
from harness.days import BUDDHIST_OFFSET
from harness.model import Text

THAI_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
THAI_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ERA = r"(?:[พค] ?\.? ?ศ ?\.?|b\.? ?e\.?|c\.? ?e\.?|a\.? ?d\.?)"


def spoken(day: date) -> Text:
    """A day in words: English in the Common era, Thai in the Buddhist era."""
    return Text(
        f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}",
        f"{day.day} {THAI_MONTHS[day.month - 1]} {day.year + BUDDHIST_OFFSET}",
    )


def stands(day: date, text: thai.Prepared) -> bool:
    """Whether the day is written in the text, in any of the usual forms."""
    if any(re.search(form, text.plain) for form in _forms(day, THAI_MONTHS[day.month - 1])):
        return True
    # Without their marks the names of months stay distinct; the short names do not.
    month = thai.bare(thai.plain(THAI_MONTHS[day.month - 1]))
    return re.search(_long(day, month), text.bare) is not None


def _years(day: date) -> str:
    return f"(?:{day.year}|{day.year + BUDDHIST_OFFSET})"


def _forms(day: date, month: str) -> list[str]:
    """Patterns over a text in the form of `thai.plain`, where all digits are Arabic and all letters small."""
    number, years = f"(?<!\\d)0?{day.day}", _years(day)
    between = r" ?[/.-] ?"
    english = ENGLISH_MONTHS[day.month - 1].lower()
    name = f"(?:{english}|{english[:4]}|{english[:3]})\\.?"  # `sept` is the one of four letters
    short = thai.spaced(thai.plain(THAI_SHORT[day.month - 1])).replace("\\.", "\\.?")
    return [
        f"(?<!\\d){years}-{day.month:02}-{day.day:02}(?!\\d)",
        f"{number}{between}0?{day.month}{between}{years}(?!\\d)",
        _long(day, thai.plain(month)),
        f"{number} ?{short} ?{_ERA}? ?(?:{years}|{(day.year + BUDDHIST_OFFSET) % 100:02})(?!\\d)",
        f"{number}(?:st|nd|rd|th)? ?(?:(?:day )?of )?[-/]?{name},?[- ]?{_ERA}? ?{years}(?!\\d)",
        f"(?<![a-z]){name} ?0?{day.day}(?:st|nd|rd|th)?,? ?{_ERA}? ?{years}(?!\\d)",
    ]


def _long(day: date, month: str) -> str:
    return f"(?<!\\d)0?{day.day} ?(?:เดือน ?)?{thai.spaced(month)} ?{_ERA}? ?{_years(day)}(?!\\d)"
