"""Where the resource takes its keys from: not from the token (JWT-04), and not by whatever its kid says (JWT-05)."""

from msgspec.structs import replace

from harness.model import Judgement, Verdict, needs_review
from harness.registry import Thai, check

from .bearer_evidence import ForgedTokens, KidTokens
from .bearer_reading import fetched, judged


@check(
    "JWT-04",
    title="Keys that a token brings or points to are neither trusted nor fetched",
    severity="critical",
    verifies=("ASVS 5.0.0-9.1.3", "RFC 8725 §3.10", "RFC 7515 §10.3", "CWE-347", "CWE-918"),
    remedy="Take keys from the configured key set of the provider only, and ignore jwk, jku, x5u and x5c of tokens.",
    example="""
    # nginx-auth, Spring, .NET: configure the key set's address, never the header
    spring.security.oauth2.resourceserver.jwt.jwk-set-uri: https://id.example.go.th/jwks
    """,
    absence=True,
    thai=Thai(
        title="ระบบไม่เชื่อและไม่ดึงกุญแจที่โทเคนแนบมาหรือชี้ไป",
        why="หากระบบตรวจลายมือชื่อด้วยกุญแจที่โทเคนนำมาเอง ผู้โจมตีก็เพียงแนบกุญแจของตน และหากระบบไปดึงกุญแจตามที่อยู่ในโทเคน ผู้โจมตีจะใช้ระบบเป็นทางผ่านเข้าถึง"
        "เครือข่ายภายในได้ด้วย",
        remedy="ใช้กุญแจจากชุดกุญแจของผู้ให้บริการที่ตั้งค่าไว้เท่านั้น และไม่อ่าน jwk, jku, x5u และ x5c จากโทเคน",
    ),
)
def own_keys_are_refused(found: ForgedTokens) -> Judgement:
    """A token that may bring its own key proves nothing, and one whose addresses are fetched opens the inner network.

    The harness signs with a key of its own, put into jwk and x5c, and named by jku and x5u at a listener on
    loopback. A call there fails the check, even when the token is refused afterwards. Where the platform stands
    on another machine it cannot reach that listener; then what jku and x5u do is left to a person.
    """
    judgement = fetched(judged(found.headers), found.fetched)
    if judgement.verdict is not Verdict.PASS or found.listener:
        return judgement
    open_end = needs_review(
        "jwk and x5c are refused; whether jku and x5u are fetched cannot be seen from here, as the platform cannot call this "
        "machine: look where its keys come from",
        "ระบบปฏิเสธ jwk และ x5c แต่ไม่อาจเห็นได้ว่าระบบดึงกุญแจตาม jku และ x5u หรือไม่ เพราะแพลตฟอร์มติดต่อเครื่องนี้ไม่ได้ โปรดตรวจว่ากุญแจมาจากที่ใด",
    )
    return replace(
        open_end, assertions=judgement.assertions, exchanges=judgement.exchanges, control=judgement.control
    )


@check(
    "JWT-05",
    title="The kid of a token is only compared with known keys",
    severity="high",
    verifies=("RFC 8725 §3.10", "ASVS 5.0.0-1.2.4", "ASVS 5.0.0-9.1.3", "CWE-22", "CWE-89"),
    remedy="Look the kid up in the loaded key set and refuse what is not there; never build a path, a query or an address from it.",
    example="""
    key = keys_by_id.get(header["kid"])   # a dictionary of the loaded key set
    if key is None: refuse()
    """,
    absence=True,
    thai=Thai(
        title="ค่า kid ของโทเคนใช้เพียงเทียบกับกุญแจที่รู้จัก",
        why="หากระบบนำ kid ไปประกอบเป็นชื่อไฟล์ คำสั่งฐานข้อมูล หรือที่อยู่ ผู้โจมตีสามารถชี้ไปยังไฟล์หรือค่าที่ตนรู้ แล้วใช้เป็นกุญแจออกโทเคนในนามผู้อื่น "
        "หรือดึงข้อมูลจากฐานข้อมูลได้",
        remedy="ค้นหา kid ในชุดกุญแจที่โหลดไว้และปฏิเสธค่าที่ไม่พบ ไม่นำไปประกอบเป็นพาธ คำสั่ง หรือที่อยู่",
    ),
)
def kid_is_only_compared(found: KidTokens) -> Judgement:
    """A kid that becomes a path, a query or an address lets the attacker choose the key.

    Tried are paths to an empty file and to one whose content everybody knows, two SQL queries that answer with a
    known word, an address at the harness's listener, an empty, an unknown and a very long kid, each with the
    signature that the trick would make valid.
    """
    return fetched(judged(found.kid), found.fetched)
