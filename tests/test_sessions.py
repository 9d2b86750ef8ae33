"""Signing in, passwords and sessions, tried on a small right platform and on one with one fault each."""

import re
import time
from itertools import product
from typing import Any

import msgspec
import pytest
from harness.checks.sessions.comparing import by_face, by_time
from harness.checks.sessions.evidence import Reply, SpareAccount, Telling
from harness.checks.sessions.probe_candidates import made, offers
from harness.checks.sessions.probe_telling import nobody_like
from harness.checks.sessions.ranks import compare

from harness import target
from harness.demo.defects_sessions import DEFECTS
from harness.demo.platform import DemoPlatform
from harness.demo.rules import good_password
from harness.evidence import Missing
from harness.probing import Surroundings, run_probe
from harness.scope import Gate, Names
from harness.secrets import credentials
from tests.sessions_servers import (
    CHECKS,
    FIRST,
    MAIN,
    PROBES,
    SPARE,
    around,
    ask,
    collected,
    judged,
    serving,
    subject,
)

pytestmark = pytest.mark.usefixtures("must_end")
SPARES = "ATN-03 ATN-04 ATN-05 ATN-06 ATN-10 ATN-21"
MAINS = "ATN-07 ATN-08 ATN-13"
OTHERS = "ATN-02 ATN-09 ATN-11"


def test_a_right_platform_passes() -> None:
    found = ask(f"{SPARES} {MAINS} {OTHERS}", {})
    assert {id: why for id, (got, why) in found.items() if got != "pass"} == {}


def test_plain_http_is_told() -> None:
    got, why = ask("ATN-01", {})["ATN-01"]
    assert (got, why) == ("fail", "the sign-in page itself is plain HTTP")


BAD: list[tuple[str, str, dict[str, Any], str]] = [
    ("ATN-02", OTHERS, {"delivered": True}, "admin with a delivered password 303"),
    ("ATN-03", SPARES, {"most": 9}, "locked only after more than 5"),
    ("ATN-04", SPARES, {"by_header": True}, "X-Forwarded-For 303"),
    ("ATN-05", SPARES, {"tells": True}, "`name or password wrong` for a known name, `no such user`"),
    ("ATN-06", SPARES, {"cut": 30}, "signs in when cut short"),
    ("ATN-06", SPARES, {"longest": 60}, "64 characters of four classes was refused"),
    ("ATN-07", MAINS, {"keeps": True}, "identifiers from before the sign-in 200"),
    ("ATN-07", MAINS, {"keeps": True, "adopts": True}, "made-up identifiers 200"),
    ("ATN-08", MAINS, {"lives_on": True}, "cookies from before the logout 200"),
    ("ATN-10", SPARES, {"keeps_others": True}, "the other session after the change 200"),
    ("ATN-11", OTHERS, {"reset_tells": True}, "status 200 / 404"),
    ("ATN-11", OTHERS, {"believes_host": True}, "X-Forwarded-Host 200"),
    ("ATN-13", MAINS, {"attributes": "Path=/; HttpOnly"}, "lacks Secure, SameSite"),
    ("ATN-13", MAINS, {"cookie_value": lambda: f"{time.monotonic_ns():020d}"}, "room for .* bits only"),
    ("ATN-21", SPARES, {"least": 8}, "8 characters of four classes was taken"),
]


