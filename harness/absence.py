"""From a wire error to missing evidence, in both languages."""

from harness.evidence import Cause, Missing
from harness.model import Text
from harness.scope import WireError

_WORDS = {
    Cause.TIMEOUT: Text("it did not answer in time", "ไม่ตอบภายในเวลาที่กำหนด"),
    Cause.UNREACHABLE: Text("it could not be reached", "ไม่สามารถเชื่อมต่อได้"),
    Cause.TLS: Text("no TLS connection could be made", "ไม่สามารถสร้างการเชื่อมต่อ TLS ได้"),
    Cause.MALFORMED: Text("its answer could not be understood", "คำตอบไม่อยู่ในรูปแบบที่เข้าใจได้"),
    Cause.OUT_OF_SCOPE: Text("it is outside the authorised scope", "อยู่นอกขอบเขตที่ได้รับอนุญาต"),
    Cause.CEILING: Text("the request ceiling of the scope is reached", "ถึงเพดานจำนวนคำขอตามขอบเขตแล้ว"),
    Cause.NO_CONSENT: Text("the scope does not allow it", "ขอบเขตไม่อนุญาต"),
    Cause.NO_CREDENTIAL: Text("no test credential was provided", "ไม่ได้รับข้อมูลยืนยันตัวตนสำหรับทดสอบ"),
}


def missing(refused: WireError) -> Missing:
    """Turn a WireError into missing evidence, with the cause in both languages and the detail as given."""
    words = _WORDS.get(refused.cause, Text("it could not be collected", "ไม่สามารถเก็บหลักฐานได้"))
    return Missing(refused.cause, Text(f"{words.en}: {refused}", f"{words.th}: {refused}"))
