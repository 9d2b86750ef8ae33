"""Whom to tell about a weakness: security.txt by its grammar (SUP-01, RFC 9116)."""

import re
from datetime import datetime

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check

from .active_baseline import blocked, ids, seen, undecided
from .active_evidence import SecurityTxt

#: field = field-name ":" SP value, RFC 9116 §4; field-name as in RFC 5322 §3.6.8.
_FIELD = re.compile(r"([!-9;-~]{1,60}): (\S.{0,2000})")
_URI = re.compile(r"[a-z][a-z0-9+.-]{0,30}:\S+", re.I)
#: Fields whose values are addresses, RFC 9116 §2.5; web addresses in them must be https (§2.5.1 to §2.5.8).
_ADDRESSES = frozenset({"acknowledgments", "canonical", "contact", "encryption", "hiring", "policy"})
_TAG = re.compile(r"[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,8}", re.I)
_DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")

Fields = list[tuple[str, str]]


@check(
    "SUP-01",
    title="security.txt is valid and has not expired",
    severity="low",
    verifies=("RFC 9116 §2.5", "RFC 9116 §3", "RFC 9116 §4"),
    remedy="Serve /.well-known/security.txt over HTTPS as text/plain with one or more Contact addresses and one Expires "
    "date less than a year ahead, and put its renewal on a calendar.",
    example="""
    # /.well-known/security.txt
    Contact: mailto:security@example.go.th
    Contact: https://www.example.go.th/report-weakness
    Expires: 2027-06-30T23:59:59+07:00
    Preferred-Languages: th, en
    """,
    thai=Thai(
        title="ไฟล์ security.txt ถูกต้องและยังไม่หมดอายุ",
        why="ผู้พบช่องโหว่ต้องทราบว่าจะแจ้งใคร หากไม่มีช่องทางที่ชัดเจนและเป็นปัจจุบัน ช่องโหว่อาจถูกเผยแพร่หรือถูกใช้โจมตีก่อนหน่วยงานจะทราบ",
        remedy="ให้บริการ /.well-known/security.txt ผ่าน HTTPS เป็น text/plain มี Contact อย่างน้อยหนึ่งรายการ "
        "และ Expires หนึ่งรายการที่ไม่เกินหนึ่งปีข้างหน้า พร้อมกำหนดผู้รับผิดชอบต่ออายุ",
    ),
)
def security_txt_is_valid(found: SecurityTxt) -> Judgement:
    """Check that whoever finds a weakness can learn whom to tell.

    Without a current address the finding is published or used before the owner hears of it. The file is
    read by the grammar of RFC 9116 and its expiry compared with the time of the answer.
    """
    last = found.hops[-1] if found.hops else found.baseline
    if stop := _unreadable(found, last):
        return replace(stop, exchanges=ids(*found.hops))
    problems = [*_transport(last), *_problems(last)]
    facts = (("address", last.url), ("expires", dict(_fields(last.body)[0]).get("expires", "none")))
    if problems:
        judgement = failed("{what}", "พบข้อบกพร่อง: {what}", what="; ".join(problems[:6]))
    elif _moment(last.at) is None:
        judgement = inconclusive(
            "the time of the answer is unknown, so the expiry cannot be judged",
            "ไม่ทราบเวลาที่ได้รับคำตอบ จึงตัดสินวันหมดอายุไม่ได้",
        )
    else:
        judgement = passed(
            "valid until {expires}",
            "ถูกต้องและใช้ได้ถึง {expires}",
            expires=dict(_fields(last.body)[0])["expires"],
        )
    return replace(judgement, exchanges=ids(*found.hops), facts=facts, assertions=5)


