"""Names the client may lie about: Host, X-Forwarded-Host, Forwarded and X-Forwarded-Proto (HTTP-22)."""

import re

from msgspec.structs import replace

from harness.evidence import Cause, Exchange
from harness.model import Judgement, failed, passed
from harness.registry import Thai, check

from .active_baseline import control_of, ids, seen, undecided, unusable
from .active_evidence import HostTrials, Trial

#: Headers in which a name becomes an address the browser or a cache follows.
_STEERING = ("location", "content-location", "link", "refresh", "set-cookie", "access-control-allow-origin")


@check(
    "HTTP-22",
    title="Host and forwarding headers of the client do not reach links, redirects or pages",
    severity="high",
    verifies=("ASVS 5.0.0-4.1.3", "RFC 9112 §3.2", "WSTG-INPV-17", "CWE-644"),
    remedy="Build absolute addresses from a configured name, answer 400 or 421 to an unknown Host, and let the outermost "
    "proxy overwrite X-Forwarded-* and Forwarded instead of passing the client's on.",
    example="""
    # nginx: unknown names get nothing; known ones get headers that only the proxy sets
    server { listen 443 ssl default_server; ssl_reject_handshake on; }
    location / {
      proxy_set_header Host $server_name;
      proxy_set_header X-Forwarded-Host $server_name;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Forwarded "";
    }
    """,
    absence=True,
    thai=Thai(
        title="ค่า Host และส่วนหัวส่งต่อที่ผู้ใช้ส่งมาไม่ปรากฏในลิงก์ การเปลี่ยนเส้นทาง หรือหน้าเว็บ",
        why="หากระบบเชื่อชื่อโฮสต์ที่ผู้ใช้ส่งมา ลิงก์รีเซ็ตรหัสผ่านในอีเมลหรือหน้าที่แคชไว้อาจชี้ไปยังเครื่องของผู้โจมตี "
        "ผู้ป่วยและเจ้าหน้าที่จะส่งรหัสหรือโทเคนให้ผู้โจมตีโดยไม่รู้ตัว",
        remedy="สร้างที่อยู่เต็มจากชื่อที่กำหนดไว้ในระบบ ตอบ 400 หรือ 421 เมื่อ Host ไม่ใช่ชื่อที่รู้จัก และให้พร็อกซีชั้นนอกสุด"
        "เขียนทับ X-Forwarded-* และ Forwarded แทนการส่งต่อค่าของผู้ใช้",
    ),
)
def host_not_trusted(trials: HostTrials) -> Judgement:
    """Check that no name or scheme the client made up comes back as an address.

    A platform that believes the client about its own name puts the attacker's address into password-reset
    mails and cached pages; patients then hand their codes to the attacker. An error page that repeats the
    name as plain text is not counted, for nothing follows it.
    """
    if stop := unusable(trials.after, *(c.exchange for c in trials.controls[:1])):
        return stop
    controls = {c.name: c.exchange for c in trials.controls}
    found = []
    for trial in trials.trials:
        path, _, header = trial.name.partition(" ")
        if effect := _effect(trial.exchange, controls.get(path), trials, header):
            found.append((trial, effect))
    if found:
        return replace(
            failed("{what}", "พบข้อบกพร่อง: {what}", what="; ".join(f"{t.name}: {e}" for t, e in found[:5])),
            exchanges=ids(*(t.exchange for t, _ in found)),
            assertions=len(trials.trials),
        )
    dropped = _dropped(trials)
    doubtful = [t for t in trials.trials if not _answers(t) and t not in dropped]
    if doubtful or len(dropped) == len(trials.trials):
        return undecided(f"{t.name}: {seen(t.exchange)}" for t in doubtful)
    return replace(
        passed(
            "{count} requests lied about host or scheme; {canary} came back nowhere as an address",
            "ส่งคำขอที่ปลอมชื่อโฮสต์หรือโปรโตคอล {count} ครั้ง ไม่พบ {canary} ถูกใช้เป็นที่อยู่ในคำตอบ",
            count=len(trials.trials),
            canary=trials.canary,
        ),
        assertions=len(trials.trials),
        control=control_of(trials.controls[0].exchange),
        exchanges=ids(*(t.exchange for t in trials.trials)),
        facts=(("unknown Host", "the connection is closed without an answer"),) if dropped else (),
    )


def _dropped(trials: HostTrials) -> list[Trial]:
    """Requests with an unknown Host that are refused by hanging up, as nginx's `return 444` does.

    Counted as a refusal only where every such request ended so, at once, and all the others were answered.
    """
    lies = [t for t in trials.trials if t.name.endswith(" Host")]
    hung_up = all(
        t.exchange.status is None and t.exchange.fault in (Cause.MALFORMED, Cause.UNREACHABLE) for t in lies
    )
    return lies if hung_up and all(_answers(t) for t in trials.trials if t not in lies) else []


def _answers(trial: Trial) -> bool:
    status = trial.exchange.status or 0
    return trial.exchange.answered and status != 429 and status < 500


def _effect(exchange: Exchange, control: Exchange | None, trials: HostTrials, header: str) -> str | None:
    if exchange.status is None:
        return None
    canary = trials.canary.lower()
    for name, value in exchange.headers:
        if name.lower() in _STEERING and canary in value.lower():
            return f"{name}: {value[:120]}"
    if header == "X-Forwarded-Proto":
        return _downgraded(exchange, control, trials.host)
    body = exchange.body.lower()
    if re.search(rf"(?://|=\s?[\"']?|@){re.escape(canary)}", body):
        return f"the page ({exchange.status}) holds an address with {canary}"
    if canary in body and exchange.status < 400:
        return f"the page ({exchange.status}) holds {canary}"
    return None


def _downgraded(exchange: Exchange, control: Exchange | None, host: str) -> str | None:
    """The effect of a believed `X-Forwarded-Proto: http`: plain links or redirects that the control has not."""
    plain, secure = f"http://{host}", f"https://{host}"
    place = (exchange.value("location") or "").lower()
    usual = ((control and control.value("location")) or "").lower()
    if (place.startswith(plain) and not usual.startswith(plain)) or (place.startswith(secure) and not usual):
        return f"Location: {place[:120]} only with the header"
    before = control.body.lower() if control else ""
    if plain in exchange.body.lower() and plain not in before:
        return f"the page holds {plain} only with the header"
    return None
