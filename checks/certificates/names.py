"""CRT-02 and CRT-11: whom the certificate speaks for."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, needs_review, passed
from harness.registry import Thai, check

from .evidence import Certificate, ServedChain
from .matching import speaks_for


@check(
    "CRT-02",
    title="The certificate names the host",
    severity="high",
    verifies=("RFC 9525 §6", "ASVS 5.0.0-12.2.2", "CWE-297"),
    remedy="Have the certificate issued again with every host name of the service in its subject alternative names. The common name does not count.",
    example="""
        # request with OpenSSL
        openssl req -new -key key.pem -subj "/CN=portal.example.go.th" \\
            -addext "subjectAltName=DNS:portal.example.go.th,DNS:api.example.go.th"
    """,
    thai=Thai(
        title="ใบรับรองระบุชื่อโฮสต์ของระบบ",
        why="ใบรับรองที่ไม่มีชื่อโฮสต์ของระบบ ทำให้เบราว์เซอร์และแอปปฏิเสธการเชื่อมต่อ "
        "และหากผู้ใช้เคยชินกับการกดข้ามคำเตือน ผู้โจมตีก็ใช้ใบรับรองของตนแทนได้โดยไม่มีใครสังเกต",
        remedy="ขอออกใบรับรองใหม่โดยระบุชื่อโฮสต์ทุกชื่อของบริการใน Subject Alternative Name (ชื่อใน Common Name ไม่นับ)",
    ),
)
def names_host(evidence: ServedChain) -> Judgement:
    """Clients refuse a certificate that does not name the host they wanted. People who are taught to click past that warning
    will click past an attacker's certificate too."""
    leaf = evidence.leaf
    broken = leaf.lacks("extensions", "names", "addresses")
    if broken:
        return inconclusive(
            "the names of the certificate cannot be parsed: {why}",
            "อ่านชื่อในใบรับรองไม่ได้: {why}",
            why="; ".join(broken),
        )
    if speaks_for(evidence.host, leaf.names, leaf.addresses):
        return replace(
            passed("the certificate names {host}", "ใบรับรองระบุชื่อ {host}", host=evidence.host),
            facts=(("names", _shown(leaf)),),
        )
    if leaf.names_sent > len(leaf.names) + len(leaf.addresses):
        return inconclusive(
            "{host} is not among the {kept} names kept of {sent}",
            "ไม่พบ {host} ใน {kept} ชื่อที่เก็บไว้จากทั้งหมด {sent} ชื่อ",
            host=evidence.host,
            kept=len(leaf.names) + len(leaf.addresses),
            sent=leaf.names_sent,
        )
    return failed(
        "the certificate does not name {host}; it names {names}",
        "ใบรับรองไม่ได้ระบุชื่อ {host} แต่ระบุ {names}",
        host=evidence.host,
        names=_shown(leaf) or "nothing (no subject alternative name)",
    )


def _shown(leaf: Certificate) -> str:
    every = (*leaf.names, *leaf.addresses)
    return ", ".join(every[:8]) + (f" … ({leaf.names_sent})" if leaf.names_sent > 8 else "")


@check(
    "CRT-11",
    title="The certificate names its hosts one by one, without a wildcard",
    severity="info",
    verifies=("NSA: Avoid Dangers of Wildcard TLS Certificates (2021)",),
    remedy="Prefer one certificate and key per service. Where a wildcard stays, list every place that holds its key and say why.",
    thai=Thai(
        title="ใบรับรองระบุชื่อโฮสต์ทีละชื่อ โดยไม่ใช้ไวลด์การ์ด",
        why="กุญแจของใบรับรองไวลด์การ์ดใช้แทนได้ทุกโฮสต์ใต้โดเมนเดียวกัน หากเซิร์ฟเวอร์ที่ดูแลหละหลวมเพียงเครื่องเดียวทำกุญแจรั่ว ทุกระบบจะเสี่ยงไปด้วย",
        remedy="แยกใบรับรองและกุญแจตามบริการ หากจำเป็นต้องใช้ไวลด์การ์ด ให้ระบุทุกเครื่องที่เก็บกุญแจนี้พร้อมเหตุผล",
    ),
)
def no_wildcard(evidence: ServedChain, *, wildcards: bool = True) -> Judgement:
    """The key of a wildcard certificate speaks for every host of its domain: one careless server that loses it loses them all.
    A person must judge that, unless the profile forbids `wildcards`. The key's fingerprint is reported so that its use
    elsewhere can be looked for."""
    leaf = evidence.leaf
    wild = [n for n in leaf.names if n.startswith("*.")]
    facts = (("key SHA-256", leaf.key_fingerprint), ("certificate SHA-256", leaf.fingerprint))
    if leaf.lacks("extensions", "names"):
        return inconclusive("the names of the certificate cannot be parsed", "อ่านชื่อในใบรับรองไม่ได้")
    if wild:
        say = needs_review if wildcards else failed
        return replace(
            say(
                "the certificate holds for {wild}: ask where else its key is kept",
                "ใบรับรองครอบคลุม {wild} ต้องสอบถามว่ามีการเก็บกุญแจนี้ไว้ที่ใดอีกบ้าง",
                wild=", ".join(wild[:8]),
            ),
            facts=facts,
        )
    count = len(leaf.names) + len(leaf.addresses)
    return replace(
        passed("the certificate has {n} names and no wildcard", "ใบรับรองมี {n} ชื่อ ไม่มีไวลด์การ์ด", n=count),
        facts=facts,
    )
