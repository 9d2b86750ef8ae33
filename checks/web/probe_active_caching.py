"""Collects how protected pages answer their owner, strangers and another identity. No body of theirs is kept.

Which words are private is worked out in memory from salted digests: those in the owner's answer that neither
a stranger nor another identity gets at a fresh address. Only counts go into the evidence.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator

from msgspec.structs import replace

from harness.evidence import Cause, Exchange, Missing
from harness.model import Text
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import CacheTrial, ProtectedPage, ProtectedPages
from .probe_active_sites import at, unnamed, with_query

_PATHS, _IDENTITIES, _WORDS = 2, 3, 20_000
_WORD = re.compile(rb"[^\s\"'<>{}\[\](),:;=&]{4,200}")
#: Endings a cache may take for a static file, added to the path in the ways applications overlook.
_ENDINGS = {"/….css": "/{0}.css", ";….css": ";{0}.css", "%2f….js": "%2f{0}.js", "%3f….png": "%3f{0}.png"}

Digests = frozenset[bytes]
Answer = tuple[Exchange, Digests]


@probe("site", seconds=60)
def protected_pages(site: Site, wire: Wire) -> ProtectedPages | Missing:
    """Ask at most two protected paths as owner, nobody and another identity; at most 22 requests."""
    if not site.component.protected:
        return unnamed(
            "rule: applies to components with protected paths; fact: the target file names none",
            "เงื่อนไข: ใช้กับองค์ประกอบที่มีพาธที่ต้องเข้าสู่ระบบ; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุไว้",
        )
    asking = _Asking(site, wire)
    if gone := asking.choose():
        return gone
    paths = site.component.protected[:_PATHS]
    return ProtectedPages(pages=tuple(asking.page(path, suffixed=path == paths[0]) for path in paths))


class _Asking:
    """Asks with and without credentials, and remembers salted digests of the words that came back."""

    def __init__(self, site: Site, wire: Wire) -> None:
        self._site, self._wire = site, wire
        self._salt = secrets.token_bytes(16)
        self._first: dict[str | None, Answer] = {}
        self._owner, self._other = "", ""

    def choose(self) -> Missing | None:
        """Find an owner and another identity that the first protected path answers; Missing when there is none.

        A stranger asks first, before any answer of an owner could have been stored.
        """
        path = self._site.component.protected[0]
        self._first[None] = self._ask(self._fresh(path), None, "without a credential")
        refused: Exchange | None = None
        for identity in self._wire.target.identities[:_IDENTITIES]:
            answer = self._ask(self._fresh(path), identity.name, f"as {identity.name}")
            if not (answer[0].answered and 200 <= (answer[0].status or 0) < 300):
                refused = answer[0]
                continue
            self._first[identity.name] = answer
            self._owner, self._other = (self._owner, identity.name) if self._owner else (identity.name, "")
            if self._other:
                return None
        return None if self._owner else _nobody(refused)

    def page(self, path: str, *, suffixed: bool) -> ProtectedPage:
        """One protected path: what each sees at fresh addresses, then the addresses shared with a cache."""
        nobody, public = self._at_first(path, None)
        owner, held = self._at_first(path, self._owner)
        theirs = self._at_first(path, self._other)[1] if self._other else frozenset()
        shared = self._fresh(path)
        again = self._ask(shared, self._owner, "as the owner, shared address")
        private = (held & again[1]) - public
        personal = private - theirs if self._other else frozenset()
        plain = self._trial("same address", shared, again, (private, personal), self._other)
        return ProtectedPage(
            path=path,
            anonymous=nobody,
            owner=owner,
            markers=len(private),
            personal=len(personal),
            plain=plain,
            suffixed=tuple(self._endings(path, private)) if suffixed and private else (),
        )

    def _at_first(self, path: str, identity: str | None) -> Answer:
        """The answer at a fresh address; what was already asked while choosing is not asked again."""
        if path == self._site.component.protected[0] and identity in self._first:
            return self._first[identity]
        return self._ask(
            self._fresh(path), identity, f"as {identity}" if identity else "without a credential"
        )

    def _endings(self, path: str, private: Digests) -> Iterator[CacheTrial]:
        for name, ending in _ENDINGS.items():
            url = at(self._site, path.partition("?")[0] + ending.format(f"moph{secrets.token_hex(4)}"))
            answer = self._ask(url, self._owner, f"as the owner, {name}")
            yield self._trial(name, url, answer, (private, frozenset()), "")

    def _trial(
        self, name: str, url: str, owner: Answer, words: tuple[Digests, Digests], other: str
    ) -> CacheTrial:
        private, personal = words
        nobody, public = self._ask(url, None, f"without a credential, {name}")
        second, theirs = self._ask(url, other, f"as {other}, {name}") if other else (None, frozenset())
        return CacheTrial(
            name=name,
            owner=owner[0],
            owner_marks=len(owner[1] & private),
            anonymous=nobody,
            anonymous_marks=len(public & private),
            other=second,
            other_marks=len(theirs & personal),
        )

    def _fresh(self, path: str) -> str:
        """An address of `path` that no cache can have seen: a parameter with a random value is added."""
        return with_query(at(self._site, path), f"moph={secrets.token_hex(4)}")

    def _ask(self, url: str, identity: str | None, label: str) -> Answer:
        words: set[bytes] = set()

        def look(_: object, body: bytes) -> None:
            for found in _WORD.findall(body)[:_WORDS]:
                words.add(hashlib.blake2b(found, digest_size=12, key=self._salt).digest())

        exchange = self._wire.http("GET", url, label=label, identity=identity, inspect=look)
        return replace(exchange, body=""), frozenset(words)


def _nobody(refused: Exchange | None) -> Missing:
    if refused is None:
        return Missing(
            Cause.NO_CREDENTIAL,
            Text("the target file names no test identity", "ไฟล์เป้าหมายไม่ได้ระบุบัญชีทดสอบ"),
        )
    if refused.fault is not None:
        return Missing(
            refused.fault,
            Text(
                f"no test identity could ask the protected path: {refused.detail or refused.fault.value}",
                f"ไม่มีบัญชีทดสอบใดเรียกพาธที่ต้องเข้าสู่ระบบได้: {refused.detail or refused.fault.value}",
            ),
        )
    return Missing(
        Cause.UNSTABLE,
        Text(
            f"no test identity was let in: the protected path answered {refused.status}",
            f"ไม่มีบัญชีทดสอบใดเข้าได้: พาธที่ต้องเข้าสู่ระบบตอบ {refused.status}",
        ),
    )
