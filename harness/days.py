"""Days as people here write them: ISO 8601, in the Common or the Buddhist era (year + 543)."""

import re
from datetime import date

from harness.errors import BadInput

#: Years from here on are Buddhist-era: 2400 B.E. is 1857, and no document of ours is of the year 2400 C.E.
BUDDHIST_FROM = 2400
BUDDHIST_OFFSET = 543


def day(text: str, where: str) -> date:
    """`text` as a date; `where` begins the message of the BadInput raised for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII)
    year, month, number = (int(part) for part in found.groups()) if found else (0, 0, 0)
    try:
        return date(year - BUDDHIST_OFFSET if year >= BUDDHIST_FROM else year, month, number)
    except ValueError:
        raise BadInput(f"{where}: `{text}` is not a date; write it as 2026-05-31 or 2569-05-31") from None
