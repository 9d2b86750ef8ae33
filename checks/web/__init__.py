"""Web: what a platform's HTTP responses make a browser do. Probes collect exchanges, rules read them by the standards."""

from harness.model import Text

TITLE = Text("Web", "เว็บ")
