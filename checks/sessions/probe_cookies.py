"""What the Set-Cookie lines of a sign-in say besides the value; the value is redacted before it comes here."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime

from harness.evidence import Exchange


def attributes(exchanges: Iterable[Exchange], name: str) -> tuple[Exchange | None, dict[str, str]]:
    """The attributes of the last line that sets this cookie, by lower-case name, and the exchange that has it."""
    found: tuple[Exchange | None, dict[str, str]] = (None, {})
    for exchange in exchanges:
        for line in exchange.values("set-cookie"):
            pair, *rest = line.split(";")
            if pair.partition("=")[0].strip() == name:
                parts = (part.partition("=") for part in rest)
                found = exchange, {k.strip().lower()[:40]: v.strip()[:100] for k, _, v in parts if k.strip()}
    return found


def lifetime(said: dict[str, str], at: str) -> int | None:
    """Seconds a browser keeps the cookie; Max-Age wins over Expires (RFC 6265 §5.3), None is until it is closed."""
    if re.fullmatch(r"-?\d{1,12}", said.get("max-age", "")):
        return int(said["max-age"])
    try:
        until = parsedate_to_datetime(said["expires"].replace("-", " "))
        return round((until - datetime.fromisoformat(at)).total_seconds())
    except (KeyError, ValueError, TypeError, IndexError):
        return None
