"""Collects what becomes of the main account's sessions: at the sign-in, at the logout, and how they are made."""

import secrets
import time

from msgspec.structs import replace

from harness.agent import forms
from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import SignInPage
from harness.registry import probe
from harness.sampling import measure
from harness.wire import Wire

from .evidence import LoginCookie, LoginSessions
from .probe_cookies import attributes, lifetime
from .probe_places import same_place
from .probe_signin import finished, not_in, signed_in, who
from .probe_turns import turn
from .probe_visitor import Visitor, closed_to_strangers, kept

#: Sign-ins whose identifiers are measured: enough to tell a counter from 64 random bits, few enough to go unnoticed.
SAMPLES = 16
_COOKIES = 8


@probe("login", seconds=240)
def login_sessions(page: SignInPage, wire: Wire) -> LoginSessions | Missing:
    """Sign in about twenty times with the main account and log out once; no wrong password, nothing changed.

    Where a one-time code is asked for, most sign-ins end before it: each code would have to be waited for.
    """
    with turn(page, wire, 0):
        return _Sessions(page, wire).collect()


class _Sessions:
    def __init__(self, page: SignInPage, wire: Wire) -> None:
        self.page, self.wire = page, wire
        self.person = who(page, wire)
        self.username, self.secret = self.person.username, self.person.password
        self.visitors: list[Visitor] = []

    def collect(self) -> LoginSessions:
        closed = closed_to_strangers(self._seen(Visitor(self.wire, self.page)))
        first, before, control = self._first()
        carriers = self._carriers(first)
        tries = [before.looked("identifiers from before the sign-in")] if before.jar else []
        tries.append(self._planted([c.name for c in carriers if c.carries]))
        measured, last = self._measured(carriers, first)
        logout = self._logout(last)
        fixation = Experiment(control=control, attempts=tuple(tries))
        ids = {a.exchange for x in (fixation, logout) for a in (*x.attempts, x.control, x.after) if a}
        given = {e.id for e in first.agent.exchanges if e.values("set-cookie")}
        return LoginSessions(
            fixation=fixation,
            logout=logout,
            cookies=measured,
            exchanges=kept(self.visitors, ids | given | {closed.exchange}),
        )

    def _seen(self, visitor: Visitor) -> Visitor:
        self.visitors.append(visitor)
        return visitor

    def _entered(self) -> Visitor:
        return self._seen(signed_in(self.wire, self.page, self.person)[0])

    def _first(self) -> tuple[Visitor, Visitor, Attempt]:
        """A sign-in, and a copy of the browser as it was just before."""
        visitor = self._seen(Visitor(self.wire, self.page))
        form = visitor.form()
        before = self._seen(visitor.twin())
        entered = visitor.enter(self.username, self.secret, form=form)
        entered = finished(visitor, entered, self.person)
        if not entered.inside:
            raise not_in(visitor, entered)
        return visitor, before, visitor.tried("sign-in", entered)

    def _carriers(self, visitor: Visitor) -> list[LoginCookie]:
        """For each cookie: does it open the home page alone, does the home page close without it."""
        found = []
        for name in list(visitor.jar)[:_COOKIES]:
            alone, without = self._seen(visitor.twin()), self._seen(visitor.twin())
            value = alone.jar[name]
            alone.jar.clear()
            alone.jar[name] = value
            without.jar.pop(name)
            cookie = LoginCookie(
                name=name[:80],
                alone=bool(alone.inside()),
                needed=without.inside(label="without one") is False,
            )
            found.append(replace(cookie, **self._said(visitor, name)))
        return found

    @staticmethod
    def _said(visitor: Visitor, name: str) -> dict[str, object]:
        exchange, said = attributes(visitor.agent.exchanges, name)
        return {"attributes": said, "lifetime": lifetime(said, exchange.at if exchange else "")}

    def _planted(self, names: list[str]) -> Attempt:
        """Identifiers of our own making, brought along to a sign-in, tried afterwards from elsewhere."""
        visitor = self._seen(Visitor(self.wire, self.page))
        visitor.jar.update({name: secrets.token_hex(16) for name in names})
        other = self._seen(visitor.twin())
        entered = finished(visitor, visitor.enter(self.username, self.secret), self.person)
        if not entered.inside:  # a sign-in that refuses made-up identifiers outright has nothing to fix
            return replace(other.looked("made-up identifiers"), note="the sign-in refused them")
        return other.looked("made-up identifiers")

    def _measured(
        self, cookies: list[LoginCookie], first: Visitor
    ) -> tuple[tuple[LoginCookie, ...], Visitor]:
        """The carriers with what their values showed over several sign-ins, and the last browser that signed in.

        Where a code is asked for, the values are those that the same cookies have after the password.
        """
        names = [cookie.name for cookie in cookies if cookie.carries]
        series = {name: [first.jar[name]] for name in names}
        last = first
        for _ in range(SAMPLES - 1 if names else 1):
            seen, last = self._again(last)
            for name in names:
                series[name] += [seen.jar[name]] if name in seen.jar else []
        return tuple(_numbers(c, series[c.name]) if c.name in series else c for c in cookies), last

    def _again(self, last: Visitor) -> tuple[Visitor, Visitor]:
        """Another browser that gave the password, and the last one that is signed in."""
        if not self.page.login.asks_code:
            seen = self._entered()
            return seen, seen
        seen = self._seen(Visitor(self.wire, self.page))
        seen.enter(self.username, self.secret)
        return seen, last

    def _logout(self, visitor: Visitor) -> Experiment:
        """Sign out as the home page offers it, or else by GET and by POST, and try the old cookies again."""
        home = visitor.agent.fetch("GET", visitor.home_url, label="home page before the logout")
        control = Attempt(
            name="home page before the logout",
            granted=visitor.opened(home),
            status=home.status,
            exchange=home.exchange.id,
        )
        old = self._seen(visitor.twin())
        place = self.page.base_url + self.page.login.logout
        offered = next((f for f in forms(home) if same_place(f.action, place)), None)
        if offered is not None:
            page = visitor.agent.fetch(
                offered.method, offered.action, form=offered.fields, headers=offered.headers, label="logout"
            )
        else:
            page = visitor.agent.fetch("GET", place, label="logout")
            if page.status in (404, 405) or ((page.status or 0) < 400 and visitor.inside()):
                page = visitor.agent.fetch("POST", place, form=(), label="logout by POST")
        went = page.status is not None and page.status < 400
        after = Attempt(name="logout", granted=went, status=page.status, exchange=page.exchange.id)
        return Experiment(
            control=control, attempts=(old.looked("cookies from before the logout"),), after=after
        )


def _numbers(cookie: LoginCookie, values: list[str]) -> LoginCookie:
    found = measure(cookie.name, values, epoch=int(time.time()))
    return replace(
        cookie, samples=found.samples, distinct=found.distinct, bits=found.bits, derived=found.derived
    )
