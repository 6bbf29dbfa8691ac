"""Values with parts to the texts that the deployer reads: a flow string, or a joined list.

Sources: spring-cloud-deployer-kubernetes 2.0 (``kubernetes.volumes`` and the like are YAML 1.1 in a string;
``environmentVariables`` is ``A=b,C='x,y'``; annotations, labels and the node selector are ``k:v,k2:v2``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from persync.config.yaml.nodes import List, Map, Scalar, is_null
from persync.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.config.yaml.nodes import Node
    from persync.model import Span

# Fewer texts stay without quotes than YAML allows: older SnakeYAML fails on ':' and '?' inside flow collections.
# Texts that YAML 1.1 does not read as strings (0400, 1e3, yes, 12:30) all match, so none changes its type.
_STAYS_PLAIN = re.compile(
    r"-?[\w./+][\w./+-]*(?: +[\w./+-]+)*|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?",
    re.ASCII,
)
# Skipper writes what persync sends between double quotes into a YAML document, without escapes (``rules/skipper.py``).
_UNSENDABLE = re.compile(r"[\"\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_BREAK = re.compile(r"[\n\r\x85\u2028\u2029]")
_ASSIGNABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class InexpressibleError(ValueError):
    """A value cannot be expressed in the form that the deployer reads; the text gives the reason, and no value."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.span = span


def text_of(kind: Kind, node: Map | List) -> str:
    """Return a map or list under a property of that kind as the text that is sent.

    Raises:
        InexpressibleError: the kind's form cannot express the value.
    """
    return _WRITERS[kind](node)


def takes(kind: Kind, node: Node) -> bool:
    """Return whether a property of that kind may be this map or list in a file."""
    if kind is Kind.STRUCTURE:
        return True
    return kind in _WRITERS and isinstance(node, List if kind is Kind.INTS else Map)


def flow(node: Node) -> str:
    """Return a tree on one line, in YAML 1.1's flow style.

    Plain scalars stay plain where that is safe, because ``0400`` and ``'0400'`` are different values; quoted scalars
    stay quoted.

    Raises:
        InexpressibleError: a text cannot be in single quotes, or cannot be sent.
    """
    if isinstance(node, Scalar):
        return node.text if node.plain and _is_safe(node.text) and not is_null(node) else _quoted(node)
    if isinstance(node, List):
        return f"[{', '.join(map(flow, node.items))}]"
    return f"{{{', '.join([f'{flow(key)}: {flow(value)}' for key, value in node.entries])}}}"


@lru_cache(maxsize=4096)
def _is_safe(text: str) -> bool:
    return _STAYS_PLAIN.fullmatch(text) is not None


def _quoted(scalar: Scalar) -> str:
    return "'" + _sendable(scalar).text.replace("'", "''") + "'"


def _sendable(scalar: Scalar) -> Scalar:
    match = _UNSENDABLE.search(scalar.text)
    if match is None:
        return scalar
    if match[0] == '"':
        reason = "a double quote cannot be sent: Skipper writes the value between double quotes, without escapes"
    elif _LINE_BREAK.fullmatch(match[0]):
        reason = "a line break cannot be sent: Skipper makes a blank of it"
        if match.end() == len(scalar.text):
            reason = "a text that ends with a line break cannot be sent (in YAML, write |- instead of |)"
    else:
        reason = f"the control character U+{ord(match[0]):04X} cannot be sent: no YAML document can hold it"
    raise InexpressibleError(reason, scalar.span)


def _pairs(node: Node) -> str:
    return ",".join(f"{_pair_key(key)}:{_pair_value(value)}" for key, value in _entries(node))


def _pair_key(key: Scalar) -> str:
    if set(key.text) & set(":,") or key.text != key.text.strip():
        raise InexpressibleError(
            "a key of a k:v list cannot contain ':' or ',', or begin or end with a space", key.span
        )
    return _sendable(key).text


def _pair_value(value: Scalar) -> str:
    if "," in value.text or value.text != value.text.strip():
        raise InexpressibleError("a value of a k:v list cannot contain ',', or begin or end with a space", value.span)
    return value.text


def _assignments(node: Node) -> str:
    items = [f"{key.text}={_assigned(key, value)}" for key, value in _entries(node)]
    # the deployer refuses a list in which every value is quoted; an empty first item is harmless
    only_quoted = all(item.endswith("'") for item in items)
    return ("," if items and only_quoted else "") + ",".join(items)


def _assigned(key: Scalar, value: Scalar) -> str:
    if not _ASSIGNABLE.fullmatch(key.text):
        reason = "a name of an A=b list has only letters, digits and '_', and no digit first"
        raise InexpressibleError(reason, key.span)
    if "'" in value.text:
        raise InexpressibleError("a value of an A=b list cannot contain a single quote", value.span)
    is_plain = "," not in value.text and value.text == value.text.strip()
    return value.text if is_plain else f"'{value.text}'"


def _ints(node: Node) -> str:
    items = node.items if isinstance(node, List) else ()
    return ",".join(_scalar(item).text for item in items)


def _entries(node: Node) -> list[tuple[Scalar, Scalar]]:
    entries = node.entries if isinstance(node, Map) else ()
    return [(key, _scalar(value)) for key, value in entries]


def _scalar(node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        raise InexpressibleError("a map or a list, where this property takes plain values", node.span)
    return _sendable(node)


_WRITERS: Mapping[Kind, Callable[[Node], str]] = {
    Kind.STRUCTURE: flow,
    Kind.PAIRS: _pairs,
    Kind.LABELS: _pairs,
    Kind.ASSIGNMENTS: _assignments,
    Kind.INTS: _ints,
}
