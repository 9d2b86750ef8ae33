"""How a run is arranged for reading: what comes first, what stands where. It orders and links; it computes no verdict."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from harness.evidence import Exchange
from harness.model import Obligation, Severity, Text, Verdict
from harness.record import Item, Result, Run

from .foreign import visible

OPEN = (Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NEEDS_REVIEW)
#: What asks for action; its details are printed, those of the rest are on screen only.
TROUBLE = (Verdict.FAIL, *OPEN)
_VERDICTS = tuple(Verdict)
_SEVERITIES = tuple(Severity)
#: Bounds of a shown exchange: characters and lines of a body, characters of a header, and how many headers.
BODY, LINES, HEADER, HEADERS = 1500, 24, 400, 40


class Citation(Struct, frozen=True):
    """A result's exchange: shown here in full (`here`), shown under check `at`, or absent from the record."""

    id: str
    exchange: Exchange | None
    anchor: str
    at: str
    here: bool


class Row(Struct, frozen=True):
    """One result with its exchanges and its place in the page."""

    result: Result
    citations: tuple[Citation, ...]
    anchor: str


class Check(Struct, frozen=True):
    """One check, its place in the page and its rows."""

    item: Item
    anchor: str
    trouble: bool
    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        """The id of the check."""
        return self.item.id

    @property
    def verdict(self) -> Verdict:
        """The verdict of the check."""
        return self.item.verdict

    @property
    def waived(self) -> str:
        """Whether waivers lie over "all" or a "part" of its failures; "" for none."""
        over = [row.result.waiver is not None for row in self.rows if row.result.verdict is Verdict.FAIL]
        return "" if not any(over) else "all" if all(over) else "part"

    @property
    def shown(self) -> tuple[Citation, ...]:
        """The exchanges that are shown in full under this check."""
        return tuple(c for row in self.rows for c in row.citations if c.here)

    @property
    def worst(self) -> tuple[Result, ...]:
        """The results that gave the check its verdict."""
        return tuple(row.result for row in self.deciding)

    @property
    def deciding(self) -> tuple[Row, ...]:
        """The rows of the results that gave the check its verdict."""
        return tuple(row for row in self.rows if row.result.verdict == self.item.verdict)


class Section(Struct, frozen=True):
    """A domain and its checks. `counts` is the record's own."""

    anchor: str
    title: Text
    verdict: Verdict
    counts: dict[Verdict, int]
    checks: tuple[Check, ...]

    def group(self, *, binding: bool) -> tuple[Check, ...]:
        """The binding checks, or the others, worst first."""
        chosen = (c for c in self.checks if (c.item.obligation is Obligation.MUST) is binding)
        return tuple(sorted(chosen, key=lambda c: _VERDICTS.index(c.item.verdict)))


class Findings(Struct, frozen=True):
    """The checks that decide: binding failures, binding ones left open, and failures that bind nobody."""

    must_fail: tuple[Check, ...]
    must_open: tuple[Check, ...]
    other_fail: tuple[Check, ...]


def sections(run: Run) -> tuple[Section, ...]:
    """Every check of the run under its domain, in the record's order; a domain the record forgot comes last."""
    checks = tuple(_checks(run))
    made = [
        Section(
            f"domain-{n}", d.title, d.verdict, d.counts, tuple(c for c in checks if c.item.domain == d.id)
        )
        for n, d in enumerate(run.domains, 1)
    ]
    known = {d.id for d in run.domains}
    lost = tuple(c for c in checks if c.item.domain not in known)
    if lost:
        counts = {v: n for v in Verdict if (n := sum(c.item.verdict is v for c in lost))}
        worst = min((c.item.verdict for c in lost), key=_VERDICTS.index)
        made.append(Section("domain-other", Text("Other", "อื่น ๆ"), worst, counts, lost))
    return tuple(made)


def findings(found: Iterable[Section]) -> Findings:
    """Sort out what a reader must see first, the most severe first."""
    checks = sorted((c for s in found for c in s.checks), key=lambda c: _SEVERITIES.index(c.item.severity))
    must = [c for c in checks if c.item.obligation is Obligation.MUST]
    return Findings(
        tuple(c for c in must if c.item.verdict is Verdict.FAIL),
        tuple(c for c in must if c.item.verdict in OPEN),
        tuple(
            c for c in checks if c.item.verdict is Verdict.FAIL and c.item.obligation is not Obligation.MUST
        ),
    )


def acts(check: Check) -> tuple[str, ...]:
    """Who has to act before an open check can be decided: keys of the fault texts, each once."""
    keys = ("review" if r.verdict is Verdict.NEEDS_REVIEW else str(r.fault or "target") for r in check.worst)
    return tuple(dict.fromkeys(keys))


def request_text(exchange: Exchange) -> str:
    """The request as it was sent, redacted and bounded."""
    head = f"{visible(exchange.method, 40)} {visible(exchange.url, BODY)}"
    return _message(head, exchange.sent_headers, exchange.sent_body)


def response_text(exchange: Exchange) -> str:
    """The response as it came, redacted and bounded."""
    return _message(str(exchange.status or ""), exchange.headers, exchange.body)


def _message(head: str, headers: tuple[tuple[str, str], ...], body: str) -> str:
    lines = [f"{visible(name, HEADER)}: {visible(value, HEADER)}" for name, value in headers[:HEADERS]]
    return "\n".join((head, *lines, *(("", visible(clip(body), BODY, lines=True)) if body else ())))


def clip(body: str) -> str:
    """The part of a body that is shown: the whole of it is in the evidence, and paper is finite."""
    return "\n".join(body[:BODY].split("\n", LINES)[:LINES])


def _checks(run: Run) -> Iterator[Check]:
    places = anchors([item.id for item in run.items], "check")
    homes = _homes(run)
    exchange_places = {key: f"exchange-{n}" for n, key in enumerate(run.exchanges, 1)}
    for n, item in enumerate(run.items):
        rows = []
        for m, result in enumerate(item.results):
            cited = dict.fromkeys(result.exchanges)
            rows.append(
                Row(result, tuple(
                    Citation(x, run.exchanges.get(x), exchange_places.get(x, ""), _home_id(run, homes, x), homes.get(x) == (n, m))
                    for x in cited
                ), f"result-{n + 1}.{m + 1}")
            )  # fmt: skip
        yield Check(item, places[n], item.verdict in TROUBLE, tuple(rows))


def _homes(run: Run) -> dict[str, tuple[int, int]]:
    """Where each exchange is shown in full: at the worst result that cites it, the first of equals."""
    cited: dict[str, tuple[int, int, int]] = {}
    for n, item in enumerate(run.items):
        for m, result in enumerate(item.results):
            place = (_VERDICTS.index(item.verdict), n, m)
            for key in result.exchanges:
                if key in run.exchanges:
                    cited[key] = min(cited.get(key, place), place)
    return {key: (n, m) for key, (_, n, m) in cited.items()}


def _home_id(run: Run, homes: dict[str, tuple[int, int]], key: str) -> str:
    return run.items[homes[key][0]].id if key in homes else ""


def anchors(ids: Sequence[str], prefix: str) -> list[str]:
    """Anchors that survive a copy of the link: the id where it is a plain, unique name, else its number."""
    seen = Counter(ids)
    return [
        f"{prefix}-{i}"
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,39}", i) and seen[i] == 1
        else f"{prefix}.{n}"
        for n, i in enumerate(ids, 1)
    ]
