"""Denials: what a platform says it does not have, looked for where it would be. Probes collect answers, rules compare them."""

from harness.model import Text

TITLE = Text("What the platform says it does not have", "สิ่งที่แพลตฟอร์มแจ้งว่าไม่มี")
