"""What a token opens at a FHIR server: one patient (SMT-04), its scopes (SMT-05), in time (SMT-06), entry by entry (SMT-09)."""

from msgspec.structs import replace

from harness.model import Judgement
from harness.registry import Thai, check

from .bearer_reading import unprovable
from .smart_evidence import SmartLaunch, SmartScopes
from .token_judging import not_run, settle, settled

_LACKING = "service"


def _of(found: SmartLaunch, name: str) -> Judgement:
    """One experiment; those about the other patient need the backend service that shows that this patient is there."""
    experiment = found.experiments.get(name)
    return settled((experiment,)) if experiment else not_run(found.lacking or (_LACKING,))


@check(
    "SMT-04",
    title="A token for one patient opens no other patient's record, however the request is spelled",
    severity="critical",
    verifies=(
        "SMART App Launch 2.2, Scopes and Launch Context, Patient-specific scopes",
        "HL7 FHIR R4 §3.1.1.4 (search)",
        "ASVS 5.0.0-8.2.2",
    ),
    remedy="Decide on every resource that is to be returned, not on the parameters that were sent: compare its patient with "
    "the patient of the token, after the search and before the answer.",
    example="""
    // HAPI FHIR: rules that hold for reads, searches and compartments alike
    new RuleBuilder()
        .allow().read().allResources().inCompartment("Patient", new IdType("Patient", token.patient())).andThen()
        .denyAll().build();
    """,
    absence=True,
    thai=Thai(
        title="โทเคนของผู้ป่วยรายหนึ่งเปิดเวชระเบียนของผู้ป่วยรายอื่นไม่ได้ ไม่ว่าจะเขียนคำขออย่างไร",
        why="แอปของผู้ป่วยถือโทเคนที่จำกัดไว้เฉพาะเวชระเบียนของผู้ป่วยรายนั้น หากเปลี่ยนรหัสในคำขอหรือใช้ชื่อพารามิเตอร์อื่นแล้วได้ข้อมูลของผู้อื่น ผู้ป่วยเพียงรายเดียวจะอ่านเวชระเบียนของทุกคนได้",
        remedy="ตัดสินสิทธิจากข้อมูลทุกรายการที่จะส่งกลับ มิใช่จากพารามิเตอร์ที่ส่งมา โดยเทียบผู้ป่วยของข้อมูลกับผู้ป่วยในโทเคนหลังค้นหาและก่อนตอบ",
    ),
)
def context_kept(found: SmartLaunch) -> Judgement:
    """An app of a patient holds a token for that patient's record.

    Where another id, or another name of the parameter, brings somebody else's, one patient reads the record of
    everybody. It is asked by read, by search in a dozen spellings and in the other's compartment; an error, a 404
    and an empty Bundle are refusals alike. A backend service shows first that the other record is there.
    """
    return _of(found, "context")


@check(
    "SMT-05",
    title="The FHIR server gives only what the scopes of a token are for",
    severity="critical",
    verifies=(
        "SMART App Launch 2.2, Scopes and Launch Context, Scopes for requesting FHIR Resources",
        "SMART App Launch 2.2, Scopes and Launch Context, Finer-grained resource constraints using search parameters",
        "ASVS 5.0.0-10.3.2",
    ),
    remedy="Read the scopes of the token for every request: the type, the letter of the interaction (c, r, u, d, s) and the "
    "narrowing search, which every returned resource must answer. Grant no scope that is not enforced.",
    example="""
    patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory
    """,
    absence=True,
    thai=Thai(
        title="เซิร์ฟเวอร์ FHIR ให้ข้อมูลเฉพาะตามขอบเขต (scope) ของโทเคน",
        why="ผู้ป่วยยินยอมให้แอปเห็นข้อมูลบางส่วน เช่น ผลตรวจทางห้องปฏิบัติการเท่านั้น หากเซิร์ฟเวอร์ไม่บังคับขอบเขต แอปนั้นจะอ่านเวชระเบียนได้ทั้งหมด ความยินยอมของผู้ป่วยจึงไม่มีความหมาย",
        remedy="ตรวจขอบเขตของโทเคนในทุกคำขอ ทั้งชนิดข้อมูล อักษรของการกระทำ (c, r, u, d, s) และเงื่อนไขค้นหาที่จำกัดไว้ ซึ่งข้อมูลทุกรายการที่ส่งกลับต้องเป็นไปตามนั้น และไม่ออกขอบเขตที่ไม่ได้บังคับใช้",
    ),
)
def scopes_enforced(found: SmartScopes) -> Judgement:
    """A patient lets an app see some of the record: laboratory results and nothing else.

    Where the server does not look, that app reads everything, and the consent means nothing. Tokens of four
    narrow scopes are used for what they are for, which must work, and for what they are not for. What counts is
    the scope that the server says it granted; a scope it does not grant is left out. Writing is not tried.
    """
    judgement = settle(found)
    if not found.skipped:
        return judgement
    return replace(
        judgement, facts=(*judgement.facts, ("scopes not granted as asked", ", ".join(found.skipped)))
    )


