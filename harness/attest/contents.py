"""Troubles that lie in the documents: what was cited does not stand there, or no machine can tell."""

from collections.abc import Iterator
from datetime import date

from harness.attest.people import same
from harness.attest.trouble import Pair, Trouble, day, review, spoken
from harness.attest.wording import joined, where
from harness.attestation import Attestation, Document, Inspection
from harness.model import Text
from harness.requirement import Slot


def of_contents(slot: Slot | None, said: Attestation, pairs: list[Pair], as_of: date) -> Iterator[Trouble]:
    """Whether what is cited stands in the documents. Of an altered one nothing is asked."""
    same_bytes = [pair for pair in pairs if pair[1].digest == pair[0].sha256]
    for document, found in same_bytes:
        yield from _not_there(document, found)
    if len(same_bytes) < len(pairs):
        return
    for number, group in enumerate(_groups(slot)):
        if {_told(found, number) for _, found in pairs} == {False}:
            shown = ", ".join(f"“{word}”" for word in group[:4])
            yield review(
                "none of the expected words stands there: {words}", "ไม่พบคำที่คาดไว้: {words}", words=shown
            )
    why = unread(slot, pairs)
    if why and not _vouched(said, pairs, as_of):
        yield review(
            "{why}; name under `examined` who has read it, someone other than the author",
            "{why} โปรดระบุใน `examined` ว่าผู้ใดเป็นผู้อ่าน ซึ่งต้องไม่ใช่ผู้จัดทำ",
            why=joined(why),
        )


def unread(slot: Slot | None, pairs: list[Pair]) -> list[Text]:
    """What no machine could tell, document by document. A group of words found in one document is not asked of others."""
    asked = [n for n in range(len(_groups(slot))) if not any(_told(found, n) for _, found in pairs)]
    return [
        _because(document, found)
        for document, found in pairs
        if found.place is None or found.dated is None or any(_told(found, n) is None for n in asked)
    ]


def _groups(slot: Slot | None) -> tuple[tuple[str, ...], ...]:
    return slot.words if slot else ()


def _told(found: Inspection, number: int) -> bool | None:
    """Whether a word of the group stands there; None also where nobody looked, as after a change of the catalogue."""
    return found.words[number] if number < len(found.words) else None


def _not_there(document: Document, found: Inspection) -> Iterator[Trouble]:
    if found.place is False:
        place, name = where(document), document.file
        yield review("{place} is not in {name}", "ไม่พบ{place} ใน {name}", place=place, name=name)
    if found.dated is False:
        yield review(
            "the date of issue, {on}, does not stand in {name}",
            "ไม่พบวันที่ออกเอกสาร คือ {on} ใน {name}",
            on=day(document.issued),
            name=document.file,
        )


def _because(document: Document, found: Inspection) -> Text:
    why = found.trouble or Text("not looked at for the words expected now", "ยังไม่ได้ตรวจหาคำที่คาดไว้ในขณะนี้")
    return spoken("{name}: {why}", "{name}: {why}", name=document.file, why=why)


def _vouched(said: Attestation, pairs: list[Pair], as_of: date) -> bool:
    """Whether another person than the author read the documents, after they were issued."""
    by = said.examined
    if by is None or same(by.name, said.author.name):
        return False
    return max(day(document.issued) for document, _ in pairs) <= day(by.on) <= as_of
