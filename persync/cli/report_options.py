"""The options ``--report FORMAT[=FILE]`` and ``--limit``.

Their module imports little, because every ``--help`` needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from persync.report.formats import FORMATS
from persync.report.renderer import HOST_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from click.shell_completion import CompletionItem

_LEAST_LIMIT = 1_000  # characters: less cannot hold the counts and the warnings


class Report(NamedTuple):
    """A requested report.

    Attributes:
        format: its name.
        file: where it is written; ``None`` for stdout.
    """

    format: str
    file: Path | None


class _ReportType(click.ParamType[Report]):
    name = "FORMAT[=FILE]"

    def __init__(self, formats: Iterable[str]) -> None:
        self._formats = tuple(formats)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Report:
        name, equals, file = str(value).partition("=")
        if name not in self._formats:
            self.fail(f"{name!r} is not one of {', '.join(self._formats)}", param, ctx)
        if equals and not file:
            self.fail(f"{value!r} names no file", param, ctx)
        return Report(name, Path(file) if file not in {"", "-"} else None)

    def shell_complete(
        self,
        _ctx: click.Context,
        _param: click.Parameter,
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        """Return the formats that begin like this; after ``=``, files."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - few calls complete anything

        if "=" in incomplete:
            return [CompletionItem(incomplete.partition("=")[2], type="file")]
        return [CompletionItem(name) for name in self._formats if name.startswith(incomplete)]


class _LimitType(click.ParamType[str]):
    name = "HOST|N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        limit = str(value)
        if limit not in HOST_LIMITS and not (limit.isdecimal() and int(limit) >= _LEAST_LIMIT):
            names = ", ".join(HOST_LIMITS)
            self.fail(f"{limit!r} is neither a number from {_LEAST_LIMIT:,} on nor one of {names}", param, ctx)
        return limit

    def shell_complete(
        self,
        _ctx: click.Context,
        _param: click.Parameter,
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        """Return the hosts that begin like this."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - as above

        return [CompletionItem(name) for name in HOST_LIMITS if name.startswith(incomplete)]


def report_option(
    formats: Iterable[str] = FORMATS,
    purpose: str = "Write a report, to stdout or to a file; may be given several times",
) -> Callable[[Any], Any]:
    """Return the option ``--report`` for these formats."""
    return click.option(
        "--report",
        "reports",
        type=_ReportType(formats),
        multiple=True,
        help=f"{purpose}. Formats: {', '.join(formats)}.",
    )


expand_option = click.option(
    "--expand",
    is_flag=True,
    help="Show each persister by itself, also where several have equal changes, and every warning.",
)

limit_option = click.option(
    "--limit",
    type=_LimitType(),
    default="github",
    show_default=True,
    help=f"The longest Markdown report, in characters: a number, or what {', '.join(HOST_LIMITS)} allows.",
)
