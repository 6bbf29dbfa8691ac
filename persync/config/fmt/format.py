"""The canonical form of a file with persisters: ``persync fmt``.

The fields of the head are in the documented order, catalogued properties have the spelling of the catalogue, structures
in texts are YAML, every level is indented by two spaces, and spaces are as in ``key: value``, ``[a, b]`` and
``{a: 1}``. The author's choices are kept: the order within config maps, the order of documents, comments and blank
lines, quotes, flow style, line breaks in values.

The result is loaded again. If its content differs from that of the input, the input is returned with an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from persync.config.document import Role, read_partial
from persync.config.findings import Findings, error, warning
from persync.config.flatten import Removal
from persync.config.fmt.layout import lay_out
from persync.config.fmt.rewrite import rewritten
from persync.config.fmt.spelling import canonical_spellings
from persync.config.fmt.structures import unfolded
from persync.config.variables import Values
from persync.config.yaml.nodes import List, Scalar, entries, find
from persync.config.yaml.reader import read_documents
from persync.model import Span
from persync.properties.keys import relaxed_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.config.flatten import Change
    from persync.config.yaml.nodes import Node
    from persync.errors import Finding

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LINE_BREAK = re.compile("\r\n?")
_ODD_LINE_BREAK = re.compile("[\N{NEXT LINE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")


class Formatted(NamedTuple):
    """The canonical form of a file, or the reasons why the file is left unchanged.

    Attributes:
        data: the new bytes; the bytes of the file if there is a finding.
        findings: errors, or a warning that the file has no persisters.
    """

    data: bytes
    findings: tuple[Finding, ...] = ()


def formatted(data: bytes, file: str) -> Formatted:
    r"""Return the canonical form of a file.

    Args:
        data: the bytes.
        file: the file's name for positions.

    Returns:
        UTF-8 without a byte order mark, with ``\n`` after every line. Findings are those of ``read_documents``, and
        ``not-a-persister`` (a warning), ``line-separator``, ``unsafe-format``.
    """
    before = read_documents(data, file)
    other = next((tree for tree in before.trees if find(tree, "eventType") is None), None)
    if other is not None:
        message = "this document has no eventType, so the file is not a persister file and is left unchanged"
        return Formatted(data, (warning("not-a-persister", message, other.span),))
    if before.findings:
        return Formatted(data, before.findings)
    text = _LINE_BREAK.sub("\n", data.decode("utf-8").lstrip(_BOM))
    if odd := _ODD_LINE_BREAK.search(text):
        return Formatted(data, (_line_separator(odd, file),))
    text, trees = unfolded(text, before.trees)
    # the positions in the new text
    present = read_documents(text.encode(), file)
    keys = canonical_spellings(present.trees, with_merges="<<" in text)
    result = rewritten(lay_out(text, keys)).encode()
    after = read_documents(result, file)
    found = present.findings or after.findings
    if found or list(map(_content, trees)) != list(map(_content, after.trees)):
        message = "formatting would change the content of the file, so it is left unchanged"
        hint = "this is a bug in persync; please report it with an example file"
        return Formatted(data, (error("unsafe-format", message, Span(file, 1, 1), hint=hint),))
    return Formatted(result)


def _line_separator(odd: re.Match[str], file: str) -> Finding:
    lines = odd.string[: odd.start()].split("\n")
    message = f"line separator U+{ord(odd[0]):04X} is not supported"
    reason = "some programs start a new line after it and others do not"
    return error("line-separator", message, Span(file, len(lines), len(lines[-1]) + 1), reason=reason)


def _content(document: Node) -> object:
    """Return the content of a document: equal for two that differ in positions, key spelling and order of the head."""
    findings = Findings()
    # an overlay may have all that a persister may have, and null as well
    partial = read_partial(document, Role.OVERLAY, Values(), findings)
    head = partial.head.items() if partial else ()
    changes = partial.changes.items() if partial else ()
    return (
        {name: field.text if field else None for name, field in head},
        {section: [_change(change) for change in of_section] for section, of_section in changes},
        # the values that are not among the changes because of a finding
        {name.text: _bare(value, relaxed_form) for name, value in entries(document)},
        sorted(finding.rule for finding in findings),
    )


def _change(change: Change) -> object:
    return change.form if isinstance(change, Removal) else (change.key.form, _bare(change.value, str))


def _bare(node: Node, spelling: Callable[[str], str]) -> object:
    """Return a tree without its positions, with ``spelling`` applied to every key."""
    if isinstance(node, Scalar):
        return node.text, node.plain
    if isinstance(node, List):
        return [_bare(item, spelling) for item in node.items]
    return tuple((spelling(key.text), key.plain, _bare(value, spelling)) for key, value in node.entries)
