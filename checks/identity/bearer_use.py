"""How the resource takes tokens: which kind (JWT-09), in which place (OAU-14), with which scope (OAU-15)."""

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Fault, Judgement, Text, Verdict, failed, inconclusive, needs_review, passed
from harness.registry import Thai, check
from harness.wording import both

from .bearer_evidence import BearerUse
from .bearer_reading import judged
from .published_reading import ids, listed, said, undecided


@check(
    "JWT-09",
    title="Only access tokens open the resource; id_tokens and refresh tokens do not",
    severity="high",
    verifies=("ASVS 5.0.0-9.2.2", "RFC 9068 §4", "RFC 8725 §3.11", "RFC 8725 §3.12"),
    remedy="Issue access tokens with typ at+jwt and an audience of their own, and refuse every other type at the resource.",
    example="""
    // Node.js, jose
    await jwtVerify(token, keys, { typ: 'at+jwt', audience: 'https://api.example.go.th' })
    """,
    absence=True,
    thai=Thai(
        title="เฉพาะโทเคนเข้าถึงเท่านั้นที่เปิดทรัพยากรได้ id_token และโทเคนรีเฟรชเปิดไม่ได้",
        why="id_token บอกเพียงว่าใครเข้าสู่ระบบและถูกส่งผ่านเบราว์เซอร์กับแอปจำนวนมาก หากใช้เปิดเวชระเบียนได้ ผู้ที่เห็น id_token จะเปิดข้อมูลได้โดยไม่มีขอบเขตสิทธิ์ใดจำกัด",
        remedy="ออกโทเคนเข้าถึงด้วย typ at+jwt และ audience ของตนเอง และให้ทรัพยากรปฏิเสธโทเคนชนิดอื่นทุกชนิด",
    ),
)
def only_access_tokens(found: BearerUse) -> Judgement:
    """An id_token says who signed in; it passes through browsers and apps and carries no scope.

    If it opens records, whoever sees one reads them without any limit. The genuine id_token and refresh token of
    the same sign-in are offered as bearer tokens; where access tokens are typed at+jwt and a signing key is at
    hand, also a token like them of another type.
    """
    return judged(found.kinds)


@check(
    "OAU-14",
    title="Tokens are taken from the Authorization header only, and refusals say how to ask",
    severity="medium",
    verifies=("RFC 6750 §2.2", "RFC 6750 §2.3", "RFC 6750 §3", "RFC 9700 §4.3.2", "ASVS 5.0.0-14.2.1"),
    remedy="Read the token from the Authorization header alone, and answer requests without a good token with 401 and "
    "`WWW-Authenticate: Bearer`.",
    example="""
    HTTP/1.1 401 Unauthorized
    WWW-Authenticate: Bearer realm="patients", error="invalid_token"
    """,
    absence=True,
    thai=Thai(
        title="ระบบรับโทเคนจากเฮดเดอร์ Authorization เท่านั้น และการปฏิเสธแจ้งวิธีขอที่ถูกต้อง",
        why="โทเคนที่อยู่ในที่อยู่เว็บจะค้างในประวัติเบราว์เซอร์ บันทึกของพร็อกซีและเครื่องแม่ข่าย และส่งต่อไปยังเว็บไซต์อื่น ผู้ที่อ่านบันทึกเหล่านั้นจะเปิดเวชระเบียนได้",
        remedy="อ่านโทเคนจากเฮดเดอร์ Authorization เท่านั้น และตอบคำขอที่ไม่มีโทเคนที่ใช้ได้ด้วย 401 พร้อม `WWW-Authenticate: Bearer`",
    ),
)
def header_only(found: BearerUse) -> Judgement:
    """A token in an address stays in histories and logs and is passed on to other sites.

    RFC 9700 forbids it. In a form body RFC 6750 leaves it to special cases, so a person decides there; it is
    tried with a GET, for a POST might write something. A refusal names the way to ask in WWW-Authenticate, or
    clients cannot tell a bad token from a broken service.
    """
    query = judged(found.query)
    if query.verdict not in (Verdict.PASS, Verdict.INCONCLUSIVE):
        return query
    refusals = (found.anonymous, found.nonsense)
    wrong = [text for exchange in refusals if (text := _silent(exchange))]
    if wrong:
        why = listed(wrong)
        judgement = failed("{en}", "{th}", en=why.en, th=why.th)
        return replace(judgement, exchanges=ids(refusals), assertions=3)
    if query.verdict is Verdict.INCONCLUSIVE:
        return query
    unclear = [e for e in refusals if not e.answered or (e.status or 500) >= 500 or e.status == 429]
    if unclear:
        why = said(unclear[0])
        return undecided(f"a request without a good token {why.en}", f"คำขอที่ไม่มีโทเคนที่ใช้ได้ {why.th}", *unclear)
    if any(a.granted for a in found.form.attempts):
        taken = needs_review(
            "the token is also taken from a form body, which RFC 6750 §2.2 leaves to special cases",
            "ระบบรับโทเคนจากเนื้อหาแบบฟอร์มด้วย ซึ่ง RFC 6750 §2.2 ให้ใช้เฉพาะกรณีพิเศษ",
        )
        return replace(taken, exchanges=tuple(a.exchange for a in found.form.attempts), control=query.control)
    good = passed(
        "refused in the query and in a form; without a good token {one} and {other} with WWW-Authenticate",
        "ปฏิเสธโทเคนในที่อยู่และในแบบฟอร์ม และเมื่อไม่มีโทเคนที่ใช้ได้ตอบ {one} และ {other} พร้อม WWW-Authenticate",
        one=found.anonymous.status,
        other=found.nonsense.status,
    )
    return replace(good, assertions=4, exchanges=(*query.exchanges, *ids(refusals)), control=query.control)


