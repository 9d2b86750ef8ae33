"""The probe of a host's ordinary records: addresses, aliases, CAA, HTTPS, name servers."""

from typing import Any

from dns.rdtypes.svcbbase import ParamKey

from harness.evidence import Missing
from harness.registry import probe
from harness.target import Domain
from harness.wire import Wire, WireError, missing

from .evidence import Caa, HostRecords, Lookup, Service
from .probe_ask import apex, look, look_raw, parents

_MOST_SERVERS = 6


@probe(kind="domain", seconds=40)
def host_records(subject: Domain, wire: Wire) -> HostRecords | Missing:
    """About ten questions to the resolver; nothing else is contacted."""
    try:
        addresses, _, aliases = _addresses(wire, subject.id, strict=True)
        caa, properties = _caa(wire, subject.id)
        https, services, _ = look_raw(wire, subject.id, "HTTPS")
        asked, servers = _servers(wire, subject.id)
    except WireError as wrong:
        return missing(wrong)
    return HostRecords(
        host=subject.id,
        aliases=aliases,
        addresses=addresses,
        caa=caa,
        properties=properties,
        https=https,
        services=tuple(map(_service, services)),
        servers=servers,
        servers_asked=asked,
    )


def _addresses(
    wire: Wire, name: str, *, strict: bool = False
) -> tuple[Lookup, tuple[Any, ...], tuple[str, ...]]:
    """A and AAAA as one lookup; it failed only when neither answered well."""
    four, six = look_raw(wire, name, "A", strict=strict), look_raw(wire, name, "AAAA")
    both = [x for x in (four, six) if x[0].outcome == "found"]
    if len(both) == 2:
        records = four[0].records + six[0].records
        return Lookup(name=name, type="A/AAAA", records=records), (), four[2]
    if both:
        return both[0]
    return next((x for x in (four, six) if x[0].failed), four)


def _caa(wire: Wire, host: str) -> tuple[Lookup, tuple[Caa, ...]]:
    """Climb to the closest CAA set (RFC 8659 §3); a failure on the way ends it, as it does for a CA."""
    for name in parents(host):
        lookup, records, _ = look_raw(wire, name, "CAA")
        if not lookup.absent:
            return lookup, tuple(map(_property, records))
    return Lookup(name=host, type="CAA", outcome="empty"), ()


def _property(record: Any) -> Caa:
    return Caa(record.flags, _text(record.tag)[:50], _text(record.value)[:300])


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _service(record: Any) -> Service:
    params = record.params
    hints = [a for k in (ParamKey.IPV4HINT, ParamKey.IPV6HINT) if k in params for a in params[k].addresses]
    alpn = params[ParamKey.ALPN].ids if ParamKey.ALPN in params else ()
    return Service(
        priority=record.priority,
        target=record.target.to_text()[:255],
        alpn=tuple(_text(a)[:50] for a in alpn[:20]),
        keys=tuple(_key(k) for k in list(params)[:20]),
        hints=tuple(map(str, hints[:20])),
    )


def _key(key: int) -> str:
    try:
        return ParamKey(key).name.lower().replace("_", "-")
    except ValueError:
        return f"key{int(key)}"


def _servers(wire: Wire, host: str) -> tuple[Lookup, tuple[Lookup, ...]]:
    try:
        zone = apex(wire, host)
    except WireError as wrong:
        return Lookup(name=host, type="NS", outcome="failed", detail=str(wrong)[:200]), ()
    asked = look(wire, zone, "NS")
    hosts = [r.rstrip(".").lower() for r in asked.records[:_MOST_SERVERS]]
    return asked, tuple(_addresses(wire, h)[0] for h in hosts)
