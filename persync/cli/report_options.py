"""The options ``-o FORMAT[=FILE]`` and ``--limit``.

Their module imports little, because every ``--help`` needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from persync.cli.line.hinted import HintedBadParameter
from persync.cli.options import Function, with_options
from persync.report.formats import FORMATS
from persync.report.renderer import HOST_LIMITS
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from click.shell_completion import CompletionItem

_MEANT = {"md": "markdown", "yaml": "json", "yml": "json", "name": "text", "wide": "text", "table": "text"}
"""Formats of other tools, and what persync has in their place."""
_ALIAS = "--output"
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
        name, equals, file = str(value).removeprefix("=").partition("=")  # -o=json, as kubectl has it
        if name not in self._formats:
            message = f"{name!r} is not one of {', '.join(self._formats)}"
            raise HintedBadParameter(message, self._hint(str(value), ctx), ctx, param)
        if equals and not file:
            self.fail(f"{value!r} names no file", param, ctx)
        return Report(name, Path(file) if file not in {"", "-"} else None)

    def _hint(self, value: str, ctx: click.Context | None) -> str:
        """Return what was meant by a value that begins with no format."""
        name, equals, file = value.partition("=")
        similar = "" if Path(name).suffix else most_similar(name, self._formats)
        if (meant := _MEANT.get(name, similar)) in self._formats:
            return f"did you mean '{meant}{equals}{file}'?"
        if name in _of_output(ctx):
            return f"'-o {name}' writes it to stdout"
        if "." not in value and "/" not in value:
            return ""
        format_ = {".md": "markdown", ".html": "html", ".json": "json"}.get(Path(value).suffix, "text")
        saves = ctx is not None and any("--out" in param.opts for param in ctx.command.params)
        return f"write a report with '-o {format_}={value}'" + (f"; save a plan with '--out {value}'" if saves else "")

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


def _of_output(ctx: click.Context | None) -> Sequence[str]:
    """Return the formats of an ``-o`` of its own that a command has beside ``--report``."""
    types = [param.type for param in ctx.command.params if param.name == "output"] if ctx else []
    return next((type_.choices for type_ in types if isinstance(type_, _FormatType)), ())


class _FormatType(click.Choice[str]):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the format; ``-o=json`` is ``-o json``, as kubectl has it."""
        name = str(value).removeprefix("=")
        if name not in self.choices:
            meant = _MEANT.get(name, most_similar(name, self.choices))
            hint = (
                f"did you mean '{meant}'?"
                if meant in self.choices
                else "'json' gives each field to a program such as jq"
            )
            raise HintedBadParameter(f"{name!r} is not one of {', '.join(self.choices)}", hint, ctx, param)
        return name


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


class _ReportOption(click.Option):
    """An option with the other name ``--output`` in its help, and not beside its names: they would be too wide."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the names and the help."""
        record = super().get_help_record(ctx)
        return record and (record[0].replace(f", {_ALIAS}", ""), record[1])

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return the names for an error."""
        return super().get_error_hint(ctx).replace(f" / '{_ALIAS}'", "")


def report_option(
    formats: Iterable[str] = FORMATS,
    purpose: str = "Write it in this format to stdout, or to FILE; --output is the same. May be given several times",
) -> Callable[[Any], Any]:
    """Return the option ``-o``, which is also called ``--output`` and ``--report``, for these formats."""
    return click.option(
        "-o",
        "--report",  # the first long name has the variable; --output of other commands has other formats
        _ALIAS,
        "reports",
        cls=_ReportOption,
        type=_ReportType(formats),
        multiple=True,
        help=f"{purpose}. Formats: {', '.join(formats)}.",
    )


def output_option(formats: Sequence[str], purpose: str = "Write it in this format to stdout") -> Callable[[Any], Any]:
    """Return the option ``-o`` of a command without reports in files; the first format is the default."""
    return click.option(
        "-o",
        "--output",
        type=_FormatType(formats),
        metavar="FORMAT",
        default=formats[0],
        show_default=True,
        help=f"{purpose}. Formats: {', '.join(formats)}.",
    )


page_option = click.option(
    "--report",
    "reports",
    type=_ReportType(("html",)),
    multiple=True,
    help="Write a page, with differences of the configuration and last runs, to stdout or to FILE. Formats: html.",
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


def report_options(command: Function) -> Function:
    """Add ``--report``, ``--limit`` and ``--expand``: how plans and results are shown."""
    return with_options((report_option(), limit_option, expand_option), command)
