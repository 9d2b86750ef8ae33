"""The platform as relying party of ThaID, Health ID and Provider ID, which the harness plays on loopback."""

from harness.model import Text

TITLE = Text("Sign-in through national providers", "การเข้าสู่ระบบผ่านผู้ให้บริการยืนยันตัวตนของรัฐ")
