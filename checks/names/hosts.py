"""DNS-02, DNS-03, DNS-04: who may issue for the host, whether its names lead anywhere, whether its HTTPS records hold."""

import re

from msgspec.structs import replace

from harness.model import Judgement, Text, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .evidence import HostRecords, Lookup, Service

_KNOWN_TAGS = frozenset(
    {"issue", "issuewild", "issuemail", "issuevmc", "iodef", "contactemail", "contactphone"}
)
_ISSUER = re.compile(r"^\s*(?P<domain>[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)?\s*(;[^<>]*)?$")
_PROTOCOLS = frozenset({"http/1.1", "h2", "h3", "http/1.0"})


def unanswered(lookup: Lookup) -> Judgement:
    """The verdict on a question that got no usable answer."""
    return inconclusive(
        "{name} {type}: {why}",
        "สอบถาม {name} {type} ไม่สำเร็จ: {why}",
        name=lookup.name,
        type=lookup.type,
        why=lookup.detail,
    )


@check(
    "DNS-02",
    title="CAA records say which authorities may issue certificates for the host",
    severity="low",
    verifies=("RFC 8659 §3, §4",),
    remedy="Publish a CAA record at the domain that names the CA in use, and one with iodef for reports.",
    example="""
        example.go.th.  IN CAA 0 issue "letsencrypt.org"
        example.go.th.  IN CAA 0 iodef "mailto:security@example.go.th"
    """,
    thai=Thai(
        title="มีระเบียน CAA ระบุว่า CA รายใดออกใบรับรองให้โฮสต์นี้ได้",
        why="หากไม่มีระเบียน CAA ผู้ออกใบรับรองทุกรายทั่วโลกออกใบรับรองในชื่อของระบบได้ ผู้โจมตีจึงเลือกรายที่ตรวจสอบหละหลวมที่สุดได้",
        remedy="เพิ่มระเบียน CAA ที่โดเมนโดยระบุ CA ที่ใช้งานจริง และระเบียน iodef สำหรับรับรายงาน",
    ),
)
def caa(evidence: HostRecords) -> Judgement:
    """Without CAA every authority in the world may issue a certificate in the platform's name, and an attacker picks the one
    that checks least. Whether the CA in use is the one named is not judged: CAs' CAA names are not in certificates."""
    if evidence.caa.failed:
        return unanswered(evidence.caa)
    if not evidence.properties:
        return failed(
            "no CAA record at {host} or any name above it",
            "ไม่พบระเบียน CAA ที่ {host} หรือชื่อเหนือขึ้นไป",
            host=evidence.host,
        )
    alien = [p.tag for p in evidence.properties if p.flags & 128 and p.tag.lower() not in _KNOWN_TAGS]
    issuers = [p.value for p in evidence.properties if p.tag.lower() == "issue"]
    broken = [v for v in issuers if not _ISSUER.match(v)]
    if alien or broken:
        return failed(
            "the CAA set at {at} stops every CA: {what} cannot be understood",
            "ชุดระเบียน CAA ที่ {at} ทำให้ทุก CA ออกใบรับรองไม่ได้ เพราะอ่าน {what} ไม่เข้าใจ",
            at=evidence.caa.name,
            what=", ".join(alien + broken)[:200],
        )
    if not issuers:
        return failed(
            "the CAA set at {at} has no issue property, so any CA may issue",
            "ชุดระเบียน CAA ที่ {at} ไม่มีค่า issue จึงไม่จำกัด CA",
            at=evidence.caa.name,
        )
    return passed(
        "CAA at {at}: issue {issuers}",
        "CAA ที่ {at}: issue {issuers}",
        at=evidence.caa.name,
        issuers=", ".join(issuers)[:200],
    )


@check(
    "DNS-03",
    title="Every alias and name server of the host leads to an address",
    severity="high",
    verifies=("WSTG-CONF-10", "CWE-672"),
    remedy="Delete the alias or name server record that leads nowhere, before someone else registers what it points to.",
    thai=Thai(
        title="ชื่อแทน (CNAME) และเนมเซิร์ฟเวอร์ทุกตัวของโฮสต์ชี้ไปยังที่อยู่จริง",
        why="ระเบียนที่ชี้ไปยังชื่อซึ่งไม่มีอยู่แล้ว เปิดทางให้ผู้อื่นจดทะเบียนหรือเช่าชื่อนั้น แล้วให้บริการในนามของหน่วยงาน "
        "พร้อมรับใบรับรองที่ถูกต้องและคุกกี้ของผู้ใช้",
        remedy="ลบระเบียน CNAME หรือ NS ที่ชี้ไปยังชื่อที่ไม่มีอยู่ ก่อนที่ผู้อื่นจะเข้าครอบครองชื่อนั้น",
    ),
)
def leads_somewhere(evidence: HostRecords) -> Judgement:
    """Whoever registers the forgotten name that an alias points to serves pages as the platform, with a valid certificate and
    the users' cookies. A name server that does not exist hands over the whole domain."""
    if evidence.aliases and evidence.addresses.absent:
        return failed(
            "{host} is an alias of {end}, which does not exist",
            "{host} เป็นชื่อแทนของ {end} ซึ่งไม่มีอยู่จริง",
            host=evidence.host,
            end=evidence.aliases[-1],
        )
    gone = [s.name for s in evidence.servers if s.absent]
    if gone:
        return failed(
            "name servers without an address: {gone}", "เนมเซิร์ฟเวอร์ที่ไม่มีที่อยู่: {gone}", gone=", ".join(gone)
        )
    for lookup in (evidence.addresses, evidence.servers_asked, *evidence.servers):
        if lookup.failed:
            return unanswered(lookup)
    if evidence.addresses.absent or not evidence.servers:
        return inconclusive("{host} has no address in the DNS", "{host} ไม่มีที่อยู่ใน DNS", host=evidence.host)
    good = passed(
        "{host} and its {n} name servers have addresses",
        "{host} และเนมเซิร์ฟเวอร์ {n} ตัวมีที่อยู่ครบ",
        host=evidence.host,
        n=len(evidence.servers),
    )
    return replace(good, assertions=1 + len(evidence.servers))


