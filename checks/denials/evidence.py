"""Evidence of looking for what a target denies: each search holds a place that cannot exist beside the likely ones."""

from msgspec import Struct

from harness.evidence import Evidence, Exchange


class Trial(Struct, frozen=True, forbid_unknown_fields=True):
    """One address asked. `marks` are names of signatures that the probe found in the body, which it does not keep whole.

    `moved` is the second request, where the first was redirected to a place of the same name inside the scope.
    `issuer` and `authorization` are those of a discovery document.
    """

    name: str
    exchange: Exchange
    marks: tuple[str, ...] = ()
    moved: Exchange | None = None
    issuer: str = ""
    authorization: str = ""

    @property
    def last(self) -> Exchange:
        """The exchange that answers."""
        return self.moved or self.exchange


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    """The likely places of one thing, and `baselines`: random ones beside them, asked in the same way."""

    baselines: tuple[Trial, ...]
    trials: tuple[Trial, ...]


class Denials(Evidence, frozen=True):
    """What the target states of itself, and the searches for what it denies; no request where it denies nothing.

    `facts` are the target's facts that can be looked for, `hosts` the target's own hosts, `control` an ordinary
    GET of what the component declares, `base` its base address. `cancelling` are the requests that ended an
    export job that the search had started, none where it started none.
    """

    facts: dict[str, str]
    base: str
    hosts: tuple[str, ...]
    control: Exchange | None = None
    fhir: Search | None = None
    export: Search | None = None
    provider: Search | None = None
    cancelling: tuple[Exchange, ...] = ()
