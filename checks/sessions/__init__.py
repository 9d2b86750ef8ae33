"""Sessions and passwords: the platform's own sign-in pages. Probes sign in, rules say whether it held."""

from harness.model import Text

TITLE = Text("Sessions and passwords", "เซสชันและรหัสผ่าน")
