"""The provider's metadata: whose they are (OID-01), whether they are whole (OID-02), which signatures they offer (OID-03)."""

from collections.abc import Iterator

from msgspec.structs import replace

from harness.model import Fault, Judgement, Text, failed, passed
from harness.registry import Thai, check
from harness.wording import joined

from .published_evidence import Document, Published
from .published_reading import absent, documents, ids, listed, undecided
from .published_schema import ENDPOINTS, is_loopback, words, wrong_members


@check(
    "OID-01",
    title="The provider publishes its metadata as JSON, under the very issuer name they state",
    severity="high",
    verifies=(
        "OpenID Connect Discovery 1.0 §4.2",
        "OpenID Connect Discovery 1.0 §4.3",
        "RFC 8414 §3.2",
        "RFC 8414 §3.3",
    ),
    remedy="Answer /.well-known/openid-configuration below the issuer with 200 and application/json, and set the provider's "
    "issuer to exactly the address that clients are given.",
    example="""
    # GET https://id.example.go.th/.well-known/openid-configuration
    HTTP/1.1 200 OK
    Content-Type: application/json
    {"issuer": "https://id.example.go.th", ...}
    """,
    thai=Thai(
        title="ผู้ให้บริการเผยแพร่เมทาดาทาเป็น JSON ภายใต้ชื่อ issuer ที่ระบุไว้ตรงกันทุกตัวอักษร",
        why="ระบบที่พึ่งพาใช้ชื่อ issuer แยกแยะว่าโทเคนมาจากผู้ให้บริการรายใด หากชื่อในเมทาดาทาไม่ตรงกับที่อยู่ที่ใช้จริง ระบบที่ตรวจสอบถูกต้องจะปฏิเสธการเข้าสู่"
        "ระบบ ส่วนระบบที่ไม่ตรวจสอบอาจถูกหลอกให้เชื่อผู้ให้บริการปลอม",
        remedy="ให้ /.well-known/openid-configuration ใต้ issuer ตอบ 200 พร้อม application/json และตั้งค่า issuer "
        "ของผู้ให้บริการให้ตรงกับที่อยู่ที่แจ้งแก่ระบบที่พึ่งพาทุกตัวอักษร",
    ),
)
def metadata_are_the_issuers(found: Published) -> Judgement:
    """Clients tell providers apart by the issuer's name, compared letter by letter.

    Metadata that state another name are refused by clients that look, and lead those that do not look to trust
    a stranger. Both places are asked, that of OpenID Connect and that of RFC 8414; one is enough, and what is
    there must be right. A page in place of JSON, or a redirect, decides nothing.
    """
    good, stop = documents(found)
    exchanges = [d.exchange for d in found.documents]
    if stop is not None:
        if all(absent(d) for d in found.documents):
            nothing = failed(
                "no metadata are published: both places answer 404", "ไม่มีการเผยแพร่เมทาดาทา ทั้งสองตำแหน่งตอบ 404"
            )
            return replace(nothing, exchanges=ids(exchanges))
        return stop
    wrong = [text for d in good for text in _names(d, found.expected)]
    if wrong:
        why = listed(wrong)
        judgement = failed("{en}", "{th}", en=why.en, th=why.th)
    else:
        judgement = passed(
            "{places}: 200, JSON, issuer {issuer}",
            "{places}: ตอบ 200 เป็น JSON และระบุ issuer {issuer}",
            places=Text(" and ".join(d.place for d in good), " และ ".join(d.place for d in good)),
            issuer=good[0].members["issuer"],
        )
    return replace(judgement, assertions=3 * len(good), exchanges=ids(d.exchange for d in good))


