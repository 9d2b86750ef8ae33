"""The registry: `@probe` and `@check`, the loader of the checks folder, and the refusals that keep both honest.

A probe's return annotation names the evidence it yields; a check's first parameter names the evidence it
needs. That pair of types is the whole wiring. Rule modules are loaded alone for judging; modules whose name
starts with `probe` import network libraries and are loaded only for collecting.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar, get_args

from msgspec import Struct

from harness.errors import HarnessError
from harness.evidence import Evidence, Missing
from harness.model import Judgement, Severity, Text

Rule = Callable[..., Judgement]
AnyRule = TypeVar("AnyRule", bound=Rule)
AnyProbe = TypeVar("AnyProbe", bound=Callable[..., Any])

#: What a probe may be run for: a TLS endpoint, a component with a base URL, a host name, a mail domain; the
#: platform's own identity provider, its sign-in page, its sign-in through a national provider.
SUBJECT_KINDS = ("endpoint", "site", "domain", "mail", "issuer", "login", "relying")
#: Classes of danger that the scope must allow by name before a probe that declares one runs.
DANGERS = ("lockout", "injection", "load", "write")


class Thai(Struct, frozen=True):
    """The Thai side of a check's texts; the English side is its title, docstring and remedy."""

    title: str
    why: str
    remedy: str


class CheckSpec(Struct, frozen=True):
    """A registered check. `settings` maps each keyword-only parameter to its default; the default's type is its type."""

    id: str
    title: Text
    why: Text
    remedy: Text
    example: str
    severity: Severity
    verifies: tuple[str, ...]
    evidence: type[Evidence]
    rule: Rule
    settings: dict[str, Any]
    absence: bool
    version: int
    domain: str


class ProbeSpec(Struct, frozen=True):
    """A registered probe. `seconds` bounds one run; `isolated` puts it in the worker process."""

    name: str
    evidence: type[Evidence]
    kind: str
    collect: Callable[..., Evidence | Missing]
    seconds: float
    isolated: bool
    danger: frozenset[str]


_checks: dict[str, CheckSpec] = {}
_probes: dict[type[Evidence], ProbeSpec] = {}


def check(
    id: str,
    *,
    title: str,
    severity: str,
    verifies: tuple[str, ...],
    remedy: str,
    thai: Thai,
    example: str = "",
    absence: bool = False,
    version: int = 1,
) -> Callable[[AnyRule], AnyRule]:
    """Register a pure function as a check.

    The first parameter's annotation is the evidence it needs; keyword-only parameters are the settings a
    profile may change; the docstring says why it matters. `absence` says that a pass asserts that something
    is not there: such a pass must name its positive control. Raise `version` when the judgement changes.
    """

    def register(rule: AnyRule) -> AnyRule:
        why = " ".join((rule.__doc__ or "").split())  # lines end where the editor ends
        if not why:
            raise HarnessError(f"check {id}: give {rule.__name__} a docstring that says why it matters")
        spec = CheckSpec(
            id,
            Text(title, thai.title),
            Text(why, thai.why),
            Text(remedy, thai.remedy),
            inspect.cleandoc(example),
            Severity(severity),
            verifies,
            _needed(id, rule),
            rule,
            dict(rule.__kwdefaults__ or {}),
            absence,
            version,
            rule.__module__.split(".")[-2],
        )
        _add(_checks, id, spec, rule.__module__)
        return rule

    return register


def probe(
    kind: str, *, seconds: float = 60.0, isolated: bool = False, danger: tuple[str, ...] = ()
) -> Callable[[AnyProbe], AnyProbe]:
    """Register a collector, called as `probe(subject, wire)`, for every subject of `kind`.

    Its return annotation `SomeEvidence | Missing` names what it yields.
    """

    def register(collect: AnyProbe) -> AnyProbe:
        name = collect.__name__
        if kind not in SUBJECT_KINDS or not set(danger) <= set(DANGERS):
            raise HarnessError(f"probe {name}: kind is one of {SUBJECT_KINDS}, danger of {DANGERS}")
        yields = [t for t in get_args(collect.__annotations__.get("return")) if t is not Missing]
        if len(yields) != 1 or not issubclass(yields[0], Evidence):
            raise HarnessError(f"probe {name}: annotate the return as `YourEvidence | Missing`")
        spec = ProbeSpec(name, yields[0], kind, collect, seconds, isolated, frozenset(danger))
        _add(_probes, yields[0], spec, collect.__module__)
        return collect

    return register


def _needed(id: str, rule: Rule) -> type[Evidence]:
    first = next(iter(rule.__annotations__.values()), None)
    if not (isinstance(first, type) and issubclass(first, Evidence)):
        raise HarnessError(
            f"check {id}: the first parameter of {rule.__name__} must be annotated with its evidence type"
        )
    if rule.__code__.co_argcount != 1:
        raise HarnessError(
            f"check {id}: {rule.__name__} takes one piece of evidence; settings are keyword-only"
        )
    if rule.__code__.co_kwonlyargcount != len(rule.__kwdefaults__ or {}):
        raise HarnessError(f"check {id}: every setting of {rule.__name__} needs a default")
    return first


def _add(table: dict[Any, Any], key: Any, spec: Any, module: str) -> None:
    if key in table:
        raise HarnessError(f"{key} is defined twice: again in {module}")
    table[key] = spec


def _load(wanted: Callable[[str], bool]) -> None:
    import harness.checks

    for found in pkgutil.walk_packages(harness.checks.__path__, "harness.checks."):
        if not found.ispkg and wanted(found.name.rpartition(".")[2]):
            importlib.import_module(found.name)


def checks() -> dict[str, CheckSpec]:
    """Every check by id, sorted; loads the rule modules and no network library."""
    _load(lambda name: not name.startswith("probe"))
    return dict(sorted(_checks.items(), key=lambda item: _natural(item[0])))


def probes() -> dict[type[Evidence], ProbeSpec]:
    """Every probe by the evidence it yields; loads the network libraries."""
    _load(lambda name: name.startswith("probe"))
    return dict(_probes)


def _natural(id: str) -> tuple[str, int]:
    prefix, _, number = id.rpartition("-")
    return prefix, int(number) if number.isdigit() else 0


def domain_title(domain: str) -> Text:
    """The title of a domain folder: the `TITLE` of its package."""
    title = importlib.import_module(f"harness.checks.{domain}").TITLE
    assert isinstance(title, Text)
    return title
