"""What the platform asks of ThaID when a sign-in begins (RPT-01, RPT-03, RPT-05, RPT-13)."""

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, info, passed
from harness.registry import Thai, check
from harness.wording import joined

from .evidence import LoginRedirect, ThaidTrials
from .judging import NO_SIGN_IN, moved, plain, undecided

_DOCUMENT = "ThaID RP API 1.0.1"
_PATH = "/api/v2/oauth2/auth"
_FIVE = ("response_type", "client_id", "redirect_uri", "scope", "state")
#: What a sign-in to a health platform may need: who it is, how surely, and the name; not the card or the address.
NEEDED = (
    "openid", "pid", "ial", "name", "name_en", "title", "title_en", "given_name", "given_name_en", "middle_name",
    "middle_name_en", "family_name", "family_name_en", "birthdate", "gender",
)  # fmt: skip


_HARNESS = Text("the harness, as the test configuration says, ", "ตัวทดสอบตามค่าตั้งสำหรับการทดสอบ ")


@check(
    "RPT-01",
    title="The sign-in with ThaID asks with all five parameters",
    severity="medium",
    verifies=(f"{_DOCUMENT} §Authentication", "RFC 6749 §4.1.1"),
    remedy="Send response_type=code, client_id, redirect_uri, scope and state, each once and none empty, to "
    "https://imauth.bora.dopa.go.th/api/v2/oauth2/auth/ and nowhere else.",
    thai=Thai(
        title="การเข้าสู่ระบบด้วย ThaID ส่งพารามิเตอร์ครบทั้งห้า",
        why="หากคำขอขาดพารามิเตอร์หรือส่งไปยังโฮสต์อื่น ผู้ป่วยอาจเข้าสู่ระบบไม่ได้ หรือถูกนำไปยังหน้าปลอมที่ขอให้ยืนยันตัวตน",
        remedy="ส่ง response_type=code, client_id, redirect_uri, scope และ state อย่างละหนึ่งค่าโดยไม่ว่าง ไปยัง "
        "https://imauth.bora.dopa.go.th/api/v2/oauth2/auth/ เท่านั้น",
    ),
)
def five_parameters(found: ThaidTrials) -> Judgement:
    """Check the request that ThaID gets from the browser.

    A request without them is refused by ThaID, or answered for somebody else; one that goes to another host asks
    patients to identify themselves to a stranger. In a test configuration the host is the harness's.
    """
    first = plain(found)
    if first is None:
        return undecided(NO_SIGN_IN)
    wrong = _missing(first)
    if first.to == "national" and first.scheme != "https":
        wrong.append(Text("not over https", "ไม่ได้ใช้ https"))
    if first.path.rstrip("/") != _PATH:
        wrong.append(Text(f"path {first.path}", f"พาธ {first.path}"))
    facts = (("parameters", ", ".join(first.names)), ("sent to", first.to))
    if wrong:
        judgement = failed("{what}", "{what}", what=joined(wrong))
    else:
        judgement = passed(
            "all five parameters, once each, to {place}{path}",
            "พารามิเตอร์ครบทั้งห้า อย่างละหนึ่ง ส่งไปยัง {place}{path}",
            place=_HARNESS if first.to == "harness" else Text("ThaID ", "ThaID "),
            path=first.path,
        )
    return replace(judgement, assertions=len(_FIVE) + 1, exchanges=(first.exchange,), facts=facts)


def _needless(word: str) -> Text:
    return Text(f"{word} is asked for and not needed", f"ขอ {word} ทั้งที่ไม่จำเป็น")


def _lacking(word: str) -> Text:
    return Text(f"{word} is not asked for", f"ไม่ได้ขอ {word}")


def _missing(first: LoginRedirect) -> list[Text]:
    wrong = []
    for name in _FIVE:
        times = first.names.count(name)
        if times != 1:
            wrong.append(
                Text(f"{name} stands {times} times", f"มี {name} {times} ครั้ง")
                if times
                else Text(f"{name} is missing", f"ไม่มี {name}")
            )
        elif name in first.empty:
            wrong.append(Text(f"{name} is empty", f"{name} ว่าง"))
    if "response_type" in first.names and first.response_type != "code":
        kind = first.response_type
        wrong.append(Text(f"response_type is {kind or 'empty'}", f"response_type เป็น {kind or 'ค่าว่าง'}"))
    if "client_id" in first.names and not first.own_client:
        wrong.append(Text("client_id is not the one in the target file", "client_id ไม่ตรงกับที่ระบุในแฟ้มเป้าหมาย"))
    return wrong


