"""Guessing passwords is stopped, and cannot be resumed by pretending to be somewhere or somebody else."""

from msgspec.structs import replace

from harness.experiment import Attempt, refused
from harness.model import Judgement, Text, failed, needs_review, passed
from harness.registry import Thai, check
from harness.wording import both

from .evidence import Round, SpareAccount, Swift
from .judging import asleep, seen, unclear, undecided


@check(
    "ATN-03",
    title="An account is locked after five wrong passwords in a row, for 15 minutes",
    severity="high",
    verifies=("ASVS 5.0.0-6.3.1", "WSTG v4.2 ATHN-03", "CWE-307"),
    remedy="Count failures for each account at the server; after the fifth, refuse even the right password for 15 minutes "
    "and say so, with Retry-After. Lock the account only, not everybody behind the same address.",
    thai=Thai(
        title="บัญชีถูกล็อกเมื่อใส่รหัสผ่านผิด 5 ครั้งติดต่อกัน เป็นเวลา 15 นาที",
        why="หากลองรหัสผ่านได้ไม่จำกัด โปรแกรมเดารหัสที่คนนิยมใช้ได้หลายพันคำต่อนาที บัญชีของบุคลากรเพียงบัญชีเดียวก็เปิดประวัติผู้ป่วยได้มาก",
        remedy="นับจำนวนครั้งที่ผิดต่อบัญชีที่เซิร์ฟเวอร์ เมื่อครบ 5 ครั้งให้ปฏิเสธแม้รหัสผ่านที่ถูกต้องเป็นเวลา 15 นาที พร้อมแจ้งด้วย Retry-After "
        "และล็อกเฉพาะบัญชีนั้น ไม่ใช่ทุกคนที่ใช้ที่อยู่เครือข่ายเดียวกัน",
    ),
)
def locked_in_time(spare: SpareAccount, *, failures: int = 5, lock_seconds: int = 900) -> Judgement:
    """Stop a machine from guessing.

    Without a limit, thousands of common passwords are tried in a minute. The spare account, shown to work
    before, gets 3, 5, 10 and 20 wrong passwords in a row, each time followed by the right one, until that is
    refused; the main account must still sign in, or else it is not the account that was locked. How long the lock
    lasts is not awaited: what the platform says of it counts, and where it says nothing a person must.
    """
    if stop := asleep(spare):
        return stop
    if not spare.rounds:
        return undecided(
            Text(
                "the account was refused before five wrong passwords in a row could be given",
                "บัญชีถูกปฏิเสธก่อนที่จะทดลองใส่รหัสผ่านผิดติดต่อกันได้",
            )
        )
    last = spare.rounds[-1]
    if stop := unclear(
        last.right, Text("the right password was not answered clearly", "คำตอบต่อรหัสผ่านที่ถูกต้องไม่ชัดเจน")
    ):
        return stop
    judgement = _too_late(spare.rounds, failures) or _elsewhere(spare) or _lasting(spare, last, lock_seconds)
    ids = tuple(r.right.exchange for r in spare.rounds if r.right.exchange)
    facts = (
        ("held at least", f"{spare.held_seconds} s"),
        ("wait stated", f"{last.seconds} s" if last.seconds else "none"),
    )
    return replace(
        judgement,
        exchanges=judgement.exchanges or ids,
        control=spare.works.exchange or spare.works.name,
        facts=facts,
    )


def _too_late(rounds: tuple[Round, ...], failures: int) -> Judgement | None:
    last, before = rounds[-1], rounds[-2].failures if len(rounds) > 1 else 0
    if last.right.granted:
        return failed(
            "the right password still signed in after {n} wrong ones in a row",
            "รหัสผ่านที่ถูกต้องยังเข้าสู่ระบบได้หลังใส่ผิดติดต่อกัน {n} ครั้ง",
            n=last.failures,
        )
    if last.failures <= failures:
        return None
    if before >= failures:
        return failed(
            "locked only after more than {before} wrong passwords in a row (at {n}); {most} are allowed",
            "ล็อกเมื่อใส่ผิดเกิน {before} ครั้งติดต่อกัน (ที่ {n}) เกณฑ์คือไม่เกิน {most} ครั้ง",
            before=before,
            n=last.failures,
            most=failures,
        )
    return undecided(
        Text(
            f"locked after more than {before} and at most {last.failures} wrong passwords; {failures} lies between",
            f"ล็อกหลังใส่ผิดมากกว่า {before} แต่ไม่เกิน {last.failures} ครั้ง ซึ่งเกณฑ์ {failures} อยู่ระหว่างนั้น",
        )
    )


