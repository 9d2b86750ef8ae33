"""The spare account's mailbox: a command of the owner's prints the newest mail, new links in it are what was mailed."""

import html
import re
import subprocess
import time

from harness.evidence import Cause
from harness.scope import WireError

_LINK = re.compile(r"https?://[^\s<>\"'\])}]{4,2000}")
#: How long one mail is waited for, how often the command is run meanwhile, and how long one run may take (seconds).
WAIT, _PAUSE, _RUN = 8.0, 0.25, 10.0
#: So much of what the command prints is read (characters).
_MOST = 200_000


class Mailbox:
    """Links that were mailed since the last look. Raises WireError where the command does not work."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._seen = self._links()

    def fresh(self, seconds: float = WAIT) -> tuple[str, ...]:
        """New links, as soon as there are any; none after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            found = tuple(link for link in self._links() if link not in self._seen)
            self._seen += found
            if found or time.monotonic() >= end:
                return found
            time.sleep(_PAUSE)

    def _links(self) -> tuple[str, ...]:
        try:
            done = subprocess.run(  # noqa: S603 — the target's owner names the command
                self._command, capture_output=True, timeout=_RUN, check=False
            )
        except (OSError, subprocess.SubprocessError) as wrong:
            raise WireError(
                Cause.TOOL_ABSENT, f"the mailbox command failed: {type(wrong).__name__}"
            ) from None
        text = html.unescape(done.stdout.decode("utf-8", "replace")[:_MOST])
        return tuple(dict.fromkeys(link.rstrip(".,;:!?") for link in _LINK.findall(text)))
