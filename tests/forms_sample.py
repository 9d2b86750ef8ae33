"""Runs with a ledger of the website standard, to fill forms from: every kind of row, and one from a hostile platform.

Synthetic throughout: reserved names (RFC 2606, RFC 6761), invented people and documents.
"""

import hashlib
from enum import Enum
from typing import Any

import msgspec
from msgspec.structs import replace

from harness.ledger import (
    Attested,
    Clause,
    DocumentSeen,
    Due,
    Ledger,
    Planned,
    StandardSummary,
    Tally,
    WaiverInfo,
)
from harness.model import Decision, Fault, Obligation, Severity, Text, Verdict
from harness.record import Item, ProfileInfo, Result, Run, ScopeInfo, TargetInfo
from harness.requirement import Confidence, Method, Part

SECOND = Confidence.SECONDARY
FORCE = {"m": Obligation.MUST, "s": Obligation.SHOULD, "y": Obligation.MAY}
PLACES = ("portal.demo.test:443", "api.demo.test:443", "login.demo.test:443")
REMEDY = Text(
    "Switch TLS 1.0 and 1.1 off on every listener, then look at the answers of old devices.",
    "ปิด TLS 1.0 และ 1.1 ทุกช่องทางที่เปิดรับการเชื่อมต่อ แล้วตรวจดูผลกระทบต่ออุปกรณ์รุ่นเก่า",
)
#: id, verdict; what the results say. English | Thai
CHECKS = """
TLS-01 pass|SSL 2.0 is refused|ปฏิเสธ SSL 2.0
TLS-02 pass|SSL 3.0 is refused|ปฏิเสธ SSL 3.0
TLS-03 fail|TLS 1.0 is accepted with `TLS_RSA_WITH_AES_128_CBC_SHA`|ยอมรับ TLS 1.0 ด้วยชุดรหัส `TLS_RSA_WITH_AES_128_CBC_SHA`
TLS-04 fail|TLS 1.1 is accepted|ยอมรับ TLS 1.1
TLS-05 pass|TLS 1.3 is offered|ให้บริการ TLS 1.3
TLS-06 inconclusive|the control did not answer within 5 s, so silence proves nothing|การทดสอบควบคุมไม่ตอบภายใน 5 วินาที การเงียบจึงพิสูจน์อะไรไม่ได้
CRT-01 pass|the chain leads to an accepted root|สายใบรับรองโยงถึงรากที่ยอมรับ
HTTP-01 fail|`http://portal.demo.test/` answers 200 with a page|`http://portal.demo.test/` ตอบ 200 พร้อมหน้าเว็บ
HTTP-14 fail|Server says `nginx/1.18.0`|เฮดเดอร์ Server แสดง `nginx/1.18.0`
HTTP-26 pass|no page loads anything over plain HTTP|ไม่มีหน้าใดโหลดเนื้อหาผ่าน HTTP ธรรมดา
DNS-01 not_run|no resolver was named|ไม่ได้ระบุเครื่องแม่ข่ายชื่อโดเมน
ATN-03 error|the probe broke: ValueError|ตัวเก็บข้อมูลขัดข้อง: ValueError
WEB-21 needs_review|2 strings look like names of people|พบข้อความ 2 รายการที่คล้ายชื่อบุคคล
"""
#: id, verdict, force; title English | Thai | checks | planned | document expected (Thai)
ROWS = """
WSS-P02 pass m|A written security policy for the site|มีนโยบายความมั่นคงปลอดภัยของเว็บไซต์เป็นลายลักษณ์อักษร|||นโยบายความมั่นคงปลอดภัยของเว็บไซต์ที่ได้รับอนุมัติแล้ว
WSS-P03 needs_review m|The policy is kept current|นโยบายได้รับการปรับปรุงให้เป็นปัจจุบัน|||บันทึกการทบทวนนโยบายภายใน 12 เดือน
WSS-A05 fail s|A penetration test every year|มีการทดสอบเจาะระบบทุกปี|||รายงานผลการทดสอบเจาะระบบประจำปี
WSS-A06 not_applicable s|Third parties are managed|มีการบริหารจัดการผู้ให้บริการภายนอก|||
WSS-D02 not_covered m|Input is checked and output made safe against SQL injection, XSS and CSRF|มีการตรวจสอบข้อมูลนำเข้าและทำให้ข้อมูลที่แสดงผลปลอดภัย เพื่อป้องกัน SQL injection, XSS และ CSRF||WEB-01 WEB-04 WEB-05|
WSS-D03 not_covered s|Segmentation, the web apart from the database|มีการแบ่งส่วนเครือข่าย โดยแยกเว็บออกจากฐานข้อมูล||PRT-01|แผนผังเครือข่ายที่แสดงเว็บและฐานข้อมูลอยู่คนละส่วน
WSS-N06 fail s|The web server is hardened (CIS)|มีการปรับตั้งค่าเว็บเซิร์ฟเวอร์ให้มั่นคงปลอดภัย (CIS)|HTTP-14||
WSS-N09 fail m|Certificate and settings of TLS are secure|ใบรับรองและการตั้งค่า TLS ของเว็บไซต์มีความมั่นคงปลอดภัย โดยใช้ TLS 1.3 รหัสลับ AES หรือ ChaCha20 และ SHA-256 หรือแข็งแรงกว่า|TLS-01 TLS-02 TLS-03 TLS-04 TLS-05 TLS-06 CRT-01|TLS-31|
WSS-N10 fail m|HTTPS on every URL; port 80 closed or redirected|ทุก URL ใช้ HTTPS และพอร์ต 80 ปิดอยู่หรือเปลี่ยนเส้นทางไปยัง HTTPS|HTTP-01 HTTP-26||
WSS-N11 not_run s|DNSSEC|โดเมนมีการลงลายมือชื่อด้วย DNSSEC|DNS-01||
WSS-AC03 error m|Lock after five failed logins, for at least 15 minutes|บัญชีถูกล็อกเมื่อเข้าสู่ระบบผิด 5 ครั้ง เป็นเวลาอย่างน้อย 15 นาที|ATN-03||
WSS-L01 needs_review m|Access, changes and security events are logged|มีการบันทึกการเข้าถึง การเปลี่ยนแปลง และเหตุการณ์ด้านความมั่นคงปลอดภัย|WEB-21||
WSS-M04 fail y|SIEM, XDR or SOAR|มีการใช้ SIEM, XDR หรือ SOAR|||เอกสารที่ระบุผลิตภัณฑ์ที่ใช้งาน
WSS-I01 pass m|An incident response plan for the site|มีแผนรับมือภัยคุกคามทางไซเบอร์สำหรับเว็บไซต์|||แผนรับมือภัยคุกคามทางไซเบอร์ (incident response plan)
WSS-BC01 inconclusive m|A business continuity plan|มีแผนบริหารความต่อเนื่องทางธุรกิจ (BCP)|TLS-06||
WSS-X1 info s|The report states which text was used|รายงานระบุว่าใช้ข้อความมาตรฐานฉบับใดในสองฉบับที่เผยแพร่อยู่|||
"""
REASONS = {
    Verdict.PASS: Text("holds", "เป็นไปตามข้อกำหนด"),
    Verdict.FAIL: Text("not met", "ไม่ผ่าน"),
    Verdict.NOT_APPLICABLE: Text(
        "rule: applies where “uses third parties” is yes; fact: the platform says no",
        "เงื่อนไข: ใช้เมื่อ “ใช้ผู้ให้บริการภายนอก” เป็น yes; ข้อเท็จจริง: แพลตฟอร์มแจ้งว่า no",
    ),
    Verdict.INFO: Text("derived by the harness", "เครื่องมือตรวจจัดทำให้จากผลการตรวจ"),
    Verdict.NEEDS_REVIEW: Text(
        "the review is 14 months old, 12 are allowed", "บันทึกการทบทวนมีอายุ 14 เดือน เกินกว่า 12 เดือนที่กำหนด"
    ),
}
OPEN = Text("not decided", "ยังตัดสินไม่ได้")
WAIVER = WaiverInfo(
    id="W-2569-07",
    check="HTTP-01",
    subject="portal",
    owner="นายสมมุติ ตัวอย่าง",
    approver="นางสาวทดสอบ ระบบ",
    reason="the old load balancer is replaced in March",
    issued="2026-11-01",
    expires="2027-03-31",
    days_left=129,
)


