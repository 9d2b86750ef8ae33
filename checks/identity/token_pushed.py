"""Authorization requests that were pushed (OAU-21)."""

from msgspec.structs import replace

from harness.model import Judgement
from harness.registry import Thai, check

from .token_evidence import PushedTrials
from .token_judging import attempts, noted, settle


@check(
    "OAU-21",
    title="Pushed authorization requests serve their client, once",
    severity="medium",
    verifies=("RFC 9126 §2.1", "RFC 9126 §2.2", "RFC 9126 §4", "RFC 9126 §7.3", "ASVS 5.0.0-10.4.10"),
    remedy="Authenticate the client at the endpoint, accept POST only and no request_uri inside. Bind each request_uri to its "
    "client, let it expire within minutes, spend it with the first code, and take parameters from the pushed request alone.",
    thai=Thai(
        title="คำขออนุญาตแบบ PAR ใช้ได้เฉพาะไคลเอนต์ของตนและเพียงครั้งเดียว",
        why="การส่งคำขอล่วงหน้า (PAR) มีไว้เพื่อให้คำขออนุญาตแก้ไขระหว่างทางไม่ได้ หากคำขอใช้ซ้ำได้ หรือไคลเอนต์อื่นนำไปใช้ได้ "
        "ผู้ไม่หวังดีจะพาผู้ป่วยไปอนุญาตสิ่งที่ตนเตรียมไว้ได้เหมือนไม่มีมาตรการนี้",
        remedy="ยืนยันตัวตนไคลเอนต์ที่ endpoint รับเฉพาะ POST และไม่รับ request_uri ซ้อน ผูก request_uri กับไคลเอนต์ ให้หมดอายุภายในไม่กี่นาที ใช้แล้วสิ้นผล "
        "และใช้พารามิเตอร์จากคำขอที่ส่งล่วงหน้าเท่านั้น",
    ),
    absence=True,
)
def pushed_requests_bound(found: PushedTrials, *, reuse_refused: bool = True) -> Judgement:
    """Check that a pushed request cannot be changed, borrowed or used again.

    Requests are pushed so that nobody on the way can change what the patient is asked to allow. One that
    another client can use, or that works again in another browser, gives that away. Single use is a SHOULD
    (RFC 9126 §4; `reuse_refused`); reloading the page, which it allows, is not what is tried.
    """
    names = [name for name in found.experiments if name != "reuse" or reuse_refused]
    judgement = settle(found, *names)
    life = f"{found.lifetime} s" if found.lifetime is not None else "not stated"
    judgement = replace(judgement, facts=(("life of a request_uri", life),))
    return judgement if reuse_refused else noted(judgement, "used again", attempts(found, "reuse"))
