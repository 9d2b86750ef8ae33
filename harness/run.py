"""The pipeline on one screen: target → collect → evidence → judge → roll up → decide. The CLI and the tests call it."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from harness import registry
from harness import target as targets
from harness.errors import BadInput
from harness.evidence import Envelope, encode
from harness.judge import Case, Stored, judge
from harness.model import total
from harness.overlay import BANGKOK, Overlay, binding, lay, today
from harness.profile import Locked
from harness.record import DomainSummary, Item, NotCovered, ProfileInfo, Run, ScopeInfo, TargetInfo
from harness.rollup import count, decide, tally, worst
from harness.store import Head, RunFolder, evidence_name
from harness.target import Target
from harness.version import VERSION

Progress = Callable[[str], None]
RESULTS = "results.json"
OVERLAY = "overlay.json"


def start(target: Target, locked: Locked, out: Path, over: Overlay | None = None) -> RunFolder:
    """Make the run folder and write down what is going to be run. Raises BadInput."""
    specs, probes = registry.checks(), registry.probes()
    subjects = targets.subjects(target)
    wanted = {specs[id].evidence for id in locked.checks}
    chosen = [spec for kind, spec in probes.items() if kind in wanted]
    folder = RunFolder.create(out)
    now = datetime.now(UTC)
    folder.write("target.json", encode(target))
    folder.write("profile.json", encode(locked))
    head = Head(
        id=f"{now:%Y%m%dT%H%M%SZ}-{os.urandom(3).hex()}",
        harness=VERSION,
        started=now.isoformat(timespec="seconds"),
        target_digest=folder.digest("target.json"),
        profile_digest=locked.digest,
        plan=tuple((spec.evidence.__name__, s.id) for spec in chosen for s in subjects[spec.kind]),
        subjects={kind: tuple(s.id for s in found) for kind, found in subjects.items()},
        kinds={spec.evidence.__name__: spec.kind for spec in chosen},
    )
    folder.write("run.json", encode(head))
    if over is not None:
        folder.write(OVERLAY, encode(over))
    return folder


def left(folder: RunFolder) -> list[tuple[str, str]]:
    """The planned (evidence kind, subject) pairs that are not in the folder yet."""
    head = folder.read("run.json", Head)
    return [pair for pair in head.plan if folder.envelope(*pair) is None]


def collect_into(folder: RunFolder, credentials: dict[str, str], progress: Progress) -> None:
    """Collect what is planned and not yet there; on return the folder is complete."""
    from harness.collect import Collector, jobs
    from harness.probing import Surroundings
    from harness.scope import Gate, Names

    target = folder.read("target.json", Target)
    head = folder.read("run.json", Head)
    by_name = {spec.evidence.__name__: spec for spec in registry.probes().values()}
    by_id = {kind: {s.id: s for s in found} for kind, found in targets.subjects(target).items()}

    def keep(found: Envelope) -> None:
        folder.keep(found)
        progress(f"{found.probe} {found.subject}")

    missing = [(by_name[name], by_id[by_name[name].kind][subject]) for name, subject in left(folder)]
    spent = sum(f.requests + f.connections for e in _envelopes(folder, head) for f in e.footprint)
    around = Surroundings(target, Names(target), Gate(target.scope, spent), credentials, os.urandom(16))
    Collector(around, keep).run(jobs(missing))
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    folder.write("run.json", encode(_finished(head, finished)))


def _finished(head: Head, at: str) -> Head:
    return replace(head, finished=at)


def judge_folder(folder: RunFolder, as_of: date | None = None) -> Run:
    """Judge the evidence of a run folder, write results and manifest, and return the record.

    The clock is when collection finished; attestations and waivers are read on `as_of`, today without it, so
    they end without anybody touching a file. The same inputs on the same day give the same bytes.
    Raises IntegrityError.
    """
    folder.verify()
    head = folder.read("run.json", Head)
    locked = folder.read("profile.json", Locked)
    checks = registry.checks()
    for id in locked.checks:
        if id not in checks:
            raise BadInput(
                f"{folder.path}: check {id} of the locked profile is not in this harness ({VERSION})"
            )
    envelopes = list(_envelopes(folder, head))
    clock = head.finished or max([head.started, *(e.collected_at for e in envelopes)])
    case = Case(locked, checks, head.subjects, head.kinds, partial(_find, folder), clock)
    run = _record(folder, head, case, envelopes, as_of)
    folder.write(RESULTS, encode(run))
    folder.seal(locked.digest, locked.versions)
    return run


def _find(folder: RunFolder, schema: str, subject: str) -> Stored:
    name = evidence_name(schema, subject)
    found = folder.envelope(schema, subject)
    return (found, name, folder.digest(name)) if found else None


def _envelopes(folder: RunFolder, head: Head) -> Iterator[Envelope]:
    for pair in head.plan:
        found = folder.envelope(*pair)
        if found is not None:
            yield found


def _record(folder: RunFolder, head: Head, case: Case, envelopes: list[Envelope], as_of: date | None) -> Run:
    found, cited = judge(case)
    locked = case.locked
    target = folder.read("target.json", Target)
    complete = head.finished is not None
    over = folder.read(OVERLAY, Overlay) if folder.has(OVERLAY) else Overlay()
    run_day = datetime.fromisoformat(case.clock).astimezone(BANGKOK).date()
    day = as_of or (today() if locked.requirements or over.waivers else run_day)
    items, ledger = lay(locked, found, target.facts, over, as_of=day, run_day=run_day, complete=complete)
    deciding = binding(locked, items, ledger.clauses)
    return Run(
        id=head.id,
        harness=VERSION,
        started=head.started,
        finished=head.finished or case.clock,
        clock=case.clock,
        complete=complete,
        assurance=head.assurance,
        target=TargetInfo(
            target.name,
            target.owner,
            tuple((c.name, c.kind, c.base_url) for c in target.components),
            head.target_digest,
        ),
        scope=_scope(target),
        profile=ProfileInfo(locked.id, locked.version, locked.title, locked.source, locked.digest),
        decision=decide(deciding, complete=complete),
        tally=tally(deciding),
        counts=count(item.verdict for item in items),
        domains=_domains(items),
        items=items,
        not_covered=tuple(NotCovered(id, gap.title, gap.why) for id, gap in locked.not_covered.items()),
        footprint=total(f for e in envelopes for f in e.footprint),
        exchanges=cited,
        ledger=ledger,
        files=tuple((name, folder.digest(name)) for name in _inputs(folder, head)),
    )


def _inputs(folder: RunFolder, head: Head) -> Iterator[str]:
    for name in ("target.json", "profile.json", OVERLAY, *(evidence_name(*pair) for pair in head.plan)):
        if (folder.path / name).is_file():
            yield name


def _scope(target: Target) -> ScopeInfo:
    rules = target.scope
    window = f"{rules.window.start} – {rules.window.end}" if rules.window else ""
    return ScopeInfo(
        rules.authorised_by,
        rules.document,
        rules.contact,
        rules.hosts,
        window,
        rules.requests_per_second,
        rules.max_requests,
        tuple(sorted(rules.dangers)),
    )


def _domains(items: tuple[Item, ...]) -> tuple[DomainSummary, ...]:
    found = []
    for domain in dict.fromkeys(item.domain for item in items):
        here = tuple(item for item in items if item.domain == domain)
        found.append(
            DomainSummary(
                domain,
                registry.domain_title(domain),
                worst(i.verdict for i in here),
                count(i.verdict for i in here),
            )
        )
    return tuple(found)
