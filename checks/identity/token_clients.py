"""Who gets tokens, and what is left of them on the way (OAU-11, OAU-13)."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .token_evidence import ClientAuthTrials, TokenAnswer, TokenAnswers
from .token_judging import settle


@check(
    "OAU-11",
    title="Tokens go only to a client that proves itself",
    severity="high",
    verifies=("RFC 6749 §2.3.1", "RFC 6749 §3.2.1", "ASVS 5.0.0-10.4.10"),
    remedy="Authenticate every confidential client at the token endpoint before the grant is looked at, answer invalid_client "
    "otherwise, and never read client_secret from the address.",
    thai=Thai(
        title="ออกโทเคนให้เฉพาะไคลเอนต์ที่พิสูจน์ตัวตนได้",
        why="รหัสอนุญาต (code) อาจรั่วจากประวัติเบราว์เซอร์หรือบันทึกของเครื่องแม่ข่าย หากแลกเป็นโทเคนได้โดยไม่ต้องพิสูจน์ว่าเป็นไคลเอนต์ตัวจริง "
        "ผู้ที่ได้รหัสไปย่อมเข้าถึงข้อมูลผู้ป่วยได้ และความลับที่ส่งในที่อยู่เว็บจะค้างอยู่ในบันทึกของทุกระบบที่ผ่าน",
        remedy="ยืนยันตัวตนไคลเอนต์ที่มีความลับทุกครั้งก่อนพิจารณาสิทธิ ตอบ invalid_client เมื่อไม่ผ่าน และไม่รับ client_secret จากที่อยู่เว็บ",
    ),
    absence=True,
)
def clients_prove_themselves(found: ClientAuthTrials) -> Judgement:
    """Check that a good code is worth nothing to who cannot authenticate as its client.

    Codes leak from histories and logs. If one can be exchanged without the client's proof, who finds it reads
    the patient's record. A secret in the address stays in the log of every system on the way.
    """
    return settle(found)


@check(
    "OAU-13",
    title="Answers with tokens are not stored on the way",
    severity="medium",
    verifies=("RFC 6749 §5.1", "RFC 9111 §5.2.2.5"),
    remedy="Answer every request at the token endpoint with Cache-Control: no-store.",
    thai=Thai(
        title="คำตอบที่มีโทเคนไม่ถูกเก็บไว้ระหว่างทาง",
        why="หากแคชหรือพร็อกซีเก็บคำตอบที่มีโทเคนไว้ ผู้อื่นที่ใช้เครื่องหรือเครือข่ายเดียวกันอาจได้โทเคนที่เปิดข้อมูลผู้ป่วยไป",
        remedy="ตอบทุกคำขอที่ token endpoint ด้วย Cache-Control: no-store",
    ),
)
def tokens_not_stored(found: TokenAnswers) -> Judgement:
    """Check that answers with tokens carry no-store.

    A cache that keeps an answer with a token hands it to whoever uses the same computer or proxy next, and
    with it the patient's data.
    """
    given = tuple(one for one in found.answers if one.given)
    if not given:
        return inconclusive("no token was given", "ไม่มีการออกโทเคน")
    bare = tuple(one for one in given if not _no_store(one))
    names = joined((both(one.name) for one in bare or given), ", ")
    if bare:
        judgement = failed("without no-store: {names}", "ไม่มี no-store: {names}", names=names)
    else:
        judgement = passed(
            "no-store in the answers to: {names}", "มี no-store ในคำตอบต่อ: {names}", names=names
        )
    return replace(
        judgement,
        assertions=len(given),
        exchanges=tuple(one.exchange.id for one in bare or given),
        facts=tuple(
            (one.name, ", ".join(one.exchange.values("cache-control"))[:80] or "absent") for one in given
        ),
    )


def _no_store(one: TokenAnswer) -> bool:
    directives = ",".join(one.exchange.values("cache-control")).lower().split(",")
    return "no-store" in {directive.strip() for directive in directives}
