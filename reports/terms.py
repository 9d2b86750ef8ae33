"""What the words of the harness are called in a report, in English and Thai, and what they mean to a lay reader."""

from harness.model import Text

#: Verdicts: the word shown beside the code.
VERDICTS = {
    "fail": Text("Does not pass", "ไม่ผ่าน"),
    "error": Text("Harness fault", "เครื่องมือขัดข้อง"),
    "inconclusive": Text("Could not tell", "สรุปไม่ได้"),
    "not_run": Text("Not run", "ไม่ได้ตรวจ"),
    "needs_review": Text("Awaits a person", "รอผู้พิจารณา"),
    "pass": Text("Passes", "ผ่าน"),
    "not_applicable": Text("Does not apply", "ไม่เกี่ยวข้อง"),
    "info": Text("For information", "ข้อมูลประกอบ"),
    "not_covered": Text("Not covered", "ไม่ครอบคลุม"),
}

#: The glossary of verdicts, one plain sentence or two each.
MEANINGS = {
    "fail": Text(
        "The evidence shows that the requirement is not met.",
        "หลักฐานแสดงว่าแพลตฟอร์มไม่เป็นไปตามข้อกำหนดข้อนี้",
    ),
    "error": Text(
        "The harness itself broke. It says nothing about the platform; the check must be run again.",
        "เครื่องมือตรวจขัดข้องเอง ผลนี้ไม่ได้บอกอะไรเกี่ยวกับแพลตฟอร์ม ต้องตรวจข้อนี้ใหม่",
    ),
    "inconclusive": Text(
        "The harness worked, but what the platform or the network answered does not allow a conclusion. Neither good nor bad.",
        "เครื่องมือทำงานปกติ แต่คำตอบของแพลตฟอร์มหรือเครือข่ายไม่พอให้สรุป จึงไม่นับว่าผ่านและไม่นับว่าไม่ผ่าน",
    ),
    "not_run": Text(
        "It was selected but could not be carried out, for instance because permission, a test account or the document was missing.",
        "อยู่ในรายการแต่ยังไม่ได้ดำเนินการ เช่น ไม่ได้รับอนุญาต ไม่มีบัญชีทดสอบ หรือยังไม่ได้ยื่นเอกสาร",
    ),
    "needs_review": Text(
        "A person has to act: the evidence is there and awaits a judgement, or a document is missing, out of date or unreadable.",
        "ต้องมีผู้ดำเนินการ คือมีหลักฐานแล้วแต่รอผู้มีหน้าที่พิจารณาตัดสิน หรือเอกสารยังขาด พ้นกำหนด หรืออ่านไม่ได้",
    ),
    "pass": Text(
        "The evidence shows that the requirement is met, at the time of the test, on what was tested.",
        "หลักฐานแสดงว่าแพลตฟอร์มเป็นไปตามข้อกำหนด ณ เวลาที่ตรวจ และเฉพาะส่วนที่ตรวจ",
    ),
    "not_applicable": Text(
        "The requirement concerns something this platform does not have. The fact relied on is recorded.",
        "ข้อกำหนดกล่าวถึงสิ่งที่แพลตฟอร์มนี้ไม่มี โดยบันทึกข้อเท็จจริงที่ใช้พิจารณาไว้แล้ว",
    ),
    "info": Text(
        "An observation. It does not count for or against the platform.",
        "ข้อสังเกตที่บันทึกไว้ ไม่มีผลต่อการตัดสิน",
    ),
    "not_covered": Text(
        "Nobody looked at this, or not at all of it: the check is not built yet, or no harness can reach it. Neither good nor bad, and never a pass.",
        "ยังไม่มีผู้ตรวจเรื่องนี้หรือยังตรวจไม่ครบ เพราะยังไม่ได้จัดทำข้อตรวจหรือเครื่องมือเข้าไม่ถึง จึงไม่นับว่าผ่านและไม่นับว่าไม่ผ่าน",
    ),
}

