"""Names: what the DNS says of the platform's hosts, and of the domains that send and receive its mail."""

from harness.model import Text

TITLE = Text("Names and mail", "ชื่อโดเมนและอีเมล")
