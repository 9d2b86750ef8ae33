"""What a page may use of the device and how it is kept apart from other sites: Permissions-Policy, COOP, COEP, CORP."""

from collections.abc import Callable

from harness.evidence import Exchange
from harness.model import Judgement, Text
from harness.registry import Thai, check

from .fields import is_html
from .pages_evidence import SitePages
from .responses import MACHINE_KINDS, clip, documents, labelled, survey, survey_documents
from .structured import Malformed, Token, dictionary, item

_PP = "permissions-policy"


def _open_features(exchange: Exchange, features: tuple[str, ...]) -> Text | None:
    values = exchange.values(_PP)
    if not values:
        old = " (Feature-Policy is obsolete)" if exchange.values("feature-policy") else ""
        return Text(
            f"no Permissions-Policy{old}",
            f"ไม่มี Permissions-Policy{' (Feature-Policy เลิกใช้แล้ว)' if old else ''}",
        )
    try:
        found = dictionary(values)
    except Malformed:
        shown = clip(", ".join(values), 60)
        return Text(
            f"browsers ignore Permissions-Policy `{shown}` (malformed)",
            f"เบราว์เซอร์ไม่ยอมรับ Permissions-Policy `{shown}` (ผิดรูปแบบ)",
        )
    silent = [f for f in features if f not in found]
    wide = [f for f in features if f in found and _everyone(found[f].value)]
    if silent or wide:
        names = ", ".join(silent + wide)
        return Text(f"Permissions-Policy leaves open: {names}", f"Permissions-Policy ไม่ได้จำกัด: {names}")
    return None


def _everyone(value: object) -> bool:
    """Whether an allowlist is for all: `*`, alone or in the inner list. Other bare values allow nobody."""
    members = [m.value for m in value] if isinstance(value, tuple) else [value]
    return any(isinstance(m, Token) and m == "*" for m in members)


@check(
    "HTTP-12",
    title="Pages give up device features they do not need",
    severity="info",
    verifies=("W3C Permissions Policy §5.2", "RFC 9651 §4.2", "OWASP Secure Headers Project"),
    remedy="Send a Permissions-Policy that names camera, microphone and geolocation, with `()` or `(self)`.",
    example="""
        # nginx
        add_header Permissions-Policy "camera=(), microphone=(), geolocation=()" always;
    """,
    thai=Thai(
        title="หน้าเว็บสละสิทธิ์ใช้อุปกรณ์ที่ไม่จำเป็น",
        why="หน้าเว็บที่ไม่ได้ใช้กล้อง ไมโครโฟน หรือตำแหน่งที่ตั้ง ควรประกาศสละสิทธิ์ "
        "เพื่อไม่ให้สคริปต์แปลกปลอมหรือเฟรมของบุคคลที่สามขอใช้ในนามของระบบ หากหัวนี้ผิดรูปแบบ เบราว์เซอร์จะทิ้งทั้งหัว",
        remedy="ส่ง Permissions-Policy ที่ระบุ camera, microphone และ geolocation เป็น `()` หรือ `(self)`",
    ),
)
def features_given_up(
    pages: SitePages, *, features: tuple[str, ...] = ("camera", "microphone", "geolocation")
) -> Judgement:
    """A page that never uses the camera should say so.

    A stray script or a third party's frame then cannot ask for it in the platform's name. The header is a
    structured field: one syntax error and browsers ignore all of it; a feature named twice has its last
    value. Judged on every page a browser renders, for the features of the setting.
    """
    return survey_documents(
        pages,
        lambda e: _open_features(e, features),
        Text(
            "{count} pages, each restricting " + ", ".join(features),
            "ตรวจ {count} หน้า ทุกหน้าจำกัด " + ", ".join(features),
        ),
    )


def policy_token(exchange: Exchange, name: str, known: tuple[str, ...]) -> str | None:
    """The token of an opener or embedder policy: None when absent, "" when a browser cannot use it."""
    values = exchange.values(name)
    if not values:
        return None
    try:
        value = item(values).value
    except Malformed:
        return ""
    return str(value) if isinstance(value, Token) and value in known else ""


_COOP, _COEP, _CORP = (
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
)
_COOP_KNOWN = ("same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none")
_COEP_KNOWN = ("require-corp", "credentialless", "unsafe-none")
_CORP_KNOWN = ("same-origin", "same-site", "cross-origin")


