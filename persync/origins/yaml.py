"""Final documents as YAML, with the origin of each value as a comment.

The head of a document names its file; a value from there has only its line: ``# :7``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.config.fmt.write import lines_of
from persync.config.yaml.nodes import values_in
from persync.report.printable import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from persync.config.yaml.nodes import Node
    from persync.origins.document import FinalDocument

_LONGEST = 44
"""Characters of a line behind which the comments are still in one column."""


def yaml_of(documents: Iterable[FinalDocument], style: Callable[[str], str] = str) -> str:
    """Return documents as YAML.

    Args:
        documents: the documents, in their order.
        style: is applied to each comment.
    """
    return "---\n".join(_text(document, style) for document in documents)


def _text(document: FinalDocument, style: Callable[[str], str]) -> str:
    # in single quotes there are no escapes, but rules forbid most such characters there
    lines = [line._replace(text=printable_lines(line.text)) for line in lines_of(document.fields)]
    column = max((len(line.text) for line in lines if line.node and len(line.text) <= _LONGEST), default=0)
    persister = document.layered.persister
    head = style(printable(f"# {persister.id}: {persister.span.file}"))
    written = (
        line.text if line.node is None else f"{line.text:<{column}}  {style(_origins(line.node, document))}"
        for line in lines
    )
    return "\n".join((head, *written)) + "\n"


def _origins(node: Node, document: FinalDocument) -> str:
    """Return a comment with the places of the values on a line; of the file that the head names, only the line."""
    values = list(values_in(node))
    own = document.layered.persister.span.file
    places = (f"{'' if value.span.file == own else value.span.file}:{value.span.line}" for value in values)
    hidden = ["hidden"] if any(value in document.hidden for value in values) else []
    return printable(f"# {', '.join((*dict.fromkeys(places), *hidden))}")
