"""The authenticator of a test account makes the codes of RFC 6238, each once; levels are steps of a list."""

import base64

import pytest
from harness.checks.sessions.factor_evidence import FactorTrial
from harness.checks.sessions.factors import reached
from harness.checks.sessions.probe_codes import Authenticator

from harness.experiment import Attempt
from harness.idtarget import Codes
from harness.levels import AAL, reaches
from harness.scope import WireError

SEED = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"), [(59, "94287082"), (1_111_111_109, "07081804"), (2_000_000_000, "69279037")]
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1."""
    assert Authenticator(SEED, Codes(digits=8)).code(at // 30) == code


def test_a_seed_may_be_written_in_groups_and_must_be_base32() -> None:
    assert Authenticator("gezd gnbv-GY3TQOJQ GEZDGNBVGY3TQOJQ", Codes()).code(1) == "287082"
    with pytest.raises(WireError, match="base32"):
        Authenticator("not a seed!", Codes())


def test_wrong_codes_are_wrong_and_old_ones_old() -> None:
    app = Authenticator(SEED, Codes())
    near = {app.code(step) for step in range(app.step - 100, app.step + 100)}
    wrong = app.wrong(100)
    assert len(set(wrong)) == 100
    assert not near & set(wrong)
    assert app.older(90) == app.code(app.step - 4)


def test_levels_are_steps() -> None:
    yes, no = Attempt(name="x", granted=True), Attempt(name="x", granted=False)
    assert reached(FactorTrial(alone=yes)) == "1"
    assert reached(FactorTrial(alone=no, wrong=yes, code=yes)) == "1"
    assert reached(FactorTrial(alone=no, wrong=no, code=yes)) == "2.1"
    assert reached(FactorTrial(alone=no)) is None
    assert [floor for floor in AAL if reaches(AAL, "2.1", floor)] == ["1", "2.1"]
    assert not reaches(AAL, "2.10", "2.1")
    assert not reaches(AAL, 3, "2.1")
