"""Requirements judged: from items, attestations and the platform's own word to one verdict a clause. Pure."""

from collections.abc import Iterator
from datetime import date

from harness.attest.assess import assess
from harness.attestation import Handed
from harness.ledger import Attested, Clause, Planned
from harness.model import Text, Verdict
from harness.profile import Chosen, Locked
from harness.record import Item
from harness.requirement import Requirement
from harness.rollup import UNDECIDED, worst
from harness.settings import words

#: Verdict and reason of a clause that is settled before its checks are asked.
Settled = tuple[Verdict, Text] | None


def judged(
    locked: Locked, items: dict[str, Item], facts: dict[str, str], handed: dict[str, Handed], as_of: date
) -> tuple[Clause, ...]:
    """Every selected requirement with its verdict, in the order of the profile."""
    found = []
    for id, chosen in locked.requirements.items():
        settled = _settled(locked, chosen, items, facts)
        needed = chosen.row.evidence is not None and not settled
        attested = assess(chosen.row.evidence, handed.get(id), as_of) if needed or id in handed else None
        mine = [items[check] for check in chosen.row.checks if check in items]
        found.append(_clause(id, chosen, settled, mine, attested))
    return tuple(found)


def _clause(id: str, chosen: Chosen, settled: Settled, mine: list[Item], attested: Attested | None) -> Clause:
    row = chosen.row
    verdict, reason = settled or _verdict(row, mine, attested)
    left = _standing(row, mine, attested) if not settled else None
    return Clause(
        id=id,
        standard=chosen.standard,
        title=row.title,
        obligation=chosen.obligation,
        methods=row.methods,
        part=row.part,
        sources=row.sources,
        confidence=row.confidence,
        verdict=verdict,
        reason=reason,
        checks=tuple(item.id for item in mine),
        planned=tuple(Planned(name, what) for name, what in row.planned.items()),
        limits=tuple(f"{place}: {words(limit)}" for place, limit in row.limits.items()),
        expects=row.evidence.what if row.evidence else None,
        attested=attested,
        rests_on=tuple(row.applies),
        not_tested=row.not_tested,
        note=row.note,
        waived=left is not None,
        standing=left,
    )


def _beside(row: Requirement, mine: list[Item], attested: Attested | None) -> Iterator[Verdict]:
    """What counts beside the checks: the attestation, checks that do not exist, checks left out of the profile."""
    if row.evidence is not None and attested is not None:
        yield attested.verdict
    if row.planned or _missing(row, mine):
        yield Verdict.NOT_COVERED


def _missing(row: Requirement, mine: list[Item]) -> list[str]:
    """Checks that the profile leaves out."""
    return [check for check in row.checks if check not in {item.id for item in mine}]


def _verdict(row: Requirement, mine: list[Item], attested: Attested | None) -> tuple[Verdict, Text]:
    if row.derived is not None and not (row.checks or row.evidence or row.planned):
        return Verdict.INFO, row.derived
    verdict = worst([*map(_told, mine), *_beside(row, mine, attested)])
    return verdict, _reason(verdict, row, mine, attested)


def _told(item: Item) -> Verdict:
    """A check with nothing to look at leaves a clause that applies open: leaving something out of the target file
    must not make a requirement go away."""
    return Verdict.NOT_RUN if _idle(item) else item.verdict


def _idle(item: Item) -> bool:
    """Whether a check does not apply without any evidence having been looked at: the target named no subject for it."""
    return all(r.verdict is Verdict.NOT_APPLICABLE and r.evidence is None for r in item.results)


def _standing(row: Requirement, mine: list[Item], attested: Attested | None) -> Verdict | None:
    if all(item.standing is None for item in mine):
        return None
    return worst([*(item.standing or _told(item) for item in mine), *_beside(row, mine, attested)])


def _reason(verdict: Verdict, row: Requirement, mine: list[Item], attested: Attested | None) -> Text:
    """The parts that give the verdict, named."""
    if attested is not None and attested.verdict is verdict and not any(_told(i) is verdict for i in mine):
        return attested.reason
    if verdict is Verdict.NOT_COVERED:
        return _uncovered(row, mine)
    return _named(verdict, mine)


