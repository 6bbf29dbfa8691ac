"""Laying settings over each other: defaults, then the document, then the overlays.

JSON Merge Patch (RFC 7396), with keys met in relaxed form: what a patch says wins, ``null`` removes, a list replaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.config.flatten import Removal, Setting
from persync.config.yaml.nodes import Entry, Map, is_null

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from persync.config.flatten import Change
    from persync.config.yaml.nodes import Node


def laid_over(base: Mapping[str, Setting], changes: Iterable[Change]) -> dict[str, Setting]:
    """Return the settings by relaxed form, after ``changes`` to ``base``."""
    result = dict(base)
    for change in changes:
        if isinstance(change, Removal):
            _remove(result, change.form)
        else:
            below = result.get(change.key.form)
            value = patched(below.value if below else None, change.value)
            result[change.key.form] = change if value is change.value else change._replace(value=value)
    return result


def _remove(settings: dict[str, Setting], form: str) -> None:
    gone = [other for other in settings if not form or other == form or other.startswith((f"{form}.", f"{form}["))]
    for other in gone:
        del settings[other]


def patched(base: Node | None, patch: Node) -> Node:
    """Return ``base`` after a merge patch: maps are merged, ``null`` removes, anything else replaces."""
    if not isinstance(patch, Map):
        return patch
    entries = {entry.key.text: entry for entry in base.entries} if isinstance(base, Map) else {}
    for key, value in patch.entries:
        if is_null(value):
            entries.pop(key.text, None)
        else:
            under = entries.get(key.text)
            entries[key.text] = Entry(key, patched(under.value if under else None, value))
    return Map(tuple(entries.values()), patch.span)