@check(
    "SMT-06",
    title="The FHIR server refuses a token that has run out",
    severity="high",
    verifies=("SMART App Launch 2.2, App Launch, Access FHIR API", "RFC 9068 §4", "ASVS 5.0.0-9.2.1"),
    remedy="Compare exp with the clock for every request, with a minute of tolerance at most, and answer 401 afterwards; "
    "where tokens are introspected, do not keep the answer beyond exp.",
    absence=True,
    thai=Thai(
        title="เซิร์ฟเวอร์ FHIR ปฏิเสธโทเคนที่หมดอายุแล้ว",
        why="โทเคนที่หลุดไปในบันทึกหรือในเครื่องที่สูญหายควรใช้ได้เพียงไม่กี่นาที หากเซิร์ฟเวอร์ FHIR ไม่ตรวจวันหมดอายุ ผู้ที่พบโทเคนจะอ่านเวชระเบียนได้ตลอดไป",
        remedy="เทียบ exp กับเวลาปัจจุบันในทุกคำขอ โดยผ่อนผันไม่เกินหนึ่งนาที และตอบ 401 เมื่อหมดอายุ หากตรวจโทเคนด้วย introspection ต้องไม่เก็บผลไว้เกิน exp",
    ),
)
def expired_refused(found: SmartLaunch) -> Judgement:
    """A token that leaked into a log or was lost with a phone should be worth something for minutes only.

    Where the FHIR server does not look at its end, whoever finds it reads the record for ever. The token is made
    with the signing key of the test environment and is right but for its end; one that is right in everything
    works beside it. JWT-06 asks the same of the platform's other resource.
    """
    if "expired" in found.experiments:
        return settled((found.experiments["expired"],))
    return unprovable(found.unsigned)


@check(
    "SMT-09",
    title="Every entry of a batch or transaction is held to the token like a request of its own",
    severity="critical",
    verifies=(
        "SMART App Launch 2.2, Scopes and Launch Context, Batches and Transactions",
        "HL7 FHIR R4 §3.1.0.11 (batch/transaction)",
        "ASVS 5.0.0-8.2.1",
    ),
    remedy="Send the entries of a Bundle through the same authorisation as single requests, with the token of whoever posted "
    "it; do not run them as the server itself.",
    absence=True,
    thai=Thai(
        title="ทุกรายการใน batch หรือ transaction ถูกตรวจสิทธิตามโทเคนเช่นเดียวกับคำขอเดี่ยว",
        why="คำขอหนึ่งชุดอาจมีหลายสิบรายการ หากเซิร์ฟเวอร์ตรวจสิทธิเฉพาะที่ซอง แล้วทำรายการข้างในในนามของตนเอง โทเคนของผู้ป่วยรายเดียวจะนำเวชระเบียนของผู้ป่วยทุกคนออกไปได้ในคำขอเดียว",
        remedy="ให้ทุกรายการใน Bundle ผ่านการตรวจสิทธิแบบเดียวกับคำขอเดี่ยวด้วยโทเคนของผู้ส่ง และไม่ดำเนินการในนามของเซิร์ฟเวอร์เอง",
    ),
)
def entries_held(found: SmartLaunch) -> Judgement:
    """A batch carries dozens of requests in one envelope.

    Where the server looks at the envelope only and runs the entries as itself, the token of one patient takes
    away everybody's record in one request. A batch and a transaction of the own record work; then each carries
    entries that read the other patient. The harness sends reads only.
    """
    return _of(found, "batch")
