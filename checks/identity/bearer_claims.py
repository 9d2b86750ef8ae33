"""What the resource reads in a token whose signature fits: its time (JWT-06), audience (JWT-07), issuer (JWT-08), crit (JWT-10)."""

from msgspec.structs import replace

from harness.experiment import Experiment
from harness.model import Fault, Judgement, Text, Verdict, inconclusive, needs_review
from harness.registry import Thai, check

from .bearer_evidence import SignedTokens, TokenTimes
from .bearer_reading import judged, told, unprovable


@check(
    "JWT-06",
    title="A token is refused when its time is over or has not come",
    severity="high",
    verifies=("ASVS 5.0.0-9.2.1", "RFC 7519 §4.1.4", "RFC 7519 §4.1.5", "RFC 9068 §4", "CWE-613"),
    remedy="Verify exp and nbf of every token, with a leeway of at most a few minutes for clocks that differ.",
    example="""
    # Python, joserfc
    jwt.JWTClaimsRegistry(leeway=60, exp={"essential": True}).validate(token.claims)
    """,
    absence=True,
    thai=Thai(
        title="โทเคนที่หมดอายุหรือยังไม่เริ่มมีผลถูกปฏิเสธ",
        why="โทเคนที่รั่วไหลควรใช้ได้เพียงชั่วครู่ หากระบบไม่ตรวจเวลา โทเคนเก่าจากบันทึกหรือเครื่องที่สูญหายจะเปิดเวชระเบียนได้ตลอดไป แม้ผู้ใช้ถูกเพิกถอนสิทธิ์แล้ว",
        remedy="ตรวจ exp และ nbf ของโทเคนทุกครั้ง โดยเผื่อความคลาดเคลื่อนของนาฬิกาไม่เกินไม่กี่นาที",
    ),
)
def time_is_enforced(found: TokenTimes) -> Judgement:
    """A token that leaked should be worth nothing soon.

    With the test environment's signing key, tokens are made that ended an hour ago and that begin in an hour.
    Without one, a genuine token that lives a minute at most is waited for; one still let in shortly after its
    end proves nothing, as RFC 7519 allows a leeway of a few minutes. Tokens that live longer prove nothing
    either. That `iat` lies ahead, or that no end is there, is told but not judged: no standard asks to refuse it.
    """
    experiment = found.experiment
    facts = told(found.told)
    if found.by == "the signing key" or experiment.not_offered is not None:
        return replace(judged(experiment), facts=facts)
    if found.by != "waiting":
        return _not_proven(found)
    judgement = judged(experiment)
    if judgement.verdict is Verdict.FAIL:
        judgement = _within_leeway(found, judgement)
    elif judgement.verdict is Verdict.PASS and found.not_before:
        review = needs_review(
            "the genuine token is refused after its end; whether nbf is looked at could not be tried without a signing key",
            "โทเคนจริงถูกปฏิเสธหลังหมดอายุ แต่ไม่มีกุญแจลงลายมือชื่อจึงทดลองไม่ได้ว่าระบบตรวจ nbf หรือไม่",
        )
        judgement = replace(review, exchanges=judgement.exchanges, control=judgement.control)
    return judgement


def _not_proven(found: TokenTimes) -> Judgement:
    control = found.experiment.control
    if control is None or not control.granted:
        return judged(found.experiment)
    if found.seconds is None:
        return unprovable(Text("the genuine token has no end", "โทเคนจริงไม่มีเวลาหมดอายุ"))
    return unprovable(
        Text(
            f"the genuine token lives {found.seconds} s, too long to be waited for",
            f"โทเคนจริงมีอายุ {found.seconds} วินาที นานเกินกว่าจะรอ",
        )
    )


def _within_leeway(found: TokenTimes, judgement: Judgement) -> Judgement:
    doubt = inconclusive(
        "the genuine token is still let in {n} s after its end, which a leeway of a few minutes may explain (RFC 7519 §4.1.4)",
        "โทเคนจริงยังใช้ได้ {n} วินาทีหลังหมดอายุ ซึ่งอาจเป็นการเผื่อเวลาไม่กี่นาที (RFC 7519 §4.1.4)",
        n=found.waited,
    )
    return replace(doubt, fault=Fault.TARGET, exchanges=judgement.exchanges, control=judgement.control)


def _claimed(found: SignedTokens, experiment: Experiment | None) -> Judgement:
    return unprovable(found.why) if experiment is None else judged(experiment)


