"""Collects what a sign-in asks for besides the password: of the main account, and of accounts by role."""

import secrets

from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import SignInPage
from harness.model import Text
from harness.registry import probe
from harness.wire import Wire

from .factor_evidence import AskedFactor, FactorTrial, RoleFactors
from .probe_places import same_place
from .probe_signin import awaits_code, give, halfway, who
from .probe_turns import turn
from .probe_visitor import Entered, Visitor, asked, closed_to_strangers, kept

_PATIENTS_ONLY = Missing(
    Cause.NOT_OFFERED,
    Text(
        "rule: applies to sign-ins of staff, administrators and critical systems; fact: the target file says that this "
        "one is of patients",
        "เงื่อนไข: ใช้กับการเข้าสู่ระบบของบุคลากร ผู้ดูแลระบบ และระบบสำคัญ; ข้อเท็จจริง: ไฟล์เป้าหมายระบุว่าเป็นของผู้ป่วย",
    ),
)
_NO_STAFF = Missing(
    Cause.NOT_OFFERED,
    Text(
        "rule: applies to sign-ins of staff and administrators; fact: the target file says that this one is of others",
        "เงื่อนไข: ใช้กับการเข้าสู่ระบบของบุคลากรและผู้ดูแลระบบ; ข้อเท็จจริง: ไฟล์เป้าหมายระบุว่าเป็นของผู้ใช้กลุ่มอื่น",
    ),
)


@probe("login", seconds=60)
def asked_factor(page: SignInPage, wire: Wire) -> AskedFactor | Missing:
    """Give the password of the main account, nothing more, and look what follows."""
    users = page.login.users
    if users == {"patients"}:
        return _PATIENTS_ONLY
    if not users:
        return AskedFactor()
    with turn(page, wire, 0):
        visitor, nobody = Visitor(wire, page), Visitor(wire, page)
        closed_to_strangers(visitor)
        entered = visitor.enter(page.login.account.username, wire.secret(page.password))
        elsewhere = nobody.enter(f"moph-{secrets.token_hex(4)}", secrets.token_hex(8)).landed.url
        more = asked(visitor, entered) or (
            awaits_code(visitor, entered) and not same_place(entered.landed.url, elsewhere)
        )
        control = _said("the password", entered, granted=bool(entered.inside) or more)
        alone = Experiment(control=control, attempts=(_alone(visitor, entered),))
        ids = {control.exchange, *(a.exchange for a in alone.attempts)}
        return AskedFactor(users=tuple(sorted(users)), alone=alone, exchanges=kept([visitor], ids))


def _alone(visitor: Visitor, entered: Entered) -> Attempt:
    """Inside, and nothing else asked for; whether the question can be walked past is another matter."""
    inside = entered.inside and not asked(visitor, entered)
    return _said("the password alone", entered, granted=inside)


def _said(name: str, entered: Entered, *, granted: bool | None) -> Attempt:
    answer = entered.answer
    return Attempt(name=name, granted=granted, status=answer.status, exchange=answer.exchange.id)


@probe("login", seconds=240)
def role_factors(page: SignInPage, wire: Wire) -> RoleFactors | Missing:
    """Sign in with each account by role: the password alone, one wrong code, and the right one."""
    users = page.login.users
    if not page.login.people and users and not users & {"staff", "administrators"}:
        return _NO_STAFF
    if not page.login.people:
        return Missing(
            Cause.NO_CREDENTIAL,
            Text(
                "the target file names no test account of a clinician or an administrator (people)",
                "ไฟล์เป้าหมายไม่ได้ระบุบัญชีทดสอบของผู้ให้บริการทางการแพทย์หรือผู้ดูแลระบบ (people)",
            ),
        )
    with turn(page, wire, 0):
        closed_to_strangers(Visitor(wire, page))
        visitors: list[Visitor] = []
        people: dict[str, FactorTrial] = {
            role: _trial(page, wire, role, visitors) for role in page.login.people
        }
        ids = {a.exchange for t in people.values() for a in (t.alone, t.wrong, t.code) if a}
        return RoleFactors(people=people, exchanges=kept(visitors, ids))


def _trial(page: SignInPage, wire: Wire, role: str, visitors: list[Visitor]) -> FactorTrial:
    person, visitor = who(page, wire, role), Visitor(wire, page)
    visitors.append(visitor)
    entered, form = halfway(visitor, person)
    alone = _said(f"{role}: the password alone", entered, granted=_alone(visitor, entered).granted)
    if form is None or person.authenticator is None:
        return FactorTrial(alone=alone)
    guess = give(visitor, form, person.authenticator.wrong(1)[0], label="wrong code")
    wrong = _said(f"{role}: a wrong code", guess, granted=guess.inside and not asked(visitor, guess))
    entered, form = halfway(visitor, person)
    if form is None:
        return FactorTrial(alone=alone, wrong=wrong)
    right = give(visitor, form, person.authenticator.fresh(wire))
    return FactorTrial(alone=alone, wrong=wrong, code=_said(f"{role}: a code", right, granted=right.inside))
