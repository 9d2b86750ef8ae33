"""Collects what each function gives at each level of proofing that the provider asserts."""

from harness.evidence import Missing
from harness.experiment import Attempt
from harness.levels import IAL
from harness.registry import probe
from harness.target import RelyingParty
from harness.wire import Wire

from .evidence import LevelTrials
from .probe_cheating import plain_redirect
from .probe_scene import Scene
from .probe_stage import Stage, playing, unnamed

#: Outside the list, each chosen for a wrong way to compare: as parts, as a number, as text.
ODD_TEXTS = ("2.10", "3.0", "9", "high")
ODD_NUMBERS = (3.5, 9.0, 23.0)


@probe("relying", seconds=240)
def level_trials(party: RelyingParty, wire: Wire) -> LevelTrials | Missing:
    """Sign in at every level, with levels that there are not, and with none; ask each function; about 80 requests."""
    if not party.relying.functions:
        return unnamed(
            "rule: applies where functions need a level of proofing; fact: the target file names no functions",
            "เงื่อนไข: ใช้เมื่อมีฟังก์ชันที่กำหนดระดับขั้นต่ำ; ข้อเท็จจริง: ไฟล์เป้าหมายไม่ได้ระบุฟังก์ชัน",
        )
    with playing(party, wire) as stage:
        stage.closed_to_strangers()
        begun = plain_redirect(stage)
        stage.learn_form()
        levels = _tried(stage, [(level, stage.scene(level, level)) for level in IAL])
        odd = _tried(
            stage,
            [*_odd(stage), ("3, signature wrong", stage.scene("unverified", fault="changed signature"))],
        )
        missing = {
            name: found[0] for name, found in _tried(stage, [("no level", stage.scene("none", None))]).items()
        }
        attempts = [a for found in (*levels.values(), *odd.values()) for a in found]
        return LevelTrials(
            levels=levels,
            odd=odd,
            missing=missing,
            exchanges=stage.exchanges([*attempts, *missing.values()], begun.exchange),
        )


def _odd(stage: Stage) -> list[tuple[str, Scene]]:
    values = ODD_NUMBERS if stage.numeric else ODD_TEXTS
    return [(f"`{value}`", Scene(name=f"odd {value}", ial=value)) for value in values]


def _tried(stage: Stage, scenes: list[tuple[str, Scene]]) -> dict[str, tuple[Attempt, ...]]:
    """One sign-in for each scene, then every function."""
    found: dict[str, list[Attempt]] = {name: [] for name in stage.functions}
    for said, scene in scenes:
        browser = stage.browser()
        browser.sign_in(scene, home=False)
        for name, place in stage.functions.items():
            found[name].append(browser.ask(place, said, label=f"{name}, level {said}"))
    return {name: tuple(attempts) for name, attempts in found.items()}
