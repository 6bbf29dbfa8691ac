"""A file's text as it may be shown: the secrets that somebody wrote into it are hidden, wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.tokens import AnchorToken, ScalarToken

from persync.config.yaml.nodes import List, Scalar, find
from persync.config.yaml.parser import new_parser
from persync.config.yaml.reader import read_documents
from persync.properties.secrets import HIDDEN, is_placeholder, redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.config.yaml.nodes import Node
    from persync.properties.secrets import SecretPolicy


def hidden(data: bytes, secrets: SecretPolicy) -> str:
    """Return the text of a file without its secrets.

    A value is hidden if any key above it speaks of a secret: too much hidden in a diff is better than too little.

    Args:
        data: the bytes of a file that can be read.
        secrets: the policy for secrets.
    """
    decoded = data.decode("utf-8")
    text = decoded.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    places = {place for tree in read_documents(data, "").trees for place in _secrets(tree, "", secrets)}
    parts = [decoded.removesuffix(text)]
    behind = 0
    begin = None
    parser = new_parser(text)
    while parser.check_token():
        token = parser.get_token()  # type: ignore[no-untyped-call] # PyYAML's own stubs
        if isinstance(token, AnchorToken):
            begin = token.start_mark
        elif isinstance(token, ScalarToken):
            place = begin or token.start_mark
            start, stop = token.start_mark.index, token.end_mark.index
            source = text[start:stop]
            line_end = source[len(source.rstrip()) :]  # a block scalar ends with one
            is_secret = (place.line + 1, place.column + 1) in places
            parts += _masked_lines(text[behind:start]), HIDDEN + line_end if is_secret else redact(source)
            behind = stop
            begin = None
    return "".join(parts) + _masked_lines(text[behind:])


def _masked_lines(text: str) -> str:
    """Return what stands between scalars, with the secrets hidden that a comment holds."""
    return "\n".join(map(redact, text.split("\n")))


def _secrets(node: Node, path: str, secrets: SecretPolicy) -> Iterator[tuple[int, int]]:
    """Yield line and column of every scalar that is a secret."""
    if isinstance(node, Scalar):
        if secrets.names(path) and not is_placeholder(node.text):
            yield node.span.line, node.span.column
    elif isinstance(node, List):
        for item in node.items:
            yield from _secrets(item, path, secrets)
    else:
        name = find(node, "name")
        for key, value in node.entries:
            # in {name: DB_PASSWORD, value: …}, the name speaks for the value
            of = f".{name.text}" if key.text == "value" and isinstance(name, Scalar) else ""
            yield from _secrets(value, f"{path}.{key.text}{of}", secrets)
