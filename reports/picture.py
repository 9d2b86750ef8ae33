"""The marks of the verdicts and the picture by domain, as SVG that reads the same in colour and in black and white.

Filled shapes ask for action (fail, error); outlined ones do not. No two marks share both shape and sign, and
colour comes from the style sheet through `currentColor`, so a mark never depends on it.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

#: Side of a mark in user units, and the pitch of the grid of marks.
MARK, PITCH = 24, 28

_LINE = 'fill="none" stroke="currentColor" stroke-width="2"'
_SIGN = 'fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"'
_KNOCKOUT = 'fill="none" stroke="#fff" stroke-width="2.8" stroke-linecap="round"'

#: Drawings on a 24 × 24 grid, by verdict code.
SHAPES = {
    "fail": f'<rect x="1" y="1" width="22" height="22" fill="currentColor"/><path {_KNOCKOUT} d="M7 7l10 10M17 7L7 17"/>',
    "error": f'<path fill="currentColor" d="M12 1l11.5 21.5H.5z"/><path {_KNOCKOUT} d="M12 9v6M12 18.9v.1"/>',
    "inconclusive": f'<path {_LINE} d="M12 1.6L22.4 12 12 22.4 1.6 12z"/>'
    f'<path {_SIGN} d="M9.4 9.6a2.7 2.7 0 1 1 3.9 2.6c-.9.5-1.3 1-1.3 1.9M12 17.1v.1"/>',
    "not_run": f'<circle {_LINE} stroke-dasharray="3.2 2.6" cx="12" cy="12" r="10"/><path {_SIGN} d="M7.5 12h9"/>',
    "needs_review": f'<path {_LINE} d="M6.5 2.5h11L23 12l-5.5 9.500h-11L1 12z"/>'
    '<g fill="currentColor"><circle cx="7.5" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/><circle cx="16.5" cy="12" r="1.6"/></g>',
    "pass": f'<circle {_LINE} cx="12" cy="12" r="10"/><path {_SIGN} d="M7.3 12.400l3.3 3.2 6.2-6.8"/>',
    "not_applicable": '<circle fill="none" stroke="currentColor" stroke-width="1.3" cx="12" cy="12" r="10"/>'
    '<path fill="none" stroke="currentColor" stroke-width="1.3" d="M5 19L19 5"/>',
    "info": '<rect fill="none" stroke="currentColor" stroke-width="1.3" x="2" y="2" width="20" height="20"/>'
    f'<path {_SIGN} d="M12 11v6M12 7.100v.100"/>',
    "not_covered": '<rect fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.5 2.5" x="2" y="2" width="20" height="20"/>',
}


#: The line under a failure that a waiver lies over, on a grid of 24 × 4.
WAIVED = '<path fill="none" stroke="currentColor" stroke-width="3" d="M1 2h22"/>'


def symbols() -> Markup:
    """The hidden sheet of marks that every other drawing refers to; it comes once, before the first use."""
    sheet = "".join(
        f'<symbol id="m-{code}" viewBox="0 0 24 24">{drawing}</symbol>' for code, drawing in SHAPES.items()
    )
    sheet += f'<symbol id="m-waived" viewBox="0 0 24 4">{WAIVED}</symbol>'
    return Markup(  # noqa: S704 — our own drawing
        f'<svg class="sheet" width="0" height="0" aria-hidden="true" focusable="false">{sheet}</svg>'
    )


def mark(verdict: str) -> Markup:
    """One mark beside its word; hidden from screen readers because the word says it."""
    template = '<svg class="mark v-{0}" width="24" height="24" aria-hidden="true"><use href="#m-{0}"/></svg>'
    return Markup(template).format(verdict)  # noqa: S704 — our own template


def strip(entries: Sequence[tuple[str, str, bool]], label: str, per_row: int) -> Markup:
    """Draw a row of marks, wrapped after `per_row`; `label` says the same in words.

    Entries are (verdict, tooltip, whether a waiver lies over it).
    """
    rows = -(-len(entries) // per_row)
    width, height = per_row * PITCH, rows * PITCH  # the full width, so that all strips scale alike
    marks = Markup("").join(_placed(n, *entry, per_row) for n, entry in enumerate(entries))
    frame = (
        '<svg class="strip" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>'
    )
    return Markup(frame).format(escape(label), width, height, width, height, marks)  # noqa: S704 — our own template


def _placed(n: int, verdict: str, tip: str, waived: bool, per_row: int) -> Markup:
    x, y = n % per_row * PITCH + 2, n // per_row * PITCH + 1
    one = Markup(
        '<use class="v-{0}" href="#m-{0}" x="{1}" y="{2}" width="{3}" height="{3}"><title>{4}</title></use>'
    )
    line = Markup('<use href="#m-waived" x="{}" y="{}" width="{}" height="4"/>')
    return one.format(verdict, x, y, MARK, tip) + (line.format(x, y + MARK - 1, MARK) if waived else "")
