"""DNS-01 and DNS-05: whether the names are signed, and whether keys published in them are the keys in use."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .evidence import DaneBinding, SignedHost
from .hosts import unanswered


@check(
    "DNS-01",
    title="The host's DNS records are signed and every signature holds (DNSSEC)",
    severity="medium",
    verifies=("RFC 9364", "RFC 4035 §5", "RFC 8624"),
    remedy="Sign the zone (ECDSA P-256, automatic renewal of signatures) and hand its DS record to the registrar (THNIC for .th).",
    example="""
        # Knot DNS
        policy:
          - id: health
            algorithm: ecdsap256sha256
        zone:
          - domain: example.go.th
            dnssec-signing: on
            dnssec-policy: health
    """,
    thai=Thai(
        title="ระเบียน DNS ของโฮสต์มีลายมือชื่อและตรวจสอบได้ครบสาย (DNSSEC)",
        why="หากไม่มีลายมือชื่อ ผู้โจมตีที่แทรกคำตอบ DNS ได้จะพาผู้ใช้ไปยังเซิร์ฟเวอร์ของตน ขอใบรับรองในชื่อระบบ และรับอีเมลแทนหน่วยงานได้",
        remedy="เปิดใช้ DNSSEC กับโซน (ECDSA P-256 และต่ออายุลายมือชื่ออัตโนมัติ) แล้วส่งระเบียน DS ให้ผู้รับจดทะเบียน (THNIC สำหรับ .th)",
    ),
)
def dnssec(evidence: SignedHost) -> Judgement:
    """Unsigned answers can be forged on the way: the user lands on an attacker's server, a CA issues the attacker a
    certificate, mail goes elsewhere. The harness validates from the trust anchor itself and does not believe the resolver."""
    last = evidence.links[-1] if evidence.links else None
    where, why = (last.zone, last.wrong) if last else (evidence.host, "nothing was signed")
    facts = (
        ("trust anchor", "from the target" if evidence.given else "IANA root keys"),
        ("resolver's AD bit", str(evidence.ad)),
    )
    if evidence.state == "secure":
        good = passed(
            "{n} signed record sets hold, from the anchor {anchor} down",
            "ลายมือชื่อ {n} ชุดถูกต้องตั้งแต่จุดเชื่อถือ {anchor} ลงมา",
            n=len(evidence.links),
            anchor=evidence.anchor,
        )
        return replace(good, assertions=len(evidence.links), facts=facts)
    if evidence.state == "insecure":
        judged = failed("not signed: {where}: {why}", "ไม่มีลายมือชื่อ: {where}: {why}", where=where, why=why)
    elif evidence.state == "bogus":
        judged = failed(
            "a signature does not hold: {where} {what}: {why}",
            "ลายมือชื่อไม่ถูกต้อง: {where} {what}: {why}",
            where=where,
            what=last.what if last else "",
            why=why,
        )
    else:
        judged = inconclusive(
            "cannot be validated: {where}: {why}", "ตรวจสอบไม่ได้: {where}: {why}", where=where, why=why
        )
    return replace(judged, facts=facts)


@check(
    "DNS-05",
    title="TLSA records, where published, are signed and match the certificate",
    severity="low",
    verifies=("RFC 6698 §2.1", "RFC 7671 §5"),
    remedy="Publish the new TLSA record before the certificate changes (usage 3, selector 1 with a kept key changes nothing), and sign the zone.",
    example="_443._tcp.portal.example.go.th. IN TLSA 3 1 1 <SHA-256 of the public key>",
    thai=Thai(
        title="ระเบียน TLSA ที่ประกาศไว้มีลายมือชื่อและตรงกับใบรับรอง",
        why="ระเบียน TLSA ที่ไม่ตรงกับใบรับรองทำให้ไคลเอนต์ที่ตรวจสอบ DANE เข้าระบบไม่ได้ ส่วนระเบียนที่ไม่มี DNSSEC รองรับจะถูกละเลยทั้งหมด",
        remedy="ประกาศระเบียน TLSA ใหม่ก่อนเปลี่ยนใบรับรอง (แบบ 3 1 1 ที่ใช้กุญแจเดิมไม่ต้องเปลี่ยน) และเปิดใช้ DNSSEC กับโซน",
    ),
)
def dane(evidence: DaneBinding) -> Judgement:
    """A TLSA record that does not match locks out every client that checks it; one in an unsigned zone is ignored by all of
    them and protects nobody."""
    if evidence.lookup.failed:
        return unanswered(evidence.lookup)
    if not evidence.records:
        return not_applicable(
            "rule: applies where TLSA records exist; fact: {name} has none",
            "เงื่อนไข: ใช้เมื่อมีระเบียน TLSA; ข้อเท็จจริง: {name} ไม่มี",
            name=evidence.lookup.name,
        )
    if evidence.state in ("insecure", "bogus"):
        return failed(
            "the TLSA records at {name} are ignored: their DNSSEC state is {state}",
            "ระเบียน TLSA ที่ {name} ถูกละเลย เพราะสถานะ DNSSEC เป็น {state}",
            name=evidence.lookup.name,
            state=evidence.state,
        )
    # usages 0 and 1 ask for an ordinary trusted chain besides (RFC 6698 §2.1.1)
    good = [r for r in evidence.records if r.matches and (r.usage in (2, 3) or evidence.verified)]
    if not good:
        said = "; ".join(f"{r.usage} {r.selector} {r.matching} {r.data[:16]}…" for r in evidence.records[:3])
        return failed(
            "none of the TLSA records matches the chain: {said}",
            "ไม่มีระเบียน TLSA ใดตรงกับสายใบรับรอง: {said}",
            said=said,
        )
    if evidence.state != "secure":
        return inconclusive(
            "TLSA {n} of {all} match, but their DNSSEC state cannot be told",
            "TLSA ตรงกัน {n} จาก {all} แต่ไม่ทราบสถานะ DNSSEC",
            n=len(good),
            all=len(evidence.records),
        )
    return passed(
        "{n} of {all} TLSA records match the chain",
        "ระเบียน TLSA {n} จาก {all} ตรงกับสายใบรับรอง",
        n=len(good),
        all=len(evidence.records),
    )
