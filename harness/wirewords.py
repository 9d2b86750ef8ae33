"""Thai for what the wire says of a request that came to nothing. Words of libraries and operating systems stay as they are."""

from harness.evidence import Cause
from harness.model import Text

CAUSES = {
    Cause.TIMEOUT: Text("it did not answer in time", "ไม่ตอบภายในเวลาที่กำหนด"),
    Cause.UNREACHABLE: Text("it could not be reached", "ไม่สามารถเชื่อมต่อได้"),
    Cause.TLS: Text("no TLS connection could be made", "ไม่สามารถสร้างการเชื่อมต่อ TLS ได้"),
    Cause.MALFORMED: Text("its answer could not be understood", "คำตอบไม่อยู่ในรูปแบบที่เข้าใจได้"),
    Cause.OUT_OF_SCOPE: Text("it is outside the authorised scope", "อยู่นอกขอบเขตที่ได้รับอนุญาต"),
    Cause.CEILING: Text("the request ceiling of the scope is reached", "ถึงเพดานจำนวนคำขอตามขอบเขตแล้ว"),
    Cause.NO_CONSENT: Text("the scope does not allow it", "ขอบเขตไม่อนุญาต"),
    Cause.NO_CREDENTIAL: Text("no test credential was provided", "ไม่ได้รับข้อมูลยืนยันตัวตนสำหรับทดสอบ"),
}
#: A cause that stands alone, as the note of an attempt.
NOTES = {
    **{cause.value: text.th for cause, text in CAUSES.items()},
    Cause.TOO_LARGE.value: "คำตอบมีขนาดใหญ่เกินไป",
    Cause.BLOCKED.value: "ถูกสกัดกั้น",
    Cause.UNSTABLE.value: "พฤติกรรมไม่คงที่",
    Cause.TOOL_ABSENT.value: "ไม่มีเครื่องมือที่ต้องใช้",
    Cause.INTERRUPTED.value: "ถูกขัดจังหวะ",
    Cause.NOT_OFFERED.value: "ระบบไม่มีบริการนี้",
    Cause.CRASH.value: "ตัวเก็บหลักฐานเกิดข้อผิดพลาด",
}
DETAILS = {
    "no answer": "ไม่มีคำตอบ",
    "nothing": "ไม่มี",
    "the main process has gone": "กระบวนการหลักสิ้นสุดไปแล้ว",
    "the ceiling of {} requests is reached": "ถึงเพดาน {} คำขอแล้ว",
    "outside the agreed window {text}": "อยู่นอกช่วงเวลาที่ตกลงกัน {text}",
    "{} is not among the hosts of the scope": "{} ไม่อยู่ในรายชื่อโฮสต์ของขอบเขต",
    "port {} of {} is not among the ports of the scope": "พอร์ต {} ของ {} ไม่อยู่ในรายการพอร์ตของขอบเขต",
    "{} resolves to {text}, outside the scope's addresses": "{} ชี้ไปยัง {text} ซึ่งอยู่นอกที่อยู่ในขอบเขต",
    "{} does not resolve": "ไม่พบที่อยู่ของ {}",
    "{} does not resolve: {}": "ไม่พบที่อยู่ของ {}: {}",
    "not a usable URL: {text}": "URL ใช้ไม่ได้: `{text}`",
    "not an http(s) URL: {text}": "ไม่ใช่ URL แบบ http(s): {text}",
    "a URL with a user name in it is not requested": "ไม่ส่งคำขอไปยัง URL ที่มีชื่อผู้ใช้",
    "no credential for {text}": "ไม่มีข้อมูลยืนยันตัวตนสำหรับ {text}",
    "no credential for identity {}": "ไม่มีข้อมูลยืนยันตัวตนสำหรับผู้ใช้ทดสอบ {}",
    "the time for this probe is used up": "หมดเวลาสำหรับการเก็บหลักฐานส่วนนี้",
    "no connection to {} in time": "เชื่อมต่อ {} ไม่ได้ภายในเวลาที่กำหนด",
    "no connection to {}: {text}": "เชื่อมต่อ {} ไม่ได้: `{text}`",
    "the connection broke: {text}": "การเชื่อมต่อขาด: `{text}`",
    "the browser hung and was ended": "เบราว์เซอร์ค้างและถูกปิด",
    "the page used up its {} seconds": "หน้าเว็บใช้เวลาครบ {} วินาทีที่กำหนด",
    "the browser failed ({})": "เบราว์เซอร์ทำงานล้มเหลว ({})",
    "the page crashed": "หน้าเว็บหยุดทำงาน",
    "the page keeps opening windows": "หน้าเว็บเปิดหน้าต่างใหม่ไม่หยุด",
    "the sign-in goes round in circles: too many requests": "การเข้าสู่ระบบวนซ้ำไม่สิ้นสุด มีคำขอมากเกินไป",
    "a page of the sign-in: {words}": "หน้าหนึ่งของการเข้าสู่ระบบ: {words}",
    "a page of the sign-in: {text}": "หน้าหนึ่งของการเข้าสู่ระบบ: `{text}`",
    "a page of the sign-in was {words}": "หน้าหนึ่งของการเข้าสู่ระบบ{words}",
    "the resolver did not answer for {} {}": "เซิร์ฟเวอร์ DNS ไม่ตอบคำถามเรื่อง {} {}",
    "the resolver {} cannot be reached: {text}": "ติดต่อเซิร์ฟเวอร์ DNS {} ไม่ได้: `{text}`",
    "this machine has no DNS resolver configured": "เครื่องนี้ไม่ได้ตั้งค่าเซิร์ฟเวอร์ DNS",
    "Content-Length is not a number: {text}": "Content-Length ไม่ใช่ตัวเลข: `{text}`",
    "several different Content-Length values": "มี Content-Length หลายค่าที่ต่างกัน",
    "the reply ended: complete": "คำตอบจบสมบูรณ์",
    "the reply ended: closed": "อีกฝ่ายปิดการเชื่อมต่อ",
    "the reply ended: reset": "อีกฝ่ายตัดการเชื่อมต่อ",
    "the reply ended: silent": "อีกฝ่ายเงียบไป",
    "the reply ended: cut": "คำตอบยาวเกินจึงถูกตัด",
    "no reply at all; {words}": "ไม่มีคำตอบเลย; {words}",
    "not HTTP; {words}": "ไม่ใช่ HTTP; {words}",
    "the Python package playwright is not installed; install moph-harness[browser]": (
        "ไม่ได้ติดตั้งแพ็กเกจ playwright ของ Python โปรดติดตั้ง `moph-harness[browser]`"
    ),
    "no Chromium is installed; install one so that {} or {} is in the PATH": (
        "ไม่ได้ติดตั้ง Chromium โปรดติดตั้งให้มี {} หรือ {} อยู่ใน PATH"
    ),
    "a header line is malformed, so the headers cannot be trusted: {text}": (
        "ส่วนหัวบรรทัดหนึ่งผิดรูปแบบ จึงเชื่อถือส่วนหัวไม่ได้: `{text}`"
    ),
    "no complete answer in time": "ไม่ได้คำตอบที่ครบถ้วนภายในเวลาที่กำหนด",
    "the sign-in gave a file to be saved": "การเข้าสู่ระบบส่งไฟล์ให้บันทึก",
    "the credential is not sent over plain HTTP": "ไม่ส่งข้อมูลยืนยันตัวตนผ่าน HTTP ที่ไม่เข้ารหัส",
    "{} does not start: {text}": "เปิด {} ไม่ได้: `{text}`",
    "the answer dripped on past the deadline": "คำตอบทยอยมาช้าจนเลยเวลาที่กำหนด",
    "the content coding {text} was not offered": "คำตอบใช้การเข้ารหัสเนื้อหา `{text}` ซึ่งไม่ได้เสนอไป",
    "the compressed body is cut short": "เนื้อหาที่บีบอัดขาดหายกลางคัน",
    "{} bytes expand more than {} times": "เนื้อหา {} ไบต์ขยายตัวเกิน {} เท่า",
    "cut after {} bytes": "ถูกตัดหลังอ่านได้ {} ไบต์",
}