@check(
    "JWT-07",
    title="A token issued for another audience is refused",
    severity="high",
    verifies=("ASVS 5.0.0-9.2.3", "ASVS 5.0.0-10.3.1", "RFC 9068 §4", "RFC 8725 §3.9", "RFC 9700 §2.3"),
    remedy="Give every service an audience of its own, have the provider put it into aud, and refuse tokens whose aud is another.",
    example="""
    // Node.js, jose
    await jwtVerify(token, keys, { audience: 'https://api.example.go.th' })
    """,
    absence=True,
    thai=Thai(
        title="โทเคนที่ออกให้แก่ผู้รับรายอื่นถูกปฏิเสธ",
        why="ระบบอื่นที่ใช้ผู้ให้บริการรายเดียวกัน เช่น แอปนัดหมาย ได้รับโทเคนของผู้ป่วยไปด้วย หากระบบเวชระเบียนไม่ตรวจผู้รับ ระบบเหล่านั้นหรือผู้ที่เจาะเข้าไปได้จะนำโทเคนมา"
        "เปิดเวชระเบียนได้",
        remedy="กำหนด audience เฉพาะให้แต่ละบริการ ให้ผู้ให้บริการใส่ไว้ใน aud และปฏิเสธโทเคนที่ aud เป็นของผู้อื่น",
    ),
)
def audience_is_checked(found: SignedTokens) -> Judgement:
    """Other services of the same provider get tokens of the same people.

    An appointment app, or whoever breaks into it, must not open records with what it was given. Tried with the
    signing key are another audience, a list of others, none, and the right one with an ending; without a key, a
    genuine token for another resource where the provider issues one (RFC 8707).
    """
    if found.audience is None and not found.audience_named:
        why = Text("the genuine token names no audience at all", "โทเคนจริงไม่ระบุผู้รับเลย")
        return unprovable(why)
    return _claimed(found, found.audience)


@check(
    "JWT-08",
    title="A token of another issuer is refused, and the issuer's name is compared exactly",
    severity="high",
    verifies=("RFC 8725 §3.8", "RFC 9068 §4", "RFC 7519 §4.1.1", "ASVS 5.0.0-9.1.3"),
    remedy="Configure the issuer's exact name and refuse tokens whose iss differs in any letter.",
    example="""
    # Spring
    spring.security.oauth2.resourceserver.jwt.issuer-uri: https://id.example.go.th
    """,
    absence=True,
    thai=Thai(
        title="โทเคนของผู้ออกรายอื่นถูกปฏิเสธ และเปรียบเทียบชื่อผู้ออกตรงกันทุกตัวอักษร",
        why="กุญแจชุดเดียวกันอาจใช้กับหลายระบบ เช่น ระบบทดสอบกับระบบจริง หากไม่ตรวจผู้ออก โทเคนที่ใครก็ขอได้จากระบบทดสอบจะเปิดข้อมูลผู้ป่วยจริงได้",
        remedy="ตั้งค่าชื่อผู้ออกให้ตรงตัว และปฏิเสธโทเคนที่ iss ต่างไปแม้เพียงตัวอักษรเดียว",
    ),
)
def issuer_is_checked(found: SignedTokens) -> Judgement:
    """One key may serve several issuers, such as a realm for tests and one for patients.

    A token that anybody gets from the first must not open records behind the second. Tried with the signing key
    are another issuer, the right one with a slash more or less, with an ending, and none.
    """
    return _claimed(found, found.issuer)


@check(
    "JWT-10",
    title="A token that demands something the resource does not know, or says two things, is refused",
    severity="medium",
    verifies=("RFC 7515 §4.1.11", "RFC 7519 §4", "RFC 7797 §7"),
    remedy="Use a library that refuses unknown members of crit and takes the last of two claims of one name, or refuses both.",
    example="""
    # Python: joserfc refuses crit members that were not registered
    """,
    absence=True,
    thai=Thai(
        title="โทเคนที่กำหนดเงื่อนไขซึ่งระบบไม่รู้จัก หรือระบุสองค่าขัดกัน ถูกปฏิเสธ",
        why="ผู้ออกใช้ crit บอกว่าต้องเข้าใจเงื่อนไขใดก่อนเชื่อโทเคน เช่น การผูกกับอุปกรณ์ หากระบบข้ามไป การป้องกันนั้นจะหายไปโดยไม่มีผู้ใดทราบ และหากแต่ละส่วนของระบบอ่าน"
        "ค่าที่ซ้ำกันต่างกัน ผู้โจมตีจะใช้ช่องว่างนั้นได้",
        remedy="ใช้ไลบรารีที่ปฏิเสธ crit ที่ไม่รู้จัก และใช้ค่าสุดท้ายเมื่อชื่อซ้ำหรือปฏิเสธทั้งโทเคน",
    ),
)
def critical_is_understood(found: SignedTokens) -> Judgement:
    """With crit the issuer says what must be understood before a token is trusted.

    Whoever skips that drops a protection in silence. Tried with the signing key are an unknown member of crit,
    the unencoded payload of RFC 7797, which JWTs must not use, and a token with two ends of validity of which
    the last, past one counts; the last only where an ended token is refused by itself.
    """
    return _claimed(found, found.critical)
