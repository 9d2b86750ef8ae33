"""Target files: what is accepted, and the sentence for everything that is not."""

from pathlib import Path

import pytest

from harness import target
from harness.errors import BadInput
from harness.scaffold import TEMPLATE

GOOD = """\
name: Platform
owner: Owner
scope:
  authorised_by: A
  document: D
  contact: c@example.org
  hosts: [p.test, "2001:db8::1"]
components:
  - name: portal
    kind: portal
    base_url: https://p.test/
  - name: api
    kind: api
    base_url: https://p.test/api
    claims: [mtls]
  - name: admin
    kind: admin
    base_url: https://[2001:db8::1]:8443
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "target.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_gives_its_subjects(tmp_path: Path) -> None:
    found = target.subjects(target.load(written(tmp_path, GOOD)))
    assert [s.id for s in found["endpoint"]] == ["p.test:443", "2001:db8::1:8443"]
    assert [s.id for s in found["site"]] == ["portal", "api", "admin"]
    assert [s.id for s in found["domain"]] == ["p.test"]
    first = found["endpoint"][0]
    assert isinstance(first, target.Endpoint)
    assert first.components == ("portal", "api")
    assert first.claims == {"mtls"}


def test_the_scaffold_is_a_valid_target(tmp_path: Path) -> None:
    target.load(written(tmp_path, TEMPLATE.format(name="target.yaml")))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("base_url: https://p.test/\n", "bas_url: https://p.test/\n", "11:5: unknown key `bas_url`; did you mean `base_url`"),
        ("owner: Owner", "owner: Owner\nowner: Other", "3:1: key `owner` stands here and on line 2"),
        ("owner: Owner\n", "", "key `owner` is missing"),
        ("kind: portal", "kind: website", "10:11: Invalid enum value"),
        ("name: Platform", "name: &a Platform\nx: *a", "uses a YAML alias"),
        ("https://p.test/api", "ftp://p.test/api", "component `api`: base_url `ftp://p.test/api` is not usable"),
        ("https://p.test/api", "https://u:p@p.test/", "is not usable"),
        ("https://p.test/api", "https://p.test:99999/", "is not usable"),
        ("name: api", "name: portal", "the name `portal` is used more than once"),
        ("hosts: [p.test", "requests_per_second: fast\n  hosts: [p.test", "Expected `float`, got `str`"),
        ("hosts: [p.test", "max_requests: 0\n  hosts: [p.test", "Expected `int` >= 1"),
        ("owner: Owner", "owner: Owner\nca_file: none.pem", "file `none.pem` does not exist"),
        ("owner: Owner", "owner: [unclosed", "not valid YAML"),
        (GOOD, "", "expected keys and values at the top, found nothing"),
        (GOOD, "- a\n- b\n", "found a list or text"),
        ("claims: [mtls]", "claims: [mtls]\n    token: abc", "unknown key `token`"),
    ],
)  # fmt: skip
def test_a_bad_file_gets_one_clear_sentence(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(BadInput) as caught:
        target.load(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"a: " + b"[" * 100_000, b"x: " + b"y" * 1_100_000, b"\x00"]
)
def test_hostile_bytes_get_a_sentence_too(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "target.yaml"
    path.write_bytes(data)
    with pytest.raises(BadInput):
        target.load(path)


def test_a_secret_source_is_exactly_one(tmp_path: Path) -> None:
    text = GOOD + "identities:\n  - {name: a, role: patient, bearer: {env: X, file: y}}\n"
    with pytest.raises(BadInput, match="exactly one of env, file, command"):
        target.load(written(tmp_path, text))
