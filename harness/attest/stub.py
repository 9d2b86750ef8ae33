"""The stub of an attestation: what the requirement is, what it expects, every value still to be filled in."""

from harness.attest.load import MARK
from harness.requirement import Impact, Requirement

_HEAD = """\
# Attestation for {id}
#   {title_th}
#   {title_en}
#
# เอกสารที่คาดไว้ / What is expected:
#   {what_th}
#   {what_en}
{extra}#
# แทนที่ทุกค่าที่ขึ้นต้นด้วย {mark} แล้วตรวจด้วย / Replace every value that begins with {mark}, then check with:
#   moph-harness attest verify {folder}
# วันที่: ปี-เดือน-วัน เป็น ค.ศ. หรือ พ.ศ. ก็ได้ / Dates: 2026-05-31 or 2569-05-31

requirement: {id}
outcome: "{mark}: met or not_met"           # met = เป็นไปตามข้อกำหนด, not_met = ยังไม่เป็นไปตามข้อกำหนด
statement: "{mark}: what is met, and how"   # ข้อความรับรอง: ทำอะไร อย่างไร
expires: "{mark}: date"                     # วันสิ้นอายุของคำรับรองนี้ / the last day on which this statement counts

documents:
  - file: "{mark}: policy.pdf"              # PDF หรือ DOCX ในโฟลเดอร์นี้ / PDF or DOCX, inside this folder
    sha256: "{mark}: digest"                # ผลของคำสั่ง / printed by: sha256sum policy.pdf
    number: "{mark}: number"                # เลขที่เอกสาร
    version: "{mark}: version"              # ฉบับที่
    signatory: "{mark}: name and position"  # ผู้ลงนาม
    issued: "{mark}: date"                  # วันที่ออกเอกสาร ซึ่งต้องปรากฏในเอกสาร / must stand in the document
    section: "{mark}: heading"              # หัวข้อตามที่ปรากฏในเอกสาร / the heading as it stands in the document
    # pages: 3-5                            # เลขหน้า เฉพาะ PDF / with a section, or instead of it; PDF only
    # expires: 2027-05-31                   # วันสิ้นอายุของเอกสาร ถ้ามี / if the document itself ends

author:                                     # ผู้จัดทำคำรับรอง
  name: "{mark}: name"
  position: "{mark}: position"
  on: "{mark}: date"
approver:                                   # ผู้เห็นชอบ ต้องเป็นบุคคลอื่น / another person than the author
  name: "{mark}: name"
  position: "{mark}: position"
  on: "{mark}: date"
# examined:                                 # ผู้อ่านเอกสารที่เครื่องอ่านไม่ได้ เช่น เอกสารสแกน ต้องไม่ใช่ผู้จัดทำ
#   name: Name                              # who read what no machine can, such as a scan; not the author
#   position: Position
#   on: 2026-05-31
"""


def text(id: str, row: Requirement, figures: dict[str, Impact], folder: str) -> str:
    """The stub as YAML. The row has an evidence slot; `figures` are the answers that a score asks for here."""
    assert row.evidence is not None
    head = _HEAD.format(
        id=id,
        mark=MARK,
        folder=_line(folder),
        title_th=_line(row.title.th),
        title_en=_line(row.title.en),
        what_th=_line(row.evidence.what.th),
        what_en=_line(row.evidence.what.en),
        extra="".join(f"#   {_line(words)}\n" for words in _extra(row)),
    )
    return head + _figures(figures)


def _extra(row: Requirement) -> list[str]:
    assert row.evidence is not None
    found = [
        "ต้องพบคำใดคำหนึ่ง / one of these words must stand there: " + ", ".join(group)
        for group in row.evidence.words
    ]
    days = row.evidence.max_age_days
    return [*found, f"ออกมาแล้วไม่เกิน {days} วัน / issued at most {days} days ago"] if days else found


def _figures(figures: dict[str, Impact]) -> str:
    if not figures:
        return ""
    lines = [
        "",
        "figures:                                    # ตัวเลขที่ใช้คำนวณคะแนน / answers that a score asks for",
    ]
    for name, impact in figures.items():
        lines += [f"  # {_line(impact.title.th)} / {_line(impact.title.en)}"]
        lines += [f'  {name}: "{MARK}: one of {", ".join(impact.levels)}"']
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """One line of a comment, whatever the text holds."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