def _named(verdict: Verdict, mine: list[Item]) -> Text:
    """A reason that names the checks behind a verdict."""
    idle = ", ".join(item.id for item in mine if _idle(item))
    if verdict is Verdict.NOT_RUN and idle:
        return Text(
            "not tested: the target file names nothing for {idle} to look at",
            "ไม่ได้ทดสอบ: ไฟล์เป้าหมายไม่ได้ระบุสิ่งที่ {idle} ต้องตรวจ",
        ).of({"idle": idle})
    values: dict[str, object] = {"names": ", ".join(i.id for i in mine if _told(i) is verdict)}
    if verdict is Verdict.FAIL:
        return Text("not met: {names}", "ไม่ผ่าน: {names}").of(values)
    if verdict in UNDECIDED:
        return Text("not decided: {names}", "ยังตัดสินไม่ได้: {names}").of(values)
    if verdict is Verdict.PASS:
        return Text("holds, by {names}", "เป็นไปตามข้อกำหนด ตามผลของ {names}").of(values)
    return Text("does not speak of this platform: {names}", "ไม่เกี่ยวข้องกับแพลตฟอร์มนี้: {names}").of(values)


def _uncovered(row: Requirement, mine: list[Item]) -> Text:
    absent = ", ".join([*row.planned, *_missing(row, mine)])
    if absent:
        return Text(
            "nobody has looked at all of it: {names} not available in this run",
            "ยังไม่ได้ตรวจครบถ้วน: ไม่มี {names} ในการทดสอบนี้",
        ).of({"names": absent})
    return row.not_tested or Text("nobody looked", "ไม่มีการตรวจ")


def _settled(locked: Locked, chosen: Chosen, items: dict[str, Item], facts: dict[str, str]) -> Settled:
    if chosen.overruled is not None:
        conflict = locked.conflicts[chosen.overruled]
        taken = conflict.sides[locked.decides[chosen.overruled]].says
        reason = Text(
            f"rule: a side of conflict {chosen.overruled}; fact: the profile takes the other: {taken.en}",
            f"เงื่อนไข: เป็นฝ่ายหนึ่งของข้อขัดแย้ง {chosen.overruled}; ข้อเท็จจริง: โปรไฟล์เลือกอีกฝ่าย: {taken.th}",
        )
        return Verdict.NOT_APPLICABLE, reason
    for fact, values in chosen.row.applies.items():
        value = facts.get(fact)
        if value is not None and value not in values:
            return _denied(locked, fact, values, value, items)
    return None


def _denied(
    locked: Locked, fact: str, values: tuple[str, ...], value: str, items: dict[str, Item]
) -> tuple[Verdict, Text]:
    """The platform's word excludes the row; where a check looked whether it is true, that check has the last word."""
    about = locked.facts[fact]
    said: dict[str, object] = {
        "en": about.title.en,
        "th": about.title.th,
        "wanted": ", ".join(values),
        "value": value,
    }
    probe = items.get(about.probed_by or "")
    if probe is not None and probe.verdict in (Verdict.FAIL, *UNDECIDED):
        words_ = Text(
            "the platform says: {en}: {value}; {probe} ({verdict}) does not bear this out",
            "แพลตฟอร์มแจ้งว่า {th}: {value} แต่ผลของ {probe} ({verdict}) ไม่ยืนยัน",
        )
        return Verdict.INCONCLUSIVE, words_.of(said | {"probe": probe.id, "verdict": probe.verdict})
    words_ = Text(
        "rule: applies where “{en}” is {wanted}; fact: the platform says {value}",
        "เงื่อนไข: ใช้เมื่อ “{th}” เป็น {wanted}; ข้อเท็จจริง: แพลตฟอร์มแจ้งว่า {value}",
    )
    return Verdict.NOT_APPLICABLE, words_.of(said)