#: Decisions, and what each one means in one sentence.
DECISIONS = {
    "conformant": Text("Conformant", "เป็นไปตามเกณฑ์"),
    "conformant_with_waivers": Text("Conformant, with waivers", "เป็นไปตามเกณฑ์ โดยมีข้อยกเว้นที่อนุมัติแล้ว"),
    "non_conformant": Text("Not conformant", "ไม่เป็นไปตามเกณฑ์"),
    "undetermined": Text("Undetermined", "ยังตัดสินไม่ได้"),
}
CONSEQUENCES = {
    "conformant": Text(
        "When it was tested, the platform met every binding requirement that applies to it and that this standard lets a harness test.",
        "ณ เวลาที่ตรวจ แพลตฟอร์มเป็นไปตามข้อบังคับทุกข้อที่เกี่ยวข้องและที่ตรวจได้ด้วยเครื่องมือตามเกณฑ์นี้",
    ),
    "conformant_with_waivers": Text(
        "The platform met every binding requirement save those for which a dated, approved waiver is recorded.",
        "แพลตฟอร์มเป็นไปตามข้อบังคับทุกข้อ ยกเว้นข้อที่มีการอนุมัติข้อยกเว้นโดยกำหนดวันสิ้นสุดไว้แล้ว",
    ),
    "non_conformant": Text(
        "At least one binding requirement is not met. The platform has to be corrected and tested again.",
        "มีข้อบังคับอย่างน้อยหนึ่งข้อที่แพลตฟอร์มยังไม่ผ่าน ต้องแก้ไขแล้วเข้ารับการตรวจใหม่",
    ),
    "undetermined": Text(
        "The evidence does not settle every binding requirement, so the platform can be called neither conformant nor not. More testing is needed.",
        "หลักฐานยังไม่พอจะสรุปข้อบังคับได้ครบทุกข้อ จึงยังถือว่าผ่านหรือไม่ผ่านไม่ได้ ต้องตรวจเพิ่มเติม",
    ),
}

OBLIGATIONS = {
    "must": Text("Binding (must)", "ข้อบังคับ (ต้อง)"),
    "should": Text("Recommended (should)", "ข้อแนะนำ (ควร)"),
    "may": Text("Optional (may)", "ทางเลือก (อาจ)"),
}
#: The same in one word, for a narrow column.
DUTIES = {"must": Text("must", "ต้อง"), "should": Text("should", "ควร"), "may": Text("may", "อาจ")}
SEVERITIES = {
    "critical": Text("Critical", "วิกฤต"),
    "high": Text("High", "สูง"),
    "medium": Text("Medium", "ปานกลาง"),
    "low": Text("Low", "ต่ำ"),
    "info": Text("Information", "เพื่อทราบ"),
}

#: Who has to act so that an undecided result can be decided.
FAULTS = {
    "target": Text(
        "The platform did not let it be settled. Its operator should look at the recorded answers, then test again.",
        "แพลตฟอร์มไม่ตอบในแบบที่สรุปได้ ผู้ดูแลแพลตฟอร์มควรตรวจดูคำตอบที่บันทึกไว้ แล้วตรวจใหม่",
    ),
    "configuration": Text(
        "The test set-up has to be changed: scope, consent or tools. Then test again.",
        "ต้องปรับการตั้งค่าการตรวจ เช่น ขอบเขต การอนุญาต หรือเครื่องมือ แล้วตรวจใหม่",
    ),
    "credentials": Text(
        "A test account or its secret is missing or refused. Supply it, then test again.",
        "ขาดบัญชีทดสอบหรือรหัสลับใช้ไม่ได้ ต้องจัดเตรียมให้ครบ แล้วตรวจใหม่",
    ),
    "network": Text(
        "The network between harness and platform failed. Look at the connection and the time chosen, then test again.",
        "เครือข่ายระหว่างเครื่องมือกับแพลตฟอร์มมีปัญหา ควรตรวจการเชื่อมต่อและช่วงเวลา แล้วตรวจใหม่",
    ),
    "harness": Text(
        "The harness was at fault or was interrupted. Run it again, and report the fault if it comes back.",
        "เครื่องมือตรวจขัดข้องหรือถูกขัดจังหวะ ให้เดินเครื่องใหม่ หากยังเกิดซ้ำให้แจ้งผู้พัฒนาเครื่องมือ",
    ),
    "review": Text(
        "A person with the authority to do so has to judge the evidence named here.",
        "ให้ผู้มีอำนาจหน้าที่พิจารณาหลักฐานที่ระบุไว้ แล้วบันทึกผลการพิจารณา",
    ),
}

CAUSES = {
    "timeout": Text("no answer in time", "ไม่ตอบภายในเวลาที่กำหนด"),
    "unreachable": Text("could not be reached", "เชื่อมต่อไม่ได้"),
    "tls": Text("the TLS connection failed", "สร้างการเชื่อมต่อ TLS ไม่สำเร็จ"),
    "malformed": Text("the answer is malformed", "คำตอบผิดรูปแบบ"),
    "too_large": Text("the answer is larger than the bound", "คำตอบใหญ่เกินขีดจำกัด"),
    "blocked": Text("blocked before it reached the platform", "ถูกปิดกั้นก่อนถึงแพลตฟอร์ม"),
    "unstable": Text("the answers contradict one another", "คำตอบไม่คงที่"),
    "out_of_scope": Text("outside the scope", "อยู่นอกขอบเขต"),
    "no_consent": Text("not permitted", "ไม่ได้รับอนุญาต"),
    "no_credential": Text("no credential", "ไม่มีบัญชีหรือรหัสสำหรับทดสอบ"),
    "tool_absent": Text("a tool is absent", "ไม่มีเครื่องมือที่ต้องใช้"),
    "ceiling": Text("the ceiling of requests was reached", "ถึงเพดานจำนวนคำขอแล้ว"),
    "interrupted": Text("interrupted", "ถูกขัดจังหวะ"),
    "not_offered": Text("not offered", "ไม่มีให้บริการ"),
    "crash": Text("the harness broke", "เครื่องมือขัดข้อง"),
}

