"""Realistic runs by clause: a platform half way through its paperwork, a hostile one, and the whole catalogue at once.

Rows are those of the shipped catalogue; everything said of the platform is invented.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from msgspec.structs import replace

from harness import catalogue
from harness.ledger import (
    Attested,
    Clause,
    DocumentSeen,
    Due,
    FactInfo,
    GateResult,
    Ledger,
    Planned,
    Resolution,
    ScoreResult,
    SourceInfo,
    StandardSummary,
    Tally,
    WaiverInfo,
)
from harness.model import Decision, Obligation, Text, Verdict
from harness.record import Item, Run
from harness.requirement import Part, Requirement
from harness.settings import words
from tests import report_sample as sample

AS_OF = "2026-11-23"
#: Standards of the smaller run, with the most rows that it takes of each.
TAKEN = {"ctam": 19, "cocsirt": 19, "wss": 16, "pdpa-logs": 33, "data-governance": 14}
#: Facts that exclude rows, and what the platform says.
SAID = {
    "passwords": "yes",
    "secondary_use": "no",
    "fhir": "no",
    "bulk_export": "no",
    "own_idp": "no",
    "category": "medium",
    "thaid": "yes",
    "moph_alert": "",
}
WAIVERS = {"server-version": ("HTTP-14", "portal"), "old-tls": ("TLS-03", "portal.demo.test:443")}
#: Rows that show what no row of the catalogue shows on this platform: the check that serves them here.
SERVED = {"CTAM-11": ("HTTP-22",), "CTAM-13": ("CK-06",), "CTAM-17": ("DNS-01",), "CTAM-15": ("WEB-21",)}
#: A row that passes by its document and of which something stays out of a harness's reach.
UNREACHED = {
    "CTAM-S2": Text(
        "Whether incidents went unreported cannot be seen from outside.",
        "ไม่อาจทราบจากภายนอกว่ามีเหตุการณ์ที่ไม่ได้แจ้งหรือไม่",
    )
}
_RANK = tuple(Verdict)
_OPEN = (Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.NOT_COVERED, Verdict.NEEDS_REVIEW)
_NEUTRAL = (Verdict.NOT_APPLICABLE, Verdict.INFO)


@cache
def half_way() -> Run:
    """Five standards, some 100 requirements, every verdict, documents good and bad, waivers, a score, conflicts."""
    return _run(TAKEN, _items())


@cache
def whole() -> Run:
    """Every requirement of the catalogue and 93 checks: for size and layout."""
    items = _items()
    more = tuple(
        replace(item, id=f"{item.domain.upper()}-{100 + n}", results=tuple(replace(r, check=f"{item.domain.upper()}-{100 + n}") for r in item.results))
        for n, item in enumerate(items[: 93 - len(items)])
    )  # fmt: skip
    return _run(dict.fromkeys(catalogue.load().standards, 1000), (*items, *more))


def settled() -> Run:
    """Everything passes: two documents, no waiver, nothing left to hand in, nothing that nobody looked at."""
    run = sample.conforming()
    found = tuple(
        replace(c, checks=("TLS-01", "HTTP-03"), planned=(), not_tested=None, rests_on=(), verdict=Verdict.PASS,
                attested=attested(c.id, 0), standing=None, waived=False, reason=Text("holds", "เป็นไปตามข้อกำหนด"))
        for c in half_way().ledger.clauses[:6]
    )  # fmt: skip
    ledger = replace(
        half_way().ledger, clauses=found, due=(), waivers=(), faults=(), scores=(), resolutions=(), facts=(),
        standards=_standards({"ctam": 6}, found),
        gates=tuple(_gate(g.id, g.title, g.part, Decision.CONFORMANT, found) for g in half_way().ledger.gates),
    )  # fmt: skip
    return replace(run, not_covered=(), ledger=ledger)


def hostile() -> Run:
    """The half-way run with markup, control characters and very long strings in every string there is."""
    made: Run = sample._poison(half_way())
    huge = Text(sample.NASTY + "A" * 1_000_000, sample.NASTY + "ก" * 1_000_000)
    first, *others = made.ledger.clauses
    paper = replace(
        attested("X", 0).documents[0],
        name=huge.en,
        number=huge.en,
        seen=huge,
        kept="javascript:alert(1)//.pdf",
    )
    swollen = replace(
        first, title=huge, reason=huge, expects=huge, note=huge, not_tested=huge, limits=(huge.en,) * 40,
        attested=Attested(verdict=Verdict.FAIL, reason=huge, statement=huge.en, author=huge.en, approver=huge.en, documents=(paper,) * 40),
        planned=tuple(Planned(huge.en, huge) for _ in range(40)),
    )  # fmt: skip
    return replace(made, ledger=replace(made.ledger, clauses=(swollen, *others), faults=(huge.en, huge.en)))


def _items() -> tuple[Item, ...]:
    items = sample.bad().items
    claim = next(item for item in items if item.id == "WEB-16")
    said = Text("No FHIR API answers where the platform says there is none", "ไม่พบ FHIR API ตามที่แพลตฟอร์มแจ้ง")
    facts = (
        replace(claim, id="FACT-01", title=said, results=tuple(replace(r, check="FACT-01") for r in claim.results)),
        replace(claim, id="FACT-02", title=Text("No bulk export answers", "ไม่พบการส่งออกข้อมูลจำนวนมาก"), verdict=Verdict.FAIL,
                results=tuple(replace(r, check="FACT-02", verdict=Verdict.FAIL, reason=Text("says no bulk export; `$export` answers 202", "แจ้งว่าไม่มี แต่ `$export` ตอบ 202")) for r in claim.results)),
    )  # fmt: skip
    return tuple(map(_waived, (*items, *facts)))


def _waived(item: Item) -> Item:
    over = {place: id for id, place in WAIVERS.items()}
    results = tuple(
        replace(r, waiver=over.get((item.id, r.subject))) if r.verdict is Verdict.FAIL else r
        for r in item.results
    )
    if all(r.waiver is None for r in results):
        return item
    return replace(
        item, results=results, standing=worst(Verdict.PASS if r.waiver else r.verdict for r in results)
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=_RANK.index, default=Verdict.NOT_COVERED)


def attested(id: str, kind: int) -> Attested:
    """What an attestation may show: 0 good, 1 out of date, 2 altered, 3 says that it is not met, else nothing handed in."""
    if kind > 3:
        return Attested(
            verdict=Verdict.NOT_RUN, reason=Text("no statement was handed in", "ยังไม่มีการยื่นคำรับรอง")
        )
    verdict, reason, seen = (
        (Verdict.PASS, Text("stated, approved by another person, and in date", "มีคำรับรอง มีผู้เห็นชอบอีกคนหนึ่ง และยังไม่พ้นกำหนด"),
         Text("page 3 exists; the words asked for stand there; dated inside the window", "มีหน้า 3 พบคำที่กำหนด และวันที่อยู่ในช่วงที่ยอมรับ")),
        (Verdict.NEEDS_REVIEW, Text("the statement ended on 2026-10-31", "คำรับรองสิ้นสุดเมื่อ 2026-10-31"),
         Text("page 3 exists; none of the expected words stands there: restore, กู้คืน", "มีหน้า 3 แต่ไม่พบคำที่คาดไว้: restore, กู้คืน")),
        (Verdict.NEEDS_REVIEW, Text("the document is not the one that was attested: its digest differs", "เอกสารไม่ตรงกับฉบับที่รับรอง ค่าแฮชไม่ตรงกัน"),
         Text("an altered document is not read", "ไม่อ่านเอกสารที่ถูกแก้ไข")),
        (Verdict.FAIL, Text("stated and approved that it is not met", "รับรองและเห็นชอบว่ายังไม่เป็นไปตามข้อกำหนด"),
         Text("page 3 exists; the words asked for stand there", "มีหน้า 3 และพบคำที่กำหนด")),
    )[kind]  # fmt: skip
    digest = sample.digest(id)
    paper = DocumentSeen(
        name=f"แผนและหลักฐานประกอบ {id}.pdf", number="ตย 0201/88", version="2.1", place="หน้า 3–5 หัวข้อ “การทดสอบกู้คืน”", digest=digest,
        kept=None if kind == 2 else f"documents/{digest}.pdf", signatory="นายตัวอย่าง ลงนามแทน", issued="2026-05-31", expires="2027-05-31" if kind else "",
        seen=seen,
    )  # fmt: skip
    return Attested(
        verdict=verdict, reason=reason, statement="หน่วยงานดำเนินการตามข้อกำหนดนี้ครบถ้วน ตามเอกสารที่แนบ", author="นางสาวตัวอย่าง จัดทำ เจ้าหน้าที่สารสนเทศ (2569-11-02)",
        approver="นายตัวอย่าง เห็นชอบ ผู้อำนวยการ (2569-11-09)", documents=(paper,) if kind else (paper, replace(paper, name="บันทึกผล.docx", kept=f"documents/{digest}.docx")),
    )  # fmt: skip


def _clause(n: int, standard: str, id: str, row: Requirement, items: dict[str, Item]) -> Clause:
    mine = [items[check] for check in dict.fromkeys((*row.checks, *SERVED.get(id, ()))) if check in items]
    shown = attested(id, n % 6) if row.evidence else None
    denied = next((f for f, values in row.applies.items() if SAID.get(f) and SAID[f] not in values), None)
    parts = [
        *(i.verdict for i in mine),
        *([shown.verdict] if shown else []),
        *([Verdict.NOT_COVERED] if row.planned else []),
    ]
    left = [*(i.standing or i.verdict for i in mine), *parts[len(mine) :]]
    verdict = (
        Verdict.NOT_APPLICABLE if denied else Verdict.INFO if row.derived and not parts else worst(parts)
    )
    lost = not denied and any(i.standing for i in mine)
    return Clause(
        id=id, standard=standard, title=row.title, obligation=row.obligation, methods=row.methods, part=row.part, sources=row.sources,
        confidence=row.confidence, verdict=verdict, reason=_reason(verdict, row, mine, shown), checks=tuple(i.id for i in mine),
        planned=tuple(Planned(name, what) for name, what in row.planned.items()), limits=tuple(f"{place}: {words(limit)}" for place, limit in row.limits.items()),
        expects=row.evidence.what if row.evidence else None, attested=None if denied else shown, rests_on=tuple(row.applies),
        not_tested=row.not_tested or UNREACHED.get(id), note=row.note, waived=lost, standing=worst(left) if lost else None,
    )  # fmt: skip


def _reason(verdict: Verdict, row: Requirement, mine: list[Item], shown: Attested | None) -> Text:
    if shown and shown.verdict is verdict:
        return shown.reason
    if verdict is Verdict.NOT_APPLICABLE:
        return Text(
            "rule: applies where the platform says yes; fact: it says no",
            "เงื่อนไข: ใช้เมื่อแพลตฟอร์มแจ้งว่าใช่; ข้อเท็จจริง: แจ้งว่าไม่ใช่",
        )
    if verdict is Verdict.NOT_COVERED:
        names = ", ".join(row.planned)
        return Text(
            f"nobody has looked at all of it: {names} not available", f"ยังไม่ได้ตรวจครบถ้วน: ไม่มี {names}"
        )
    names = ", ".join(i.id for i in mine if i.verdict is verdict) or "–"
    return row.derived or Text(f"by {names}", f"ตามผลของ {names}")


def _run(taken: dict[str, int], items: tuple[Item, ...]) -> Run:
    found = _clauses(taken, items)
    base = sample.bad()
    counts = Counter(item.verdict for item in items)
    return replace(
        base, items=items, counts={v: counts[v] for v in Verdict if counts[v]}, tally=_tally(found), ledger=_ledger(taken, found, items),
        domains=tuple(sample._summary(d, items) for d in sample.TITLES),
        profile=replace(base.profile, id="moph-bma", title=Text("Platform of Bangkok: technical and governance parts", "แพลตฟอร์มของกรุงเทพมหานคร: ส่วนเทคนิคและส่วนธรรมาภิบาล")),
    )  # fmt: skip


def _clauses(taken: dict[str, int], items: tuple[Item, ...]) -> tuple[Clause, ...]:
    by_id = {item.id: item for item in items}
    rows = catalogue.load().standards
    chosen = [
        (s, id, row) for s, most in taken.items() for id, row in list(rows[s].requirements.items())[:most]
    ]
    return tuple(_clause(n, *one, by_id) for n, one in enumerate(chosen))


def _standards(taken: Iterable[str], found: tuple[Clause, ...]) -> tuple[StandardSummary, ...]:
    made = []
    for id in taken:
        text = catalogue.load().standards[id]
        counts = Counter(c.verdict for c in found if c.standard == id)
        made.append(
            StandardSummary(
                id=id, title=text.title, issuer=text.issuer, edition=text.edition, about=text.about,
                verdict=worst(counts), counts={v: counts[v] for v in Verdict if counts[v]},
            )
        )  # fmt: skip
    return tuple(made)


def _tally(found: Iterable[Clause]) -> Tally:
    must = [c.verdict for c in found if c.obligation is Obligation.MUST and c.verdict not in _NEUTRAL]
    decided = [v for v in must if v not in _OPEN]
    return Tally(len(must), len(decided), decided.count(Verdict.PASS))


def _gate(id: str, title: Text, part: Part, decision: Decision, found: tuple[Clause, ...]) -> GateResult:
    mine = [c for c in found if c.part in (part, Part.BOTH)]
    return GateResult(id=id, title=title, part=part, decision=decision, tally=_tally(mine))


def _ledger(taken: dict[str, int], found: tuple[Clause, ...], items: tuple[Item, ...]) -> Ledger:
    known = catalogue.load()
    by_id = {item.id: item for item in items}
    return Ledger(
        as_of=AS_OF, standards=_standards(taken, found), clauses=found,
        sources={key: SourceInfo(s.title, s.where, s.date, s.confidence) for key, s in known.sources.items()},
        facts=tuple(_fact(id, by_id) for id in SAID),
        resolutions=tuple(
            Resolution(id=id, title=c.title, chosen=next(iter(c.sides)), sides={name: side.says for name, side in c.sides.items()})
            for id, c in known.conflicts.items()
        ),
        gates=(
            _gate("technical", Text("Technical systems and cyber security", "ระบบเทคนิคและความมั่นคงปลอดภัยไซเบอร์"), Part.TECHNICAL, Decision.NON_CONFORMANT, found),
            _gate("governance", Text("Data governance", "ธรรมาภิบาลข้อมูล"), Part.GOVERNANCE, Decision.UNDETERMINED, found),
        ),
        waivers=tuple(
            WaiverInfo(id=id, check=check, subject=subject, owner="นายตัวอย่าง ดูแลระบบ ผู้ดูแลแพลตฟอร์ม", approver="นางตัวอย่าง อนุมัติ ผู้อำนวยการ",
                       reason="เปลี่ยนอุปกรณ์หน้าเครือข่ายตามแผนจัดซื้อ งวดที่ 2 ระหว่างนี้จำกัดการเข้าถึงจากเครือข่ายภายใน", issued="2026-11-01",
                       expires=f"2027-0{n + 1}-28", days_left=90 * (n + 1))
            for n, (id, (check, subject)) in enumerate(WAIVERS.items())
        ),
        due=tuple(
            Due(requirement=c.id, obligation=c.obligation, part=c.part, what=c.expects, why=c.attested.reason, by=f"2026-12-{23 + n % 3}" if n % 7 else "2026-11-20")
            for n, c in enumerate(found) if c.expects and c.attested and c.attested.verdict in _OPEN
        ),
        scores=tuple(_scores(found)),
        faults=("waiver `old-portal`: CORS-02 on portal passes, so nothing is waived; did you mean CORS-01? Remove the entry or correct it",),
    )  # fmt: skip


def _fact(id: str, items: dict[str, Item]) -> FactInfo:
    fact = catalogue.load().facts[id]
    probe = items.get(fact.probed_by or "")
    return FactInfo(
        id=id, title=fact.title, value=SAID[id], check=fact.probed_by, probe=probe.verdict if probe else None
    )


def _scores(found: tuple[Clause, ...]) -> Iterable[ScoreResult]:
    """The score that the catalogue asks for, as it stands, and as it would be with everything decided."""
    verdicts = {c.id: c.verdict for c in found}
    asked = catalogue.load().standards["ctam"].scores["ctam-plus"]
    items = tuple((id, verdicts.get(id, Verdict.NOT_COVERED)) for id in asked.items)
    passed = sum(v is Verdict.PASS for _, v in items)
    impact = Text("Declared impact", "ผลกระทบที่แจ้ง")
    score = ScoreResult(
        id="ctam-plus", standard="ctam", title=asked.title, passed=passed, of=len(items), all_passed=False, total=None, points=10, band=None,
        parts=((Text("Items passed", "ข้อที่ผ่าน"), round(7 * passed / 17, 2), 7.0), (impact, None, 3.0)), items=items,
        why=Text("no total while 9 items are undecided and no impact is declared", "ยังไม่มีคะแนนรวม เพราะมีข้อที่ยังตัดสินไม่ได้ 9 ข้อ และยังไม่ได้แจ้งผลกระทบ"),
        confidence=asked.confidence, note=asked.note,
    )  # fmt: skip
    yield score
    yield replace(
        score, id="decided", title=Text("CTAM+ score, last year", "คะแนน CTAM+ ปีก่อน"), passed=15, total=8.95, why=None, band=Text("excellent", "ดีเยี่ยม"),
        parts=((score.parts[0][0], 6.18, 7.0), (impact, 2.77, 3.0)), items=tuple((id, Verdict.PASS) for id, _ in items[:15]),
    )  # fmt: skip