def digest(text: str) -> str:
    """A stable SHA-256 for whatever needs one."""
    return hashlib.sha256(text.encode()).hexdigest()


def _item(line: str) -> Item:
    head, en, th = line.split("|")
    id, verdict = head.split()
    places = PLACES if id.startswith(("TLS", "CRT")) else ("portal",)
    fault = Fault.CREDENTIALS if verdict == "not_run" else Fault.NETWORK
    results = tuple(
        Result(
            check=id, subject=place, verdict=Verdict(verdict), reason=Text(en, th), assertions=1, fault=fault,
            waiver=WAIVER.id if id == WAIVER.check else None,
        )
        for place in places
    )  # fmt: skip
    text = Text(f"title of {id}", f"ชื่อข้อตรวจ {id}")
    return Item(
        id=id, version=1, domain=id.split("-")[0].lower(), title=text, why=text, remedy=REMEDY if id.startswith("TLS") else Text(f"Correct {id}.", f"แก้ไขตามข้อ {id}"),
        example="", severity=Severity.HIGH, obligation=Obligation.MUST, verifies=(), settings={}, verdict=Verdict(verdict),
        results=results, standing=Verdict.PASS if id == WAIVER.check else None,
    )  # fmt: skip


def _clause(line: str) -> Clause:
    head, en, th, checks, planned, expects = line.split("|")
    id, said, force = head.split()
    verdict = Verdict(said)
    wanted = Text(f"the document of {id}", expects) if expects else None
    waived = WAIVER.check in checks
    return Clause(
        id=id, standard="wss", title=Text(en, th), obligation=FORCE[force], part=Part.TECHNICAL, sources=("WSS-APP",),
        methods=(Method.TEST,), confidence=Confidence.UNVERIFIED if id == "WSS-X1" else SECOND, verdict=verdict,
        reason=REASONS.get(verdict, OPEN), checks=tuple(checks.split()), expects=wanted,
        planned=tuple(Planned(p, Text(f"what {p} will look at", f"สิ่งที่ข้อตรวจ {p} จะตรวจ")) for p in planned.split()),
        attested=_attested(id, verdict) if wanted else None, waived=waived, standing=Verdict.PASS if waived else None,
    )  # fmt: skip


