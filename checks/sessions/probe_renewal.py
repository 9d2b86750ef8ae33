"""The spare account's password changed to one candidate after the other, and back."""

from harness.experiment import Attempt, Experiment

from .evidence import Candidate, Earlier
from .probe_candidates import CUTS, Offer, made, offers
from .probe_change import change_form
from .probe_visitor import Visitor

#: Changes tried to push the first password out of a history before it is set again.
_HISTORY = 6
#: Former passwords that are chosen again.
_REMEMBERED = 5


class Lost(Exception):  # noqa: N818 — the account's state, not a fault of ours
    """Neither the old nor the new password signs in any more, or sign-ins are throttled."""


class Renewal:
    """One account and its password, which only this object knows while it is changed."""

    def __init__(self, visitor: Visitor, username: str, password: str) -> None:
        self.visitor, self.username = visitor, username
        self.first = self.password = password
        self.visitors: list[Visitor] = [visitor]
        self.candidates: list[Candidate] = []
        self.others: Experiment | None = None
        self.restored: bool | None = None
        self.posted = ""
        #: What the password was before each change, in order.
        self.had: list[str] = []
        self.earlier: list[Earlier] = []
        self.anew: bool | None = None
        self.all_offered = False

    def run(self) -> str:
        """Offer every candidate and change the password back; why nothing was offered, or ""."""
        if change_form(self.visitor) is None:
            return "no form"
        try:
            for offer in offers():
                self.candidates.append(self._offered(offer))
            self.all_offered = True
            self._chosen_again()
        except Lost:
            pass
        finally:
            if self.password != self.first:
                self.restored = self.restore()
        return ""

    def _chosen_again(self) -> None:
        """The last passwords, the most recent first, until one is taken; then a new one, which must be."""
        for _ in range(_REMEMBERED):
            if len(self.had) >= _REMEMBERED or not self._changed(made(16)):
                break
        for back, password in enumerate(self.had[: -_REMEMBERED - 1 : -1], 1):
            accepted = self._changed(password)
            self.earlier.append(Earlier(back=back, accepted=accepted, exchange=self.posted))
            if accepted is not False:
                return
        self.anew = self._changed(made(16))

    def enter(self, password: str) -> Visitor | None:
        """A new browser that signed in with this password, None where it is refused. Raises Lost when throttled."""
        visitor = Visitor(self.visitor.wire, self.visitor.page)
        self.visitors.append(visitor)
        found, _ = visitor.attempt("sign-in", self.username, password)
        if found.granted is None or found.status == 429:
            raise Lost
        return visitor if found.granted else None

    def _offered(self, offer: Offer) -> Candidate:
        watch = self._other() if self.others is None and offer.classes == 4 and not offer.word else None
        accepted = self._changed(offer.value)
        exchange = self.posted
        if accepted and watch is not None:
            control, other = watch
            self.others = Experiment(
                control=control, attempts=(other.looked("the other session after the change"),)
            )
        cut = self._cut(offer.value) if accepted and len(offer.value) in CUTS else None
        return Candidate(
            name=offer.name,
            length=len(offer.value),
            classes=offer.classes,
            word=offer.word,
            accepted=accepted,
            cut=cut,
            exchange=exchange,
        )

    def _other(self) -> tuple[Attempt, Visitor]:
        """A second session of the account, which should not outlive the password."""
        other = self.enter(self.password)
        if other is None:
            raise Lost
        return other.looked("the other session before the change"), other

    def _changed(self, new: str) -> bool | None:
        """Offer a password; which one signs in afterwards tells whether it was taken."""
        form = change_form(self.visitor)
        if form is None:
            raise Lost
        page = self.visitor.agent.fetch(
            form.form.method,
            form.form.action,
            form=form.filled(self.password, new),
            headers=form.form.headers,
            label="change of password",
        )
        self.posted = page.exchange.id
        if page.status is None or page.status >= 500 or page.status == 429:
            self._settle(new)
            return None if self.password != new else True
        return self._settle(new)

    def _settle(self, new: str) -> bool:
        """Sign in anew with the password that holds now. Raises Lost where neither does."""
        for password in (self.password, new):
            visitor = self.enter(password)
            if visitor is not None:
                taken = password == new
                if taken and new != self.password:
                    self.had.append(self.password)
                self.password, self.visitor = password, visitor
                return taken
        raise Lost

    def _cut(self, password: str) -> bool:
        """Whether a part of the password signs in; the whole one afterwards, so that no failures add up."""
        found = False
        for length in CUTS[len(password)]:
            found = found or self.enter(password[:length]) is not None
            visitor = self.enter(password)
            if visitor is None:
                raise Lost
            self.visitor = visitor
        return found

    def restore(self) -> bool:
        """The first password again, past a history where there is one."""
        try:
            if self._changed(self.first):
                return True
            for _ in range(_HISTORY):
                self._changed(made(16))
            return bool(self._changed(self.first))
        except Lost:
            return False
