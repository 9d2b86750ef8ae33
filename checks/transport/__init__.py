"""Transport: what a TLS endpoint offers, accepts and refuses (checks TLS-01 … TLS-29).

Evidence types stand in `*_evidence.py`, collectors in `probe_*.py`, rules in one module by topic. Questions that
a ClientHello alone can ask are asked with hand-made hellos (`probe_hello`, `probe_flight`), so that no library's
opinion stands between the server's answer and the verdict; what needs a finished handshake uses nassl.
"""

from harness.model import Text

TITLE = Text("Transport encryption (TLS)", "การเข้ารหัสการรับส่งข้อมูล (TLS)")