def _attested(id: str, verdict: Verdict) -> Attested:
    if id == "WSS-D03":
        return Attested(
            verdict=Verdict.NEEDS_REVIEW, reason=Text("no attestation was handed in", "ยังไม่มีการยื่นคำรับรอง")
        )
    return Attested(
        verdict=verdict, reason=REASONS[verdict], statement="…", author="นายสมมุติ ตัวอย่าง", approver="นางสาวทดสอบ ระบบ",
        documents=(
            DocumentSeen(
                name=f"{id.lower()}.pdf", number="ตย 0201/117", version="2.1", place="p. 3", digest=digest(id), kept=f"documents/{digest(id)[:12]}.pdf",
                signatory="นายสมมุติ ตัวอย่าง", issued="2025-09-20", expires="2027-09-20", seen=Text("page 3 was read", "อ่านหน้า 3 แล้ว"),
            ),
        ),
    )  # fmt: skip


def run() -> Run:
    """One run with every kind of row: 2 C, 3 OFI, 2 NC (one under a waiver), 7 not decided, one of each neutral."""
    clauses = tuple(map(_clause, ROWS.strip().splitlines()))
    items = tuple(map(_item, CHECKS.strip().splitlines()))
    return Run(
        id="run-2569-0042", harness="0.2.0", started="2026-11-22T01:15:02Z", finished="2026-11-22T01:19:44Z",
        clock="2026-11-22T01:19:45Z", complete=True, assurance="self-run",
        target=TargetInfo("แพลตฟอร์มระเบียนสุขภาพตัวอย่าง", "สำนักสุขภาพดิจิทัลตัวอย่าง", (
            ("portal", "portal", "https://portal.demo.test/"), ("api", "api", "https://api.demo.test/"),
        ), digest("target")),
        scope=ScopeInfo("นางสาวทดสอบ ระบบ", "หนังสือที่ ตย 0201/1234", "audit@demo.test", ("portal.demo.test",), "", 5.0, 5000, ()),
        profile=ProfileInfo("wss", "2026.1", Text("Website Security Standard", "มาตรฐานการรักษาความมั่นคงปลอดภัยของเว็บไซต์"), "https://standards.test/wss", digest("profile")),
        decision=Decision.NON_CONFORMANT, tally=Tally(9, 4, 2), counts={}, domains=(), items=items, not_covered=(), footprint=(),
        exchanges={}, ledger=_ledger(clauses), files=(),
    )  # fmt: skip


