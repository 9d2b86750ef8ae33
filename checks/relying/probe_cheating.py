"""What a cheating browser does before and after the provider: moves the callback, changes the state."""

from collections.abc import Iterable
from urllib.parse import urlencode

from harness.evidence import Cause
from harness.scope import WireError

from .evidence import LoginRedirect
from .probe_stage import Stage
from .probe_visit import attempt, redirect_facts

_CANARY = "canary.invalid"
_FOREIGN = f"https://{_CANARY}/callback"
_POISON = (
    ("X-Forwarded-Host", (("X-Forwarded-Host", _CANARY),), ""),
    ("Forwarded", (("Forwarded", f"host={_CANARY};proto=https"),), ""),
    ("X-Forwarded-Prefix", (("X-Forwarded-Prefix", "/canary"),), ""),
    ("redirect_uri in the query", (), "?" + urlencode({"redirect_uri": _FOREIGN})),
    ("callback in the query", (), "?" + urlencode({"callback": _FOREIGN, "callbackUrl": _FOREIGN})),
)
STATES = ("changed", "missing", "of another session", "in a session that began nothing")


def plain_redirect(stage: Stage) -> LoginRedirect:
    """The start of the sign-in as it is. Raises WireError where it does not lead to a provider."""
    begun = stage.browser().begin()
    stage.began(begun.params.get("state", ""))
    found = redirect_facts("plain", begun, stage)
    if found.to not in ("harness", "national"):
        fault = begun.page.exchange.fault
        raise WireError(
            fault or Cause.UNSTABLE,
            f"{stage.party.relying.start} did not lead to the provider (status {begun.page.status}, redirect to "
            f"{found.to}); point the test configuration to http://{stage.party.relying.listen}",
        )
    return found


def poisoned(stage: Stage) -> tuple[LoginRedirect, ...]:
    """The start of the sign-in with what would move redirect_uri to another host or path."""
    return tuple(
        redirect_facts(name, stage.browser().begin(headers=headers, query=query), stage)
        for name, headers, query in _POISON
    )


def wrong_states(stage: Stage, names: Iterable[str] = STATES) -> None:
    """Come back with a state that is changed, missing, another session's, or in a session that began nothing."""
    for name in names:
        browser, other = stage.browser(), stage.browser()
        begun = browser.begin()
        stage.began(begun.params.get("state", ""))
        foreign = begun if name in ("changed", "missing") else other.begin()
        if not begun.pairs or not foreign.pairs:
            stage.tried("state", attempt(name, begun.page, granted=None))
            continue
        answer = browser.answer(foreign, stage.scene(f"state {name}"))
        if name == "changed":
            answer["state"] = _other(answer.get("state", ""))
        elif name == "missing":
            answer.pop("state", None)
        elif name.startswith("in a session"):
            browser = stage.browser()
        stage.tried("state", browser.entered(browser.back(begun, answer), name))


def _other(state: str) -> str:
    """The same text with its first character changed."""
    return ("B" if state[:1] == "A" else "A") + state[1:]
