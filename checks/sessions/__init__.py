"""Sessions and passwords: the platform's own sign-in pages. Probes sign in, rules say whether it held."""

from harness.model import Text
from harness.wording import learn

from .words import WORDS

TITLE = Text("Sessions and passwords", "เซสชันและรหัสผ่าน")

learn(WORDS)
