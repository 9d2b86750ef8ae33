"""The words of what was seen in a document."""

from collections.abc import Iterable

from harness.attestation import Document, Inspection
from harness.model import Text

#: What was found, by what could be told.
_PLACE = {
    True: Text("the cited place is there", "พบตำแหน่งที่อ้างอิง"),
    False: Text("the cited place is not there", "ไม่พบตำแหน่งที่อ้างอิง"),
    None: Text("the cited place could not be looked up", "ตรวจตำแหน่งที่อ้างอิงไม่ได้"),
}
_DATED = {
    True: Text("its date of issue is there", "พบวันที่ออกเอกสาร"),
    False: Text("its date of issue is not there", "ไม่พบวันที่ออกเอกสาร"),
    None: Text("its date of issue could not be looked up", "ตรวจวันที่ออกเอกสารไม่ได้"),
}


def joined(texts: Iterable[Text]) -> Text:
    """One sentence of many."""
    texts = tuple(texts)
    return Text("; ".join(text.en for text in texts), "; ".join(text.th for text in texts))


def where(document: Document) -> Text:
    """The cited place: pages, heading, or both."""
    pages, section = document.pages, document.section
    heading = [Text(f"“{section}”", f"หัวข้อ “{section}”")] if section else []
    sheet = [Text(f"p. {pages}", f"หน้า {pages}")] if pages else []
    both = [*sheet, *heading]
    return Text(", ".join(text.en for text in both), " ".join(text.th for text in both))


def seen(document: Document, found: Inspection) -> Text:
    """What was read in a document, or why nothing was."""
    if found.digest != document.sha256:
        return Text("altered since it was attested", "ถูกแก้ไขหลังการรับรอง")
    facts = [_pages(found)] if found.pages is not None else []
    facts += [_PLACE[found.place], _DATED[found.dated]]
    facts += [_words(found)] if found.words else []
    facts += [found.trouble] if found.trouble else []
    return joined(facts)


def _pages(found: Inspection) -> Text:
    return Text(f"{found.pages} page{'' if found.pages == 1 else 's'}", f"{found.pages} หน้า")


def _words(found: Inspection) -> Text:
    there, all_ = found.words.count(True), len(found.words)
    return Text(f"{there} of {all_} expected groups of words found", f"พบคำที่คาดไว้ {there} จาก {all_} กลุ่ม")
