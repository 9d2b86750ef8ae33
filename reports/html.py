"""The report as one HTML file: no script, no outside request, a policy inside that forbids both."""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.model import Decision, Obligation, Severity, Text, Verdict
from harness.record import Run
from harness.requirement import Confidence

from . import clauses, dates, picture, terms, view
from .foreign import bdi, code, css_string, prose, visible
from .inside import inside
from .words import GLOSSARIES, Words

_HERE = Path(__file__).parent
#: The verdict whose mark stands for each decision.
_SEAL = {
    Decision.CONFORMANT: Verdict.PASS,
    Decision.CONFORMANT_WITH_WAIVERS: Verdict.PASS,
    Decision.NON_CONFORMANT: Verdict.FAIL,
    Decision.UNDETERMINED: Verdict.INCONCLUSIVE,
}


def render(run: Run, lang: str) -> str:
    """Return the whole report in "th" or "en". The same run gives the same bytes.

    Raises ValueError for another language.
    """
    says = Words(lang)
    style = _style(run, says)
    found = view.sections(run)
    book = clauses.arrange(run, found)
    context = {
        "run": run,
        "lang": lang,
        "style": Markup(style),  # noqa: S704 — ours; run values in it are CSS escapes
        "policy": policy(style),
        "sections": found,
        "findings": view.findings(found),
        "book": book,
        "ledger": run.ledger,
        "checks_by_id": {check.item.id: check for section in found for check in section.checks},
        "facts_by_id": {fact.id: fact for fact in run.ledger.facts},
        "due_by": {due.requirement: due.by for due in run.ledger.due},
        "rows": book.rows,
        "overlay_has": _present(run, book),
        "used": [v for v in Verdict if run.counts.get(v)],
    }
    page: str = _environment().get_template("html.jinja").render(context | _language(says))
    return page.encode("utf-8", "backslashreplace").decode()


def _present(run: Run, book: clauses.Book) -> dict[str, bool]:
    """Which of the sections that not every run has are in the report."""
    ledger = run.ledger
    waivers = bool(ledger.waivers or ledger.faults or ledger.clauses or book.under)
    return {"waivers": waivers, "scores": bool(ledger.scores), "conflicts": bool(ledger.resolutions)}


def policy(style: str) -> str:
    """The content-security policy: nothing may load or run, and only this very style sheet applies."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _language(words: Words) -> dict[str, object]:
    """What the templates call to say something in one language."""

    def say(text: Text, limit: int = 4000) -> Markup:
        return prose(words.pick(text), limit)

    def counted(rows: Sequence[clauses.Row | view.Check]) -> str:
        tally = Counter(row.verdict for row in rows)
        return ", ".join(f"{words.term('verdict', v)} {tally[v]:,}" for v in Verdict if tally[v])

    def strip(rows: Sequence[clauses.Row | view.Check], domain: Text, group: str, per_row: int) -> Markup:
        label = words.plain(
            "strip", domain=visible(words.pick(domain), 200), group=words.plain(group), counts=counted(rows)
        )
        return picture.strip([_entry(words, row) for row in rows], label, per_row)

    return {
        "t": words,
        "term": words.term,
        "say": say,
        "strip": strip,
        "counted": counted,
        "calendar": lambda text: dates.calendar(words, text),
        "moment": cache(partial(dates.moment, words)),
        "day": lambda stamp: dates.day(words, stamp),
    }


def _entry(words: Words, row: clauses.Row | view.Check) -> tuple[str, str, bool]:
    """A mark of the picture: verdict, tooltip, whether a waiver lies over it."""
    waived = {"": "", "all": "under_waiver", "part": "partly_waived"}[row.waived]
    tip = f"{visible(row.id, 40)} {words.term('verdict', row.verdict)}"
    return str(row.verdict), f"{tip}, {words.plain(waived)}" if waived else tip, bool(waived)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "bdi": bdi,
        "code": code,
        "plain": visible,
        "prose": prose,
        "num": lambda n: f"{n:,}",
        "short": lambda x: f"{x:,.6g}",
        "multiline": lambda v: visible(v, 4000, lines=True),
    }
    made.globals |= {
        "mark": picture.mark,
        "symbols": picture.symbols(),
        "request_text": view.request_text,
        "response_text": view.response_text,
        "acts": view.acts,
        "clip": view.clip,
        "HEADERS": view.HEADERS,
        "GLOSSARIES": GLOSSARIES,
        "SEAL": _SEAL,
        "inside": inside,
        "is_fail": Verdict.FAIL,
        "tally_of": Counter,
        "verdicts": tuple(Verdict),
        "obligations": tuple(Obligation),
        "severities": tuple(Severity),
        "confidences": tuple(Confidence),
    }
    return made


def _style(run: Run, words: Words) -> str:
    """The style sheet, with the running header and footer of this run for paper."""
    sheets = ("report.css", "clauses.css")
    sheet = "".join((_HERE / name).read_text(encoding="utf-8") for name in sheets).replace("\r\n", "\n")
    decision = words.pick(terms.DECISIONS[run.decision])
    boxes = {
        "top-left": css_string(f"{words.plain('title')} · {visible(run.target.name, 60)}", 140),
        "top-right": css_string(visible(run.id, 60)),
        "bottom-left": css_string(
            f"{decision if run.complete else words.plain('provisional')} · {visible(run.profile.id, 40)}"
        ),
        "bottom-right": f"{css_string(words.plain('page'))} ' ' counter(page) ' / ' counter(pages)",
    }
    if not run.complete:
        boxes["top-center"] = css_string(words.plain("incomplete"))
    pages = "".join(f"@{place}{{content:{content}}}" for place, content in boxes.items())
    made = f"{sheet}\n@page{{{pages}}}\n"
    assert "<" not in made, "a style sheet must not be able to end its element"
    return made
