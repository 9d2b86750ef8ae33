"""MAI-01 and MAI-02: who may send mail in the domain's name, and what happens to the rest."""

import re

from msgspec import Struct
from msgspec.structs import replace

from harness.model import Judgement, Text, failed, inconclusive, passed
from harness.registry import Thai, check

from .evidence import DmarcPolicy, Lookup, SenderPolicy
from .hosts import unanswered

_TAG = re.compile(r"^\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")


@check(
    "MAI-01",
    title="One SPF record limits who may send mail, within the limits of the standard",
    severity="medium",
    verifies=("RFC 7208 §3.2, §4.5, §4.6.4",),
    remedy="Publish one TXT record v=spf1 that lists the sending servers and ends in -all; replace includes by addresses when it asks the DNS more than ten times.",
    example='example.go.th.  IN TXT "v=spf1 mx ip4:203.0.113.25 -all"',
    thai=Thai(
        title="มีระเบียน SPF เพียงรายการเดียวซึ่งจำกัดผู้ส่งอีเมลและอยู่ในเกณฑ์ของมาตรฐาน",
        why="หากไม่มี SPF หรือระเบียนผิดเกณฑ์ ใครก็ส่งอีเมลในนามโดเมนนี้ได้ เช่น หลอกให้ผู้ป่วยหรือเจ้าหน้าที่บอกรหัสผ่าน "
        "ระเบียนที่ต้องสอบถาม DNS เกินสิบครั้งจะถูกปลายทางถือว่าใช้ไม่ได้",
        remedy="ประกาศระเบียน TXT แบบ v=spf1 เพียงรายการเดียว ระบุเซิร์ฟเวอร์ที่ส่งจริงและลงท้ายด้วย -all หากสอบถาม DNS เกินสิบครั้งให้แทน include ด้วยหมายเลข IP",
    ),
)
def spf(evidence: SenderPolicy, *, most_lookups: int = 10, most_void: int = 2) -> Judgement:
    """Without it anyone can write to patients and staff in the domain's name. A record that asks the DNS more than ten times,
    or twice in vain, counts as broken with receivers and protects nothing."""
    if evidence.lookup.failed:
        return unanswered(evidence.lookup)
    wrong = _spf_fault(evidence, most_lookups, most_void)
    if wrong:
        return failed("{domain}: {en}", "{domain}: {th}", domain=evidence.domain, en=wrong.en, th=wrong.th)
    if evidence.open:
        return inconclusive(
            "the record could not be followed to its end: {open}",
            "ติดตามระเบียนไม่ได้จนจบ: {open}",
            open="; ".join(evidence.open[:3]),
        )
    good = passed(
        "{record}: {lookups} lookups, {void} void, ends in {ending}all",
        "{record}: สอบถาม {lookups} ครั้ง ไม่พบ {void} ครั้ง ลงท้ายด้วย {ending}all",
        record=evidence.policies[0][:300],
        lookups=evidence.lookups,
        void=evidence.void,
        ending=evidence.ending,
    )
    return replace(good, assertions=5)


def _spf_fault(evidence: SenderPolicy, most_lookups: int, most_void: int) -> Text | None:
    count, errors = len(evidence.policies), "; ".join(evidence.errors[:3])
    if count != 1:
        return Text(f"{count} SPF records instead of one", f"มีระเบียน SPF {count} รายการ แทนที่จะมีหนึ่งรายการ")
    if errors:
        return Text(f"permanent error: {errors}", f"ระเบียนผิดรูปแบบ: {errors}")
    if evidence.lookups > most_lookups:
        return Text(
            f"{evidence.lookups} DNS lookups or more, at most {most_lookups} are allowed",
            f"ต้องสอบถาม DNS อย่างน้อย {evidence.lookups} ครั้ง เกินเกณฑ์ {most_lookups} ครั้ง",
        )
    if evidence.void > most_void:
        return Text(
            f"{evidence.void} lookups find nothing, at most {most_void} may",
            f"สอบถามแล้วไม่พบข้อมูล {evidence.void} ครั้ง เกินเกณฑ์ {most_void} ครั้ง",
        )
    if evidence.ending not in ("-", "~") and not evidence.open:
        said = f"{evidence.ending}all" if evidence.ending else "no all"
        return Text(f"it ends in {said}: nobody is excluded", f"ลงท้ายด้วย {said} จึงไม่ได้จำกัดผู้ส่ง")
    return None


