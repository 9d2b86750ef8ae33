"""YAML to plain values at the speed of libyaml, for files that hold no surprise. `yamlfile` reads the others again, slowly.

Events instead of nodes: composing and positions cost three times as much, and libyaml's composer overflows
the C stack on deep nesting, where events do not.
"""

from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: No file of ours nests deeper.
MAX_DEPTH = 32
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class TooDeep(Exception):  # noqa: N818
    """Nested deeper than any file of ours; PyYAML's own parser would take hours over it (quadratic time)."""


class Unusual(Exception):  # noqa: N818 — not an error: the slow reader takes over
    """Something that needs the slow reader, which names it and its place."""


def plain(text: str) -> Any:
    """The document as dicts, lists, texts and None. Raises Unusual for anything but one plain mapping, and TooDeep."""
    try:
        return _build(_Loader(text))
    except (yaml.YAMLError, RecursionError) as wrong:
        raise Unusual from wrong


def _build(loader: Any) -> Any:
    """Walk the events with a stack of open collections; `key` is the key that waits for its value."""
    stack: list[tuple[Any, str | None]] = []
    here: Any = []
    key: str | None = None
    while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
        if isinstance(event, yaml.ScalarEvent):
            value: Any = _scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) >= MAX_DEPTH:
                raise TooDeep
            if event.tag or event.anchor:
                raise Unusual
            stack.append((here, key))
            here, key = {} if isinstance(event, yaml.MappingStartEvent) else [], None
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            value, (here, key) = here, stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise Unusual
        else:
            continue
        key = _put(here, key, value)
    if len(here) != 1 or not isinstance(here[0], dict):
        raise Unusual
    return here[0]


def _scalar(event: Any) -> str | None:
    if event.tag or event.anchor:
        raise Unusual
    empty = event.implicit[0] and event.style is None and event.value in _NULLS
    return None if empty else event.value


def _put(here: Any, key: str | None, value: Any) -> str | None:
    """Add to the open collection; the key that now waits for a value."""
    if isinstance(here, list):
        here.append(value)
        return None
    if key is None:
        if not isinstance(value, str) or value in here:
            raise Unusual
        return value
    here[key] = value
    return None
