"""Every fixed phrase of the forms, in English and Thai under one key."""

from harness.model import Text

from ..words import Words

PHRASES = {
    "k1": Text("Form ค.1: assessment", "แบบ ค.1 การประเมินตามมาตรฐาน"),
    "k2": Text("Form ค.2: items to improve", "แบบ ค.2 รายการที่ต้องปรับปรุง"),
    "k1_short": Text("Form ค.1", "แบบ ค.1"),
    "k2_short": Text("Form ค.2", "แบบ ค.2"),
    "summary": Text("Summary", "สรุป"),
    "agency": Text("Agency", "หน่วยงาน"),
    "platform": Text("Site or platform assessed", "เว็บไซต์หรือแพลตฟอร์มที่ประเมิน"),
    "addresses": Text("Addresses", "ที่อยู่"),
    "standard": Text("Standard", "มาตรฐาน"),
    "edition": Text("Edition used", "ฉบับที่ใช้"),
    "collected": Text("Evidence collected", "เก็บหลักฐานเมื่อ"),
    "until": Text("{first} to {last}", "{first} ถึง {last}"),
    "as_of": Text("Documents and waivers read as of", "เอกสารและข้อยกเว้น ณ วันที่"),
    "version": Text("{title}, version {version}", "{title} รุ่น {version}"),
    "profile": Text("Profile", "โปรไฟล์การตรวจ"),
    # columns
    "n": Text("No.", "ลำดับ"),
    "id": Text("Row", "รหัสข้อ"),
    "requirement": Text("Requirement", "ข้อกำหนด"),
    "force": Text("Force", "ระดับบังคับ"),
    "result": Text("Result", "ผลการประเมิน"),
    "basis": Text("Basis: checks and documents", "หลักฐานประกอบ: ข้อตรวจและเอกสาร"),
    "remark": Text("Remark", "หมายเหตุ"),
    "found": Text("What was found", "สิ่งที่พบ"),
    "to_do": Text("What to do", "แนวทางปรับปรุง"),
    "who": Text("Responsible", "ผู้รับผิดชอบ"),
    "due": Text("Due", "กำหนดแล้วเสร็จ"),
    # results
    "C": Text("met", "สอดคล้อง"),
    "OFI": Text("to improve", "ควรปรับปรุง"),
    "NC": Text("not met", "ไม่สอดคล้อง"),
    "OPEN": Text("Not decided", "ยังไม่ตัดสิน"),
    "NA": Text("Does not apply", "ไม่เกี่ยวข้อง"),
    "INFO": Text("For information", "ข้อมูลประกอบ"),
    "all": Text("Total", "รวม"),
    "waived": Text("under a waiver", "มีข้อยกเว้น"),
    "waived_part": Text("partly under a waiver", "มีข้อยกเว้นบางส่วน"),
    "waived_count": Text("unmet, under a waiver", "ไม่สอดคล้องแต่มีข้อยกเว้น"),
    # basis and remark
    "group": Text("{verdict}: {names}", "{verdict}: {names}"),
    "document": Text("Document {name}, no. {number}, version {version}, cited at {place}", "เอกสาร {name} เลขที่ {number} ฉบับที่ {version} อ้างถึง {place}"),
    "document_verdict": Text("Attestation: {verdict}", "คำรับรองและเอกสาร: {verdict}"),
    "document_missing": Text("Document expected: {what}", "เอกสารที่ต้องมี: {what}"),
    "no_check": Text("No check exists yet for: {names}", "ยังไม่มีข้อตรวจสำหรับ: {names}"),
    "nobody": Text("No check and no document", "ไม่มีข้อตรวจและไม่มีเอกสาร"),
    "waiver": Text(
        "Waiver {id} on {check} ({subject}) until {day}, approved by {approver}; the result stays",
        "ข้อยกเว้น {id} สำหรับ {check} ({subject}) ถึงวันที่ {day} อนุมัติโดย {approver} ผลการประเมินคงเดิม",
    ),
    "hand_in": Text("Hand in by {day}: {what} ({why})", "ยื่นภายในวันที่ {day}: {what} ({why})"),
    "unverified": Text("The source of this row is not verified", "ยังไม่ได้ยืนยันแหล่งที่มาของข้อนี้"),
    # found and to do
    "finding": Text("{check} ({subjects}): {reason}", "{check} ({subjects}): {reason}"),
    "subjects_more": Text("{shown} and {n} more", "{shown} และอีก {n} รายการ"),
    "lines_more": Text("and {n} more, in the full report", "และอีก {n} รายการ ดูในรายงานฉบับเต็ม"),
    "found_document": Text("Document: {reason}", "เอกสาร: {reason}"),
    "found_planned": Text("No check exists yet ({id}): {what}", "ยังไม่มีข้อตรวจ ({id}): {what}"),
    "act": Text("{checks}: {what}", "{checks}: {what}"),
    "act_document": Text("Hand in: {what}", "จัดทำและยื่นเอกสาร: {what}"),
    "act_again": Text(
        "Correct what the attestation calls unmet, then hand in: {what}",
        "แก้ไขส่วนที่คำรับรองระบุว่ายังไม่เป็นไปตามข้อกำหนด แล้วยื่นเอกสาร: {what}",
    ),
    "act_planned": Text(
        "{ids}: have an assessor examine this by other means until the check exists",
        "{ids}: ให้ผู้ประเมินตรวจสอบด้วยวิธีอื่นไปก่อน จนกว่าจะมีข้อตรวจ",
    ),
    "act_person": Text("Have a person assess this row and keep the evidence", "ให้ผู้ประเมินพิจารณาข้อนี้โดยตรงและเก็บหลักฐานไว้"),
    "none": Text("No row of this run has to be improved.", "ไม่มีข้อที่ต้องปรับปรุงจากการตรวจครั้งนี้"),
    # foot
    "incomplete": Text(
        "INCOMPLETE: the collection of evidence was interrupted. Do not hand in this form.",
        "ไม่สมบูรณ์: การเก็บหลักฐานถูกขัดจังหวะ ห้ามใช้แบบนี้ยื่นประกอบการประเมิน",
    ),
    "foot": Text("About this form", "คำอธิบายท้ายแบบ"),
    "foot_layout": Text(
        "The layout is the harness's own: its makers have not seen the official form. Where the agency has the official form, that one counts.",
        "รูปแบบตารางนี้เครื่องมือตรวจจัดทำขึ้นเอง ผู้จัดทำยังไม่เคยเห็นแบบฟอร์มฉบับทางการ หากหน่วยงานมีแบบฉบับทางการ ให้ถือฉบับทางการเป็นหลัก",
    ),
    "foot_source": Text(
        "Of the {of} requirements, {n} follow the wording of a secondary or unverified source, not of the official text; so do number and force.",
        "ข้อกำหนด {n} จาก {of} ข้อ รวมทั้งเลขข้อและระดับบังคับ อ้างอิงถ้อยคำจากแหล่งข้อมูลทุติยภูมิหรือแหล่งที่ยังไม่ยืนยัน มิใช่ถ้อยคำจากประกาศฉบับทางการ",
    ),
    "foot_words": Text(
        "C: met. NC: a “must” that is not met. OFI: a “should” or “may” that is not met. These words follow one community application. "
        "“{open}” is none of them: the evidence is not enough. A waiver never changes a result.",
        "C คือสอดคล้อง NC คือข้อที่ “ต้อง” ปฏิบัติแต่ไม่สอดคล้อง OFI คือข้อที่ “ควร” หรือ “อาจ” ปฏิบัติแต่ยังไม่สอดคล้อง โดยใช้คำตามแอปพลิเคชันหนึ่งของชุมชนผู้พัฒนา "
        "ส่วน “{open}” คือหลักฐานยังไม่พอ จึงไม่นับเป็นผลใดในสามผลนี้ ข้อยกเว้นไม่เปลี่ยนผลการประเมิน",
    ),
    "foot_typed": Text(
        "Every entry is derived from the record of the run named below; nothing was typed by hand.",
        "ข้อความทุกช่องได้มาจากบันทึกของการตรวจครั้งที่ระบุด้านล่าง ไม่มีการพิมพ์ผลด้วยมือ",
    ),
    "foot_blank": Text(
        "The columns “{who}” and “{due}” are the agency's to fill; a date already there is that of a document to hand in. Numbers are those of form ค.1.",
        "ช่อง “{who}” และ “{due}” เว้นไว้ให้หน่วยงานกรอก วันที่ที่ปรากฏอยู่แล้วคือวันครบกำหนดยื่นเอกสาร ส่วนลำดับตรงกับลำดับในแบบ ค.1",
    ),
    "run": Text("Run", "การตรวจครั้งที่"),
    "digest": Text("Digest of the profile (SHA-256)", "ค่าแฮชของโปรไฟล์ (SHA-256)"),
    "judged": Text("Judged as of", "ตัดสิน ณ เวลา"),
    "harness": Text("Harness", "เครื่องมือตรวจ"),
    "assurance": Text("How it was tested", "วิธีตรวจ"),
    "page": Text("Page", "หน้า"),
    # signatures
    "signed": Text("Signed", "ลงชื่อ"),
    "position": Text("Position", "ตำแหน่ง"),
    "date": Text("Date", "วันที่"),
    "assessor": Text("Assessor", "ผู้ประเมิน"),
    "executive": Text("Top executive, or deputy", "ผู้บริหารสูงสุดหรือผู้ได้รับมอบหมาย"),
}  # fmt: skip


def say(words: Words, key: str, /, **values: object) -> str:
    """A phrase as plain text with its values as they are; a missing key or place is a programming error (KeyError)."""
    return words.pick(PHRASES[key]).format(**values)
