"""The demo command: start the loopback platform, audit it like any other, stop it."""

from collections.abc import Callable
from pathlib import Path

import click

from harness import audit as audits
from harness import locking, present, registry
from harness.demo import DEFECTS, DemoPlatform, serve_forever
from harness.errors import Exit
from harness.overlay import today


def audit(chosen: frozenset[str], profile: str, out: Path, progress: Callable[[str], None]) -> Exit:
    """Audit the demo platform into a fresh run folder next to earlier ones; prints the summary."""
    place = _fresh(out)
    papers = _papers(profile, place)
    with DemoPlatform(chosen) as platform:
        record = audits.audit(
            platform.target_path, profile, place, resume=False, progress=progress, attestations=papers
        )
    present.summary(record, place, as_json=False)
    return audits.gate(record)


def _papers(profile: str, place: Path) -> Path | None:
    """Sample attestations for a profile that asks for documents, in a folder beside the run's."""
    locked = locking.load(profile, registry.checks())
    slots = {id: c.row.evidence for id, c in locked.requirements.items() if c.row.evidence is not None}
    if not slots:
        return None
    from harness.attest import samples

    folder = _fresh(place.with_name(f"{place.name}-attestations"))
    samples.write(folder, slots, today())
    return folder


def serve(chosen: frozenset[str]) -> Exit:
    """Keep the platform up until interrupted; prints its addresses and its target file."""
    with DemoPlatform(chosen) as platform:
        for name, url in platform.urls.items():
            click.echo(f"  {name:<10} {url}")
        click.echo(f"  target file: {platform.target_path}")
        click.echo(f"  audit it:    moph-harness run {platform.target_path} --out out/served")
        click.echo("  stop with Ctrl-C")
        serve_forever(platform)
    return Exit.MET


def show_defects() -> Exit:
    """Print every switch and the check it trips."""
    for defect in DEFECTS.values():
        click.echo(f"{defect.name:<28} {', '.join(defect.checks):<10} {defect.title}")
    return Exit.MET


def every_defect() -> frozenset[str]:
    """All switches that can be on together."""
    return frozenset(name for name, defect in DEFECTS.items() if defect.combinable)


def _fresh(out: Path) -> Path:
    """`out`, or `out-2`, `out-3`… when earlier runs are there: a demo never overwrites a run."""
    place, number = out, 1
    while place.exists() and any(place.iterdir()):
        number += 1
        place = out.with_name(f"{out.name}-{number}")
    return place
