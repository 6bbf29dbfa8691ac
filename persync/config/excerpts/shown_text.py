"""The text of a file with its secrets hidden, so that it can be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from yaml.error import YAMLError
from yaml.tokens import (
    AliasToken,
    AnchorToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    TagToken,
)

from persync.config.excerpts.secret_values import doubtful_values, names_almost, secret_values
from persync.config.yaml import parser
from persync.properties.secrets import HIDDEN, redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

    from persync.properties.secrets import SecretPolicy

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
ELLIPSIS = "…"
"""In place of a value that may be a secret in the wrong place."""
_WORD = re.compile(r"[^\s{}\[\],'\"#&*!|>$]+")
_OPEN = (FlowMappingStartToken, FlowSequenceStartToken)
_CLOSE = (FlowMappingEndToken, FlowSequenceEndToken)


class Piece(NamedTuple):
    """A part of a file: where it is in the text, and what is shown of it."""

    start: int
    stop: int
    shown: str


def hidden(data: bytes, secrets: SecretPolicy) -> str:
    """Return the text of a file without its secrets.

    Args:
        data: the bytes of a file that ``read_documents`` read to its end.
        secrets: decides which keys name secrets.
    """
    decoded = data.decode("utf-8")
    text = decoded.lstrip(BOM)
    pieces = pieces_of(text, secrets)
    return decoded.removesuffix(text) + "".join(piece.shown for piece in pieces)


def pieces_of(text: str, secrets: SecretPolicy, *, quotes: bool = True) -> list[Piece]:
    """Return a text in pieces: its scalars, and what is between them, line by line.

    Args:
        text: a file that ``read_documents`` read to its end, without a byte order mark.
        secrets: decides which keys name secrets.
        quotes: whether values are shown that no key names as a secret; else only those that can be none.
    """
    values = secret_values(text, secrets)
    doubtful = set() if quotes else doubtful_values(text, secrets)
    pieces: list[Piece] = []
    done = 0
    lead = None
    is_hidden = False
    for token in parser.scan(text):
        if isinstance(token, AnchorToken | TagToken):
            lead = lead or token.start_mark
        elif isinstance(token, ScalarToken):
            mark = lead or token.start_mark
            start, stop = token.start_mark.index, token.end_mark.index
            source = text[start:stop]
            line_end = source[len(source.rstrip()) :]  # a block scalar ends with a line break
            pieces += _between(text, done, start, secrets, quotes=quotes, hides=is_hidden)
            is_hidden = mark.index in values
            if is_hidden:
                shown = HIDDEN + line_end
            else:
                shown = ELLIPSIS + line_end if mark.index in doubtful else redact(source)
            pieces.append(Piece(start, stop, shown))
            done = stop
            lead = None
        elif not isinstance(token, AliasToken):
            lead = None
    return [*pieces, *_between(text, done, len(text), secrets, quotes=quotes, hides=is_hidden)]


def ends(text: str) -> dict[int, int]:
    """Return where each scalar, alias and flow collection ends, by where it begins, as far as the text is YAML."""
    found: dict[int, int] = {}
    opened: list[int] = []
    lead: yaml.Mark | None = None
    try:
        for token in parser.scan(text):
            start, stop = token.start_mark.index, token.end_mark.index
            if isinstance(token, AnchorToken | TagToken):
                lead = lead or token.start_mark
                continue
            if isinstance(token, _OPEN):
                opened.append(lead.index if lead else start)
            elif isinstance(token, _CLOSE) and opened:
                found[opened.pop()] = stop
            elif isinstance(token, ScalarToken | AliasToken):
                found[start] = found[lead.index if lead else start] = stop
            lead = None
    except YAMLError:
        pass
    return found


def without_doubtful(text: str, secrets: SecretPolicy) -> str:
    """Return a text with its keys, and the words that can be no secret."""

    def shown(word: re.Match[str]) -> str:
        return word[0] if word[0].endswith(":") or secrets.may_quote(word[0]) else ELLIPSIS

    return _WORD.sub(shown, text)


def _between(text: str, start: int, stop: int, secrets: SecretPolicy, *, quotes: bool, hides: bool) -> Iterator[Piece]:
    """Yield what is between two scalars; the secrets in its comments are hidden.

    ``hides``: the scalar before it is a secret. A comment behind that may be about it, and is hidden.
    """
    for line in text[start:stop].splitlines(keepends=True):
        before, mark, comment = line.partition("#")
        shown = redact(line)
        if mark and (hides or secrets.names(comment) or names_almost(comment)):
            shown = f"{before}# {HIDDEN}{comment[len(comment.rstrip()) :]}"
        elif mark and not quotes:
            shown = f"{before}#{without_doubtful(comment, secrets)}"
        yield Piece(start, start + len(line), shown)
        start += len(line)
        hides = False
