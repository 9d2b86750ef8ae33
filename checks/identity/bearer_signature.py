"""Whether the resource looks at signatures: changed (JWT-01), left out (JWT-02), made with the public key (JWT-03)."""

from harness.model import Judgement
from harness.registry import Thai, check

from .bearer_evidence import ForgedTokens
from .bearer_reading import judged


@check(
    "JWT-01",
    title="A token whose signature does not fit is refused",
    severity="critical",
    verifies=("ASVS 5.0.0-9.1.1", "RFC 7519 §7.2", "RFC 8725 §3.3", "CWE-347"),
    remedy="Verify the signature of every token with a maintained library before anything in it is read, and never decode "
    "tokens without verifying them.",
    example="""
    # Python, joserfc
    token = jwt.decode(text, key_set, algorithms=["ES256"])   # raises when the signature does not fit
    """,
    absence=True,
    thai=Thai(
        title="โทเคนที่ลายมือชื่อไม่ถูกต้องถูกปฏิเสธ",
        why="หากไม่ตรวจลายมือชื่อ ใครก็ตามที่มีโทเคนของตนเองสามารถแก้ไขให้เป็นผู้ป่วยหรือแพทย์คนอื่น ยืดอายุ หรือเพิ่มสิทธิ์ แล้วเปิดเวชระเบียนของผู้อื่นได้ทันที",
        remedy="ตรวจลายมือชื่อของโทเคนทุกครั้งด้วยไลบรารีที่มีการดูแลก่อนอ่านข้อมูลใด ๆ ในโทเคน และไม่ถอดรหัสโทเคนโดยไม่ตรวจสอบ",
    ),
)
def signature_is_checked(found: ForgedTokens) -> Judgement:
    """Who may change a token is whoever he wants to be.

    The genuine token is offered with one bit of its signature flipped, with half of it, with none, with that of
    another token, with a claim changed under it, and signed by a stranger's key. The genuine one is let in
    before and after. No claim that decides who somebody is gets changed, so that a refusal comes from the
    signature and not from an unknown name.
    """
    return judged(found.signature)


@check(
    "JWT-02",
    title="A token that declares itself unsigned is refused, however it spells that",
    severity="critical",
    verifies=("ASVS 5.0.0-9.1.2", "RFC 8725 §3.1", "RFC 8725 §3.2", "RFC 7518 §3.6", "CWE-347"),
    remedy="Give the library the list of algorithms that the provider really uses; never let the token's header choose.",
    example="""
    // Node.js, jose
    await jwtVerify(token, keys, { algorithms: ['ES256'] })
    """,
    absence=True,
    thai=Thai(
        title="โทเคนที่ระบุว่าไม่ลงลายมือชื่อถูกปฏิเสธ ไม่ว่าจะสะกดอย่างไร",
        why="โทเคนที่ไม่มีลายมือชื่อใครก็เขียนขึ้นเองได้ หากระบบยอมรับ ผู้โจมตีสามารถเปิดเวชระเบียนของทุกคนได้โดยไม่ต้องมีรหัสผ่านหรือกุญแจใด",
        remedy="กำหนดรายการอัลกอริทึมที่ผู้ให้บริการใช้จริงให้ไลบรารี และไม่ให้เฮดเดอร์ของโทเคนเป็นผู้เลือก",
    ),
)
def unsigned_is_refused(found: ForgedTokens) -> Judgement:
    """An unsigned token can be written by anybody, without a password and without a key.

    Tried are `none` in four spellings with an empty signature, `none` beside the old signature, an empty and a
    missing alg, and tokens without their last part.
    """
    return judged(found.unsigned)


@check(
    "JWT-03",
    title="A token whose HMAC was made with the provider's public key is refused",
    severity="critical",
    verifies=("ASVS 5.0.0-9.1.2", "RFC 8725 §2.1", "RFC 8725 §3.1", "CWE-327"),
    remedy="Tie each key to its algorithm: a key of kind RSA or EC verifies RS, PS or ES signatures only, and HS256 is not among "
    "the permitted algorithms.",
    example="""
    # Java, Nimbus: the selector names algorithm and key source together
    new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, keySource)
    """,
    absence=True,
    thai=Thai(
        title="โทเคนที่สร้าง HMAC ด้วยกุญแจสาธารณะของผู้ให้บริการถูกปฏิเสธ",
        why="กุญแจสาธารณะใครก็ดาวน์โหลดได้ หากระบบนำกุญแจนั้นไปใช้เป็นความลับของ HMAC ตามที่เฮดเดอร์ของโทเคนบอก ผู้โจมตีจะออกโทเคนในนามผู้ใดก็ได้",
        remedy="ผูกกุญแจแต่ละดอกกับอัลกอริทึมของตน กุญแจ RSA หรือ EC ใช้ตรวจเฉพาะลายมือชื่อแบบ RS, PS หรือ ES และไม่ให้ HS256 อยู่ในรายการที่อนุญาต",
    ),
)
def key_confusion_is_refused(found: ForgedTokens) -> Judgement:
    """Everybody can download the public key; as the secret of an HMAC it signs in anybody's name.

    Programs hold the key in different forms, so each is tried: PEM with and without its last newline, DER,
    PKCS#1, the modulus, the JWK as JSON, the certificate.
    """
    return judged(found.confusion)
