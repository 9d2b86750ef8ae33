"""What errors say about the inside (WEB-12)."""

import re

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check

from .active_baseline import blocked, control_of, ids, seen, undecided, unusable
from .active_evidence import ErrorTrials, Trial
from .active_signatures import ERRORS


@check(
    "WEB-12",
    title="Errors say nothing about the inside",
    severity="medium",
    verifies=("ASVS 5.0.0-16.5.1", "CWE-209", "WSTG-ERRH-01", "WSTG-ERRH-02"),
    remedy="Switch debug mode off, catch errors at the outermost layer, answer a general message with a reference number, "
    "and write the details to the log only.",
    example="""
    # Django: DEBUG = False          Spring: server.error.include-stacktrace=never
    # PHP: display_errors = Off      ASP.NET: <customErrors mode="On"/>
    # Express: app.set('env', 'production') and a last app.use((err, req, res, next) => ...)
    """,
    absence=True,
    thai=Thai(
        title="ข้อความแสดงข้อผิดพลาดไม่เปิดเผยรายละเอียดภายในระบบ",
        why="รายละเอียดข้อผิดพลาด เช่น ลำดับการเรียกฟังก์ชัน คำสั่ง SQL หรือเส้นทางไฟล์ บอกผู้โจมตีว่าใช้ซอฟต์แวร์ใดรุ่นใด "
        "และควรโจมตีจุดใดต่อ บางครั้งมีข้อมูลผู้ป่วยหรือรหัสผ่านติดมาด้วย",
        remedy="ปิดโหมดดีบัก ดักจับข้อผิดพลาดที่ชั้นนอกสุด ตอบข้อความทั่วไปพร้อมหมายเลขอ้างอิง และบันทึกรายละเอียดไว้ในบันทึกระบบเท่านั้น",
    ),
)
def errors_are_quiet(trials: ErrorTrials) -> Judgement:
    """Check that unexpected input brings no stack trace, SQL error or file path to light.

    Such details tell an attacker which software runs and where to push next, and sometimes carry patient
    data or passwords. What the ordinary page holds too is not counted: a page about programming may quote a trace.
    """
    if stop := unusable(trials.control, trials.near, trials.after):
        return stop
    usual = _signatures(trials.control) | _signatures(trials.near)
    loud = [(t, sorted(_signatures(t.exchange) - usual)) for t in trials.trials]
    loud = [(t, names) for t, names in loud if names]
    if loud:
        return replace(
            failed(
                "{what}",
                "พบรายละเอียดภายใน: {what}",
                what="; ".join(f"{t.name} ({t.exchange.status}): {', '.join(n)}" for t, n in loud[:5]),
            ),
            exchanges=ids(*(t.exchange for t, _ in loud)),
            assertions=len(trials.trials),
        )
    told = [t for t in trials.trials if _tells(t)]
    if len(told) * 2 < len(trials.trials) or not told:
        return undecided(f"{t.name}: {seen(t.exchange)}" for t in trials.trials if not _tells(t))
    errors = [t for t in told if (t.exchange.status or 0) >= 400]
    if not errors:
        return inconclusive(
            "no error could be provoked: {count} attempts were all answered like ordinary requests",
            "ไม่สามารถทำให้เกิดข้อผิดพลาดได้: ทั้ง {count} ครั้งได้รับคำตอบเหมือนคำขอปกติ",
            count=len(told),
        )
    return _quiet(trials, told, errors)


def _quiet(trials: ErrorTrials, told: list[Trial], errors: list[Trial]) -> Judgement:
    silent = [f"{t.name}: {seen(t.exchange)}" for t in trials.trials if t not in told]
    judgement = passed(
        "{errors} errors provoked in {count} attempts, none shows details: {what}",
        "ทดลอง {count} ครั้ง เกิดข้อผิดพลาด {errors} ครั้ง ไม่มีครั้งใดแสดงรายละเอียด: {what}",
        errors=len(errors),
        count=len(told),
        what=", ".join(f"{t.name} {t.exchange.status}" for t in errors),
    )
    return replace(
        judgement,
        assertions=len(told),
        control=control_of(trials.near),
        exchanges=ids(*(t.exchange for t in errors)),
        facts=(("not told", "; ".join(silent)),) if silent else (),
    )


def _tells(trial: Trial) -> bool:
    """Whether the platform itself answered in full: a general 500 page tells, a block or a cut does not."""
    return trial.exchange.answered and not (blocked(trial.exchange) and trial.exchange.status != 501)


def _signatures(exchange: Exchange) -> set[str]:
    text = exchange.body + "\n" + "\n".join(value for _, value in exchange.headers)
    return {name for name, pattern in ERRORS if re.search(pattern, text)}
