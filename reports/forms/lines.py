"""What stands in the cells of a form: lines of plain text about one clause. It words and groups; it decides nothing."""

import re
from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import Struct

from harness.ledger import Clause, Due, WaiverInfo
from harness.model import Verdict
from harness.record import Item, Result, Run
from harness.requirement import Confidence

from .. import dates, terms
from ..foreign import visible
from ..words import Words
from .phrases import say

#: Bounds of one cell: lines, subjects named in a line, different findings of one check.
LINES, SUBJECTS, FINDINGS = 14, 4, 3
_VERDICTS = tuple(Verdict)
_SETTLED = (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO)
_LONG, _NAME = 500, 120


class Record(Struct, frozen=True):
    """What the lines of every clause draw on, looked up once."""

    words: Words
    items: dict[str, Item]
    waivers: dict[str, WaiverInfo]
    due: dict[str, tuple[Due, ...]]


def record(run: Run, words: Words) -> Record:
    """The items, waivers and due dates of a run, by id."""
    due: dict[str, tuple[Due, ...]] = {}
    for one in sorted(run.ledger.due, key=lambda due: due.by):
        due[one.requirement] = (*due.get(one.requirement, ()), one)
    return Record(words, {i.id: i for i in run.items}, {w.id: w for w in run.ledger.waivers}, due)


def basis(of: Record, clause: Clause) -> tuple[str, ...]:
    """By what the clause was judged: checks by result, documents, and what is not there."""
    return tuple(_bounded(of, [*_checks(of, clause), *_documents(of, clause)])) or (say(of.words, "nobody"),)


def remark(of: Record, clause: Clause) -> tuple[str, ...]:
    """Why the result is what it is, waivers over it, and documents that are due."""
    lines = [] if clause.verdict is Verdict.PASS else [of.words.pick(clause.reason)]
    if clause.confidence is Confidence.UNVERIFIED:
        lines.append(say(of.words, "unverified"))
    why = of.words.pick
    lines += [
        say(of.words, "hand_in", day=day(of.words, due.by), what=why(due.what), why=why(due.why))
        for due in of.due.get(clause.id, ())
        if clause.verdict is Verdict.PASS
    ]
    return tuple(_bounded(of, [*_waivers(of, clause), *lines]))


def found(of: Record, clause: Clause) -> tuple[str, ...]:
    """What stands against the clause: findings of its checks, of its document, and what nobody looked at."""
    lines = [line for item in _trouble(of, clause) for line in _findings(of, item)]
    if clause.attested is not None and clause.attested.verdict not in _SETTLED:
        lines.append(say(of.words, "found_document", reason=of.words.pick(clause.attested.reason)))
    lines += [say(of.words, "found_planned", id=p.id, what=of.words.pick(p.what)) for p in clause.planned]
    return tuple(_bounded(of, [*_waivers(of, clause), *(lines or [of.words.pick(clause.reason)])]))


def to_do(of: Record, clause: Clause) -> tuple[str, ...]:
    """What to do about it: remedies of failing checks, who acts on open ones, documents to hand in."""
    acts: dict[str, list[str]] = {}
    for item in _trouble(of, clause):
        for what in _acts(of, item):
            acts.setdefault(what, []).append(item.id)
    lines = [say(of.words, "act", checks=", ".join(ids), what=what) for what, ids in acts.items()]
    lines += _hand_in(of, clause)
    if clause.planned:
        lines.append(say(of.words, "act_planned", ids=", ".join(p.id for p in clause.planned)))
    return tuple(_bounded(of, lines)) or (say(of.words, "act_person"),)


def due(of: Record, clause: Clause) -> tuple[str, ...]:
    """The day by which a document has to be handed in, each calendar on its line; nothing where none is due."""
    both = [day(of.words, one.by) for one in of.due.get(clause.id, ())[:1]]
    return tuple(part for text in both for part in re.split(r" (?=\([0-9-]+\)$)", text))


def waived(of: Record, clause: Clause) -> tuple[int, int]:
    """How many failing results of the clause's checks a waiver lies over, and how many there are."""
    failing = list(_failing(of, clause))
    return sum(result.waiver is not None for result in failing), len(failing)


def day(words: Words, stamp: str) -> str:
    """A day in both calendars, as plain text."""
    return dates.day(words, stamp).striptags()


def moment(words: Words, stamp: str) -> str:
    """A time in both calendars and both zones, as plain text."""
    return dates.moment(words, stamp).striptags()