#: Names a run carries as codes: how it was witnessed, the TLS of an exchange, classes of danger, kinds of component.
CODES = {
    "self-run": Text(
        "Self-run: the tests were started by the party that also reports them. No observer attested them.",
        "ตรวจเอง (self-run): ผู้รายงานเป็นผู้เดินเครื่องตรวจเอง ไม่มีผู้สังเกตการณ์รับรอง",
    ),
    "witnessed": Text(
        "Witnessed: an observer was present while the tests ran.",
        "ตรวจต่อหน้าผู้สังเกตการณ์ (witnessed): มีผู้สังเกตการณ์อยู่ด้วยขณะตรวจ",
    ),
    "verified": Text("TLS, certificate verified", "TLS ใบรับรองถูกต้อง"),
    "unverified": Text("TLS, certificate NOT verified", "TLS ใบรับรองตรวจไม่ผ่าน"),
    "none": Text("no TLS", "ไม่ใช้ TLS"),
    "lockout": Text("account lock-out", "การล็อกบัญชี"),
    "injection": Text("injected input", "การส่งข้อมูลแทรกคำสั่ง"),
    "load": Text("load", "การสร้างภาระระบบ"),
    "write": Text("writing data", "การเขียนข้อมูล"),
    "portal": Text("web portal", "เว็บพอร์ทัล"),
    "api": Text("API", "API"),
    "idp": Text("identity provider", "ระบบยืนยันตัวตน"),
    "admin": Text("administration", "ระบบผู้ดูแล"),
    "fhir": Text("FHIR API", "FHIR API"),
    "mail": Text("mail domain", "โดเมนอีเมล"),
}

#: The other words of the report a lay reader may not know.
GLOSSARY = (
    (
        Text("Evidence", "หลักฐาน"),
        Text(
            "What the harness recorded when it looked at the platform. Every result is derived from it and can be derived again.",
            "สิ่งที่เครื่องมือบันทึกไว้ขณะตรวจแพลตฟอร์ม ผลทุกข้อได้มาจากหลักฐานนี้และตัดสินซ้ำได้",
        ),
    ),
    (
        Text("Digest (SHA-256)", "ค่าแฮช (SHA-256)"),
        Text(
            "A fingerprint of a file, 64 characters long. If one byte of the file changes, the fingerprint changes.",
            "ลายนิ้วมือของแฟ้ม ยาว 64 อักขระ หากแฟ้มถูกแก้แม้เพียงไบต์เดียว ค่านี้จะเปลี่ยน",
        ),
    ),
    (
        Text("Exchange", "คำขอและคำตอบ"),
        Text(
            "One request the harness sent and what the platform answered. Secrets and personal data were replaced before it was first written.",
            "คำขอหนึ่งครั้งที่เครื่องมือส่ง กับสิ่งที่แพลตฟอร์มตอบ โดยปกปิดความลับและข้อมูลส่วนบุคคลก่อนบันทึกครั้งแรก",
        ),
    ),
    (
        Text("Positive control", "การทดสอบควบคุม"),
        Text(
            "Proof that the same path works when it should. Without it, finding nothing would prove nothing.",
            "การพิสูจน์ว่าเส้นทางเดียวกันใช้งานได้ในกรณีที่ควรใช้ได้ หากไม่มี การตรวจไม่พบก็พิสูจน์อะไรไม่ได้",
        ),
    ),
    (
        Text("Assertion", "ประเด็นที่ประเมิน"),
        Text(
            "One thing that was really compared with the requirement. A pass needs at least one.",
            "สิ่งที่นำมาเทียบกับข้อกำหนดจริงหนึ่งประเด็น ผลว่าผ่านต้องมีอย่างน้อยหนึ่งประเด็น",
        ),
    ),
    (
        Text("Severity", "ความรุนแรง"),
        Text(
            "How much a failure could hurt. It orders the work; it never changes a result.",
            "ผลกระทบหากไม่ผ่าน ใช้จัดลำดับการแก้ไข ไม่มีผลเปลี่ยนการตัดสิน",
        ),
    ),
)
