"""Values as text without quotes, where nothing can be mistaken without them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.report.printable import printable, quoted

if TYPE_CHECKING:
    from persync.properties.shown import ShownValue

_MISTAKABLE = re.compile(r"""$|[\s"'(]|.*\s$|.*(\s\s| → | \()""", re.DOTALL)
"""Nothing, spaces that are not seen, quotes, and what could be a mark of persync: ``(default)``, ``→``."""
_NOT_PLAIN_YAML = re.compile(r"""[&*!|>%@`#,\]}]|[?-](\s|$)|[\[{].|.*(:(\s|$)|\s\#)""", re.DOTALL)
"""What YAML reads as something else than a plain text; ``[]`` and ``{}`` are an empty list and map here."""


def plain(text: str, *, in_yaml: bool = False) -> str:
    """Return a text as it is, or in double quotes where it could be mistaken for something else; one printable line.

    Args:
        text: a value.
        in_yaml: it is shown among lines of YAML.
    """
    special = _MISTAKABLE.match(text) or (in_yaml and text not in {"[]", "{}"} and _NOT_PLAIN_YAML.match(text))
    return quoted(text) if special or printable(text) != text else text


def plain_value(value: ShownValue, *, in_yaml: bool = False) -> str:
    """Return a property's value as by ``plain``; a hidden value has a mark in its place."""
    return value.display or "" if value.is_hidden else plain(value.text, in_yaml=in_yaml)
