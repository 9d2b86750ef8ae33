"""Signing in to the end: name and password, and the one-time code where one is asked for."""

from typing import NamedTuple

from harness.agent import forms
from harness.evidence import Cause
from harness.idtarget import SignInPage
from harness.scope import WireError
from harness.wire import Wire

from .probe_code_form import CodeForm, code_form
from .probe_codes import Authenticator
from .probe_places import same_place
from .probe_visitor import Entered, Visitor, asked


class Who(NamedTuple):
    """A test account with all that it signs in with."""

    username: str
    password: str
    authenticator: Authenticator | None


def who(page: SignInPage, wire: Wire, member: str = "account") -> Who:
    """A test account by the name of its secrets. Raises WireError where one of them was not had."""
    found, name = page.login.members[member], page.secret(member)
    seed = wire.secret(f"{name}.totp") if found.totp is not None else ""
    authenticator = Authenticator(seed, page.login.codes) if seed else None
    return Who(found.username, wire.secret(name), authenticator)


def give(visitor: Visitor, form: CodeForm, code: str, *, label: str = "one-time code") -> Entered:
    """Send a code, follow where it leads, and ask for the home page."""
    answer = visitor.agent.fetch(form.form.method, form.form.action, form=form.filled(code), label=label)
    landed = visitor.agent.follow(answer, lambda _: False)
    if landed is not answer and same_place(landed.url, visitor.home_url):
        return Entered(answer, landed, visitor.opened(landed))
    return Entered(answer, landed, visitor.inside())


def halfway(visitor: Visitor, person: Who) -> tuple[Entered, CodeForm | None]:
    """The sign-in up to the code, and the form for it; None where no code is asked for."""
    entered = visitor.enter(person.username, person.password)
    return entered, code_form(entered.landed) if asked(visitor, entered) else None


def finished(visitor: Visitor, entered: Entered, person: Who) -> Entered:
    """The sign-in carried on with a code where one is asked for and can be made; with a second one if need be.

    The first may have been used by a run just before this one.
    """
    for _ in range(2):
        form = code_form(entered.landed)
        if form is None or person.authenticator is None or not asked(visitor, entered):
            return entered
        entered = give(visitor, form, person.authenticator.fresh(visitor.wire))
    return entered


def signed_in(wire: Wire, page: SignInPage, person: Who) -> tuple[Visitor, Entered]:
    """A new browser that has signed in. Raises WireError when that did not work: then nothing can be told."""
    visitor = Visitor(wire, page)
    entered = finished(visitor, visitor.enter(person.username, person.password), person)
    if not entered.inside:
        raise not_in(visitor, entered)
    return visitor, entered


def not_in(visitor: Visitor, entered: Entered) -> WireError:
    """Why a sign-in with the right password did not open the home page."""
    if awaits_code(visitor, entered):
        words = "the sign-in goes on after the password, and the target file gives no means for that"
        return WireError(Cause.NO_CREDENTIAL, words)
    return WireError(Cause.UNSTABLE, f"the test account could not sign in ({entered.answer.status})")


def awaits_code(visitor: Visitor, entered: Entered) -> bool:
    """Whether the password was taken and something more is asked for, on another page than the first."""
    landed = entered.landed
    asks = any(f.password for f in forms(landed))
    return landed.status == 200 and not asks and not same_place(landed.url, visitor.login_url)
