"""The known name nearest to one that is not known, for messages about a slip of the keyboard."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, whatever the case; None where none is like it (difflib's cutoff of 0.6)."""
    folded = {one.casefold(): one for one in reversed([*known])}
    close = difflib.get_close_matches(name.casefold(), folded, 1)
    return folded[close[0]] if close else None


def hint(name: str, known: Iterable[str], otherwise: str) -> str:
    """A question after the nearest known name; `otherwise` where none is near."""
    found = nearest(name, known)
    return f"did you mean `{found}`?" if found else otherwise
