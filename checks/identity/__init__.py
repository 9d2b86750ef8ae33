"""The platform as identity provider and as keeper of what its tokens open: OAuth 2.0, OpenID Connect, JWT, SMART."""

from harness.model import Text

TITLE = Text("Identity provider and tokens", "ผู้ให้บริการยืนยันตัวตนและโทเคน")
