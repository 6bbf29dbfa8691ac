"""The text of a file with its secrets hidden, so that it can be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.tokens import AnchorToken, ScalarToken

from persync.config.yaml import parser
from persync.config.yaml.nodes import List, Scalar, find
from persync.config.yaml.reader import read_documents
from persync.properties.secrets import HIDDEN, is_placeholder, redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.config.yaml.nodes import Node
    from persync.properties.secrets import SecretPolicy


def hidden(data: bytes, secrets: SecretPolicy) -> str:
    """Return the text of a file without its secrets.

    A value is hidden if any key above it names a secret: it is better to hide too much in a diff than too little.

    Args:
        data: the bytes of a file without syntax errors.
        secrets: decides which keys name secrets.
    """
    decoded = data.decode("utf-8")
    text = decoded.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    positions = {position for tree in read_documents(data, "").trees for position in _secrets(tree, "", secrets)}
    parts = [decoded.removesuffix(text)]
    done = 0
    anchor = None
    for token in parser.scan(text):
        if isinstance(token, AnchorToken):
            anchor = token.start_mark
        elif isinstance(token, ScalarToken):
            mark = anchor or token.start_mark
            start, stop = token.start_mark.index, token.end_mark.index
            source = text[start:stop]
            line_end = source[len(source.rstrip()) :]  # a block scalar ends with a line break
            is_secret = (mark.line + 1, mark.column + 1) in positions
            parts += _redacted_lines(text[done:start]), HIDDEN + line_end if is_secret else redact(source)
            done = stop
            anchor = None
    return "".join(parts) + _redacted_lines(text[done:])


def _redacted_lines(text: str) -> str:
    """Return the text between scalars with the secrets in its comments hidden."""
    return "\n".join(map(redact, text.split("\n")))


def _secrets(node: Node, path: str, secrets: SecretPolicy) -> Iterator[tuple[int, int]]:
    """Yield line and column, counted from 1, of every scalar that is a secret."""
    if isinstance(node, Scalar):
        if secrets.names(path) and not is_placeholder(node.text):
            yield node.span.line, node.span.column
    elif isinstance(node, List):
        for item in node.items:
            yield from _secrets(item, path, secrets)
    else:
        name = find(node, "name")
        for key, value in node.entries:
            # in {name: DB_PASSWORD, value: …}, the name decides whether the value is a secret
            suffix = f".{name.text}" if key.text == "value" and isinstance(name, Scalar) else ""
            yield from _secrets(value, f"{path}.{key.text}{suffix}", secrets)
