"""The record of one judged run: everything a report shows, computed once. Renderers display it and decide nothing."""

from msgspec import Struct

from harness.evidence import Exchange
from harness.ledger import Ledger, Tally
from harness.model import Decision, Fault, Footprint, Obligation, Severity, Text, Verdict


class Result(Struct, frozen=True, kw_only=True):
    """One check on one subject: exactly one for every selected pair.

    `evidence` is the path of the judged evidence inside the run folder and `digest` its SHA-256 (hex);
    both are None where no evidence was collected. `exchanges` are ids into `Run.exchanges`. `waiver` is the id of
    the waiver that lies over a failure; the verdict stays what it is.
    """

    check: str
    subject: str
    verdict: Verdict
    reason: Text
    assertions: int = 0
    evidence: str | None = None
    digest: str | None = None
    exchanges: tuple[str, ...] = ()
    control: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None
    waiver: str | None = None


class Item(Struct, frozen=True, kw_only=True):
    """One selected check with its texts, its settings in this profile, its results and their maximum.

    `standing` is the verdict without the failures that waivers lie over; None where there is no such waiver.
    """

    id: str
    version: int
    domain: str
    title: Text
    why: Text
    remedy: Text
    example: str
    severity: Severity
    obligation: Obligation
    verifies: tuple[str, ...]
    settings: dict[str, str]
    verdict: Verdict
    results: tuple[Result, ...]
    standing: Verdict | None = None


class DomainSummary(Struct, frozen=True):
    """A domain's verdict and how many of its checks have each verdict."""

    id: str
    title: Text
    verdict: Verdict
    counts: dict[Verdict, int]


class NotCovered(Struct, frozen=True):
    """Something the profile's source asks that this run did not look at, and why."""

    id: str
    title: Text
    why: Text


class TargetInfo(Struct, frozen=True):
    """Who was tested: components are (name, kind, address)."""

    name: str
    owner: str
    components: tuple[tuple[str, str, str], ...]
    digest: str


class ScopeInfo(Struct, frozen=True):
    """Who allowed the test and what was allowed."""

    authorised_by: str
    document: str
    contact: str
    hosts: tuple[str, ...]
    window: str
    requests_per_second: float
    max_requests: int
    dangers: tuple[str, ...]


class ProfileInfo(Struct, frozen=True):
    """By what the run was judged; `digest` is the SHA-256 of the locked profile."""

    id: str
    version: str
    title: Text
    source: str
    digest: str


class Run(Struct, frozen=True, kw_only=True):
    """One judged run. Times are ISO 8601 in UTC. `complete` is False when collection was interrupted.

    `assurance` is "self-run" or "witnessed". `exchanges` holds those that some result cites, by id.
    `files` lists (path inside the run folder, SHA-256).
    """

    id: str
    harness: str
    started: str
    finished: str
    clock: str
    complete: bool
    assurance: str
    target: TargetInfo
    scope: ScopeInfo
    profile: ProfileInfo
    decision: Decision
    tally: Tally
    counts: dict[Verdict, int]
    domains: tuple[DomainSummary, ...]
    items: tuple[Item, ...]
    not_covered: tuple[NotCovered, ...]
    footprint: tuple[Footprint, ...]
    exchanges: dict[str, Exchange]
    ledger: Ledger
    files: tuple[tuple[str, str], ...]
