"""Asks one address, follows one redirect that keeps its name, and ends an export job that began."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.scope import WireError, host_port
from harness.wire import Wire

from .evidence import Trial
from .signatures import MANIFEST, discovery, marks

Headers = Sequence[tuple[str, str]]
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass
class _Seen:
    """What is kept of an answer before redaction: signatures and addresses, no value that could be secret."""

    marks: tuple[str, ...] = ()
    found: tuple[str, str] = ("", "")
    places: dict[str, str] = field(default_factory=dict)

    def look(self, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
        """Take in the response; the first of two headers counts."""
        self.marks, self.found = marks(body), discovery(body)
        for name, value in reversed(headers):
            self.places[name.lower()] = value


def ask(wire: Wire, url: str, headers: Headers) -> Trial:
    """One GET, and a second where the first was redirected to a place of the same name inside the scope."""
    return ask_placed(wire, url, headers)[0]


def ask_placed(wire: Wire, url: str, headers: Headers) -> tuple[Trial, str]:
    """The same, with the address at which an asynchronous job is said to be (RFC 7240 §4.1), "" without one."""
    name = urlsplit(url).path
    first, seen = _get(wire, url, headers, name)
    onward = _onward(wire, first, url, seen)
    last, moved = first, None
    if onward:
        moved, seen = _get(wire, onward, headers, f"{name}, redirected")
        last, url = moved, onward
    trial = Trial(
        name=name,
        exchange=shown(first),
        marks=seen.marks,
        moved=moved and shown(moved),
        issuer=wire.redacted(seen.found[0]),
        authorization=wire.redacted(seen.found[1]),
    )
    place = seen.places.get("content-location", "") if last.answered and last.status == 202 else ""
    return trial, _joined(url, place) if place else ""


def cancel(wire: Wire, asked: str, place: str) -> tuple[Exchange, ...]:
    """Look at a job and end it (HL7 Bulk Data Access 2.0, delete request); nothing is sent to what cannot be one."""
    if not _same_host(asked, place) or urlsplit(place).path == urlsplit(asked).path:
        return ()
    status, seen = _get(wire, place, (("Accept", "application/json"),), "export job, status")
    if not status.answered or (status.status != 202 and MANIFEST not in seen.marks):
        return (shown(status),)
    return shown(status), shown(wire.http("DELETE", place, label="export job, cancelled"))


def shown(exchange: Exchange) -> Exchange:
    """The exchange with the start of its body for the report; rules read the marks."""
    return replace(exchange, body=exchange.body[:2_000])


def _get(wire: Wire, url: str, headers: Headers, label: str) -> tuple[Exchange, _Seen]:
    seen = _Seen()
    return wire.http("GET", url, headers=headers, label=label, inspect=seen.look), seen


def _onward(wire: Wire, exchange: Exchange, url: str, seen: _Seen) -> str:
    """Where a redirect leads when it keeps the name that was asked for and stays in the scope, else nothing."""
    if not exchange.answered or exchange.status not in _REDIRECTS or "location" not in seen.places:
        return ""
    try:
        place = urljoin(url, seen.places["location"])
        kept = _last_name(place) == _last_name(url)
        return place if kept and place != url and wire.names.permits(*host_port(place)) else ""
    except (ValueError, WireError):
        return ""


def _joined(url: str, place: str) -> str:
    """The absolute address, or the text as it came when it is none; `_same_host` refuses that."""
    try:
        return urljoin(url, place)
    except ValueError:
        return place


def _last_name(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]


def _same_host(one: str, other: str) -> bool:
    try:
        return host_port(one) == host_port(other)
    except WireError:
        return False
