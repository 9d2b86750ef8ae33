"""The id_token (OID-04, OID-05)."""

from collections.abc import Iterator

from msgspec.structs import replace

from harness.model import Fault, Judgement, Text, Verdict, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check
from harness.wording import both, joined

from .authorization_evidence import IdToken, OpenIdTrials


@check(
    "OID-04",
    title="The id_token is signed, meant for the client, in time and tied to its access token",
    severity="high",
    verifies=(
        "OpenID Connect Core 1.0 §2",
        "OpenID Connect Core 1.0 §3.1.3.7",
        "OpenID Connect Core 1.0 §3.1.3.8",
    ),
    remedy="Sign the id_token with a key of the published JWKS and fill iss, sub, aud, exp and iat as the standard says; where "
    "azp or at_hash stand in it, they name the client and the access token of the same answer.",
    thai=Thai(
        title="id_token มีลายมือชื่อที่ตรวจสอบได้ ออกให้ไคลเอนต์ที่ถูกต้อง อยู่ในเวลา และผูกกับ access token",
        why="ไคลเอนต์รู้ว่าผู้ใดเข้าสู่ระบบจาก id_token เท่านั้น หากลายมือชื่อหรือค่าใดผิด ไคลเอนต์ที่ตรวจเคร่งครัดจะใช้งานไม่ได้ "
        "ส่วนที่ไม่ตรวจจะยอมรับโทเคนของผู้อื่นด้วย",
        remedy="ลงลายมือชื่อด้วยกุญแจใน JWKS ที่เผยแพร่ และกำหนด iss, sub, aud, exp และ iat ตามมาตรฐาน หากมี azp หรือ at_hash "
        "ต้องตรงกับไคลเอนต์และ access token ในคำตอบเดียวกัน",
    ),
)
def id_token_sound(trials: OpenIdTrials, *, skew_seconds: int = 120) -> Judgement:
    """Check an id_token as a careful client does: signature under the JWKS, iss, aud, azp, sub, exp, iat, at_hash.

    It is all a client knows of who signed in. One that is wrong locks out the clients that look, and teaches the
    others not to. `skew_seconds` is the difference of clocks that is forgiven: a few minutes (RFC 7519 §4.1.4).
    """
    stop = lacking(trials)
    if stop is not None:
        return stop
    token = trials.token
    assert token is not None
    if not token.present:
        return failed("scope openid was granted no id_token", "ขอ scope `openid` แต่ไม่ได้รับ id_token")
    if not token.readable:
        return inconclusive(
            "the id_token cannot be read; it may be encrypted", "อ่าน id_token ไม่ได้ อาจถูกเข้ารหัสไว้"
        )
    return replace(
        _told(token, list(_wrong(token, skew_seconds))), exchanges=(token.exchange,), facts=_facts(token)
    )


def _told(token: IdToken, wrong: list[Text]) -> Judgement:
    if wrong:
        return failed("the id_token is wrong: {what}", "id_token ไม่ถูกต้อง: {what}", what=joined(wrong))
    if token.signature is None:
        return inconclusive(
            "the signature could not be verified: {why}", "ตรวจลายมือชื่อไม่ได้: {why}", why=both(token.doubt)
        )
    found = passed(
        "signature ({alg}), iss, aud, sub, exp and iat hold",
        "ลายมือชื่อ ({alg}), iss, aud, sub, exp และ iat ถูกต้อง",
        alg=token.alg,
    )
    return replace(found, assertions=6 + (token.azp is not None) + (token.at_hash is not None))


def _wrong(token: IdToken, skew: int) -> Iterator[Text]:
    doubt = Text("signature: {doubt}", "ลายมือชื่อ: {doubt}").of({"doubt": both(token.doubt)})
    faults = {
        doubt: token.signature is False,
        Text("iss is not the issuer", "iss ไม่ใช่ผู้ออก"): not token.issuer,
        Text("aud does not name the client", "aud ไม่ได้ระบุไคลเอนต์"): not token.audience,
        Text("azp is not the client", "azp ไม่ใช่ไคลเอนต์"): token.azp is False,
        Text(
            "sub is missing or longer than 255 characters", "ไม่มี sub หรือยาวเกิน 255 อักขระ"
        ): not token.subject,
        Text("at_hash is not that of the access token", "at_hash ไม่ใช่ของโทเคนเข้าถึง"): token.at_hash is False,
    }
    yield from (words for words, holds in faults.items() if holds)
    yield from _times(token.expires_in, token.issued_ago, skew)


