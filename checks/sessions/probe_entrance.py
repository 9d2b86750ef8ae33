"""Collects how the sign-in page is reached, and whether delivered accounts or the password alone open it."""

import secrets
from urllib.parse import urlencode, urlsplit, urlunsplit

from harness.agent import Agent, Header, Page, forms
from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import SignInPage
from harness.model import Text
from harness.registry import probe
from harness.wire import Wire, WireError

from .evidence import DefaultLogins, HalfSession, Reply, SignInTransport
from .probe_places import same_place
from .probe_signin import Who, awaits_code, finished, not_in, who
from .probe_telling import nobody_like, seen
from .probe_turns import turn
from .probe_visitor import Entered, Visitor, closed_to_strangers, kept

#: Names and passwords that software is delivered with (CWE-1392, WSTG v4.2 ATHN-02); at most two for a name.
DELIVERED = (
    ("admin", "admin"), ("admin", "password"), ("administrator", "administrator"), ("root", "root"),
    ("root", "toor"), ("user", "user"), ("test", "test"), ("guest", "guest"), ("demo", "demo"),
    ("support", "support"),
)  # fmt: skip
#: Names that systems are built with.
BUILT_IN = ("admin", "root", "administrator")
#: Acts that are tried, at most.
_ACTS = 8


@probe("login", seconds=60)
def sign_in_transport(page: SignInPage, wire: Wire) -> SignInTransport | Missing:
    """Ask for the sign-in page, then for it and the home page over plain HTTP, and send a made-up name there; 4 requests."""
    agent = Agent(wire)
    url = page.base_url + page.login.page
    shown = agent.follow(agent.fetch("GET", url, label="sign-in page"), lambda _: False)
    if shown.status is None:
        raise WireError(shown.exchange.fault or Cause.UNREACHABLE, shown.exchange.detail or "no answer")
    form = next((f for f in forms(shown) if f.username and f.password), None)
    control = Attempt(
        name="sign-in page", granted=form is not None, status=shown.status, exchange=shown.exchange.id
    )
    tries = [_clear(agent, "GET", url), _clear(agent, "GET", page.base_url + page.login.home)]
    if form is not None:
        made_up = form.filled("moph-harness-nobody", "not-a-password")
        tries.append(_clear(agent, form.method, form.action, made_up))
    ids = {a.exchange for a in (control, *tries)}
    return SignInTransport(
        declared=urlsplit(page.base_url).scheme,
        action=urlsplit(form.action).scheme if form else "",
        clear=Experiment(control=control, attempts=tuple(tries)),
        exchanges=kept([agent], ids, body=2000),
    )


def _clear(agent: Agent, method: str, url: str, form: tuple[tuple[str, str], ...] | None = None) -> Attempt:
    """The same path at http://host/; nothing secret is sent."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    plain = urlunsplit(("http", host, parts.path or "/", parts.query, ""))
    found = _asked(agent, method, plain, form)
    return Attempt(
        name=f"http {method} {parts.path or '/'}"[:120],
        granted=_entrance(found),
        status=found.status,
        exchange=found.exchange.id,
        note=str(found.exchange.fault or ""),
    )


def _asked(agent: Agent, method: str, url: str, form: tuple[tuple[str, str], ...] | None) -> Page:
    """A request that holds nothing secret, so that it may travel in clear; an agent's forms may not."""
    seen: list[tuple[tuple[Header, ...], bytes]] = []
    exchange = agent.wire.http(
        method,
        url,
        headers=(("Content-Type", "application/x-www-form-urlencoded"),) if form else (),
        body=urlencode(form).encode() if form else b"",
        label="plain HTTP",
        inspect=lambda headers, body: seen.append((headers, body)),
    )
    agent.exchanges.append(exchange)
    headers, body = seen[0] if seen else ((), b"")
    return Page(exchange, url, headers, body, "")


def _entrance(page: Page) -> bool | None:
    """Whether one could sign in there; a refused connection is a closed door, silence tells nothing."""
    if page.exchange.fault is Cause.UNREACHABLE and "refused" in page.exchange.detail.lower():
        return False
    if page.status is None:
        return None
    asked = [v for n, v in page.headers if n.lower() == "www-authenticate"]
    basic = page.status == 401 and any("basic" in value.lower() for value in asked)
    return basic or any(f.password for f in forms(page))


