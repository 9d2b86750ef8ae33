"""Collects what sign-ins through Health ID show: the token, the state, who is matched, how old a proofing may be."""

import base64
import binascii
import json
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie

from harness.agent import Page
from harness.evidence import Missing
from harness.experiment import Attempt
from harness.registry import probe
from harness.target import RelyingParty
from harness.wire import Wire

from .evidence import HealthTrials, Lifetime
from .probe_cheating import plain_redirect, poisoned, wrong_states
from .probe_people import FOREIGNER, NAMESAKE, PATIENT
from .probe_scene import HEALTH_SECONDS
from .probe_stage import Stage, not_this, playing, state_facts
from .probe_visit import Browser, addresses, attempt

NAMES = ("state", "token", "proofing", "matched", "unmatched", "foreigner")
FAULTS = ("foreign key", "no signature", "alg none", "HS256 with the public key")
#: Ages of a proofing in days that are tried; the first is the control.
AGES = (1, 370, 1100, 1830, 3660)


@probe("relying", seconds=120)
def health_trials(party: RelyingParty, wire: Wire) -> HealthTrials | Missing:
    """Sign in through a played Health ID some twenty times; about 80 requests."""
    if party.relying.provider != "health-id":
        return not_this("Health ID", party)
    with playing(party, wire) as stage:
        stage.closed_to_strangers()
        redirects = [plain_redirect(stage), *poisoned(stage)]
        control = stage.control() if redirects[0].to == "harness" else None
        lifetimes: tuple[Lifetime, ...] = ()
        ages: dict[int, tuple[Attempt, ...]] = {}
        after = None
        if control and control.granted:
            stage.learn_form()
            wrong_states(stage, ("changed", "missing"))
            for fault in FAULTS:
                stage.tried("token", stage.enter(stage.scene(fault, fault=fault))[1])
            lifetimes = tuple(_lifetime(stage, seconds) for seconds in (900, HEALTH_SECONDS))
            ages = _ages(stage)
            _matching(stage)
            after = stage.control("a sound answer at the end")
        found = stage.experiments(NAMES, control, after)
        attempts = [a for e in found.values() for a in (e.control, *e.attempts, e.after)]
        attempts += [a for some in ages.values() for a in some]
        places = addresses(stage.pages)
        cited = (*(r.exchange for r in redirects), *(one.exchange for one in lifetimes))
        return HealthTrials(
            experiments=found,
            redirects=tuple(redirects),
            states=state_facts(stage.states),
            calls=tuple(stage.provider.calls),
            leaks=tuple(sorted(stage.leaks)),
            registered=party.relying.redirect_uri,
            exchanges=stage.exchanges(attempts, *cited),
            lifetimes=lifetimes,
            ages=ages,
            hashed=tuple(sorted({_where(p, stage) for p in places if PATIENT.hashed in p.lower()})),
            addresses=len(places),
        )


def _where(address: str, stage: Stage) -> str:
    """An address without what it carries; the hash goes from it too."""
    return stage.wire.redacted(address.partition("?")[0].lower().replace(PATIENT.hashed, "[hash]"))[:200]


def _ages(stage: Stage) -> dict[int, tuple[Attempt, ...]]:
    """Every function, with proofings of different age; those of the future or without a time beside them."""
    found = {days: _asked(stage, days, f"{days} days old") for days in AGES}
    for name, days in (("in the future", -30), ("without a time", None)):
        for one in _asked(stage, days, name):
            stage.tried("proofing", one)
    return found


def _asked(stage: Stage, days: int | None, name: str) -> tuple[Attempt, ...]:
    if not stage.functions:
        return ()
    browser = stage.browser()
    browser.sign_in(stage.scene(name, verified_days=days), home=False)
    return tuple(browser.ask(place, f"{function} {name}") for function, place in stage.functions.items())


def _matching(stage: Stage) -> None:
    """Who is taken for the test patient, by the hash of their number; and what becomes of a foreigner."""
    own = stage.personal()
    page = stage.shown(PATIENT, "the hash in capitals", upper_hash=True)
    stage.tried("matched", stage.opened("the hash in capitals", own, page))
    page = stage.shown(NAMESAKE, "the hash of another")
    stage.tried("unmatched", stage.opened("the hash of another", own, page))
    browser, entered = stage.enter(stage.scene("a foreigner", person=FOREIGNER))
    stage.tried("foreigner", entered)
    if own:
        stage.tried("unmatched", stage.opened("a foreigner", own, browser.open(stage.record)))


def _lifetime(stage: Stage, upstream: int) -> Lifetime:
    """How long the cookies that carry the session are to live."""
    browser, entered = stage.enter(stage.scene(f"a token of {upstream} seconds", seconds=upstream))
    needed = _needed(browser) if entered.granted else set()
    said = [seconds for page in browser.pages for name, seconds in _said(page) if name in needed]
    return Lifetime(upstream, max(said, default=None), entered.exchange)


def _needed(browser: Browser) -> set[str]:
    """Names of the cookies without which the page that needs a session refuses; the first six are tried."""
    jar = browser.cookies.get(browser.stage.host, {})
    found = set()
    for name in list(jar)[:6]:
        value = jar.pop(name)
        if not attempt(name, browser.open(browser.stage.home)).granted:
            found.add(name)
        browser.cookies[browser.stage.host] = jar = jar | {name: value}
    return found


def _said(page: Page) -> list[tuple[str, int]]:
    """How long cookies of an answer live, by Max-Age, Expires, or the end of a token that they carry."""
    found = []
    for header, value in page.headers:
        if header.lower() != "set-cookie":
            continue
        try:
            jar = SimpleCookie(value)
        except CookieError:
            continue
        for name, morsel in jar.items():
            seconds = _seconds(morsel["max-age"], morsel["expires"], morsel.value)
            if seconds is not None and seconds > 0:
                found.append((name, seconds))
    return found


def _seconds(age: str, expires: str, value: str) -> int | None:
    if str(age).isdigit():
        return int(age)
    try:
        if expires:
            return round((parsedate_to_datetime(expires) - datetime.now(UTC)).total_seconds())
        body = value.split(".")[1] if value.count(".") == 2 else ""
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) if body else {}
        return round(claims["exp"] - time.time()) if isinstance(claims.get("exp"), int | float) else None
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None
