"""Every fixed phrase of a report, in English and Thai under one key."""

from markupsafe import Markup

from harness.model import Text

from . import clauseterms, clausewords, terms
from .foreign import bdi

#: Phrases by key. `{name}` places are filled with values, which are shown isolated and escaped.
PHRASES = {
    "title": Text("Security conformance report", "รายงานผลการตรวจความมั่นคงปลอดภัยตามเกณฑ์"),
    "skip": Text("Skip to the report", "ข้ามไปยังเนื้อหารายงาน"),
    "contents": Text("Contents", "สารบัญ"),
    "top": Text("Back to the contents", "กลับไปสารบัญ"),
    "page": Text("Page", "หน้า"),
    "decision": Text("Decision", "ผลการตัดสิน"),
    "provisional": Text("Provisional: not a decision", "ผลชั่วคราว ยังไม่ใช่ผลการตัดสิน"),
    "incomplete": Text("INCOMPLETE REPORT", "รายงานไม่สมบูรณ์"),
    "incomplete_why": Text(
        "The collection of evidence was interrupted. Part of the platform was not looked at. Do not decide anything from this report.",
        "การเก็บหลักฐานถูกขัดจังหวะ มีบางส่วนของแพลตฟอร์มที่ยังไม่ได้ตรวจ ห้ามใช้รายงานนี้ประกอบการตัดสิน",
    ),
    "of": Text("{part} of {whole}", "{part} จาก {whole}"),
    "musts_decided": Text("applicable binding checks that could be decided", "ข้อบังคับที่เกี่ยวข้อง ซึ่งตัดสินได้แล้ว"),
    "musts_passed": Text("decided binding checks that pass", "ข้อบังคับที่ตัดสินแล้ว ซึ่งผ่าน"),
    "tested_at": Text("Tested", "ตรวจเมื่อ"),
    "until": Text("to", "ถึง"),
    "clock": Text("{day} {month}, B.E. {be} ({iso})", "{day} {month} พ.ศ. {be} ({iso})"),
    "clock_time": Text("{local} Bangkok time, {utc} UTC", "{local} น. เวลาไทย, {utc} UTC"),
    "platform": Text("Platform", "แพลตฟอร์ม"),
    "standard": Text("Standard", "เกณฑ์ที่ใช้ตรวจ"),
    "version": Text("version {version}", "รุ่น {version}"),
    "run": Text("Run", "การตรวจครั้งที่"),
    # scope statement
    "scope": Text("Scope of this report", "ขอบเขตของรายงาน"),
    "what_tested": Text("What was tested", "สิ่งที่ตรวจ"),
    "component": Text("Component", "ส่วนประกอบ"),
    "kind": Text("Kind", "ประเภท"),
    "address": Text("Address", "ที่อยู่"),
    "for_whom": Text("For whom and with whose permission", "ตรวจให้ใครและใครอนุญาต"),
    "owner": Text("Owner of the platform", "เจ้าของแพลตฟอร์ม"),
    "authorised": Text("Authorised by", "ผู้อนุญาต"),
    "document": Text("Document", "หนังสืออนุญาต"),
    "contact": Text("Contact", "ผู้ติดต่อ"),
    "hosts": Text("Hosts allowed", "โฮสต์ที่อนุญาต"),
    "window": Text("Agreed window", "ช่วงเวลาที่ตกลง"),
    "limits": Text("Limits agreed", "ขีดจำกัดที่ตกลง"),
    "limits_are": Text(
        "at most {rate} requests per second, {most} in all", "ไม่เกิน {rate} คำขอต่อวินาที รวมไม่เกิน {most} คำขอ"
    ),
    "dangers": Text("Dangerous tests allowed", "การทดสอบเสี่ยงที่อนุญาต"),
    "no_dangers": Text("none; no such test was made", "ไม่มี และไม่ได้ทดสอบลักษณะดังกล่าว"),
    "by_what": Text("By which standard", "ตรวจตามเกณฑ์ใด"),
    "source": Text("Source", "ที่มา"),
    "how": Text("How it was tested", "วิธีตรวจ"),
    "what_not": Text("What this report does not say", "สิ่งที่รายงานนี้ไม่ได้กล่าว"),
    "no_pentest": Text(
        "This is not a penetration test. A fixed list of requirements was checked from outside; that nothing was found elsewhere does not mean that nothing is there.",
        "รายงานนี้ไม่ใช่การทดสอบเจาะระบบ (penetration test) เป็นการตรวจจากภายนอกตามรายการข้อกำหนดที่ตายตัว การไม่พบปัญหาอื่นไม่ได้แปลว่าไม่มีปัญหา",
    ),
    "at_the_time": Text(
        "It holds for the components named here, at the time they were tested. Later changes are not covered.",
        "ผลใช้ได้เฉพาะส่วนประกอบที่ระบุไว้ ณ เวลาที่ตรวจ ไม่ครอบคลุมการเปลี่ยนแปลงภายหลัง",
    ),
    "gaps": Text(
        "{n} requirements of the standard were not looked at; they are listed with the reason under “{where}”.",
        "มีข้อกำหนดตามเกณฑ์ {n} ข้อที่ไม่ได้ตรวจ แสดงไว้พร้อมเหตุผลในหัวข้อ “{where}”",
    ),
    # findings
    "findings": Text("Findings that decide", "ข้อค้นพบที่มีผลต่อการตัดสิน"),
    "must_fail": Text("Binding requirements that are not met", "ข้อบังคับที่ไม่ผ่าน"),
    "must_open": Text("Binding requirements that could not be decided", "ข้อบังคับที่ยังตัดสินไม่ได้"),
    "other_fail": Text("Recommendations that are not met", "ข้อแนะนำที่ยังไม่ผ่าน"),
    "other_fail_note": Text("These do not change the decision.", "ข้อเหล่านี้ไม่มีผลต่อการตัดสิน"),
    "nothing": Text(
        "No finding stands against the platform: no check failed and no binding check is undecided.",
        "ไม่มีข้อค้นพบที่เป็นผลลบต่อแพลตฟอร์ม ไม่มีข้อใดไม่ผ่าน และไม่มีข้อบังคับใดที่ยังตัดสินไม่ได้",
    ),
    "nothing_complete": Text(
        "Among the evidence collected so far there is no finding. The collection is not complete.",
        "ยังไม่มีข้อค้นพบจากหลักฐานเท่าที่เก็บได้ แต่การเก็บหลักฐานยังไม่ครบ",
    ),
    "required": Text("Required", "ข้อกำหนด"),
    "found": Text("Found", "สิ่งที่พบ"),
    "to_do": Text("To do", "สิ่งที่ต้องทำ"),
    "more_subjects": Text("and {n} more, listed under {id}", "และอีก {n} รายการ ดูที่ข้อ {id}"),
    # picture
    "picture": Text("Result by domain", "ภาพรวมผลรายหมวด"),
    "picture_note": Text(
        "One mark is one check. Shape and sign tell the result, also without colour.",
        "หนึ่งเครื่องหมายแทนข้อตรวจหนึ่งข้อ รูปทรงและสัญลักษณ์บอกผลได้แม้พิมพ์ขาวดำ",
    ),
    "domain": Text("Domain", "หมวด"),
    "binding": Text("Binding", "ข้อบังคับ"),
    "advisory": Text("Recommended or optional", "ข้อแนะนำและทางเลือก"),
    "strip": Text("{domain}, {group}: {counts}", "{domain} {group}: {counts}"),
    "no_checks": Text("no check", "ไม่มีข้อตรวจ"),
    "key": Text("Key", "ความหมายของเครื่องหมาย"),
    "counts": Text("Number of checks by domain and result", "จำนวนข้อตรวจแยกตามหมวดและผล"),
    "result": Text("Result", "ผล"),
    "total": Text("Total", "รวม"),
    # checks
    "checks": Text("Every check", "ผลตรวจทุกข้อ"),
    "checks_note": Text(
        "A title states what should be the case; the result tells whether it is. Paper leaves out the details of what passed, and under each check all but its first two requests: they are in the HTML file.",
        "ชื่อข้อตรวจบอกสภาพที่ควรเป็น ส่วนผลบอกว่าเป็นจริงหรือไม่ ฉบับพิมพ์ละรายละเอียดของข้อที่ผ่านแล้ว และแสดงคำขอเพียงสองรายการแรกของแต่ละข้อ ส่วนที่เหลือดูได้ในแฟ้ม HTML",
    ),
    "list_of": Text("{domain}: {n} checks", "{domain}: {n} ข้อ"),
    "id": Text("No.", "รหัส"),
    "check": Text("Check", "ข้อตรวจ"),
    "weight": Text("Obligation", "ระดับบังคับ"),
    "severity": Text("Severity", "ความรุนแรง"),
    "why": Text("Why it matters", "เหตุใดจึงสำคัญ"),
    "results_of": Text("Results of {id} by subject", "ผลของข้อ {id} แยกตามสิ่งที่ตรวจ"),
    "subject": Text("Subject", "สิ่งที่ตรวจ"),
    "reason": Text("Reason and facts", "เหตุผลและข้อเท็จจริง"),
    "value": Text("Value", "ค่า"),
    "assertions": Text("{n} assertions evaluated", "ประเมิน {n} ประเด็น"),
    "control": Text("Positive control", "การทดสอบควบคุม"),
    "evidence": Text("Evidence", "หลักฐาน"),
    "no_evidence": Text("none was collected", "ไม่ได้เก็บ"),
    "remedy": Text("Remedy", "วิธีแก้ไข"),
    "remedy_pass": Text("How to keep it so, and an example", "วิธีคงสภาพนี้ไว้ พร้อมตัวอย่าง"),
    "example": Text("Example configuration", "ตัวอย่างการตั้งค่า"),
    "verifies": Text("Verifies", "อ้างอิง"),
    "unnamed": Text("Unnamed", "ไม่ได้ระบุชื่อ"),
    # exchanges
    "exchanges": Text("Requests and responses", "คำขอและคำตอบ"),
    "shown_at": Text("shown under {id}", "แสดงไว้ที่ข้อ {id}"),
    "not_recorded": Text("not in the record", "ไม่มีในบันทึก"),
    "request": Text("Request", "คำขอ"),
    "response": Text("Response", "คำตอบ"),
    "no_response": Text("no usable response", "ไม่มีคำตอบที่ใช้ได้"),
    "sent_at": Text("Sent", "ส่งเมื่อ"),
    "took": Text("{n} ms", "{n} มิลลิวินาที"),
    "size": Text("{n} bytes read", "อ่านได้ {n} ไบต์"),
    "size_cut": Text("{n} bytes read, not to the end", "อ่านได้ {n} ไบต์ ไม่ถึงท้าย"),
    "redacted": Text("Removed before recording", "ปกปิดก่อนบันทึก"),
    "redaction": Text("{kind} in {where} ({n})", "{kind} ใน {where} ({n})"),
    "cut": Text("[{shown} of {all} characters shown]", "[แสดง {shown} จาก {all} อักขระ]"),
    "no_body": Text("[the body was not kept]", "[ไม่ได้เก็บเนื้อหาของคำตอบ]"),
    "cut_headers": Text("[{n} more headers not shown]", "[อีก {n} เฮดเดอร์ไม่ได้แสดง]"),
    "not_covered": Text("What was not covered, and why", "สิ่งที่ไม่ได้ตรวจ และเหตุผล"),
    "not_covered_list": Text("Requirements not looked at", "ข้อกำหนดที่ไม่ได้ตรวจ"),
    "requirement": Text("Requirement", "ข้อกำหนด"),
    "reason_not": Text("Reason", "เหตุผล"),
    "all_covered": Text(
        "The standard lists nothing that this run did not look at.", "ไม่มีข้อกำหนดในเกณฑ์ที่การตรวจครั้งนี้ไม่ได้ตรวจ"
    ),
    "footprint": Text("Footprint: what was done to the platform", "ร่องรอยการตรวจ: สิ่งที่เครื่องมือทำกับแพลตฟอร์ม"),
    "footprint_list": Text("Requests, connections and data by host", "คำขอ การเชื่อมต่อ และข้อมูล แยกตามโฮสต์"),
    "host": Text("Host", "โฮสต์"),
    "requests": Text("Requests", "คำขอ"),
    "connections": Text("Connections", "การเชื่อมต่อ"),
    "bytes_sent": Text("Bytes sent", "ไบต์ที่ส่ง"),
    "bytes_received": Text("Bytes received", "ไบต์ที่รับ"),
    "seconds": Text("Seconds", "วินาที"),
    "untouched": Text("No host was contacted.", "ไม่ได้ติดต่อโฮสต์ใด"),
    "appendix": Text("Appendix", "ภาคผนวก"),
    "identity": Text("Identity of this run", "ข้อมูลระบุการตรวจครั้งนี้"),
    "harness": Text("Harness", "เครื่องมือ"),
    "judged_at": Text("Judged as of", "ตัดสิน ณ เวลา"),
    "profile_digest": Text("Digest of the profile", "ค่าแฮชของเกณฑ์"),
    "target_digest": Text("Digest of the target file", "ค่าแฮชของแฟ้มแพลตฟอร์มเป้าหมาย"),
    "complete": Text("Collection", "การเก็บหลักฐาน"),
    "is_complete": Text("complete", "ครบถ้วน"),
    "is_incomplete": Text("NOT complete", "ไม่ครบถ้วน"),
    "settings": Text("Settings and thresholds", "ค่าและเกณฑ์ขีดจำกัดที่ใช้"),
    "settings_list": Text("Settings of the checks in this profile", "ค่าที่เกณฑ์นี้กำหนดให้แต่ละข้อตรวจ"),
    "setting": Text("Setting", "ค่าที่ตั้ง"),
    "no_settings": Text("No check of this profile has a setting.", "ไม่มีข้อตรวจใดในเกณฑ์นี้ที่มีค่าให้ตั้ง"),
    "glossary": Text("Words used", "ความหมายของคำ"),
    "glossary_verdicts": Text("What each result means", "ความหมายของผลแต่ละแบบ"),
    "meaning": Text("Meaning", "ความหมาย"),
    "files": Text("Files and digests", "แฟ้มและค่าแฮช"),
    "files_list": Text("Files of the run folder and their SHA-256", "แฟ้มในโฟลเดอร์การตรวจและค่า SHA-256"),
    "file": Text("File", "แฟ้ม"),
    "no_files": Text("No file is recorded.", "ไม่มีแฟ้มที่บันทึกไว้"),
    "end": Text("End of the report", "จบรายงาน"),
} | clausewords.PHRASES

