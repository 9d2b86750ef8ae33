"""Collects what the authorization endpoint does with redirect addresses that nobody registered, and unknown clients."""

import ipaddress
import secrets
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec.structs import replace

from harness.agent import Page
from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Issuer
from harness.registry import probe
from harness.wire import Wire

from .authorization_evidence import RedirectTrials
from .probe_flow import Answer, attempt, is_answer
from .probe_signin import WatchedFlow, deciding, has_password, place_of, settled, targets

Pairs = list[tuple[str, str]]
#: In every made-up part of an address, so that it is known again wherever it stands.
MARK = "moph"
#: Top-level name that can never exist (RFC 6761 §6.4).
NOWHERE = "moph.invalid"
#: Variants that spell the registered address differently and lead to the same place.
EQUIVALENT = ("host in other case", "scheme in other case", "default port written out", "encoded letter")
#: Latin letters and Cyrillic ones that look the same.
_TWINS = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "i": "і"}


def variants(registered: str) -> dict[str, str]:
    """Addresses that differ from the registered one in one thing, by name."""
    parts = urlsplit(registered)
    found = {
        "query added": f"{registered}{'&' if parts.query else '?'}{MARK}=1",
        "fragment added": f"{registered}#{MARK}",
        "another host": f"https://{NOWHERE}{parts.path if parts.netloc else '/callback'}",
        "path lengthened": f"{registered.partition('?')[0]}{MARK}",
    }
    if parts.netloc:
        found |= _paths(parts) | _authorities(parts) | _names(parts)
    return {name: url for name, url in found.items() if url and url != registered}


def _paths(parts: SplitResult) -> dict[str, str]:
    path, base = parts.path, f"{parts.scheme}://{parts.netloc}"
    found = {
        "path extended": f"{path.rstrip('/')}/{MARK}",
        "path cut": f"{path.rpartition('/')[0]}/",
        "trailing slash": path[:-1] if path.endswith("/") else f"{path}/",
        "path in other case": path.swapcase(),
        "path parameter": f"{path};{MARK}",
        "dot segments": f"{path}/../{MARK}",
        "encoded dot segments": f"{path}/%2e%2e/{MARK}",
        "encoded slash": f"{path}%2f{MARK}",
        "encoded null": f"{path}%00{MARK}",
        "encoded letter": f"{path[:-1]}%{ord(path[-1]):02x}" if path[-1:].isalnum() else path,
    }
    return {name: f"{base}{changed}" for name, changed in found.items()}


def _authorities(parts: SplitResult) -> dict[str, str]:
    scheme, authority, host, path = parts.scheme, parts.netloc, parts.hostname or "", parts.path
    other = "http" if scheme == "https" else "https"
    return {
        "host in other case": f"{scheme}://{authority.upper()}{path}",
        "scheme in other case": f"{scheme.upper()}://{authority}{path}",
        f"{other} for {scheme}": f"{other}://{authority}{path}",
        "other scheme": f"{MARK}-app://{authority}{path}",
        "host lengthened": f"{scheme}://{host}.{NOWHERE}{path}",
        "user part": f"{scheme}://{authority}@{NOWHERE}{path}",
        "user part of the host": f"{scheme}://{MARK}@{authority}{path}",
        "backslash": f"{scheme}://{NOWHERE}\\@{authority}{path}",
        "localhost": f"{scheme}://localhost{path}",
    }


def _names(parts: SplitResult) -> dict[str, str]:
    """Variants that need a host name, or a host that is not the person's own machine (RFC 8252 §7.3 lets its port vary)."""
    scheme, authority, host, path = parts.scheme, parts.netloc, parts.hostname or "", parts.path
    if host == "localhost" or _address(host):
        return {}
    twin = next((letter for letter in host if letter in _TWINS), "")
    ports = {"https": 443, "http": 80}
    return {
        "subdomain": f"{scheme}://{MARK}.{authority}{path}",
        "host with a prefix": f"{scheme}://{MARK}{authority}{path}",
        "look-alike letter": f"{scheme}://{authority.replace(twin, _TWINS[twin], 1)}{path}" if twin else "",
        "other port": f"{scheme}://{host}:4711{path}",
        "default port written out": f"{scheme}://{authority}:{ports[scheme]}{path}"
        if scheme in ports and ":" not in authority
        else "",
    }


def same_place(registered: str) -> tuple[str, ...]:
    """The variants that only spell this address differently."""
    root = urlsplit(registered).path in ("", "/")
    return (*EQUIVALENT, "trailing slash", "path cut") if root else EQUIVALENT


def _address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def delivered(page: Page, variant: str, registered: str) -> bool:
    """Whether the browser is sent to the variant, or as an answer to any client's place but the registered one."""
    return any(_is_variant(place, variant, registered, page.url) for place in targets(page))


def _is_variant(place: str, variant: str, registered: str, asked: str) -> bool:
    base, rest = _split(place)
    if base == _split(registered)[0]:
        added = _split(variant)[1].removeprefix(_split(registered)[1])
        return bool(added) and MARK in rest
    if _loose(base) == _loose(_split(variant)[0]):
        return True
    own = _netloc(place) in ("", _netloc(asked))
    return is_answer(place) and not own


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url


