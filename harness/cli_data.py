"""The command line beyond runs: checks, profiles, requirements, attestations, forms. Parse, call, print, exit."""

from pathlib import Path

import click

from harness.errors import Exit
from harness.guarded import guarded

_json = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
_lang = click.option("--lang", type=click.Choice(["th", "en"]), default="en", show_default=True)
_profile = click.option("--profile", help="Only what this profile (id or file) selects.")


@click.group()
def checks() -> None:
    """Look up checks."""


@checks.command("list")
@_json
@guarded
def checks_list(*, as_json: bool) -> int:
    """List every check."""
    from harness import lookup

    return lookup.list_checks(as_json=as_json)


@checks.command("show")
@click.argument("id")
@_lang
@guarded
def checks_show(id: str, lang: str) -> int:
    """Show one check: what it asserts, why, how to fix a failure, its settings."""
    from harness import lookup

    return lookup.show_check(id, lang)


@click.group()
def profiles() -> None:
    """Look up profiles."""


@profiles.command("list")
@_json
@guarded
def profiles_list(*, as_json: bool) -> int:
    """List the shipped profiles."""
    from harness import lookup

    return lookup.list_profiles(as_json=as_json)


@profiles.command("show")
@click.argument("id")
@_json
@guarded
def profiles_show(id: str, *, as_json: bool) -> int:
    """Show a profile with every setting explicit."""
    from harness import lookup

    return lookup.show_profile(id, as_json=as_json)


@profiles.command("diff")
@click.argument("a")
@click.argument("b")
@_json
@guarded
def profiles_diff(a: str, b: str, *, as_json: bool) -> int:
    """Show what differs between profiles A and B (ids or files) once both are locked."""
    from harness import difference

    return difference.show(a, b, as_json=as_json)


@click.group()
def requirements() -> None:
    """Look up the requirements of the standards."""


@requirements.command("list")
@click.option("--standard", help="Only this standard.")
@_profile
@_lang
@_json
@guarded
def requirements_list(*, standard: str | None, profile: str | None, lang: str, as_json: bool) -> int:
    """List requirements with their force, methods, confidence and what decides them."""
    from harness import standards

    return standards.list_rows(standard, profile, lang, as_json=as_json)


@requirements.command("show")
@click.argument("id")
@_lang
@guarded
def requirements_show(id: str, lang: str) -> int:
    """Show one requirement: where it comes from, what decides it, what it expects, what nobody can test."""
    from harness import standards

    return standards.show_row(id, lang)


@requirements.command("coverage")
@_profile
@_json
@guarded
def requirements_coverage(*, profile: str | None, as_json: bool) -> int:
    """Count, standard by standard, what checks and documents cover and what nothing covers yet."""
    from harness import standards

    return standards.show_coverage(profile, as_json=as_json)


@click.group()
def attest() -> None:
    """Write and verify attestations: statements bound to documents, for what no probe sees."""


@attest.command("new")
@click.argument("requirement")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), default=Path("attestations"), show_default=True
)
@guarded
def attest_new(requirement: str, folder: Path) -> int:
    """Write a stub for REQUIREMENT that says what evidence it expects."""
    from harness.attest import command

    return command.new(requirement, folder)


@attest.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--at", metavar="DATE", help="As if read on this day instead of today.")
@_json
@guarded
def attest_verify(*, folder: Path, at: str | None, as_json: bool) -> int:
    """Open every document of DIR and check digests, dates, people and places."""
    from harness.attest import command
    from harness.days import day
    from harness.overlay import today

    return command.verify(folder, day(at, "--at") if at else today(), as_json=as_json)


@click.command()
@click.argument("form", type=click.Choice(["k1", "k2"]))
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(["html", "xlsx"]), default="html", show_default=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@guarded
def form(form: str, folder: Path, kind: str, out: Path) -> int:
    """Write the NCSA form ค.1 (k1, assessment) or ค.2 (k2, items to improve) from the results of RUN, in Thai."""
    from harness import present

    present.form(folder, form, kind, out)
    return Exit.MET


COMMANDS = (checks, profiles, requirements, attest, form)
