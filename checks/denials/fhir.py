"""A FHIR server that is said not to be there (FACT-01)."""

from msgspec.structs import replace

from harness.model import Judgement, failed, passed
from harness.registry import Thai, check

from .evidence import Denials, Trial
from .signatures import CAPABILITIES, OUTCOME, SMART, fhir_type
from .telling import control_of, ids, not_denied, open_question, seen


@check(
    "FACT-01",
    title="A platform that says it offers no FHIR API has none where one would be",
    severity="high",
    verifies=("HL7 FHIR R4 §3.1.0 (capabilities)", "SMART App Launch 2.2 §3.1"),
    remedy="State `fhir: yes` in the target file, so that the requirements for FHIR APIs are assessed; or remove the "
    "server from every address that the public reaches.",
    example="""
    # target file
    facts:
      fhir: "yes"
    """,
    absence=True,
    thai=Thai(
        title="แพลตฟอร์มที่แจ้งว่าไม่มี FHIR API ไม่มี FHIR API อยู่จริงในตำแหน่งที่ควรพบ",
        why="ข้อกำหนดสำหรับ FHIR API จะไม่ถูกประเมินตามคำแจ้งของแพลตฟอร์ม หากมีเซิร์ฟเวอร์ FHIR อยู่จริง ข้อมูลสุขภาพของผู้ป่วยจะเปิดให้เข้าถึงผ่าน"
        "ช่องทางที่ไม่มีผู้ใดตรวจสอบ",
        remedy="ระบุ `fhir: yes` ในไฟล์เป้าหมายเพื่อให้ประเมินข้อกำหนดของ FHIR API หรือนำเซิร์ฟเวอร์ออกจากทุกที่อยู่ที่สาธารณะเข้าถึงได้",
    ),
)
def no_fhir_server(found: Denials) -> Judgement:
    """Check that no FHIR server answers where servers of that kind stand, when the target file says there is none.

    On the platform's word the requirements for FHIR APIs are left out of the assessment; a server that is there
    all the same serves patients' records through a door that nobody has looked at. A server is known by the
    content of its answers, whatever their status: a capability statement, an operation outcome, a SMART
    configuration or the FHIR media type. A page that is the same for every path is none.
    """
    if stop := not_denied(found, "fhir"):
        return stop
    search = found.fhir
    asked = [*search.trials, *search.baselines] if search else []
    shown = [(trial, signs) for trial in asked if (signs := _signs(trial))]
    if shown:
        return replace(
            failed(
                "a FHIR server answers: {what}",
                "พบเซิร์ฟเวอร์ FHIR: {what}",
                what="; ".join(f"{t.name} {t.last.status} ({', '.join(signs)})" for t, signs in shown[:5]),
            ),
            exchanges=ids(trial for trial, _ in shown),
            assertions=len(asked),
        )
    if stop := open_question(found, [search]):
        return stop
    assert search is not None
    return replace(
        passed(
            "{count} places asked where a FHIR server would answer, none does; a random path answered {baseline}",
            "ทดลอง {count} ตำแหน่งที่ควรพบเซิร์ฟเวอร์ FHIR ไม่พบเลย และพาธสุ่มได้รับคำตอบ {baseline}",
            count=len(search.trials),
            baseline=", ".join(seen(b.last) for b in search.baselines),
        ),
        assertions=len(search.trials),
        control=control_of(found),
        exchanges=ids([*search.trials, *search.baselines]),
        facts=tuple((trial.name, seen(trial.last)) for trial in search.trials),
    )


def _signs(trial: Trial) -> list[str]:
    """By what this answer is known as a FHIR server's."""
    signs = [mark for mark in (CAPABILITIES, OUTCOME, SMART) if mark in trial.marks]
    if trial.last.answered and fhir_type(trial.last):
        signs.append("FHIR media type")
    return signs