@check(
    "DNS-04",
    title="The HTTPS records of the host are sound",
    severity="info",
    verifies=("RFC 9460 §2.4, §7, §9",),
    remedy="Correct the HTTPS record: either one alias, or services with protocols the server speaks and address hints that equal its addresses.",
    example='portal.example.go.th.  IN HTTPS 1 . alpn="h2,http/1.1"',
    thai=Thai(
        title="ระเบียน HTTPS ของโฮสต์ถูกต้อง",
        why="เบราว์เซอร์รุ่นใหม่เชื่อระเบียน HTTPS ก่อนที่อยู่ปกติ หากระเบียนผิด ผู้ใช้กลุ่มนั้นจะเข้าระบบไม่ได้หรือถูกพาไปที่อื่น "
        "ขณะที่ผู้ดูแลทดสอบแล้วไม่พบปัญหา",
        remedy="แก้ไขระเบียน HTTPS ให้เป็นชื่อแทนเพียงรายการเดียว หรือเป็นบริการที่ระบุโปรโตคอลที่เซิร์ฟเวอร์รองรับและที่อยู่ตรงกับระเบียน A/AAAA",
    ),
)
def https_record(evidence: HostRecords) -> Judgement:
    """Modern browsers believe this record before the address: when it is wrong, those users cannot get in or are led elsewhere,
    while everyone who tests with older tools sees nothing."""
    if evidence.https.failed:
        return unanswered(evidence.https)
    if not evidence.services:
        return not_applicable(
            "rule: applies where HTTPS records exist; fact: {host} has none",
            "เงื่อนไข: ใช้เมื่อมีระเบียน HTTPS; ข้อเท็จจริง: {host} ไม่มี",
            host=evidence.host,
        )
    wrong = _mixed(evidence.services) or next(
        filter(None, (_fault(s, evidence) for s in evidence.services)), None
    )
    if wrong:
        return failed("the HTTPS record {en}", "ระเบียน HTTPS {th}", en=wrong.en, th=wrong.th)
    return replace(
        passed("{n} HTTPS records are sound", "ระเบียน HTTPS {n} รายการถูกต้อง", n=len(evidence.services)),
        assertions=3 * len(evidence.services),
    )


def _mixed(services: tuple[Service, ...]) -> Text | None:
    aliases = [s for s in services if s.priority == 0]
    if aliases and len(services) > 1:
        return Text("set mixes an alias with others (RFC 9460 §2.4.1)", "มีชื่อแทนปนกับรายการอื่น")
    return None


def _fault(service: Service, evidence: HostRecords) -> Text | None:
    if service.priority == 0:
        if service.target == ".":
            return Text("says that the service does not exist", "ระบุว่าไม่มีบริการนี้")
        return (
            Text("is an alias with parameters, which clients ignore", "เป็นชื่อแทนแต่มีพารามิเตอร์")
            if service.keys
            else None
        )
    if "no-default-alpn" in service.keys and not service.alpn:
        return Text("offers no protocol at all", "ไม่มีโปรโตคอลให้ใช้")
    alien = [a for a in service.alpn if a not in _PROTOCOLS]
    if service.alpn and len(alien) == len(service.alpn):
        return Text(
            f"offers only {', '.join(alien)}, which is not HTTP", f"ระบุเฉพาะ {', '.join(alien)} ซึ่งไม่ใช่ HTTP"
        )
    known = evidence.addresses.records
    astray = [h for h in service.hints if h not in known]
    if astray and service.target in (".", evidence.host + ".") and known:
        return Text(
            f"hints at {', '.join(astray)}, not among the addresses",
            f"ชี้ไปที่ {', '.join(astray)} ซึ่งไม่อยู่ในที่อยู่ของโฮสต์",
        )
    return None
