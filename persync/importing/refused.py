"""Which edits of an update lead to errors in the files: what ``persync validate`` refuses is not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.importing.locate import document_of, entry_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import yaml

    from persync.errors import Finding
    from persync.importing.content import Place
    from persync.importing.edited import EditedFiles
    from persync.model import PersisterId, Span


class Target(NamedTuple):
    """What is edited: a property of a persister."""

    persister: PersisterId
    place: Place


class Edit(NamedTuple):
    """An edit that was made."""

    file: str
    target: Target


def refused(errors: Iterable[Finding], edits: Iterable[Edit], files: EditedFiles) -> Mapping[Target, str]:
    """Return what must not be edited, and why.

    An error is about the edits of the entry that it is in; else about those of its document, of its file, or all.

    Args:
        errors: in the files as they are now; before the edits there were none.
        edits: what was edited.
        files: the files.
    """
    errors = list(errors)
    found: dict[Target, str] = {}
    places = [_Edited(edit, files) for edit in sorted(edits)] if errors else []
    for error in errors:
        closest = max((place.closeness(error.span) for place in places), default=0)
        for place in places:
            if place.closeness(error.span) == closest:
                found.setdefault(place.edit.target, error.message)
    return found


class _Edited:
    """An edit, and where its entry and its document are now."""

    def __init__(self, edit: Edit, files: EditedFiles) -> None:
        self.edit = edit
        document = document_of(files.text(edit.file), edit.target.persister)
        entry = None if document is None else entry_of(document, edit.target.place)
        self._document = None if document is None else (_start(document), _end(document))
        self._entry = None if entry is None else (_start(entry.key), _end(entry.value))

    def closeness(self, span: Span) -> int:
        """Return how close a position is: in the entry, in its document, in its file, or elsewhere."""
        if span.file != self.edit.file:
            return 0
        around = [_is_in(span, extent) for extent in (self._document, self._entry)]
        return 3 if around[1] else 2 if around[0] else 1


def _is_in(span: Span, extent: tuple[tuple[int, int], tuple[int, int]] | None) -> bool:
    return extent is not None and extent[0] <= (span.line, span.column) < extent[1]


def _start(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _end(node: yaml.Node) -> tuple[int, int]:
    return node.end_mark.line + 1, node.end_mark.column + 1
