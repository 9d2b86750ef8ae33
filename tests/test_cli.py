"""The command line as a user meets it: words, exit codes, nothing heavy at the start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from harness.errors import Exit


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_help_names_every_command_and_exit_code() -> None:
    found = call("--help")
    assert found.exit_code == Exit.MET
    for word in ("demo", "run", "judge", "report", "doctor", "target", "checks", "profiles", "130"):
        assert word in found.output


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, harness.cli; print([m for m in ('requests','jinja2','ssl','yaml','msgspec','nassl') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_judging_loads_no_network_library() -> None:
    code = (
        "import sys, harness.registry as r; r.checks(); import harness.run, harness.judge;"
        "print([m for m in ('requests','ssl','nassl','sslyze','tlslite','dns','cryptography','jinja2','yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "none.yaml", "--out", "x"], "none.yaml: cannot be read"),
        (["judge", "none"], "none is not a run folder"),
        (["report", "none"], "none is not a run folder"),
        (["doctor", "none.yaml"], "none.yaml: cannot be read"),
        (["checks", "show", "TLS-99"], "there is no check TLS-99; did you mean"),
        (["profiles", "show", "baselin"], "did you mean `baseline`"),
        (["demo", "--defect", "hsts-shrt"], "did you mean `hsts-short`"),
    ],
)
def test_mistakes_get_one_sentence_and_exit_2(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = call(*words)
    assert found.exit_code == Exit.USAGE
    assert says in found.output
    assert len(found.output.strip().splitlines()) == 1


def test_target_init_writes_once(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    assert call("target", "init", str(path)).exit_code == Exit.MET
    before = path.read_bytes()
    assert call("target", "init", str(path)).exit_code == Exit.USAGE
    assert path.read_bytes() == before


def test_schema_and_lists_are_json() -> None:
    assert json.loads(call("target", "schema").output)["$defs"]["Target"]
    assert json.loads(call("checks", "list", "--json").output)
    assert json.loads(call("profiles", "list", "--json").output)
    assert json.loads(call("profiles", "show", "baseline", "--json").output)["checks"]


def test_a_check_is_shown_in_both_languages() -> None:
    assert "Remedy" in call("checks", "show", "HTTP-03").output
    assert "แก้ไข" in call("checks", "show", "HTTP-03", "--lang", "th").output