def _unreadable(found: SecurityTxt, last: Exchange) -> Judgement | None:
    if (
        not last.answered
        or blocked(last)
        or (last.status or 0) >= 500
        or last.status == 429
        or not last.complete
    ):
        return undecided([f"{last.url}: {seen(last)}"])
    if last.status in (301, 302, 303, 307, 308):
        return inconclusive(
            "it redirects to {place}, which is outside the scope or too far to follow",
            "เปลี่ยนเส้นทางไปยัง {place} ซึ่งอยู่นอกขอบเขตหรือไกลเกินกว่าจะติดตาม",
            place=(last.value("location") or "")[:200],
        )
    same = found.baseline.answered and found.baseline.status == 200 and found.baseline.body == last.body
    if last.status != 200 or same or re.match(r"\s{0,100}<(?:!doctype|html|\?xml)", last.body, re.I):
        return failed(
            "there is none: {url} answered {status}{soft}",
            "ไม่มีไฟล์: {url} ตอบ {status}{soft_th}",
            url=last.url,
            status=last.status,
            soft=" with a page that is not the file" if last.status == 200 else "",
            soft_th=" เป็นหน้าเว็บที่ไม่ใช่ไฟล์ดังกล่าว" if last.status == 200 else "",
        )
    return None


def _transport(last: Exchange) -> list[str]:
    """RFC 9116 §3: over https, as text/plain in UTF-8."""
    kind, _, rest = (last.value("content-type") or "").lower().partition(";")
    problems = [] if last.url.lower().startswith("https:") else ["not served over https"]
    if kind.strip() != "text/plain":
        problems.append(f"Content-Type is {(kind.strip() or 'absent')[:60]}, not text/plain")
    charset = re.search(r"charset\s?=\s?\"?([\w-]{1,30})", rest)
    if charset and charset[1] not in ("utf-8", "us-ascii"):
        problems.append(f"charset is {charset[1]}, not utf-8")
    return problems


def _fields(body: str) -> tuple[Fields, list[str]]:
    """(name in lower case, value) of every field, and the lines that are neither field, comment nor empty."""
    lines = body.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")[:2_000]
    if lines and lines[0].startswith("-----BEGIN PGP SIGNED MESSAGE-----"):
        start = next((n for n, line in enumerate(lines) if not line.strip()), 0)
        end = next(
            (n for n, line in enumerate(lines) if line.startswith("-----BEGIN PGP SIGNATURE-----")),
            len(lines),
        )
        lines = [line.removeprefix("- ") for line in lines[start:end]]
    fields: Fields = []
    wrong = []
    for line in (one.rstrip(" \t") for one in lines):
        if found := _FIELD.fullmatch(line):
            fields.append((found[1].lower(), found[2]))
        elif line and not line.startswith("#"):
            wrong.append(line)
    return fields, wrong


def _problems(last: Exchange) -> list[str]:
    fields, wrong = _fields(last.body)
    names = [name for name, _ in fields]
    problems = [f"not a field: {line[:60]}" for line in wrong[:3]]
    problems += [f"no {name}" for name in ("contact", "expires") if name not in names]
    problems += [
        f"{name} stands {names.count(name)} times"
        for name in ("expires", "preferred-languages")
        if names.count(name) > 1
    ]
    for name, value in fields:
        if name in _ADDRESSES and not _URI.fullmatch(value):
            problems.append(f"{name} is not a URI: {value[:60]}")
        elif name in _ADDRESSES and value.lower().startswith("http:"):
            problems.append(f"{name} is not https: {value[:60]}")
        elif name == "preferred-languages" and not all(_TAG.fullmatch(t.strip()) for t in value.split(",")):
            problems.append(f"preferred-languages is not a list of language tags: {value[:60]}")
        elif name == "expires" and (wrong_date := _expiry(value, last.at)):
            problems.append(wrong_date)
    return problems


def _expiry(value: str, at: str) -> str | None:
    """What is wrong with the date: no RFC 3339 date-time, or past at the time of the answer."""
    expires, now = _moment(value.upper()) if _DATE.fullmatch(value) else None, _moment(at)
    if expires is None:
        return f"expires is no RFC 3339 date: {value[:60]}"
    return f"expired at {value}" if now is not None and expires <= now else None


def _moment(written: str) -> datetime | None:
    """The date and time with its offset, or None when it is not one."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
