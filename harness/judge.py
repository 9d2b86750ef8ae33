"""Judging: stored evidence × locked profile × clock → the record. Pure; touches no network and no wall clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec import DecodeError
from msgspec.structs import replace

from harness.evidence import MEANING, Cause, Envelope, Evidence, Exchange, Missing
from harness.model import Fault, Judgement, Text, Verdict
from harness.profile import Locked
from harness.record import Item, Result
from harness.registry import CheckSpec
from harness.rollup import worst

#: (envelope, path in the run folder, SHA-256), or None when the evidence was not collected.
Stored = tuple[Envelope, str, str] | None
Find = Callable[[str, str], Stored]
_INTERRUPTED = Missing(
    Cause.INTERRUPTED,
    Text("the run was interrupted before this was collected", "การทดสอบถูกขัดจังหวะก่อนเก็บหลักฐานส่วนนี้"),
)


@dataclass(frozen=True)
class Case:
    """All that judging depends on.

    `kinds` maps an evidence type's name to the subject kind its probe is run for; `subjects` lists the
    subject ids of each kind; `find(evidence type name, subject id)` reads stored evidence; `clock` is ISO 8601.
    """

    locked: Locked
    checks: dict[str, CheckSpec]
    subjects: dict[str, tuple[str, ...]]
    kinds: dict[str, str]
    find: Find
    clock: str


@dataclass(frozen=True)
class Exhibit:
    """Evidence about one subject, read once for all checks on it; `instead` is the judgement when there is none to judge."""

    subject: str
    stored: Stored
    evidence: Evidence | None
    instead: Judgement | None
    exchanges: dict[str, Exchange]


def judge(case: Case) -> tuple[tuple[Item, ...], dict[str, Exchange]]:
    """Judge every selected check on every subject of its kind: the items, and the exchanges they cite.

    Every selected check gets exactly one result per subject, and one "not applicable" where there is none.
    """
    cited: dict[str, Exchange] = {}
    together: dict[str, list[CheckSpec]] = {}
    for id in case.locked.checks:
        together.setdefault(case.checks[id].evidence.__name__, []).append(case.checks[id])
    results: dict[str, list[Result]] = {id: [] for id in case.locked.checks}
    for kind, specs in together.items():
        for subject in case.subjects.get(case.kinds.get(kind, ""), ()):
            exhibit = _exhibit(case, specs[0].evidence, subject)
            for spec in specs:
                results[spec.id].append(_one(case, spec, exhibit, cited))
    return tuple(_item(case, case.checks[id], found) for id, found in results.items()), cited


def _exhibit(case: Case, kind: type[Evidence], subject: str) -> Exhibit:
    stored = case.find(kind.__name__, subject)
    if stored is None:
        return Exhibit(subject, None, None, _absent(_INTERRUPTED), {})
    days = case.locked.evidence_days
    if _stale(stored[0], case.clock, days):
        return Exhibit(subject, stored, None, _old(stored[0], days), {})
    evidence = _open(stored[0], kind)
    if isinstance(evidence, Missing):
        return Exhibit(subject, stored, None, _absent(evidence), {})
    return Exhibit(subject, stored, evidence, None, {x.id: x for x in _exchanges(evidence)})


def _open(envelope: Envelope, kind: type[Evidence]) -> Evidence | Missing:
    try:
        return envelope.open(kind)
    except DecodeError as wrong:
        reason = Text(f"this version cannot read the evidence: {wrong}", f"รุ่นนี้อ่านหลักฐานไม่ได้: {wrong}")
        return Missing(Cause.CRASH, reason)


def _one(case: Case, spec: CheckSpec, exhibit: Exhibit, cited: dict[str, Exchange]) -> Result:
    judgement = exhibit.instead
    if exhibit.evidence is not None:
        judgement = judge_one(spec, exhibit.evidence, case.locked.checks[spec.id].settings)
        judgement = _read_to_the_end(spec, judgement, exhibit.exchanges)
    assert judgement is not None
    wanted = (*judgement.exchanges, judgement.control or "")
    cited.update({id: exhibit.exchanges[id] for id in wanted if id in exhibit.exchanges})
    return _result(spec, exhibit.subject, judgement, exhibit.stored)


def _read_to_the_end(spec: CheckSpec, judgement: Judgement, exchanges: dict[str, Exchange]) -> Judgement:
    """Nothing is absent from a page that was not read to its end. Raw exchanges say themselves how they ended."""
    if not (spec.absence and judgement.verdict is Verdict.PASS):
        return judgement
    cut = [id for id in judgement.exchanges if id in exchanges and not exchanges[id].complete]
    cut = [id for id in cut if exchanges[id].method != "RAW"]
    if not cut:
        return judgement
    reason = Text(
        f"nothing was found, but {len(cut)} answer(s) were not read to their end",
        f"ไม่พบสิ่งผิดปกติ แต่มี {len(cut)} คำตอบที่ไม่ได้อ่านจนจบ",
    )
    return replace(
        judgement, verdict=Verdict.INCONCLUSIVE, reason=reason, exchanges=tuple(cut), fault=Fault.TARGET
    )


def judge_one(spec: CheckSpec, evidence: Evidence, settings: dict[str, Any]) -> Judgement:
    """One check on one piece of evidence; a rule that breaks gives an error, a pass on nothing is refused."""
    return _sound(spec, _ask(spec, evidence, settings))


def _ask(spec: CheckSpec, evidence: Evidence, settings: dict[str, Any]) -> Judgement:
    try:
        return spec.rule(evidence, **settings)
    except Exception as bug:  # noqa: BLE001 — a rule that breaks is an error result, never a gap
        words = f"{type(bug).__name__}: {bug}"
        reason = Text(f"the check itself broke: {words}", f"ตัวตรวจเกิดข้อผิดพลาด: {words}")
        return Judgement(Verdict.ERROR, reason, 0, fault=Fault.HARNESS)


def _sound(spec: CheckSpec, judgement: Judgement) -> Judgement:
    """Refuse a pass that rests on nothing: no assertion, or an absence without its positive control."""
    if judgement.verdict is not Verdict.PASS:
        return judgement
    if judgement.assertions < 1:
        reason = Text("the check passed without evaluating anything", "ตัวตรวจให้ผ่านโดยไม่ได้ประเมินสิ่งใด")
        return replace(judgement, verdict=Verdict.ERROR, reason=reason, fault=Fault.HARNESS)
    if spec.absence and not judgement.control:
        reason = Text(
            "nothing was found, but no positive control shows that it would have been",
            "ไม่พบสิ่งผิดปกติ แต่ไม่มีการควบคุมเชิงบวกยืนยันว่าหากมีจะตรวจพบ",
        )
        return replace(judgement, verdict=Verdict.INCONCLUSIVE, reason=reason, fault=Fault.HARNESS)
    return judgement


def _absent(gone: Missing) -> Judgement:
    verdict, fault = MEANING[gone.cause]
    return Judgement(verdict, gone.reason, 0, fault=fault)


def _nothing(spec: CheckSpec) -> Result:
    reason = Text(
        "rule: applies where the target declares such a component; fact: it declares none",
        "เงื่อนไข: ใช้เมื่อเป้าหมายระบุองค์ประกอบชนิดนี้; ข้อเท็จจริง: ไม่ได้ระบุไว้",
    )
    return _result(spec, "target", Judgement(Verdict.NOT_APPLICABLE, reason), None)


def _stale(envelope: Envelope, clock: str, days: int) -> bool:
    return datetime.fromisoformat(clock) - datetime.fromisoformat(envelope.collected_at) > timedelta(
        days=days
    )


def _old(envelope: Envelope, days: int) -> Judgement:
    values: dict[str, object] = {"at": envelope.collected_at, "days": days}
    reason = Text(
        "the evidence is of {at}, older than {days} days; collect it again",
        "หลักฐานเก็บเมื่อ {at} เก่ากว่า {days} วัน ต้องเก็บใหม่",
    )
    return Judgement(Verdict.INCONCLUSIVE, reason.of(values), 0, fault=Fault.CONFIGURATION)


def _exchanges(evidence: object) -> list[Exchange]:
    """Every exchange anywhere inside a piece of evidence."""
    if isinstance(evidence, Exchange):
        return [evidence]
    if isinstance(evidence, tuple | list):
        return [x for part in evidence for x in _exchanges(part)]
    if isinstance(evidence, dict):
        return [x for part in evidence.values() for x in _exchanges(part)]
    fields = getattr(evidence, "__struct_fields__", ())
    return [x for name in fields for x in _exchanges(getattr(evidence, name))]


def _result(spec: CheckSpec, subject: str, judgement: Judgement, stored: Stored) -> Result:
    return Result(
        check=spec.id,
        subject=subject,
        verdict=judgement.verdict,
        reason=judgement.reason,
        assertions=judgement.assertions,
        evidence=stored and stored[1],
        digest=stored and stored[2],
        exchanges=judgement.exchanges,
        control=judgement.control,
        facts=judgement.facts,
        fault=judgement.fault,
    )


def _item(case: Case, spec: CheckSpec, found: list[Result]) -> Item:
    use = case.locked.checks[spec.id]
    results = found or [_nothing(spec)]
    return Item(
        id=spec.id,
        version=spec.version,
        domain=spec.domain,
        title=spec.title,
        why=spec.why,
        remedy=spec.remedy,
        example=spec.example,
        severity=spec.severity,
        obligation=use.obligation,
        verifies=spec.verifies,
        settings={name: str(value) for name, value in use.settings.items()},
        verdict=worst(result.verdict for result in results),
        results=tuple(results),
    )