def _split(url: str) -> tuple[str, str]:
    """An address up to its query or fragment, and the rest."""
    base = url.partition("#")[0].partition("?")[0]
    return base, url[len(base) :]


def _loose(url: str) -> str:
    return unquote(url).lower().replace("\\", "/")


@probe("issuer", seconds=120)
def redirect_trials(issuer: Issuer, wire: Wire) -> RedirectTrials | Missing:
    """Sign in once, ask with about 27 other addresses and two doubled ones, then as 8 clients that cannot be known."""
    flow = WatchedFlow(wire, issuer)
    control = _control(flow, "registered address")
    if not control.granted:  # nothing that is refused now would prove anything
        lone = Experiment(control=control)
        return RedirectTrials(variants=lone, early=lone, exchanges=deciding(flow.exchanges, control))
    registered = flow.client().redirect_uri
    attempts = [_variant(flow, name, url, registered) for name, url in variants(registered).items()]
    attempts += [_doubled(flow, first) for first in (True, False)]
    stranger = WatchedFlow(
        wire, issuer, flow.metadata
    )  # nobody is signed in: what comes now comes before any person
    early = tuple(_early(stranger, flow))
    after = _control(flow, "registered address afterwards")
    return RedirectTrials(
        variants=Experiment(control=control, attempts=tuple(attempts), after=after),
        early=Experiment(control=control, attempts=early, after=after),
        equivalent=same_place(registered),
        exchanges=deciding((*flow.exchanges, *stranger.exchanges), control, *attempts, *early, after),
    )


def _control(flow: WatchedFlow, name: str) -> Attempt:
    answer = flow.authorize(flow.ask(), label=name)
    found = attempt(name, answer.page, bool(answer.code), answer.error)
    return found if answer.code else settled(found)


def _variant(flow: WatchedFlow, name: str, url: str, registered: str) -> Attempt:
    answer = flow.authorize(flow.ask(redirect_uri=url), label=f"redirect_uri: {name}")
    return _told(flow, name, answer, delivered(answer.page, url, registered))


def _doubled(flow: WatchedFlow, first: bool) -> Attempt:
    name = f"another host as {'first' if first else 'second'} of two redirect_uri"
    bad = ("redirect_uri", f"https://{NOWHERE}/callback")
    pairs = [*flow.ask().params.items()]
    page = flow.visit([bad, *pairs] if first else [*pairs, bad], f"redirect_uri: {name}")
    return _told(flow, name, Answer(page), _goes_to(page, f"https://{NOWHERE}/"))


def _told(flow: WatchedFlow, name: str, answer: Answer, there: bool) -> Attempt:
    found = attempt(name, answer.page, there, answer.error)
    if there:
        what = (
            "a code was sent there"
            if answer.code
            else "an error was sent there"
            if answer.error
            else "sent there"
        )
        return replace(found, note=what)
    if _split(place_of(answer.page))[0] == _split(flow.client().redirect_uri)[0]:
        found = replace(found, note="answered at the registered address")
    return settled(found)


def _early(flow: WatchedFlow, signed_in: WatchedFlow) -> list[Attempt]:
    """Requests that fail before anybody may be redirected: the client or its address is not known.

    Where the provider asks who is there before it looks at the request, they are sent by somebody signed in too.
    """
    host = f"{MARK}{secrets.token_hex(4)}.invalid"
    there = ("redirect_uri", f"https://{host}/callback")
    unknown = f"{MARK}-{secrets.token_hex(6)}"
    good = flow.ask().params

    def having(**changes: str | None) -> Pairs:
        said = {**good, "redirect_uri": there[1], **changes}
        return [(key, value) for key, value in said.items() if value is not None]

    trials = {
        "unknown client": having(client_id=unknown),
        "no client": having(client_id=None),
        "empty client": having(client_id=""),
        "unknown client, prompt=none": having(client_id=unknown, prompt="none"),
        "unknown client, unknown response type": having(client_id=unknown, response_type=f"{MARK}-type"),
        "foreign address, unknown response type": having(response_type=f"{MARK}-type"),
        "foreign address, no response type": having(response_type=None),
        "foreign address, prompt=none": having(prompt="none"),
    }
    both = (flow, signed_in)
    found = [_sent(both, name, pairs, f"https://{host}/") for name, pairs in trials.items()]
    mine = list({**good, "client_id": unknown}.items())
    back = flow.client().redirect_uri.partition("?")[0]
    return [*found, _sent(both, "unknown client, address of another", mine, back)]


def _sent(flows: tuple[WatchedFlow, WatchedFlow], name: str, pairs: Pairs, place: str) -> Attempt:
    stranger, signed_in = flows
    page = stranger.visit(pairs, name)
    if has_password(page) and not _goes_to(page, place):
        name = f"{name}, signed in"
        page = signed_in.visit(pairs, name)
    return settled(attempt(name, page, _goes_to(page, place)))


def _goes_to(page: Page, place: str) -> bool:
    return any(_loose(found).startswith(place.lower()) for found in targets(page))
