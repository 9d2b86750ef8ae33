"""What the authorization endpoint gives out and gives back (OAU-06, OAU-07, OAU-08)."""

from collections.abc import Iterable

from msgspec.structs import replace

from harness.experiment import refused
from harness.model import Judgement, Text, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .authorization_evidence import AuthorizationTrials, Returned


@check(
    "OAU-06",
    title="No access token comes through the browser's address or for a password",
    severity="high",
    verifies=("RFC 9700 §2.1.2", "RFC 9700 §2.4", "ASVS 5.0.0-10.4.4"),
    remedy="Allow clients the response type code only, and take the implicit and the password grant out of the provider.",
    absence=True,
    thai=Thai(
        title="ระบบไม่ให้ access token ผ่านที่อยู่ในเบราว์เซอร์หรือแลกด้วยรหัสผ่านโดยตรง",
        why="โทเคนในที่อยู่ของเบราว์เซอร์รั่วผ่านประวัติและสคริปต์ในหน้าเว็บ ส่วนการให้แอปพลิเคชันถือรหัสผ่านทำให้รหัสผ่านของเจ้าหน้าที่"
        "ไปอยู่กับแอปพลิเคชันและข้ามการยืนยันตัวตนหลายปัจจัยได้",
        remedy="อนุญาตเฉพาะ response_type=code และปิด implicit grant กับ password grant ของระบบยืนยันตัวตน",
    ),
)
def no_implicit_no_password(trials: AuthorizationTrials) -> Judgement:
    """Check that the test clients get no access token from the authorization endpoint, and none for a password.

    A token in the address stays in histories and is read by every script of the page; a password given to a
    client teaches people to give it away and walks past the second factor. What the metadata offer to other
    clients, and response types that give an id_token only, are facts.
    """
    found = refused(trials.tokens)
    identity = ", ".join(a.name for a in trials.identity if a.granted) or "none"
    facts = (("offered by the metadata", ", ".join(trials.offered) or "none"), ("id_token only", identity))
    return replace(found, facts=facts)


@check(
    "OAU-07",
    title="The state comes back as it was sent",
    severity="medium",
    verifies=("RFC 6749 §4.1.2", "RFC 6749 §4.1.2.1"),
    remedy="Keep state as opaque text, encode it when it goes into the redirect, and return it with errors too.",
    thai=Thai(
        title="ค่า state ถูกส่งกลับตรงตามที่ส่งมา",
        why="ไคลเอนต์ใช้ state ป้องกันการปลอมคำขอข้ามเว็บ หากค่าถูกตัดหรือเปลี่ยน ไคลเอนต์จะเข้าสู่ระบบไม่ได้หรือผู้พัฒนาจะปิดการตรวจ "
        "ทำให้ผู้โจมตีผูกบัญชีของตนเข้ากับเซสชันของเจ้าหน้าที่ได้",
        remedy="เก็บ state เป็นข้อความทึบ เข้ารหัสเมื่อใส่ในที่อยู่ และส่งกลับเมื่อเกิดข้อผิดพลาดด้วย",
    ),
)
def state_exact(trials: AuthorizationTrials) -> Judgement:
    """Check that state returns byte for byte: the usual, one with every sign, a long one, and with an error.

    Clients recognise their own requests by it. Where it is cut or changed, sign-in breaks for some and the
    comparison is switched off, which lets an attacker sign a nurse in under the attacker's account.
    """
    return _returned(trials.states, "state")


@check(
    "OAU-08",
    title="The issuer that answers name is the provider",
    severity="medium",
    verifies=("RFC 9207 §2", "RFC 9207 §2.4", "RFC 9700 §4.4.2.1"),
    remedy="Add iss with the issuer of the metadata to every authorization answer, errors too, and say so in the metadata.",
    thai=Thai(
        title="ค่า iss ในคำตอบตรงกับผู้ให้บริการยืนยันตัวตน",
        why="ไคลเอนต์ที่ใช้ผู้ให้บริการหลายราย (เช่น ThaID และระบบของโรงพยาบาล) ต้องรู้ว่าคำตอบมาจากรายใด มิฉะนั้นผู้โจมตีที่คุมรายหนึ่ง"
        "จะหลอกเอารหัสอนุญาตของอีกรายได้",
        remedy="ใส่ iss ซึ่งตรงกับ issuer ใน metadata ในทุกคำตอบรวมถึงคำตอบที่เป็นข้อผิดพลาด และประกาศไว้ใน metadata",
    ),
)
def issuer_named(trials: AuthorizationTrials) -> Judgement:
    """Check that iss, where it is promised or present, names this provider in every answer.

    A client of several providers (ThaID beside the hospital's own) tells by it who answered; a wrong or missing
    one lets a dishonest provider collect the codes of an honest one.
    """
    named = [r for r in trials.issuers if r.answered and r.present]
    if trials.names_issuer:
        return _returned(trials.issuers, "iss")
    if not any(r.answered for r in trials.issuers):
        return inconclusive("no answer came back to the client", "ไม่มีคำตอบกลับไปยังไคลเอนต์")
    if named:
        return _returned(tuple(named), "iss")
    return not_applicable(
        "rule: applies where the metadata promise iss (RFC 9207) or an answer carries it; fact: neither does",
        "เงื่อนไข: ใช้เมื่อ metadata ประกาศ iss (RFC 9207) หรือคำตอบมีค่า iss; ข้อเท็จจริง: ไม่มีทั้งสองอย่าง",
    )


def _returned(values: tuple[Returned, ...], what: str) -> Judgement:
    """Every answer to the client gives the value back exactly; the first one has to be answered."""
    answered = [r for r in values if r.answered]
    silent = _names(r for r in values if not r.answered).en
    if not values or not values[0].answered:
        return inconclusive("the good request was not answered", "คำขอที่ถูกต้องไม่ได้รับคำตอบ")
    wrong = [r for r in answered if not r.exact]
    facts = (("not answered to the client", silent),) if silent else ()
    if wrong:
        said = joined(r.amiss for r in wrong)
        found = failed(
            "{what} is not what it must be: {said}", "ค่า {what} ไม่ถูกต้อง: {said}", what=what, said=said
        )
    else:
        found = passed(
            "{what} is right in {n} answers: {names}",
            "ค่า {what} ถูกต้องใน {n} คำตอบ: {names}",
            what=what,
            n=len(answered),
            names=_names(answered),
        )
    ids = tuple(r.exchange for r in (wrong or answered) if r.exchange)
    return replace(found, assertions=len(answered), exchanges=ids, facts=facts)


def _names(values: Iterable[Returned]) -> Text:
    names = (f"{r.name} ({r.length} characters)" if r.name == "long" else r.name for r in values)
    return joined(map(both, names), ", ")
