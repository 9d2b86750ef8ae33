"""The target: the candidate platform as its committed YAML file describes it. A description only, no secret."""

import contextlib
import ipaddress
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from harness.idtarget import (
    Issuer,
    Login,
    Name,
    Path_,
    Provider,
    Relying,
    RelyingParty,
    Secret,
    SignInPage,
)

__all__ = ["Issuer", "Login", "Provider", "Relying", "RelyingParty", "Secret", "SignInPage"]

#: What an owner may say a component offers: client certificates, published API documents, metrics, GraphQL.
Claim = Literal["mtls", "api-docs", "metrics", "graphql"]
Port = Annotated[int, Meta(ge=1, le=65535)]


class Component(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of the platform, reached at `base_url`.

    `pages` are public documents, `api` public API paths, `protected` paths that need an identity,
    `logout` the path that ends a session, `claims` features the owner says it offers.
    """

    name: Name
    kind: Literal["portal", "api", "idp", "admin", "fhir"]
    base_url: str
    pages: tuple[Path_, ...] = ()
    api: tuple[Path_, ...] = ()
    protected: tuple[Path_, ...] = ()
    logout: Path_ | None = None
    claims: frozenset[Claim] = frozenset()

    @property
    def host(self) -> str:
        """The host name or address, lower case, without brackets."""
        return (urlsplit(self.base_url).hostname or "").lower()

    @property
    def port(self) -> int:
        """The port, explicit or by scheme."""
        parts = urlsplit(self.base_url)
        return parts.port or (443 if parts.scheme == "https" else 80)


class Identity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test identity; synthetic, made for the test. Its bearer token comes from `bearer`."""

    name: Name
    role: str
    bearer: Secret


class Window(Struct, frozen=True, rename={"start": "from", "end": "until"}, forbid_unknown_fields=True):
    """When testing is allowed; ISO 8601 with an offset."""

    start: str
    end: str


class ScopeRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who allowed the test and what: nothing outside it is ever contacted.

    `hosts` are exact names or addresses; `addresses` are networks that names may resolve to (empty: any
    global address); `max_requests` is the ceiling of requests and connections of a whole run.
    """

    authorised_by: str
    document: str
    contact: str
    hosts: Annotated[tuple[str, ...], Meta(min_length=1)]
    ports: tuple[Port, ...] = (443, 80)
    addresses: tuple[str, ...] = ()
    window: Window | None = None
    requests_per_second: Annotated[float, Meta(gt=0, le=10_000)] = 20.0
    max_requests: Annotated[int, Meta(ge=1, le=10_000_000)] = 5_000
    dangers: frozenset[Literal["lockout", "injection", "load", "write"]] = frozenset()


class Resolver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A DNS resolver to ask instead of the system's; `trust_anchor` is a file of DS or DNSKEY records."""

    address: str
    port: Port = 53
    trust_anchor: str | None = None


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds of one exchange: seconds and bytes. Defaults are ours; raise them for a slow platform."""

    connect_seconds: Annotated[float, Meta(gt=0, le=60)] = 5.0
    read_seconds: Annotated[float, Meta(gt=0, le=60)] = 5.0
    total_seconds: Annotated[float, Meta(gt=0, le=300)] = 15.0
    body_bytes: Annotated[int, Meta(ge=1024, le=50_000_000)] = 2_000_000
    expansion: Annotated[int, Meta(ge=2, le=10_000)] = 100
    redirects: Annotated[int, Meta(ge=0, le=20)] = 5


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole target file. Relative paths count from the folder of that file.

    `facts` are what the platform says of itself, by the names and values of the catalogue's `facts.yaml`.
    """

    name: str
    owner: str
    scope: ScopeRules
    components: Annotated[tuple[Component, ...], Meta(min_length=1)]
    facts: dict[str, str] = {}
    mail_domains: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()
    providers: tuple[Provider, ...] = ()
    logins: tuple[Login, ...] = ()
    relying: tuple[Relying, ...] = ()
    ca_file: str | None = None
    connect_to: dict[str, str] = {}
    resolver: Resolver | None = None
    limits: Limits = Limits()


class Endpoint(Struct, frozen=True, kw_only=True):
    """A distinct TLS host:port of the target."""

    id: str
    host: str
    port: int
    components: tuple[str, ...]
    claims: frozenset[str] = frozenset()
    ca_file: str | None = None


class Site(Struct, frozen=True, kw_only=True):
    """A component seen as a web site; `base_url` ends with a slash, `facts` are the target's."""

    id: str
    component: Component
    base_url: str
    facts: dict[str, str] = {}


class Domain(Struct, frozen=True, kw_only=True):
    """A host name of the target; `resolver` is where its records are asked for (None: the system's)."""

    id: str
    resolver: Resolver | None = None


class MailDomain(Domain, frozen=True, kw_only=True):
    """A domain that sends or receives mail for the platform."""


Subject = Endpoint | Site | Domain | MailDomain | Issuer | SignInPage | RelyingParty


def load(path: Path) -> Target:
    """Read, validate and absolutise a target file; raises BadInput."""
    from harness import targetfile  # judging reads stored targets and needs no YAML

    return targetfile.load(path)


def subjects(target: Target) -> dict[str, tuple[Subject, ...]]:
    """Everything a probe may be run for, by kind, each list in the order of the file."""
    sites = tuple(
        Site(id=c.name, component=c, base_url=c.base_url.rstrip("/") + "/", facts=target.facts)
        for c in target.components
    )
    hosts = dict.fromkeys(c.host for c in target.components if not _is_address(c.host))
    return {
        "endpoint": _endpoints(target),
        "site": sites,
        "domain": tuple(Domain(id=h, resolver=target.resolver) for h in hosts),
        "mail": tuple(MailDomain(id=d.lower(), resolver=target.resolver) for d in target.mail_domains),
        **_identity(target),
    }


def _identity(target: Target) -> dict[str, tuple[Subject, ...]]:
    bases = {c.name: c.base_url.rstrip("/") for c in target.components}
    return {
        "issuer": tuple(
            Issuer(
                id=p.component,
                issuer=(p.issuer or bases[p.component]).rstrip("/"),
                provider=p,
                resource_url=bases[p.resource.component] + p.resource.path if p.resource else None,
                fhir_url=bases[p.fhir.component] if p.fhir else None,
            )
            for p in target.providers
            if p.component in bases
        ),
        "login": tuple(
            SignInPage(id=one.id, base_url=bases[one.component], login=one)
            for one in target.logins
            if one.component in bases
        ),
        "relying": tuple(
            RelyingParty(id=f"{r.component}/{r.provider}", base_url=bases[r.component], relying=r)
            for r in target.relying
            if r.component in bases
        ),
    }


def _endpoints(target: Target) -> tuple[Endpoint, ...]:
    secure = [c for c in target.components if urlsplit(c.base_url).scheme == "https"]
    places = dict.fromkeys((c.host, c.port) for c in secure)
    found = []
    for host, port in places:
        here = [c for c in secure if (c.host, c.port) == (host, port)]
        found.append(
            Endpoint(
                id=f"{host}:{port}",
                host=host,
                port=port,
                components=tuple(c.name for c in here),
                claims=frozenset(claim for c in here for claim in c.claims),
                ca_file=target.ca_file,
            )
        )
    return tuple(found)


def _is_address(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False
