"""Merging layers of settings: defaults, then the document, then the overlays.

JSON Merge Patch (RFC 7396), with keys compared in relaxed form: a value of the patch replaces, ``null`` removes, maps
are merged, a list replaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.config.flatten import Removal, Setting
from persync.config.yaml.nodes import Entry, Map, is_null

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from persync.config.flatten import Change
    from persync.config.yaml.nodes import Node


def merged(base: Mapping[str, Setting], changes: Iterable[Change]) -> dict[str, Setting]:
    """Return the settings by relaxed form, after ``changes`` to ``base``."""
    result = dict(base)
    for change in changes:
        if isinstance(change, Removal):
            for other in [other for other in result if change.covers(other)]:
                del result[other]
            continue
        form = change.key.form
        if isinstance(change.value, Map):
            replaced = result.get(form)
            value = patched(replaced.value if replaced else None, change.value)
            result[form] = Setting(change.key, value, change.key_span)
        else:
            result[form] = change
    return result


def patched(base: Node | None, patch: Node) -> Node:
    """Return ``base`` after a merge patch."""
    if not isinstance(patch, Map):
        return patch
    entries = {entry.key.text: entry for entry in base.entries} if isinstance(base, Map) else {}
    for key, value in patch.entries:
        if is_null(value):
            entries.pop(key.text, None)
        else:
            replaced = entries.get(key.text)
            entries[key.text] = Entry(key, patched(replaced.value if replaced else None, value))
    return Map(tuple(entries.values()), patch.span)
