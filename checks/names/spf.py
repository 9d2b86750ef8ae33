"""The grammar of SPF records (RFC 7208 §4.6, §5, §6), and nothing else."""

import re
from collections.abc import Iterable

from msgspec import Struct

#: Mechanisms and modifiers that make a receiver ask the DNS (RFC 7208 §4.6.4).
ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
_MECHANISMS = frozenset({"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"})
_TERM = re.compile(r"^(?P<q>[-+~?]?)(?P<name>[A-Za-z][A-Za-z0-9._-]*)(?:(?P<sep>[:=/])(?P<rest>.*))?$")


class Term(Struct, frozen=True):
    """One term: its qualifier (mechanisms only), lower-case name, and the domain it names ("" when none)."""

    qualifier: str
    name: str
    domain: str

    @property
    def asks(self) -> bool:
        """Whether a receiver asks the DNS for it."""
        return self.name in ASKING

    @property
    def macro(self) -> bool:
        """Whether its domain depends on the message, so that it cannot be followed here."""
        return "%" in self.domain


def policies(records: Iterable[str]) -> tuple[str, ...]:
    """The records that are SPF: "v=spf1" alone or followed by a space (§4.5)."""
    return tuple(r for r in records if r.lower() == "v=spf1" or r.lower().startswith("v=spf1 "))


def parse(record: str) -> tuple[tuple[Term, ...], tuple[str, ...]]:
    """The terms and the syntax errors of a record; unknown modifiers are ignored (§6)."""
    terms, errors = [], []
    for word in record.split(" ")[1:]:
        if not word:
            continue
        term = _term(word)
        if term is None:
            errors.append(f"not a term: {word[:60]}")
        elif term.name in _MECHANISMS | {"redirect"}:
            terms.append(term)
    if sum(t.name == "redirect" for t in terms) > 1:
        errors.append("more than one redirect")
    return tuple(terms), tuple(errors)


def _term(word: str) -> Term | None:
    found = _TERM.match(word)
    if not found:
        return None
    name, separator, rest = found["name"].lower(), found["sep"] or "", found["rest"] or ""
    if separator == "=":
        return None if found["q"] else Term("", name, _domain(rest))
    if name not in _MECHANISMS:
        return None
    needs = name in ("include", "exists", "ip4", "ip6")
    if (needs and not (separator == ":" and rest)) or (name == "all" and separator):
        return None
    return Term(found["q"] or "+", name, _domain(rest) if separator == ":" and name[:2] != "ip" else "")


def _domain(text: str) -> str:
    """The domain of a term without its prefix lengths ("/24", "//64"); macros stay as they are."""
    return (text if "%" in text else text.partition("/")[0]).rstrip(".").lower()
