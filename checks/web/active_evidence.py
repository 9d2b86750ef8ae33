"""Evidence of the active web experiments: each holds its positive controls beside its attempts.

`Trial.marks` are names of signatures that the probe found in a body it did not keep.
"""

from msgspec import Struct

from harness.evidence import Evidence, Exchange


class Trial(Struct, frozen=True, forbid_unknown_fields=True):
    """One attempt of an experiment: what it is called, what was exchanged, what was recognised in the body."""

    name: str
    exchange: Exchange
    marks: tuple[str, ...] = ()


class MethodTrials(Evidence, frozen=True):
    """Unusual methods on one page. `control` is an ordinary GET before, `after` the same GET at the end.

    `unlisted` are made-up methods, `override` requests that ask for another method in a header or parameter.
    `token` is what the TRACE request carried in X-Moph-Trace.
    """

    control: Exchange
    after: Exchange
    token: str
    tunnels: tuple[Trial, ...]
    unlisted: tuple[Trial, ...]
    override: tuple[Trial, ...]


class ReflectionTrials(Evidence, frozen=True):
    """Requests that carry `token` in a parameter or path with compression offered; the bodies are kept."""

    control: Exchange
    token: str
    trials: tuple[Trial, ...]


class HostTrials(Evidence, frozen=True):
    """Requests that lie about host or scheme. `host` is the site's own host, `canary` the name lied about.

    `controls` maps each path's name to the same request without the lie; trials are named "path header".
    """

    host: str
    canary: str
    controls: tuple[Trial, ...]
    trials: tuple[Trial, ...]
    after: Exchange


class Staged(Struct, frozen=True, forbid_unknown_fields=True):
    """A message sent in two parts on one connection of our own: the status seen after each part.

    None means that nothing came within `waited` seconds; `ended` is the peer's closing (closed, reset, open).
    """

    first: int | None
    second: int | None
    ended: str
    waited: float


class FramingTrials(Evidence, frozen=True):
    """Messages whose length can be read in two ways. No reading leaves bytes over for another connection.

    `controls` are the same request well framed (by length, by chunks). `lengths` is a message with both
    framings whose Content-Length exceeds the chunked body by the two bytes sent in its second part;
    `reuse` is one with both framings that agree, followed by an ordinary request on the same connection.
    """

    controls: tuple[Trial, ...]
    trials: tuple[Trial, ...]
    lengths: Staged | None
    reuse: Staged | None
    after: Exchange


class InjectedHeaders(Evidence, frozen=True):
    """Line breaks in parameters and paths that would start a header field named `canary`.

    `near` is the near-miss: the same parameters with harmless values.
    """

    canary: str
    control: Exchange
    near: Exchange
    trials: tuple[Trial, ...]
    after: Exchange


class ErrorTrials(Evidence, frozen=True):
    """Input that no handler expects. `control` and `near` are the same places asked properly."""

    control: Exchange
    near: Exchange
    trials: tuple[Trial, ...]
    after: Exchange


class PathTrials(Evidence, frozen=True):
    """Well-known paths that should not be public, against random paths that cannot exist.

    Trials and `baselines` carry as marks the signatures found in bodies that are not kept. `groups` maps
    a trial's name to "file", "listing", "docs", "metrics" or "graphql"; `claims` are the component's.
    """

    claims: tuple[str, ...]
    control: Exchange
    baselines: tuple[Trial, ...]
    trials: tuple[Trial, ...]
    groups: dict[str, str]
    after: Exchange


class PublicPages(Evidence, frozen=True):
    """Pages that anyone can fetch, without a credential. `host` is the site's own host."""

    host: str
    pages: tuple[Exchange, ...]


class SecurityTxt(Evidence, frozen=True):
    """What /.well-known/security.txt answers, redirects included; `baseline` is a path beside it that cannot exist."""

    hops: tuple[Exchange, ...]
    baseline: Exchange


class CacheTrial(Struct, frozen=True, forbid_unknown_fields=True):
    """One address asked by its owner, then by nobody, then by another identity; no body is kept.

    `owner_marks` and `anonymous_marks` count how many of the page's `markers` that answer held, `other_marks` how
    many of its `personal` ones.
    """

    name: str
    owner: Exchange
    owner_marks: int
    anonymous: Exchange
    anonymous_marks: int
    other: Exchange | None = None
    other_marks: int = 0


class ProtectedPage(Struct, frozen=True, forbid_unknown_fields=True):
    """One protected path: `anonymous` (first of all) and `owner` on addresses nobody asked before, then the trials.

    `markers` counts the words of the owner's answer that a stranger did not get, `personal` those of them
    that another identity did not get either. `plain` repeats one address, `suffixed` adds endings a cache may store.
    """

    path: str
    anonymous: Exchange
    owner: Exchange
    markers: int
    personal: int
    plain: CacheTrial | None = None
    suffixed: tuple[CacheTrial, ...] = ()


class ProtectedPages(Evidence, frozen=True):
    """The protected paths of a component, each tried as an experiment."""

    pages: tuple[ProtectedPage, ...]


class LogoutReply(Evidence, frozen=True):
    """The answer of the logout path, asked with the cookies the site sets but meaningless values.

    `cookies` are the names of session-like cookies seen before; `baseline` is a path that cannot exist.
    """

    control: Exchange
    cookies: tuple[str, ...]
    reply: Exchange
    baseline: Exchange
