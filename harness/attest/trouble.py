"""What stands in the way of an attestation: its words, a verdict and a sentence each."""

from datetime import date

from harness import days
from harness.attest import dates
from harness.attestation import Document, Inspection
from harness.model import Text, Verdict

Trouble = tuple[Verdict, Text]
Pair = tuple[Document, Inspection]


def day(text: str) -> date:
    """A day of an attestation. They were all read before; BadInput is raised for one that was not."""
    return days.day(text, "attestation")


def review(en: str, th: str, /, **values: object) -> Trouble:
    """A trouble that a person must look at."""
    return Verdict.NEEDS_REVIEW, spoken(en, th, **values)


def spoken(en: str, th: str, /, **values: object) -> Text:
    """The sentence in both languages; a date among the values is spoken in each, a text taken in each."""
    texts = {key: dates.spoken(v) if isinstance(v, date) else v for key, v in values.items()}
    left = {key: v.en if isinstance(v, Text) else v for key, v in texts.items()}
    right = {key: v.th if isinstance(v, Text) else v for key, v in texts.items()}
    return Text(en.format_map(left), th.format_map(right))
