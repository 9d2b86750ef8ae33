"""The import arrows of ARCHITECTURE.md, enforced: probes may touch the network, rules and renderers may not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NETWORK = {
    "asyncio", "dns", "http", "nassl", "requests", "select", "smtplib", "socket", "socketserver", "sslyze",
    "ssl", "tls_parser", "tlslite", "urllib3", "zapv2", "subprocess", "h11", "h2",
}  # fmt: skip
#: What a rule or an evidence module may use of the engine.
FOR_RULES = {
    "harness.model", "harness.evidence", "harness.registry", "harness.experiment", "harness.wording", "harness.levels",
    "harness.sampling",
}  # fmt: skip
FOR_REPORTS = {
    "harness.model", "harness.evidence", "harness.record", "harness.ledger", "harness.requirement",
}  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


RULES = [p for p in files("checks") if not p.name.startswith("probe")]
PROBES = [p for p in files("checks") if p.name.startswith("probe")]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_look_at() -> None:
    assert len(RULES) > 10
    assert len(PROBES) > 4


@pytest.mark.parametrize("path", RULES, ids=name)
def test_rules_use_the_engine_and_no_network(path: Path) -> None:
    found = set(imports(path))
    assert {m for m in found if m.split(".")[0] in NETWORK} == set()
    assert {m for m in found if m.startswith("harness")} <= FOR_RULES


@pytest.mark.parametrize("path", PROBES, ids=name)
def test_probes_do_not_judge(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"passed", "failed", "Judgement", "Verdict", "check"}
    assert "harness.judge" not in set(imports(path))


@pytest.mark.parametrize("path", files("reports"), ids=name)
def test_reports_only_display(path: Path) -> None:
    found = {m for m in imports(path) if m.startswith("harness")}
    assert found <= FOR_REPORTS
    assert {m for m in imports(path) if m.split(".")[0] in NETWORK} == set()


@pytest.mark.parametrize("path", [p for p in files("harness") if "demo" not in p.parts], ids=name)
def test_the_engine_knows_no_check_and_no_report_by_name(path: Path) -> None:
    assert not {m for m in imports(path) if m.startswith(("harness.checks.", "harness.reports."))}


@pytest.mark.parametrize("path", files("checks"), ids=name)
def test_domains_do_not_lean_on_each_other(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.ImportFrom) and node.level > 1), (
            "relative imports stay inside the folder"
        )
    assert not {m for m in imports(path) if m.startswith("harness.checks.")}
