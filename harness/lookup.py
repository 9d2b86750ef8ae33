"""What there is to know of checks and profiles, for the command line."""

import click

from harness import catalogue, coverage, layering, locking, registry
from harness.errors import BadInput, Exit
from harness.evidence import encode
from harness.nearest import hint


def list_checks(*, as_json: bool) -> Exit:
    """Print every check with its domain, severity and title."""
    specs = registry.checks().values()
    if as_json:
        rows = [{"id": s.id, "domain": s.domain, "severity": s.severity, "title": s.title} for s in specs]
        click.echo(encode(rows), nl=False)
        return Exit.MET
    for spec in specs:
        click.echo(f"{spec.id:<9} {spec.domain:<13} {spec.severity:<9} {spec.title.en}")
    return Exit.MET


def show_check(id: str, lang: str) -> Exit:
    """Print one check's page."""
    specs = registry.checks()
    spec = specs.get(id.upper())
    if spec is None:
        raise BadInput(f"there is no check {id}; {hint(id, specs, 'see `moph-harness checks list`')}")
    click.echo(f"{spec.id} (version {spec.version}, {spec.severity})  {getattr(spec.title, lang)}\n")
    click.echo(f"{getattr(spec.why, lang)}\n")
    click.echo(f"{'แก้ไข' if lang == 'th' else 'Remedy'}: {getattr(spec.remedy, lang)}")
    if spec.example:
        click.echo("\n" + "\n".join(f"    {line}" for line in spec.example.splitlines()))
    click.echo(f"\n{'อ้างอิง' if lang == 'th' else 'Verifies'}: {'; '.join(spec.verifies)}")
    for requirement in coverage.serves(catalogue.load()).get(spec.id, ()):
        click.echo(f"{'ข้อกำหนด' if lang == 'th' else 'Serves'}: {requirement}")
    for name, default in spec.settings.items():
        click.echo(f"{'ค่าตั้ง' if lang == 'th' else 'Setting'}: {name} = {default}")
    return Exit.MET


def list_profiles(*, as_json: bool) -> Exit:
    """Print every shipped profile."""
    locked = [locking.load(id, registry.checks()) for id in layering.shipped()]
    if as_json:
        click.echo(
            encode(
                [
                    {
                        "id": p.id,
                        "version": p.version,
                        "title": p.title,
                        "checks": len(p.checks),
                        "requirements": len(p.requirements),
                    }
                    for p in locked
                ]
            ),
            nl=False,
        )
        return Exit.MET
    for one in locked:
        click.echo(
            f"{one.id:<20} {one.version:<8} {len(one.requirements):>3} requirements {len(one.checks):>3} checks  "
            f"{one.title.en}"
        )
    return Exit.MET


def show_profile(id: str, *, as_json: bool) -> Exit:
    """Print a profile with every setting explicit, and what it does not cover."""
    locked = locking.load(id, registry.checks())
    if as_json:
        click.echo(encode(locked), nl=False)
        return Exit.MET
    click.echo(
        f"{locked.id} {locked.version}  {locked.title.en}\nsource: {locked.source}\ndigest: {locked.digest}\n"
    )
    for name, chosen in locked.requirements.items():
        click.echo(f"{name:<9} {chosen.obligation:<7} {chosen.row.title.en}")
    for check, use in locked.checks.items():
        settings = ", ".join(f"{k}={v}" for k, v in use.settings.items())
        click.echo(f"{check:<9} {use.obligation:<7} {settings}")
    click.echo("\nnot covered:")
    for check, gap in locked.not_covered.items():
        click.echo(f"{check:<9} {gap.title.en}: {gap.why.en}")
    return Exit.MET
