"""What the words of the catalogue are called in a report by clause, in English and Thai, and what they mean."""

from harness.model import Text

PARTS = {
    "technical": Text("Technical and cyber security", "ด้านเทคนิคและความมั่นคงปลอดภัยไซเบอร์"),
    "governance": Text("Data governance", "ด้านธรรมาภิบาลข้อมูล"),
    "both": Text("Both subcommittees", "ทั้งสองคณะ"),
}
#: The same as a heading.
PART_TITLES = {
    "technical": Text(
        "Part for the technical and cyber-security subcommittee",
        "ส่วนสำหรับคณะอนุกรรมการด้านระบบเทคนิคและความมั่นคงปลอดภัยไซเบอร์",
    ),
    "governance": Text("Part for the data-governance subcommittee", "ส่วนสำหรับคณะอนุกรรมการด้านธรรมาภิบาลข้อมูล"),
}
METHODS = {
    "TEST": Text("test", "ทดสอบ"),
    "EXAMINE": Text("examine documents", "ตรวจเอกสาร"),
    "INTERVIEW": Text("interview", "สัมภาษณ์"),
}
#: The label beside every requirement.
CONFIDENCES = {
    "official": Text("Official source", "ที่มาทางการ"),
    "secondary": Text("Secondary source", "ที่มาทุติยภูมิ"),
    "unverified": Text("Unverified", "ที่มายังไม่ยืนยัน"),
}
#: What a platform says of itself.
VALUES = {
    "yes": Text("yes", "ใช่"),
    "no": Text("no", "ไม่ใช่"),
    "low": Text("low", "ต่ำ"),
    "medium": Text("medium", "ปานกลาง"),
    "high": Text("high", "สูง"),
}
#: What each decision means where requirements decide, by test and by document.
CONSEQUENCES = {
    "conformant": Text(
        "When it was tested and its documents were read, the platform met every binding requirement that applies to it.",
        "ณ เวลาที่ตรวจและวันที่อ่านเอกสาร แพลตฟอร์มเป็นไปตามข้อบังคับทุกข้อที่เกี่ยวข้อง",
    ),
    "conformant_with_waivers": Text(
        "The platform met every binding requirement save those for which a dated, approved waiver is recorded.",
        "แพลตฟอร์มเป็นไปตามข้อบังคับทุกข้อ เว้นแต่ข้อที่มีข้อยกเว้นซึ่งอนุมัติและกำหนดวันสิ้นสุดไว้แล้ว",
    ),
    "non_conformant": Text(
        "At least one binding requirement is not met. The platform has to be corrected and assessed again.",
        "มีข้อบังคับอย่างน้อยหนึ่งข้อที่แพลตฟอร์มยังไม่ผ่าน ต้องแก้ไขแล้วเข้ารับการตรวจใหม่",
    ),
    "undetermined": Text(
        "Tests and documents do not settle every binding requirement, so the platform can be called neither conformant nor not. More tests or documents are needed.",
        "ผลการตรวจและเอกสารยังไม่พอจะสรุปข้อบังคับได้ครบทุกข้อ จึงยังถือว่าผ่านหรือไม่ผ่านไม่ได้ ต้องตรวจหรือยื่นเอกสารเพิ่มเติม",
    ),
}
GLOSSARY = (
    (
        Text("Requirement", "ข้อกำหนด"),
        Text(
            "One clause of a standard, restated in this report's own words. Binding ones decide; recommended and optional ones do not.",
            "ข้อความหนึ่งข้อของมาตรฐานที่เรียบเรียงใหม่ในรายงานนี้ ข้อบังคับมีผลต่อการตัดสิน ข้อแนะนำและทางเลือกไม่มีผล",
        ),
    ),
    (
        Text("Official, secondary, unverified", "ที่มาทางการ ทุติยภูมิ และยังไม่ยืนยัน"),
        Text(
            "Where the wording of a requirement was read: in the issuer's own text; in another's account of it; or nowhere that could be checked.",
            "ระดับความน่าเชื่อถือของที่มา ได้แก่ อ่านจากเอกสารของผู้ออกเอง อ่านจากบทสรุปหรือคำบอกเล่าของผู้อื่น หรือยังไม่มีแหล่งใดให้ตรวจยืนยัน",
        ),
    ),
    (
        Text("Attestation", "คำรับรอง"),
        Text(
            "A dated statement about a requirement that no test can see, written by one person, approved by another and bound to documents by their digests.",
            "ข้อความลงวันที่เกี่ยวกับข้อกำหนดที่ทดสอบด้วยเครื่องมือไม่ได้ จัดทำโดยบุคคลหนึ่ง อนุมัติโดยอีกบุคคลหนึ่ง และผูกกับเอกสารด้วยค่าแฮช",
        ),
    ),
    (
        Text("Waiver", "ข้อยกเว้น"),
        Text(
            "A failure accepted for a limited time by a named person. It never changes the result; it is shown beside it until it ends.",
            "การยอมรับผลไม่ผ่านไว้ชั่วคราวโดยผู้มีอำนาจซึ่งระบุชื่อ ไม่เปลี่ยนผลการตรวจ และแสดงไว้ข้างผลจนกว่าจะสิ้นสุด",
        ),
    ),
)
