"""Collects what sign-ins of clinicians through Provider ID show: licence, unit, role, and what a removal does."""

import time
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from harness.evidence import Missing
from harness.experiment import Attempt
from harness.registry import probe
from harness.target import RelyingParty
from harness.wire import Wire

from .evidence import ProviderTrials
from .probe_cheating import plain_redirect
from .probe_scene import FIRST, SECOND, Unit
from .probe_stage import Stage, not_this, playing, unnamed
from .probe_visit import Browser

NAMES = ("no provider id", "licence", "unit", "client", "flags", "refused", "removed")
#: The life of a Provider ID token that ends while the experiments run.
SHORT_SECONDS = 3
_NONE = replace(FIRST, verified=False)
#: What a person might claim to be.
_CLAIMS = {
    "role": "doctor",
    "position": "แพทย์",
    "position_type": "แพทย์",
    "license_id": "90001",
    "license_id_verify": "true",
    "is_director": "true",
    "hcode": FIRST.hcode,
}


@probe("relying", seconds=120)
def provider_trials(party: RelyingParty, wire: Wire) -> ProviderTrials | Missing:
    """Sign in through a played Provider ID some fifteen times; about 70 requests."""
    if party.relying.provider != "provider-id":
        return not_this("Provider ID", party)
    if not party.relying.functions:
        return unnamed(
            "rule: applies where functions need a clinician; fact: the target file names no functions",
            "เงื่อนไข: ใช้เมื่อมีฟังก์ชันสำหรับผู้ให้บริการทางการแพทย์; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุฟังก์ชัน",
        )
    with playing(party, wire) as stage:
        stage.closed_to_strangers()
        redirects = (plain_redirect(stage),)
        stage.learn_form()
        control = _control(stage, "a verified, running licence")
        after = _experiments(stage) if control.granted else None
        found = stage.experiments(NAMES, control, after)
        attempts = [a for e in found.values() for a in (e.control, *e.attempts, e.after)]
        return ProviderTrials(
            experiments=found,
            redirects=redirects,
            calls=tuple(stage.provider.calls),
            leaks=tuple(sorted(stage.leaks)),
            registered=party.relying.redirect_uri,
            exchanges=stage.exchanges(attempts, redirects[0].exchange),
            token_seconds=SHORT_SECONDS,
        )


def _control(stage: Stage, name: str) -> Attempt:
    """A clinician with everything in order; granted when every function answers."""
    _, found = _clinician(stage, name)
    worst = next((a for a in found if not a.granted), found[0])
    return replace(worst, name=name, note=worst.note if worst.granted else worst.name)


def _clinician(
    stage: Stage, name: str, units: tuple[Unit, ...] = (FIRST,), choose: str = FIRST.hcode, **more: Any
) -> tuple[Browser, tuple[Attempt, ...]]:
    """A clinician signs in, chooses a unit where that is offered, and asks every function."""
    browser = stage.browser()
    page = browser.sign_in(stage.scene(name, units=units, **more))
    browser.choose(page, choose)
    return browser, _asked(stage, browser, name)


def _asked(stage: Stage, browser: Browser, name: str) -> tuple[Attempt, ...]:
    return tuple(browser.ask(place, f"{function} {name}") for function, place in stage.functions.items())


def _experiments(stage: Stage) -> Attempt:
    """All experiments; the good sign-in after them."""
    leaving, at_once = _clinician(stage, "removed later", provider_seconds=SHORT_SECONDS)
    stage.provider.removed.add("removed later")
    ends = time.monotonic() + SHORT_SECONDS + 0.5
    for name, more in (
        ("no provider id (400)", {"provider_status": 400}),
        ("no profile (404)", {"profile_status": 404}),
    ):
        _refused(stage, "no provider id", name, **more)
    _refused(stage, "licence", "licence not verified", units=(_NONE,))
    _refused(stage, "licence", "licence expired", units=(replace(FIRST, licence_days=-1),))
    for name, unit in (
        ("director without a licence", replace(_NONE, director=True, licence="", position="ผู้อำนวยการ")),
        ("HR without a licence", replace(_NONE, hr=True, licence="", position="นักทรัพยากรบุคคล")),
    ):
        _refused(stage, "flags", name, units=(unit,))
    _units(stage)
    _claims(stage)
    _unauthorised(stage)
    after = _control(stage, "a verified, running licence at the end")
    if all(a.granted for a in at_once):
        time.sleep(max(0.0, min(ends - time.monotonic(), stage.wire.remaining)))
        for one in _asked(stage, leaving, "after the removal and the token's end"):
            stage.tried("removed", one)
    return after


def _refused(stage: Stage, experiment: str, name: str, **more: Any) -> None:
    """A sign-in after which no function should answer."""
    for one in _clinician(stage, name, **more)[1]:
        stage.tried(experiment, one)


def _units(stage: Stage) -> None:
    """A clinician of two units, licensed in the first: the second is chosen, and the first claimed by parameter."""
    both = (FIRST, replace(SECOND, verified=False, licence=""))
    browser = stage.browser()
    page = browser.sign_in(stage.scene("two units, the licensed one chosen", units=both))
    if not browser.choose(page, FIRST.hcode):
        return
    if not all(one.granted for one in _asked(stage, browser, "")):
        return
    browser, found = _clinician(stage, "two units, the other one chosen", both, SECOND.hcode)
    for one in found:
        stage.tried("unit", one)
    for name, place in stage.functions.items():
        stage.tried(
            "unit", browser.ask(f"{place}?hcode={FIRST.hcode}", f"{name} with the hcode of the licensed unit")
        )


def _claims(stage: Stage) -> None:
    """Without a verified licence, the browser says that it is a doctor: in the query, in headers, in cookies."""
    browser, _ = _clinician(stage, "claims of the browser", units=(_NONE,))
    for function, place in stage.functions.items():
        stage.tried("client", browser.ask(f"{place}?{urlencode(_CLAIMS)}", f"{function} by the query"))
        named = (
            ("X-Role", "doctor"),
            ("X-User-Role", "doctor"),
            ("X-Position", "doctor"),
            ("X-Hcode", FIRST.hcode),
        )
        stage.tried("client", browser.ask(place, f"{function} by headers", named))
    jar = browser.cookies.setdefault(stage.host, {})
    jar |= {name: value for name, value in _CLAIMS.items() if value.isascii()}
    for function, place in stage.functions.items():
        stage.tried("client", browser.ask(place, f"{function} by cookies"))


def _unauthorised(stage: Stage) -> None:
    """Provider ID answers 401 with a marked body: granted when somebody is signed in or the mark is shown."""
    browser, mark = stage.browser(), f"mark{time.time_ns()}"
    browser.watched = (mark,)
    page = browser.sign_in(stage.scene("Provider ID answers 401", profile_status=401, mark=mark))
    found = browser.entered(page, "Provider ID answers 401")
    note = "its answer is shown" if browser.seen else found.note
    stage.tried("refused", replace(found, granted=True if browser.seen else found.granted, note=note))
