"""Where one message ends and the next begins: request smuggling (HTTP-23)."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check

from .active_baseline import control_of, ids, ordinary, seen, undecided, unusable, whole
from .active_evidence import FramingTrials, Staged, Trial

#: Refusals of a badly framed message: 400 (RFC 9112 §5.1, §6.3), 501 (§6.1), and 4xx that say the same.
_REFUSED = frozenset({400, 403, 405, 411, 413, 415, 417, 422, 431, 501})


@check(
    "HTTP-23",
    title="Messages whose length can be read in two ways are refused",
    severity="high",
    verifies=("ASVS 5.0.0-4.2.1", "RFC 9112 §5.1", "RFC 9112 §6.1", "RFC 9112 §6.3", "CWE-444"),
    remedy="Update and align every HTTP element of the chain, refuse messages with both Content-Length and "
    "Transfer-Encoding or with unknown codings, and speak HTTP/2 or one connection per request to the back end.",
    example="""
    # nginx 1.21.1 and later refuses all of these by itself.
    # HAProxy:
    option http-restrict-req-hdr-names reject
    http-request deny deny_status 400 if { req.hdr(transfer-encoding) -m found } { req.hdr(content-length) -m found }
    # Apache httpd:
    HttpProtocolOptions Strict
    """,
    thai=Thai(
        title="ระบบปฏิเสธข้อความที่ตีความความยาวได้สองทาง",
        why="เมื่อพร็อกซีและเครื่องแม่ข่ายตีความจุดสิ้นสุดของคำขอไม่ตรงกัน ผู้โจมตีสามารถแทรกคำขอไปรวมกับคำขอของผู้ใช้อื่น "
        "ข้ามการควบคุมสิทธิ์ และขโมยข้อมูลสุขภาพของผู้อื่นได้ การทดสอบนี้ใช้เฉพาะการเชื่อมต่อของตนเองและไม่ทิ้งข้อมูลค้างไว้ในช่องทางของผู้อื่น",
        remedy="ปรับปรุงรุ่นและตั้งค่าอุปกรณ์ HTTP ทุกชั้นให้ตรงกัน ปฏิเสธข้อความที่มีทั้ง Content-Length และ Transfer-Encoding "
        "หรือมีรหัสการส่งที่ไม่รู้จัก และใช้ HTTP/2 หรือหนึ่งการเชื่อมต่อต่อคำขอไปยังเครื่องแม่ข่ายภายใน",
    ),
)
def framing_is_strict(trials: FramingTrials) -> Judgement:
    """Check that ambiguous message framing is refused at the door.

    When a proxy and the server behind it disagree where a request ends, an attacker prepends a request to
    someone else's, gets past access rules and reads other people's records. The messages sent here mean the
    same under every reading, on connections of our own; nothing is judged by how long an answer takes.
    """
    if stop := unusable(*(c.exchange for c in trials.controls), trials.after):
        return stop
    if cut := [c.name for c in trials.controls if not whole(c.exchange)]:
        return undecided(f"{name}: the answer did not end" for name in cut)
    bad = [
        f"{t.name} answered {t.exchange.status} like a good request" for t in trials.trials if _accepted(t)
    ]
    bad += _staged_faults(trials)
    if bad:
        return replace(
            failed("{what}", "พบข้อบกพร่อง: {what}", what="; ".join(bad)),
            exchanges=ids(*(t.exchange for t in trials.trials if _accepted(t))),
            assertions=len(trials.trials) + 2,
        )
    doubtful = [f"{t.name}: {seen(t.exchange)}" for t in trials.trials if not _refused(t)]
    if _stalled(trials.lengths):
        return _suspicious(trials)
    doubtful += [
        f"{name}: no answer"
        for name, staged in (
            ("two lengths that differ", trials.lengths),
            ("two lengths that agree", trials.reuse),
        )
        if staged is None or (staged.first is None and staged.second is None)
    ]
    if doubtful or not trials.trials:
        return undecided(doubtful)
    return replace(
        passed(
            "well-framed requests answered {control}; refused: {what}",
            "คำขอที่ถูกต้องได้รับ {control} และระบบปฏิเสธ: {what}",
            control=trials.controls[0].exchange.status,
            what=", ".join(f"{t.name} {seen(t.exchange)}" for t in trials.trials),
        ),
        assertions=len(trials.trials) + 2,
        control=control_of(trials.controls[0].exchange),
        exchanges=ids(*(t.exchange for t in trials.trials)),
    )


def _accepted(trial: Trial) -> bool:
    return ordinary(trial.exchange) and trial.exchange.status != 401


def _refused(trial: Trial) -> bool:
    return trial.exchange.answered and trial.exchange.status in _REFUSED


def _staged_faults(trials: FramingTrials) -> list[str]:
    found = []
    lengths, reuse = trials.lengths, trials.reuse
    if lengths and lengths.first is None and lengths.second is not None and lengths.second < 400:
        found.append(
            f"Content-Length decided although Transfer-Encoding was there: {lengths.second} came only after the last byte"
        )
    # RFC 9112 §6.1: whatever it answers, the server MUST close the connection after such a message.
    if reuse and reuse.first is not None and reuse.first < 400 and reuse.second is not None:
        found.append(
            f"a message with both lengths got {reuse.first} and the connection stayed open for another ({reuse.second})"
        )
    return found


def _stalled(staged: Staged | None) -> bool:
    return staged is not None and staged.first is None and staged.second is None and staged.ended == "open"


def _suspicious(trials: FramingTrials) -> Judgement:
    waited = trials.lengths.waited if trials.lengths else 0
    return inconclusive(
        "a message with two different lengths was not answered within {waited} s although well-framed ones were: "
        "elements of the chain may disagree; look at it by hand",
        "ข้อความที่มีความยาวสองค่าไม่ได้รับคำตอบภายใน {waited} วินาที ทั้งที่ข้อความปกติได้รับคำตอบ "
        "อุปกรณ์ในสายอาจตีความไม่ตรงกัน ควรตรวจสอบด้วยผู้เชี่ยวชาญ",
        waited=waited,
    )
