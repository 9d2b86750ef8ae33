"""Collects the answers to unusual methods. Nothing here can write: the verbs are made up, the bodies empty."""

import secrets
from urllib.parse import urlsplit

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .active_evidence import MethodTrials, Trial
from .probe_active_sites import place, shown, unreached

VERB = "MOPHTEST"
_HEADERS = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@probe("site", seconds=60)
def method_trials(site: Site, wire: Wire) -> MethodTrials | Missing:
    """Ask one page with GET, then TRACE, TRACK, CONNECT, unlisted verbs and overrides, then GET again; 13 requests."""
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
    """CONNECT goes to the site itself, so that even a tunnel that opens leads nowhere new.

    In raw bytes, for HTTP libraries refuse these methods or misread the `message/http` that TRACE answers.
    """
    parts = urlsplit(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    found = []
    for verb, aim in (("TRACE", path), ("TRACK", path), ("CONNECT", name)):
        lines = (
            f"{verb} {aim} HTTP/1.1",
            f"Host: {name if verb == 'CONNECT' else parts.netloc}",
            f"User-Agent: {wire.user_agent}",
            f"X-Moph-Trace: {token}",
            *(() if verb == "CONNECT" else ("Connection: close",)),
        )
        payload = ("\r\n".join(lines) + "\r\n\r\n").encode()
        reply = wire.raw(host, port, payload, tls=tls, server_name=host, label=verb, seconds=5)
        found.append(Trial(verb, shown(reply, 4_000)))
    return tuple(found)


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
