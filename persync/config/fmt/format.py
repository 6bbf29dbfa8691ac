"""The canonical form of a file with persisters: ``persync fmt``.

The fields of the head stand in the documented order, known properties are spelled as in the catalogue, and every level
is indented by two blanks. What people arrange stays as it is: the order within config maps, the order of documents,
comments and blank lines, quotes, flow style, line breaks in values.

What comes out is loaded again. If it says anything else than what went in, nothing comes out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from persync.config.document import Role, read_partial
from persync.config.findings import error, warning
from persync.config.flatten import Removal
from persync.config.fmt.layout import lay_out
from persync.config.fmt.rewrite import written
from persync.config.fmt.spelling import respelled
from persync.config.variables import Values
from persync.config.yaml.nodes import List, Scalar, entries, find
from persync.config.yaml.parser import new_parser
from persync.config.yaml.reader import read_documents
from persync.model import Span
from persync.properties.keys import relaxed_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.config.flatten import Change
    from persync.config.yaml.nodes import Node
    from persync.config.yaml.parser import AnyParser
    from persync.errors import Finding

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LINE_BREAK = re.compile("\r\n?")
_ODD_LINE_BREAK = re.compile("[\N{NEXT LINE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")


class Formatted(NamedTuple):
    """What a file should hold, and why that is what it holds already: an error, or a warning that it is no persister's.

    Attributes:
        data: the bytes; those that came in if there is a finding.
        findings: every one with its position.
    """

    data: bytes
    findings: tuple[Finding, ...] = ()


def formatted(data: bytes, file: str, parse: Callable[[str], AnyParser] = new_parser) -> Formatted:
    r"""Return the canonical form of a file.

    Args:
        data: the bytes.
        file: the file's name for positions.
        parse: makes the parser.

    Returns:
        UTF-8 without a byte order mark, with ``\n`` behind every line. Findings are those of ``read_documents``, and
        ``not-a-persister`` (a warning), ``line-separator``, ``unsafe-format``.
    """
    before = read_documents(data, file, parse)
    foreign = next((tree for tree in before.trees if find(tree, "eventType") is None), None)
    if foreign is not None:
        message = "this document has no eventType, so the file is no persister's and stays as it is"
        return Formatted(data, (warning("not-a-persister", message, foreign.span),))
    if before.findings:
        return Formatted(data, before.findings)
    text = _LINE_BREAK.sub("\n", data.decode("utf-8").lstrip(_BOM))
    if odd := _ODD_LINE_BREAK.search(text):
        lines = text[: odd.start()].split("\n")
        message = f"a line separator (U+{ord(odd[0]):04X}) stands here"
        reason = "some programs begin a line behind it and some do not"
        finding = error("line-separator", message, Span(file, len(lines), len(lines[-1]) + 1), reason=reason)
        return Formatted(data, (finding,))
    keys = respelled(before.trees, with_merges="<<" in text)
    result = written(lay_out(text, keys, parse)).encode()
    after = read_documents(result, file, parse)
    if after.findings or list(map(_meaning, before.trees)) != list(map(_meaning, after.trees)):
        message = "formatted, the file would not say the same, so it stays as it is"
        hint = "please report it, with a file that shows it"
        return Formatted(data, (error("unsafe-format", message, Span(file, 1, 1), hint=hint),))
    return Formatted(result)


def _meaning(document: Node) -> object:
    """Return what a document says: equal for two that differ in places, key spelling and the order of the head."""
    findings: list[Finding] = []
    # an overlay may say whatever a persister may, and null as well
    partial = read_partial(document, Role.OVERLAY, Values(), findings)
    head = partial.head.items() if partial else ()
    changes = partial.changes.items() if partial else ()
    return (
        {name: field.text if field else None for name, field in head},
        {section: [_change(change) for change in said] for section, said in changes},
        # what a finding keeps out of the changes shows here
        {name.text: _bare(value, relaxed_form) for name, value in entries(document)},
        sorted(finding.rule for finding in findings),
    )


def _change(change: Change) -> object:
    return change if isinstance(change, Removal) else (change.key.form, _bare(change.value, str))


def _bare(node: Node, spelling: Callable[[str], str]) -> object:
    """Return a tree without its places, with every key in that form."""
    if isinstance(node, Scalar):
        return node.text, node.plain
    if isinstance(node, List):
        return [_bare(item, spelling) for item in node.items]
    return tuple((spelling(key.text), key.plain, _bare(value, spelling)) for key, value in node.entries)
