"""Collects TlsFlaws: the three questions side by side."""

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Endpoint

from .flaws_evidence import Finding, TlsFlaws
from .probe_afterhello import ccs, heartbleed
from .probe_hello import TLS12
from .probe_line import Line, Wired, answer_at_all, together
from .probe_robot import robot


@probe("endpoint", seconds=60, isolated=True)
def tls_flaws(endpoint: Endpoint, wire: Wired) -> TlsFlaws | Missing:
    """Ask one endpoint about Heartbleed, CCS injection and ROBOT, even when TLS 1.3 is its best version: behind
    one name there may be more than one server."""
    line = Line(endpoint, wire)
    first = answer_at_all(line)
    if isinstance(first, Missing):
        return first
    version = min(first.version or TLS12, TLS12)
    answered = first.how if first.offered else ""
    found: list[Finding] = together(
        lambda: heartbleed(line, version), lambda: ccs(line, version), lambda: robot(line, version, answered)
    )
    return TlsFlaws(heartbleed=found[0], ccs=found[1], robot=found[2])
