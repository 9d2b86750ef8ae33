"""Troubles that the statement itself shows: who said it, when, and about which bytes."""

from collections.abc import Iterator
from datetime import date, timedelta

from harness.attest.people import same
from harness.attest.trouble import Pair, Trouble, day, review
from harness.attestation import Attestation
from harness.model import Text, Verdict
from harness.requirement import Slot


def of_people(said: Attestation, as_of: date) -> Iterator[Trouble]:
    """Who said it, and when."""
    if same(said.author.name, said.approver.name):
        yield review(
            "author and approver are the same person ({name}); another one must approve",
            "ผู้จัดทำและผู้เห็นชอบเป็นบุคคลเดียวกัน ({name}) ต้องให้บุคคลอื่นเป็นผู้เห็นชอบ",
            name=said.author.name,
        )
    written, approved, ends = day(said.author.on), day(said.approver.on), day(said.expires)
    if written > as_of:
        yield review("the statement is dated {on}, in the future", "คำรับรองลงวันที่ {on} ซึ่งยังมาไม่ถึง", on=written)
    if approved > as_of:
        yield review(
            "the approval is dated {on}, in the future", "การเห็นชอบลงวันที่ {on} ซึ่งยังมาไม่ถึง", on=approved
        )
    if approved < written:
        yield review(
            "approved on {on}, before it was written on {day}",
            "เห็นชอบเมื่อวันที่ {on} ก่อนวันที่จัดทำ คือ {day}",
            on=approved,
            day=written,
        )
    if ends < as_of:
        yield review("the statement expired on {on}", "คำรับรองสิ้นอายุเมื่อวันที่ {on}", on=ends)


def of_documents(slot: Slot | None, pairs: list[Pair], as_of: date) -> Iterator[Trouble]:
    """Whether each document is the one that was cited, and its dates hold."""
    for document, found in pairs:
        issued, name = day(document.issued), document.file
        if found.digest != document.sha256:
            words = Text(
                "{name} is not the document that was attested: its SHA-256 begins {found}, not {cited}",
                "{name} ไม่ใช่เอกสารฉบับที่รับรอง: ค่า SHA-256 ขึ้นต้นด้วย {found} ไม่ใช่ {cited}",
            )
            short: dict[str, object] = {"found": found.digest[:12], "cited": document.sha256[:12]}
            yield Verdict.INCONCLUSIVE, words.of(short | {"name": name})
        if issued > as_of:
            yield review(
                "{name} is issued on {on}, in the future",
                "{name} ลงวันที่ {on} ซึ่งยังมาไม่ถึง",
                name=name,
                on=issued,
            )
        if document.expires and day(document.expires) < as_of:
            yield review(
                "{name} expired on {on}", "{name} สิ้นอายุเมื่อวันที่ {on}", name=name, on=day(document.expires)
            )
        most = slot.max_age_days if slot else None
        if most is not None and issued + timedelta(most) < as_of:
            yield review(
                "{name} was issued on {on}, {age} days ago; at most {most} are accepted",
                "{name} ออกเมื่อวันที่ {on} ซึ่งผ่านมาแล้ว {age} วัน เกินกว่า {most} วันที่ยอมรับ",
                name=name,
                on=issued,
                age=(as_of - issued).days,
                most=most,
            )