def _elsewhere(spare: SpareAccount) -> Judgement | None:
    if spare.main is not None and spare.main.granted:
        return None
    main = seen(spare.main)
    return undecided(
        Text(
            f"the main account was refused too ({main.en}), so it is not shown that the account was locked and not this address",
            f"บัญชีหลักถูกปฏิเสธด้วย ({main.th}) จึงไม่แสดงว่าที่ถูกล็อกคือบัญชี มิใช่ที่อยู่เครือข่ายของผู้ทดสอบ",
        ),
        spare.main.exchange if spare.main else "",
    )


def _lasting(spare: SpareAccount, last: Round, seconds: int) -> Judgement:
    if spare.held is not None and spare.held.granted and spare.held_seconds < seconds:
        return failed(
            "locked after {n} wrong passwords, but the right one signed in again after {s} s",
            "ล็อกหลังใส่ผิด {n} ครั้ง แต่รหัสผ่านที่ถูกต้องเข้าสู่ระบบได้อีกหลัง {s} วินาที",
            n=last.failures,
            s=spare.held_seconds,
        )
    stated = last.seconds
    if seconds and (stated is None or stated + last.since < seconds):
        said = (
            ("says nothing of how long", "ไม่ได้แจ้งระยะเวลา")
            if stated is None
            else (f"says {stated} s", f"แจ้ง {stated} วินาที")
        )
        return needs_review(
            "locked after {n} wrong passwords; the platform {en}, and {seconds} s were not awaited",
            "ล็อกหลังใส่ผิด {n} ครั้ง ระบบ{th} และการทดสอบไม่ได้รอจนครบ {seconds} วินาที",
            n=last.failures,
            en=said[0],
            th=said[1],
            seconds=seconds,
        )
    judgement = passed(
        "after {n} wrong passwords the right one was refused, the main account still signed in; the platform says {s} s, not awaited",
        "หลังใส่ผิด {n} ครั้ง รหัสผ่านที่ถูกต้องถูกปฏิเสธ บัญชีหลักยังเข้าได้ ระบบแจ้งเวลา {s} วินาที โดยการทดสอบไม่ได้รอ",
        n=last.failures,
        s=stated if stated is not None else "-",
    )
    return replace(judgement, assertions=3)


@check(
    "ATN-04",
    title="A lock or throttle cannot be slipped past",
    severity="medium",
    verifies=("ASVS 5.0.0-6.3.1", "WSTG v4.2 ATHN-03", "CWE-307", "CWE-348"),
    remedy="Count failures by the account as it is stored, after the name was brought to its one form. Take addresses from "
    "forwarding headers only where a proxy of your own wrote them.",
    thai=Thai(
        title="หลบเลี่ยงการล็อกหรือการจำกัดจำนวนครั้งไม่ได้",
        why="หากระบบเชื่อเฮดเดอร์ที่ผู้เรียกเขียนเองหรือนับชื่อผู้ใช้ที่ต่างเพียงตัวพิมพ์เป็นคนละบัญชี ผู้โจมตีย่อมเดารหัสผ่านต่อได้ไม่จำกัด "
        "การล็อกจึงกันได้เฉพาะผู้ใช้ที่สุจริต",
        remedy="นับจำนวนครั้งที่ผิดตามบัญชีที่จัดเก็บ หลังแปลงชื่อเป็นรูปแบบเดียวแล้ว และเชื่อที่อยู่จากเฮดเดอร์เฉพาะที่พร็อกซีของตนเองเขียน",
    ),
)
def not_slipped_past(spare: SpareAccount) -> Judgement:
    """A lock that a header opens keeps out honest people only.

    While the spare account is locked, its right password is tried from made-up addresses (X-Forwarded-For, Forwarded
    and others), with the name in the other case and with a blank after it, and after failures of other names and
    a sign-in of the main account. The control is its sign-in before the lock.
    """
    if stop := asleep(spare):
        return stop
    if spare.bypass is None:
        return undecided(
            Text(
                "no lock or throttle showed, so there was nothing to slip past (see ATN-03)",
                "ไม่พบการล็อกหรือการจำกัดจำนวนครั้ง จึงไม่มีสิ่งให้หลบเลี่ยง (ดู ATN-03)",
            )
        )
    return refused(spare.bypass)


