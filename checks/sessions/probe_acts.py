"""Collects whether acts of high risk ask whoever is signed in to authenticate again."""

from harness.agent import Form, Page, forms
from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import SignInPage
from harness.model import Text
from harness.registry import probe
from harness.wire import Wire

from .factor_evidence import SensitiveActs
from .probe_code_form import code_form
from .probe_places import protected, same_place
from .probe_signin import Who, signed_in, who
from .probe_turns import turn
from .probe_visitor import Visitor, closed_to_strangers, kept

#: Acts that are tried, at most.
_ACTS = 8


@probe("login", seconds=240)
def sensitive_acts(page: SignInPage, wire: Wire) -> SensitiveActs | Missing:
    """Sign in, ask for each act, authenticate again where it leads to that, and ask for it once more."""
    if not page.login.sensitive:
        return Missing(
            Cause.NOT_OFFERED,
            Text(
                "rule: applies to sign-ins with acts of high risk; fact: the target file names none (sensitive)",
                "เงื่อนไข: ใช้กับระบบที่มีการกระทำที่มีความเสี่ยงสูง; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุไว้ (sensitive)",
            ),
        )
    with turn(page, wire, 0):
        person = who(page, wire)
        closed_to_strangers(Visitor(wire, page))
        visitor, _ = signed_in(wire, page, person)
        places = {name: page.base_url + path for name, path in list(page.login.sensitive.items())[:_ACTS]}
        before = {name: _asked(visitor, url, f"{name}, just signed in")[0] for name, url in places.items()}
        acts = {
            name: Experiment(control=_after(visitor, url, person, name), attempts=(before[name],))
            for name, url in places.items()
        }
        tries = [a for x in acts.values() for a in (*x.attempts, x.control)]
        return SensitiveActs(acts=acts, exchanges=kept([visitor], {a.exchange for a in tries if a}))


def _asked(visitor: Visitor, url: str, name: str) -> tuple[Attempt, Page]:
    """Whether the act itself is what one gets: neither another page, nor a question for a password or a code."""
    page = visitor.agent.follow(visitor.agent.fetch("GET", url, label=name), lambda _: False)
    granted = visitor.opened(page)
    if granted:
        granted = same_place(page.url, url) and _question(page) is None and code_form(page) is None
    found = Attempt(name=name, granted=granted, status=page.status, exchange=page.exchange.id)
    return found, page


def _after(visitor: Visitor, url: str, person: Who, name: str) -> Attempt:
    """The act once its owner has authenticated again, which may have been for another act."""
    words = f"{name}, authenticated again"
    found, page = _asked(visitor, url, words)
    if found.granted is False:
        _confirm(visitor, page, person)
        found, _ = _asked(visitor, url, words)
    return found


def _confirm(visitor: Visitor, page: Page, person: Who) -> None:
    """Give the password or a code where the act led, or else on the page that the target names for that."""
    place = visitor.page.login.confirm
    if _question(page) is None and code_form(page) is None and place:
        page = visitor.agent.fetch("GET", visitor.page.base_url + place, label="page to authenticate again")
    form, code = _question(page), code_form(page)
    label = "authenticated again"
    if form is not None:
        sent = form.filled(person.username, person.password)
        page = visitor.agent.fetch(form.method, form.action, form=sent, label=label)
        page = visitor.agent.follow(page, lambda _: False)
        code = code_form(page)
    if code is not None and person.authenticator is not None:
        sent = code.filled(person.authenticator.fresh(visitor.wire))
        visitor.agent.follow(
            visitor.agent.fetch(code.form.method, code.form.action, form=sent, label=label), lambda _: False
        )


def _question(page: Page) -> Form | None:
    """A form for the present password that may be filled in here, None where there is none."""
    if page.exchange.tls == "unverified":
        return None
    return next((f for f in forms(page) if f.password and f.method == "POST" and protected(f)), None)
