"""The phrases of a report by clause, in English and Thai. The others are in `words`, the terms in `clauseterms`."""

from harness.model import Text

PHRASES = {
    # dates without a day, as sources bear them
    "clock_month": Text("{month}, B.E. {be} ({iso})", "{month} พ.ศ. {be} ({iso})"),
    "clock_year": Text("B.E. {be} ({iso})", "พ.ศ. {be} ({iso})"),
    # front
    "gates": Text("Decision for each subcommittee", "ผลการตัดสินแยกตามคณะอนุกรรมการ"),
    "gate_decided": Text(
        "{part} of {whole} applicable binding requirements could be decided",
        "ตัดสินได้แล้ว {part} จาก {whole} ข้อบังคับที่เกี่ยวข้อง",
    ),
    "gate_passed": Text("{part} of {whole} decided ones pass", "ผ่าน {part} จาก {whole} ข้อที่ตัดสินแล้ว"),
    "clauses_decided": Text(
        "applicable binding requirements that could be decided", "ข้อบังคับที่เกี่ยวข้อง ซึ่งตัดสินได้แล้ว"
    ),
    "clauses_passed": Text("decided binding requirements that pass", "ข้อบังคับที่ตัดสินแล้ว ซึ่งผ่าน"),
    "as_of": Text("Documents and waivers read as of", "อ่านเอกสารและข้อยกเว้น ณ วันที่"),
    "faults_here": Text(
        "Waivers that cannot stand: {n}. They have to be corrected before this result is used; see “{where}”.",
        "มีข้อยกเว้น {n} รายการที่ใช้ไม่ได้ ต้องแก้ไขก่อนนำผลนี้ไปใช้ ดูหัวข้อ “{where}”",
    ),
    "paper_only": Text(
        "What documents say was read as handed in. That people act by it was not observed.",
        "เอกสารที่ยื่นได้อ่านตามที่ยื่นมา ไม่ได้สังเกตว่ามีการปฏิบัติตามจริงหรือไม่",
    ),
    # overview
    "overview": Text("The requirements at a glance", "ภาพรวมข้อกำหนด"),
    "overview_note": Text(
        "This report considers {n} requirements of {m} standards. Each has one result: the worst of its checks, its documents, and what nobody looked at.",
        "รายงานนี้พิจารณาข้อกำหนด {n} ข้อ จากมาตรฐาน {m} ฉบับ แต่ละข้อมีผลเดียว คือผลที่แย่ที่สุดในบรรดาผลของข้อตรวจ เอกสาร และส่วนที่ยังไม่มีผู้ตรวจ",
    ),
    "counts_parts": Text(
        "Number of requirements by subcommittee and result", "จำนวนข้อกำหนดแยกตามคณะอนุกรรมการและผล"
    ),
    "all_clauses": Text("All requirements", "ทั้งหมด"),
    "both_twice": Text(
        "Requirements that concern both subcommittees: {n}. They count in both columns, and once in the last.",
        "ข้อกำหนด {n} ข้อต้องพิจารณาทั้งสองคณะ จึงนับไว้ในทั้งสองช่อง แต่นับครั้งเดียวในช่องสุดท้าย",
    ),
    "waived_n": Text("{n} under waiver", "มีข้อยกเว้น {n} ข้อ"),
    "under_waiver": Text("under waiver", "มีข้อยกเว้น"),
    "partly_waived": Text("partly under waiver", "มีข้อยกเว้นบางส่วน"),
    "waived_key": Text(
        "A line under a mark: a waiver lies over the failure", "ขีดใต้เครื่องหมาย: ผลไม่ผ่านที่มีข้อยกเว้น"
    ),
    "rests": Text("What the requirements rest on", "ที่มาของข้อกำหนด"),
    "rests_official": Text(
        "{n} of {m} requirements rest on the issuer's own text.",
        "ข้อกำหนด {n} จาก {m} ข้อ อ้างจากเอกสารของผู้ออกโดยตรง",
    ),
    "rests_secondary": Text(
        "{n} of {m} requirements rest on secondary sources: another's account, not the issuer's own text.",
        "ข้อกำหนด {n} จาก {m} ข้อ อ้างจากแหล่งทุติยภูมิ คือคำบอกเล่าหรือบทสรุปของผู้อื่น ไม่ใช่เอกสารของผู้ออกเอง",
    ),
    "rests_unverified": Text(
        "{n} of {m} requirements are unverified: no text that says so was seen.",
        "ข้อกำหนด {n} จาก {m} ข้อ ยังไม่ได้ตรวจยืนยัน คือยังไม่พบเอกสารที่ระบุไว้เช่นนั้น",
    ),
    "rests_note": Text(
        "What does not rest on an official text is not shown to be in force. The subcommittee decides what weight it has.",
        "ข้อกำหนดที่ไม่ได้อ้างเอกสารทางการยังไม่อาจถือว่ามีผลใช้บังคับ คณะอนุกรรมการเป็นผู้พิจารณาว่าจะให้น้ำหนักเพียงใด",
    ),
    "facts": Text("What the platform says of itself", "สิ่งที่แพลตฟอร์มแจ้งเกี่ยวกับตนเอง"),
    "facts_note": Text(
        "Whether a requirement applies depends on these statements. Where a check looked whether one is true, its result stands beside it.",
        "ข้อกำหนดใดใช้กับแพลตฟอร์มนี้หรือไม่ ขึ้นอยู่กับสิ่งที่แจ้งไว้ต่อไปนี้ หากมีข้อตรวจที่พิสูจน์ว่าคำแจ้งเป็นจริงหรือไม่ ได้แสดงผลไว้ข้างกัน",
    ),
    "facts_list": Text("Statements, and what a check found", "คำแจ้งของแพลตฟอร์ม และผลการตรวจสอบคำแจ้ง"),
    "statement": Text("Statement", "เรื่อง"),
    "says": Text("The platform says", "แพลตฟอร์มแจ้งว่า"),
    "probed": Text("What a check found", "ผลการตรวจสอบคำแจ้ง"),
    "fact_true": Text("bears the statement out", "ยืนยันคำแจ้ง"),
    "fact_false": Text("contradicts the statement", "ขัดกับคำแจ้ง"),
    "fact_open": Text("does not settle it", "ยังยืนยันไม่ได้"),
    "unprobed": Text("taken at its word; no check looked", "ถือตามที่แจ้ง ไม่มีข้อตรวจพิสูจน์"),
    "unstated": Text("nothing; its requirements apply", "ไม่ได้แจ้ง จึงถือว่าข้อกำหนดใช้บังคับ"),
    # the two parts
    "part_intro": Text(
        "Requirements in this part: {n}, of standards: {m}. Considered by the other subcommittee as well, and marked: {both}.",
        "ส่วนนี้มีข้อกำหนด {n} ข้อ จากมาตรฐาน {m} ฉบับ ในจำนวนนี้ {both} ข้อต้องพิจารณาโดยอีกคณะหนึ่งด้วย ซึ่งมีป้ายกำกับไว้",
    ),
    "part_read": Text(
        "What asks for attention is shown in full. For the rest, “{label}” opens with a click; paper leaves it out.",
        "ข้อที่ต้องให้ความสนใจแสดงรายละเอียดไว้ครบ ส่วนข้ออื่นกดเปิดดูได้ที่ “{label}” ฉบับพิมพ์ละรายละเอียดส่วนนี้ไว้",
    ),
    "part_empty": Text(
        "This report considers no requirement for this subcommittee.",
        "รายงานนี้ไม่มีข้อกำหนดสำหรับคณะอนุกรรมการคณะนี้",
    ),
    "none_fail": Text(
        "No binding requirement of this part was found unmet.", "ไม่พบว่ามีข้อบังคับข้อใดในส่วนนี้ที่ไม่ผ่าน"
    ),
    "n_open": Text(
        "Binding requirements that could not be decided: {n} ({counts}).",
        "ข้อบังคับที่ยังตัดสินไม่ได้มี {n} ข้อ ({counts})",
    ),
    "by_standard": Text("Result by standard", "ภาพรวมผลรายมาตรฐาน"),
    "by_standard_note": Text(
        "One mark is one requirement. Shape and sign tell the result, also without colour.",
        "หนึ่งเครื่องหมายแทนข้อกำหนดหนึ่งข้อ รูปทรงและสัญลักษณ์บอกผลได้แม้พิมพ์ขาวดำ",
    ),
    "of_standards": Text("Standard", "มาตรฐาน"),
    "no_clauses": Text("no requirement", "ไม่มีข้อกำหนด"),
    "issuer": Text("Issued by", "ผู้ออก"),
    "edition": Text("Edition", "ฉบับที่อ้าง"),
    "about": Text("What it is, and what of it was not seen", "ลักษณะ และส่วนที่ยังไม่ได้เห็น"),
    "standard_result": Text("Result of the whole standard", "ผลของมาตรฐานทั้งฉบับ"),
    "n_selected": Text("Requirements considered: {n} ({counts})", "พิจารณาข้อกำหนด {n} ข้อ ({counts})"),
    "n_here": Text("Of these in this part: {n} ({counts})", "อยู่ในส่วนนี้ {n} ข้อ ({counts})"),
    "clause_list": Text("{standard}: requirements ({n})", "{standard}: ข้อกำหนด {n} ข้อ"),
    "other_part": Text("Both subcommittees: also in the other part", "พิจารณาทั้งสองคณะ: ดูในอีกส่วน"),
    # the chain of a requirement
    "chain": Text("Evidence, documents and sources", "หลักฐาน เอกสาร และที่มา"),
    "n_checks": Text("checks: {n}", "ข้อตรวจ {n} ข้อ"),
    "n_planned": Text("not built yet: {n}", "ยังไม่ได้จัดทำ {n} ข้อ"),
    "n_documents": Text("documents: {n}", "เอกสาร {n} ฉบับ"),
    "tested_by": Text("Checks", "ข้อตรวจ"),
    "planned": Text("Checks not built yet", "ข้อตรวจที่ยังไม่ได้จัดทำ"),
    "attestation": Text("Attestation", "คำรับรอง"),
    "expects": Text("Document expected", "เอกสารที่ต้องยื่น"),
    "accepts": Text("Loosest threshold accepted", "ค่าต่ำสุดที่ยอมรับ"),
    "rests_on": Text("Applies by statement", "ใช้ตามคำแจ้งเรื่อง"),
    "not_tested": Text("What is not tested, and why", "สิ่งที่ไม่ได้ตรวจ และเหตุผล"),
    "note": Text("Note", "หมายเหตุ"),
    "waiver": Text("Waiver", "ข้อยกเว้น"),
    "source_date": Text("dated {day}", "ลงวันที่ {day}"),
    "source_undated": Text("date unknown", "ไม่ทราบวันที่"),
    "and_more": Text("and {n} more", "และอีก {n} รายการ"),
    "author": Text("Written by", "ผู้จัดทำ"),
    "approver": Text("Approved by", "ผู้เห็นชอบ"),
    "doc_number": Text("no. {number}", "เลขที่ {number}"),
    "doc_place": Text("cited at {place}", "อ้างถึง {place}"),
    "doc_signed": Text("signed by {who}", "ลงนามโดย {who}"),
    "doc_issued": Text("issued {day}", "ออกเมื่อ {day}"),
    "doc_expires": Text("valid until {day}", "ใช้ได้ถึง {day}"),
    "doc_seen": Text("What was read there", "สิ่งที่อ่านพบ"),
    "doc_copy": Text("Copy in the run folder", "สำเนาในโฟลเดอร์การตรวจ"),
    "doc_not_kept": Text("no copy was kept", "ไม่ได้เก็บสำเนาไว้"),
    "serves": Text("Requirements that this check serves", "ข้อกำหนดที่ใช้ผลของข้อตรวจนี้"),
    # not covered
    "gap_intro": Text(
        "Requirements that nobody looked at, or not in full: {n} of {m}. Nothing can be concluded about what was not looked at.",
        "ข้อกำหนด {n} จาก {m} ข้อ ยังไม่มีผู้ตรวจหรือยังตรวจไม่ครบ จึงยังสรุปผลของส่วนที่ไม่ได้ตรวจไม่ได้",
    ),
    "gap_planned": Text("Waiting for a check that is not built yet: {n}", "รอข้อตรวจที่ยังไม่ได้จัดทำ {n} ข้อ"),
    "gap_untested": Text("Beyond the reach of a harness: {n}", "เครื่องมือตรวจเข้าไม่ถึง {n} ข้อ"),
    "gap_other": Text("Not looked at for another reason: {n}", "ไม่ได้ตรวจด้วยเหตุอื่น {n} ข้อ"),
    "gap_profile": Text("Other gaps that the profile states", "ส่วนอื่นที่เกณฑ์ระบุว่าไม่ได้ตรวจ"),
    "gap_none": Text(
        "Every requirement was looked at, and the profile states no gap.",
        "ข้อกำหนดทุกข้อมีการตรวจ และเกณฑ์ไม่ได้ระบุส่วนที่ไม่ได้ตรวจ",
    ),
    # documents to hand in
    "due": Text("Documents still to hand in", "เอกสารที่ยังต้องยื่น"),
    "due_intro": Text(
        "Documents missing or to be renewed: {n}; for binding requirements: {must}. Binding ones come first, then the earliest date.",
        "มีเอกสารที่ยังขาดหรือต้องต่ออายุ {n} รายการ เป็นเอกสารของข้อบังคับ {must} รายการ เรียงข้อบังคับก่อน แล้วตามวันครบกำหนด",
    ),
    "due_none": Text("No document is missing.", "ไม่มีเอกสารค้างยื่น"),
    "due_list": Text("{part}: documents ({n})", "{part}: เอกสาร {n} รายการ"),
    "due_what": Text("Document", "เอกสาร"),
    "due_why": Text("Why", "เหตุที่ต้องยื่น"),
    "due_by": Text("By", "ภายในวันที่"),
    "due_link": Text("Hand in by {day}", "ยื่นภายในวันที่ {day}"),
    "overdue": Text("overdue", "เลยกำหนด"),
    # waivers
    "waivers": Text("Waivers", "ข้อยกเว้นที่อนุมัติ"),
    "waiver_debt": Text(
        "Waivers: {n}; failures under them: {m}. The results stay failures; each has to be put right before its waiver ends.",
        "มีข้อยกเว้น {n} รายการ ครอบคลุมผลที่ไม่ผ่าน {m} รายการ ผลเหล่านี้ยังคงเป็น “ไม่ผ่าน” และต้องแก้ไขให้เสร็จก่อนข้อยกเว้นสิ้นสุด",
    ),
    "no_waivers": Text("No failure is under a waiver.", "ไม่มีผลไม่ผ่านที่ได้รับข้อยกเว้น"),
    "waiver_list": Text("Accepted failures, the earliest end first", "ผลไม่ผ่านที่ยอมรับไว้ชั่วคราว เรียงตามวันสิ้นสุด"),
    "waiver_faults": Text("Waivers that cannot stand", "ข้อยกเว้นที่ใช้ไม่ได้"),
    "waiver_fix": Text(
        "Each of these is an error in the waiver file. Correct it and judge the run again.",
        "แต่ละรายการเป็นข้อผิดพลาดในแฟ้มข้อยกเว้น ต้องแก้ไขแล้วตัดสินผลใหม่",
    ),
    "waiver_over": Text("What is accepted", "สิ่งที่ยอมรับ"),
    "owner_of": Text("Owner", "ผู้รับผิดชอบ"),
    "people": Text("Who answers for it", "ผู้เกี่ยวข้อง"),
    "waiver_approver": Text("Approved by", "ผู้อนุมัติ"),
    "waiver_until": Text("In force", "ช่วงเวลาที่มีผล"),
    "from_to": Text("from {start} to {end}", "ตั้งแต่ {start} ถึง {end}"),
    "days_left": Text("days left: {n}", "เหลือ {n} วัน"),
    "days_over": Text("days since it ended: {n}", "สิ้นสุดมาแล้ว {n} วัน"),
    "covers": Text("failures under it: {n}", "ครอบคลุมผลไม่ผ่าน {n} รายการ"),
    # scores
    "scores": Text("Scores derived from the results", "คะแนนที่คำนวณจากผล"),
    "scores_note": Text(
        "A score is derived from the results above. It never stands in the place of the decision.",
        "คะแนนคำนวณจากผลข้างต้น ใช้ประกอบการพิจารณาเท่านั้น ไม่ใช้แทนผลการตัดสิน",
    ),
    "score_passed": Text("Items that pass", "ข้อที่ผ่าน"),
    "score_all": Text("all of them", "ผ่านครบทุกข้อ"),
    "score_not_all": Text("not all", "ยังไม่ครบทุกข้อ"),
    "score_total": Text("Total", "คะแนนรวม"),
    "score_points": Text("{total} of {points} points", "{total} จาก {points} คะแนน"),
    "score_none": Text("no total yet", "ยังไม่มีคะแนนรวม"),
    "band": Text("Band", "ระดับ"),
    "score_parts": Text("Parts of the score", "องค์ประกอบของคะแนน"),
    "score_part": Text("Part", "องค์ประกอบ"),
    "score_got": Text("Reached", "คะแนนที่ได้"),
    "score_full": Text("Possible", "คะแนนเต็ม"),
    "score_items": Text("Items counted", "ข้อที่นำมานับ"),
    # conflicts
    "conflicts": Text(
        "Conflicts between standards, and the side taken", "ข้อกำหนดที่ขัดกันระหว่างมาตรฐาน และฝ่ายที่เลือกใช้"
    ),
    "conflicts_note": Text(
        "Where texts ask for different things, the profile takes a side. The subcommittee can decide otherwise.",
        "เมื่อมาตรฐานต่างกำหนดไม่ตรงกัน เกณฑ์ที่ใช้ตรวจเลือกฝ่ายหนึ่งไว้ คณะอนุกรรมการอาจพิจารณาเป็นอย่างอื่นได้",
    ),
    "conflict_list": Text("Conflicts decided", "เรื่องที่ขัดกันและเลือกแล้ว"),
    "conflict": Text("Subject", "เรื่อง"),
    "side_taken": Text("Side taken", "ฝ่ายที่เลือกใช้"),
    "side_other": Text("Other sides", "ฝ่ายอื่น"),
    # between the parts and the checks
    "findings_by_check": Text(
        "These are the findings of the checks, for those who put them right. The result by requirement is in the parts above.",
        "หัวข้อนี้แสดงข้อค้นพบจากข้อตรวจ สำหรับผู้ที่ต้องแก้ไข ส่วนผลรายข้อกำหนดอยู่ในส่วนของแต่ละคณะอนุกรรมการข้างต้น",
    ),
    "no_check_finding": Text(
        "No check failed and no binding check is undecided. What documents show stands in the parts above.",
        "ไม่มีข้อตรวจใดไม่ผ่าน และไม่มีข้อตรวจบังคับใดที่ยังตัดสินไม่ได้ ส่วนผลจากเอกสารอยู่ในส่วนของแต่ละคณะอนุกรรมการข้างต้น",
    ),
}
