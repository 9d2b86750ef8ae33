"""A form as one HTML file for A4 landscape: no script, no outside request, a policy inside that forbids both."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.record import Run

from .. import picture
from ..foreign import bdi, css_string, prose, visible
from ..html import policy
from ..words import Words
from .phrases import say
from .rows import Form, Kind, form

_HERE = Path(__file__).parent
#: What a line must not be broken in: ids like WSS-N09 and ISO dates, as they stand in escaped text.
_KEPT = re.compile(r"(?<![\w&#/.-])(?:[A-Z]{2,8}-[A-Z]{0,2}[0-9]{1,3}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?![\w/-])")


def render(run: Run, kind: Kind, lang: str = "th") -> str:
    """Form ค.1 ("k1") or ค.2 ("k2") of a run, in "th" or "en". The same run gives the same bytes.

    Raises ValueError for another form or language, and where the run judged no row of the standard.
    """
    words = Words(lang)
    made = form(run, kind, words)
    style = _style(run, made, words)
    page: str = (
        _environment()
        .get_template("form.jinja")
        .render(
            lang=lang,
            form=made,
            style=Markup(style),  # noqa: S704 — ours; run values in it are CSS escapes
            policy=policy(style),
            name=run.target.name,
            t=lambda key: say(words, key),
        )
    )
    return page.encode("utf-8", "backslashreplace").decode()


def _kept(line: str) -> Markup:
    """A line of a cell, its ids and dates kept whole."""
    whole = _KEPT.sub(r'<span class="keep">\g<0></span>', str(prose(line, 1200)))
    return Markup(whole)  # noqa: S704 — escaped by prose; letters, digits and hyphens were wrapped


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"bdi": bdi, "plain": visible, "prose": prose, "kept": _kept, "num": lambda n: f"{n:,}"}
    made.globals |= {"mark": picture.mark, "symbols": picture.symbols()}
    return made


def _style(run: Run, made: Form, words: Words) -> str:
    """The style sheet, with the columns of this form and the running header and footer of this run."""
    sheet = (_HERE / "form.css").read_text(encoding="utf-8").replace("\r\n", "\n")
    whole = sum(share for _, _, share in made.columns)
    widths = "".join(f".c-{key}{{width:{share * 100 / whole:.3f}%}}" for key, _, share in made.columns)
    boxes = {
        "top-left": css_string(f"{made.title} · {visible(run.target.name, 60)}", 140),
        "top-right": css_string(visible(run.id, 60)),
        "bottom-left": css_string(visible(f"{run.profile.id} {run.profile.digest[:16]}", 90)),
        "bottom-right": f"{css_string(say(words, 'page'))} ' ' counter(page) ' / ' counter(pages)",
    }
    if made.incomplete:
        boxes["top-center"] = css_string(made.incomplete, 140)
    pages = "".join(f"@{place}{{content:{content}}}" for place, content in boxes.items())
    result = f"{sheet}\n{widths}\n@page{{{pages}}}\n"
    assert "<" not in result, "a style sheet must not be able to end its element"
    return result
