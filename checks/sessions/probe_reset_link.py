"""Collects what the link in a mail for a forgotten password is good for: once, for how long, and where it leads."""

import time
from urllib.parse import urlsplit

from msgspec.structs import replace

from harness.agent import Page
from harness.evidence import Cause, Exchange, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import SignInPage
from harness.model import Text
from harness.registry import probe
from harness.wire import Header, Wire

from .probe_candidates import made
from .probe_change import change_form_of
from .probe_mailbox import WAIT, Mailbox
from .probe_renewal import Renewal
from .probe_reset import LIES, Asking
from .probe_turns import turn
from .probe_visitor import Visitor, kept
from .reset_evidence import ResetLinks

#: Declared lives up to this many seconds are awaited, and a link is tried so much later than declared (seconds; ours).
AWAITABLE, _MARGIN = 60, 1.0


@probe("login", seconds=300, danger=("write",))
def reset_links(page: SignInPage, wire: Wire) -> ResetLinks | Missing:
    """Ask for some seven mails to the spare account, set its password by link twice at most, and put it back."""
    login = page.login
    if login.reset is None:
        return Missing(
            Cause.NOT_OFFERED,
            Text(
                "rule: applies to platforms with a page for forgotten passwords; fact: the target file names none",
                "เงื่อนไข: ใช้กับแพลตฟอร์มที่มีหน้าลืมรหัสผ่าน; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุไว้",
            ),
        )
    if login.spare is None or login.mailbox is None:
        return Missing(
            Cause.NO_CREDENTIAL,
            Text(
                "the target file names no spare account with a mailbox command, so no mailed link is seen",
                "ไฟล์เป้าหมายไม่ได้ระบุบัญชีสำรองพร้อมคำสั่ง mailbox จึงไม่เห็นลิงก์ที่ส่งทางอีเมล",
            ),
        )
    with turn(page, wire, 2):
        return Links(page, wire, login.spare.username, login.mailbox).run()


