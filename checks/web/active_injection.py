"""Line breaks that become header fields (HTTP-24)."""

from msgspec.structs import replace

from harness.model import Judgement, failed, passed
from harness.registry import Thai, check

from .active_baseline import control_of, ids, seen, undecided, unusable
from .active_evidence import InjectedHeaders, Trial


@check(
    "HTTP-24",
    title="Line breaks in parameters and paths do not become response headers",
    severity="medium",
    verifies=("CWE-113", "RFC 9110 §5.5", "WSTG-INPV-15"),
    remedy="Never copy input into a header by hand: use the framework's redirect and cookie functions, which refuse line "
    "breaks, and keep only known values for languages and return addresses.",
    example="""
    # nginx: $uri is decoded, so a line break in it becomes real; use $request_uri
    return 301 https://$host$request_uri;
    # Python: validate before use
    if next_path not in ALLOWED: next_path = "/"
    """,
    absence=True,
    thai=Thai(
        title="อักขระขึ้นบรรทัดใหม่ในพารามิเตอร์และพาธไม่กลายเป็นส่วนหัวของคำตอบ",
        why="หากข้อมูลนำเข้าที่มีอักขระขึ้นบรรทัดใหม่ถูกคัดลอกลงในส่วนหัว ผู้โจมตีสามารถตั้งคุกกี้ ปิดมาตรการความปลอดภัย "
        "หรือแทรกหน้าเว็บปลอมในโดเมนของหน่วยบริการสุขภาพได้",
        remedy="ไม่คัดลอกข้อมูลนำเข้าลงในส่วนหัวเอง ให้ใช้ฟังก์ชันเปลี่ยนเส้นทางและตั้งคุกกี้ของเฟรมเวิร์กซึ่งปฏิเสธอักขระขึ้นบรรทัดใหม่ "
        "และรับเฉพาะค่าที่รู้จักสำหรับภาษาและที่อยู่ที่จะกลับไป",
    ),
)
def no_injected_headers(trials: InjectedHeaders) -> Judgement:
    """Check that a line break sent by the client never starts a header of ours.

    With one, an attacker sets cookies, switches protections off or puts a forged page under the platform's
    own name. A 4xx to the attempt is a refusal, as long as the same request without line breaks is answered.
    """
    if stop := unusable(trials.control, trials.near, trials.after):
        return stop
    split = [t for t in trials.trials if _split(t, trials.canary)]
    if split:
        return replace(
            failed(
                "a header of the client's choosing came back: {where}",
                "พบส่วนหัวที่ผู้ใช้กำหนดเองในคำตอบ: {where}",
                where=", ".join(t.name for t in split),
            ),
            exchanges=ids(*(t.exchange for t in split)),
            assertions=len(trials.trials),
        )
    doubtful = [t for t in trials.trials if not _tells(t)]
    if doubtful or not trials.trials:
        return undecided(f"{t.name}: {seen(t.exchange)}" for t in doubtful)
    return replace(
        passed(
            "{count} attempts, no header named {canary}; answers: {what}",
            "ทดลอง {count} ครั้ง ไม่พบส่วนหัวชื่อ {canary} คำตอบ: {what}",
            count=len(trials.trials),
            canary=trials.canary,
            what=", ".join(f"{t.name} {seen(t.exchange)}" for t in trials.trials),
        ),
        assertions=len(trials.trials),
        control=control_of(trials.near),
        exchanges=ids(trials.near, *(t.exchange for t in trials.trials)),
    )


def _split(trial: Trial, canary: str) -> bool:
    """Whether the canary is a header of its own, a new cookie, or stands at the start of a line where the body began early."""
    wanted = canary.lower()
    if any(name.strip().lower() == wanted for name, _ in trial.exchange.headers):
        return True
    return trial.exchange.body.lower().startswith(f"{wanted}:") or f"\n{wanted}:" in "\n".join(
        value for _, value in trial.exchange.headers
    ).lower().replace("\r", "\n")


def _tells(trial: Trial) -> bool:
    status = trial.exchange.status or 0
    return trial.exchange.answered and status != 429 and status < 500
