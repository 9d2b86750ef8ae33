"""The report as one HTML file: no script, no outside request, a policy inside that forbids both."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.model import Decision, Obligation, Severity, Text, Verdict
from harness.record import Run

from . import dates, picture, terms, view
from .foreign import bdi, code, css_string, prose, visible
from .words import Words

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
    words = Words(lang)
    style = _style(run, words)
    found = view.sections(run)
    context = {
        "run": run,
        "lang": lang,
        "style": Markup(style),  # noqa: S704 — ours; run values in it are CSS escapes
        "policy": policy(style),
        "sections": found,
        "findings": view.findings(found),
        "seal": _SEAL[run.decision],
        "used": [v for v in Verdict if run.counts.get(v)],
    }
    page: str = _environment().get_template("html.jinja").render(context | _language(words))
    return page.encode("utf-8", "backslashreplace").decode()


def policy(style: str) -> str:
    """The content-security policy: nothing may load or run, and only this very style sheet applies."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _language(words: Words) -> dict[str, object]:
    """What the templates call to say something in one language."""

    def say(text: Text, limit: int = 4000) -> Markup:
        return prose(words.pick(text), limit)

    def counted(checks: tuple[view.Check, ...]) -> str:
        tally = {v: sum(c.item.verdict is v for c in checks) for v in Verdict}
        return ", ".join(f"{words.term('verdict', v)} {n}" for v, n in tally.items() if n)

    def strip(checks: tuple[view.Check, ...], domain: Text, group: str, per_row: int) -> Markup:
        entries = [
            (str(c.item.verdict), f"{visible(c.item.id, 40)} {words.term('verdict', c.item.verdict)}")
            for c in checks
        ]
        label = words.plain(
            "strip", domain=visible(words.pick(domain), 200), group=words.plain(group), counts=counted(checks)
        )
        return picture.strip(entries, label, per_row)

    return {
        "t": words,
        "term": words.term,
        "say": say,
        "strip": strip,
        "moment": lambda stamp: dates.moment(words, stamp),
        "day": lambda stamp: dates.day(words, stamp),
    }


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
        "GLOSSARY": terms.GLOSSARY,
        "verdicts": tuple(Verdict),
        "obligations": tuple(Obligation),
        "severities": tuple(Severity),
    }
    return made


def _style(run: Run, words: Words) -> str:
    """The style sheet, with the running header and footer of this run for paper."""
    sheet = (_HERE / "report.css").read_text(encoding="utf-8").replace("\r\n", "\n")
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
