"""Looks for what the target denies, in the places where it would be, and beside each for what cannot be there.

Exports are heavy, so none may come about by asking. The kick-off request has no dry run, and servers may take
one without `Prefer: respond-async` for a whole one (HL7 Bulk Data Access 2.0). So the capability statement
and the SMART configuration are read first; where they tell of a FHIR server, only that one is asked. Each
`$export` goes out without credential, for a resource type that does not exist, since a day far ahead: a server
that reads `_type` refuses, one that does not has nothing to collect. Should a job begin all the same, it is
cancelled as the guide says (DELETE on its Content-Location) and no further export is asked for. That address
comes from the platform, so it must be in the scope, on the asked host, and answer like a job before it is
deleted; and a platform that accepts a made-up operation in the same way has begun no job.
"""

import secrets
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from harness.evidence import Cause, Exchange, Missing
from harness.model import Text
from harness.registry import probe
from harness.target import Site
from harness.wire import Wire

from .evidence import Denials, Search, Trial
from .probe_ask import ask, ask_placed, cancel, shown
from .signatures import CAPABILITIES, IMPOSSIBLE_TYPE, OUTCOME, SMART, fhir_type

#: Where FHIR servers stand, relative to the component: its own address, and the paths that products and guides use.
BASES = ("", "fhir/", "fhir/R4/", "api/fhir/", "r4/")
DENIABLE = ("fhir", "bulk_export", "own_idp")
_FHIR = (("Accept", "application/fhir+json"),)
_KICK_OFF = (*_FHIR, ("Prefer", "respond-async"))
_NOTHING = f"?_type={IMPOSSIBLE_TYPE}&_since=2999-01-01T00:00:00Z"
#: System-level and all-patients exports; a group has an id that nobody can guess.
_LEVELS = ("", "Patient/")
_JSON = (("Accept", "application/json"),)
#: OpenID Connect Discovery 1.0 §4 and RFC 8414 §3.
_DISCOVERY = ("openid-configuration", "oauth-authorization-server")


@probe("site", seconds=120)
def denials(site: Site, wire: Wire) -> Denials | Missing:
    """Search only for what is denied: at most 30 requests, as many again where each is redirected to its like, 2 to cancel."""
    facts = {name: value for name, value in site.facts.items() if name in DENIABLE}
    denied = {name for name, value in facts.items() if value == "no"}
    found = Denials(facts=facts, base=site.base_url, hosts=_hosts(wire))
    if not denied:
        return found
    control = wire.http("GET", _declared(site), label="what the component declares")
    if not control.answered:
        return _unreached(control)
    fhir = _servers(site, wire) if denied & {"fhir", "bulk_export"} else None
    export, cancelling = _exports(site, wire, fhir) if fhir and "bulk_export" in denied else (None, ())
    provider = _providers(site, wire) if "own_idp" in denied else None
    return replace(
        found, control=shown(control), fhir=fhir, export=export, provider=provider, cancelling=cancelling
    )


def _servers(site: Site, wire: Wire) -> Search:
    """Capability statements at every likely base; SMART configurations where one answered, or at the likeliest two."""
    baseline = ask(wire, f"{site.base_url}moph{secrets.token_hex(4)}/metadata", _FHIR)
    bases = [*(site.base_url + base for base in BASES), *(_root(site) + base for base in _above(site, 3))]
    found = [(base, ask(wire, base + "metadata", _FHIR)) for base in bases]
    chosen = _known([trial for _, trial in found]) or bases[:2]
    smart = [ask(wire, base + ".well-known/smart-configuration", _JSON) for base in chosen]
    return Search((baseline,), (*(trial for _, trial in found), *smart))


def _exports(site: Site, wire: Wire, fhir: Search) -> tuple[Search, tuple[Exchange, ...]]:
    """Kick off exports of nothing; the search, and the requests that cancelled what it had begun."""
    bases = _known(fhir.trials)
    if not bases:
        bases = [*(site.base_url + b for b in BASES[:3]), *(_root(site) + b for b in _above(site, 2))]
    baselines, trials = [], []
    for level in _LEVELS:
        trial, place = ask_placed(wire, f"{bases[0]}{level}$moph{secrets.token_hex(4)}{_NOTHING}", _KICK_OFF)
        baselines.append(trial)
        if place:
            return Search(tuple(baselines), ()), ()
    for url in [f"{base}{level}$export{_NOTHING}" for base in bases for level in _LEVELS]:
        trial, place = ask_placed(wire, url, _KICK_OFF)
        trials.append(trial)
        if place:
            return Search(tuple(baselines), tuple(trials)), cancel(wire, url, place)
    return Search(tuple(baselines), tuple(trials)), ()


def _providers(site: Site, wire: Wire) -> Search:
    """Discovery documents below the component and at the root of its host, by both standards."""
    root, path = _root(site), urlsplit(site.base_url).path.strip("/")
    places = [site.base_url + ".well-known/" + name for name in _DISCOVERY]
    if path:
        places += [root + ".well-known/" + name for name in _DISCOVERY]
        places.append(f"{root}.well-known/oauth-authorization-server/{path}")  # RFC 8414 §3.1
    baseline = ask(wire, f"{site.base_url}.well-known/moph{secrets.token_hex(4)}", _JSON)
    return Search((baseline,), tuple(ask(wire, place, _JSON) for place in places))


def _known(trials: Sequence[Trial]) -> list[str]:
    """At most two bases at which a FHIR server answered, those with a capability statement before others."""
    certain = [t for t in trials if CAPABILITIES in t.marks]
    likely = certain or [t for t in trials if {OUTCOME, SMART} & set(t.marks) or fhir_type(t.last)]
    bases = [urljoin(t.last.url.rstrip("/"), "./") for t in likely if t.name.endswith("/metadata")]
    return list(dict.fromkeys(bases))[:2]


def _above(site: Site, count: int) -> tuple[str, ...]:
    """The first bases to try at the root of the host too, where the component does not stand there itself."""
    return BASES[:count] if site.base_url != _root(site) else ()


def _root(site: Site) -> str:
    return urljoin(site.base_url, "/")


def _declared(site: Site) -> str:
    named = (*site.component.pages, *site.component.api, *site.component.protected)
    return site.base_url + named[0].lstrip("/") if named else site.base_url


def _hosts(wire: Wire) -> tuple[str, ...]:
    """The target's own hosts: those of its components, and those its owner may allow to be tested."""
    described = wire.target
    named = (*(c.host for c in described.components), *(h.strip("[]").lower() for h in described.scope.hosts))
    return tuple(dict.fromkeys(named))


def _unreached(control: Exchange) -> Missing:
    cause = control.fault or Cause.MALFORMED
    what = control.detail or cause.value
    return Missing(
        cause,
        Text(
            f"what the component declares was not answered: {what}",
            f"สิ่งที่องค์ประกอบแจ้งไว้ไม่ได้รับคำตอบ: {what}",
        ),
    )
