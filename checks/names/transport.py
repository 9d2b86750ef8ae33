"""MAI-03 and MAI-04: whether mail to the domain travels encrypted, to the right host, and cannot be talked out of it."""

import re

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .evidence import Lookup, MailHost, MailHosts, TransportPolicy, exchangers
from .hosts import unanswered

_STS = re.compile(r"^v=STSv1\s*;\s*id=[A-Za-z0-9]{1,32}\s*(;.*)?$")
_REPORT = re.compile(r"^v=TLSRPTv1\s*;\s*rua=\s*(mailto:|https:).+")


def _no_mail(domain: str, mx: Lookup) -> Judgement | None:
    if mx.failed:
        return unanswered(mx)
    if exchangers(mx):
        return None
    return not_applicable(
        "rule: applies to domains that receive mail; fact: {domain} has no MX host",
        "เงื่อนไข: ใช้กับโดเมนที่รับอีเมล; ข้อเท็จจริง: {domain} ไม่มี MX",
        domain=domain,
    )


@check(
    "MAI-03",
    title="MTA-STS enforces encrypted delivery and TLS reports are asked for",
    severity="low",
    verifies=("RFC 8461 §3", "RFC 8460 §3"),
    remedy="Serve the policy file over HTTPS with mode: enforce and every MX host in it, and publish the _mta-sts and _smtp._tls records.",
    example="""
        _mta-sts.example.go.th.   IN TXT "v=STSv1; id=20261122"
        _smtp._tls.example.go.th. IN TXT "v=TLSRPTv1; rua=mailto:tls@example.go.th"
        # https://mta-sts.example.go.th/.well-known/mta-sts.txt
        version: STSv1
        mode: enforce
        mx: mail.example.go.th
        max_age: 604800
    """,
    thai=Thai(
        title="MTA-STS บังคับให้ส่งอีเมลแบบเข้ารหัส และมีการขอรับรายงาน TLS",
        why="การเข้ารหัสระหว่างเซิร์ฟเวอร์อีเมลถูกผู้โจมตีสั่งยกเลิกได้โดยไม่มีใครรู้ MTA-STS ทำให้ผู้ส่งปฏิเสธการส่งแบบไม่เข้ารหัส "
        "และรายงาน TLS บอกเมื่อมีการส่งไม่สำเร็จ",
        remedy="เผยแพร่ไฟล์นโยบายผ่าน HTTPS โดยกำหนด mode: enforce และระบุ MX ทุกตัว พร้อมประกาศระเบียน _mta-sts และ _smtp._tls",
    ),
)
def mta_sts(evidence: TransportPolicy, *, least_age: int = 86_400) -> Judgement:
    """An attacker in between can talk two mail servers out of encryption without anyone noticing. MTA-STS makes senders refuse
    that, and the reports tell when delivery fails. A policy kept for less than a day protects nobody (`least_age`)."""
    stop = _no_mail(evidence.domain, evidence.mx)
    for lookup in (evidence.sts, evidence.reporting):
        stop = stop or (unanswered(lookup) if lookup.failed else None)
    if stop:
        return stop
    wrong = _announcement(evidence)
    policy = evidence.policy
    if wrong is None and policy is not None and (not policy.answered or (policy.status or 0) >= 500):
        return inconclusive(
            "the policy file could not be had: {why}",
            "ไม่ได้ไฟล์นโยบาย: {why}",
            why=policy.detail or f"HTTP {policy.status}",
        )
    wrong = wrong or _policy(evidence, least_age)
    cited = (policy.id,) if policy else ()
    if wrong:
        judged = failed("{domain}: {en}", "{domain}: {th}", domain=evidence.domain, en=wrong.en, th=wrong.th)
        return replace(judged, exchanges=cited)
    good = passed("mode enforce for every MX host, with reports", "กำหนด enforce สำหรับ MX ทุกตัว พร้อมรายงาน")
    return replace(good, assertions=6, exchanges=cited)


def _announcement(evidence: TransportPolicy) -> Text | None:
    announced = [r for r in evidence.sts.records if r.lower().startswith("v=stsv1")]
    if len(announced) != 1 or not _STS.match(announced[0]):
        return Text(
            f"{len(announced)} usable records at {evidence.sts.name}"
            if not announced
            else f"the record {announced[0][:80]} is not usable",
            f"ไม่มีระเบียนที่ใช้ได้ที่ {evidence.sts.name}",
        )
    if sum(bool(_REPORT.match(r)) for r in evidence.reporting.records) != 1:
        return Text(
            f"no TLS reporting record at {evidence.reporting.name}",
            f"ไม่มีระเบียนขอรายงาน TLS ที่ {evidence.reporting.name}",
        )
    return None


