"""CRT-03 and CRT-04: when the certificates hold, and for how long they were issued.

Longest life of a publicly trusted TLS certificate, by the day it was issued: 398 days; from 2026-03-15 200 days; from
2027-03-15 100 days; from 2029-03-15 47 days (CA/B Forum Baseline Requirements §6.3.2 as changed by ballot SC-081v3,
voted 2025-04-11). Confidence: secondary, several independent sources agree; the text of the BR itself was not at hand.
The BR bind public CAs only. A certificate of another CA is held to Apple's 825 days, which its systems enforce whatever
the root (support.apple.com/103769, official): beyond that an iPhone refuses it.
"""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check

from .evidence import Certificate, ServedChain

_STEPS = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
)
_BEFORE = 398
_DAY = timedelta(days=1)


@check(
    "CRT-03",
    title="The certificates are valid now and not about to expire",
    severity="high",
    verifies=("RFC 5280 §4.1.2.5", "CWE-324"),
    remedy="Renew the certificate now and automate renewal (ACME); alert when less than a third of its life is left.",
    example="""
        # renew and reload by timer
        certbot renew --deploy-hook "systemctl reload nginx"
    """,
    thai=Thai(
        title="ใบรับรองยังไม่หมดอายุและยังไม่ใกล้หมดอายุ",
        why="เมื่อใบรับรองหมดอายุ บริการจะหยุดชะงักสำหรับทุกแอปและทุกระบบที่เชื่อมต่อพร้อมกัน "
        "และผู้ใช้อาจเคยชินกับการกดข้ามคำเตือนด้านความปลอดภัย",
        remedy="ต่ออายุใบรับรองทันทีและตั้งให้ต่ออายุโดยอัตโนมัติ (ACME) พร้อมแจ้งเตือนเมื่ออายุเหลือน้อยกว่าหนึ่งในสาม",
    ),
)
def valid_now(evidence: ServedChain, *, days_left: int = 14) -> Judgement:
    """An expired certificate stops every app and every connected system at the same moment, and teaches people to click past
    warnings. Certificates so short-lived that `days_left` is most of their life need only a quarter of it left."""
    now = evidence.clock
    for certificate in evidence.used:
        if certificate.lacks("not_before", "not_after"):
            return _no_dates(certificate)
        if now < certificate.starts:
            return failed(
                "{subject} is not valid before {start}; it was seen at {now}",
                "{subject} จะเริ่มใช้ได้เมื่อ {start} แต่ตรวจพบเมื่อ {now}",
                subject=certificate.subject,
                start=certificate.not_before,
                now=evidence.seen_at,
            )
        if now > certificate.ends:
            return failed(
                "{subject} expired at {end}; it was seen at {now}",
                "{subject} หมดอายุเมื่อ {end} แต่ยังพบการใช้งานเมื่อ {now}",
                subject=certificate.subject,
                end=certificate.not_after,
                now=evidence.seen_at,
            )
    return _soon(evidence, days_left)


def _soon(evidence: ServedChain, days_left: int) -> Judgement:
    first = min(evidence.used, key=lambda c: c.ends)
    left = first.ends - evidence.clock
    least = min(days_left * _DAY, (first.ends - first.starts) / 4)
    values = {"subject": first.subject, "end": first.not_after, "left": _days(left), "least": _days(least)}
    if left < least:
        return failed(
            "{subject} expires in {left} days, at {end}; at least {least} days must be left",
            "{subject} จะหมดอายุใน {left} วัน ({end}) ซึ่งต้องเหลืออย่างน้อย {least} วัน",
            **values,
        )
    return replace(
        passed("{left} days are left, until {end}", "ใบรับรองเหลืออายุ {left} วัน ถึง {end}", **values),
        assertions=len(evidence.used),
    )


@check(
    "CRT-04",
    title="The certificate was not issued for longer than the rules allow",
    severity="medium",
    verifies=("CA/B BR §6.3.2 (SC-081v3)", "Apple 103769"),
    remedy="Have a certificate of shorter life issued and automate its renewal; for a public CA the limit falls to 100 days "
    "on 2027-03-15 and to 47 days on 2029-03-15.",
    thai=Thai(
        title="อายุใบรับรองไม่ยาวเกินกว่าที่กำหนด",
        why="ใบรับรองที่มีอายุยาวทำให้กุญแจที่รั่วไหลและชื่อโดเมนที่เปลี่ยนมือแล้วยังใช้แอบอ้างได้นาน "
        "และทำให้การต่ออายุกลายเป็นงานที่หน่วยงานไม่เคยซ้อม",
        remedy="ขอออกใบรับรองที่มีอายุสั้นลงและตั้งให้ต่ออายุอัตโนมัติ สำหรับ CA สาธารณะ เพดานจะลดเหลือ 100 วันตั้งแต่ 15 มีนาคม 2570 "
        "และ 47 วันตั้งแต่ 15 มีนาคม 2572",
    ),
)
def short_lived(evidence: ServedChain, *, public_days: int = 0, private_days: int = 825) -> Judgement:
    """A long life keeps a stolen key or a domain that changed hands usable for years, and makes renewal an event nobody has
    practised. Public CAs are bound by the CA/B schedule for the day of issue (`public_days` overrides it, 0 keeps it); a
    CA of one's own is not, but Apple's systems refuse anything beyond 825 days whatever the CA."""
    leaf = evidence.leaf
    if leaf.lacks("not_before", "not_after"):
        return _no_dates(leaf)
    most = (public_days or _allowed(leaf.starts)) if evidence.is_public else private_days
    # BR §1.6.1 and §6.3.2: both ends count, a day is 86 400 s and any part of one counts as another day
    days = -(-(leaf.ends - leaf.starts + timedelta(seconds=1)) // _DAY)
    values = {"days": days, "most": most, "start": leaf.not_before}
    if days > most:
        return failed(
            "issued on {start} for {days} days; at most {most} are allowed",
            "ออกเมื่อ {start} มีอายุ {days} วัน เกินเพดาน {most} วัน",
            **values,
        )
    return passed(
        "issued on {start} for {days} days, within {most}",
        "ออกเมื่อ {start} มีอายุ {days} วัน ไม่เกิน {most} วัน",
        **values,
    )


def _allowed(issued: datetime) -> int:
    return next((days for since, days in _STEPS if issued >= since), _BEFORE)


def _days(span: timedelta) -> str:
    return f"{span / _DAY:.1f}".removesuffix(".0")


def _no_dates(certificate: Certificate) -> Judgement:
    return inconclusive(
        "the validity of {subject} cannot be parsed",
        "อ่านช่วงอายุของ {subject} ไม่ได้",
        subject=certificate.subject,
    )
