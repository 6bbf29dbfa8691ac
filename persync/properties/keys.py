"""The relaxed form of a key: two spellings with the same form are the same property.

The rule is Spring Boot's relaxed binding: each dot-separated element is compared in lower case with everything but
``a-z0-9`` removed, so ``batch-size``, ``batchSize`` and ``BATCH_SIZE`` agree; text in ``[…]`` is kept as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.model import LivePersister

_BRACKETS = re.compile(r"(\[[^\]]*\])")
_DROPPED = re.compile(r"[^a-z0-9.]+")


def relaxed_form(key: str) -> str:
    """Return the form that ``key`` has in common with its other spellings."""
    return _outside_brackets(lambda part: _DROPPED.sub("", part.lower()), key)


def lower_form(form: str) -> str:
    """Return the form on a server that shows every key in lower case; text in ``[…]`` stays as it is."""
    return _outside_brackets(str.lower, form)


def shows_lower_case(live: LivePersister) -> bool:
    """Return whether no live key has an upper-case letter: then the server is taken to show all keys in lower case."""
    return all(prop.key.source == lower_form(prop.key.source) for props in live.properties.values() for prop in props)


def _outside_brackets(change: Callable[[str], str], key: str) -> str:
    if "[" not in key:
        return change(key)
    parts = _BRACKETS.split(key)  # every second part is what the group matched
    parts[::2] = [change(part) for part in parts[::2]]
    return "".join(parts)


def exact_below(key: str, prefix_form: str) -> str | None:
    """Return the form of a key below a map with keys that the user chooses: the rest keeps its spelling.

    Args:
        key: a dotted key.
        prefix_form: the relaxed form of the map's own key, ending in a dot.

    Returns:
        The form, or ``None`` if ``key`` does not lie below that map.
    """
    depth = prefix_form.count(".")
    elements = key.split(".", depth)
    if len(elements) <= depth:
        return None
    head = relaxed_form(".".join(elements[:depth])) + "."
    return head + elements[depth] if head == prefix_form else None
