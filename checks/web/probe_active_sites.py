"""Where the active experiments knock: addresses of a site, from its base URL and what the target file names."""

from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from harness.evidence import Cause, Exchange, Missing
from harness.model import Text
from harness.target import Site


def at(site: Site, path: str) -> str:
    """The address of a path on this component."""
    return site.base_url + path.lstrip("/")


def place(site: Site) -> str:
    """The page the experiments use: the first page, else the first API path, else the base address."""
    named = (*site.component.pages, *site.component.api)
    return at(site, named[0]) if named else site.base_url


def origin(site: Site) -> str:
    """Scheme, host and port of the site, with a final slash."""
    return urljoin(site.base_url, "/")


def host_of(site: Site) -> str:
    """The site's host as it stands in links: with the port unless it is the scheme's own."""
    return urlsplit(site.base_url).netloc.lower()


def with_query(url: str, query: str) -> str:
    """`url` with `query` added to what it already asks."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


def unreached(control: Exchange) -> Missing | None:
    """Missing evidence when not even the first ordinary request was answered: nothing more is sent then."""
    if control.answered:
        return None
    cause = control.fault or Cause.MALFORMED
    return Missing(
        cause,
        Text(
            f"the first ordinary request was not answered: {control.detail or cause.value}",
            f"คำขอปกติครั้งแรกไม่ได้รับคำตอบ: {control.detail or cause.value}",
        ),
    )


def unnamed(en: str, th: str) -> Missing:
    """Missing evidence because the target file names nothing to ask: rule and fact."""
    return Missing(Cause.NOT_OFFERED, Text(en, th))


def kept(exchange: Exchange, characters: int = 300_000) -> Exchange:
    """The exchange with at most so much of its body; where a rule reads the body, what was cut counts as unread."""
    if len(exchange.body) <= characters:
        return exchange
    return replace(exchange, body=exchange.body[:characters], complete=False)


def shown(exchange: Exchange, characters: int) -> Exchange:
    """The exchange with the start of its body for the report; for exchanges whose body no rule reads."""
    return replace(exchange, body=exchange.body[:characters])