class Links:
    """The spare account, its mailbox and its password, which only this object knows while it is changed."""

    def __init__(self, page: SignInPage, wire: Wire, username: str, mailbox: tuple[str, ...]) -> None:
        self.page, self.wire, self.username = page, wire, username
        self.first = self.password = wire.secret(page.spare_password)
        self.own = (urlsplit(page.base_url).hostname or "").lower()
        self.asking = Asking(page, wire)
        self.mailbox = Mailbox(mailbox)
        self.visitors: list[Visitor] = []
        self._posted = False

    def run(self) -> ResetLinks:
        """The experiments in their order, and the first password again."""
        self._mailed()  # its links that come again with the next mail are not the one for a new password
        try:
            once = self._once()
            usable = once.control is not None and bool(once.control.granted)
            hosts = self._hosts() if usable else None
            late = self._late() if usable else None
        finally:
            restored = self._restored()
        login = self.page.login
        experiments = [e for e in (once, hosts, late) if e is not None]
        ids = {a.exchange for e in experiments for a in (e.control, *e.attempts, e.after) if a is not None}
        return ResetLinks(
            once=once,
            late=late,
            hosts=hosts,
            declared=login.reset_seconds,
            awaitable=AWAITABLE,
            restored=restored,
            exchanges=tuple(_hidden(x) for x in kept([*self.asking.agents, *self.visitors], ids)),
        )

    def _mailed(self, headers: tuple[Header, ...] = ()) -> tuple[str, Page]:
        """Ask for a mail, with these headers: the link that is new in it ("" without one), and the answer."""
        answer = self.asking.sent(self.username, headers)
        refused = answer.status is not None and 400 <= answer.status < 500
        found = self.mailbox.fresh(0.0 if refused else WAIT)
        return max(found, key=len, default=""), answer

    def _once(self) -> Experiment:
        link, asked = self._mailed()
        if not link or self._host(link) != self.own:
            note = "no mail with a link came" if not link else "the link leads elsewhere"
            return Experiment(
                control=Attempt(
                    name="a mailed link",
                    granted=None,
                    status=asked.status,
                    exchange=asked.exchange.id,
                    note=note,
                )
            )
        control = self._sets("a new password by the mailed link", link)
        if not control.granted:
            return Experiment(control=control)
        again = self._sets("another by the same link", link)
        return Experiment(
            control=control, attempts=(again,), after=self._signs_in("the password in force", self.password)
        )

    def _late(self) -> Experiment | None:
        seconds = self.page.login.reset_seconds
        if seconds is None or seconds > AWAITABLE:
            return None
        link, asked = self._mailed()
        had = time.monotonic()
        control = Attempt(
            name="a mailed link",
            granted=bool(link) or None,
            status=asked.status,
            exchange=asked.exchange.id,
        )
        if not link:
            return Experiment(control=control)
        time.sleep(max(0.0, had + seconds + _MARGIN - time.monotonic()))
        late = self._sets(f"a link {seconds + _MARGIN:.0f} s old", link)
        return Experiment(
            control=control,
            attempts=(late,),
            after=self._signs_in("the password in force, at the end", self.password),
        )

    def _hosts(self) -> Experiment:
        """Mails asked for in the name of another host: where do their links lead."""
        link, asked = self._mailed()
        control = Attempt(
            name="a request that names the right host",
            granted=self._host(link) == self.own if link else None,
            status=asked.status,
            exchange=asked.exchange.id,
        )
        tries = tuple(self._lied(*lie) for lie in LIES) if control.granted else ()
        return Experiment(control=control, attempts=tries)

    def _lied(self, name: str, headers: tuple[Header, ...]) -> Attempt:
        link, answer = self._mailed(headers)
        refused = answer.status is not None and 400 <= answer.status < 500 and answer.status != 429
        astray = self._host(link) != self.own if link else False if refused else None
        note = "" if link or refused else "no mail came"
        return Attempt(
            name=name, granted=astray, status=answer.status, exchange=answer.exchange.id, note=note
        )

    def _host(self, link: str) -> str:
        return (urlsplit(link).hostname or "").lower()

    def _sets(self, name: str, link: str) -> Attempt:
        """Follow the link, set a password there, and see whether that one signs in."""
        new, visitor = made(16), self._visitor()
        page = visitor.agent.follow(visitor.agent.fetch("GET", link, label=name), lambda _: False)
        form = change_form_of(page) if page.status == 200 else None
        if form is not None:
            self._posted = True
            page = visitor.agent.fetch(
                form.form.method,
                form.form.action,
                form=form.filled("", new),
                headers=form.form.headers,
                label=name,
            )
        told = page.status is not None and page.status < 500 and page.status != 429
        found = Attempt(
            name=name, granted=False if told else None, status=page.status, exchange=page.exchange.id
        )
        if form is None:  # the link leads to no form any more
            return found
        works = self._signs_in("the new password", new).granted
        self.password = new if works else self.password
        return replace(found, granted=works)

    def _signs_in(self, name: str, password: str) -> Attempt:
        return self._visitor().attempt(name, self.username, password)[0]

    def _visitor(self) -> Visitor:
        self.visitors.append(Visitor(self.wire, self.page))
        return self.visitors[-1]

    def _restored(self) -> bool | None:
        """The first password again, by the page for changing it; None where it still holds, False where nobody knows."""
        if self.password == self.first:
            holds = not self._posted or self._signs_in("the first password", self.first).granted
            return None if holds else False
        visitor = self._visitor()
        if self.page.login.change is None or not visitor.enter(self.username, self.password).inside:
            return False
        renewal = Renewal(visitor, self.username, self.password)
        renewal.first = self.first
        return renewal.restore()


def _hidden(exchange: Exchange) -> Exchange:
    """An exchange whose address may be a link that still opens the account: only its host is kept."""
    parts = urlsplit(exchange.url)
    return replace(exchange, url=f"{parts.scheme}://{parts.netloc}/", headers=())
