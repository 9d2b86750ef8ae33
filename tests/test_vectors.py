"""Every check against its vectors: stored evidence in, verdict out, with where each case comes from."""

import re
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from msgspec import Struct

from harness import registry, yamlfile
from harness.evidence import MEANING, Cause
from harness.judge import judge_one
from harness.model import Verdict
from harness.settings import typed

FOLDER = Path(__file__).parent / "vectors"
CHECKS = registry.checks()
KINDS = ("conforming", "violating", "malformed", "absent")


class Vector(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    kind: Literal["conforming", "violating", "malformed", "absent"]
    origin: str
    expect: Verdict
    evidence: dict[str, Any] | None = None
    missing: Cause | None = None
    settings: dict[str, Any] = {}
    says: str = ""


class VectorFile(Struct, frozen=True, forbid_unknown_fields=True):
    check: str
    vectors: tuple[Vector, ...]


FILES = {path.stem: yamlfile.load(path, VectorFile) for path in sorted(FOLDER.glob("*.yaml"))}
CASES = [pytest.param(f.check, v, id=f"{f.check}-{v.name}") for f in FILES.values() for v in f.vectors]


@pytest.mark.parametrize(("check", "vector"), CASES)
def test_vector(check: str, vector: Vector) -> None:
    spec = CHECKS[check]
    assert (vector.evidence is None) != (vector.missing is None), "give either evidence or missing"
    if vector.missing is not None:
        assert MEANING[vector.missing][0] is vector.expect
        return
    settings = {**spec.settings, **{k: typed(spec, k, v, FOLDER) for k, v in vector.settings.items()}}
    evidence = msgspec.convert(vector.evidence, spec.evidence, strict=False)
    judgement = judge_one(spec, evidence, settings)
    assert judgement.verdict is vector.expect, judgement.reason.en
    assert re.search(vector.says, judgement.reason.en), judgement.reason.en
    assert "{" not in judgement.reason.en.replace("{{", "")


def test_every_check_has_vectors_of_every_kind() -> None:
    lacking = {
        id: sorted(set(KINDS) - {v.kind for v in (FILES[id].vectors if id in FILES else ())})
        for id in CHECKS
        if id not in FILES or set(KINDS) - {v.kind for v in FILES[id].vectors}
    }
    assert not lacking


def test_every_vector_file_is_named_after_its_check() -> None:
    assert {stem: f.check for stem, f in FILES.items() if stem != f.check} == {}
    assert set(FILES) <= set(CHECKS)


@pytest.mark.parametrize("id", CHECKS)
def test_some_vector_fails_and_none_passes_without_evidence(id: str) -> None:
    vectors = FILES[id].vectors
    scored = {v.expect for v in vectors}
    assert Verdict.PASS in scored or Verdict.INFO in scored
    assert Verdict.FAIL in scored or Verdict.INFO in scored
    assert all(v.expect is not Verdict.PASS for v in vectors if v.missing)
