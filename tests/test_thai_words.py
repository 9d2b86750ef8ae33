"""What the Thai report says is Thai: every reason of two runs and of every vector, and every name that a probe can give."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from string import Formatter
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from harness import registry, wording
from harness.demo import DEFECTS
from harness.errors import HarnessError
from harness.evidence import Envelope, Evidence, Missing
from harness.experiment import Attempt
from harness.judge import judge_one
from harness.model import Text
from harness.record import Run
from harness.settings import typed
from harness.wording import both, joined, known, learn
from tests.test_mutants import audited
from tests.test_vectors import FILES, FOLDER, Vector

DOMAINS = frozenset({"identity", "sessions", "relying"})
CHECKS = {id: spec for id, spec in registry.checks().items() if spec.domain in DOMAINS}
ROOT = Path(__file__).parent.parent
PROBES = [path for domain in sorted(DOMAINS) for path in sorted((ROOT / "checks" / domain).glob("probe*.py"))]
THAI = re.compile(r"[ก-๙]")
#: Several words in a row that a Thai engineer writes so, too.
TERMS = ("access token", "refresh token", "password grant", "Health ID", "Provider ID", "OpenID Connect")
#: What is quoted, and addresses.
QUOTED = re.compile(r"`[^`]*`|“[^”]*”|https?://\S+")
#: A word and not a sign: `redirect_uri`, `RS256`, `PKCE`, `launch-standalone` and `max_age=1` are signs.
WORD = re.compile(r"[(\"']*(?=[A-Z]*[a-z])[A-Za-z][A-Za-z']*[,;:.)\"']*")


def english(text: str) -> list[str]:
    """Two English words in a row, wherever they stand in a Thai text."""
    for term in TERMS:
        text = text.replace(term, "")
    words = [bool(WORD.fullmatch(word)) and word for word in QUOTED.sub("`", text).split()]
    return [f"{a} {b}" for a, b in pairwise(words) if a and b and a[-1] not in ",;:"]


def test_english_in_a_thai_text_is_seen() -> None:
    assert english("ระบบยอมให้: the used refresh token again 200") == ["the used", "used again"]
    assert english("ระบบยอมให้: response type `token` 303") == ["response type"]
    assert english("ขอ `openid pid` จาก https://id.test/a b และ RS256 ES256") == []


def attempts(value: object) -> Iterator[Attempt]:
    """Every attempt anywhere inside a piece of evidence."""
    if isinstance(value, Attempt):
        yield value
    elif isinstance(value, Struct):
        yield from (a for name in value.__struct_fields__ for a in attempts(getattr(value, name)))
    elif isinstance(value, dict):
        yield from (a for part in value.values() for a in attempts(part))
    elif isinstance(value, list | tuple):
        yield from (a for part in value for a in attempts(part))


def evidence(folder: Path) -> Iterator[Evidence]:
    """What the probes of a run brought home."""
    kinds = {kind.__name__: kind for kind in registry.probes()}
    for path in folder.rglob("evidence/**/*.json"):
        envelope = msgspec.json.decode(path.read_bytes(), type=Envelope)
        found = envelope.open(kinds[envelope.schema])
        if not isinstance(found, Missing):
            yield found


@pytest.fixture(scope="module", params=["conforming", "all defects"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A run against the demo platform, and its folder."""
    bad = [name for name, defect in DEFECTS.items() if defect.combinable]
    folder = tmp_path_factory.mktemp("run")
    return audited(() if request.param == "conforming" else bad, folder, DOMAINS, patient=False), folder


def test_every_reason_of_a_run_reads_as_thai(ran: tuple[Run, Path]) -> None:
    reasons = {(r.check, r.reason.th) for item in ran[0].items for r in item.results}
    assert not [(check, said) for check, said in reasons if english(said) or not THAI.search(said)]


def test_every_name_and_note_of_a_run_has_thai(ran: tuple[Run, Path]) -> None:
    seen = {words for found in evidence(ran[1]) for a in attempts(found) for words in (a.name, a.note)}
    assert len(seen) > 100
    assert not [words for words in seen if re.search("[a-z]{2}", QUOTED.sub("", words)) and not known(words)]


def reason(check: str, vector: Vector) -> Text:
    spec = CHECKS[check]
    settings: dict[str, Any] = {k: typed(spec, k, v, FOLDER) for k, v in vector.settings.items()}
    found = msgspec.convert(vector.evidence, spec.evidence, strict=False)
    return judge_one(spec, found, {**spec.settings, **settings}).reason


