"""The command line: parse, call, print, exit. Every command is one call; nothing is decided here."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from harness.cli_data import COMMANDS
from harness.errors import EXIT_MEANING, Exit
from harness.guarded import guarded
from harness.version import VERSION

EXITS = "\n".join(f"  {code.value:>3}  {words}" for code, words in EXIT_MEANING.items())


def _handed_in(command: Callable[..., None]) -> Callable[..., None]:
    """The options for what is handed in beside the evidence."""
    folder = click.option(
        "--attestations",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="Folder of attestations and their documents.",
    )
    file = click.option(
        "--waivers", metavar="FILE", type=click.Path(path_type=Path), help="Failures accepted for a time."
    )
    return folder(file(command))


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExit codes:\n" + EXITS,
)
@click.version_option(VERSION, prog_name="moph-harness")
def main() -> None:
    """Run MOPH-standard security and conformance checks against a health platform and report on them."""


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Run folder."
)
@click.option("--defect", "defects", multiple=True, metavar="NAME", help="Switch one defect on; repeatable.")
@click.option("--all-defects", is_flag=True, help="Switch every defect on that can be combined.")
@click.option("--list-defects", is_flag=True, help="List the defects and the checks they trip.")
@click.option("--serve", is_flag=True, help="Keep the demo platform up for trying things by hand.")
@click.option("--profile", default="baseline", show_default=True, help="Profile id or file.")
@guarded
def demo(
    *, out: Path, defects: tuple[str, ...], all_defects: bool, list_defects: bool, serve: bool, profile: str
) -> int:
    """Audit the built-in loopback platform and write its report."""
    from harness import demonstrate

    if list_defects:
        return demonstrate.show_defects()
    chosen = demonstrate.every_defect() if all_defects else frozenset(defects)
    if serve:
        return demonstrate.serve(chosen)
    with _bar() as progress:
        return demonstrate.audit(chosen, profile, out, progress)


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--profile", default="baseline", show_default=True, help="Profile id or file.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Run folder to write.")
@click.option("--resume", is_flag=True, help="Continue the interrupted run in --out.")
@_handed_in
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@guarded
def run(
    *,
    target: Path,
    profile: str,
    out: Path,
    resume: bool,
    attestations: Path | None,
    waivers: Path | None,
    as_json: bool,
) -> int:
    """Audit TARGET (a target file) by a profile and write evidence, results and reports."""
    from harness import audit, present

    with _bar() as progress:
        record = audit.audit(
            target,
            profile,
            out,
            resume=resume,
            progress=progress,
            attestations=attestations,
            waivers=waivers,
        )
    present.summary(record, out, as_json=as_json)
    return audit.gate(record)


@main.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@_handed_in
@click.option("--at", metavar="DATE", help="Read attestations and waivers on this day instead of today.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@guarded
def judge(
    *, folder: Path, attestations: Path | None, waivers: Path | None, at: str | None, as_json: bool
) -> int:
    """Judge the stored evidence of RUN again, offline; what is handed in now replaces what was handed in then."""
    from harness import audit, present
    from harness.days import day
    from harness.store import RunFolder

    there = RunFolder.existing(folder)
    record = audit.again(there, day(at, "--at") if at else None, attestations, waivers)
    present.summary(record, folder, as_json=as_json)
    return audit.gate(record)


@main.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["html", "json"]), default="html", show_default=True)
@click.option("--lang", type=click.Choice(["th", "en"]), default="th", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="File to write; standard output without it.")
@guarded
def report(folder: Path, form: str, lang: str, out: Path | None) -> int:
    """Render the judged results of RUN."""
    from harness import present
    from harness.record import Run
    from harness.run import RESULTS
    from harness.store import RunFolder

    there = RunFolder.existing(folder)
    there.verify()
    present.write(present.render(there.read(RESULTS, Run), form, lang), out)
    return Exit.MET


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@guarded
def doctor(target: Path, as_json: bool) -> int:
    """Look at TARGET before any test: files, names, ports, trust, credentials, clock, scope; and who must fix what."""
    from harness import doctor as medicine

    return medicine.examine(target, as_json=as_json)


@main.group()
def target() -> None:
    """Write and understand target files."""


@target.command("init")
@click.argument("path", type=click.Path(path_type=Path), default=Path("target.yaml"))
@guarded
def target_init(path: Path) -> int:
    """Write a commented target file to start from."""
    from harness import scaffold

    return scaffold.write_target(path)


@target.command("schema")
@guarded
def target_schema() -> int:
    """Print the JSON Schema of a target file."""
    from harness import scaffold

    return scaffold.print_schema()


@contextmanager
def _bar() -> Iterator[Callable[[str], None]]:
    """A line of progress on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    done = 0

    def show(label: str) -> None:
        nonlocal done
        done += 1
        click.echo(f"\r\033[K  {done} collected  {label[:60]}", err=True, nl=False)

    yield show
    click.echo("\r\033[K", err=True, nl=False)


for _command in COMMANDS:
    main.add_command(_command)
