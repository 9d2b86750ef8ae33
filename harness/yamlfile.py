"""Our YAML files: read strictly into typed values, refused with file, line, column and a suggestion.

Every scalar is read as text and converted by the type it is meant for, so `on`, `2026.1` and `08` mean what
their author wrote. Aliases are refused (they allow exponential documents), duplicate and unknown keys too.
"""

import re
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec
import yaml

from harness import quickyaml
from harness.errors import BadInput
from harness.nearest import hint

T = TypeVar("T")
#: Our files are written by people; a larger one is a mistake or an attack.
MAX_BYTES = 1_000_000


def load(path: Path, kind: type[T]) -> T:
    """Read `path` as a `kind`; raises BadInput with one sentence that says where and what."""
    text = _read(path)
    try:
        return msgspec.convert(quickyaml.plain(text), kind, strict=False)
    except quickyaml.TooDeep:
        raise BadInput(f"{path}: nested too deeply; at most {quickyaml.MAX_DEPTH} levels are read") from None
    except (quickyaml.Unusual, msgspec.ValidationError):
        return convert(_compose(text, path), kind, path)  # slower, and knows lines


def convert(node: yaml.Node, kind: type[T], path: Path) -> T:
    """Convert a composed document into `kind`, reporting the first misfit at its line and column."""
    _refuse_duplicates(node, path)
    try:
        return msgspec.convert(_plain(node), kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise BadInput(_located(str(wrong), node, kind, path)) from None


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path}: larger than {MAX_BYTES} bytes; expected a file written by hand")
        return path.read_text(encoding="utf-8")
    except OSError as wrong:
        raise BadInput(f"{path}: cannot be read ({wrong.strerror})") from None
    except UnicodeDecodeError as wrong:
        raise BadInput(f"{path}: byte {wrong.start} is not UTF-8; save the file as UTF-8") from None


def _compose(text: str, path: Path) -> yaml.Node:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise BadInput(f"{path}: uses a YAML alias (*name); write the value out instead")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as wrong:
        raise BadInput(f"{path}:{_yaml_fault(wrong)}") from None
    except RecursionError:
        raise BadInput(f"{path}: nested too deeply") from None
    if not isinstance(node, yaml.MappingNode):
        raise BadInput(
            f"{path}: expected keys and values at the top, found {'nothing' if node is None else 'a list or text'}"
        )
    return node


def _yaml_fault(wrong: yaml.YAMLError) -> str:
    mark = getattr(wrong, "problem_mark", None)
    where = f"{mark.line + 1}:{mark.column + 1}:" if mark else ""
    return f"{where} not valid YAML: {getattr(wrong, 'problem', None) or wrong}"


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return None if node.tag.endswith(":null") else node.value


def _refuse_duplicates(node: yaml.Node, path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise BadInput(f"{path}:{_at(key)} a key must be plain text")
            if key.value in seen:
                raise BadInput(
                    f"{path}:{_at(key)} key `{key.value}` stands here and on line {seen[key.value]}; keep one"
                )
            seen[key.value] = key.start_mark.line + 1
            _refuse_duplicates(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(item, path)


def _at(node: yaml.Node) -> str:
    return f"{node.start_mark.line + 1}:{node.start_mark.column + 1}:"


def _located(message: str, node: yaml.Node, kind: Any, path: Path) -> str:
    said, _, where = message.partition(" - at `$")
    steps = re.findall(r"\.([^.\[`]+)|\[(\d+)\]", where)
    for key, index in steps:
        if isinstance(node, yaml.SequenceNode) and index:
            node, kind = node.value[int(index)], _inner(kind, "")
        elif isinstance(node, yaml.MappingNode):
            node, kind = next((v for k, v in node.value if k.value == key), node), _inner(kind, key)
    unknown = re.match(r"Object contains unknown field `(.+)`", said)
    if unknown and isinstance(node, yaml.MappingNode):
        return _unknown_key(unknown[1], node, kind, path)
    missing = re.match(r"Object missing required field `(.+)`", said)
    if missing:
        return f"{path}:{_at(node)} key `{missing[1]}` is missing here"
    found = f", found `{node.value}`" if isinstance(node, yaml.ScalarNode) else ""
    return f"{path}:{_at(node)} {said}{found}"


def _unknown_key(key: str, node: yaml.MappingNode, kind: Any, path: Path) -> str:
    known = list(getattr(_struct(kind), "__struct_encode_fields__", ()))
    near = hint(key, known, f"expected one of {', '.join(known)}")
    place = next((k for k, _ in node.value if k.value == key), node)
    return f"{path}:{_at(place)} unknown key `{key}`; {near}"


def _struct(kind: Any) -> Any:
    """The struct inside `X | None`, `tuple[X, ...]` and the like."""
    if hasattr(kind, "__struct_fields__"):
        return kind
    return next((s for s in map(_struct, get_args(kind)) if hasattr(s, "__struct_fields__")), kind)


def _inner(kind: Any, key: str) -> Any:
    struct = _struct(kind)
    if key and hasattr(struct, "__struct_fields__") and key in struct.__struct_encode_fields__:
        hints = {field.encode_name: field.type for field in msgspec.structs.fields(struct)}
        return hints[key]
    return struct
