"""Limits of values with parts, for YAML in a string and for lists: only hostile values are beyond them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 256 * 1024
"""Characters of a value with parts: a longer one is read as one text."""
MOST_PARTS = 10_000
"""Parts of a value, where each alias counts as a copy."""
_MOST_TEXT = 1024 * 1024  # characters of all parts, where each alias counts as a copy
_DEEPEST = 100
_OPENERS = ("[", "{", "- ", "? ", "-\n", "?\n", "-\t")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_size(text: str, whole: str) -> None:
    """Check the size of a YAML text.

    Args:
        text: a value.
        whole: the text in which it is read.

    Raises:
        ValueError: it is too long, has too many parts, or nests too deeply.
        yaml.YAMLError: it is not YAML.
    """
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST // 1024} KiB")
    if len(text) > MOST_PARTS or sum(map(text.count, _OPENERS)) > _DEEPEST:
        deque(events(whole), maxlen=0)


def events(text: str) -> Iterator[yaml.Event]:
    """Yield the events of a YAML text.

    libyaml's composer recurses in C and crashes the process on ``[[[[…``; reading events does not recurse.

    Raises:
        yaml.YAMLError: it is not YAML.
        ValueError: it has too many parts, or nests too deeply.
    """
    depth = parts = 0
    for event in yaml.parse(text, Loader=_LOADER):
        parts += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        if parts > MOST_PARTS:
            raise ValueError(f"more than {MOST_PARTS} values")
        yield event


class Budget:
    """What a text may still have, where each alias counts as a copy."""

    def __init__(self) -> None:
        self._parts = MOST_PARTS
        self._text = _MOST_TEXT

    def spend(self, node: yaml.Node) -> None:
        """Count a part; raise ValueError if it is one too many."""
        self._parts -= 1
        if isinstance(node, yaml.ScalarNode):
            self._text -= len(node.value)
        if self._parts < 0:
            raise ValueError(f"more than {MOST_PARTS} values")
        if self._text < 0:
            raise ValueError(f"more than {_MOST_TEXT // 1024} KiB of text")
