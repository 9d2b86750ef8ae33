"""The stage of one probe: the platform on one side, the provider that the harness plays on the other."""

import contextlib
import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from harness.agent import Page
from harness.evidence import Cause, Exchange, Missing
from harness.experiment import Attempt, Experiment
from harness.model import Text
from harness.scope import WireError
from harness.target import RelyingParty
from harness.wire import Wire

from .evidence import States
from .probe_ground import Ground
from .probe_moph_mock import Moph
from .probe_national import National
from .probe_people import PATIENT, STRANGER, Person
from .probe_scene import Scene
from .probe_server import listening
from .probe_thaid_mock import Thaid
from .probe_visit import Browser, attempt, words

#: Of each page that decides, evidence keeps so much.
KEPT = 400


class Stage(Ground):
    """Everything the experiments of one probe share. Codes, tokens and states stay in here."""

    def __init__(self, party: RelyingParty, wire: Wire, provider: National) -> None:
        super().__init__(party, wire, provider)
        self.numeric = False
        self._tried: dict[str, list[Attempt]] = {}

    # -- sign-ins --------------------------------------------------------------------------------------

    def browser(self) -> Browser:
        """A browser that nobody has used."""
        return Browser(self)

    def enter(self, scene: Scene) -> tuple[Browser, Attempt]:
        """A whole sign-in by a browser of its own, and whether it has a session then."""
        browser = self.browser()
        return browser, browser.entered(browser.sign_in(scene), scene.name)

    def scene(self, name: str, level: str | None = "3", **more: Any) -> Scene:
        """A scene of this name; the level of proofing in the form that the platform reads."""
        said = float(level) if level is not None and self.numeric else level
        return Scene(name=name, ial=said, **more)

    def learn_form(self) -> None:
        """Find out whether the platform reads levels as text or as numbers: the documents do not say."""
        for numeric in (False, True):
            self.numeric = numeric
            browser = self.browser()
            browser.sign_in(self.scene("the form of levels"), home=False)
            if any(browser.ask(place, name).granted for name, place in self.functions.items()):
                return
        self.numeric = False

    def control(self, name: str = "a sound answer") -> Attempt:
        """A good sign-in; where it is not granted its note says what the platform asked of the provider."""
        before = len(self.provider.calls)
        _, found = self.enter(self.scene(name))
        if found.granted:
            return found
        calls = ", ".join(f"{call.call} {call.status}" for call in self.provider.calls[before:][:8])
        return replace(
            found, note=f"{found.note} the platform asked the provider for: {calls or 'nothing'}".strip()
        )

    def closed_to_strangers(self) -> None:
        """Make sure that what should need a sign-in needs one. Raises WireError."""
        for address in dict.fromkeys((self.home, *self.functions.values())):
            page = self.browser().fetch("GET", address, label="what needs a sign-in, without one")
            if page.exchange.fault is not None:
                raise WireError(page.exchange.fault, f"the platform did not answer: {page.exchange.detail}")
            if page.status == 200:
                path = address.removeprefix(self.party.base_url)
                raise WireError(
                    Cause.UNSTABLE, f"{path} answers 200 to nobody; name a path that needs a sign-in"
                )

    # -- experiments -----------------------------------------------------------------------------------

    def tried(self, experiment: str, found: Attempt) -> None:
        """Add an attempt to an experiment."""
        self._tried.setdefault(experiment, []).append(found)

    def experiments(
        self, names: Iterable[str], control: Attempt | None, after: Attempt | None
    ) -> dict[str, Experiment]:
        """Every experiment by name, with the good sign-in before and after; none without one before."""
        if control is None:
            return {}
        return {
            n: Experiment(control=control, attempts=tuple(self._tried.get(n, ())), after=after) for n in names
        }

    def exchanges(self, attempts: Iterable[Attempt | None], *ids: str) -> tuple[Exchange, ...]:
        """The exchanges that attempts cite, cut short, in the order they were sent."""
        wanted = {a.exchange for a in attempts if a is not None} | set(ids)
        sent = [x for browser in self.browsers for x in browser.exchanges if x.id in wanted]
        return tuple(replace(x, body=x.body[:KEPT], sent_headers=()) for x in sent)

    # -- whose record it is ----------------------------------------------------------------------------

    @property
    def record(self) -> str:
        """Where a person's own data stand: the function `record`, else the page that needs a session."""
        return self.functions.get("record", self.home)

    def shown(self, person: Person, name: str, **more: Any) -> Page | None:
        """The page of data that a person gets after signing in; None where the sign-in did not come to its end."""
        browser = self.browser()
        browser.sign_in(self.scene(name, person=person, **more), home=False)
        page = browser.open(self.record)
        return page if browser.arrived else None

    def personal(self) -> frozenset[str]:
        """Words that only the test patient's own page shows: twice alike, not a stranger's, not told by the provider."""
        first, again = self.shown(PATIENT, "the patient"), self.shown(PATIENT, "the patient again")
        other = self.shown(STRANGER, "a stranger")
        told = {PATIENT.pid, PATIENT.given, PATIENT.family, PATIENT.hashed, PATIENT.hashed.upper()}
        return (words(first) & words(again)) - words(other) - told

    def opened(self, name: str, own: frozenset[str], page: Page | None) -> Attempt:
        """Whether a page shows the test patient's record; not to be told where nothing marks that record."""
        if page is None:
            return Attempt(name=name, granted=None, note="the sign-in did not come to its end")
        found = attempt(name, page)
        if not own:
            missing = (
                "the record of the test patient shows nothing of its own; load the test patient with a record"
            )
            return replace(found, granted=None, note=missing)
        return replace(found, granted=bool(own & words(page)) if page.status is not None else None)


@contextlib.contextmanager
def playing(party: RelyingParty, wire: Wire) -> Iterator[Stage]:
    """Play the provider of this sign-in until the block ends. Raises WireError without secret or address."""
    relying = party.relying
    make = Thaid if relying.provider == "thaid" else Moph
    provider = make(f"http://{relying.listen}", relying.client_id, wire.secret(party.secret))
    with listening(relying.listen, provider.answer, wire.remaining / 2):
        yield Stage(party, wire, provider)


def state_facts(states: list[str]) -> States:
    """What the states have in common, from which a guesser would start."""
    shortest = min((len(one) for one in states), default=0)
    columns = [{one[place] for one in states} for place in range(shortest)]
    bits = sum(math.log2(_alphabet(column)) for column in columns if len(column) > 1)
    rising = len(states) > 1 and all(a < b for a, b in itertools.pairwise(states))
    return States(len(states), len(set(states)), shortest, round(bits, 1), rising)


def _alphabet(seen: set[str]) -> int:
    """How many characters could stand where these were seen."""
    text = "".join(seen)
    if text.isdigit():
        return 10
    if all(c in "0123456789abcdefABCDEF" for c in text):
        return 16
    return 64


def unnamed(en: str, th: str) -> Missing:
    """Nothing to try here, by a rule over the target file."""
    return Missing(Cause.NOT_OFFERED, Text(en, th))


def not_this(name: str, party: RelyingParty) -> Missing:
    """This sign-in goes through another provider."""
    return unnamed(
        f"rule: applies to sign-ins through {name}; fact: this one goes through {party.relying.provider}",
        f"เงื่อนไข: ใช้กับการเข้าสู่ระบบผ่าน {name}; ข้อเท็จจริง: รายการนี้ใช้ {party.relying.provider}",
    )
