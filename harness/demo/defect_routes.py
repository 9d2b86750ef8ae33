"""What the defects serve that no platform should."""

from typing import Any

from harness.demo.behaviour import MAIL_DOMAIN
from harness.demo.messages import Request, Response
from harness.demo.portal import TEXT, file
from harness.demo.replies import page

GIT_CONFIG = file(b"[core]\n\trepositoryformatversion = 0\n\tbare = false\n", TEXT)
METRICS = file(b"# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total 42\n", TEXT)
EXPIRED_SECURITY_TXT = file(
    f"Contact: mailto:security@{MAIL_DOMAIN}\r\nExpires: 2025-01-01T00:00:00Z\r\n".encode(), TEXT
)


def listing(request: Request, app: Any) -> Response:
    """A folder as servers list it."""
    rows = '<a href="../">../</a>\n<a href="site.css">site.css</a>\n<a href="site.js">site.js</a>'
    return page("Index of /static/", f"<h1>Index of /static/</h1>\n<pre>{rows}</pre>")
