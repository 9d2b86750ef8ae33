"""What a FHIR server publishes for apps: the SMART configuration (SMT-01) and its rule for PKCE (SMT-02)."""

from msgspec.structs import replace

from harness.model import Fault, Judgement, failed, not_applicable, passed
from harness.registry import Thai, check

from .published_evidence import Document, SmartConfiguration
from .published_reading import absent, ids, listed, undecided, unread, usable
from .published_schema import smart_faults, words


def _document(found: SmartConfiguration) -> tuple[Document | None, Judgement | None]:
    """The configuration to be judged, or what to say instead."""
    document = found.document
    if document is None:
        return None, not_applicable(
            "rule: applies to FHIR servers; fact: the target does not call this component one",
            "เงื่อนไข: ใช้กับเซิร์ฟเวอร์ FHIR; ข้อเท็จจริง: เป้าหมายไม่ได้ระบุว่าองค์ประกอบนี้เป็นเซิร์ฟเวอร์ FHIR",
        )
    if usable(document):
        return document, None
    if not found.named:
        return None, undecided(
            "the target says that the platform offers FHIR but names no component of kind fhir, and this one publishes no "
            "SMART configuration",
            "เป้าหมายแจ้งว่าให้บริการ FHIR แต่ไม่ได้ระบุองค์ประกอบชนิด fhir และองค์ประกอบนี้ไม่เผยแพร่การตั้งค่า SMART",
            document.exchange,
            fault=Fault.CONFIGURATION,
        )
    return None, None


def _unread(document: Document) -> Judgement:
    why = unread(document)
    return undecided(
        f"no SMART configuration to read: {why.en}", f"ไม่มีการตั้งค่า SMART ให้อ่าน: {why.th}", document.exchange
    )


@check(
    "SMT-01",
    title="The FHIR server publishes a SMART configuration with every required member and absolute addresses",
    severity="medium",
    verifies=(
        "SMART App Launch 2.2, Conformance, Well-Known Uniform Resource Identifiers",
        "SMART App Launch 2.2, Conformance, Metadata",
    ),
    remedy="Answer /.well-known/smart-configuration below the FHIR base with 200 and application/json; name token_endpoint, "
    "grant_types_supported, capabilities and what those capabilities ask for, every address in full.",
    example="""
    {"issuer": "https://id.example.go.th", "jwks_uri": "https://id.example.go.th/jwks",
     "authorization_endpoint": "https://id.example.go.th/authorize",
     "token_endpoint": "https://id.example.go.th/token",
     "grant_types_supported": ["authorization_code", "client_credentials"],
     "code_challenge_methods_supported": ["S256"],
     "capabilities": ["launch-standalone", "client-confidential-asymmetric", "sso-openid-connect", "permission-v2"]}
    """,
    thai=Thai(
        title="เซิร์ฟเวอร์ FHIR เผยแพร่การตั้งค่า SMART ที่มีข้อมูลบังคับครบและใช้ที่อยู่แบบเต็ม",
        why="แอปสุขภาพใช้เอกสารนี้ค้นหาว่าจะขออนุญาตจากที่ใดและขออะไรได้ หากขาดหรือผิด แอปจะเชื่อมต่อไม่ได้ หรือผู้พัฒนาจะกำหนดที่อยู่เองซึ่งอาจเป็นของผู้อื่น",
        remedy="ให้ /.well-known/smart-configuration ใต้ฐานของ FHIR ตอบ 200 พร้อม application/json และระบุ token_endpoint, "
        "grant_types_supported, capabilities และข้อมูลที่ความสามารถเหล่านั้นกำหนด โดยใช้ที่อยู่แบบเต็มทุกรายการ",
    ),
)
def smart_is_published(found: SmartConfiguration) -> Judgement:
    """Apps learn here where to ask for access and for what.

    Where it lacks something, apps do not connect, or their makers write addresses in by hand. Required are the
    members that SMART App Launch 2.2 asks of every server, and those that the stated capabilities bring with
    them; `code_challenge_methods_supported` is SMT-02's.
    """
    document, stop = _document(found)
    if stop is not None:
        return stop
    if document is None:
        assert found.document is not None
        if not absent(found.document):
            return _unread(found.document)
        nothing = failed(
            "there is none: it answers {status}",
            "ไม่มีเอกสารนี้: ตอบ {status}",
            status=found.document.exchange.status,
        )
        return replace(nothing, exchanges=ids([found.document.exchange]))
    wrong = list(smart_faults(document.members))
    kind = (document.exchange.value("content-type") or "").partition(";")[0].strip().lower()
    if wrong:
        why = listed(wrong)
        judgement = failed("{en}", "{th}", en=why.en, th=why.th)
    elif kind != "application/json":
        judgement = failed("its media type is `{kind}`", "ชนิดสื่อคือ `{kind}`", kind=kind)
    else:
        judgement = passed(
            "{n} members; capabilities: {what}",
            "มี {n} รายการ ความสามารถ: {what}",
            n=len(document.members),
            what=" ".join(words(document.members, "capabilities"))[:300],
        )
    return replace(judgement, assertions=len(document.members) + 1, exchanges=ids([document.exchange]))


@check(
    "SMT-02",
    title="The FHIR server's SMART configuration offers PKCE with S256 and not with plain",
    severity="high",
    verifies=(
        "SMART App Launch 2.2, App Launch, Considerations for PKCE Support",
        "RFC 7636 §4.2",
        "RFC 9700 §2.1.1",
        "ASVS 5.0.0-10.4.6",
    ),
    remedy='Publish `"code_challenge_methods_supported": ["S256"]` and refuse the method plain.',
    example="""
    "code_challenge_methods_supported": ["S256"]
    """,
    thai=Thai(
        title="การตั้งค่า SMART ของเซิร์ฟเวอร์ FHIR เสนอ PKCE แบบ S256 และไม่เสนอแบบ plain",
        why="PKCE ป้องกันไม่ให้ผู้ที่ดักได้รหัสอนุญาตนำไปแลกโทเคนเพื่อเปิดเวชระเบียน แบบ plain ส่งความลับไปพร้อมคำขอจึงไม่ป้องกันสิ่งใดเมื่อคำขอรั่วไหล",
        remedy='เผยแพร่ `"code_challenge_methods_supported": ["S256"]` และปฏิเสธวิธี plain',
    ),
)
def smart_wants_pkce(found: SmartConfiguration) -> Judgement:
    """PKCE keeps a stolen authorization code from opening a record.

    With the method plain the secret travels in the request that leaked, and protects nothing. SMART App Launch 2
    demands S256 and forbids plain. What the server really accepts is tried by OAU-03.
    """
    document, stop = _document(found)
    if stop is not None:
        return stop
    if document is None:
        assert found.document is not None
        return _unread(found.document)
    methods = words(document.members, "code_challenge_methods_supported")
    shown = " ".join(methods)[:100] or "none"
    if "S256" in methods and "plain" not in methods:
        judgement = passed("methods: {what}", "วิธีที่เสนอ: {what}", what=shown)
    else:
        judgement = failed(
            "methods: {what}; S256 must be among them and plain must not",
            "วิธีที่เสนอ: {what} ต้องมี S256 และต้องไม่มี plain",
            what=shown,
        )
    return replace(judgement, assertions=2, exchanges=ids([document.exchange]))
