"""Addresses: the same place or another, and whether what is typed in there travels unread."""

from urllib.parse import urlsplit

from harness.agent import Form


def protected(form: Form) -> bool:
    """Whether what is typed into a form travels encrypted, or not at all beyond this machine."""
    return form.action.startswith("https:") or loopback(form.action)


def same_place(one: str, two: str) -> bool:
    """Whether two addresses have the same host and path."""
    a, b = urlsplit(one), urlsplit(two)
    return (a.hostname, a.path.rstrip("/")) == (b.hostname, b.path.rstrip("/"))


def loopback(url: str) -> bool:
    """Whether an address is on this machine, where plain HTTP carries nothing away."""
    host = urlsplit(url).hostname or ""
    return host.startswith("127.") or host == "::1"