@check(
    "ATN-23",
    title="Wrong passwords in quick succession are soon answered with 429 or a challenge",
    severity="medium",
    verifies=("ASVS 5.0.0-6.3.1", "CWE-307", "CWE-799"),
    remedy="After a few failures in a row answer every further try with 429 and Retry-After, or with a challenge, whether "
    "its password is right or wrong.",
    thai=Thai(
        title="การใส่รหัสผ่านผิดถี่ ๆ ได้รับคำตอบ 429 หรือการตรวจสอบว่าไม่ใช่โปรแกรมอัตโนมัติในเวลาไม่นาน",
        why="โปรแกรมเดารหัสผ่านจะทำต่อไปตราบเท่าที่ได้รับคำตอบว่าผิดตามปกติ หากการล็อกแสดงเฉพาะเมื่อรหัสผ่านถูก ผู้โจมตีก็รู้จากคำตอบนั้นว่าเดาถูกแล้ว",
        remedy="เมื่อผิดติดต่อกันไม่กี่ครั้ง ให้ตอบทุกครั้งต่อไปด้วย 429 และ Retry-After หรือการตรวจสอบว่าไม่ใช่โปรแกรมอัตโนมัติ ไม่ว่ารหัสผ่านจะถูกหรือผิด",
    ),
)
def slowed_down(spare: SpareAccount, *, tries: int = 20) -> Judgement:
    """A machine goes on guessing for as long as it is simply told that it is wrong.

    The wrong passwords that lead to the lock are watched: one of the first twenty in a row must be answered with
    429 or a known challenge for bots. A lock that shows nothing at all is for a person to judge; one that shows only to
    whoever has the right password tells the guesser so, and fails.
    """
    if stop := asleep(spare):
        return stop
    swift = spare.swift
    if swift is None or not spare.rounds:
        return undecided(Text("no wrong passwords were given in a row", "ไม่ได้ทดลองใส่รหัสผ่านผิดติดต่อกัน"))
    right = spare.rounds[-1].right
    judgement = replace(
        _slowed(swift, right, tries), exchanges=tuple(e for e in (swift.exchange, right.exchange) if e)
    )
    return replace(judgement, control=spare.works.exchange or spare.works.name)


def _slowed(swift: Swift, right: Attempt, tries: int) -> Judgement:
    if swift.status is None or swift.status >= 500:
        return undecided(Text("the last answer says nothing", "คำตอบสุดท้ายไม่บอกสิ่งใด"))
    if swift.slowed and swift.tries <= tries:
        return passed(
            "answered with {how} at the {n}th wrong password",
            "ตอบด้วย {how} ที่การใส่ผิดครั้งที่ {n}",
            how=both(swift.slowed),
            n=swift.tries,
        )
    if right.granted is None:
        return undecided(Text("the right password was not answered clearly", "คำตอบต่อรหัสผ่านที่ถูกต้องไม่ชัดเจน"))
    if not right.granted and right.status == swift.status:
        return needs_review(
            "the account was locked, but {n} wrong passwords were answered as ever, without 429 or a known challenge",
            "บัญชีถูกล็อก แต่การใส่รหัสผ่านผิด {n} ครั้งได้รับคำตอบตามปกติ ไม่พบ 429 หรือการตรวจสอบที่รู้จัก",
            n=swift.tries,
        )
    return failed(
        "{n} wrong passwords in a row were answered as ever ({status}), the right one with {right}",
        "การใส่รหัสผ่านผิด {n} ครั้งติดต่อกันได้รับคำตอบตามปกติ ({status}) ส่วนรหัสผ่านที่ถูกต้องได้รับ {right}",
        n=swift.tries,
        status=swift.status,
        right=right.status or "-",
    )
