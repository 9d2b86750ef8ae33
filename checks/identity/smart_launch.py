"""How an app comes by its tokens: for this FHIR server (SMT-03), as a service (SMT-07), again and no wider (SMT-08)."""

from msgspec.structs import replace

from harness.model import Judgement, Verdict, needs_review
from harness.registry import Thai, check

from .smart_evidence import SmartLaunch, SmartRefresh, SmartService
from .token_judging import attempts, noted, settle, settled


@check(
    "SMT-03",
    title="Tokens for the FHIR server are given only to requests that name it as their audience",
    severity="high",
    verifies=("SMART App Launch 2.2, App Launch, Obtain authorization code", "RFC 8707 §2", "RFC 9700 §2.3"),
    remedy="Compare the aud of the authorization request with the FHIR base, letter by letter, before anybody is asked to "
    "sign in, and refuse any other.",
    example="""
    GET /authorize?response_type=code&client_id=…&aud=https://fhir.example.go.th/r4&scope=launch/patient…
    """,
    absence=True,
    thai=Thai(
        title="ออกโทเคนของเซิร์ฟเวอร์ FHIR ให้เฉพาะคำขอที่ระบุเซิร์ฟเวอร์นั้นเป็นผู้รับ (aud)",
        why="ผู้ประสงค์ร้ายตั้งเซิร์ฟเวอร์ FHIR ปลอมแล้วชักนำให้แอปเชื่อมต่อ แอปจะพาผู้ป่วยไปลงชื่อเข้าใช้ที่ระบบจริงและส่งโทเคนที่ได้ไปยังเซิร์ฟเวอร์ปลอม หากระบบไม่ตรวจ aud โทเคนนั้นจะเปิดเวชระเบียนจริงได้",
        remedy="เทียบ aud ของคำขออนุญาตกับที่อยู่ฐานของ FHIR ทุกตัวอักษรก่อนให้ผู้ใช้ลงชื่อเข้าใช้ และปฏิเสธค่าอื่นทั้งหมด",
    ),
)
def audience_checked(found: SmartLaunch) -> Judgement:
    """A counterfeit FHIR server sends its visitors' apps to the genuine sign-in, and is handed the token afterwards.

    The app says in `aud` for which server it wants one; a provider that does not compare it gives the
    counterfeit a token for the genuine record. An attempt counts as granted where a token comes of it that opens
    this server. How a request without any `aud` is to be answered SMART does not say, so a person decides there.
    """
    judgement = settled(tuple(e for name, e in found.experiments.items() if name == "audience"))
    if judgement.verdict is not Verdict.PASS or found.absent is None or not found.absent.granted:
        return judgement
    review = needs_review(
        "refused with another aud, but a request without any is given a token; do apps other than SMART's need that?",
        "ปฏิเสธ aud อื่น แต่คำขอที่ไม่มี aud ยังได้โทเคน มีแอปอื่นที่มิใช่ SMART จำเป็นต้องใช้หรือไม่",
    )
    return replace(review, exchanges=(found.absent.exchange,), control=judgement.control)


@check(
    "SMT-07",
    title="Backend services get tokens for sound assertions only, each of them once",
    severity="high",
    verifies=(
        "SMART App Launch 2.2, Client Authentication: Asymmetric (public key), Signature Verification",
        "SMART App Launch 2.2, Backend Services",
        "RFC 7523 §3",
        "ASVS 5.0.0-10.4.10",
    ),
    remedy="Verify the signature with the keys registered for the client, from its registered address only; require iss and "
    "sub to be the client, aud the token endpoint, exp to come within five minutes; remember each jti until then.",
    absence=True,
    thai=Thai(
        title="บริการเบื้องหลังได้โทเคนจากคำรับรองที่ถูกต้องเท่านั้น และแต่ละฉบับใช้ได้ครั้งเดียว",
        why="บริการเบื้องหลังอ่านข้อมูลของผู้ป่วยได้ทุกคนโดยไม่มีผู้ใช้กำกับ หากระบบยอมรับคำรับรองปลอมหรือคำรับรองเก่า ผู้ใดก็ตามจะนำเวชระเบียนออกไปได้ทั้งหมด",
        remedy="ตรวจลายมือชื่อด้วยกุญแจที่ไคลเอนต์ลงทะเบียนไว้จากที่อยู่ที่ลงทะเบียนเท่านั้น กำหนดให้ iss และ sub เป็นไคลเอนต์ aud เป็นปลายทางออกโทเคน exp ไม่เกินห้านาที และจดจำ jti จนพ้นเวลานั้น",
    ),
)
def services_proven(found: SmartService, *, policy: bool = False) -> Judgement:
    """A backend service reads every patient's record, with no person beside it.

    Whoever passes for one with a forged or an overheard assertion takes all of it away. The assertions are those
    of OAU-12, made for the service: wrong in one thing each, or presented twice; a good one brings a token that
    opens the FHIR server. SMART binds the client to a life of five minutes, a known kid and an iat that is not
    ahead; whether the server must refuse others it leaves open (`policy`).
    """
    judgement = settle(found, "forged", "used", *(["policy"] if policy else []))
    return judgement if policy else noted(judgement, "policy: granted", attempts(found, "policy"))


@check(
    "SMT-08",
    title="An app's refresh token brings no wider access to the record, and serves no other app",
    severity="high",
    verifies=("SMART App Launch 2.2, App Launch, Refresh access token", "RFC 6749 §6", "RFC 9700 §4.14.2"),
    remedy="Keep the granted scopes and the client with the refresh token; refuse or leave out every scope that is not among "
    "them, also one that only widens a letter or drops a category.",
    absence=True,
    thai=Thai(
        title="โทเคนต่ออายุของแอปไม่ทำให้เข้าถึงเวชระเบียนได้มากขึ้น และแอปอื่นนำไปใช้ไม่ได้",
        why="ผู้ป่วยอนุญาตให้แอปอ่านเวชระเบียนบางส่วนเป็นเวลานาน หากการต่ออายุขอส่วนที่เหลือได้เอง หรือแอปอื่นใช้โทเคนนั้นได้ ข้อมูลจะถูกเปิดเผยโดยที่ผู้ป่วยไม่เคยยินยอม",
        remedy="เก็บขอบเขตที่อนุญาตและไคลเอนต์ไว้กับโทเคนต่ออายุ ปฏิเสธหรือตัดขอบเขตที่ไม่อยู่ในนั้น รวมถึงขอบเขตที่เพิ่มเพียงตัวอักษรหรือตัดหมวดหมู่ออก",
    ),
)
def refresh_no_wider(found: SmartRefresh) -> Judgement:
    """A patient lets an app read a part of the record for months.

    If refreshing can ask for the rest, or another app can use the token, records are opened that nobody agreed
    to open. OAU-10 asks the same of the provider's other scopes; here it is SMART's, for the FHIR server.
    """
    return settle(found)
