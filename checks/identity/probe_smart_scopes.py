"""Tokens of narrow scope at a FHIR server: each for what it is for, which works, and for what it is not for."""

from collections.abc import Iterator
from urllib.parse import quote

from msgspec import Struct

from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_smart_app import App, launched, unnamed
from .probe_smart_server import Test, about, of_category
from .probe_token_steps import carried_out
from .smart_evidence import SmartScopes
from .smart_words import CATEGORIES, LABORATORY, VITAL, covers, narrowed


class Cell(Struct, frozen=True):
    """An interaction: a type, a letter of SMART's five, a category, where it is asked, and what it would bring."""

    name: str
    type: str
    letter: str
    category: str
    place: str
    brings: Test


#: Scopes, each with the cells that it is not for. Writing is not tried.
_ROWS = {
    "patient/Patient.rs": ("search laboratory", "read laboratory"),
    "patient/Observation.r": ("search laboratory", "read Patient"),
    "patient/Observation.s": ("read laboratory", "read Patient"),
    narrowed(LABORATORY): ("search vital signs", "search every category", "read vital signs"),
}


@probe("issuer", seconds=60)
def smart_scopes(issuer: Issuer, wire: Wire) -> SmartScopes | Missing:
    """Sign in once, ask for four narrower tokens, and read with each; about 30 requests."""
    stop = unnamed(issuer, wire)
    if isinstance(stop, Missing):
        return stop
    if stop is not None:
        return SmartScopes(experiments={"scopes": stop})
    app = launched(issuer, wire)
    grid = Grid(app)
    experiment = carried_out(app.flow, grid.tried)
    exchanges = (*app.held.exchanges, *app.server.exchanges)
    return SmartScopes(experiments={"scopes": experiment}, skipped=tuple(grid.skipped), exchanges=exchanges)


class Grid:
    """Scopes by interactions. `skipped` names the scopes for which no token could be had."""

    def __init__(self, app: App) -> None:
        self.app, self.skipped = app, list[str]()

    def tried(self) -> Experiment:
        """Show with the full token that there is something of every kind, then ask with narrower ones."""
        control = self.app.held.control
        if not control.granted:
            return Experiment(control=control)
        cells, stop = self._cells()
        if stop is not None:
            return Experiment(control=stop)
        attempts = [found for scope, names in _ROWS.items() for found in self._row(scope, names, cells)]
        if not attempts:
            lacking = Attempt(name="a token of narrower scope", granted=None, note="none was given")
            return Experiment(control=lacking)
        return Experiment(control=control, attempts=tuple(attempts), after=self.app.held.again())

    def _cells(self) -> tuple[dict[str, Cell], Attempt | None]:
        """The interactions by name, or the one that brings nothing even with the full token."""
        found = [Cell("read Patient", "Patient", "r", "", f"Patient/{self._patient}", about(self._patient))]
        for category, name in ((LABORATORY, "laboratory"), (VITAL, "vital signs")):
            query = f"{self._all}&category={quote(f'{CATEGORIES}|{category}')}"
            test = of_category(category)
            seen = self.app.server.get(query, self.app.held.tokens.access, f"{name}, with the full scope")
            first = next((one for one in seen.resources or () if test(one)), None)
            if first is None:
                return {}, Attempt(
                    name=f"search {name}, with the full scope", granted=None, status=seen.exchange.status,
                    exchange=seen.exchange.id, note="nothing of this category came",
                )  # fmt: skip
            found.append(Cell(f"search {name}", "Observation", "s", category, query, test))
            place = f"Observation/{quote(str(first.get('id')), safe='')}"
            found.append(Cell(f"read {name}", "Observation", "r", category, place, test))
        found.append(Cell("search every category", "Observation", "s", VITAL, self._all, of_category(VITAL)))
        return {cell.name: cell for cell in found}, None

    @property
    def _patient(self) -> str:
        return self.app.flow.fhir.patient

    @property
    def _all(self) -> str:
        return f"Observation?patient={self._patient}"

    def _row(self, scope: str, names: tuple[str, ...], cells: dict[str, Cell]) -> Iterator[Attempt]:
        """The cells that the scopes given do not cover, where one that they cover works."""
        try:
            tokens, _ = self.app.flow.tokens(scope=f"launch/patient {scope}")
        except WireError:
            self.skipped.append(scope)
            return
        given = str(tokens.data.get("scope") or scope).split()
        mine = next((c for c in cells.values() if covers(given, c.type, c.letter, c.category)), None)
        wanted = [
            cells[n] for n in names if not covers(given, cells[n].type, cells[n].letter, cells[n].category)
        ]
        if mine is None or not wanted:
            self.skipped.append(scope)
            return
        allowed = self._asked(mine, scope, tokens.access)
        if not allowed.granted:
            yield Attempt(
                name=allowed.name,
                granted=None,
                status=allowed.status,
                exchange=allowed.exchange,
                note="although it may",
            )
            return
        yield from (self._asked(cell, scope, tokens.access) for cell in wanted)

    def _asked(self, cell: Cell, scope: str, token: str) -> Attempt:
        name = f"{cell.name} with {scope.replace(f'{CATEGORIES}|', '')}"
        return self.app.server.get(cell.place, token, name).attempt(name, cell.brings)