def _policy(evidence: TransportPolicy, least_age: int) -> Text | None:
    policy = evidence.policy
    if policy is None or policy.status != 200 or policy.tls != "verified":
        said = f"HTTP {policy.status}, certificate {policy.tls}" if policy else "not asked"
        return Text(
            f"the policy file is not served over verified HTTPS: {said}",
            f"ไฟล์นโยบายไม่ได้ให้บริการผ่าน HTTPS ที่ตรวจสอบได้: {said}",
        )
    fields = [
        (k.strip(), v.strip()) for k, c, v in (line.partition(":") for line in policy.body.splitlines()) if c
    ]
    first = dict(reversed(fields))
    patterns = [v for k, v in fields if k == "mx"]
    left = [h for h in exchangers(evidence.mx) if not any(_covers(p, h) for p in patterns)]
    age = first.get("max_age", "")
    faults = (
        (first.get("version") != "STSv1", "has no version: STSv1", "ไม่มี version: STSv1"),
        (
            first.get("mode") != "enforce",
            f"has mode {first.get('mode', 'none')[:40]}",
            f"กำหนด mode เป็น {first.get('mode', 'none')[:40]}",
        ),
        (
            not age.isdecimal() or int(age[:12]) < least_age,
            f"has max_age {age[:20]!r}",
            f"กำหนด max_age เป็น {age[:20]!r}",
        ),
        (bool(left), f"does not name {', '.join(left)}", f"ไม่ได้ระบุ {', '.join(left)}"),
    )
    return next((Text(f"the policy file {en}", f"ไฟล์นโยบาย{th}") for bad, en, th in faults if bad), None)


def _covers(pattern: str, host: str) -> bool:
    """Whether an mx pattern of a policy names the host: equal, or "*." for exactly one label (RFC 8461 §4.1)."""
    wanted, offered = host.lower().split("."), pattern.lower().rstrip(".").split(".")
    return wanted == offered or (offered[0] == "*" and len(offered) > 2 and wanted[1:] == offered[1:])


@check(
    "MAI-04",
    title="Every mail host offers STARTTLS with a valid certificate",
    severity="medium",
    verifies=("RFC 3207", "RFC 8314", "RFC 9525 §6", "RFC 8461 §4.1"),
    remedy="Switch STARTTLS on at every MX host, with a certificate of a trusted CA that names the MX host.",
    example="""
        # Postfix main.cf
        smtpd_tls_security_level = may
        smtpd_tls_chain_files = /etc/ssl/mail/key.pem, /etc/ssl/mail/fullchain.pem
    """,
    thai=Thai(
        title="เซิร์ฟเวอร์รับอีเมลทุกตัวรองรับ STARTTLS ด้วยใบรับรองที่ถูกต้อง",
        why="อีเมลที่ส่งโดยไม่เข้ารหัสถูกอ่านและแก้ไขระหว่างทางได้ ใบรับรองที่ไม่ถูกต้องทำให้ผู้ส่งแยกไม่ออกว่าปลายทางเป็นเซิร์ฟเวอร์จริงหรือของผู้โจมตี",
        remedy="เปิด STARTTLS บนเซิร์ฟเวอร์ MX ทุกตัว โดยใช้ใบรับรองจาก CA ที่เชื่อถือได้และระบุชื่อของเซิร์ฟเวอร์ MX",
    ),
)
def starttls(evidence: MailHosts) -> Judgement:
    """Mail sent in clear is read and changed on the way, results and referrals included. A certificate that does not verify
    leaves the sender unable to tell the mail host from an impostor."""
    stop = _no_mail(evidence.domain, evidence.mx)
    if stop:
        return stop
    for host in evidence.hosts:
        wrong = _host_fault(host)
        if wrong:
            return failed("{host}: {en}", "{host}: {th}", host=host.host, en=wrong.en, th=wrong.th)
    rest = [h for h in evidence.hosts if not h.valid]
    if rest or not evidence.hosts:
        return inconclusive(
            "not every mail host could be judged: {rest}",
            "ตรวจเซิร์ฟเวอร์อีเมลไม่ได้ครบทุกตัว: {rest}",
            rest="; ".join(f"{h.host} ({h.detail or h.reached})" for h in rest)[:400],
        )
    names = ", ".join(h.host for h in evidence.hosts)
    good = passed(
        "{names} offer STARTTLS with a valid certificate",
        "{names} รองรับ STARTTLS ด้วยใบรับรองที่ถูกต้อง",
        names=names,
    )
    return replace(good, assertions=4 * len(evidence.hosts))


def _host_fault(host: MailHost) -> Text | None:
    if host.reached == "yes" and not host.offered:
        return Text("STARTTLS is not offered", "ไม่รองรับ STARTTLS")
    if host.valid is False:
        return Text(f"its certificate does not verify: {host.detail}", f"ใบรับรองตรวจสอบไม่ผ่าน: {host.detail}")
    return None
