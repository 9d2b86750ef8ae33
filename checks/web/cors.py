"""Cross-origin resource sharing: which other origins a browser lets read the platform's answers."""

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, Text, failed, passed
from harness.registry import Thai, check

from .pages_evidence import OriginTrial, OriginTry, SiteOrigins
from .responses import clip, ids, undecided, where

_SAID = {
    "arbitrary": Text("any origin", "ต้นทางใดก็ได้"),
    "credentialed": Text("any origin, asked with a cookie", "ต้นทางใดก็ได้เมื่อส่งคุกกี้มาด้วย"),
    "null": Text(
        "the origin null (sandboxed frames, local files)", "ต้นทาง null (เฟรมแบบ sandbox หรือไฟล์ในเครื่อง)"
    ),
    "suffix": Text("a host that only begins with the platform's name", "โฮสต์ที่เพียงขึ้นต้นด้วยชื่อของระบบ"),
    "prefix": Text("a host that only ends with the platform's name", "โฮสต์ที่เพียงลงท้ายด้วยชื่อของระบบ"),
    "dot": Text(
        "a host where a dot of the platform's name is another letter", "โฮสต์ที่จุดในชื่อของระบบถูกแทนด้วยอักษรอื่น"
    ),
    "subdomain": Text("any subdomain, even one that does not exist", "โดเมนย่อยใดก็ได้แม้ไม่มีอยู่จริง"),
    "http": Text("the platform's name over plain HTTP", "ชื่อของระบบผ่าน HTTP ที่ไม่เข้ารหัส"),
}


def allowed_origin(exchange: Exchange) -> str | None:
    """Access-Control-Allow-Origin as a browser gets it: doubled lines joined by a comma (Fetch §2.2.2)."""
    values = exchange.values("access-control-allow-origin")
    return ", ".join(values) if values else None


def with_credentials(exchange: Exchange) -> bool:
    """Whether Access-Control-Allow-Credentials is exactly `true`, in this case (Fetch §4.9)."""
    return ", ".join(exchange.values("access-control-allow-credentials")) == "true"


def admits(attempt: OriginTry) -> bool:
    """Whether a browser lets a page of that origin read the answer by name; `*` is not by name."""
    return allowed_origin(attempt.exchange) == attempt.origin


def _useless(exchange: Exchange) -> bool:
    """Whether the answer tells nothing: none, 5xx, throttled. A plain 403 hands the other origin nothing to read."""
    status = exchange.status or 0
    return not exchange.answered or status >= 500 or status == 429


def _blocked(control: Exchange) -> bool:
    """Whether even without a foreign origin nothing sensible comes back, so that refusals mean nothing."""
    return _useless(control) or (control.status or 0) in (403, 404, 406, 410)


def _unclear(origins: SiteOrigins) -> Judgement | None:
    trials = origins.trials
    if not trials:
        return undecided(Text("no answer to a foreign origin was recorded", "ไม่มีหลักฐานการตอบต้นทางอื่น"))
    for trial in trials:
        if _blocked(trial.control):
            why = (
                f"the control {where(trial.control)} was blocked or not answered, so a refusal proves nothing"
            )
            why_th = f"คำขอควบคุม {where(trial.control)} ถูกปิดกั้นหรือไม่ได้รับคำตอบ การปฏิเสธจึงไม่ได้พิสูจน์อะไร"
            return undecided(Text(why, why_th), [trial.control])
        lost = [t for t in _all(trial) if _useless(t.exchange)]
        if lost or not trial.tries:
            names = ", ".join(t.variant for t in lost) or "all"
            return undecided(
                Text(f"no usable answer to: {names}", f"ไม่ได้รับคำตอบที่ใช้ได้สำหรับ: {names}"), [trial.control]
            )
    return None


def _all(trial: OriginTrial) -> tuple[OriginTry, ...]:
    return (*trial.tries, *((trial.preflight,) if trial.preflight else ()))


