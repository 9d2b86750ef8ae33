"""Whether a certificate speaks for a host: RFC 9525, subject alternative names only."""

import ipaddress
from collections.abc import Iterable


def speaks_for(host: str, names: Iterable[str], addresses: Iterable[str]) -> bool:
    """Whether one of the names or addresses of a certificate matches `host` (a name or an IP address)."""
    address = _address(host)
    if address is not None:
        return any(_address(a) == address for a in addresses)
    return any(matches(pattern, host) for pattern in names)


def matches(pattern: str, host: str) -> bool:
    """One dNSName against one host name, as A-labels, without case (RFC 9525 §6.3).

    A wildcard is the complete left-most label, stands for exactly one label, and needs two labels after it:
    `*.th` would speak for a whole country.
    """
    wanted, offered = _labels(host), _labels(pattern)
    if offered and offered[0] == "*":
        return len(offered) >= 3 and len(wanted) == len(offered) and wanted[1:] == offered[1:]
    return any(offered) and "*" not in pattern and wanted == offered


def _labels(name: str) -> list[str]:
    bare = name.rstrip(".").lower()
    if not bare.isascii():
        try:
            bare = bare.encode("idna").decode()
        except UnicodeError:
            return []
    return bare.split(".")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