@pytest.mark.parametrize(
    ("id", "ids", "careless", "says"), BAD, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_careless_platform_fails_where_it_is_careless_and_nowhere_else(
    id: str, ids: str, careless: dict[str, Any], says: str
) -> None:
    found = ask(ids, careless)
    got, why = found.pop(id)
    assert got == "fail", why
    assert re.search(says, why), why
    assert {other: why for other, (got, why) in found.items() if got != "pass"} == {}


def test_common_passwords_fail_both_rules() -> None:
    found = ask("ATN-06 ATN-21", {"common_ok": True})
    assert [got for got, _ in found.values()] == ["fail", "fail"]


def test_the_two_rules_for_passwords_contradict_each_other() -> None:
    free = ask("ATN-06 ATN-21", {"free": True, "most": 5})
    assert free["ATN-06"][0] == "pass", free
    assert free["ATN-21"][0] == "fail"
    with serving(free=True) as one, serving() as other:
        evidence = [collected("spare_account", port) for port in (one, other)]
    assert [judged("ATN-06", e, composition=False)[0] for e in evidence] == ["pass", "fail"]


def test_no_lock_at_all() -> None:
    found = ask("ATN-03 ATN-04", {"most": 10_000})
    assert found["ATN-03"] == ("fail", "the right password still signed in after 20 wrong ones in a row")
    assert found["ATN-04"][0] == "inconclusive"


@pytest.mark.parametrize(
    ("careless", "expected"),
    [
        ({"silent_lock": True}, "needs_review"),
        ({"silent_lock": True, "footer": True}, "needs_review"),  # the footer's 15 minutes are not the lock's
        ({"wait": 60}, "needs_review"),
        ({"wait": 1800}, "pass"),
    ],
)
def test_how_long_a_lock_lasts_is_what_the_platform_says(careless: dict[str, Any], expected: str) -> None:
    assert ask("ATN-03", careless)["ATN-03"][0] == expected


def test_a_stricter_lock_is_as_good() -> None:
    got, why = ask("ATN-03", {"most": 3})["ATN-03"]
    assert got == "pass", why


def test_the_password_is_put_back_past_a_history() -> None:
    with serving(history=5) as port:
        envelope = collected("spare_account", port)
    found = envelope.open(SpareAccount)
    assert isinstance(found, SpareAccount)
    assert found.restored is True
    with serving(history=50) as port:
        envelope = collected("spare_account", port)
    spec = CHECKS["ATN-06"]
    found = envelope.open(SpareAccount)
    assert isinstance(found, SpareAccount)
    assert found.restored is False
    assert "NOT PUT BACK" in dict(spec.rule(found, **spec.settings).facts)["password of the spare account"]


def test_a_change_form_of_two_fields() -> None:
    assert ask("ATN-21", {"two_fields": True})["ATN-21"][0] == "pass"


def test_a_platform_that_takes_no_password_proves_nothing() -> None:
    found = ask("ATN-06 ATN-10 ATN-21", {"takes_nothing": True})
    assert {got for got, _ in found.values()} == {"inconclusive"}


def test_a_slow_answer_for_those_who_exist_is_noticed() -> None:
    got, why = ask("ATN-05", {"slow": 0.3})["ATN-05"]
    assert got in ("fail", "needs_review")  # a busy machine may blur what is plain
    assert "takes longer" in why


def test_words_that_change_each_time_are_for_a_person() -> None:
    assert ask("ATN-05", {"noise": True})["ATN-05"][0] == "needs_review"


@pytest.mark.parametrize(("skips", "expected"), [(True, "fail"), (False, "pass")])
def test_second_factor(skips: bool, expected: str) -> None:
    login = {"second_factor": True}
    assert ask("ATN-12", {"second": True, "skips": skips}, login)["ATN-12"][0] == expected
    assert ask("ATN-12", {})["ATN-12"][0] == "not_applicable"


def test_where_a_code_is_asked_for_and_none_can_be_made_sessions_are_not_tested() -> None:
    found = ask(f"{MAINS} ATN-02 ATN-03 ATN-06", {"second": True}, {"second_factor": True})
    assert {id: got for id, (got, _) in found.items()} == {
        "ATN-02": "pass", "ATN-03": "pass", "ATN-06": "inconclusive",
        **dict.fromkeys(MAINS.split(), "not_run"),
    }  # fmt: skip


def test_a_wrong_test_password_is_no_second_factor() -> None:
    with serving(second=True) as port:
        surroundings = around(port)
        surroundings.credentials["portal.account"] = "not-it"
        envelope = run_probe(PROBES["half_session"], subject(port, second_factor=True), surroundings)
    assert judged("ATN-12", envelope)[0] == "inconclusive"


@pytest.mark.parametrize(
    ("careless", "expected"),
    [({"idle": 1, "whole": 3}, "pass"), ({"idle": 1}, "fail"), ({"whole": 3}, "fail")],
)
def test_short_lives_are_awaited(careless: dict[str, Any], expected: str) -> None:
    got, why = ask("ATN-09", careless, {"idle_seconds": 1, "absolute_seconds": 3})["ATN-09"]
    assert got == expected, why


def test_declared_lives() -> None:
    assert ask("ATN-09", {}, {"idle_seconds": None})["ATN-09"][0] == "inconclusive"
    assert ask("ATN-09", {}, {"idle_seconds": 3600})["ATN-09"] == ("fail", "declared: 3600 s idle, above 900")
    long = {"attributes": "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000"}
    assert ask("ATN-09", long)["ATN-09"][0] == "needs_review"


def test_a_cookie_that_is_needed_but_no_secret_is_not_blamed() -> None:
    got, why = ask("ATN-13", {"affinity": True})["ATN-13"]
    assert got == "pass", why


@pytest.mark.parametrize(
    ("careless", "says"),
    [
        ({"script_only": True}, "no form with name and password"),
        ({"open_home": True}, "opens without a session"),
        ({"gone": 4}, ""),
        ({"logout_status": 403}, "the control did not hold"),
    ],
)
def test_what_cannot_be_told_is_inconclusive(careless: dict[str, Any], says: str) -> None:
    got, why = ask("ATN-08", careless)["ATN-08"]
    assert got == "inconclusive", why
    assert says in why


def test_without_a_spare_account_or_consent_nothing_is_touched() -> None:
    with serving() as port:
        for id, login in (("ATN-03", {"spare": None}), ("ATN-11", {"reset": None})):
            name = next(n for n, s in PROBES.items() if s.evidence is CHECKS[id].evidence)
            assert judged(id, collected(name, port, **login))[0] in ("not_run", "not_applicable")
        for name in ("spare_account", "default_logins", "forgotten_password"):
            refused = run_probe(PROBES[name], subject(port), around(port, frozenset()))
            assert isinstance(refused.missing, Missing)
            assert not refused.footprint


def test_no_password_and_no_cookie_is_written_down() -> None:
    with serving() as port:
        for name, probe in PROBES.items():
            envelope = run_probe(probe, subject(port), around(port))
            written = msgspec.json.encode(envelope).decode()
            assert FIRST not in written, name
            assert "Aa1-main-first" not in written, name
            assert "Set-Cookie" not in written or "[cookie:" in written
            assert len(written) < 300_000


def test_all_faults_of_the_demo_together_all_show() -> None:
    found: dict[str, set[str]] = {}
    with DemoPlatform(d.name for d in DEFECTS) as demo:
        described = target.load(demo.target_path)
        known = credentials(described)[0]
        surroundings = Surroundings(described, Names(described), Gate(described.scope), known, b"salt" * 8)
        pages = target.subjects(described)["login"]
        envelopes = {
            spec.evidence: [run_probe(spec, page, surroundings) for page in pages] for spec in PROBES.values()
        }
    for id, spec in CHECKS.items():
        found[id] = {judged(id, envelope)[0] for envelope in envelopes[spec.evidence]}
    assert {id: got for id, got in found.items() if "fail" not in got} == {}


# -- numbers and names ------------------------------------------------------------------------------


def test_ranks_by_counting() -> None:
    """Of the 35 ways to split 3 from 7 one has all small values first and one has them last."""
    assert compare([1, 2, 3], [4, 5, 6, 7]).p == pytest.approx(2 / 35)
    assert compare([1, 2, 3], [4, 5, 6, 7]).larger == 0
    assert compare([5, 5], [5, 5]) == compare([], []).__class__(0.5, 1.0)
    wins = sum(1.0 if a > b else 0.5 if a == b else 0 for a, b in product([1, 3, 3], [2, 3]))
    assert compare([1, 3, 3], [2, 3]).larger == pytest.approx(wins / 6)


def test_ranks_by_the_normal_form() -> None:
    """By hand: U = 0, mean 128, deviation √(16·16·33/12) = 26.533, so z = 127.5 / 26.533 = 4.805."""
    low, high = [float(x) for x in range(16)], [float(x) for x in range(16, 32)]
    assert compare(low, high).p == pytest.approx(1.546e-6, rel=0.01)
    assert compare(low, low).p > 0.9
    assert compare([3.0] * 20, [3.0] * 20).p == 1


def replies(step: str, *milliseconds: float, words: str = "x") -> tuple[Reply, ...]:
    return tuple(Reply(step=step, status=401, words=words, milliseconds=m) for m in milliseconds)


def test_times_need_size_and_certainty() -> None:
    quick, slow = [10 + i % 3 for i in range(16)], [90 + i % 3 for i in range(16)]
    plain = by_time(Telling(known=replies("1st", *slow), unknown=replies("1st", *quick)), 0.99999, 5)
    assert plain is not None
    assert plain.certain
    near = by_time(
        Telling(known=replies("1st", *(q + 3 for q in quick)), unknown=replies("1st", *quick)), 0.99999, 5
    )
    assert near is None
    some = by_time(
        Telling(known=replies("1st", *(q + 12 for q in quick)), unknown=replies("1st", *quick)), 0.99999, 5
    )
    assert some is not None
    assert not some.certain


def test_one_answer_of_each_kind_shows_nothing_steady() -> None:
    assert by_face(Telling(known=replies("1st", 1), unknown=replies("1st", 1, words="y"))) is None
    assert by_face(Telling(known=replies("1st", 1, 1), unknown=replies("1st", 1, 1, words="y"))) is not None


def test_names_that_nobody_has_look_like_the_one_that_somebody_has() -> None:
    assert nobody_like(SPARE).endswith("@demo.test")
    assert nobody_like(MAIN) != MAIN
    number = nobody_like("1101700203450")
    total = sum(int(d) * (13 - i) for i, d in enumerate(number[:12]))
    assert number[0] == "9"
    assert int(number[12]) == (11 - total % 11) % 10


def test_offers_are_what_they_are_called() -> None:
    for offer in offers():
        digits = "".join(c for c in offer.name.split()[0] if c.isdigit())
        assert not digits or int(digits) == len(offer.value), offer.name
        assert ("four classes" not in offer.name) or offer.classes == 4
    assert len({made(10) for _ in range(100)}) == 100


def test_chance_writes_nothing_that_a_rule_against_common_passwords_refuses() -> None:
    leet = str.maketrans("@4301!$57|+", "aaeoiisstlt")
    for _ in range(300):
        long = made(64)
        assert good_password(long)
        assert not set(long.lower().translate(leet)) & set("aeiou")
        assert not re.search(r"abc|123|321|987|678|qwe|zxc|dfg|(.)\1\1", long.lower())
