"""What every page of the portal has in its head, and the files it names there."""

import base64
import hashlib

STYLE = b"body { font-family: 'Noto Sans Thai', sans-serif; max-width: 40rem; margin: 2rem auto; line-height: 1.7 }\n"
SCRIPT = b"document.documentElement.dataset.ready = 'yes';\n"


def _integrity(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


HEAD = (
    '<link rel="stylesheet" href="/static/site.css">\n'
    f'<script src="/static/site.js" integrity="{_integrity(SCRIPT)}" defer></script>\n'
)
