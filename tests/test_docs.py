"""What the documentation claims is true."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from harness import pages, registry
from harness.cli import main
from harness.errors import EXIT_MEANING, Exit

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def test_generated_pages_are_up_to_date() -> None:
    stale = [p.name for p, text in pages.generated(ROOT).items() if p.read_text(encoding="utf-8") != text]
    assert not stale, "run: make docs"


def test_every_exit_code_has_a_meaning() -> None:
    assert set(EXIT_MEANING) == set(Exit)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_between_documents_resolve(path: Path) -> None:
    for place in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert "://" in place or (path.parent / place).exists(), place


def commands(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, (*words, name))
        else:
            found.append((*words, name))
    return found


def test_every_command_in_the_readme_exists() -> None:
    known = {" ".join(words) for words in commands(main)}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for used in re.findall(
        r"moph-harness ([a-z]+(?: (?:init|schema|list|show|coverage|diff|new|verify))?)", text
    ):
        assert used in known, used


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for line in re.findall(r"`?make ([a-z -]+)", path.read_text(encoding="utf-8")):
            for word in line.split():
                if word in {"lint", "types", "docs", "test", "demo", "bench", "test-system"}:
                    assert word in targets


@pytest.mark.parametrize("spec", registry.checks().values(), ids=lambda s: s.id)
def test_every_check_speaks_both_languages(spec: registry.CheckSpec) -> None:
    for text in (spec.title, spec.why, spec.remedy):
        assert text.en.strip()
        assert "\n" not in text.en + text.th, "a report shows where a line breaks"
        assert re.search(r"[\u0e00-\u0e7f]", text.th), text.th
    assert spec.verifies
    assert not spec.title.en.endswith(".")


def test_the_repository_names_no_index_host_and_no_machine_path() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    bad = re.compile(r"/(?:simple|maven2)/|index[-]url|/home/[a-z]|/root/")
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".jinja", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            if path.name != "test_docs.py" and path.parent.name != "vectors":  # vectors quote leaks of others
                assert not bad.search(text), name
