"""A bulk export that is said not to be there (FACT-02)."""

from msgspec.structs import replace

from harness.model import Fault, Judgement, Text, failed, inconclusive, needs_review, passed
from harness.registry import Thai, check

from .evidence import Denials, Search, Trial
from .served import every, exported, named, odd, served, started
from .signatures import CAPABILITIES
from .telling import control_of, ids, not_denied, open_question, refused, seen


@check(
    "FACT-02",
    title="A platform that says it offers no bulk export has none where one would be",
    severity="high",
    verifies=("HL7 Bulk Data Access 2.0", "HL7 FHIR R4 §3.1.0 (capabilities)"),
    remedy="State `bulk_export: yes` in the target file, so that the requirements for bulk export are assessed; or switch "
    "the export operations off in the FHIR server and refuse `$export` before it.",
    example="""
    # target file
    facts:
      bulk_export: "yes"
    # nginx, before a FHIR server that shall not export
    location ~ /(\\$|%24)export { return 404; }
    """,
    absence=True,
    thai=Thai(
        title="แพลตฟอร์มที่แจ้งว่าไม่มีการส่งออกข้อมูลจำนวนมาก (bulk export) ไม่มีอยู่จริงในตำแหน่งที่ควรพบ",
        why="การส่งออกข้อมูลจำนวนมากทำให้นำข้อมูลของผู้ป่วยทุกคนออกไปได้ด้วยคำขอเดียว หากมีอยู่ทั้งที่แจ้งว่าไม่มี ข้อกำหนดที่คุ้มครองการส่งออกจะไม่ถูก"
        "ประเมิน และข้อมูลทั้งหมดอาจรั่วไหลโดยไม่มีผู้ใดเฝ้าระวัง",
        remedy="ระบุ `bulk_export: yes` ในไฟล์เป้าหมายเพื่อให้ประเมินข้อกำหนดของการส่งออกข้อมูลจำนวนมาก หรือปิดการทำงานส่วนนี้ในเซิร์ฟเวอร์ FHIR "
        "และปฏิเสธ `$export` ก่อนถึงเซิร์ฟเวอร์",
    ),
)
def no_bulk_export(found: Denials) -> Judgement:
    """Check that no `$export` is served, when the target file says there is none.

    One request takes every patient's records away; an export that is there although it is denied is guarded by
    nothing that was assessed. It is known by being named in a capability statement or SMART configuration, by
    taking a job on, or by refusing what a made-up operation beside it is not refused for.
    """
    if stop := not_denied(found, "bulk_export"):
        return stop
    shown = [*named(found.fhir), *served(found.export)]
    if shown:
        return _revealed(found, shown)
    if stop := _accepts_anything(found.export):
        return stop
    readable = any(CAPABILITIES in t.marks and t.last.complete for t in every(found.fhir))
    if stop := open_question(found, [found.fhir, found.export], locked=not readable):
        return stop
    assert found.export is not None
    closed = [t for t in (*every(found.fhir), *found.export.trials) if refused(t)]
    strange = [t for t in found.export.trials if odd(t, found.export)]
    if closed or strange:
        return _doubtful([*closed, *strange])
    asked = [*every(found.fhir), *found.export.trials]
    return replace(
        passed(
            "{count} places asked where an export would be named or served, none is; a made-up operation answered {random}",
            "ทดลอง {count} ตำแหน่งที่ควรพบการส่งออกข้อมูล ไม่พบเลย และคำสั่งที่สมมติขึ้นได้รับคำตอบ {random}",
            count=len(asked),
            random=", ".join(seen(b.last) for b in found.export.baselines),
        ),
        assertions=len(asked),
        control=control_of(found),
        exchanges=ids([*asked, *found.export.baselines]),
        facts=tuple((trial.name, seen(trial.last)) for trial in found.export.trials),
    )


def _revealed(found: Denials, shown: list[tuple[Trial, Text]]) -> Judgement:
    judgement = failed(
        "a bulk export shows: {what}",
        "พบการส่งออกข้อมูลจำนวนมาก: {what_th}",
        what="; ".join(f"{trial.name} {how.en}" for trial, how in shown[:5]),
        what_th="; ".join(f"{trial.name} {how.th}" for trial, how in shown[:5]),
    )
    jobs = found.cancelling
    ended = (
        f"{jobs[-1].method} answered {seen(jobs[-1])}"
        if jobs
        else "not cancelled: its address is not on this host"
    )
    begun = any(started(trial) for trial, _ in shown)
    return replace(
        judgement,
        exchanges=(*ids(trial for trial, _ in shown), *(job.id for job in jobs if job.id)),
        assertions=len(shown),
        facts=(("export job", ended),) if begun else (),
    )


def _accepts_anything(search: Search | None) -> Judgement | None:
    """A platform that takes a made-up operation for an export hides whether it knows the real one."""
    taken = [trial for trial in (search.baselines if search else ()) if exported(trial)]
    if not taken:
        return None
    judgement = inconclusive(
        "even a made-up operation is accepted like an export: {name} {status}",
        "แม้คำสั่งที่สมมติขึ้นก็ได้รับการตอบรับเหมือนการส่งออกข้อมูล: {name} {status}",
        name=taken[0].name,
        status=taken[0].last.status,
    )
    return replace(judgement, exchanges=ids(taken), fault=Fault.TARGET)


def _doubtful(trials: list[Trial]) -> Judgement:
    judgement = needs_review(
        "no export is named, but these answers must be read by a person: {what}",
        "ไม่พบการระบุถึงการส่งออกข้อมูล แต่คำตอบต่อไปนี้ต้องให้ผู้เชี่ยวชาญพิจารณา: {what}",
        what="; ".join(f"{trial.name} {seen(trial.last)}" for trial in trials[:5]),
    )
    return replace(judgement, exchanges=ids(trials))