@check(
    "CORS-01",
    title="No foreign origin is let in by being named back",
    severity="high",
    verifies=("Fetch Standard §4.9", "ASVS 5.0.0-3.4.2", "WSTG v4.2 CLNT-07", "CWE-942"),
    absence=True,
    remedy="Compare Origin with a list of whole origins, letter by letter; never echo it, never allow `null`, never "
    "match by ending or beginning; send `Vary: Origin` where the answer depends on it.",
    example="""
        # nginx: an exact list
        map $http_origin $allowed { default ""; "https://portal.example.go.th" $http_origin; }
        add_header Access-Control-Allow-Origin $allowed always;
        add_header Vary Origin always;
    """,
    thai=Thai(
        title="ไม่มีต้นทางแปลกปลอมใดได้รับอนุญาตเพียงเพราะระบบสะท้อนชื่อกลับ",
        why="เบราว์เซอร์ห้ามเว็บไซต์หนึ่งอ่านคำตอบของอีกเว็บไซต์ เว้นแต่ระบบอนุญาต หากระบบสะท้อนชื่อต้นทางที่ขอมาเสมอ "
        "หรือเทียบชื่อเพียงบางส่วน เว็บไซต์ใดก็อ่านข้อมูลสุขภาพของผู้ใช้ที่ลงชื่อเข้าใช้อยู่ได้ "
        "ทดลองด้วยต้นทางแปดแบบเทียบกับคำขอควบคุมที่ไม่มีต้นทาง",
        remedy="เทียบ Origin กับรายการต้นทางเต็มทุกตัวอักษร ไม่สะท้อนกลับ ไม่อนุญาต `null` ไม่เทียบเฉพาะต้นหรือท้ายชื่อ "
        "และส่ง `Vary: Origin` เมื่อคำตอบขึ้นกับต้นทาง",
    ),
)
def origins_not_echoed(origins: SiteOrigins) -> Judgement:
    """The platform's consent decides what other sites may read.

    Browsers keep one site from reading another's answers unless that other agrees. A platform that repeats
    whatever origin asks, or compares it carelessly, lets any site read the records of a user who is signed
    in. Eight origins nobody should trust are tried; a value that is not letter for letter the origin sent is
    refused by browsers, and so is a doubled header. `*` without credentials shares only what everyone gets
    and is judged by CORS-02. The control is the same request without a foreign origin.
    """
    let_in = [
        (trial, t) for trial in origins.trials for t in trial.tries if not _useless(t.exchange) and admits(t)
    ]
    if let_in:
        return _echoed(let_in)
    if unclear := _unclear(origins):
        return unclear
    tries = [t for trial in origins.trials for t in trial.tries]
    controls = [trial.control for trial in origins.trials]
    good = passed(
        "{count} foreign origins tried, none let in",
        "ทดลอง {count} ต้นทาง ไม่มีต้นทางใดได้รับอนุญาต",
        count=len(tries),
    )
    return replace(
        good,
        assertions=len(tries),
        control=", ".join(ids(controls)) or where(controls[0]),
        exchanges=ids(t.exchange for t in tries),
    )


def _echoed(let_in: list[tuple[OriginTrial, OriginTry]]) -> Judgement:
    variants = list(dict.fromkeys(t.variant for _, t in let_in))
    words = [_SAID.get(v, Text(v, v)) for v in variants]
    credentials = any(with_credentials(t.exchange) for _, t in let_in)
    bad = failed(
        "{place} lets in {en}{with_en}",
        "{place} อนุญาต{th}{with_th}",
        place=where(let_in[0][1].exchange),
        en="; ".join(w.en for w in words),
        th=" และ".join(w.th for w in words),
        with_en=", with the user's cookies" if credentials else "",
        with_th=" พร้อมคุกกี้ของผู้ใช้" if credentials else "",
    )
    return replace(bad, exchanges=ids(t.exchange for _, t in let_in))


#: Methods that no page of another origin needs by default.
_UNSAFE = frozenset({"PUT", "PATCH", "DELETE"})
_FORBIDDEN = frozenset({"TRACE", "TRACK", "CONNECT"})


def _contradiction(attempt: OriginTry) -> Text | None:
    exchange = attempt.exchange
    if allowed_origin(exchange) == "*" and with_credentials(exchange):
        return Text("allows credentials together with `*`", "อนุญาตข้อมูลยืนยันตัวตนพร้อมกับ `*`")
    return None