def _items(of: Record, clause: Clause) -> list[Item]:
    return [of.items[id] for id in clause.checks if id in of.items]


def _trouble(of: Record, clause: Clause) -> list[Item]:
    """The checks of a clause that failed or are open, worst first."""
    open_ = [item for item in _items(of, clause) if item.verdict not in _SETTLED]
    return sorted(open_, key=lambda item: _VERDICTS.index(item.verdict))


def _failing(of: Record, clause: Clause) -> Iterator[Result]:
    for item in _items(of, clause):
        yield from (result for result in item.results if result.verdict is Verdict.FAIL)


def _checks(of: Record, clause: Clause) -> Iterator[str]:
    named = {verdict: [i.id for i in _items(of, clause) if i.verdict is verdict] for verdict in Verdict}
    for verdict, ids in named.items():
        if ids:
            word = of.words.pick(terms.VERDICTS[verdict])
            yield say(of.words, "group", verdict=word, names=", ".join(ids))
    if clause.planned:
        yield say(of.words, "no_check", names=", ".join(p.id for p in clause.planned))


def _documents(of: Record, clause: Clause) -> Iterator[str]:
    if clause.attested is not None:
        yield say(
            of.words, "document_verdict", verdict=of.words.pick(terms.VERDICTS[clause.attested.verdict])
        )
        for seen in clause.attested.documents:
            parts = {n: visible(getattr(seen, n), _NAME) for n in ("name", "number", "version", "place")}
            yield say(of.words, "document", **parts)
    if clause.expects is not None and not (clause.attested and clause.attested.documents):
        yield say(of.words, "document_missing", what=of.words.pick(clause.expects))


def _waivers(of: Record, clause: Clause) -> Iterator[str]:
    for id in dict.fromkeys(result.waiver for result in _failing(of, clause) if result.waiver is not None):
        known = of.waivers.get(id)
        if known is None:
            yield visible(id, _NAME)
            continue
        yield say(
            of.words,
            "waiver",
            id=visible(id, _NAME),
            check=known.check,
            subject=visible(known.subject, _NAME),
            day=day(of.words, known.expires),
            approver=visible(known.approver, _NAME),
        )


def _findings(of: Record, item: Item) -> list[str]:
    """The results that gave a check its verdict; subjects with the same finding share a line."""
    by_reason: dict[str, list[str]] = {}
    for result in item.results:
        if result.verdict is item.verdict:
            by_reason.setdefault(of.words.pick(result.reason), []).append(visible(result.subject, _NAME))
    lines = [
        say(
            of.words,
            "finding",
            check=item.id,
            subjects=_subjects(of, subjects),
            reason=visible(reason, _LONG),
        )
        for reason, subjects in by_reason.items()
    ]
    return list(_bounded(of, lines, FINDINGS))


def _subjects(of: Record, subjects: list[str]) -> str:
    shown = ", ".join(subjects[:SUBJECTS])
    more = len(subjects) - SUBJECTS
    return say(of.words, "subjects_more", shown=shown, n=more) if more > 0 else shown


def _acts(of: Record, item: Item) -> Iterable[str]:
    """The remedy of a failed check; for an open one, who has to act so that it can be decided."""
    if item.verdict is Verdict.FAIL:
        return [of.words.pick(item.remedy)]
    worst = [result for result in item.results if result.verdict is item.verdict]
    keys = ("review" if r.verdict is Verdict.NEEDS_REVIEW else str(r.fault or "target") for r in worst)
    return [of.words.pick(terms.FAULTS[key]) for key in dict.fromkeys(keys)]


def _hand_in(of: Record, clause: Clause) -> Iterator[str]:
    asked = [one.what for one in of.due.get(clause.id, ())]
    short = clause.attested is not None and clause.attested.verdict not in _SETTLED
    if not asked and short and clause.expects is not None:
        asked = [clause.expects]
    unmet = clause.attested is not None and clause.attested.verdict is Verdict.FAIL
    for what in dict.fromkeys(asked):
        yield say(of.words, "act_again" if unmet else "act_document", what=of.words.pick(what))


def _bounded(of: Record, lines: list[str], most: int = LINES) -> Iterator[str]:
    cut = partial(visible, limit=_LONG * 2)
    yield from map(cut, lines[:most])
    if len(lines) > most:
        yield say(of.words, "lines_more", n=len(lines) - most)