def _names(document: Document, expected: tuple[str, ...]) -> Iterator[Text]:
    kind = (document.exchange.value("content-type") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        yield Text(f"{document.place}: media type `{kind}`", f"{document.place}: ชนิดสื่อ `{kind}`")
    issuer = document.members.get("issuer")
    if issuer not in expected:
        yield Text(
            f"{document.place}: issuer is `{issuer}`, expected `{expected[0]}`",
            f"{document.place}: issuer คือ `{issuer}` แต่ควรเป็น `{expected[0]}`",
        )


@check(
    "OID-02",
    title="The provider's metadata are complete and well-formed, and every endpoint is https",
    severity="medium",
    verifies=("OpenID Connect Discovery 1.0 §3", "RFC 8414 §2", "RFC 9700 §2.6", "ASVS 5.0.0-12.2.1"),
    remedy="Publish every required member with the type the standard gives it, and every endpoint as an absolute https address.",
    example="""
    {"issuer": "https://id.example.go.th",
     "authorization_endpoint": "https://id.example.go.th/authorize",
     "token_endpoint": "https://id.example.go.th/token",
     "jwks_uri": "https://id.example.go.th/jwks",
     "response_types_supported": ["code"],
     "subject_types_supported": ["pairwise"],
     "id_token_signing_alg_values_supported": ["RS256"]}
    """,
    thai=Thai(
        title="เมทาดาทาของผู้ให้บริการครบถ้วน ถูกรูปแบบ และทุกปลายทางใช้ https",
        why="ระบบที่พึ่งพาตั้งค่าตัวเองจากเมทาดาทา หากปลายทางใดเป็น http รหัสผ่าน รหัสอนุญาต และโทเคนจะถูกส่งโดยไม่เข้ารหัส หากข้อมูลขาดหรือผิดชนิด "
        "ระบบที่พึ่งพาอาจปิดการตรวจสอบที่จำเป็นไปโดยไม่มีผู้ใดทราบ",
        remedy="เผยแพร่ข้อมูลที่บังคับให้ครบตามชนิดที่มาตรฐานกำหนด และระบุทุกปลายทางเป็นที่อยู่ https แบบเต็ม",
    ),
)
def metadata_are_whole(found: Published) -> Judgement:
    """Clients set themselves up from these metadata.

    A plain http endpoint sends passwords, codes and tokens in the clear; a missing or misshapen member makes
    clients leave checks out in silence. Every known member is compared with its type. Providers that leave RS256
    out for stronger algorithms are not blamed for it. The key set's address is JWK-01's. Plain http on loopback
    is a test set-up: it leaves no machine, and says nothing of how the provider is reached in service.
    """
    good, stop = documents(found)
    if stop is not None:
        return stop
    wrong = [text for d in good for text in wrong_members(d.place, d.members)]
    plain = {n: v for d in good for n, v in d.members.items() if n in ("issuer", *ENDPOINTS) and _plain(v)}
    wrong += [Text(f"{n} is plain http", f"{n} เป็น http") for n, v in plain.items() if not is_loopback(v)]
    exchanges = [d.exchange for d in good]
    if wrong:
        why = listed(dict.fromkeys(wrong))
        return replace(failed("{en}", "{th}", en=why.en, th=why.th), exchanges=ids(exchanges))
    if plain:
        return undecided(
            f"well-formed, but {', '.join(plain)} by plain http on loopback: a test set-up does not tell how they are "
            "reached in service",
            f"ถูกรูปแบบ แต่ {', '.join(plain)} ใช้ http บนเครื่องทดสอบ จึงไม่บอกว่าเมื่อให้บริการจริงเข้าถึงอย่างไร",
            *exchanges,
            fault=Fault.CONFIGURATION,
        )
    count = sum(len(d.members) for d in good)
    judgement = passed("{n} members, all as they must be", "ตรวจ {n} รายการ ถูกต้องทั้งหมด", n=count)
    return replace(judgement, assertions=count, exchanges=ids(exchanges))


def _plain(value: object) -> bool:
    return isinstance(value, str) and value.lower().startswith("http://")


#: Members that list signature algorithms for what the provider signs, and for what clients sign to it.
_SIGNS = ("id_token_signing_alg_values_supported",)
_ACCEPTS = (
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
)


@check(
    "OID-03",
    title="The provider offers neither unsigned nor shared-secret id_tokens, and takes no unsigned client assertion",
    severity="medium",
    verifies=("RFC 8725 §3.2", "RFC 8414 §2", "RFC 9449 §5.1", "ASVS 5.0.0-9.1.2"),
    remedy="Take `none` and HS256, HS384, HS512 out of the provider's algorithms for id_tokens, and `none` out of every list of "
    "algorithms for client assertions and proofs.",
    example="""
    "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    "token_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256"]
    """,
    absence=True,
    thai=Thai(
        title="ผู้ให้บริการไม่เสนอ id_token ที่ไม่ลงลายมือชื่อหรือใช้ความลับร่วม และไม่รับหลักฐานยืนยันไคลเอนต์ที่ไม่ลงลายมือชื่อ",
        why="id_token ที่ไม่มีลายมือชื่อใคร ๆ ก็สร้างได้ ส่วนที่ใช้ความลับร่วม ผู้ที่รู้ความลับของไคลเอนต์สร้างได้เช่นกัน และเมื่อรับทั้งสองแบบปะปนกันจะเสี่ยงต่อการสับเปลี่ยน"
        "ชนิดกุญแจ ผู้โจมตีจึงสวมรอยเป็นแพทย์หรือผู้ป่วยรายใดก็ได้",
        remedy="นำ `none` และ HS256, HS384, HS512 ออกจากอัลกอริทึมของ id_token และนำ `none` "
        "ออกจากรายการอัลกอริทึมของหลักฐานยืนยันไคลเอนต์ทุกรายการ",
    ),
)
def signatures_are_offered(found: Published, *, shared_secret: bool = False) -> Judgement:
    """Whoever can make an id_token can be any doctor and any patient.

    An unsigned one can be made by everybody, one with a shared secret by everybody who holds the client's; and
    to take both kinds invites the confusion of keys (ASVS 9.1.2 wants ideally one kind only). OpenID Connect
    itself allows HMAC for confidential clients: with `shared_secret` it is not counted. For client assertions
    HMAC is the method client_secret_jwt and is not counted; `none` never may stand there.
    """
    good, stop = documents(found)
    if stop is not None:
        return stop
    lists = {
        (d.place, n): words(d.members, n) for d in good for n in (*_SIGNS, *_ACCEPTS) if words(d.members, n)
    }
    exchanges = [d.exchange for d in good]
    if not lists:
        return undecided(
            "the metadata list no signature algorithms", "เมทาดาทาไม่ระบุอัลกอริทึมลายมือชื่อ", *exchanges
        )
    bad = dict.fromkeys(
        Text(f"{alg} in {name}", f"{alg} ใน {name}")
        for (_, name), algs in lists.items()
        for alg in algs
        if _weak(name, alg, shared_secret)
    )
    if bad:
        judgement = failed("offered: {what}", "เสนอให้ใช้: {what}", what=joined(bad))
    else:
        shown = "; ".join(dict.fromkeys(f"{n}: {' '.join(a)}" for (_, n), a in lists.items()))
        judgement = passed("{what}", "อัลกอริทึมที่เสนอ: {what}", what=shown[:400])
    control = exchanges[0].id or good[0].place
    return replace(judgement, assertions=len(lists), exchanges=ids(exchanges), control=control)


def _weak(name: str, alg: str, shared_secret: bool) -> bool:
    if alg.lower() == "none":
        return True
    symmetric = alg.upper().startswith("HS")
    return symmetric and (
        name == "dpop_signing_alg_values_supported" or (name in _SIGNS and not shared_secret)
    )