@check(
    "RPT-03",
    title="The callback for ThaID is the same address, byte for byte, whatever the request says",
    severity="high",
    verifies=(f"{_DOCUMENT} §Authentication", "RFC 9700 §2.1", "ASVS 5.0.0-10.2.1"),
    remedy="Write the registered redirect_uri into the configuration and use it as it stands, in the redirect and in "
    "the token request. Never build it from Host, from forwarding headers or from a parameter.",
    thai=Thai(
        title="ที่อยู่ callback ของ ThaID ตรงกันทุกไบต์ ไม่ว่าคำขอจะระบุอย่างไร",
        why="หาก redirect_uri ประกอบขึ้นจากข้อมูลในคำขอ ผู้โจมตีอาจทำให้รหัสเข้าสู่ระบบของผู้ป่วยถูกส่งไปยังเว็บไซต์อื่น",
        remedy="กำหนด redirect_uri ที่ลงทะเบียนไว้ในค่าตั้งของระบบและใช้ตามนั้นทั้งในการเปลี่ยนเส้นทางและคำขอโทเคน "
        "ห้ามประกอบจาก Host ส่วนหัวการส่งต่อ หรือพารามิเตอร์",
    ),
)
def same_callback(found: ThaidTrials) -> Judgement:
    """Check redirect_uri in the redirect and in the token request, also with headers and parameters that lie.

    Whoever moves it receives the codes of patients, and with them their sessions.
    """
    return moved(found)


@check(
    "RPT-05",
    title="Only the scopes that are needed are asked of ThaID, with ial and openid where levels decide",
    severity="medium",
    verifies=(f"{_DOCUMENT} §Authentication", "ASVS 5.0.0-6.8.4"),
    remedy="Ask for openid and ial where a function needs a level of proofing, for pid and the name, and for nothing "
    "that the platform does not use; leave out the address and the card.",
    thai=Thai(
        title="ขอขอบเขตจาก ThaID เท่าที่จำเป็น และขอ ial กับ openid เมื่อใช้ระดับในการตัดสินใจ",
        why="ข้อมูลที่ไม่จำเป็นต้องใช้แต่ขอมาเก็บไว้เพิ่มความเสียหายเมื่อรั่วไหล และหากไม่ขอ ial กับ openid "
        "ระบบย่อมไม่ทราบระดับการพิสูจน์ตัวตนที่เชื่อถือได้",
        remedy="ขอ openid และ ial เมื่อมีฟังก์ชันที่กำหนดระดับ ขอ pid และชื่อ และไม่ขอข้อมูลที่ไม่ใช้ เช่น ที่อยู่และข้อมูลบัตร",
    ),
)
def needed_scopes(found: ThaidTrials, *, needed: tuple[str, ...] = NEEDED) -> Judgement:
    """Check the scopes of the sign-in against those that are needed; the list is ours, for the owner to change.

    What is not asked for cannot leak; and without ial and openid nobody can tell how surely a patient was proofed.
    """
    first = plain(found)
    if first is None:
        return undecided(NO_SIGN_IN)
    wrong = [_needless(word) for word in first.scope if word not in needed]
    if found.functions:
        wrong += [_lacking(word) for word in ("openid", "ial") if word not in first.scope]
    if not first.scope:
        wrong.append(Text("no scope is asked for", "ไม่ได้ขอขอบเขตใด"))
    asked = " ".join(first.scope)
    if wrong:
        judgement = failed(
            "{what}; asked: {asked}", "{what}; ที่ขอ: `{asked}`", what=joined(wrong), asked=asked
        )
    else:
        judgement = passed("asked: {asked}", "ขอ: `{asked}`", asked=asked)
    return replace(judgement, assertions=len(first.scope) or 1, exchanges=(first.exchange,))


@check(
    "RPT-13",
    title="The sign-in with ThaID uses PKCE and a nonce",
    severity="info",
    verifies=("RFC 9700 §2.1.1", "OpenID Connect Core 1.0 §3.1.2.1"),
    remedy="Ask the Department of Provincial Administration whether ThaID takes code_challenge and nonce, and send "
    "both when it does. A provider ignores parameters that it does not know (RFC 6749 §3.1).",
    thai=Thai(
        title="การเข้าสู่ระบบด้วย ThaID ใช้ PKCE และ nonce",
        why="ทั้งสองค่าผูกรหัสและ id_token ไว้กับเบราว์เซอร์ที่เริ่มต้น ทำให้ผู้ที่ขโมยรหัสไปใช้ไม่ได้ เอกสารของ ThaID มิได้กล่าวถึง "
        "จึงเป็นเพียงข้อสังเกต",
        remedy="สอบถามกรมการปกครองว่า ThaID รองรับ code_challenge และ nonce หรือไม่ หากรองรับให้ส่งทั้งสองค่า",
    ),
)
def pkce_and_nonce(found: ThaidTrials) -> Judgement:
    """Note whether code_challenge and nonce are sent; the document does not mention them, so absence is no fault.

    They bind the code and the id_token to the browser that began, so that a stolen code opens nothing.
    """
    first = plain(found)
    if first is None:
        return undecided(NO_SIGN_IN)
    sent = [name for name in ("code_challenge", "nonce") if name in first.names]
    facts = (
        ("code_challenge", first.challenge or "absent"),
        ("nonce", "sent" if "nonce" in sent else "absent"),
    )
    if len(sent) == 2 and first.challenge == "S256":
        judgement = passed("PKCE with S256 and a nonce are sent", "ส่ง PKCE แบบ S256 และ nonce")
    else:
        judgement = info(
            "sent: {what}", "ที่ส่ง: {what}", what=", ".join(sent) if sent else Text("neither", "ไม่มีทั้งสองค่า")
        )
    return replace(judgement, exchanges=(first.exchange,), facts=facts)
