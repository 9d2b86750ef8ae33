"""Collects whether one-time codes work twice, work late, and can be guessed."""

from collections.abc import Iterator

from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import SignInPage
from harness.model import Text
from harness.registry import probe
from harness.wire import Wire, WireError

from .factor_evidence import Aged, OneTimeCodes
from .probe_code_form import CodeForm, code_form
from .probe_codes import Authenticator
from .probe_signin import Who, give, halfway, who
from .probe_turns import turn
from .probe_visitor import Entered, Visitor, asked, closed_to_strangers, kept

#: Wrong codes in a row before the right one: what NIST SP 800-63B §5.2.2 allows at most.
GUESSES = 100
#: How long ago, in seconds, the time of the late codes ended: past any drift of clocks, and past ten minutes.
AGES = (90, 660)


@probe("login", seconds=300, danger=("lockout",))
def one_time_codes(page: SignInPage, wire: Wire) -> OneTimeCodes | Missing:
    """Guess codes of an account given for that until they are stopped, then use codes of the main one again and late.

    A hundred wrong codes at most, and three for the main account. The account given stays locked as long as the
    platform locks.
    """
    if not page.login.asks_code:
        return Missing(
            Cause.NOT_OFFERED,
            Text(
                "rule: applies where a one-time code is asked for; fact: the target file says that none is",
                "เงื่อนไข: ใช้กับการเข้าสู่ระบบที่ต้องใช้รหัสใช้ครั้งเดียว; ข้อเท็จจริง: ไฟล์เป้าหมายระบุว่าไม่มี",
            ),
        )
    if page.login.account.totp is None or page.login.guessed is None or page.login.guessed.totp is None:
        return Missing(
            Cause.NO_CREDENTIAL,
            Text(
                "the target file gives no seed (totp) of the main account, or no account whose codes may be guessed",
                "ไฟล์เป้าหมายไม่ได้ระบุ totp ของบัญชีหลัก หรือไม่ได้ระบุบัญชีที่ยอมให้ลองรหัสผิด (guessed)",
            ),
        )
    with turn(page, wire, 2):
        return _Trial(page, wire).collect()


class _Trial:
    def __init__(self, page: SignInPage, wire: Wire) -> None:
        self.page, self.wire = page, wire
        self.visitors: list[Visitor] = []
        self.guesses, self.stopped = 0, False
        self.accepted: Attempt | None = None

    def collect(self) -> OneTimeCodes:
        closed_to_strangers(self._visitor())
        victim, main = who(self.page, self.wire, "guessed"), who(self.page, self.wire)
        works = self._used("the account whose codes are guessed", victim, _app(victim).fresh(self.wire))
        if works.granted:
            self._guess(victim)
            right = self._used("a right code after the wrong ones", victim, _app(victim).fresh(self.wire))
        else:
            right = None
        reuse, aged = self._again(main)
        tries = (
            *reuse.attempts,
            reuse.control,
            reuse.after,
            works,
            right,
            self.accepted,
            *(a.tried for a in aged),
        )
        return OneTimeCodes(
            reuse=reuse,
            aged=aged,
            works=works,
            guesses=self.guesses,
            stopped=self.stopped,
            accepted=self.accepted,
            right=right,
            exchanges=kept(self.visitors, {a.exchange for a in tries if a}),
        )

    def _visitor(self) -> Visitor:
        self.visitors.append(Visitor(self.wire, self.page))
        return self.visitors[-1]

    def _again(self, main: Who) -> tuple[Experiment, tuple[Aged, ...]]:
        app = _app(main)
        code = app.fresh(self.wire)
        control = self._used("a fresh code", main, code)
        again = self._used("the same code once more", main, code)
        aged = tuple(
            Aged(seconds=age, tried=self._used(f"a code {age} s after its time", main, app.older(age)))
            for age in AGES
        )
        after = self._used("a fresh code at the end", main, app.fresh(self.wire))
        return Experiment(control=control, attempts=(again,), after=after), aged

    def _half(self, person: Who) -> tuple[Visitor, Entered, CodeForm | None]:
        visitor = self._visitor()
        return visitor, *halfway(visitor, person)

    def _used(self, name: str, person: Who, code: str) -> Attempt:
        """A sign-in of its own with this code. Refused before the code, it is refused, unless it could not be told."""
        try:
            visitor, entered, form = self._half(person)
        except WireError as gone:
            return Attempt(name=name, granted=None, note=str(gone)[:120])
        found = give(visitor, form, code) if form is not None else entered
        status, note = found.answer.status, ""
        granted = found.inside and not asked(visitor, found)
        if form is None and granted:
            granted, note = None, "no code was asked for"
        elif status == 429 and not granted:
            granted = False
        return Attempt(
            name=name, granted=granted, status=status, exchange=found.answer.exchange.id, note=note
        )

    def _guess(self, victim: Who) -> None:
        """Wrong codes, through as many sessions as it takes, until the platform takes no more."""
        codes = iter(_app(victim).wrong(GUESSES))
        while self.guesses < GUESSES and self.accepted is None:
            try:
                visitor, _, form = self._half(victim)
            except WireError:  # no form for the name any more
                self.stopped = True
                return
            taken = self._tried(visitor, form, codes)
            self.guesses += taken
            if not taken:
                self.stopped = True
                return

    def _tried(self, visitor: Visitor, form: CodeForm | None, codes: Iterator[str]) -> int:
        """Wrong codes in one session until it takes no more; how many were looked at."""
        count = 0
        while form is not None and self.guesses + count < GUESSES and self.accepted is None:
            given = give(visitor, form, next(codes), label="wrong code")
            status, ids = given.answer.status, given.answer.exchange.id
            if status is None or status == 429 or status >= 500:
                break
            count += 1
            if given.inside and not asked(visitor, given):
                self.accepted = Attempt(name="a wrong code", granted=True, status=status, exchange=ids)
            form = code_form(given.landed)
        return count


def _app(person: Who) -> Authenticator:
    if person.authenticator is None:
        raise WireError(Cause.NO_CREDENTIAL, "the account has no seed of an authenticator app")
    return person.authenticator
