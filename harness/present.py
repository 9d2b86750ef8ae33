"""What the command line prints of a run, and the way to the renderers. Displays; decides nothing."""

import importlib
import sys
from pathlib import Path

import click

from harness.errors import BadInput
from harness.evidence import encode
from harness.model import Decision, Obligation, Severity, Verdict
from harness.record import Item, Run
from harness.rollup import count

_COLOUR = {
    Decision.CONFORMANT: "green",
    Decision.CONFORMANT_WITH_WAIVERS: "yellow",
    Decision.NON_CONFORMANT: "red",
    Decision.UNDETERMINED: "yellow",
}
#: Findings shown in the summary; the report has them all.
WORST = 5


def render(record: Run, form: str, lang: str) -> str:
    """A report of a run: `form` is html or json, `lang` is th or en."""
    text = importlib.import_module(f"harness.reports.{form}").render(record, lang)
    assert isinstance(text, str)
    return text


def write(text: str, out: Path | None) -> None:
    """Write to a file, or to standard output. Raises BadInput when the file cannot be written."""
    if out is None:
        sys.stdout.buffer.write(text.encode())
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as wrong:
        raise BadInput(f"{out} cannot be written: {wrong.strerror}") from None


def summary(record: Run, folder: Path, *, as_json: bool) -> None:
    """Decision, counts, the worst findings with what to do, and where the report is."""
    if as_json:
        click.echo(encode(_brief(record, folder)), nl=False)
        return
    click.echo()
    click.secho(f"  {record.decision.replace('_', '-').upper()}", fg=_COLOUR[record.decision], bold=True)
    if not record.complete:
        click.secho("  INCOMPLETE: the run was interrupted; continue it with run --resume", fg="yellow")
    tally = record.tally
    click.echo(f"  {record.target.name} · profile {record.profile.id} {record.profile.version}")
    click.echo(
        f"  binding: {tally.passed} passed of {tally.decided} decided of {tally.applicable} applicable"
    )
    click.echo("  all checks: " + ", ".join(f"{n} {verdict}" for verdict, n in record.counts.items()))
    _clauses(record)
    for item in findings(record)[:WORST]:
        _finding(item)
    for fault in record.ledger.faults:
        click.secho(f"\n  waiver: {_plain(fault)}", fg="red")
    _where(folder)


def _clauses(record: Run) -> None:
    """Requirements, gate by gate; documents and waivers in a line."""
    ledger = record.ledger
    if not ledger.clauses:
        return
    counted = count(clause.verdict for clause in ledger.clauses)
    words = ", ".join(f"{n} {verdict}" for verdict, n in counted.items())
    click.echo(f"  {len(ledger.clauses)} requirements: {words}")
    for gate in ledger.gates:
        click.secho(f"  {gate.decision.replace('_', '-'):<25}", fg=_COLOUR[gate.decision], nl=False)
        click.echo(
            f"{gate.title.en}: {gate.tally.passed} of {gate.tally.applicable} binding requirements met"
        )
    click.echo(f"  documents still to hand in: {len(ledger.due)}; waivers in force: {len(ledger.waivers)}")


def findings(record: Run) -> list[Item]:
    """What stands in the way, worst first: binding before advisory, then by verdict and severity."""
    open_ = [i for i in record.items if i.verdict in _OPEN]
    ranks = (list(Obligation), list(Verdict), list(Severity))
    return sorted(
        open_,
        key=lambda i: (ranks[0].index(i.obligation), ranks[1].index(i.verdict), ranks[2].index(i.severity)),
    )


_OPEN = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NEEDS_REVIEW)


def _finding(item: Item) -> None:
    result = next(r for r in item.results if r.verdict is item.verdict)
    click.echo()
    click.secho(f"  {item.verdict:<12} {item.id}  ({item.obligation}, {item.severity})", bold=True)
    click.echo(f"    {_plain(item.title.en)}")
    click.echo(f"    {_plain(result.subject)}: {_plain(result.reason.en)}")
    if item.verdict is Verdict.FAIL:
        click.echo(f"    do: {_plain(item.remedy.en)}")


def _plain(text: str) -> str:
    """The platform's own text is hostile to terminals too: no control characters, bounded."""
    return "".join(c if c.isprintable() else "?" for c in text)[:400]


def _where(folder: Path) -> None:
    report = (folder / "report.th.html").resolve()
    click.echo()
    if report.is_file():
        click.echo(f"  report: {report}  (Thai; report.en.html is the English one)")
        click.echo(f"  open it: {'open' if sys.platform == 'darwin' else 'xdg-open'} {report}")
    click.echo(f"  evidence: {folder.resolve()}")


def _brief(record: Run, folder: Path) -> dict[str, object]:
    return {
        "run": record.id,
        "decision": record.decision,
        "complete": record.complete,
        "profile": record.profile,
        "tally": record.tally,
        "counts": record.counts,
        "findings": [
            {
                "check": i.id,
                "verdict": i.verdict,
                "obligation": i.obligation,
                "severity": i.severity,
                "title": i.title.en,
            }
            for i in findings(record)
        ],
        "gates": {gate.id: gate.decision for gate in record.ledger.gates},
        "requirements": count(clause.verdict for clause in record.ledger.clauses),
        "due": record.ledger.due,
        "faults": record.ledger.faults,
        "folder": str(folder.resolve()),
    }


def form(folder: Path, form: str, kind: str, out: Path) -> None:
    """Write the form `k1` or `k2` of a judged run as html or xlsx. Raises BadInput, IntegrityError."""
    from harness.run import RESULTS
    from harness.store import RunFolder

    there = RunFolder.existing(folder)
    there.verify()
    record = there.read(RESULTS, Run)
    forms = importlib.import_module("harness.reports.forms")
    try:
        data = forms.xlsx(record, form) if kind == "xlsx" else forms.render(record, form).encode()
    except ValueError as lacking:
        raise BadInput(
            f"{folder}: {lacking}; run a profile that selects it, such as wss or moph-bma"
        ) from None
    try:
        out.write_bytes(data)
    except OSError as wrong:
        raise BadInput(f"{out} cannot be written: {wrong.strerror}") from None
