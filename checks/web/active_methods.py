"""HTTP methods nobody asked for: tunnels and echoes (HTTP-19), unlisted verbs and overrides (HTTP-20)."""

from msgspec.structs import replace

from harness.model import Judgement, failed, passed
from harness.registry import Thai, check

from .active_baseline import control_of, ids, ordinary, seen, undecided, unusable
from .active_evidence import MethodTrials, Trial

#: Answers that refuse a method: RFC 9110 §15.5.6 (405), §15.6.2 (501); 400, 401, 403, 404 refuse it too.
REFUSED = frozenset({400, 401, 403, 404, 405, 421, 426, 501})
_STRICT = frozenset({405, 501})


@check(
    "HTTP-19",
    title="TRACE, TRACK and CONNECT are refused",
    severity="medium",
    verifies=("ASVS 5.0.0-13.4.4", "RFC 9110 §9.3.8", "RFC 9110 §9.3.6", "WSTG-CONF-06"),
    remedy="Switch TRACE and TRACK off in the web server and every proxy, and let only a forward proxy answer CONNECT.",
    example="""
    # Apache httpd
    TraceEnable off
    # nginx refuses TRACE and CONNECT by itself; refuse TRACK and the rest by name:
    if ($request_method !~ ^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$) { return 405; }
    """,
    thai=Thai(
        title="ระบบปฏิเสธเมธอด TRACE, TRACK และ CONNECT",
        why="TRACE และ TRACK สะท้อนคำขอทั้งหมดกลับมา รวมถึงคุกกี้และส่วนหัวที่พร็อกซีเติมให้ ส่วน CONNECT อาจทำให้เครื่องแม่ข่าย"
        "กลายเป็นทางผ่านเข้าสู่เครือข่ายภายในของหน่วยงาน บริการสุขภาพไม่มีความจำเป็นต้องเปิดเมธอดเหล่านี้",
        remedy="ปิด TRACE และ TRACK ทั้งที่เว็บเซิร์ฟเวอร์และพร็อกซีทุกชั้น และไม่ให้เครื่องที่ไม่ใช่พร็อกซีขาออกตอบรับ CONNECT",
    ),
)
def tunnels_refused(trials: MethodTrials) -> Judgement:
    """Check that methods which echo requests or open tunnels are off.

    TRACE and TRACK send the whole request back, with cookies and the headers that proxies add; CONNECT can
    turn the server into a way into the internal network. A health service needs none of them.
    """
    if stop := unusable(trials.control, trials.after):
        return stop
    open_ = [t for t in trials.tunnels if t.exchange.answered and (t.exchange.status or 0) < 300]
    if open_:
        return replace(_accepted(open_, trials.token), exchanges=ids(*(t.exchange for t in open_)))
    doubtful = [t for t in trials.tunnels if not _refuses(t)]
    if doubtful or not trials.tunnels:
        return undecided(f"{t.name}: {seen(t.exchange)}" for t in doubtful)
    return replace(
        passed(
            "all refused while GET answered {control}: {what}",
            "ปฏิเสธทั้งหมด ขณะที่ GET ตอบ {control}: {what}",
            control=trials.control.status,
            what=_list(trials.tunnels),
        ),
        assertions=len(trials.tunnels),
        control=control_of(trials.control),
        exchanges=ids(*(t.exchange for t in trials.tunnels)),
    )


def _accepted(open_: list[Trial], token: str) -> Judgement:
    echo = any(token and token in t.exchange.body for t in open_)
    return failed(
        "accepted: {what}{echo}",
        "ยอมรับ: {what}{echo_th}",
        what=_list(open_),
        echo="; the reply echoes a header of the request" if echo else "",
        echo_th=" และคำตอบสะท้อนส่วนหัวของคำขอกลับมา" if echo else "",
    )


