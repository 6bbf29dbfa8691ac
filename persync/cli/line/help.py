"""The help of a command: examples, its own options in groups, and below them those that every command has."""

from __future__ import annotations

import re
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from persync.cli.line.everywhere import everywhere
from persync.cli.line.variables import NO_VARIABLE, long_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_GROUPS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "Limits, in place of safety in persync.yaml": (
            "--max-changes",
            "--max-restarts",
            "--max-stops",
            "--max-resets",
            "--protect",
        ),
        "Order, in place of rollout in persync.yaml": (
            "--canary",
            "--batch",
            "--max-unavailable",
            "--max-failures",
            "--settle",
            "--pause",
        ),
        "Output": ("--report", "--limit", "--expand", "--events", "--metrics-file"),
    }
)
"""The options of a group have a heading of their own in a command that has the whole group."""
_COMMON = "Options of every command"
_VARIABLES = "Each option has an environment variable: --log-file has PERSYNC_LOG_FILE"
_LONG = re.compile(r"--[a-z-]+")
_EXAMPLES = re.compile(r"^(?=Examples?:$)", re.MULTILINE)


class _Formatter(click.HelpFormatter):
    def write_text(self, text: str) -> None:
        """Write a text; the lines of its examples stay as they are."""
        super().write_text(_EXAMPLES.sub("\b\n", text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of options in groups; a list of anything else as it is."""
        listed = list(rows)
        all_rows = {found[0]: row for row in listed if (found := _LONG.search(row[0]))}
        common = _common().intersection(all_rows)
        if not common:
            super().write_dl(listed, col_max, col_spacing)
            return
        groups = {title: names for title, names in _GROUPS.items() if all_rows.keys() >= {*names}}
        grouped = common.union(*groups.values())
        own = [row for name, row in all_rows.items() if name not in grouped]
        if own:
            super().write_dl(own, col_max, col_spacing)
            groups[_COMMON] = [name for name in all_rows if name in common]
        else:
            super().write_dl([all_rows[name] for name in all_rows if name in common], col_max, col_spacing)
        self.dedent()
        for title, names in groups.items():
            with self.section(title):
                super().write_dl([all_rows[name] for name in names], col_max, col_spacing)
        self.write_paragraph()
        without = ", ".join(name for name in all_rows if name in NO_VARIABLE and name != "--version")
        self.write_text(f"{_VARIABLES}{f', but not {without}' if without else ''}.")
        self.indent()


def _common() -> set[str]:
    """Return the options that are listed as those of every command."""
    return {"--help", *(long_name(option) for option in everywhere())}


class Context(click.Context):
    """The context of a command, which decides how its help looks, and which help an error is about."""

    formatter_class = _Formatter

    @contextmanager
    def scope(self, cleanup: bool = True) -> Iterator[click.Context]:  # noqa: FBT002 - click's signature
        """Give the errors of the command line the context that click's parser does not, for where the help is."""
        try:
            with super().scope(cleanup=cleanup) as context:
                yield context
        except click.UsageError as error:
            error.ctx = error.ctx or self
            raise