@pytest.mark.parametrize("check", CHECKS)
def test_every_reason_of_a_vector_reads_as_thai(check: str) -> None:
    reasons = {reason(check, v).th for v in FILES[check].vectors if v.evidence is not None}
    assert not [said for said in reasons if english(said) or not THAI.search(said)]


#: Two words or more, without the signs that code, markup and patterns have.
PROSE = re.compile(r"(?=.*[a-z]{2})(?=.*\S \S)[\w ,.:;'`()/#=-]+")
#: What a played provider says to the platform, not to the reader.
PLAYED = ("probe_moph_mock", "probe_thaid_mock", "probe_national", "probe_scene")
#: Literals of probes that stand in no reason: names of scenes and experiments, labels, what is sent, parts of words.
UNSEEN = frozenset(
    {
        "id_token token", "code token", "code id_token token", "code id_token", "launch/patient 7",
        "the signing key", "authorization request", "code for tokens", "client assertion", "redirect_uri: 7",
        "registering 7", "one-time code", "authenticated again", "; tokens are bound to certificates instead",
        "moph-harness test", "moph-harness test, please delete", "provider 7", "user denied", "state 7", "odd 7",
        "in a session", "claims of the browser", "no provider id", "Health ID", "Provider ID", "the patient",
        "the patient again", "a stranger", "the form of levels", "moph7 UNION SELECT 'moph-known'-- ",
    }
)  # fmt: skip
#: Texts in both languages, or for programmers only.
CALLS = ("Text", "unnamed", "ValueError")
#: What may stand in the places of an f-string: a value, or words that have Thai of their own.
FILLED = (
    "7",
    "the reply ended: reset",
    "as nobody",
    "laboratory",
    "http",
    "https",
    "first",
    "userinfo",
    "with the token",
)


def samples(node: ast.expr) -> list[str]:
    """What a literal may say, an f-string with all that may fill its places."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if not isinstance(node, ast.JoinedStr):
        return []
    parts = [(p.value,) if isinstance(p, ast.Constant) else FILLED for p in node.values]
    return ["".join(map(str, chosen)) for chosen in product(*parts)]


def left_out(tree: ast.AST) -> Iterator[ast.AST]:
    """What is no name: documentation, texts in both languages, labels of exchanges, and parts of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.keyword) and node.arg == "label":
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield from ast.walk(node)


def names(path: Path) -> Iterator[list[str]]:
    """The literals of a module that read as a name or a sentence: words, blanks and points, but no code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    other = set(map(id, left_out(tree)))
    for node in ast.walk(tree):
        said = samples(node) if isinstance(node, ast.expr) and id(node) not in other else []
        if said and PROSE.fullmatch(said[0]) and not said[0].startswith(("Bearer ", "Basic ")):
            yield said


@pytest.mark.parametrize(
    "path", [p for p in PROBES if p.stem not in PLAYED], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_name_that_a_probe_can_give_has_thai(path: Path) -> None:
    lacking = [said[0] for said in names(path) if not any(map(known, said))]
    assert not [said for said in lacking if said not in UNSEEN]


def details(path: Path) -> Iterator[list[str]]:
    """What a module of the engine says of a request that came to nothing."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "detail":
            yield samples(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "WireError":
            yield from (samples(argument) for argument in node.args)


@pytest.mark.parametrize("path", sorted((ROOT / "harness").glob("*.py")), ids=lambda path: path.stem)
def test_every_detail_of_the_wire_has_thai(path: Path) -> None:
    assert not [said[0] for said in details(path) if said and not any(map(known, said))]


def test_what_is_excused_is_still_there() -> None:
    assert {said[0] for path in PROBES for said in names(path)} >= UNSEEN


def test_both_halves_of_a_word_have_the_same_places() -> None:
    for english_words, thai in wording._fixed.items():
        assert _places(english_words) == _places(thai), english_words


def _places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_a_word_has_one_translation_and_a_shape_keeps_its_values() -> None:
    assert both("a code 70 s old").th == "รหัสอนุญาตที่ออกมาแล้ว 70 วินาที"
    assert both("machine: as nobody").th == "ไคลเอนต์ `machine`: โดยไม่ระบุว่าเป็นผู้ใด"
    assert not known("machine: as a stranger")
    with pytest.raises(HarnessError):
        learn({"as nobody": "คำอื่น"})
    assert joined([Text("a", "ก"), Text("", ""), Text("b", "ข")]) == Text("a; b", "ก; ข")
