"""Collects everything that is done to the spare account, in one run of steps: changed, compared, locked."""

from contextlib import suppress

from msgspec.structs import replace

from harness.evidence import Cause, Missing
from harness.idtarget import SignInPage
from harness.model import Text
from harness.registry import probe
from harness.wire import Wire, WireError

from .evidence import SpareAccount
from .probe_lockout import Mistyping
from .probe_renewal import Renewal
from .probe_signin import awaits_code
from .probe_turns import turn
from .probe_visitor import Visitor, closed_to_strangers, kept


@probe("login", seconds=420, danger=("lockout", "write"))
def spare_account(page: SignInPage, wire: Wire) -> SpareAccount | Missing:
    """Change the spare account's password some fifteen times and back, then mistype it until it is locked.

    About a hundred wrong passwords at most, half of them for names that nobody has. The account stays locked for
    as long as the platform locks; its password is put back.
    """
    if page.login.spare is None:
        return Missing(
            Cause.NO_CREDENTIAL,
            Text(
                "the target file names no spare account that may be locked and whose password may be changed",
                "ไฟล์เป้าหมายไม่ได้ระบุบัญชีสำรองที่ยอมให้ถูกล็อกและเปลี่ยนรหัสผ่านได้",
            ),
        )
    with turn(page, wire, 3):
        return _steps(page, wire, page.login.spare.username, wire.secret(page.spare_password))


def _steps(page: SignInPage, wire: Wire, username: str, password: str) -> SpareAccount:
    visitor = Visitor(wire, page)
    closed_to_strangers(visitor)
    entered = visitor.enter(username, password)
    works = visitor.tried("the spare account signs in", entered)
    if not works.granted:
        code = awaits_code(visitor, entered)
        if code:
            raise WireError(Cause.NO_CREDENTIAL, "the spare account is asked for more than its password")
        return SpareAccount(works=works, exchanges=kept([visitor], {works.exchange}))
    renewal = Renewal(visitor, username, password)
    unchanged = "no page" if page.login.change is None else "codes" if not entered.inside else renewal.run()
    typing = Mistyping(visitor, username, renewal.password)
    with suppress(WireError):  # what was seen until the platform showed no form any more still counts
        typing.compare()
    with suppress(WireError):
        typing.lock()
    rounds = tuple(typing.rounds)
    found = SpareAccount(
        works=works,
        candidates=tuple(renewal.candidates),
        all_offered=renewal.all_offered,
        restored=renewal.restored,
        others=renewal.others,
        telling=typing.told,
        rounds=rounds,
        unchanged=unchanged,
        earlier=tuple(renewal.earlier),
        anew=renewal.anew,
        swift=typing.swift,
    )
    browsers = renewal.visitors
    if rounds and not rounds[-1].right.granted:
        main = Visitor(wire, page)
        browsers.append(main)
        found = _locked(found, typing, main)
    return replace(found, exchanges=kept([*browsers, *typing.visitors], _deciding(found)))


def _locked(found: SpareAccount, typing: Mistyping, main: Visitor) -> SpareAccount:
    """While the account is locked: does another one work, does anything slip past, does it hold."""
    page = main.page
    entered = main.enter(page.login.account.username, main.wire.secret(page.password))
    bypass = typing.bypass(found.works)
    found = replace(found, main=main.tried("the main account", entered), bypass=bypass)
    if any(one.granted for one in bypass.attempts):
        return found
    held, seconds = typing.held()
    return replace(found, held=held, held_seconds=seconds)


def _deciding(found: SpareAccount) -> set[str]:
    """The ids of exchanges that a rule may point to; of the many answers compared, the first of each kind."""
    first = {
        (kind, r.step): r for kind in ("known", "unknown") for r in reversed(getattr(found.telling, kind))
    }
    tries = [found.works, found.main, found.held, *(r.right for r in found.rounds)]
    for experiment in (found.others, found.bypass):
        if experiment is not None:
            tries += [*experiment.attempts, experiment.control]
    ids = {one.exchange for one in tries if one} | {r.exchange for r in first.values()}
    ids |= {found.swift.exchange} if found.swift else set()
    return ids | {c.exchange for c in found.candidates} | {e.exchange for e in found.earlier}
