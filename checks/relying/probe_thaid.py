"""Collects what sign-ins through ThaID show: good answers, answers with one fault, and a browser that cheats."""

import time

from harness.agent import Page
from harness.evidence import Missing
from harness.experiment import Attempt
from harness.registry import probe
from harness.target import RelyingParty
from harness.wire import Wire

from .evidence import ThaidTrials
from .probe_cheating import plain_redirect, poisoned, wrong_states
from .probe_people import MISTYPED, NAMESAKE
from .probe_scene import Scene
from .probe_server import later
from .probe_stage import Stage, not_this, playing, state_facts
from .probe_tokens import SIGNATURES
from .probe_visit import Browser, attempt

NAMES = ("state", "id_token", "expire_in", "expired", "errors", "replay", "logout", "pid", "outlived")
#: An access token that ends while the experiments run.
SHORT_SECONDS = 3
#: How long a platform may take to revoke a token in the background.
REVOKING_SECONDS = 1.0


@probe("relying", seconds=120)
def thaid_trials(party: RelyingParty, wire: Wire) -> ThaidTrials | Missing:
    """Sign in through a played ThaID some forty times; about 150 requests."""
    if party.relying.provider != "thaid":
        return not_this("ThaID", party)
    with playing(party, wire) as stage:
        stage.closed_to_strangers()
        redirects = (plain_redirect(stage), *poisoned(stage))
        control = stage.control() if redirects[0].to == "harness" else None
        after = _experiments(stage) if control and control.granted else None
        found = stage.experiments(NAMES, control, after)
        attempts = (a for e in found.values() for a in (e.control, *e.attempts, e.after))
        return ThaidTrials(
            experiments=found,
            redirects=redirects,
            states=state_facts(stage.states),
            calls=tuple(stage.provider.calls),
            leaks=tuple(sorted(stage.leaks)),
            registered=party.relying.redirect_uri,
            exchanges=stage.exchanges(attempts, *(r.exchange for r in redirects)),
            functions=bool(stage.functions),
            pages=len(stage.pages),
        )


def _experiments(stage: Stage) -> Attempt:
    """All experiments; the good sign-in after them."""
    if stage.functions:
        stage.learn_form()
    short, at_once = stage.enter(stage.scene("a token of few seconds", seconds=SHORT_SECONDS))
    ends = time.monotonic() + SHORT_SECONDS + 0.5
    wrong_states(stage)
    _tokens(stage)
    _times(stage)
    _errors(stage)
    _replay(stage)
    _logout(stage)
    _pid(stage)
    after = stage.control("a sound answer at the end")
    _expired(stage, short, at_once, ends)
    return after


def _tokens(stage: Stage) -> None:
    """One fault at a time in the id_token, where the platform asks for one."""
    scope = stage.browser().begin().params
    if "openid" not in scope.get("scope", "").split():
        return
    for fault in (*SIGNATURES, "iss", "aud", "exp", "at_hash", *(("nonce",) if scope.get("nonce") else ())):
        stage.tried("id_token", stage.enter(stage.scene(fault, fault=fault))[1])


def _times(stage: Stage) -> None:
    """`expire_in` in the past, and as if it were a number of seconds."""
    for name, value in (("a time in the past", later(-600)), ("the relative value 900", 900)):
        stage.tried("expire_in", stage.enter(stage.scene(name, expire_in=value))[1])


def _errors(stage: Stage) -> None:
    """The token endpoint refuses with a marked body; granted when somebody is signed in or the mark is shown."""
    for status in (400, 401):
        name, mark = f"ThaID answers {status}", f"mark{later(0)}x{status}"
        browser = stage.browser()
        begun = browser.begin()
        answer = browser.answer(begun, stage.scene(name, status=status, mark=mark))
        browser.watched = (mark, answer["code"])
        stage.tried("errors", _shown(browser, browser.back(begun, answer), name))
    browser = stage.browser()
    begun = browser.begin()
    said = {
        "error": "access_denied",
        "error_description": "user denied",
        "state": begun.params.get("state", ""),
    }
    stage.tried("errors", browser.entered(browser.back(begun, said), "the person declined"))


def _shown(browser: Browser, page: Page, name: str) -> Attempt:
    """An error is handled when nobody is signed in and nothing of it is shown, whatever the status."""
    found = browser.entered(page, name)
    leaked = bool(browser.seen)
    note = "the answer or the code is shown" if leaked else found.note
    return Attempt(
        name=name,
        granted=True if leaked else found.granted,
        status=found.status,
        exchange=found.exchange,
        note=note,
    )


def _replay(stage: Stage) -> None:
    """A callback that has succeeded is sent again; ThaID would honour the code a second time."""
    scene = Scene(name="a replayed callback", ial=stage.scene("").ial, twice=True)
    browser = stage.browser()
    begun = browser.begin()
    answer = browser.answer(begun, scene)
    browser.back(begun, answer)
    again = attempt("in the same session", browser.back(begun, answer))
    redeemed = sum(call.known for call in stage.provider.of(scene.name, "token")) > 1
    note = "the code was redeemed twice" if redeemed else ""
    stage.tried(
        "replay",
        Attempt(name=again.name, granted=redeemed, status=again.status, exchange=again.exchange, note=note),
    )
    stranger = stage.browser()
    stage.tried("replay", stranger.entered(stranger.back(begun, answer), "in another session"))


def _logout(stage: Stage) -> None:
    """Sign out; granted when ThaID was asked to revoke the token of this sign-in."""
    browser, entered = stage.enter(stage.scene("signing out"))
    page = browser.leave() if entered.granted else None
    if page is None:
        return
    ended = attempt("signing out", browser.open(stage.home))
    stop = time.monotonic() + REVOKING_SECONDS
    while not (calls := stage.provider.of("signing out", "revoke")) and time.monotonic() < stop:
        time.sleep(0.02)
    revoked = any(call.known for call in calls)
    name = "revocation at ThaID" if not ended.granted else "signing out, after which the session lived on"
    stage.tried(
        "logout",
        Attempt(
            name=name,
            granted=None if ended.granted else revoked,
            status=page.status,
            exchange=page.exchange.id,
        ),
    )


def _pid(stage: Stage) -> None:
    """Who opens the test patient's record: a number with a wrong check digit, and somebody of the same name."""
    own = stage.personal()
    for name, person in (("a wrong check digit", MISTYPED), ("another person of the same name", NAMESAKE)):
        stage.tried("pid", stage.opened(name, own, stage.shown(person, name)))


def _expired(stage: Stage, browser: Browser, at_once: Attempt, ends: float) -> None:
    """After the token's end: does the session go on, and on what? The first attempt is the session itself."""
    if not at_once.granted:
        return
    time.sleep(max(0.0, min(ends - time.monotonic(), stage.wire.remaining)))
    lives = attempt("the session after the token's end", browser.open(stage.home))
    refreshed = [call for call in stage.provider.calls if call.grant == "refresh_token"]
    told = [call for call in stage.provider.of("a token of few seconds", "introspect") if call.expired]
    for name, calls in (
        ("a refresh token that there is not", refreshed),
        ("a token that ThaID called ended", told),
    ):
        granted = None if lives.granted is None else bool(calls and lives.granted)
        stage.tried(
            "expired", Attempt(name=name, granted=granted, status=lives.status, exchange=lives.exchange)
        )
    stage.tried("outlived", lives)
