"""Collects the answers to unusual methods. Nothing here can write: the verbs are made up, the bodies empty."""

import secrets
from urllib.parse import urlsplit

from harness.evidence import Exchange, Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import MethodTrials, Trial
from .probe_active_sites import place, unreached

VERB = "MOPHTEST"
_HEADERS = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@probe("site", seconds=60)
def method_trials(site: Site, wire: Wire) -> MethodTrials | Missing:
    """Ask one page with GET, then TRACE, TRACK, CONNECT, unlisted verbs and overrides, then GET again; 12 requests."""
    url = place(site)
    control = wire.http("GET", url, label="ordinary GET")
    if gone := unreached(control):
        return gone
    token = f"moph{secrets.token_hex(4)}"
    return MethodTrials(
        control=control,
        token=token,
        tunnels=_tunnels(wire, url, token),
        unlisted=tuple(Trial(v, wire.http(v, url, label=v)) for v in (VERB, "PROPFIND", "DEBUG")),
        override=_overrides(wire, url),
        after=wire.http("GET", url, label="ordinary GET afterwards"),
    )


def _tunnels(wire: Wire, url: str, token: str) -> tuple[Trial, ...]:
    mark = (("X-Moph-Trace", token),)
    found = [Trial(verb, wire.http(verb, url, headers=mark, label=verb)) for verb in ("TRACE", "TRACK")]
    return (*found, Trial("CONNECT", _connect(wire, url)))


def _connect(wire: Wire, url: str) -> Exchange:
    """CONNECT to the site itself, so that even a tunnel that opens leads nowhere new."""
    parts = urlsplit(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    payload = f"CONNECT {name} HTTP/1.1\r\nHost: {name}\r\nUser-Agent: {wire.user_agent}\r\n\r\n"
    return wire.raw(host, port, payload.encode(), tls=tls, server_name=host, label="CONNECT", seconds=5)


def _overrides(wire: Wire, url: str) -> tuple[Trial, ...]:
    def ask(name: str, method: str, verb: str | None, query: str = "") -> Trial:
        headers = tuple((h, verb) for h in _HEADERS) if verb else ()
        joined = url + ("&" if "?" in url else "?") + query if query else url
        return Trial(name, wire.http(method, joined, headers=headers, label=name))

    return (
        ask(f"GET as {VERB} by header", "GET", VERB),
        ask("POST", "POST", None),
        ask("POST as GET by header", "POST", "GET"),
        ask(f"POST as {VERB} by header", "POST", VERB),
        ask(f"POST as {VERB} by parameter", "POST", None, f"_method={VERB}"),
    )