MONTHS = Text(
    "January February March April May June July August September October November December",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
)

TABLES = {
    "verdict": terms.VERDICTS,
    "meaning": terms.MEANINGS,
    "decision": terms.DECISIONS,
    "consequence": terms.CONSEQUENCES,
    "obligation": terms.OBLIGATIONS,
    "duty": terms.DUTIES,
    "severity": terms.SEVERITIES,
    "fault": terms.FAULTS,
    "cause": terms.CAUSES,
    "code": terms.CODES,
    "part": clauseterms.PARTS,
    "part_title": clauseterms.PART_TITLES,
    "method": clauseterms.METHODS,
    "confidence": clauseterms.CONFIDENCES,
    "fact": clauseterms.VALUES,
    "consequence_by_clause": clauseterms.CONSEQUENCES,
}
#: Words explained at the end: those of every report, and those of a report by clause.
GLOSSARIES = (terms.GLOSSARY, clauseterms.GLOSSARY)


class Words:
    """The phrases in one language, "th" or "en"."""

    def __init__(self, lang: str) -> None:
        if lang not in ("th", "en"):
            raise ValueError(f"lang is {lang!r}, expected 'th' or 'en'")
        self.lang = lang
        self._fixed: dict[str, Markup] = {}

    def __call__(self, key: str, /, **values: object) -> Markup:
        """Return a phrase with its places filled; a missing key or place is a programming error (KeyError)."""
        if not values:
            if key not in self._fixed:
                self._fixed[key] = Markup(self.pick(PHRASES[key])).format()  # noqa: S704 — a fixed phrase
            return self._fixed[key]
        filled = {name: value if isinstance(value, Markup) else bdi(value) for name, value in values.items()}
        return Markup(self.pick(PHRASES[key])).format(**filled)  # noqa: S704 — a fixed phrase

    def plain(self, key: str, /, **values: object) -> str:
        """Return a phrase as plain text, its values as they are: for attributes, which escape it once."""
        return self.pick(PHRASES[key]).format(**values)

    def pick(self, text: Text) -> str:
        """Choose this language's half of a text."""
        return text.th if self.lang == "th" else text.en

    def term(self, table: str, code: str) -> Markup:
        """Return the word for a code of `TABLES`; a code without a word is shown as it is."""
        text = TABLES[table].get(code)
        return bdi(code) if text is None else Markup(self.pick(text))  # noqa: S704 — a fixed word

    def month(self, number: int) -> str:
        """Return the name of a month, 1 to 12."""
        return self.pick(MONTHS).split()[number - 1]
