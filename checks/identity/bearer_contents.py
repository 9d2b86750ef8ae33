"""What a token tells about itself: how long it lives (JWT-11), and who somebody is (JWT-12)."""

from msgspec.structs import replace

from harness.model import Fault, Judgement, Text, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check
from harness.wording import both, cut, joined

from .bearer_evidence import Personal, TokenFacts
from .published_reading import ids


@check(
    "JWT-11",
    title="Access tokens live no longer than the policy allows",
    severity="medium",
    verifies=("RFC 6750 §5.3", "RFC 9068 §2.2", "ASVS 5.0.0-9.2.1", "CWE-613"),
    remedy="Issue access tokens for an hour or less, with exp in the token, and use refresh tokens that rotate for longer sessions.",
    example="""
    # Keycloak, realm settings, tokens
    Access Token Lifespan: 15 minutes
    """,
    thai=Thai(
        title="โทเคนเข้าถึงมีอายุไม่เกินที่นโยบายกำหนด",
        why="โทเคนเข้าถึงเพิกถอนกลางคันได้ยาก ยิ่งมีอายุนาน โทเคนที่รั่วไหลหรืออยู่ในเครื่องที่สูญหายก็ยิ่งเปิดเวชระเบียนได้นาน แม้ผู้ใช้ลาออกหรือเปลี่ยนรหัสผ่านแล้ว",
        remedy="ออกโทเคนเข้าถึงไม่เกินหนึ่งชั่วโมงโดยระบุ exp ในโทเคน และใช้โทเคนรีเฟรชแบบหมุนเวียนสำหรับการใช้งานที่นานกว่า",
    ),
)
def lifetime_is_short(found: TokenFacts, *, at_most_seconds: int = 3600) -> Judgement:
    """An access token can hardly be taken back; what leaks opens records until it ends.

    RFC 6750 §5.3 asks for an hour or less. The longer of what the token says and what the token endpoint said
    counts. A JWT without an end is as good as one that never ends (RFC 9068 §2.2 requires exp).
    """
    stated = [n for n in (found.claimed, found.expires_in) if n is not None]
    facts = (
        ("in the token", _seconds(found.claimed)),
        ("said by the token endpoint", _seconds(found.expires_in)),
    )
    if found.kind == "jwt" and found.claimed is None:
        judgement = failed("the access token is a JWT without an end", "โทเคนเข้าถึงเป็น JWT ที่ไม่มีเวลาหมดอายุ")
    elif not stated:
        judgement = inconclusive(
            "neither the token nor the token endpoint says how long it lives",
            "ทั้งโทเคนและปลายทางออกโทเคนไม่บอกอายุของโทเคน",
        )
        judgement = replace(judgement, fault=Fault.TARGET)
    elif max(stated) > at_most_seconds:
        judgement = failed(
            "access tokens live {n} s, policy at most {most} s",
            "โทเคนเข้าถึงมีอายุ {n} วินาที นโยบายกำหนดไม่เกิน {most} วินาที",
            n=max(stated),
            most=at_most_seconds,
        )
    else:
        judgement = passed(
            "access tokens live {n} s, policy at most {most} s",
            "โทเคนเข้าถึงมีอายุ {n} วินาที นโยบายกำหนดไม่เกิน {most} วินาที",
            n=max(stated),
            most=at_most_seconds,
        )
    return replace(judgement, facts=facts, exchanges=ids([found.exchange]))


def _seconds(value: int | None) -> str:
    return "not stated" if value is None else f"{value} s"


def _personal(claims: tuple[Personal, ...]) -> Text:
    called = Text("{claim} ({what})", "{claim} ({what})")
    return cut(joined(called.of({"claim": p.claim, "what": both(p.what)}) for p in claims), 500)


@check(
    "JWT-12",
    title="Access tokens carry no personal data",
    severity="medium",
    verifies=("RFC 9068 §6", "ASVS 5.0.0-14.2.6", "CWE-359"),
    remedy="Put an opaque identifier into sub and nothing else that tells who somebody is; services ask for more at the userinfo "
    "endpoint or in their own records.",
    example="""
    {"iss": "https://id.example.go.th", "aud": "https://api.example.go.th", "sub": "9f0c5d52a8e1",
     "scope": "patients.read", "iat": 1795000000, "exp": 1795000900, "jti": "c41d..."}
    """,
    absence=True,
    thai=Thai(
        title="โทเคนเข้าถึงไม่มีข้อมูลส่วนบุคคล",
        why="เนื้อหาของ JWT ใครที่ถือโทเคนก็อ่านได้ และโทเคนผ่านแอป พร็อกซี และบันทึกระบบจำนวนมาก เลขประจำตัวประชาชน ชื่อ หรือวันเกิดในโทเคนจึงกระจายออกไปโดยไม่มี"
        "ผู้ควบคุม ขัดกับหลักการใช้ข้อมูลเท่าที่จำเป็น",
        remedy="ใช้รหัสที่ไม่สื่อความหมายใน sub และไม่ใส่ข้อมูลอื่นที่ระบุตัวบุคคล ให้บริการที่จำเป็นขอข้อมูลจาก userinfo หรือจากระบบของตน",
    ),
)
def no_personal_data(found: TokenFacts) -> Judgement:
    """Everybody who holds a JWT can read it, and it passes through apps, proxies and logs.

    Looked at are the names of claims, and values: a citizen id by its check digit (one random number of thirteen
    digits in ten has a right one, so the claim is named), an e-mail address or a telephone number by its form.
    Only the names of claims are kept. An id_token may carry such data and is not looked at here.
    """
    if found.kind != "jwt":
        return not_applicable(
            "rule: applies where access tokens are readable JWTs; fact: this provider's are {kind}",
            "เงื่อนไข: ใช้เมื่อโทเคนเข้าถึงเป็น JWT ที่อ่านได้; ข้อเท็จจริง: โทเคนของผู้ให้บริการรายนี้เป็นแบบ {kind}",
            kind=both(found.kind),
        )
    facts = (
        ("claims", ", ".join(found.claims)[:300]),
        ("type", found.type or "none"),
        ("alg", found.algorithm),
    )
    if found.personal:
        what = _personal(found.personal)
        judgement = failed(
            "claims with personal data: {what}", "ข้อมูลในโทเคนที่เป็นข้อมูลส่วนบุคคล: {what}", what=what
        )
    elif not found.claims:
        judgement = replace(inconclusive("the token has no claims", "โทเคนไม่มีข้อมูล"), fault=Fault.TARGET)
    else:
        judgement = passed(
            "{n} claims, none personal: {what}",
            "ข้อมูล {n} รายการ ไม่มีข้อมูลส่วนบุคคล: {what}",
            n=len(found.claims),
            what=", ".join(found.claims)[:300],
        )
    control = found.exchange.id or "the token was read"
    return replace(
        judgement,
        facts=facts,
        assertions=max(1, len(found.claims)),
        exchanges=ids([found.exchange]),
        control=control,
    )
