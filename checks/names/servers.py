"""DNS-06: whether the zone's name servers give more than they must."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, passed
from harness.registry import Thai, check

from .evidence import ServerManners


@check(
    "DNS-06",
    title="Name servers refuse zone transfers and questions about foreign names",
    severity="medium",
    verifies=("RFC 5936 §5", "RFC 5358", "WSTG-INFO-04", "CWE-200"),
    remedy="Allow transfers only to your own secondary servers (TSIG), and switch recursion off on authoritative servers.",
    example="""
        // BIND
        options {
            recursion no;
            allow-transfer { key "transfer.example.go.th"; };
        };
    """,
    thai=Thai(
        title="เนมเซิร์ฟเวอร์ปฏิเสธการโอนถ่ายโซนและคำถามถึงชื่อภายนอก",
        why="การโอนถ่ายโซนเปิดเผยชื่อเครื่องทั้งหมดของหน่วยงานให้ผู้โจมตีในคราวเดียว ส่วนเซิร์ฟเวอร์ที่ตอบคำถามแทนใครก็ได้ "
        "ถูกใช้ขยายการโจมตีแบบ DDoS และถูกวางยาแคชได้",
        remedy="อนุญาตการโอนถ่ายโซนเฉพาะเซิร์ฟเวอร์สำรองของหน่วยงาน (ใช้ TSIG) และปิด recursion บนเนมเซิร์ฟเวอร์หลัก",
    ),
    absence=True,
)
def manners(evidence: ServerManners) -> Judgement:
    """A transfer hands an attacker the list of every machine in one answer; a server that answers anyone about anything
    amplifies attacks on others and can be poisoned."""
    asked = [s for s in evidence.servers if s.reached == "yes"]
    for server in asked:
        given = [
            w
            for w, got in (("zone transfer", server.transfer), ("recursion", server.recursion))
            if got == "given"
        ]
        if given:
            return failed(
                "{host} gives {what} to anyone",
                "{host} ให้บริการ {what} แก่ทุกคน",
                host=server.host,
                what=" and ".join(given),
            )
    good = [s for s in asked if s.control and s.transfer == s.recursion == "refused"]
    if len(good) < len(evidence.servers) or not good:
        rest = [f"{s.host} ({s.detail or s.reached})" for s in evidence.servers if s not in good]
        return inconclusive(
            "not every name server could be judged: {rest}",
            "ตรวจเนมเซิร์ฟเวอร์ไม่ได้ครบทุกตัว: {rest}",
            rest="; ".join(rest) or "none found",
        )
    names = ", ".join(s.host for s in good)
    result = passed("{names} refuse both", "{names} ปฏิเสธทั้งสองกรณี", names=names)
    control = f"an ordinary SOA question was answered over the same transport ({names})"
    return replace(result, assertions=2 * len(good), control=control)
