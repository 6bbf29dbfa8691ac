"""The help of a command: its own options, and below them those that every command has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from persync.cli.line.everywhere import everywhere
from persync.cli.line.variables import long_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONG = re.compile(r"--[a-z-]+")


class _Formatter(click.HelpFormatter):
    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of options in two parts; a list of anything else as it is."""
        names = {"--help", *(long_name(option) for option in everywhere())}
        all_rows = list(rows)
        common = [row for row in all_rows if (name := _LONG.search(row[0])) and name[0] in names]
        own = [row for row in all_rows if row not in common]
        if not (own and common):
            super().write_dl(all_rows, col_max, col_spacing)
            return
        super().write_dl(own, col_max, col_spacing)
        self.dedent()
        with self.section("Options of every command"):
            super().write_dl(common, col_max, col_spacing)
        self.indent()


class Context(click.Context):
    """The context of a command, which decides how its help looks."""

    formatter_class = _Formatter