def _opener(exchange: Exchange, _: str) -> Text | None:
    token = policy_token(exchange, _COOP, _COOP_KNOWN)
    if token is None:
        return Text("no Cross-Origin-Opener-Policy", "ไม่มี Cross-Origin-Opener-Policy")
    if token in ("", "unsafe-none"):
        return _useless(exchange, _COOP)
    return None


def _embedder(exchange: Exchange, _: str) -> Text | None:
    return _useless(exchange, _COEP) if policy_token(exchange, _COEP, _COEP_KNOWN) == "" else None


def _resource(exchange: Exchange, role: str) -> Text | None:
    """CORP is no structured field: the joined value must equal one of three words, in this case (Fetch §3.7)."""
    values = exchange.values(_CORP)
    joined = ", ".join(values)
    if values and (joined not in _CORP_KNOWN or (joined == "cross-origin" and role != "static")):
        return _useless(exchange, _CORP)
    return None


def _useless(exchange: Exchange, name: str) -> Text:
    shown = clip(", ".join(exchange.values(name)), 60)
    return Text(f"{name} `{shown}` does not protect", f"{name} `{shown}` ไม่ให้การคุ้มครอง")


_PAGE_RULES: tuple[Callable[[Exchange, str], Text | None], ...] = (_opener, _embedder, _resource)


def _exposed(exchange: Exchange) -> Text | None:
    rules = _PAGE_RULES if is_html(exchange) else (_resource,)
    return next((wrong for rule in rules if (wrong := rule(exchange, exchange.label))), None)


@check(
    "HTTP-13",
    title="Pages are kept apart from windows and sites of others",
    severity="low",
    verifies=(
        "HTML Living Standard §7.1.3",
        "HTML Living Standard §7.1.4",
        "Fetch Standard §3.7",
        "ASVS 5.0.0-3.4.8",
    ),
    remedy="Send `Cross-Origin-Opener-Policy: same-origin` (or same-origin-allow-popups) with every page; write "
    "Cross-Origin-Resource-Policy and Cross-Origin-Embedder-Policy exactly, once, where you use them.",
    example="""
        # nginx
        add_header Cross-Origin-Opener-Policy "same-origin" always;
        add_header Cross-Origin-Resource-Policy "same-origin" always;
    """,
    thai=Thai(
        title="หน้าเว็บแยกขาดจากหน้าต่างและเว็บไซต์ของผู้อื่น",
        why="เว็บไซต์ที่เปิดหน้าของระบบในหน้าต่างใหม่อาจควบคุมหรือสอดส่องหน้าต่างนั้นได้ COOP ตัดความเชื่อมโยงนี้ "
        "ส่วน CORP และ COEP ต้องเขียนให้ตรงทุกตัวอักษร มิฉะนั้นเบราว์เซอร์ถือว่าไม่มี",
        remedy="ส่ง `Cross-Origin-Opener-Policy: same-origin` (หรือ same-origin-allow-popups) กับทุกหน้า "
        "และเขียน Cross-Origin-Resource-Policy กับ Cross-Origin-Embedder-Policy ให้ถูกต้องเพียงชุดเดียวเมื่อใช้",
    ),
)
def pages_isolated(pages: SitePages) -> Judgement:
    """A window opened by a stranger must not keep a hold on the page.

    Without an opener policy, a site that opens the platform in a new window keeps a handle on it and can
    navigate or probe it. COOP is required on every rendered page (ASVS 3.4.8). COEP and CORP are not, but a
    value a browser cannot use (unknown, doubled, quoted) and a CORP of cross-origin on pages and API answers
    protect nothing. COOP and COEP are structured fields, CORP is compared letter by letter.
    """
    if not documents(pages) and pages.component not in MACHINE_KINDS:
        return survey_documents(pages, lambda _: None, Text("", ""))
    seen = labelled(pages, "document", "api", "static")
    if not documents(pages) and not any(e.values(_CORP) for e in seen):
        return survey_documents(pages, lambda _: None, Text("", ""))
    return survey(
        pages,
        seen,
        _exposed,
        Text("{count} responses, pages kept apart", "ตรวจ {count} คำตอบ หน้าเว็บแยกจากเว็บไซต์อื่น"),
    )
