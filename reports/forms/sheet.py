"""A form as a workbook: texts and whole numbers only, no formula, no link; the same run gives the same bytes."""

from datetime import UTC, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from harness.record import Run

from ..foreign import visible
from ..words import Words
from .phrases import say
from .rows import Form, Kind, form

#: A name only: a machine without this font shows its own.
FONT = "TH Sarabun New"
#: A cell holds 32,767 characters, more would be dropped whole; nobody reads as many.
CELL, LINE = 30_000, 1200
#: The width of the table in characters, shared out by the columns' shares.
WIDTH = 175
#: What a merged line of the foot holds in characters and how high a line is (points): merged cells do not grow.
FOOT_LINE, FOOT_HEIGHT = 150, 21
#: For a run whose clock cannot be read.
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
COLOURS = {
    "C": "#10603A",
    "OFI": "#7A4A00",
    "NC": "#A0141F",
    "OPEN": "#7A4A00",
    "NA": "#4D5A65",
    "INFO": "#4D5A65",
}
CENTRED = ("n", "id", "force")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx(run: Run, kind: Kind) -> bytes:
    """Form ค.1 ("k1") or ค.2 ("k2") of a run as an XLSX file in Thai.

    Raises ValueError for another form, and where the run judged no row of the standard.
    """
    words = Words("th")
    made = form(run, kind, words)
    file = BytesIO()
    book = Workbook(file, _OPTIONS)
    book.set_properties({"title": made.title, "created": _created(run.clock)})
    _table(book, book.add_worksheet(say(words, f"{kind}_short")), run, made, words)
    _summary(book, book.add_worksheet(say(words, "summary")), made, words)
    book.close()
    return file.getvalue()


def _created(stamp: str) -> datetime:
    try:
        at = datetime.fromisoformat(stamp)
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, OverflowError):
        return NO_DATE


def _format(book: Workbook, **more: object) -> Format:
    """A format for text; the quote prefix keeps `=1` a text when somebody edits the cell."""
    return book.add_format({"font_name": FONT, "font_size": 14, "valign": "top", "quote_prefix": True} | more)


def _print(sheet: Worksheet, run_id: str, words: Words) -> None:
    """A4 landscape, one page wide."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    shown = visible(run_id, 60).replace(
        "&", "＆"
    )  # an ampersand starts a code, and not every reader knows `&&`
    sheet.set_footer(f"&L{shown}&R{say(words, 'page')} &P / &N")


def _table(book: Workbook, sheet: Worksheet, run: Run, made: Form, words: Words) -> None:
    """The form itself: title, header row, rows, foot."""
    _print(sheet, run.id, words)
    whole = sum(share for _, _, share in made.columns)
    last = len(made.columns) - 1
    title = f"{made.title} · {visible(run.target.name, 120)} · {visible(run.target.owner, 120)}"
    sheet.write_string(0, 0, title, _format(book, bold=True, font_size=18))
    if made.incomplete:
        sheet.write_string(1, 0, made.incomplete, _format(book, bold=True, font_color=COLOURS["NC"]))
    header = _format(book, bold=True, border=1, bg_color="#EEF1F3", align="center", text_wrap=True)
    for column, (_, name, share) in enumerate(made.columns):
        sheet.set_column(column, column, WIDTH * share / whole)
        sheet.write_string(2, column, name, header)
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)
    end = _rows(book, sheet, made)
    sheet.autofilter(2, 0, max(end - 1, 2), last)
    foot_end = _foot(book, sheet, made, end + 1, last)
    sheet.print_area(0, 0, _signatures(book, sheet, words, foot_end + 1), last)


def _rows(book: Workbook, sheet: Worksheet, made: Form) -> int:
    """Write the rows below the header; the first row after them."""
    plain = _format(book, border=1, text_wrap=True)
    centred = _format(book, border=1, text_wrap=True, align="center")
    result = {
        code: _format(book, border=1, text_wrap=True, bold=True, font_color=colour)
        for code, colour in COLOURS.items()
    }
    number = book.add_format(
        {"font_name": FONT, "font_size": 14, "border": 1, "align": "center", "valign": "top"}
    )
    for n, row in enumerate(made.rows, 3):
        for column, (key, _, _) in enumerate(made.columns):
            if key == "n":
                sheet.write_number(n, column, int(row.cells[key][0]), number)
                continue
            style = result[row.result] if key == "result" else centred if key in CENTRED else plain
            _write(sheet, n, column, row.cells[key], style)
    if not made.rows:
        sheet.write_string(3, 0, made.empty, _format(book))
    return 3 + max(len(made.rows), 1)


def _write(sheet: Worksheet, row: int, column: int, lines: tuple[str, ...], style: Format) -> None:
    if lines:
        text = "\n".join(visible(line, LINE) for line in lines)
        sheet.write_string(row, column, text[:CELL], style)
    else:
        sheet.write_blank(row, column, None, style)


def _foot(book: Workbook, sheet: Worksheet, made: Form, start: int, last: int) -> int:
    """Write the notes and what identifies the run below the table; the first row after them."""
    note = _format(book, text_wrap=True, font_size=13)
    notes = [f"{n}. {line}" for n, line in enumerate(made.foot, 1)]
    notes += [f"{label}: {visible(value, 400)}" for label, value in made.identity]
    for n, line in enumerate(notes, start):
        sheet.set_row(n, FOOT_HEIGHT * -(-len(line) // FOOT_LINE))
        sheet.merge_range(n, 0, n, last, "", note)
        sheet.write_string(n, 0, line, note)
    return start + len(notes)


def _signatures(book: Workbook, sheet: Worksheet, words: Words, start: int) -> int:
    """Write two places to sign; the last row used."""
    plain = _format(book)
    for column, who in ((2, "assessor"), (5, "executive")):
        for n, key in enumerate(("signed", "position", "date")):
            sheet.write_string(start + n, column, f"{say(words, key)} {'.' * 50}", plain)
        sheet.write_string(start + 3, column, f"({say(words, who)})", plain)
    return start + 3


def _summary(book: Workbook, sheet: Worksheet, made: Form, words: Words) -> None:
    """The second sheet: what was assessed, and the counts."""
    _print(sheet, dict(made.identity)[say(words, "run")], words)
    plain, bold = _format(book, text_wrap=True), _format(book, bold=True, text_wrap=True)
    number = book.add_format({"font_name": FONT, "font_size": 14, "align": "left", "valign": "top"})
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, made.title, _format(book, bold=True, font_size=18))
    for n, (label, value) in enumerate(made.head, 2):
        sheet.write_string(n, 0, label, bold)
        _write(sheet, n, 1, (value,), plain)
    for n, (label, count) in enumerate(made.counts, 3 + len(made.head)):
        sheet.write_string(n, 0, label, bold)
        sheet.write_number(n, 1, count, number)
