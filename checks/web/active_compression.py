"""The precondition of BREACH: reflected input and a secret squeezed together (HTTP-21)."""

import re

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, failed, needs_review, passed
from harness.registry import Thai, check

from .active_baseline import blocked, control_of, ids, undecided, unserved, unusable
from .active_evidence import ReflectionTrials, Trial

_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd", "compress"})
#: Names under which pages carry anti-CSRF tokens and other secrets.
_NAMES = r"(?:csrf|xsrf|authenticity_token|__requestverificationtoken|session_?id|access_token|api_?key)"
_SECRET_FIELD = re.compile(rf"<(?:input|meta)\b[^<>]{{0,400}}?name=[\"']?[\w-]{{0,40}}{_NAMES}", re.I)


@check(
    "HTTP-21",
    title="Responses that reflect input and carry a secret are not compressed",
    severity="low",
    verifies=("CVE-2013-3587", "CWE-203"),
    remedy="Do not compress pages that hold an anti-CSRF token or other secret and reflect input, or mask the token "
    "afresh in every response, or stop reflecting the input.",
    example="""
    # nginx: compress static files only
    gzip_types text/css application/javascript image/svg+xml;
    location /static/ { gzip on; }
    location / { gzip off; }
    """,
    absence=True,
    thai=Thai(
        title="คำตอบที่สะท้อนข้อมูลนำเข้าและมีค่าลับอยู่ด้วยไม่ถูกบีบอัด",
        why="เมื่อหน้าเว็บถูกบีบอัดทั้งที่มีค่าลับ (เช่น โทเคนป้องกัน CSRF) และสะท้อนข้อมูลที่ผู้โจมตีเลือกได้ ขนาดของคำตอบจะเปิดเผยค่าลับ"
        "ทีละตัวอักษรแม้เชื่อมต่อผ่าน TLS (การโจมตี BREACH)",
        remedy="ไม่บีบอัดหน้าที่มีโทเคนหรือค่าลับและสะท้อนข้อมูลนำเข้า หรือพรางโทเคนใหม่ทุกคำตอบ หรือเลิกสะท้อนข้อมูลนำเข้า",
    ),
)
def not_squeezed(trials: ReflectionTrials) -> Judgement:
    """Check that no response mixes compression, reflected input and a secret.

    When a compressed page holds a secret and repeats what an attacker chose, the length of the encrypted
    reply tells the secret letter by letter (BREACH), even over perfect TLS.
    """
    if stop := unusable(trials.control) or unserved([trials.control]):
        return stop
    squeezed = [t for t in trials.trials if _reflects(t, trials.token) and _compressed(t.exchange)]
    secret = [t for t in squeezed if _secret(t.exchange)]
    if secret:
        return _found(secret, certain=True)
    if squeezed:
        return _found(squeezed, certain=False)
    usable = [t for t in trials.trials if t.exchange.answered and not blocked(t.exchange)]
    if not usable:
        return undecided(t.name for t in trials.trials)
    reflecting = [t.name for t in usable if _reflects(t, trials.token)]
    return replace(
        passed(
            "compression was offered in {count} requests; reflected: {where}; compressed and reflected: none",
            "เสนอการบีบอัดใน {count} คำขอ พบการสะท้อนที่: {where} และไม่พบคำตอบที่ทั้งบีบอัดและสะท้อน",
            count=len(usable),
            where=", ".join(reflecting) or "none",
        ),
        assertions=len(usable),
        control=control_of(trials.control),
        exchanges=ids(*(t.exchange for t in usable)),
    )


def _found(trials: list[Trial], *, certain: bool) -> Judgement:
    say = failed if certain else needs_review
    first = trials[0].exchange
    values = {"where": ", ".join(t.name for t in trials), "coding": first.value("content-encoding")}
    if certain:
        judgement = say(
            "{where}: the reply is {coding}-compressed, reflects the input and holds a token field",
            "{where}: คำตอบถูกบีบอัดแบบ {coding} สะท้อนข้อมูลนำเข้า และมีช่องโทเคนอยู่ด้วย",
            **values,
        )
    else:
        judgement = say(
            "{where}: the reply is {coding}-compressed and reflects the input; no secret was seen in it without "
            "a login: a person must say whether a signed-in user's page holds one",
            "{where}: คำตอบถูกบีบอัดแบบ {coding} และสะท้อนข้อมูลนำเข้า แต่ไม่พบค่าลับเมื่อยังไม่เข้าสู่ระบบ "
            "ต้องให้ผู้เชี่ยวชาญพิจารณาว่าหน้าของผู้ใช้ที่เข้าสู่ระบบแล้วมีค่าลับหรือไม่",
            **values,
        )
    return replace(judgement, exchanges=ids(*(t.exchange for t in trials)))


def _reflects(trial: Trial, token: str) -> bool:
    return bool(token) and trial.exchange.answered and token in trial.exchange.body


def _compressed(exchange: Exchange) -> bool:
    codings = ",".join(exchange.values("content-encoding")).lower().split(",")
    return any(coding.strip() in _CODINGS for coding in codings)


def _secret(exchange: Exchange) -> bool:
    return bool(_SECRET_FIELD.search(exchange.body)) or any(r.where == "body" for r in exchange.redactions)
