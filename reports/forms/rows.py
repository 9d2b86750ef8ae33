"""The data of a form: head, rows, counts and foot, as plain text in one language. Both renderers show this and nothing else."""

from collections import Counter
from typing import Literal

from msgspec import Struct

from harness.ledger import Clause, StandardSummary
from harness.model import Obligation, Verdict
from harness.record import Run
from harness.requirement import Confidence

from .. import terms
from ..words import Words
from . import lines
from .phrases import say

Kind = Literal["k1", "k2"]
Pairs = tuple[tuple[str, str], ...]
#: The standard whose forms these are.
STANDARD = "wss"
#: Results in the order in which they are counted.
RESULTS = ("C", "OFI", "NC", "OPEN", "NA", "INFO")
#: What has to be improved or decided.
IMPROVE = ("OFI", "NC", "OPEN")
#: Columns with their widths as shares of the page.
COLUMNS: dict[str, dict[str, int]] = {
    "k1": {"n": 5, "id": 9, "requirement": 27, "force": 6, "result": 12, "basis": 27, "remark": 26},
    "k2": {"n": 5, "id": 9, "requirement": 20, "result": 11, "found": 25, "to_do": 26, "who": 11, "due": 12},
}
ADDRESSES = 12


class Row(Struct, frozen=True):
    """One clause: its result code (of `RESULTS`), its verdict, and the lines of every cell by column."""

    result: str
    verdict: Verdict
    cells: dict[str, tuple[str, ...]]


class Form(Struct, frozen=True, kw_only=True):
    """A form ready to be shown. `columns` are (key, title, share of the width)."""

    kind: Kind
    title: str
    incomplete: str
    head: Pairs
    columns: tuple[tuple[str, str, int], ...]
    rows: tuple[Row, ...]
    counts: tuple[tuple[str, int], ...]
    empty: str
    foot: tuple[str, ...]
    identity: Pairs


def form(run: Run, kind: Kind, words: Words) -> Form:
    """The form of a run. Raises ValueError for another kind, and where the run judged no row of the standard."""
    if kind not in COLUMNS:
        raise ValueError(f"form is {kind!r}, expected 'k1' or 'k2'")
    mine = [clause for clause in run.ledger.clauses if clause.standard == STANDARD]
    if not mine:
        raise ValueError(
            f"run {run.id} judged no requirement of the standard `{STANDARD}`, so forms ค.1 and ค.2 have no row; "
            "judge it by a profile that selects this standard"
        )
    of = lines.record(run, words)
    every = [_row(of, n, clause, kind) for n, clause in enumerate(mine, 1)]
    shown = tuple(row for row in every if kind == "k1" or row.result in IMPROVE)
    return Form(
        kind=kind,
        title=say(words, kind),
        incomplete="" if run.complete else say(words, "incomplete"),
        head=_head(run, words),
        columns=tuple((key, say(words, key), share) for key, share in COLUMNS[kind].items()),
        rows=shown,
        counts=_counts(of, shown, mine, kind),
        empty=say(words, "none"),
        foot=_foot(words, mine, kind),
        identity=_identity(run, words),
    )


def result(clause: Clause) -> str:
    """The result in the words of the form. A waiver does not change it."""
    if clause.verdict is Verdict.FAIL:
        return "NC" if clause.obligation is Obligation.MUST else "OFI"
    settled = {Verdict.PASS: "C", Verdict.NOT_APPLICABLE: "NA", Verdict.INFO: "INFO"}
    return settled.get(clause.verdict, "OPEN")


def _row(of: lines.Record, n: int, clause: Clause, kind: Kind) -> Row:
    words, code = of.words, result(clause)
    cells = {
        "n": (str(n),),
        "id": (clause.id,),
        "requirement": (words.pick(clause.title),),
        "force": (words.pick(terms.DUTIES[clause.obligation]),),
        "result": _result_cell(of, code, clause),
    }
    if kind == "k1":
        cells |= {"basis": lines.basis(of, clause), "remark": lines.remark(of, clause)}
    else:
        cells |= {"found": lines.found(of, clause), "to_do": lines.to_do(of, clause)}
        cells |= {"who": (), "due": lines.due(of, clause)}
    return Row(code, clause.verdict, {key: cells[key] for key in COLUMNS[kind]})


def _result_cell(of: lines.Record, code: str, clause: Clause) -> tuple[str, ...]:
    if code == "OPEN":
        return say(of.words, "OPEN"), of.words.pick(terms.VERDICTS[clause.verdict])
    if code in ("NA", "INFO"):
        return (say(of.words, code),)
    over, failing = lines.waived(of, clause)
    note = (say(of.words, "waived" if over == failing else "waived_part"),) if over else ()
    return (code, say(of.words, code), *note)


def _counts(
    of: lines.Record, rows: tuple[Row, ...], mine: list[Clause], kind: Kind
) -> tuple[tuple[str, int], ...]:
    words, found = of.words, Counter(row.result for row in rows)
    codes = RESULTS if kind == "k1" else IMPROVE
    listed = [
        (f"{code} ({say(words, code)})" if code in ("C", "OFI", "NC") else say(words, code), found[code])
        for code in codes
        if code != "INFO" or found[code]
    ]
    under = sum(lines.waived(of, clause)[0] > 0 for clause in mine if clause.verdict is Verdict.FAIL)
    waived = [(say(words, "waived_count"), under)] if under else []
    return (*listed, (say(words, "all"), len(rows)), *waived)


def _head(run: Run, words: Words) -> Pairs:
    summary = next((s for s in run.ledger.standards if s.id == STANDARD), None)
    first, last = lines.day(words, run.started), lines.day(words, run.finished)
    places = [address for _, _, address in run.target.components]
    more = ["…"] if len(places) > ADDRESSES else []
    return (
        (say(words, "agency"), run.target.owner),
        (say(words, "platform"), run.target.name),
        (say(words, "addresses"), ", ".join([*places[:ADDRESSES], *more])),
        *_standard(summary, words),
        (say(words, "collected"), first if first == last else say(words, "until", first=first, last=last)),
        (say(words, "as_of"), lines.day(words, run.ledger.as_of)),
    )


def _standard(summary: StandardSummary | None, words: Words) -> Pairs:
    if summary is None:
        return ((say(words, "standard"), STANDARD),)
    return (
        (say(words, "standard"), words.pick(summary.title)),
        (say(words, "edition"), words.pick(summary.edition)),
    )


def _foot(words: Words, mine: list[Clause], kind: Kind) -> tuple[str, ...]:
    second = sum(clause.confidence is not Confidence.OFFICIAL for clause in mine)
    source = (say(words, "foot_source", n=second, of=len(mine)),) if second else ()
    blank = say(words, "foot_blank", who=say(words, "who"), due=say(words, "due"))
    return (
        say(words, "foot_layout"),
        *source,
        say(words, "foot_words", open=say(words, "OPEN")),
        say(words, "foot_typed"),
        *((blank,) if kind == "k2" else ()),
    )


def _identity(run: Run, words: Words) -> Pairs:
    title = say(words, "version", title=words.pick(run.profile.title), version=run.profile.version)
    how = terms.CODES.get(run.assurance)
    return (
        (say(words, "run"), run.id),
        (say(words, "profile"), f"{title} ({run.profile.id})"),
        (say(words, "digest"), run.profile.digest),
        (say(words, "judged"), lines.moment(words, run.clock)),
        (say(words, "harness"), run.harness),
        (say(words, "assurance"), words.pick(how) if how else run.assurance),
    )
