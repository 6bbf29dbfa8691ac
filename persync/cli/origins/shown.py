"""Explanations as text that fits the terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

from persync.errors import ConfigError
from persync.model import Section
from persync.origins.suggestions import suggestions
from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.origins.explained import ExplainedGroup, ExplainedName, ExplainedProperty

_ALLOWED = "a property that the catalogue lacks is allowed, and its value is exact text"
_WIDTH = 80
_WIDEST = 110
"""Longer lines are hard to read."""
_MOST_IN_FULL = 4
"""Properties of one name; more are listed, a line each."""


def formatter() -> click.HelpFormatter:
    """Return a formatter for the width of the terminal; for a file, of 80 columns."""
    width = shutil.get_terminal_size((_WIDTH, 0)).columns if sys.stdout.isatty() else _WIDTH
    return click.HelpFormatter(width=min(width, _WIDEST))


def heading(text: str) -> str:
    """Return a line that names what is below it."""
    return click.style(printable(text), bold=True)


def name_text(name: ExplainedName) -> str:
    """Return what is known of a name."""
    several = len(name.properties) > _MOST_IN_FULL
    properties = [_list_text(name.properties)] if several else map(_property_text, name.properties)
    return "\n".join([*properties, *map(_group_text, name.groups)])


def overview_text(fields: Iterable[ExplainedProperty]) -> str:
    """Return the fields of a document."""
    out = formatter()
    out.write(heading("The fields of a persister") + "\n\n")
    with out.indentation():
        out.write_dl([(field.path, field.description) for field in fields])
    out.write("\nMore: persync explain FIELD, SECTION or PROPERTY\n")
    return out.getvalue()


def unknown(
    name: str, message: str, paths: Iterable[str] = (), sections: Sequence[Section] = tuple(Section)
) -> ConfigError:
    """Return the error about a name that is not known.

    Args:
        name: as it was given.
        message: what is wrong.
        paths: of more properties that it may be meant to be, beside those of the catalogue.
        sections: of the properties that it may be meant to be.
    """
    *others, last = [path for path in suggestions(name, paths, sections) if path != name] or [""]
    names = " or ".join((", ".join(others), last)) if others else last
    meant = f"did you mean {names}? " if last else ""
    return ConfigError(message, hint=f"{meant}{_ALLOWED}")


def _property_text(prop: ExplainedProperty) -> str:
    out = formatter()
    out.write(heading(prop.path) + "\n\n")
    default = "none known" if prop.default is None else f"{prop.default}, unless the installation has another"
    rows = [("type", prop.type), ("default", default)] if prop.section else [("type", prop.type)]
    rows.append(("effect", prop.effect))
    if prop.examples:
        rows.append(("examples", ", ".join(prop.examples)))
    rows.append(("docs", prop.docs))
    with out.indentation():
        out.write_text(prop.description)
        out.write("\n")
        out.write_dl(rows)
        if prop.fields:
            out.write("\n")
            out.write_text("fields:")
            with out.indentation():
                out.write_dl([(field.name, field.type) for field in prop.fields])
    return out.getvalue()


def _list_text(properties: Iterable[ExplainedProperty]) -> str:
    out = formatter()
    out.write_dl([(prop.path, prop.type) for prop in properties], col_max=70)
    return out.getvalue()


def _group_text(group: ExplainedGroup) -> str:
    out = formatter()
    out.write(heading(f"{group.path}: {number(len(group.properties), 'property', 'properties')}") + "\n\n")
    with out.indentation():
        out.write_dl([(prop.path[len(group.path) + 1 :], _line(prop)) for prop in group.properties], col_max=24)
    return out.getvalue()


def _line(prop: ExplainedProperty) -> str:
    default = "" if prop.default is None else f"; default {prop.default}"
    hint = (
        f" No effect: {prop.no_effect}." if prop.no_effect else f" No effect before {prop.since}." if prop.since else ""
    )
    return f"{prop.description} Takes {prop.type}{default}.{hint}"
