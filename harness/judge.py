"""Judging: stored evidence × locked profile × clock → the record. Pure; touches no network and no wall clock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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


def judge(case: Case) -> tuple[tuple[Item, ...], dict[str, Exchange]]:
    """Judge every selected check on every subject of its kind: the items, and the exchanges they cite.

    Every selected check gets exactly one result per subject, and one "not applicable" where there is none.
    """
    items = []
    cited: dict[str, Exchange] = {}
    for id in case.locked.checks:
        spec = case.checks[id]
        here = case.subjects.get(case.kinds.get(spec.evidence.__name__, ""), ())
        results = [_one(case, spec, subject, cited) for subject in here] or [_nothing(spec)]
        items.append(_item(spec, case.locked, results))
    return tuple(items), cited


def _one(case: Case, spec: CheckSpec, subject: str, cited: dict[str, Exchange]) -> Result:
    stored = case.find(spec.evidence.__name__, subject)
    if stored is None:
        return _result(spec, subject, _absent(_INTERRUPTED), None)
    days = case.locked.evidence_days
    if _stale(stored[0], case.clock, days):
        return _result(spec, subject, _old(stored[0], days), stored)
    evidence = stored[0].open(spec.evidence)
    if isinstance(evidence, Missing):
        return _result(spec, subject, _absent(evidence), stored)
    judgement = judge_one(spec, evidence, case.locked.checks[spec.id].settings)
    by_id = {x.id: x for x in _exchanges(evidence)}
    cited.update({id: by_id[id] for id in (*judgement.exchanges, judgement.control or "") if id in by_id})
    return _result(spec, subject, judgement, stored)


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


def _item(spec: CheckSpec, locked: Locked, results: list[Result]) -> Item:
    use = locked.checks[spec.id]
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


def count(items: tuple[Item, ...]) -> dict[Verdict, int]:
    """How many items have each verdict, worst first, without those that none has."""
    counted = Counter(item.verdict for item in items)
    return {verdict: counted[verdict] for verdict in Verdict if counted[verdict]}
