"""Addresses of files of the run folder, for a report that lies in it. A name a vendor chose must not lead elsewhere."""

from pathlib import PurePosixPath
from urllib.parse import quote

from .foreign import visible

#: What a browser shows or saves without running it. A kept page or drawing with scripts is named, never linked.
SHOWN = frozenset((".pdf", ".docx", ".xlsx", ".txt", ".csv", ".json", ".png", ".jpg", ".jpeg"))
#: Longest path that is linked, in characters.
LONGEST = 400


def inside(path: str | None) -> str | None:
    """Return the relative address of a file, None unless the path plainly stays inside the folder and is harmless."""
    if not path or len(path) > LONGEST:
        return None
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\\" in part or visible(part, LONGEST) != part for part in parts):
        return None
    if PurePosixPath(path).suffix.lower() not in SHOWN:
        return None
    return "./" + "/".join(quote(part, safe="") for part in parts)
