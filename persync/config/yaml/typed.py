"""Trees to plain JSON types, for persync.yaml, where scalars have types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.yaml.nodes import List, Scalar, is_null

if TYPE_CHECKING:
    from persync.config.yaml.nodes import Node

# YAML 1.2's core schema; a scalar with more digits than this stays text
_INT = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,2})?", re.ASCII)
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def typed(node: Node) -> object:
    """Return the values of a tree by YAML's core schema: maps, lists, texts, numbers, booleans and ``None``."""
    if isinstance(node, Scalar):
        return _scalar(node)
    if isinstance(node, List):
        return [typed(item) for item in node.items]
    return {entry.key.text: typed(entry.value) for entry in node.entries}


def _scalar(node: Scalar) -> object:
    text = node.text
    if not node.plain:
        return text
    if is_null(node):
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
