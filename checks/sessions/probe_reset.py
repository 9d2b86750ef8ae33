"""Collects what the page for forgotten passwords tells; the mail itself is not seen."""

from harness.agent import Agent, Form, Page, forms
from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import SignInPage
from harness.model import Text
from harness.registry import probe
from harness.wire import Header, Wire, WireError

from .evidence import ForgottenPassword, Telling
from .probe_telling import Seen, difference, nobody_like, seen
from .probe_turns import turn
from .probe_visitor import kept

#: A name that belongs to nobody (RFC 2606).
_ELSEWHERE = "moph-harness.example"
LIES: tuple[tuple[str, tuple[Header, ...]], ...] = (
    ("X-Forwarded-Host", (("X-Forwarded-Host", _ELSEWHERE),)),
    ("Forwarded", (("Forwarded", f"host={_ELSEWHERE}"),)),
    ("Host", (("Host", _ELSEWHERE),)),
)


@probe("login", seconds=120, danger=("write",))
def forgotten_password(page: SignInPage, wire: Wire) -> ForgottenPassword | Missing:
    """Ask twice for the test account and twice for names that nobody has, then with three false hosts."""
    if page.login.reset is None:
        return Missing(
            Cause.NOT_OFFERED,
            Text(
                "rule: applies to platforms with a page for forgotten passwords; fact: the target file names none",
                "เงื่อนไข: ใช้กับแพลตฟอร์มที่มีหน้าลืมรหัสผ่าน; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุไว้",
            ),
        )
    with turn(page, wire, 1):
        return _asked(page, wire)


def _asked(page: SignInPage, wire: Wire) -> ForgottenPassword:
    name = (page.login.spare or page.login.account).username
    asking = Asking(page, wire)
    known: list[Seen] = []
    unknown: list[Seen] = []
    for who, found in (
        (name, known),
        (nobody_like(name), unknown),
        (nobody_like(name), unknown),
        (name, known),
    ):
        found.append(seen(asking.sent(who), "asked", who))
    first = asking.agents[0].exchanges[0]
    control = Attempt(name="the page", granted=True, status=first.status, exchange=first.id)
    tries = tuple(_lied(asking, nobody_like(name), lie) for lie in LIES)
    ids = {s.reply.exchange for s in (*known, *unknown)} | {a.exchange for a in (control, *tries)}
    return ForgottenPassword(
        telling=Telling(
            known=tuple(s.reply for s in known),
            unknown=tuple(s.reply for s in unknown),
            difference=difference(known, unknown, wire),
        ),
        host=Experiment(control=control, attempts=tries),
        exchanges=kept(asking.agents, ids),
    )


class Asking:
    """The page for forgotten passwords, each time with a browser of its own; `agents` are those browsers."""

    def __init__(self, page: SignInPage, wire: Wire) -> None:
        self.wire, self.url = wire, page.base_url + (page.login.reset or "")
        self.agents: list[Agent] = []

    def sent(self, name: str, headers: tuple[Header, ...] = ()) -> Page:
        """Ask for this name; the headers go with the form only.

        Where a browser's word for the page is not believed, once more as if the page stood elsewhere.
        """
        agent = Agent(self.wire)
        self.agents.append(agent)
        form = _form(agent, self.url)
        page = _posted(agent, form, name, (*form.headers, *headers))
        if headers and page.status == 403:
            lying = tuple((key, f"https://{_ELSEWHERE}") for key in ("Origin", "Referer"))
            page = _posted(agent, form, name, (*lying, *headers))
        return page


def _posted(agent: Agent, form: Form, name: str, headers: tuple[Header, ...]) -> Page:
    return agent.fetch(
        form.method, form.action, form=form.filled(name, ""), headers=headers, label="forgotten password"
    )


def _form(agent: Agent, url: str) -> Form:
    page = agent.follow(agent.fetch("GET", url, label="page for forgotten passwords"), lambda _: False)
    if page.exchange.tls == "unverified":
        raise WireError(Cause.TLS, "the page is not protected by verified TLS; no form of it is sent")
    found = next((f for f in forms(page) if f.username and not f.password and f.method == "POST"), None)
    if found is None:
        raise WireError(
            Cause.MALFORMED,
            f"no form that asks for a name on the page for forgotten passwords ({page.status})",
        )
    return found


def _lied(asking: Asking, name: str, lie: tuple[str, tuple[Header, ...]]) -> Attempt:
    page = asking.sent(name, lie[1])
    told = _ELSEWHERE.encode() in page.body or any(_ELSEWHERE in value for _, value in page.headers)
    unclear = page.status is None or page.status >= 500 or page.status == 429
    return Attempt(
        name=lie[0],
        granted=True if told else None if unclear else False,
        status=page.status,
        exchange=page.exchange.id,
    )
