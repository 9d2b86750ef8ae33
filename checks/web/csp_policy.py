"""Content Security Policy Level 3: the grammar, and what a list of policies together still allows.

A browser enforces every policy of a response; a hole is open only when each of them leaves it open.
"""

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from harness.evidence import Exchange

from .markup import read

_BASE64 = r"[A-Za-z0-9+/_-]+={0,2}"
#: A redacted value `[kind:hash:length]` stands for a valid one of that length.
_PLACEHOLDER = r"\[[a-z_-]+:[0-9a-f]+:[0-9]+\]"
NONCE = re.compile(rf"'nonce-(?P<value>{_BASE64}|{_PLACEHOLDER})'", re.IGNORECASE)
_HASH = re.compile(rf"'sha(?:256|384|512)-(?:{_BASE64}|{_PLACEHOLDER})'", re.IGNORECASE)
_SPACE = " \t\n\x0c\r"

#: Directives that say what may be loaded or run; a policy with none of them restricts no content.
FETCH = frozenset(
    {
        "default-src",
        "script-src",
        "script-src-elem",
        "script-src-attr",
        "style-src",
        "style-src-elem",
        "style-src-attr",
    }
    | {
        "img-src",
        "font-src",
        "media-src",
        "object-src",
        "frame-src",
        "child-src",
        "worker-src",
        "connect-src",
    }
    | {"manifest-src"}
)
#: Directives that a <meta> element cannot carry (CSP3 §3.3).
NOT_IN_META = frozenset({"frame-ancestors", "report-uri", "sandbox"})
#: Registry suffixes under which anyone can take a name; `*.` before them is everybody.
_REGISTRIES = frozenset(f"{second}.th" for second in ("co", "go", "ac", "or", "in", "mi", "net")) | {
    "co.uk",
    "com.au",
}


class Policy(Struct, frozen=True):
    """One serialized policy: directive names in lower case with their values as written."""

    directives: dict[str, tuple[str, ...]]

    def first(self, *names: str) -> tuple[str, ...] | None:
        """The value of the first of these directives that is there (the fallback chain), or None."""
        return next((self.directives[n] for n in names if n in self.directives), None)


def parse(text: str) -> Policy | None:
    """One policy (CSP3 §2.2.1): a directive that comes twice counts once, the first; None when it is empty."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        words = part.strip(_SPACE).split()
        if words and part.isascii():
            found.setdefault(words[0].lower(), tuple(words[1:]))
    return Policy(found) if found else None


def parse_header(values: Iterable[str]) -> tuple[Policy, ...]:
    """The policies of a header (CSP3 §2.2.2): every line, cut at commas, empty ones dropped."""
    each = (parse(text) for value in values for text in value.split(","))
    return tuple(policy for policy in each if policy)


def enforced(exchange: Exchange) -> tuple[Policy, ...]:
    """The policies in Content-Security-Policy headers; report-only ones do not count."""
    return parse_header(exchange.values("content-security-policy"))


def in_markup(exchange: Exchange) -> tuple[Policy, ...]:
    """The policies in <meta http-equiv>, without what a meta element cannot carry."""
    found = []
    for text in read(exchange).pragmas.get("content-security-policy", ()):
        policy = parse(text)
        kept = {k: v for k, v in policy.directives.items() if k not in NOT_IN_META} if policy else {}
        if kept:
            found.append(Policy(kept))
    return tuple(found)


def nonces(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Every nonce value in any source list, in order, once each."""
    sources = (s for p in policies for name, value in p.directives.items() if name in FETCH for s in value)
    found = (NONCE.fullmatch(source) for source in sources)
    return tuple(dict.fromkeys(match["value"] for match in found if match))


def is_none(sources: tuple[str, ...]) -> bool:
    """Whether the list matches nothing: empty, or 'none' alone (CSP3 §6.7.2.5)."""
    return not sources or (len(sources) == 1 and sources[0].lower() == "'none'")


def allows_inline(sources: tuple[str, ...] | None) -> bool:
    """CSP3 §6.7.3.2 for scripts: 'unsafe-inline' counts only without nonce, hash and 'strict-dynamic'."""
    if sources is None:
        return True
    lowered = {s.lower() for s in sources}
    if "'strict-dynamic'" in lowered or any(NONCE.fullmatch(s) or _HASH.fullmatch(s) for s in sources):
        return False
    return "'unsafe-inline'" in lowered


def _inline(policy: Policy) -> bool:
    blocks = policy.first("script-src-elem", "script-src", "default-src")
    handlers = policy.first("script-src-attr", "script-src", "default-src")
    return allows_inline(blocks) or allows_inline(handlers)


def _eval(policy: Policy) -> bool:
    sources = policy.first("script-src", "default-src")
    return sources is None or "'unsafe-eval'" in {s.lower() for s in sources}


def _anywhere(policy: Policy) -> bool:
    sources = policy.first("script-src-elem", "script-src", "default-src")
    if sources is None:
        return True
    if "'strict-dynamic'" in {s.lower() for s in sources}:
        return False  # hosts and schemes are ignored beside it (CSP3 §8.2)
    return any(is_broad(s) for s in sources)


def is_broad(source: str) -> bool:
    """Whether a source expression matches hosts that anyone can have: `*`, a bare scheme, `*.com`."""
    text = source.lower()
    if text.startswith("'"):
        return False
    if re.fullmatch(r"[a-z][a-z0-9+.-]*:", text):
        return True
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text).partition("/")[0]
    host = re.sub(r":(\d+|\*)$", "", host)
    suffix = host.removeprefix("*.")
    return host == "*" or (host.startswith("*.") and ("." not in suffix or suffix in _REGISTRIES))


def _plugins(policy: Policy) -> bool:
    sources = policy.first("object-src", "default-src")
    return sources is None or not is_none(sources)


def _base(policy: Policy) -> bool:
    sources = policy.first("base-uri")
    return sources is None or not is_none(sources)


#: Every hole: its name, and whether one policy leaves it open.
HOLES: dict[str, Callable[[Policy], bool]] = {
    "inline": _inline,
    "eval": _eval,
    "anywhere": _anywhere,
    "plugins": _plugins,
    "base": _base,
}


def holes(policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """The holes that these policies together leave open."""
    return tuple(name for name, opens in HOLES.items() if all(opens(p) for p in policies))