def _silent(exchange: Exchange) -> Text | None:
    """Why a refusal does not say how to ask: RFC 6750 §3 wants a challenge with every one."""
    status = exchange.status or 0
    if not exchange.answered or status < 300 or status == 429 or status >= 500:
        return None  # no refusal
    challenges = [value.strip().lower() for value in exchange.values("www-authenticate")]
    if any("bearer" in c or "dpop" in c for c in challenges):
        return None
    name = both(exchange.label) if exchange.label else Text("a request", "คำขอหนึ่ง")
    return Text(
        "{name}: answered {status} without WWW-Authenticate for bearer tokens",
        "{name}: ตอบ {status} โดยไม่มี WWW-Authenticate สำหรับโทเคน",
    ).of({"name": name, "status": exchange.status})


@check(
    "OAU-15",
    title="A token without the scope that the resource needs is refused",
    severity="critical",
    verifies=("ASVS 5.0.0-10.3.2", "RFC 6750 §3.1", "RFC 9068 §4", "CWE-863"),
    remedy="Compare the scope of the token with what the operation needs, at the resource, for every operation; answer 403 with "
    "insufficient_scope.",
    example="""
    HTTP/1.1 403 Forbidden
    WWW-Authenticate: Bearer error="insufficient_scope", scope="patients.read"
    """,
    absence=True,
    thai=Thai(
        title="โทเคนที่ไม่มีขอบเขต (scope) ที่ทรัพยากรต้องใช้ถูกปฏิเสธ",
        why="ผู้ใช้ยินยอมให้แอปใช้ข้อมูลเพียงบางส่วน หากทรัพยากรไม่ตรวจขอบเขต แอปที่ขอเพียงชื่อจะอ่านผลตรวจและประวัติการรักษาได้ทั้งหมดโดยผู้ป่วยไม่ได้ยินยอม",
        remedy="ให้ทรัพยากรเทียบขอบเขตของโทเคนกับที่การทำงานแต่ละอย่างต้องใช้ทุกครั้ง และตอบ 403 พร้อม insufficient_scope",
    ),
)
def scope_is_enforced(found: BearerUse) -> Judgement:
    """People consent to a part of their data.

    If the resource does not look at the scope, an app that was given the name reads the whole record. A token of
    the same person without the resource's scope is asked for and offered; the scope is named in the target file.
    """
    if found.narrow is not None:
        return judged(found.narrow)
    why = found.lacking or Text("no narrower token could be had", "ไม่สามารถขอโทเคนที่ขอบเขตแคบกว่าได้")
    judgement = inconclusive("{en}, so nothing was tried", "{th} จึงไม่ได้ทดลอง", en=why.en, th=why.th)
    return replace(judgement, assertions=0, fault=Fault.CONFIGURATION)