class Found(Struct, frozen=True):
    """A DMARC record: the domain it belongs to and its tags, lower case."""

    domain: str
    tags: dict[str, str]


@check(
    "MAI-02",
    title="DMARC asks receivers to quarantine or reject forged mail",
    severity="medium",
    verifies=("RFC 9989 §4.7, §4.10", "RFC 7489 §6.3"),
    remedy="Publish a DMARC record with p=quarantine or p=reject for all mail, after reading its reports for some weeks with p=none.",
    example='_dmarc.example.go.th.  IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.go.th"',
    thai=Thai(
        title="DMARC กำหนดให้ปลายทางกักหรือปฏิเสธอีเมลปลอม",
        why="SPF อย่างเดียวไม่คุ้มครองชื่อผู้ส่งที่ผู้รับมองเห็น หากไม่มีนโยบาย DMARC ที่บังคับใช้ อีเมลปลอมในนามหน่วยงานจะถึงกล่องจดหมายตามปกติ",
        remedy="ประกาศระเบียน DMARC ที่กำหนด p=quarantine หรือ p=reject กับอีเมลทั้งหมด หลังจากติดตามรายงานด้วย p=none ระยะหนึ่ง",
    ),
)
def dmarc(evidence: DmarcPolicy) -> Judgement:
    """SPF alone does not protect the sender's name that people see. Without an enforced policy forged mail in the platform's
    name is delivered. The record is looked for as RFC 9989 does: at the domain, else at its organisational domain."""
    first = evidence.walk[0]
    if first.failed:
        return unanswered(first)
    if len(_records(first)) > 1:
        return failed(
            "{n} DMARC records at {name}: receivers ignore them all",
            "มีระเบียน DMARC {n} รายการที่ {name} ปลายทางจะละเลยทั้งหมด",
            n=len(_records(first)),
            name=first.name,
        )
    found = _effective(evidence)
    if found is None:
        broken = next((x for x in evidence.walk if x.failed), None)
        return (
            unanswered(broken)
            if broken
            else failed(
                "no DMARC record for {domain}", "ไม่พบระเบียน DMARC ของ {domain}", domain=evidence.domain
            )
        )
    return _enforced(evidence.domain, found)


def _enforced(domain: str, found: Found) -> Judgement:
    tags = found.tags
    own = tags.get("p", "none").lower()
    policy = own if found.domain == domain else tags.get("sp", own).lower()
    share, testing = tags.get("pct", "100"), tags.get("t", "n").lower() == "y"
    values = {"at": found.domain, "policy": policy, "pct": share}
    if policy not in ("quarantine", "reject"):
        return failed("the policy at {at} is {policy}", "นโยบายที่ {at} คือ {policy}", **values)
    if share != "100" or testing:
        return failed(
            "the policy {policy} at {at} is not enforced on all mail (pct={pct}, t={t})",
            "นโยบาย {policy} ที่ {at} ไม่ได้บังคับใช้กับอีเมลทั้งหมด (pct={pct}, t={t})",
            t=tags.get("t", "n"),
            **values,
        )
    good = passed("the policy at {at} is {policy}", "นโยบายที่ {at} คือ {policy}", **values)
    return replace(
        good,
        assertions=3,
        facts=(("subdomains", tags.get("sp", own)), ("reports", tags.get("rua", "none")[:200])),
    )


def _records(lookup: Lookup) -> list[dict[str, str]]:
    return [t for t in map(_tags, lookup.records) if t.get("v") == "DMARC1"]


def _tags(record: str) -> dict[str, str]:
    """Tags of a record whose first tag is v (RFC 9989 §4.8); {} for anything else."""
    pairs = [m.groups() for part in record.split(";") if (m := _TAG.match(part))]
    return {name.lower(): value for name, value in pairs} if pairs and pairs[0][0].lower() == "v" else {}


def _effective(evidence: DmarcPolicy) -> Found | None:
    """The record that applies: the domain's own, else its organisational domain's (RFC 9989 §4.10.2)."""
    found = [
        Found(x.name.removeprefix("_dmarc."), tags[0]) for x in evidence.walk if len(tags := _records(x)) == 1
    ]
    if not found or found[0].domain == evidence.domain:
        return found[0] if found else None
    own = next((f for f in found if f.tags.get("psd") == "n"), None)
    suffix = next((f for f in found if f.tags.get("psd") == "y"), None)
    if own or not suffix:
        return own or found[-1]
    below = [f for f in found if f.domain.count(".") == suffix.domain.count(".") + 1]
    return below[0] if below else suffix
