"""What an attestation shows on a day. Pure: the statement, what was found in its documents, and the day."""

from datetime import date, timedelta

from harness.attest.contents import of_contents, unread
from harness.attest.formal import of_documents, of_people
from harness.attest.trouble import day, spoken
from harness.attest.wording import joined, seen, where
from harness.attestation import Document, Handed, Inspection, Person
from harness.ledger import Attested, DocumentSeen
from harness.model import Text, Verdict
from harness.requirement import Slot
from harness.rollup import worst


def assess(slot: Slot | None, handed: Handed | None, as_of: date) -> Attested:
    """The verdict of one attestation as read on `as_of`: a pass only where nothing at all is in its way."""
    if handed is None:
        return Attested(
            verdict=Verdict.NOT_RUN, reason=Text("no statement was handed in", "ยังไม่มีการยื่นคำรับรอง")
        )
    said = handed.attestation
    pairs = list(zip(said.documents, handed.inspections, strict=True))
    troubles = [
        *of_people(said, as_of),
        *of_documents(slot, pairs, as_of),
        *of_contents(slot, said, pairs, as_of),
    ]
    verdict, reason = _outcome(slot, handed, as_of)
    if troubles:
        verdict, reason = worst(v for v, _ in troubles), joined(text for _, text in troubles)
    return Attested(
        verdict=verdict,
        reason=reason,
        statement=said.statement,
        author=_named(said.author),
        approver=_named(said.approver),
        documents=tuple(_document_seen(*pair) for pair in pairs),
    )


def due_on(slot: Slot | None, handed: Handed | None, as_of: date) -> date | None:
    """The last day on which the statement and all its documents count; None where nothing is handed in.

    A validity of N days ends N days after the day of issue. `as_of` changes nothing: a day that is past stays.
    """
    if handed is None:
        return None
    said = handed.attestation
    ends = [day(said.expires)]
    for document in said.documents:
        ends += [day(document.expires)] if document.expires else []
        ends += [day(document.issued) + timedelta(slot.max_age_days)] if slot and slot.max_age_days else []
    return min(ends)


def _named(person: Person) -> str:
    return f"{person.name}, {person.position}"


def _outcome(slot: Slot | None, handed: Handed, as_of: date) -> tuple[Verdict, Text]:
    """The verdict of a sound attestation, and who stands for it."""
    said = handed.attestation
    who: dict[str, object] = {"author": said.author.name, "approver": said.approver.name}
    who["on"] = day(said.approver.on)
    if said.outcome == "not_met":
        return Verdict.FAIL, spoken(
            "{author} states, and {approver} approved on {on}, that it is not met",
            "{author} รับรอง และ {approver} เห็นชอบเมื่อวันที่ {on} ว่ายังไม่เป็นไปตามข้อกำหนด",
            **who,
        )
    holds = spoken(
        "stated by {author}, approved by {approver} on {on}; counts until {end}",
        "รับรองโดย {author} เห็นชอบโดย {approver} เมื่อวันที่ {on} ใช้ได้ถึงวันที่ {end}",
        **who,
        end=due_on(slot, handed, as_of),
    )
    return Verdict.PASS, joined([holds, *_reader(slot, handed)])


def _reader(slot: Slot | None, handed: Handed) -> list[Text]:
    """Who read what no machine could."""
    said = handed.attestation
    why = unread(slot, list(zip(said.documents, handed.inspections, strict=True)))
    if not why or said.examined is None:
        return []
    words = spoken(
        "read by {name} on {on}, for no machine could ({why})",
        "อ่านโดย {name} เมื่อวันที่ {on} เนื่องจากเครื่องอ่านไม่ได้ ({why})",
        name=said.examined.name,
        on=day(said.examined.on),
        why=joined(why),
    )
    return [words]


def _document_seen(document: Document, found: Inspection) -> DocumentSeen:
    return DocumentSeen(
        name=document.file,
        number=document.number,
        version=document.version,
        place=where(document).en,
        digest=found.digest,
        kept=found.kept,
        signatory=document.signatory,
        issued=day(document.issued).isoformat(),
        expires=day(document.expires).isoformat() if document.expires else "",
        seen=seen(document, found),
    )