def _ledger(clauses: tuple[Clause, ...]) -> Ledger:
    by_id = {clause.id: clause for clause in clauses}
    return Ledger(
        as_of="2026-11-22",
        standards=(
            StandardSummary(
                id="wss", title=Text("Website Security Standard B.E. 2568 (NCSA)", "มาตรฐานการรักษาความมั่นคงปลอดภัยของเว็บไซต์ พ.ศ. 2568 (สกมช.)"),
                issuer=Text("NCSA", "สกมช."), edition=Text("Gazette of 16 September 2568, as encoded in a community application", "ราชกิจจานุเบกษา 16 กันยายน พ.ศ. 2568 ตามแอปพลิเคชันของผู้พัฒนาอิสระ"),
                about=Text("about", "เกี่ยวกับ"), verdict=Verdict.FAIL, counts={},
            ),
        ),
        clauses=(*clauses, replace(clauses[0], id="CAT-01", standard="ncsa-minimum")),
        waivers=(WAIVER,),
        due=tuple(_due(by_id[id], by) for id, by in (("WSS-P03", "2026-12-22"), ("WSS-I01", "2026-12-01"), ("WSS-D03", "2026-12-22"))),
    )  # fmt: skip


def _due(clause: Clause, by: str) -> Due:
    why = Text("ends soon", "ใกล้สิ้นอายุ") if clause.verdict is Verdict.PASS else clause.reason
    return Due(
        requirement=clause.id, obligation=clause.obligation, part=clause.part,
        what=clause.expects or Text("?", "?"), why=why, by=by,
    )  # fmt: skip


def interrupted() -> Run:
    """The same run, its collection cut short."""
    return replace(run(), complete=False)


def met() -> Run:
    """A run in which nothing has to be improved."""
    made = run()
    kept = tuple(clause for clause in made.ledger.clauses if clause.verdict is Verdict.PASS)
    return replace(made, ledger=replace(made.ledger, clauses=kept))


#: What a spreadsheet might take for a formula, one of each sign; DDE is the classic.
FORMULAS = ("=cmd|' /C calc'!A1", "+1+1", "-2+3", "@SUM(1)", "=HYPERLINK(\"https://attacker.test\")", "\t=1", "\r=1")  # fmt: skip
#: What a hostile platform or author puts into everything it controls.
NASTY = (
    "<script>alert(1)</script><img src=https://attacker.test/x onerror=alert(2)></style></title></bdi><h1>"
    "\"' onmouseover=alert(3) {{7*7}} {0} {name} %s &lt; <!-- ]]> \u202egnp.exe\u202c\u200b\ufeff\x00\x07\x1b[31m\x85\u2028\r\n"
    "_x0041_ &P &F \ud800 \ufffe e\u0301\u0301\u0301\u0301\u0301\u0301 @import url(https://attacker.test/y);"
)


def hostile(long: int = 200_000) -> Run:
    """The run with a formula in front and markup behind in every string there is, and one that is very long."""
    made: Run = _poison(run())
    huge = Text(NASTY + "A" * long, NASTY + "ก" * long)
    first, *rest = made.ledger.clauses
    clauses = tuple(replace(c, standard="wss") for c in (replace(first, title=huge, reason=huge), *rest))
    items = (replace(made.items[0], remedy=huge), *made.items[1:])
    return replace(made, items=items, ledger=replace(made.ledger, clauses=clauses))


def _poison(value: Any) -> Any:
    """Put a formula before and the hostile string behind every plain string below `value`, keys included.

    Equal strings stay equal, so that what refers to each other still does.
    """
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return FORMULAS[len(value) % len(FORMULAS)] + value + NASTY
    if isinstance(value, msgspec.Struct):
        return replace(value, **{n: _poison(getattr(value, n)) for n in value.__struct_fields__})
    if isinstance(value, dict):
        return {_poison(k): _poison(v) for k, v in value.items()}
    return tuple(_poison(v) for v in value) if isinstance(value, tuple) else value