def _times(expires_in: int | None, issued_ago: int | None, skew: int) -> Iterator[Text]:
    if expires_in is None:
        yield Text("exp is missing or no time", "ไม่มี exp หรือไม่ใช่เวลา")
    elif expires_in <= -skew:
        n = -expires_in
        yield Text(f"it expired {n} s before it was given", f"หมดอายุก่อนเวลาที่ออก {n} วินาที")
    if issued_ago is None:
        yield Text("iat is missing or no time", "ไม่มี iat หรือไม่ใช่เวลา")
    elif issued_ago < -skew:
        yield Text(f"iat lies {-issued_ago} s in the future", f"iat เป็นเวลาในอนาคต {-issued_ago} วินาที")


def _facts(token: IdToken) -> tuple[tuple[str, str], ...]:
    absent = [name for name in ("azp", "at_hash") if getattr(token, name) is None]
    facts = (
        ("lifetime in seconds", str(token.expires_in)),
        ("not in it, and not required", ", ".join(absent) or "none"),
    )
    return (*facts, ("audiences", str(token.audiences))) if token.audiences > 1 else facts


@check(
    "OID-05",
    title="The nonce of the request stands in the id_token",
    severity="medium",
    verifies=("OpenID Connect Core 1.0 §3.1.3.6", "OpenID Connect Core 1.0 §15.5.2"),
    remedy="Keep the nonce with the code and copy it, unchanged, into the id_token.",
    thai=Thai(
        title="id_token มีค่า nonce ตรงกับที่ส่งมาในคำขอ",
        why="ไคลเอนต์ใช้ nonce ตรวจว่า id_token ออกให้การเข้าสู่ระบบครั้งนี้ หากไม่มีหรือถูกเปลี่ยน ผู้โจมตีนำ id_token เก่าหรือของผู้อื่นมาใช้ซ้ำได้",
        remedy="เก็บ nonce ไว้คู่กับรหัสอนุญาต และใส่ใน id_token โดยไม่เปลี่ยนแปลง",
    ),
)
def nonce_echoed(trials: OpenIdTrials) -> Judgement:
    """Check that the id_token carries the nonce that was sent: the usual one, a long one, one with punctuation.

    By it a client tells a token made for this sign-in from one that was stolen elsewhere and slipped in.
    """
    stop = lacking(trials)
    if stop is not None:
        return stop
    answered = [n for n in trials.nonces if n.answered]
    if not trials.nonces or not trials.nonces[0].answered:
        return inconclusive("no id_token to look at", "ไม่มี id_token ให้ตรวจ")
    wrong = [n for n in answered if not n.exact]
    said = joined(n.amiss for n in wrong)
    found = (
        failed("the nonce is not what was sent: {said}", "ค่า nonce ไม่ตรงกับที่ส่ง: {said}", said=said)
        if wrong
        else passed("{n} nonces came back as sent", "ค่า nonce ทั้ง {n} ค่าตรงกับที่ส่ง", n=len(answered))
    )
    return replace(found, assertions=len(answered), exchanges=tuple(n.exchange for n in wrong or answered))


def lacking(trials: OpenIdTrials) -> Judgement | None:
    """Why there is nothing to judge: no OpenID Connect here, or a test client that does not use it."""
    if not trials.offered:
        return not_applicable(
            "rule: applies to OpenID providers; fact: the metadata name neither the scope openid nor id_tokens",
            "เงื่อนไข: ใช้กับผู้ให้บริการ OpenID; ข้อเท็จจริง: metadata ไม่ระบุ scope `openid` หรือ id_token",
        )
    if not trials.openid:
        reason = Text(
            "the scope of the main test client has no `openid`; add it to try OpenID Connect",
            "ขอบเขต (scope) ของไคลเอนต์ทดสอบ main ไม่มี `openid` โปรดเพิ่มเพื่อทดสอบ OpenID Connect",
        )
        return Judgement(Verdict.NOT_RUN, reason, 0, fault=Fault.CONFIGURATION)
    if trials.token is None:
        return inconclusive("no sign-in was carried out", "ไม่มีการเข้าสู่ระบบ")
    return None
