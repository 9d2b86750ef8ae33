"""Before any test: is everything there that a run needs, and if not, who must fix it? Judges nothing."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import click
from msgspec import Struct

from harness import chromium
from harness import target as targets
from harness.errors import Exit, HarnessError
from harness.evidence import encode
from harness.guard import client_context
from harness.scope import Gate, Names, WireError, window_open
from harness.secrets import credentials
from harness.target import Component, Target
from harness.wire import Wire

#: Clocks further apart than this make certificate dates and tokens doubtful.
CLOCK_SECONDS = 120


class Finding(Struct, frozen=True):
    """One thing looked at: `ok`, what was seen, and for a problem who must fix it."""

    what: str
    ok: bool
    seen: str
    fixer: str = ""


def examine(file: Path, *, as_json: bool) -> Exit:
    """Print every finding; exit 0 when all is well, 3 otherwise. A target file that cannot be read is exit 2."""
    target = targets.load(file)
    found = [Finding("target file", True, f"{file} is valid"), *_findings(target)]
    if as_json:
        click.echo(encode(found), nl=False)
    else:
        for one in found:
            mark = click.style("ok  ", fg="green") if one.ok else click.style("FIX ", fg="red", bold=True)
            click.echo(f"  {mark} {one.what}: {one.seen}" + (f"  → {one.fixer}" if one.fixer else ""))
    return Exit.MET if all(one.ok for one in found) else Exit.UNDECIDED


def _findings(target: Target) -> Iterator[Finding]:
    try:
        names = Names(target)
        open_now = window_open(target.scope, datetime.now(UTC))
    except HarnessError as wrong:
        yield Finding("scope", False, str(wrong), "you: correct the target file")
        return
    yield Finding(
        "window",
        open_now,
        "open now" if open_now else f"now is outside {target.scope.window}",
        "" if open_now else "you: wait, or agree on another window",
    )
    yield from _secrets(target)
    yield from _browser(target)
    with Wire(target, names, Gate(target.scope), prefix="doctor", seconds=60) as wire:
        for component in target.components:
            yield from _component(component, wire)


def _secrets(target: Target) -> Iterator[Finding]:
    found, lacking = credentials(target)
    for name in found:
        yield Finding(f"identity {name}", True, "its secret is there")
    for name, why in lacking.items():
        yield Finding(
            f"identity {name}", False, why, "you: provide the secret; without it its checks are not run"
        )


def _browser(target: Target) -> Iterator[Finding]:
    """The package and the program for sign-ins in a browser, where the target has any; it is started to see that it does."""
    if all(provider.sign_in.adapter != "browser" for provider in target.providers):
        return
    need = "without it the checks that sign in are not run"
    there = chromium.package()
    yield Finding(
        "browser package",
        there,
        "playwright is installed" if there else "playwright is not installed",
        "" if there else f"you: install moph-harness[browser]; {need}",
    )
    program = chromium.program()
    if not program or not there:
        seen = program or f"none of {', '.join(chromium.PROGRAMS)} is in the PATH"
        yield Finding("browser", bool(program), seen, "" if program else f"you: install Chromium; {need}")
        return
    try:
        yield Finding("browser", True, f"{program} starts, version {chromium.host().version()}")
    except WireError as wrong:
        yield Finding("browser", False, str(wrong), f"you: see why it does not start; {need}")


def _component(component: Component, wire: Wire) -> Iterator[Finding]:
    what = f"{component.name} {component.host}:{component.port}"
    try:
        places = wire.names.locate(component.host, component.port)
    except WireError as wrong:
        yield Finding(
            what,
            False,
            str(wrong),
            "you: widen scope.hosts, ports or addresses"
            if wrong.cause == "out_of_scope"
            else "the owner of its DNS",
        )
        return
    yield Finding(what, True, "in scope, at " + ", ".join(f"{a}:{p}" for a, p in places))
    try:
        sock = wire.connect(component.host, component.port)
    except WireError as wrong:
        yield Finding(f"{what} port", False, str(wrong), "the platform's operator, or the firewall between")
        return
    with sock:
        yield Finding(f"{what} port", True, "open")
        if component.base_url.startswith("https:"):
            yield _trust(component, wire, sock)
    yield from _answer(component, wire)


def _trust(component: Component, wire: Wire, sock: socket.socket) -> Finding:
    context = client_context(lenient=False, ca_file=wire.target.ca_file)
    what = f"{component.name} TLS trust"
    try:
        with wire.secure(sock, component.host, context) as secure:
            return Finding(what, True, f"{secure.version()}, certificate verifies")
    except (ssl.SSLError, OSError) as wrong:
        return Finding(what, False, str(wrong), "the platform's operator, or you: give its CA as ca_file")


def _answer(component: Component, wire: Wire) -> Iterator[Finding]:
    exchange = wire.http("GET", component.base_url)
    what = f"{component.name} answer"
    if not exchange.answered:
        yield Finding(what, False, exchange.detail or f"status {exchange.status}", "the platform's operator")
        return
    good = (exchange.status or 500) < 500
    yield Finding(what, good, f"HTTP {exchange.status}", "" if good else "the platform's operator")
    yield from _clock(component, exchange.value("date"))


def _clock(component: Component, date: str | None) -> Iterator[Finding]:
    try:
        there = parsedate_to_datetime(date or "")
        away = abs((datetime.now(UTC) - there).total_seconds())
    except (ValueError, TypeError):
        return
    ok = away <= CLOCK_SECONDS
    yield Finding(
        f"{component.name} clock", ok, f"{away:.0f} s from ours", "" if ok else "whoever's clock is wrong"
    )