@check(
    "HTTP-20",
    title="Unlisted methods are refused and no header or parameter can replace the method",
    severity="medium",
    verifies=("ASVS 5.0.0-4.1.4", "RFC 9110 §15.5.6", "WSTG-CONF-06", "WSTG-INPV-03"),
    remedy="Route by an explicit list of methods, answer others 405 with an Allow header (or 501), and switch off "
    "method-override middleware for browsers and APIs that do not need it.",
    example="""
    # nginx: only what this location serves
    location / { limit_except GET POST { deny all; } }
    # Express: do not install method-override; Rails: config.middleware.delete Rack::MethodOverride
    """,
    thai=Thai(
        title="ระบบปฏิเสธเมธอดที่ไม่ได้เปิดให้ใช้ และไม่ยอมให้ส่วนหัวหรือพารามิเตอร์เปลี่ยนเมธอด",
        why="เมธอดที่ระบบไม่รู้จักแต่ยังประมวลผลให้ หรือการแทนที่เมธอดผ่าน X-HTTP-Method-Override มักหลุดจากกฎควบคุมสิทธิ์"
        "ที่กำหนดตามเมธอด ทำให้อ่านหรือแก้ไขข้อมูลสุขภาพได้โดยไม่ผ่านการตรวจสอบ",
        remedy="กำหนดรายการเมธอดที่อนุญาตอย่างชัดเจน เมธอดอื่นให้ตอบ 405 พร้อมส่วนหัว Allow (หรือ 501) และปิดมิดเดิลแวร์"
        "แทนที่เมธอดหากไม่จำเป็นต้องใช้",
    ),
)
def methods_listed(trials: MethodTrials, *, require_allow: bool = False) -> Judgement:
    """Check that only listed methods work and that the method cannot be smuggled in another place.

    Access rules are often written per method. A server that treats an unknown verb like GET, or honours
    X-HTTP-Method-Override, lets a request slip past them. `require_allow` also demands the Allow header that
    RFC 9110 §15.5.6 asks of every 405; it is off by default because nginx omits it and access is refused anyway.
    """
    if stop := unusable(trials.control, trials.after):
        return stop
    bad = [
        f"{t.name} answered {t.exchange.status} like an ordinary request"
        for t in trials.unlisted
        if _served(t)
    ]
    bad += [f"{name} was honoured" for name in _honoured(trials)]
    silent = [t.name for t in trials.unlisted if t.exchange.status == 405 and not t.exchange.values("allow")]
    if require_allow:
        bad += [f"405 to {name} has no Allow header" for name in silent]
    every = (*trials.unlisted, *trials.override)
    if bad:
        return replace(
            failed("{what}", "พบข้อบกพร่อง: {what}", what="; ".join(bad)),
            exchanges=ids(*(t.exchange for t in every)),
        )
    doubtful = [t for t in trials.unlisted if not _refuses(t)]
    doubtful += [t for t in trials.override if not t.exchange.answered or _broken(t)]
    if doubtful or not trials.unlisted or not trials.override:
        return undecided(f"{t.name}: {seen(t.exchange)}" for t in doubtful)
    judgement = passed(
        "refused: {what}; no override was honoured in {count} attempts",
        "ปฏิเสธ: {what} และไม่มีการแทนที่เมธอดที่ได้ผลจาก {count} ครั้ง",
        what=_list(trials.unlisted),
        count=len(trials.override),
    )
    facts = (("405 without Allow", ", ".join(silent)),) if silent else ()
    return replace(
        judgement,
        assertions=len(every),
        control=control_of(trials.control),
        facts=facts,
        exchanges=ids(*(t.exchange for t in trials.unlisted)),
    )


def _served(trial: Trial) -> bool:
    return trial.exchange.answered and 200 <= (trial.exchange.status or 0) < 300


def _broken(trial: Trial) -> bool:
    status = trial.exchange.status or 0
    return status == 429 or (status >= 500 and status != 501)


def _refuses(trial: Trial) -> bool:
    return trial.exchange.answered and trial.exchange.status in REFUSED


def _honoured(trials: MethodTrials) -> list[str]:
    """Overrides that had an effect: a made-up verb turned a served request into a refusal, or GET a refusal into service."""
    named = {t.name: t for t in trials.override}
    plain = named.get("POST")
    found = []
    for name, trial in named.items():
        if not trial.exchange.answered:
            continue
        if name.startswith("GET as"):
            honoured = ordinary(trials.control) and trial.exchange.status in _STRICT
        elif name.startswith("POST as GET"):
            honoured = plain is not None and plain.exchange.status in (404, *_STRICT) and _served(trial)
        else:
            honoured = (
                name.startswith("POST as")
                and plain is not None
                and plain.exchange.answered
                and not _broken(plain)
                and plain.exchange.status not in _STRICT
                and trial.exchange.status in _STRICT
            )
        if honoured:
            found.append(f"{name} ({trial.exchange.status})")
    return found


def _list(trials: tuple[Trial, ...] | list[Trial]) -> str:
    return ", ".join(f"{t.name} {seen(t.exchange)}" for t in trials)
