"""The scope enforced: which host and port, at which address, how often, until when. Nothing passes by default."""

import contextlib
import ipaddress
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from harness.errors import BadInput
from harness.evidence import Cause
from harness.target import ScopeRules, Target

Address = tuple[str, int]


class WireError(Exception):
    """The wire could not, or would not, do what was asked; `cause` says which."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Gatekeeper(Protocol):
    """Anything that paces and counts; the worker process has one that asks the main process."""

    def book(self, host: str) -> float:
        """Take the next turn at this host: seconds until then. Raises WireError at the ceiling or outside the window."""


class Gate:
    """Paces per host, counts for the whole run, and closes at the ceiling or outside the window."""

    def __init__(
        self, rules: ScopeRules, spent: int = 0, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._rules, self._spent, self._now = rules, spent, now
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()
        self.taken: Counter[str] = Counter()
        self._window = _window(rules)

    def book(self, host: str) -> float:
        """Take the next turn at this host: seconds until then. Raises WireError at the ceiling or outside the window."""
        with self._lock:
            self._refuse_if_closed()
            self._spent += 1
            self.taken[host] += 1
            now = time.monotonic()
            turn = max(now, self._free.get(host, 0.0))
            self._free[host] = turn + 1.0 / self._rules.requests_per_second
            return turn - now

    def _refuse_if_closed(self) -> None:
        if self._spent >= self._rules.max_requests:
            raise WireError(Cause.CEILING, f"the ceiling of {self._rules.max_requests} requests is reached")
        if self._window and not self._window[0] <= self._now() <= self._window[1]:
            raise WireError(Cause.NO_CONSENT, f"outside the agreed window {self._rules.window}")


def _window(rules: ScopeRules) -> tuple[datetime, datetime] | None:
    if rules.window is None:
        return None
    try:
        start, end = datetime.fromisoformat(rules.window.start), datetime.fromisoformat(rules.window.end)
    except ValueError as wrong:
        raise BadInput(f"scope.window: {wrong}; expected for example 2026-11-22T09:00:00+07:00") from None
    if start.tzinfo is None or end.tzinfo is None:
        raise BadInput("scope.window: give the offset, for example 2026-11-22T09:00:00+07:00")
    return start, end


def window_open(rules: ScopeRules, at: datetime) -> bool:
    """Whether the agreed window covers `at` (no window: always)."""
    window = _window(rules)
    return window is None or window[0] <= at <= window[1]


class Names:
    """Host names to addresses: resolved once a run, pinned, and refused outside the scope."""

    def __init__(self, target: Target, pins: dict[str, tuple[str, ...]] | None = None) -> None:
        self._target = target
        self._hosts = frozenset(_canonical(h) for h in target.scope.hosts)
        self._networks = tuple(_network(n) for n in target.scope.addresses)
        self._connect = {_canonical_pair(k): _split_address(v) for k, v in target.connect_to.items()}
        self.pins: dict[str, tuple[str, ...]] = dict(pins or {})
        self._failed: dict[str, WireError] = {}
        self._lock = threading.Lock()

    def permit(self, host: str, port: int) -> None:
        """Raise WireError unless this host and this port are in the scope."""
        if _canonical(host) not in self._hosts:
            raise WireError(Cause.OUT_OF_SCOPE, f"{host} is not among the hosts of the scope")
        if port not in self._target.scope.ports:
            raise WireError(Cause.OUT_OF_SCOPE, f"port {port} of {host} is not among the ports of the scope")

    def permits(self, host: str, port: int) -> bool:
        """Whether `permit` would let it pass."""
        try:
            self.permit(host, port)
        except WireError:
            return False
        return True

    def locate(self, host: str, port: int) -> tuple[Address, ...]:
        """The addresses to connect to, after every scope rule; raises WireError."""
        self.permit(host, port)
        mapped = self._connect.get((_canonical(host), port))
        if mapped:
            return (mapped,)
        found = self._pinned(host)
        allowed = [a for a in found if self._may(a, host)]
        if not allowed:
            raise WireError(
                Cause.OUT_OF_SCOPE, f"{host} resolves to {', '.join(found)}, outside the scope's addresses"
            )
        return tuple((a, port) for a in allowed)

    def _pinned(self, host: str) -> tuple[str, ...]:
        with self._lock:
            if host in self._failed:
                raise self._failed[host]
            try:
                return self.pins.get(host) or self.pins.setdefault(host, self._resolve(host))
            except WireError as wrong:
                self._failed[host] = wrong  # asked once a run, whatever the answer
                raise

    def _may(self, address: str, host: str) -> bool:
        ip = ipaddress.ip_address(address)
        if self._networks:
            return any(ip in network for network in self._networks)
        return (
            ip.is_global or _canonical(host) == address
        )  # a literal address in `hosts` was named on purpose

    def _resolve(self, host: str) -> tuple[str, ...]:
        literal = _canonical(host)
        try:
            return (str(ipaddress.ip_address(literal)),)
        except ValueError:
            pass
        found = (
            _ask_resolver(host, self._target)
            if self._target.resolver
            else _ask_system(host, self._target.limits.connect_seconds)
        )
        if not found:
            raise WireError(Cause.UNREACHABLE, f"{host} does not resolve")
        return found


def _ask_resolver(host: str, target: Target) -> tuple[str, ...]:
    import dns.exception
    import dns.resolver

    assert target.resolver
    asker = dns.resolver.Resolver(configure=False)
    asker.nameservers, asker.port = [target.resolver.address], target.resolver.port
    asker.lifetime = target.limits.connect_seconds
    try:
        answers = asker.resolve_name(host)
    except dns.exception.DNSException as wrong:
        raise WireError(Cause.UNREACHABLE, f"{host} does not resolve: {type(wrong).__name__}") from None
    return tuple(dict.fromkeys(answers.addresses()))


def _ask_system(host: str, seconds: float) -> tuple[str, ...]:
    # getaddrinfo has no deadline of its own, so it waits in a thread that may be left behind.
    found: list[str] = []

    def ask() -> None:
        with contextlib.suppress(OSError):
            found.extend(str(a[4][0]) for a in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return tuple(dict.fromkeys(found))


def _canonical(host: str) -> str:
    bare = host.strip("[]").lower().rstrip(".")
    try:
        ip = ipaddress.ip_address(bare)
    except ValueError:
        return bare
    mapped = getattr(ip, "ipv4_mapped", None)  # ::ffff:127.0.0.1 is 127.0.0.1
    return str(mapped or ip)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise BadInput(
            f"scope.addresses: `{text}` is not a network; expected for example 203.0.113.0/24"
        ) from None


def _canonical_pair(text: str) -> tuple[str, int]:
    host, port = _split_address(text)
    return _canonical(host), port


def _split_address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise BadInput(f"connect_to: `{text}` is not host:port")
    return host.strip("[]"), int(port)


def host_port(url: str) -> tuple[str, int]:
    """Host and port of an http(s) URL; raises WireError(MALFORMED) when there is none."""
    try:
        parts = urlsplit(url)
        host, port, user = parts.hostname, parts.port, parts.username
    except ValueError as wrong:
        raise WireError(Cause.MALFORMED, f"not a usable URL: {wrong}") from None
    if not host or parts.scheme not in ("http", "https"):
        raise WireError(Cause.OUT_OF_SCOPE, f"not an http(s) URL: {url[:200]}")
    if user is not None:
        raise WireError(Cause.MALFORMED, "a URL with a user name in it is not requested")
    return host, port or (443 if parts.scheme == "https" else 80)