def _methods(exchange: Exchange) -> set[str]:
    listed = ",".join(exchange.values("access-control-allow-methods"))
    return {method.strip() for method in listed.split(",") if method.strip()}


def _generous(attempt: OriginTry) -> Text | None:
    """What a preflight answer gives a foreign origin beyond need; nothing counts unless the origin is let in."""
    exchange = attempt.exchange
    if allowed_origin(exchange) not in (attempt.origin, "*"):
        return None
    methods = _methods(exchange)
    everything = "*" in methods and not with_credentials(exchange)
    much = sorted(methods & (_UNSAFE | _FORBIDDEN)) or (["*"] if everything else [])
    if much:
        shown = clip(", ".join(much), 60)
        return Text(f"grants {shown} to a foreign origin", f"อนุญาต {shown} แก่ต้นทางอื่น")
    return None


@check(
    "CORS-02",
    title="Credentials never go with a wildcard, and preflights grant foreign origins no writing",
    severity="medium",
    verifies=("Fetch Standard §3.3.5", "Fetch Standard §4.8", "ASVS 5.0.0-3.4.2"),
    absence=True,
    remedy="Never send Access-Control-Allow-Credentials with `*`; list only the methods that allowed origins use.",
    example="""
        # to the allowed origin only
        Access-Control-Allow-Origin: https://portal.example.go.th
        Access-Control-Allow-Methods: GET, POST
        Vary: Origin
    """,
    thai=Thai(
        title="ไม่อนุญาตข้อมูลยืนยันตัวตนพร้อมเครื่องหมาย * และไม่ให้สิทธิ์เขียนแก่ต้นทางอื่น",
        why="เครื่องหมาย `*` คู่กับการอนุญาตคุกกี้เป็นการตั้งค่าที่ขัดกันเอง เบราว์เซอร์ปฏิเสธ "
        "แต่แสดงว่าผู้พัฒนาตั้งใจเปิดให้ทุกเว็บไซต์ และมักกลายเป็นการสะท้อนต้นทางในการแก้ไขครั้งถัดไป "
        "ส่วนการอนุญาต PUT, PATCH หรือ DELETE แก่ต้นทางใดก็ได้ เปิดให้เว็บไซต์อื่นแก้ไขข้อมูลผ่านเบราว์เซอร์ของผู้ใช้",
        remedy="ไม่ส่ง Access-Control-Allow-Credentials พร้อม `*` และระบุเฉพาะเมธอดที่ต้นทางซึ่งได้รับอนุญาตจำเป็นต้องใช้",
    ),
)
def credentials_not_for_all(origins: SiteOrigins) -> Judgement:
    """A contradiction today is a hole tomorrow.

    `*` with credentials is refused by browsers, but shows that someone meant to open the platform to every
    site; the next change usually echoes the origin. A preflight that grants PUT, PATCH or DELETE to an origin
    that should not be let in lets it change records through the user's browser. Only the exact value `true`
    allows credentials. The control is the same request without a foreign origin.
    """
    broken = [
        (t, w)
        for trial in origins.trials
        for t in _all(trial)
        if not _useless(t.exchange) and (w := _contradiction(t))
    ]
    ahead = [t.preflight for t in origins.trials if t.preflight and not _useless(t.preflight.exchange)]
    broken += [(t, w) for t in ahead if (w := _generous(t))]
    if broken:
        attempt, wrong = broken[0]
        bad = failed("{place} {en}", "{place} {th}", place=where(attempt.exchange), en=wrong.en, th=wrong.th)
        return replace(bad, exchanges=ids(t.exchange for t, _ in broken))
    if unclear := _unclear(origins):
        return unclear
    if not ahead:
        return undecided(Text("no preflight was recorded", "ไม่มีหลักฐานคำขอ preflight"))
    tries = [t for trial in origins.trials for t in _all(trial)]
    good = passed(
        "{count} answers and preflights, nothing granted to all",
        "ตรวจ {count} คำตอบและ preflight ไม่มีการอนุญาตแก่ทุกต้นทาง",
        count=len(tries),
    )
    control = ", ".join(ids(t.control for t in origins.trials)) or where(origins.trials[0].control)
    return replace(good, assertions=len(tries), control=control, exchanges=ids(t.exchange for t in tries))