@probe("login", seconds=120, danger=("lockout",))
def default_logins(page: SignInPage, wire: Wire) -> DefaultLogins | Missing:
    """Sign in with the main account, then try three built-in names and ten delivered pairs, at most three for a name."""
    with turn(page, wire, 2):
        visitor = Visitor(wire, page)
        closed_to_strangers(Visitor(wire, page))
        entered = visitor.enter(page.login.account.username, wire.secret(page.password))
        control = visitor.tried("the test account", entered)
        if not control.granted:
            raise not_in(visitor, entered)
        visitors, tries = [visitor], []
        nobody = _nobody(page, wire)
        builtin = {name: _wrong(visitors, page, wire, name) for name in BUILT_IN}
        strangers = tuple(_wrong(visitors, page, wire, nobody_like("administrator")) for _ in BUILT_IN)
        for name, password in DELIVERED:
            visitors.append(Visitor(wire, page))
            tries.append(_delivered(visitors[-1], name, password, nobody))
        logins = Experiment(control=control, attempts=tuple(tries))
        ids = {a.exchange for a in (*logins.attempts, logins.control) if a}
        ids |= {reply.exchange for reply in (*builtin.values(), *strangers)}
        return DefaultLogins(logins=logins, builtin=builtin, nobody=strangers, exchanges=kept(visitors, ids))


def _wrong(visitors: list[Visitor], page: SignInPage, wire: Wire, name: str) -> Reply:
    """What a name is answered with a password made up for it."""
    visitors.append(Visitor(wire, page))
    return seen(visitors[-1].send(name, secrets.token_urlsafe(12)), "wrong", name).reply


def _nobody(page: SignInPage, wire: Wire) -> str:
    """Where the sign-in leads whoever has no account."""
    return Visitor(wire, page).enter(f"moph-{secrets.token_hex(4)}", secrets.token_hex(8)).landed.url


def _delivered(visitor: Visitor, name: str, password: str, nobody: str) -> Attempt:
    found, entered = visitor.attempt(f"{name} with a delivered password", name, password)
    if entered is None:
        return found
    throttled = entered.answer.status == 429  # then the pair was not looked at
    code = awaits_code(visitor, entered) and not same_place(entered.landed.url, nobody)
    granted = None if throttled else found.granted or code
    return Attempt(name=found.name, granted=granted, status=found.status, exchange=found.exchange)


@probe("login", seconds=240)
def half_session(page: SignInPage, wire: Wire) -> HalfSession | Missing:
    """Give the password of the main account, nothing more, and ask for the home page; then the code, where one can be made."""
    if not page.login.asks_code:
        return Missing(
            Cause.NOT_OFFERED,
            Text(
                "rule: applies where a second factor is asked for; fact: the target file says that none is",
                "เงื่อนไข: ใช้กับการเข้าสู่ระบบที่ต้องใช้ปัจจัยที่สอง; ข้อเท็จจริง: ไฟล์เป้าหมายระบุว่าไม่มี",
            ),
        )
    with turn(page, wire, 0):
        visitor = Visitor(wire, page)
        closed_to_strangers(visitor)
        entered = visitor.enter(page.login.account.username, wire.secret(page.password))
        elsewhere = not same_place(entered.landed.url, _nobody(page, wire))
        taken = bool(entered.inside) or (awaits_code(visitor, entered) and elsewhere)
        control = Attempt(
            name="the password",
            granted=taken,
            status=entered.answer.status,
            exchange=entered.answer.exchange.id,
        )
        tries = [visitor.looked("home page after the password alone")]
        tries += [
            visitor.looked(f"{name} after the password alone", page.base_url + path)
            for name, path in list(page.login.sensitive.items())[:_ACTS]
        ]
        after = _whole(visitor, entered, who(page, wire)) if page.login.account.totp else None
        skipped = Experiment(control=control, attempts=tuple(tries), after=after)
        ids = {a.exchange for a in (*tries, control, after) if a}
        return HalfSession(skipped=skipped, exchanges=kept([visitor], ids))


def _whole(visitor: Visitor, entered: Entered, person: Who) -> Attempt:
    """The same session with the code: it shows that the code was all that was lacking."""
    whole = finished(visitor, entered, person)
    return Attempt(
        name="home page after the code",
        granted=whole.inside,
        status=whole.landed.status,
        exchange=whole.landed.exchange.id,
    )
