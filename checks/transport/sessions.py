"""After the handshake: TLS-19, TLS-22, TLS-23."""

from msgspec.structs import replace

from harness.model import Judgement, failed, inconclusive, not_applicable, passed
from harness.registry import Thai, check

from .session_evidence import TlsSessions


@check(
    "TLS-19",
    title="Renegotiation started by the client is refused or limited",
    severity="medium",
    verifies=("CVE-2011-1473", "RFC 5746 §5"),
    absence=True,
    remedy="Refuse client-initiated renegotiation (OpenSSL: SSL_OP_NO_RENEGOTIATION), or offer TLS 1.3 only.",
    example="""
    # nginx and Apache on OpenSSL 1.1.1 or newer refuse it; update the server if it does not
    """,
    thai=Thai(
        title="ปฏิเสธหรือจำกัดการเจรจาซ้ำที่เริ่มโดยผู้ใช้",
        why="การเจรจาแต่ละครั้งกินแรงเซิร์ฟเวอร์มากกว่าผู้ใช้หลายเท่า คอมพิวเตอร์เครื่องเดียวจึงทำให้บริการล่มได้ด้วยการขอเจรจาซ้ำไม่หยุด",
        remedy="ปฏิเสธการเจรจาซ้ำจากผู้ใช้ (OpenSSL: SSL_OP_NO_RENEGOTIATION) หรือใช้เฉพาะ TLS 1.3",
    ),
)
def client_renegotiation(sessions: TlsSessions) -> Judgement:
    """Each renegotiation costs the server many times what it costs the client, so a single computer can bring a
    service down by asking again and again on one connection."""
    found = sessions.renegotiation
    values = {"count": max(found.counts, default=0), "asked": found.asked, "how": found.how}
    if found.state == "accepted":
        return failed(
            "all {asked} renegotiations asked for on one connection went through",
            "การเจรจาซ้ำทั้ง {asked} ครั้งบนการเชื่อมต่อเดียวสำเร็จ",
            **values,
        )
    if found.state in ("refused", "limited"):
        good = passed(
            "{count} of {asked} renegotiations went through, then: {how}",
            "การเจรจาซ้ำสำเร็จ {count} จาก {asked} ครั้ง จากนั้น: {how}",
            **values,
        )
        good = replace(good, assertions=max(1, len(found.counts)))
        return replace(good, control=f"the {found.version} handshake before it was finished")
    if found.state == "no_handshake":
        return not_applicable(
            "TLS 1.3 has no renegotiation, and older versions are refused: {how}",
            "TLS 1.3 ไม่มีการเจรจาซ้ำ และรุ่นเก่ากว่าถูกปฏิเสธ: {how}",
            **values,
        )
    return inconclusive(
        "the answer does not decide ({state}, {counts}): {how}",
        "คำตอบยังตัดสินไม่ได้ ({state}, {counts}): {how}",
        state=found.state, counts=", ".join(map(str, found.counts)) or "no attempt", how=found.how,
    )  # fmt: skip


@check(
    "TLS-22",
    title="0-RTT early data is off",
    severity="medium",
    verifies=("RFC 8446 §8", "RFC 8470 §3", "RFC 9325 §3.10"),
    absence=True,
    remedy="Turn 0-RTT off, unless every request that changes something is refused with 425 when it comes early.",
    example="""
    # nginx (the default)
    ssl_early_data off;
    """,
    thai=Thai(
        title="ปิดข้อมูลล่วงหน้า 0-RTT",
        why="ข้อมูล 0-RTT ถูกบันทึกแล้วส่งซ้ำโดยผู้โจมตีได้ คำขอ เช่น สั่งยาหรือแก้ไขเวชระเบียน จึงอาจถูกทำซ้ำ",
        remedy="ปิด 0-RTT เว้นแต่ระบบตอบ 425 ต่อทุกคำขอที่เปลี่ยนแปลงข้อมูลเมื่อมาล่วงหน้า",
    ),
)
def no_early_data(sessions: TlsSessions) -> Judgement:
    """Early data can be recorded and sent again by an attacker: an order for a drug or a change to a record
    could be carried out twice."""
    invited = max((t.early_data for t in sessions.tickets), default=0)
    if sessions.early_data == "accepted" or invited:
        return failed(
            "tickets invite {bytes} bytes of early data, and a resumed connection had it {state}",
            "ตั๋วเชิญให้ส่งข้อมูลล่วงหน้า {bytes} ไบต์ และการเชื่อมต่อที่กลับมาใช้ต่อมีผล {state}",
            bytes=invited, state=sessions.early_data,
        )  # fmt: skip
    if sessions.early_data == "not_invited":
        good = passed(
            "no ticket of a TLS 1.3 handshake invites early data", "ไม่มีตั๋วของ TLS 1.3 ที่เชิญให้ส่งข้อมูลล่วงหน้า"
        )
        return replace(good, control="a TLS 1.3 handshake was finished and read to its end")
    if sessions.early_data == "no_tls13" and sessions.handshakes:
        good = passed(
            "TLS 1.3 was not chosen, and no other version has early data",
            "ไม่ได้เลือก TLS 1.3 และรุ่นอื่นไม่มีข้อมูลล่วงหน้า",
        )
        return replace(good, control=f"finished handshakes: {', '.join(sessions.handshakes)}")
    return inconclusive(
        "the TLS 1.3 handshake was not finished: {how}", "การเจรจา TLS 1.3 ไม่สำเร็จ: {how}", how=sessions.how
    )


@check(
    "TLS-23",
    title="Session tickets live seven days at most",
    severity="low",
    verifies=("RFC 8446 §4.6.1", "RFC 9325 §3.4"),
    remedy="Shorten the session lifetime to a day or less, and change the ticket keys at least weekly.",
    example="""
    # nginx
    ssl_session_timeout 1d;
    # Apache
    SSLSessionCacheTimeout 86400
    """,
    thai=Thai(
        title="ตั๋วเซสชันมีอายุไม่เกินเจ็ดวัน",
        why="ผู้ที่ได้กุญแจของตั๋วถอดรหัสการเชื่อมต่อทุกสายที่กลับมาใช้ต่อได้ อายุที่ยาวจึงลบประโยชน์ของ forward secrecy",
        remedy="ลดอายุเซสชันเหลือไม่เกินหนึ่งวัน และเปลี่ยนกุญแจของตั๋วอย่างน้อยทุกสัปดาห์",
    ),
)
def ticket_lifetime(sessions: TlsSessions, *, at_most_seconds: int = 604_800) -> Judgement:
    """Whoever obtains the key of the tickets reads every connection resumed with them; a long lifetime undoes
    forward secrecy. How often the keys change cannot be seen in one run."""
    if sessions.tickets:
        longest = max(sessions.tickets, key=lambda t: t.lifetime)
        words = (
            "the longest-lived ticket ({version}) lives {seconds} s, at most {most} s allowed",
            "ตั๋วที่อายุยาวที่สุด ({version}) มีอายุ {seconds} วินาที กำหนดไม่เกิน {most} วินาที",
        )
        values = {"version": longest.version, "seconds": longest.lifetime, "most": at_most_seconds}
        if longest.lifetime > at_most_seconds:
            return failed(*words, **values)
        if not sessions.how:
            return replace(passed(*words, **values), assertions=len(sessions.tickets))
    if sessions.how or not sessions.handshakes:
        return inconclusive(
            "not every handshake was finished: {how}", "การเจรจาบางรุ่นไม่สำเร็จ: {how}", how=sessions.how
        )
    return not_applicable("no session ticket was issued", "เซิร์ฟเวอร์ไม่ออกตั๋วเซสชัน")
